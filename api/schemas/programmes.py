"""Bodies of programmes, targets, assignments and closes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.schemas import Body, Count, Identity, Text, Words
from api.schemas.claims import TopicName
from api.schemas.organisation import Day
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.numbers import Qualifier
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import AssignmentState, TargetWho
from tracker.services.assignments import NewAssignment
from tracker.services.programmes import NewProgramme
from tracker.services.targets import NewTarget

Short = Annotated[str, Field(min_length=1, max_length=100)]
PeriodText = Annotated[str, Field(min_length=4, max_length=40)]
Measures = Annotated[list[Words], Field(max_length=50)]
DirectiveIds = Annotated[list[Identity], Field(max_length=50)]
Topics = Annotated[list[TopicName], Field(max_length=50)]
Slots = Annotated[list[Short], Field(max_length=20)]
Number = Annotated[int, Field(ge=1, le=1_000)]


class OutcomeIn(Body):
    """What a programme brought: an amount as a source bounds it, or words."""

    amount: Count | None = None
    qualifier: Qualifier | None = None
    words: Text | None = None

    def fields(self) -> dict[str, Any]:
        """Give it as the fields of a programme."""
        return {
            "outcome_amount": self.amount,
            "outcome_qualifier": None if self.qualifier is None else self.qualifier.value,
            "outcome_words": self.words,
        }


class ProgrammeIn(Body):
    """Register a programme; without `from` it is older than known."""

    name: Words
    unit_id: Identity
    from_on: Day | None = Field(default=None, alias="from")
    until_on: Day | None = Field(default=None, alias="until")
    is_new: bool
    continues_id: Identity | None = None
    directive_ids: DirectiveIds = Field(default_factory=list)
    measures: Measures = Field(default_factory=list)
    outcome: OutcomeIn | None = None
    wide_reach_clicks: Count | None = None

    def to_new(self) -> NewProgramme:
        """Give the service's words for it."""
        return NewProgramme(
            name=self.name,
            unit_id=self.unit_id,
            is_new=self.is_new,
            from_on=self.from_on,
            until_on=self.until_on,
            continues_id=self.continues_id,
            wide_reach_clicks=self.wide_reach_clicks,
            measures=tuple(self.measures),
            directive_ids=tuple(self.directive_ids),
            **(self.outcome or OutcomeIn()).fields(),
        )


class ProgrammePatch(Body):
    """Change a programme; what is left out stays, null takes away what may be missing."""

    name: Words | None = None
    from_on: Day | None = Field(default=None, alias="from")
    until_on: Day | None = Field(default=None, alias="until")
    is_new: bool | None = None
    continues_id: Identity | None = None
    directive_ids: DirectiveIds | None = None
    measures: Measures | None = None
    outcome: OutcomeIn | None = None
    wide_reach_clicks: Count | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        changes = given(self, ("name", "is_new", "directive_ids", "measures"))
        if "outcome" in changes:
            changes.pop("outcome")
            changes |= (self.outcome or OutcomeIn()).fields()
        return changes


class TargetIn(Body):
    """Set a target."""

    programme_id: Identity
    who: TargetWho
    what: ClaimKind
    minimum: Number
    aim: Number | None = None
    per: PeriodKind
    topics: Topics = Field(default_factory=list)
    slots: Slots = Field(default_factory=list)

    def to_new(self) -> NewTarget:
        """Give the service's words for it."""
        return NewTarget(
            programme_id=self.programme_id,
            who=self.who,
            what=self.what,
            minimum=self.minimum,
            per=self.per,
            aim=self.aim,
            topics=tuple(self.topics),
            slots=tuple(self.slots),
        )


class TargetPatch(Body):
    """Change a target; what is left out stays, an aim of null is none."""

    who: TargetWho | None = None
    what: ClaimKind | None = None
    minimum: Number | None = None
    aim: Number | None = None
    per: PeriodKind | None = None
    topics: Topics | None = None
    slots: Slots | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        return given(self, ("who", "what", "minimum", "per", "topics", "slots"))


class AssignmentIn(Body):
    """Give a member a turn; `override` is the reason for a second one."""

    target_id: Identity
    member_id: Identity
    period: PeriodText
    topic: TopicName | None = None
    slot: Short | None = None
    due_on: Day | None = None
    override: Words | None = None

    def to_new(self) -> NewAssignment:
        """Give the service's words for it."""
        return NewAssignment(
            target_id=self.target_id,
            member_id=self.member_id,
            period=Period.parse(self.period),
            topic=self.topic,
            slot=self.slot,
            due_on=self.due_on,
            override=self.override,
        )


class AssignmentPatch(Body):
    """Give a turn on, or say that it is done or excused."""

    member_id: Identity | None = None
    state: AssignmentState | None = None
    reason: Text | None = None


class CloseIn(Body):
    """Close a period of a unit."""

    unit: Identity


class ReopenIn(Body):
    """Reopen a period of a unit."""

    unit: Identity
    reason: Text = ""


def given(body: Body, never_null: tuple[str, ...]) -> dict[str, Any]:
    """Give what a body states; what a thing cannot be without is not taken away."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    for name in never_null:
        if name in changes and changes[name] is None:
            raise AppError(Code.BODY_INVALID, f"{name}: this cannot be null")
    return changes
