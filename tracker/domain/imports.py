"""Imports as they are kept: the result of each row, and what each changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One import; `result` holds its rows and totals (services/imports/run.py)."""

    import_id: int
    what: str
    file_name: str
    at: dt.datetime
    account_id: int | None
    applied: bool
    undone_at: dt.datetime | None
    result: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSeen:
    """One import as a short list names it."""

    import_id: int
    file_name: str
    at: dt.datetime
    applied: bool
    undone_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an import did to one thing: its state before (None: there was none) and after."""

    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any]
