"""Days, units and programmes as plain values of frozen rows, and back: what ledgers and registers write alike."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypedDict

from tracker.domain.ledger import Span, UnitRecord
from tracker.domain.tree import UnitVersion
from tracker.domain.types import ProgrammeId, UnitId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.ledger import ProgrammeRecord
    from tracker.domain.registers import ProgrammeCard

Rows = dict[str, list[tuple[int, Any]]]


class Registered(TypedDict):
    """What a programme of a ledger and its card in a register both say."""

    programme_id: ProgrammeId
    unit_id: UnitId
    name: str
    from_on: dt.date | None
    until_on: dt.date | None
    is_new: bool


def day_in(text: str) -> dt.date:
    """Read a day."""
    return dt.date.fromisoformat(text)


def maybe_day(text: str | None) -> dt.date | None:
    """Read a day that may be missing."""
    return None if text is None else day_in(text)


def day_out(day: dt.date | None) -> str | None:
    """Write a day that may be missing."""
    return None if day is None else day.isoformat()


def span_out(span: Span) -> list[Any]:
    """Write a span."""
    return [span.unit_id, span.valid_from.isoformat(), day_out(span.valid_to)]


def span_in(row: list[Any]) -> Span:
    """Read a span."""
    return Span(unit_id=UnitId(row[0]), valid_from=day_in(row[1]), valid_to=maybe_day(row[2]))


def unit_out(unit: UnitRecord) -> dict[str, Any]:
    """Write a unit with what it was called when."""
    return {"code": unit.code, "versions": [_version_out(version) for version in unit.versions]}


def unit_in(unit_id: int, row: Mapping[str, Any]) -> UnitRecord:
    """Read a unit."""
    versions = [
        UnitVersion(valid_from=day_in(since), valid_to=maybe_day(until), name=name, kind=kind, parent_id=parent)
        for since, until, name, kind, parent in row["versions"]
    ]
    return UnitRecord(unit_id=UnitId(unit_id), code=row["code"], versions=tuple(versions))


def registered_out(programme: ProgrammeRecord | ProgrammeCard) -> dict[str, Any]:
    """Write what is said of a programme either way."""
    return {
        "id": programme.programme_id,
        "unit": programme.unit_id,
        "name": programme.name,
        "from": day_out(programme.from_on),
        "until": day_out(programme.until_on),
        "new": programme.is_new,
    }


def registered_in(row: Mapping[str, Any]) -> Registered:
    """Read what is said of a programme either way."""
    return {
        "programme_id": ProgrammeId(row["id"]),
        "unit_id": UnitId(row["unit"]),
        "name": row["name"],
        "from_on": maybe_day(row["from"]),
        "until_on": maybe_day(row["until"]),
        "is_new": row["new"],
    }


def _version_out(version: UnitVersion) -> list[Any]:
    return [version.valid_from.isoformat(), day_out(version.valid_to), version.name, version.kind, version.parent_id]
