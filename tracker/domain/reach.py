"""What was reached: figures of articles, units, channels, days, sources and claims, kept apart by measure and grade.

Pure, read from a ledger. Small click figures are hidden by the caller, after everything was put together.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tracker.domain.claims import ClaimKind
from tracker.domain.figures import Figure, Grade, Measure, hide_small, tally
from tracker.domain.small_counts import Parts, guard_total, parts_of
from tracker.domain.types import Channel

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.domain.channels import ChannelFact
    from tracker.domain.ledger import ClaimRecord, ClickDay, Ledger, Span
    from tracker.domain.periods import Period
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import ArticleId, ClaimId, MemberId, UnitId

    Triple = tuple[MemberId, ArticleId, Channel]
    # Clicks and person-days by subject (None: under none), and the subjects of which the reader sees all.
    ClickList = tuple[Mapping[Any, tuple[int, int]], Collection[int | str]]

Key = int | str
_CHANNELS = {channel: channel.value for channel in Channel}


class ReachBy(enum.StrEnum):
    """What figures are put together by."""

    ARTICLE = "article"
    UNIT = "unit"
    CHANNEL = "channel"
    DAY = "day"
    SOURCE = "source"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachItem:
    """The figures of one subject; `shares` counts the shares of it. `sharer_id` only where the subject is a claim."""

    key: Key
    title: str
    shares: int
    figures: tuple[Figure, ...]
    sharer_id: MemberId | None = None

    @property
    def clicks(self) -> int:
        """Give the measured clicks, for ordering; 0 where none are known."""
        return next((f.value or 0 for f in self.figures if f.measure is Measure.VALID_CLICKS), 0)


@dataclass(slots=True)
class Pile:
    """What comes together under one key."""

    clicks: int = 0
    person_days: int = 0
    measured: bool = False
    shares: int = 0
    figures: list[Figure] = field(default_factory=list)

    def add_clicks(self, click_count: int, person_day_count: int) -> None:
        """Add clicks and person-days."""
        self.clicks += click_count
        self.person_days += person_day_count
        self.measured = True

    def add_claim(self, claim: ClaimRecord) -> None:
        """Add a claim with its own figures."""
        self.shares += claim.fact.kind is ClaimKind.SHARE
        self.figures += claim.figures

    def tallied(self, at: dt.datetime) -> tuple[Figure, ...]:
        """Give the figures of all that came together."""
        measured = click_figures(self.clicks, self.person_days, at) if self.measured else []
        return tuple(tally([*measured, *self.figures]) if self.figures else measured)


def click_figures(clicks: int, person_days: int, at: dt.datetime) -> list[Figure]:
    """Give clicks and person-days as figures."""
    counts = ((Measure.VALID_CLICKS, clicks), (Measure.PERSON_DAYS, person_days))
    return [Figure(measure=measure, grade=Grade.MEASURED, value=count, as_of=at) for measure, count in counts]


def reach(reckoner: Reckoner, asked: Period, by: ReachBy) -> list[ReachItem]:
    """Put the figures of a period together by a kind of subject: most clicked first, or in the subject's own order."""
    ledger = reckoner.ledger
    piles: dict[Key, Pile] = defaultdict(Pile)
    claims = claims_in(reckoner, asked)
    sharing = _sharing(claims) if by is ReachBy.CLAIM else {}
    clicks = clicks_in(reckoner, asked)
    for key, counts in _summed(_click_keys(reckoner, asked, clicks, by, sharing), clicks).items():
        if key is not None:
            piles[key].add_clicks(*counts)
    for claim in claims:
        key = claim_key(ledger, claim, by)
        if key is not None:
            piles[key].add_claim(claim)
    for post in posts_in(reckoner, asked):
        key = post_key(ledger, post, by)
        if key is not None:
            piles[key].figures += post.figures
    sharers = {str(c.fact.claim): c.fact.member_id for c in claims} if by is ReachBy.CLAIM else {}
    return items_of(piles, by, ledger.cut_off_at, titles_of(reckoner, asked, by), sharers)


def items_of(
    piles: Mapping[Key, Pile],
    by: ReachBy,
    at: dt.datetime,
    titles: Mapping[Key, str],
    sharers: Mapping[str, MemberId],
) -> list[ReachItem]:
    """Give what came together by a kind of subject: most clicked first, or in the subject's own order."""
    items = [
        ReachItem(
            key=key,
            title=titles.get(key, str(key)),
            shares=pile.shares,
            figures=pile.tallied(at),
            sharer_id=sharers.get(str(key)),
        )
        for key, pile in piles.items()
    ]
    return _ordered(items, by)


def totals(reckoner: Reckoner, asked: Period) -> list[Figure]:
    """Put all figures of a period together: every click and claim of the units asked about, each once."""
    pile, clicks = Pile(), clicks_in(reckoner, asked)
    if clicks:
        pile.add_clicks(sum(c.click_count for c in clicks), sum(c.person_day_count for c in clicks))
    for claim in claims_in(reckoner, asked):
        pile.add_claim(claim)
    for post in posts_in(reckoner, asked):
        pile.figures += post.figures
    return list(pile.tallied(reckoner.ledger.cut_off_at))


