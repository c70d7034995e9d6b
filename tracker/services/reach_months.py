"""What was reached in whole months, by article or unit, from sums in place of every claim and click.

Where all clicks there were are those of the units asked about, from what is kept by article and day; else the database
sums the days of their members' links. Of members who stood in several units each day is read.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.domain import reach, reach_sums
from tracker.domain.claims import ClaimKind
from tracker.domain.reach import ReachBy
from tracker.domain.reach_sums import ClaimFigures, ReachSums
from tracker.domain.reckoning import Reckoner
from tracker.services import month_sums
from tracker.store import channels_facts, counted, sums

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from tracker.domain.figures import Figure
    from tracker.domain.ledger import ClickDay
    from tracker.domain.periods import Period
    from tracker.domain.reach import ClickList, Key, ReachItem
    from tracker.domain.types import ArticleId, MemberId, UnitId
    from tracker.store.db import Tx

    Counts = tuple[int, int]  # clicks, person-days

T = TypeVar("T")


class Parted(enum.StrEnum):
    """What clicks are parted by, beside members and units."""

    ARTICLE = "article"
    DAY = "day"
    CHANNEL = "channel"
    HOST = "host"


_KEPT: Mapping[Parted, Callable[[Tx, dt.date, dt.date], dict[Any, Counts]]] = {
    Parted.ARTICLE: sums.sum_articles,
    Parted.DAY: sums.sum_days,
    Parted.CHANNEL: sums.sum_channels,
    Parted.HOST: sums.sum_hosts,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """Clicks and person-days that were reached in the units asked about, by member and by unit of the day.

    `moving`: the days of members who stood in several units, or not all the time; those of others are sums. `whole`:
    no others clicked, so that what is kept of articles and days tells the same.
    """

    of_members: Mapping[MemberId, Counts]
    of_units: Mapping[UnitId, Counts]
    moving: Sequence[ClickDay]
    moving_ids: Collection[MemberId]
    whole: bool


ALL_CLICKS = Clicks(of_members={}, of_units={}, moving=(), moving_ids=(), whole=True)


def find(
    tx: Tx, frame: Reckoner, asked: Period, by: ReachBy, *, sees_all: bool, own: MemberId | None
) -> tuple[list[ReachItem], list[Figure]] | None:
    """Find what was reached by subject and over all; None where sums do not tell what may be shown of it.

    Totals are as somebody may see them; `own`: the member who sees their own small counts.
    """
    posts = channels_facts.list_posts(tx, month_sums.days_of(frame, asked))
    reckoner = Reckoner(replace(frame.ledger, channel_posts=posts))
    everybody, of_articles = reckoner.ledger.unit_id is None, by is ReachBy.ARTICLE
    clicks = ALL_CLICKS if everybody and of_articles else _list_clicks(tx, reckoner, asked)
    told = _of_articles(tx, reckoner, asked, clicks) if of_articles else _of_units(tx, reckoner, asked, clicks)
    items, totals = reach_sums.reach(reckoner, asked, by, told)
    if sees_all:
        return items, totals
    known: list[ClickList] = [(clicks.of_units, ()), (clicks.of_members, () if own is None else (own,))]
    lists = _find_lists(tx, reckoner, asked, clicks, known)
    return None if lists is None else (items, reach.guarded(totals, lists))


def _find_lists(
    tx: Tx, reckoner: Reckoner, asked: Period, clicks: Clicks, known: list[ClickList]
) -> list[ClickList] | None:
    """Find how every list parts the clicks; None where they may all be parted by claim too.

    A list that leaves some out gives nothing away: so it is by claim once one click belongs to none.
    """
    territory = month_sums.days_of(reckoner, asked)
    if any(of for of, _ in known) and not sums.has_unclaimed(tx, territory, but=clicks.moving_ids):
        return None
    whole, days, channels, hosts = (_sum_by(tx, reckoner, asked, clicks, key) for key in Parted)
    found: list[ClickList] = [*known, (whole, ()), (days, ()), (channels, ())]
    return [*found, (hosts, ())] if _total(hosts) == _total(whole) else found


def _sum_by(tx: Tx, reckoner: Reckoner, asked: Period, clicks: Clicks, by: Parted) -> dict[Any, Counts]:
    """Sum the clicks of the units asked about by a kind of subject."""
    if clicks.whole:
        return _KEPT[by](tx, asked.start_on, asked.end_on)
    found = sums.sum_links(tx, month_sums.days_of(reckoner, asked), by, but=clicks.moving_ids)
    for key, count, people in _keys(tx, clicks.moving, by):
        _add(found, key, count, people)
    return found


def _keys(tx: Tx, rows: Sequence[ClickDay], by: Parted) -> Iterator[tuple[Any, int, int]]:
    """Give the clicks of some days with their subject."""
    hosts = sums.list_hosts(tx, {row.article_id for row in rows}) if by is Parted.HOST else {}
    for row in rows:
        yield _key(row, by, hosts), row.click_count, row.person_day_count


def _key(row: ClickDay, by: Parted, hosts: Mapping[ArticleId, str]) -> Any:
    match by:
        case Parted.ARTICLE:
            return row.article_id
        case Parted.DAY:
            return row.day
        case Parted.CHANNEL:
            return row.channel.value
        case Parted.HOST:  # pragma: no branch - a closed union, mypy watches it
            return hosts[row.article_id]


def _of_articles(tx: Tx, reckoner: Reckoner, asked: Period, parts: Clicks) -> ReachSums:
    clicks = _sum_by(tx, reckoner, asked, parts, Parted.ARTICLE)
    shares, claims = _shares_of_articles(tx, reckoner, asked), _figures(tx, reckoner, asked)
    named = {c.article_id for c in claims} | {post.article_id for post in reckoner.ledger.channel_posts}
    titles = sums.list_titles(tx, {*clicks, *shares, *(a for a in named if a is not None)})
    return ReachSums(
        clicks=_keyed(clicks), shares=_keyed(shares), claims=claims, total=_total(clicks), titles=_keyed(titles)
    )


def _of_units(tx: Tx, reckoner: Reckoner, asked: Period, clicks: Clicks) -> ReachSums:
    counts = month_sums.count_by_unit(tx, reckoner, asked)
    return ReachSums(
        clicks=_keyed(clicks.of_units),
        shares={unit_id: counts[unit_id, ClaimKind.SHARE] for unit_id, _ in list(counts)},
        claims=_figures(tx, reckoner, asked),
        total=_total(clicks.of_members),
        titles=reach.titles_of(reckoner, asked, ReachBy.UNIT),
    )


def _keyed(found: Mapping[Any, T]) -> Mapping[Key, T]:
    """Take ids of one kind as subjects: a mapping is read with any, but typed with one."""
    return found


def _total(parts: Mapping[Any, tuple[int, int]]) -> tuple[int, int] | None:
    counts = parts.values()
    return (sum(clicks for clicks, _ in counts), sum(people for _, people in counts)) if parts else None


def _figures(tx: Tx, reckoner: Reckoner, asked: Period) -> list[ClaimFigures]:
    """List the own figures of claims that count in the units asked about."""
    stated = month_sums.list_stated(tx, reckoner, asked)
    return [
        ClaimFigures(unit_id=place.unit_id, article_id=place.article_id, figures=stated[claim_id])
        for claim_id, place in counted.list_places(tx, stated).items()
        if place.unit_id in reckoner.units_on(place.on)
    ]


def _shares_of_articles(tx: Tx, reckoner: Reckoner, asked: Period) -> Counter[ArticleId]:
    """Count the shares of each article that counted claims name, be they shares of it or not."""
    odd = month_sums.odd_units(reckoner, asked)
    found = Counter(sums.count_article_claims(tx, month_sums.days_of(reckoner, asked), but=odd))
    for row in month_sums.list_day_claims(tx, reckoner, asked):
        if row.article_id is not None:
            found[row.article_id] += row.count if row.kind is ClaimKind.SHARE else 0
    return found


def _list_clicks(tx: Tx, reckoner: Reckoner, asked: Period) -> Clicks:
    """Sum clicks by member and by unit: from months, and day by day for those who stood in several."""
    clicks = sums.sum_members(tx, month_sums.territory_of(reckoner), asked, ()).clicks
    homes, everybody = reckoner.steady_homes(asked), reckoner.ledger.unit_id is None
    of_members = {m: counts for m, counts in clicks.items() if everybody or m in homes}
    of_units: dict[UnitId, Counts] = {}
    for member_id, home in homes.items():
        if member_id in clicks:
            _add(of_units, home, *clicks[member_id])
    moving_ids = [m for m in clicks if m not in homes and m in reckoner.ledger.people]
    moving = []
    for row in counted.list_clicks_of(tx, moving_ids, asked.start_on, asked.end_on):
        unit_id = reckoner.unit_of(row.member_id, row.day)
        if unit_id is not None:
            moving.append(row)
            _add(of_units, unit_id, row.click_count, row.person_day_count)
            if not everybody:
                _add(of_members, row.member_id, row.click_count, row.person_day_count)
    whole = everybody or _total(of_members) == sums.sum_all(tx, asked)
    return Clicks(of_members=of_members, of_units=of_units, moving=moving, moving_ids=moving_ids, whole=whole)


def _add(found: dict[Any, Counts], key: Any, count: int, people: int) -> None:
    had = found.get(key, (0, 0))
    found[key] = (had[0] + count, had[1] + people)
