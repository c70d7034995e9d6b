"""Bodies of links, claims and reviews."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from api.schemas import ID_MOST, Body, Count, Identity, Text, Url, Words
from tracker.domain.articles import TOPIC_MOST, TOPICS_MOST
from tracker.domain.claims import ClaimKind, Verdict
from tracker.domain.figures import Measure
from tracker.domain.filing import COAUTHORS_MOST, ClaimDraft, StatedFigure
from tracker.domain.names import fold
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR
from tracker.domain.types import Channel, ClaimId, MemberId
from tracker.services.reviews import Decision

BATCH_MOST = 200
FIGURES_MOST = 20
Short = Annotated[str, Field(min_length=1, max_length=100)]


def _names_something(topic: str) -> str:
    if not fold(topic):
        msg = "a topic is a short text"
        raise ValueError(msg)
    return topic


def _within_reach(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        msg = "an instant with its zone"
        raise ValueError(msg)
    return at


TopicName = Annotated[str, Field(min_length=1, max_length=TOPIC_MOST), AfterValidator(_names_something)]
Topics = Annotated[list[TopicName], Field(max_length=TOPICS_MOST)]
Instant = Annotated[dt.datetime, AfterValidator(_within_reach)]


class LinkIn(Body):
    """Ask for one's own link for a channel."""

    channel: Channel


class FigureIn(Body):
    """One figure as typed."""

    measure: Measure
    value: Count

    def stated(self) -> StatedFigure:
        """Give it as the domain knows it."""
        return StatedFigure(measure=self.measure, value=self.value)


Figures = Annotated[list[FigureIn], Field(max_length=FIGURES_MOST)]


class ClaimPatch(Body):
    """What a claim states; on PATCH only what is sent changes."""

    article_id: Identity | None = None
    article_url: Url | None = None
    url: Url | None = None
    title: Annotated[str, Field(max_length=500)] | None = None
    channel: Channel | None = None
    happened_on: dt.date | None = None
    happened_at: Instant | None = None
    topics: Topics | None = None
    content_kind: Short | None = None
    slot: Short | None = None
    lesson: Text | None = None
    contest: Short | bool | None = None
    coauthor_ids: Annotated[list[Identity], Field(max_length=COAUTHORS_MOST)] | None = None
    figures: Figures | None = None
    witness: Words | None = None
    note: Text | None = None

    def changes(self) -> dict[str, Any]:
        """Give the fields that were sent, as the fields of a ClaimDraft."""
        sent = {name: getattr(self, name) for name in self.model_fields_set & ClaimPatch.model_fields.keys()}
        if "title" in sent:
            sent["title"] = self.title or ""
        if "contest" in sent:
            sent["contest"] = contest_words(self.contest)
        if "topics" in sent:
            sent["topics"] = tuple(self.topics or ())
        if "coauthor_ids" in sent:
            sent["coauthor_ids"] = tuple(dict.fromkeys(MemberId(m) for m in self.coauthor_ids or ()))
        if "figures" in sent:
            sent["figures"] = tuple(f.stated() for f in self.figures or ())
        return sent


class ClaimIn(ClaimPatch):
    """File a claim; `member_id` is for an officer who files for a member."""

    kind: ClaimKind
    member_id: Annotated[int, Field(ge=1, le=ID_MOST, strict=True)] | None = None

    def draft(self) -> ClaimDraft:
        """Give it as the domain knows it."""
        return ClaimDraft(kind=self.kind, **self.changes())


class FiguresIn(Body):
    """State figures of a claim later: a list, or one alone."""

    figures: Figures | None = None
    measure: Measure | None = None
    value: Count | None = None

    @model_validator(mode="after")
    def _one_form(self) -> FiguresIn:
        alone = self.measure is not None and self.value is not None
        if bool(self.figures) == alone or (self.figures and self.value is not None):
            msg = "figures, or measure and value"
            raise ValueError(msg)
        return self

    def stated(self) -> tuple[StatedFigure, ...]:
        """Give them as the domain knows them."""
        if self.measure is not None and self.value is not None:
            return (StatedFigure(measure=self.measure, value=self.value),)
        return tuple(f.stated() for f in self.figures or ())


class ReasonIn(Body):
    """A reason; whether one is needed, the step decides."""

    reason: Text | None = None


class ReviewIn(ReasonIn):
    """Decide on a claim."""

    verdict: Verdict
    figures: Figures | None = None
    topics: Topics | None = None

    def decision(self) -> Decision:
        """Give it as the service knows it."""
        return Decision(
            verdict=self.verdict,
            reason=self.reason,
            figures=tuple(f.stated() for f in self.figures or ()),
            topics=None if self.topics is None else tuple(self.topics),
        )


class ReviewsIn(ReasonIn):
    """Decide on many claims alike."""

    claim_ids: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=BATCH_MOST)]
    verdict: Verdict

    def decision(self) -> Decision:
        """Give it as the service knows it."""
        return Decision(verdict=self.verdict, reason=self.reason)

    def known_ids(self) -> dict[str, ClaimId | None]:
        """Read the ids, each once, in the order given; None for what is no id."""
        return {text: ClaimId.parse(text) for text in self.claim_ids}


def contest_words(contest: str | bool | None) -> str | None:  # noqa: FBT001 - a field's value, not a switch
    """Give a contest entry as it is stored: the contest's name, or `true` where it was not named."""
    if contest is None or contest is False:
        return None
    return "true" if contest is True else contest
