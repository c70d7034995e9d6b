"""Bodies of units and members."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from api.schemas import Body, Identity, Words
from tracker.domain.organisation import MemberKind, MemberStatus, PartyRole
from tracker.services.members import MemberChange, Move, NewMember, listed_words
from tracker.services.units import NewUnit, UnitChange

# Strings are trimmed first, so what is only spaces is empty and refused.
UnitCode = Annotated[str, Field(min_length=1, max_length=100)]
Short = Annotated[str, Field(min_length=1, max_length=200)]
Listed = Annotated[list[Short], Field(max_length=50)]
Day = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2200, 12, 31))]


class UnitIn(Body):
    """Make a unit."""

    code: UnitCode
    name: Words
    kind: Short | None = None
    parent_id: Identity | None = None
    valid_from: Day | None = None

    def to_new(self) -> NewUnit:
        """Give the service's words for it."""
        return NewUnit(
            code=self.code, name=self.name, kind=self.kind or "", parent_id=self.parent_id, valid_from=self.valid_from
        )


class UnitPatch(Body):
    """Change a unit from `since` on; what is left out stays."""

    since: Day | None = None
    code: UnitCode | None = None
    name: Words | None = None
    kind: Short | None = None
    parent_id: Identity | None = None
    valid_to: Day | None = None
    successor_id: Identity | None = None

    def to_change(self) -> UnitChange:
        """Give the service's words for it; a code or name of null stays as it was."""
        emptied = {name for name in ("code", "name") if getattr(self, name) is None}
        return UnitChange(
            given=frozenset(self.model_fields_set - {"since"} - emptied),
            since=self.since,
            code=self.code or "",
            name=self.name or "",
            kind=self.kind or "",
            parent_id=self.parent_id,
            valid_to=self.valid_to,
            successor_id=self.successor_id,
        )


class GroupIn(Body):
    """Put down a working group."""

    kind: Short
    established_on: Day


class MemberIn(Body):
    """Put down a member with the first membership."""

    code: UnitCode
    full_name: Words
    unit_id: Identity
    since: Day
    status: MemberStatus | None = None
    kind: MemberKind = MemberKind.PARTY
    party_role: PartyRole | None = None
    titles: Listed = Field(default_factory=list)
    tags: Listed = Field(default_factory=list)
    pen_names: Listed = Field(default_factory=list)

    def to_new(self) -> NewMember:
        """Give the service's words for it."""
        return NewMember(
            code=self.code,
            full_name=self.full_name,
            unit_id=self.unit_id,
            since=self.since,
            status=self.status,
            kind=self.kind,
            party_role=self.party_role,
            words=listed_words(self.titles, self.tags, self.pen_names),
        )


class MemberPatch(Body):
    """Change what is known of a person; what is left out stays."""

    code: UnitCode | None = None
    full_name: Words | None = None
    kind: MemberKind | None = None
    party_role: PartyRole | None = None
    titles: Listed | None = None
    tags: Listed | None = None
    pen_names: Listed | None = None

    def to_change(self) -> MemberChange:
        """Give the service's words for it."""
        return MemberChange(
            code=self.code,
            full_name=self.full_name,
            kind=self.kind,
            party_role=self.party_role,
            party_role_given="party_role" in self.model_fields_set,
            titles=_listed(self.titles),
            tags=_listed(self.tags),
            pen_names=_listed(self.pen_names),
        )


class MembershipIn(Body):
    """Transfer a member; a unit_id of null: the member leaves the organisation."""

    unit_id: Identity | None
    since: Day
    status: MemberStatus | None = None
    temporary: bool = False

    def to_move(self) -> Move:
        """Give the service's words for it."""
        return Move(unit_id=self.unit_id, since=self.since, status=self.status, temporary=self.temporary)


class AbsenceIn(Body):
    """Put down days away, both included; the reason a short word without health detail."""

    from_on: Day = Field(alias="from")
    until: Day
    reason: Short


def _listed(words: list[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)
