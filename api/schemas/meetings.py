"""Bodies of meetings."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.schemas import Body, Identity, Text, Words
from api.schemas.directives import PrintedDay
from api.schemas.programmes import PeriodText, Short, given
from tracker.domain.meetings import PERIODS_MOST
from tracker.domain.periods import Period
from tracker.services.meetings import NewMeeting

Periods = Annotated[list[PeriodText], Field(min_length=1, max_length=PERIODS_MOST)]


class MeetingIn(Body):
    """Register a meeting in each of its periods."""

    unit_id: Identity
    held_on: PrintedDay
    periods: Periods
    kind: Short | None = None
    title: Words | None = None
    speaker_id: Identity | None = None
    lesson: Text | None = None

    def to_new(self) -> NewMeeting:
        """Give the service's words for it."""
        return NewMeeting(
            unit_id=self.unit_id,
            held_on=self.held_on,
            periods=tuple(Period.parse(text) for text in self.periods),
            kind=self.kind,
            title=self.title,
            speaker_id=self.speaker_id,
            lesson=self.lesson,
        )


class MeetingPatch(Body):
    """Change a meeting; what is left out stays, null takes away what may be missing."""

    held_on: PrintedDay | None = None
    periods: Periods | None = None
    kind: Short | None = None
    title: Words | None = None
    speaker_id: Identity | None = None
    lesson: Text | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        changes = given(self, ("held_on", "periods"))
        if "periods" in changes:
            changes["periods"] = tuple(Period.parse(text) for text in changes["periods"])
        return changes
