"""What a report of a period says, before it becomes tables or a file: figures, targets, lists. Pure; no words here."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.figures import Figure
    from tracker.domain.methods import MethodVersions
    from tracker.domain.periods import Period
    from tracker.domain.programmes import Target
    from tracker.domain.progress import RowState, TargetProgress
    from tracker.domain.types import ArticleId, Channel, ClaimId, MemberId, UnitId
    from tracker.reports.register_contents import Annex


class ReportKind(enum.StrEnum):
    """The reports of a period; the last three hold an annex of their own."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    COMMENDATION = "commendation"
    MEETING = "meeting"
    PROGRAMMES = "programmes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """Of whom and of when a report is, and by which method; `version` counts the closes of the period."""

    kind: ReportKind
    period: Period
    unit_id: UnitId
    unit_code: str
    unit_name: str
    closed: bool
    version: int | None
    cut_off_at: dt.datetime
    cut_off_local: dt.datetime
    method: MethodVersions


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Who counts on the last day, and the distinct claims of the period; `by_others`: of people listed apart."""

    members: int
    shares: int
    authored: int
    presentations: int
    by_others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """A target with its own periods inside the report's."""

    target: Target
    programme_name: str
    periods: tuple[TargetProgress, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """How many claims of a unit bear a topic; 0 where a target asks for it."""

    topic: str
    unit_id: UnitId
    unit_name: str
    claim_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceLine:
    """A piece a member wrote; one line however many authors."""

    claim_id: ClaimId
    title: str
    url: str | None
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    source: str
    happened_on: dt.date
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """A share a member made."""

    claim_id: ClaimId
    member_id: MemberId
    full_name: str
    title: str
    source: str
    channel: Channel | None
    topics: tuple[str, ...]
    happened_on: dt.date
    url: str | None
    article_url: str | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationLine:
    """What a member told or showed in a meeting: a story, a book, a role model."""

    claim_id: ClaimId
    member_id: MemberId
    full_name: str
    title: str
    slot: str | None
    topics: tuple[str, ...]
    happened_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One member's period; `months` are those inside it with their shares, `state` None: nothing was asked."""

    member_id: MemberId
    full_name: str
    unit_id: UnitId | None
    unit_name: str
    party_role: str | None
    months: tuple[tuple[Period, int], ...]
    shares: int
    months_met: int
    authored: int
    presentations: int
    due: int
    met: int
    state: RowState | None
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WideLine:
    """An article or a member's piece that spread; sharers are never named."""

    article_id: ArticleId | None
    claim_id: ClaimId | None
    title: str
    authors: tuple[str, ...]
    source: str
    shares: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """The whole of a report; small click figures are hidden already, for everybody alike."""

    head: ReportHead
    totals: Totals
    targets: tuple[TargetLine, ...]
    figures: tuple[Figure, ...]
    topics: tuple[TopicLine, ...]
    authored: tuple[PieceLine, ...]
    shares: tuple[ShareLine, ...]
    presentations: tuple[PresentationLine, ...]
    members: tuple[MemberLine, ...]
    wide: tuple[WideLine, ...]
    month_minimum: int
    warnings: tuple[str, ...]
    annex: Annex | None = None
