"""The ledger: every row from which progress, contribution, reach and reports of some units and days are reckoned.

Read from the database while a period is open, from its frozen rows once it is closed; what is reckoned from it is the
same then and later. Pure; loading and freezing live in the services, the reckoning in reckoning.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tracker.domain.office_rules import NOTHING_SET
from tracker.domain.tree import Place, ancestry
from tracker.domain.types import UnitId

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.channels import ChannelFact
    from tracker.domain.figures import Figure
    from tracker.domain.office_rules import RuleBook
    from tracker.domain.organisation import MemberHistory
    from tracker.domain.programmes import Assignment, Target
    from tracker.domain.progress import ClaimFact
    from tracker.domain.tree import UnitVersion
    from tracker.domain.types import ArticleId, Channel, MemberId, ProgrammeId, TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days on which something holds of a unit, [valid_from, valid_to) with an open end as None."""

    unit_id: UnitId
    valid_from: dt.date
    valid_to: dt.date | None

    def covers(self, day: dt.date) -> bool:
        """Say whether it holds on a local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Which units of the ledger a programme's unit binds, and when.

    `whole`: it stands above (or is) the unit asked about, so that on the days of its spans it binds all of the ledger.
    """

    spans: tuple[Span, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRecord:
    """A programme as far as reckoning and reports need it."""

    programme_id: ProgrammeId
    unit_id: UnitId
    name: str
    from_on: dt.date | None
    until_on: dt.date | None
    is_new: bool
    wide_reach_clicks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecord:
    """A unit with what it was called when."""

    unit_id: UnitId
    code: str
    versions: tuple[UnitVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A member: place and days away, never figures; the name stands apart, so that it can be erased alone."""

    member_id: MemberId
    party_role: str | None
    history: MemberHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as reports print it; `authors` as its byline names them."""

    article_id: ArticleId
    title: str
    host: str
    source: str
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """An accepted claim with what reports print of it and its own figures (verified in place of declared)."""

    fact: ClaimFact
    title: str
    url: str | None
    article_id: ArticleId | None
    article_url: str | None
    channel: Channel | None
    late: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickDay:
    """Valid clicks on one member's links to one article in one channel on one local day."""

    member_id: MemberId
    day: dt.date
    article_id: ArticleId
    channel: Channel
    click_count: int
    person_day_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many claims of a unit and day waited for a decision when the ledger was read."""

    unit_id: UnitId
    day: dt.date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All rows of the units asked about in [start_on, end_on).

    `today` and `cut_off_at` are those of the reading: for frozen rows, of the close. `people` are in the order of their
    names. `unit_id` None: the whole organisation; `member_id`: one member's own rows only. Clicks and figures of claims
    are there only where they were asked for.
    """

    unit_id: UnitId | None
    member_id: MemberId | None
    start_on: dt.date
    end_on: dt.date
    today: dt.date
    cut_off_at: dt.datetime
    spans: tuple[Span, ...]
    bindings: Mapping[UnitId, Binding]
    units: Mapping[UnitId, UnitRecord]
    programmes: Mapping[ProgrammeId, ProgrammeRecord]
    targets: Sequence[Target]
    assignments: Sequence[Assignment]
    people: Mapping[MemberId, PersonRecord]
    names: Mapping[MemberId, str]
    claims: Sequence[ClaimRecord]
    topics: Mapping[TopicId, str]
    articles: Mapping[ArticleId, ArticleRecord] = field(default_factory=dict)
    clicks: Sequence[ClickDay] = ()
    waiting: Sequence[Waiting] = ()
    channel_posts: Sequence[ChannelFact] = ()
    rules: RuleBook = NOTHING_SET  # of the organisation; rows frozen before there were any hold the defaults


def narrow_to_unit(ledger: Ledger, unit_id: UnitId) -> Ledger:
    """Give the part of a ledger that belongs to one of its units and all that stood below it."""
    places: dict[int, Sequence[Place]] = {
        key: [Place(valid_from=v.valid_from, valid_to=v.valid_to, parent_id=v.parent_id) for v in unit.versions]
        for key, unit in ledger.units.items()
    }
    spans = [
        Span(unit_id=UnitId(row.unit_id), valid_from=row.valid_from, valid_to=row.valid_to)
        for key in places
        for row in ancestry(key, places)
        if row.ancestor_id == unit_id
    ]
    return replace(ledger, unit_id=unit_id, spans=tuple(spans))


def narrow_to_member(ledger: Ledger, member_id: MemberId) -> Ledger:
    """Give the part of a ledger that is one member's own."""
    person = ledger.people.get(member_id)
    stays = person.history.memberships if person else ()
    own_units = {stay.unit_id for stay in stays}
    return replace(
        ledger,
        member_id=member_id,
        spans=tuple(span for span in ledger.spans if span.unit_id in own_units),
        people={member_id: person} if person else {},
        assignments=[turn for turn in ledger.assignments if turn.member_id == member_id],
        claims=[claim for claim in ledger.claims if member_id in claim.fact.credited_ids],
        clicks=[click for click in ledger.clicks if click.member_id == member_id],
        waiting=(),
        channel_posts=(),
    )
