"""The automatic checks an officer sees beside a claim: pure functions of facts, shown and never decisive.

A check is a code, a level and the id of its words (tracker/labels.py). Refusals stand in claims.py.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind
from tracker.domain.figures import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.domain.types import TopicId


class CheckCode(enum.StrEnum):
    """What was looked at (contract.md, claim)."""

    EVIDENCE_NONE = "evidence.none"
    SOURCE_UNLISTED = "source.unlisted"
    URL_SHARED = "url.shared"
    URL_SHAPE = "url.shape"
    TOPIC_NONE = "topic.none"
    FIGURE_IMPLAUSIBLE = "figure.implausible"
    PICTURE_SHARED = "picture.shared"
    EVIDENCE_UNREAD = "evidence.unread"
    ASSISTED_SAME = "assisted.same"
    PERIOD_CLOSED = "period.closed"
    DATE_LATE = "date.late"
    ARTICLE_MATCH = "article.match"


class CheckLevel(enum.StrEnum):
    """How much it asks of the officer."""

    INFO = "info"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """One finding; `words_id` names its message."""

    code: CheckCode
    level: CheckLevel
    words_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """What the checks look at. None means not known or not asked, and then nothing is found.

    `usual` holds the median of the organisation's accepted figures of a measure.
    """

    kind: ClaimKind
    has_url: bool
    evidence_count: int
    has_witness: bool
    source_listed: bool | None = None
    url_other_count: int = 0  # live claims of other members with the same address
    url_is_post: bool | None = None
    article_found: bool | None = None  # an article named by address is among the collected ones
    topic_ids: frozenset[TopicId] = frozenset()
    wanted_topic_ids: frozenset[TopicId] = frozenset()  # of the topic targets that bind the member
    figures: Mapping[Measure, int]
    usual: Mapping[Measure, int]
    is_late: bool = False
    in_closed_period: bool = False  # what is decided then stands in the restatement alone
    has_shared_picture: bool = False  # another member sent the same file
    has_unread_file: bool = False  # a scan, which no program can look through for a secrecy marking
    entered_by_decider: bool = False  # whoever decides, or has decided, entered it for the member


IMPLAUSIBLE_TIMES = 10
_JUDGED = (Measure.REACH, Measure.IMPRESSIONS, Measure.ENGAGEMENTS)


def check_claim(facts: CheckFacts) -> tuple[ClaimCheck, ...]:
    """Look a claim over; warnings first, in the order of the codes within a level."""
    found = [*_proof(facts), *_topics(facts), *_figures(facts), *_day(facts), *_article(facts)]
    order = list(CheckCode)
    return tuple(sorted(found, key=lambda c: (c.level is CheckLevel.INFO, order.index(c.code), c.words_id)))


def _proof(facts: CheckFacts) -> Iterator[ClaimCheck]:
    if not (facts.has_url or facts.evidence_count or facts.has_witness):
        yield _warn(CheckCode.EVIDENCE_NONE)
    if facts.source_listed is False:
        yield _warn(CheckCode.SOURCE_UNLISTED)
    if facts.url_other_count:
        yield _warn(CheckCode.URL_SHARED)
    if facts.url_is_post is False:
        yield _warn(CheckCode.URL_SHAPE)
    if facts.has_shared_picture:
        yield _warn(CheckCode.PICTURE_SHARED)
    if facts.has_unread_file:
        yield _warn(CheckCode.EVIDENCE_UNREAD)
    if facts.entered_by_decider:
        yield _warn(CheckCode.ASSISTED_SAME)


def _topics(facts: CheckFacts) -> Iterator[ClaimCheck]:
    if facts.wanted_topic_ids and not facts.topic_ids & facts.wanted_topic_ids:
        yield _warn(CheckCode.TOPIC_NONE, "wanted")
    elif not facts.topic_ids:
        yield _info(CheckCode.TOPIC_NONE)


def _figures(facts: CheckFacts) -> Iterator[ClaimCheck]:
    high = (m for m in _JUDGED if facts.usual.get(m) and facts.figures.get(m, 0) > IMPLAUSIBLE_TIMES * facts.usual[m])
    if any(high):
        yield _warn(CheckCode.FIGURE_IMPLAUSIBLE, "unusual")
    reach = facts.figures.get(Measure.REACH)
    if reach is not None and facts.figures.get(Measure.ENGAGEMENTS, 0) > reach:
        yield _warn(CheckCode.FIGURE_IMPLAUSIBLE, "above_reach")


def _day(facts: CheckFacts) -> Iterator[ClaimCheck]:
    if facts.in_closed_period:
        yield _warn(CheckCode.PERIOD_CLOSED)
    if facts.is_late:
        yield _info(CheckCode.DATE_LATE)


def _article(facts: CheckFacts) -> Iterator[ClaimCheck]:
    if facts.kind is ClaimKind.SHARE and facts.article_found is False:
        yield _info(CheckCode.ARTICLE_MATCH)


def _warn(code: CheckCode, case: str = "") -> ClaimCheck:
    return ClaimCheck(code=code, level=CheckLevel.WARN, words_id=_words_id(code, case))


def _info(code: CheckCode) -> ClaimCheck:
    return ClaimCheck(code=code, level=CheckLevel.INFO, words_id=_words_id(code, ""))


def _words_id(code: CheckCode, case: str) -> str:
    return ".".join(part for part in ("check", code.value, case) if part)
