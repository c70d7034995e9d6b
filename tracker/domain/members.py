"""Members as they are read: the person, where they stand on a day, what is written of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import MemberId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A person with where they stand on one day; `unit_id` None: nowhere. An erased one has an empty name."""

    member_id: MemberId
    code: str
    version: int
    full_name: str
    name_sort: str
    kind: str
    party_role: str | None
    erased: bool
    unit_id: UnitId | None
    unit_name: str | None
    since: dt.date | None
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWords:
    """What is written of a person beside the name."""

    titles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pen_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as put down; the code identifies."""

    code: str
    full_name: str
    kind: str
    party_role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRow:
    """Days away, both included."""

    absence_id: int
    member_id: MemberId
    from_on: dt.date
    until_on: dt.date
    reason: str


NO_WORDS = MemberWords()
