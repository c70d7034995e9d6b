"""What an import is about to do: outcomes told beforehand, changes made on demand. One class a kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.imports import Change
    from tracker.domain.types import Viewer
    from tracker.services.imports.outcomes import Note, Outcome
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who imports and when."""

    viewer: Viewer
    now: dt.datetime
    today: dt.date


class Plan(Protocol):
    """A file read against what is known: nothing is written before `apply`."""

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """Give one outcome a row, in order of rows."""

    @property
    def notes(self) -> Sequence[Note]:
        """Give what to know about the whole."""

    def apply(self, tx: Tx, stamp: Stamp) -> list[Change]:
        """Write what is not refused; give what changed."""