def shown_totals(reckoner: Reckoner, asked: Period, *, sees_all: bool, own: MemberId | None = None) -> list[Figure]:
    """Give the totals as somebody may see them: small ones hidden, and bounds where the rest of a list would tell.

    `own`: the member who sees their own small counts.
    """
    found = totals(reckoner, asked)
    return found if sees_all else guarded(found, _click_lists(reckoner, asked, own))


def guarded(found: Iterable[Figure], lists: Iterable[ClickList]) -> list[Figure]:
    """Give totals to somebody who does not see small counts, kept from what each list would give away."""
    parts = _parts(lists)
    return [guard_total(hide_small(f, may_see_all=False), parts.get(f.measure, ())) for f in found]


def _parts(lists: Iterable[ClickList]) -> dict[Measure, list[Parts]]:
    """Give how each list of a period's clicks parts them; a list that leaves some out gives nothing away."""
    whole = [(sums, mine) for sums, mine in lists if None not in sums]
    return {
        measure: [
            parts_of(
                (counts[place] for key, counts in sums.items() if key not in mine),
                seen=[counts[place] for key, counts in sums.items() if key in mine],
            )
            for sums, mine in whole
        ]
        for place, measure in enumerate((Measure.VALID_CLICKS, Measure.PERSON_DAYS))
    }


def _click_lists(reckoner: Reckoner, asked: Period, own: MemberId | None) -> Iterator[ClickList]:
    """Part the clicks of a period by every kind of subject and by member; with the keys that are one's own."""
    clicks, claims = clicks_in(reckoner, asked), claims_in(reckoner, asked)
    sharing = _sharing(claims)
    for by in ReachBy:
        keys = _click_keys(reckoner, asked, clicks, by, sharing)
        mine = {str(c.fact.claim) for c in claims if c.fact.member_id == own} if by is ReachBy.CLAIM else set()
        yield _summed(keys, clicks), set(mine)
    yield _summed([click.member_id for click in clicks], clicks), set() if own is None else {own}


def _summed(keys: Iterable[Key | None], clicks: Iterable[ClickDay]) -> dict[Key | None, tuple[int, int]]:
    found: dict[Key | None, list[int]] = {}
    for key, click in zip(keys, clicks, strict=True):
        if key in found:
            sums = found[key]
            sums[0] += click.click_count
            sums[1] += click.person_day_count
        else:
            found[key] = [click.click_count, click.person_day_count]
    return {key: (count, people) for key, (count, people) in found.items()}


def by_member(reckoner: Reckoner, asked: Period) -> dict[MemberId, list[Figure]]:
    """Put the figures of each member together: of their links' clicks and of the claims they own."""
    piles: dict[MemberId, Pile] = defaultdict(Pile)
    for click in reckoner.ledger.clicks:
        if asked.contains_day(click.day):
            piles[click.member_id].add_clicks(click.click_count, click.person_day_count)
    for claim in reckoner.ledger.claims:
        if asked.contains_day(claim.fact.happened_on):
            piles[claim.fact.member_id].add_claim(claim)
    return {member_id: list(pile.tallied(reckoner.ledger.cut_off_at)) for member_id, pile in piles.items()}


def by_member_sums(
    clicks: Mapping[MemberId, tuple[int, int]], stated: Mapping[ClaimId, Sequence[Figure]], at: dt.datetime
) -> dict[MemberId, list[Figure]]:
    """Put the figures of each member together from the sums of their clicks and the figures of claims they own."""
    found = {member_id: click_figures(*counts, at) for member_id, counts in clicks.items()}
    owning: dict[MemberId, list[Figure]] = defaultdict(list)
    for claim_id, figures in stated.items():
        owning[claim_id.member_id] += figures
    return found | {m: tally([*found.get(m, ()), *figures]) for m, figures in owning.items()}


def claims_in(reckoner: Reckoner, asked: Period) -> list[ClaimRecord]:
    """List the claims of a period that count in the units asked about, each once."""
    counted = {fact.claim for fact in reckoner.facts_in(asked)}
    return [claim for claim in reckoner.ledger.claims if claim.fact.claim in counted]


def posts_in(reckoner: Reckoner, asked: Period) -> list[ChannelFact]:
    """List the posts of a period on channels of the units asked about."""
    ledger = reckoner.ledger
    standing: dict[UnitId, list[Span]] = defaultdict(list)
    for span in ledger.spans:
        standing[span.unit_id].append(span)
    return [
        post
        for post in ledger.channel_posts
        if asked.contains_day(post.on)
        and (ledger.unit_id is None or any(span.covers(post.on) for span in standing[post.unit_id]))
    ]


