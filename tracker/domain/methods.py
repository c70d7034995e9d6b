"""By which method figures were made: printed on every report and kept with every close."""

from __future__ import annotations

from dataclasses import dataclass

METHOD = "1"  # counted up whenever the same rows would be reckoned otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodVersions:
    """The version of the reckoning and of the lists of robots that clicks were judged by."""

    bot_list: str
    method: str = METHOD
