"""Bodies of awards."""

from __future__ import annotations

from typing import Any

from api.schemas import Body, Identity, Words
from api.schemas.directives import PrintedDay
from api.schemas.programmes import PeriodText, given
from tracker.domain.awards import AwardState, AwardWho
from tracker.domain.periods import Period
from tracker.services.awards import NewAward


class AwardIn(Body):
    """Propose an award, or register one that was given."""

    unit_id: Identity
    period: PeriodText
    who: AwardWho
    member_id: Identity | None = None
    title: Words
    state: AwardState = AwardState.PROPOSED
    decision: Words | None = None
    decided_on: PrintedDay | None = None

    def to_new(self) -> NewAward:
        """Give the service's words for it."""
        return NewAward(
            unit_id=self.unit_id,
            period=Period.parse(self.period),
            who=self.who,
            member_id=self.member_id,
            title=self.title,
            state=self.state,
            decision=self.decision,
            decided_on=self.decided_on,
        )


class AwardPatch(Body):
    """Change an award; what is left out stays, null takes away what may be missing."""

    period: PeriodText | None = None
    title: Words | None = None
    state: AwardState | None = None
    decision: Words | None = None
    decided_on: PrintedDay | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        changes = given(self, ("period", "title", "state"))
        if "period" in changes:
            changes["period"] = Period.parse(changes["period"])
        return changes