def clicks_in(reckoner: Reckoner, asked: Period) -> list[ClickDay]:
    """List the clicks of a period on links of members who stood in the units asked about on the day."""
    found = [click for click in reckoner.ledger.clicks if asked.start_on <= click.day < asked.end_on]
    if reckoner.ledger.unit_id is None:
        return found
    units = reckoner.units_of_clicks(found, asked)
    return [click for click, unit_id in zip(found, units, strict=True) if unit_id is not None]


def claim_key(ledger: Ledger, claim: ClaimRecord, by: ReachBy) -> Key | None:
    """Say under which subject a claim's figures come; None: under none of this kind."""
    match by:
        case ReachBy.ARTICLE:
            return claim.article_id
        case ReachBy.UNIT:
            return claim.fact.unit_id
        case ReachBy.CHANNEL:
            return None if claim.channel is None else claim.channel.value
        case ReachBy.DAY:
            return claim.fact.happened_on.isoformat()
        case ReachBy.SOURCE:
            return source_host(ledger, claim)
        case ReachBy.CLAIM:  # pragma: no branch - a closed union, mypy watches it
            return str(claim.fact.claim)


def post_key(ledger: Ledger, post: ChannelFact, by: ReachBy) -> Key | None:
    """Say under which subject a post's figures come; None: under none of this kind."""
    match by:
        case ReachBy.ARTICLE:
            return post.article_id
        case ReachBy.UNIT:
            return post.unit_id
        case ReachBy.CHANNEL:
            return post.platform.value
        case ReachBy.DAY:
            return post.on.isoformat()
        case ReachBy.SOURCE:
            article = ledger.articles.get(post.article_id) if post.article_id is not None else None
            return article.host if article else None
        case ReachBy.CLAIM:  # pragma: no branch - a closed union, mypy watches it
            return None


def source_host(ledger: Ledger, claim: ClaimRecord) -> str | None:
    """Give the host of what a claim passed on, or of the piece."""
    article = ledger.articles.get(claim.article_id) if claim.article_id is not None else None
    if article is not None:
        return article.host
    address = claim.url if claim.fact.kind is ClaimKind.AUTHORED else claim.article_url
    return urlsplit(address).hostname if address else None


def _click_keys(
    reckoner: Reckoner, asked: Period, clicks: Sequence[ClickDay], by: ReachBy, sharing: dict[Triple, list[ClaimRecord]]
) -> Sequence[Key | None]:
    """Say under which subject each of some clicks comes; None: under none of this kind."""
    match by:
        case ReachBy.ARTICLE:
            return [click.article_id for click in clicks]
        case ReachBy.UNIT:
            return reckoner.units_of_clicks(clicks, asked)
        case ReachBy.CHANNEL:
            return [_CHANNELS[click.channel] for click in clicks]
        case ReachBy.DAY:
            days = {day: day.isoformat() for day in {click.day for click in clicks}}
            return [days[click.day] for click in clicks]
        case ReachBy.SOURCE:
            hosts = {article_id: article.host for article_id, article in reckoner.ledger.articles.items()}
            return [hosts.get(click.article_id) for click in clicks]
        case ReachBy.CLAIM:  # pragma: no branch - the same
            return [_shared_as(c, sharing.get((c.member_id, c.article_id, c.channel), ())) for c in clicks]


def _sharing(claims: Iterable[ClaimRecord]) -> dict[Triple, list[ClaimRecord]]:
    """Find the shares that clicks of a link may belong to, in the order of days."""
    found: dict[Triple, list[ClaimRecord]] = defaultdict(list)
    for claim in claims:
        if claim.fact.kind is ClaimKind.SHARE and claim.article_id is not None and claim.channel is not None:
            found[claim.fact.member_id, claim.article_id, claim.channel].append(claim)
    return found


def _shared_as(click: ClickDay, shares: Sequence[ClaimRecord]) -> str | None:
    """Give the share to which a click belongs: from its month on, until the next share of the same."""
    month = (click.day.year, click.day.month)
    begun = [c for c in shares if (c.fact.happened_on.year, c.fact.happened_on.month) <= month]
    return str(begun[-1].fact.claim) if begun else None


def titles_of(reckoner: Reckoner, asked: Period, by: ReachBy) -> Mapping[Key, str]:
    """Give the names of the subjects of a kind; channels and days are their own."""
    ledger = reckoner.ledger
    match by:
        case ReachBy.ARTICLE:
            return {a.article_id: a.title for a in ledger.articles.values()}
        case ReachBy.UNIT:
            return {u: reckoner.unit_name(u, asked.last_day) for u in ledger.units}
        case ReachBy.SOURCE:
            return {a.host: a.source for a in ledger.articles.values()}
        case ReachBy.CLAIM:
            return {str(c.fact.claim): c.title for c in ledger.claims}
        case ReachBy.CHANNEL | ReachBy.DAY:  # pragma: no branch - the same
            return {}


def _ordered(items: list[ReachItem], by: ReachBy) -> list[ReachItem]:
    if by in {ReachBy.DAY, ReachBy.CLAIM}:
        return sorted(items, key=lambda i: str(i.key))
    return sorted(items, key=lambda i: (-i.clicks, -i.shares, i.title, str(i.key)))
