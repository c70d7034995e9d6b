"""Bodies of activities."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.schemas import Body, Count, Identity, Words
from api.schemas.programmes import PeriodText, given
from tracker.domain.activities import COUNT_MOST
from tracker.domain.periods import Period
from tracker.services.activities import NewActivity

Tally = Annotated[Count, Field(le=COUNT_MOST)]
_FIELDS = {"count": "activity_count", "participants": "participant_count"}


class ActivityIn(Body):
    """Register a counted activity; without participants nobody knows how many took part."""

    unit_id: Identity
    name: Words
    period: PeriodText
    count: Tally
    participants: Tally | None = None
    programme_id: Identity | None = None

    def to_new(self) -> NewActivity:
        """Give the service's words for it."""
        return NewActivity(
            unit_id=self.unit_id,
            name=self.name,
            period=Period.parse(self.period),
            activity_count=self.count,
            participant_count=self.participants,
            programme_id=self.programme_id,
        )


class ActivityPatch(Body):
    """Change an activity; what is left out stays, null takes away what may be missing."""

    name: Words | None = None
    period: PeriodText | None = None
    count: Tally | None = None
    participants: Tally | None = None
    programme_id: Identity | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        changes = {_FIELDS.get(k, k): v for k, v in given(self, ("name", "period", "count")).items()}
        if "period" in changes:
            changes["period"] = Period.parse(changes["period"])
        return changes
