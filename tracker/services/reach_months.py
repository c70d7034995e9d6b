"""What was reached in whole months, by article or unit, from sums in place of every claim and click.

Of everybody, or of a unit whose members made every click there was; what a smaller unit's members reached is told by
their rows (reach.py), and those are few.
"""

from __future__ import annotations

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
    from collections.abc import Mapping

    from tracker.domain.figures import Figure
    from tracker.domain.periods import Period
    from tracker.domain.reach import ClickList, Key, ReachItem
    from tracker.domain.types import ArticleId, MemberId, UnitId
    from tracker.store.db import Tx

    Counts = tuple[int, int]  # clicks, person-days

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """Clicks and person-days by member, and by the unit asked about in which each stood on the day."""

    of_members: Mapping[MemberId, Counts]
    of_units: Mapping[UnitId, Counts]


NO_CLICKS = Clicks(of_members={}, of_units={})


def find(
    tx: Tx, frame: Reckoner, asked: Period, by: ReachBy, *, sees_all: bool, own: MemberId | None
) -> tuple[list[ReachItem], list[Figure]] | None:
    """Find what was reached by subject and over all; None where sums do not tell it.

    Totals are as somebody may see them; `own`: the member who sees their own small counts.
    """
    posts = channels_facts.list_posts(tx, month_sums.days_of(frame, asked))
    reckoner = Reckoner(replace(frame.ledger, channel_posts=posts))
    everybody, of_articles = reckoner.ledger.unit_id is None, by is ReachBy.ARTICLE
    clicks = NO_CLICKS if everybody and of_articles else _list_clicks(tx, reckoner, asked)
    if not everybody and not _total(clicks.of_units) == _total(clicks.of_members) == sums.sum_all(tx, asked):
        return None
    told = _of_articles(tx, reckoner, asked) if of_articles else _of_units(tx, reckoner, asked, clicks)
    items, totals = reach_sums.reach(reckoner, asked, by, told)
    if sees_all:
        return items, totals
    lists = _find_lists(tx, asked, [(clicks.of_units, ()), (clicks.of_members, () if own is None else (own,))])
    return None if lists is None else (items, reach.guarded(totals, lists))


def _find_lists(tx: Tx, asked: Period, known: list[ClickList]) -> list[ClickList] | None:
    """Find how every list parts the clicks; None where they may all be parted by claim too.

    A list that leaves some out gives nothing away: so it is by claim once one click belongs to none.
    """
    if any(of for of, _ in known) and not sums.has_unclaimed(tx, asked):
        return None
    days = (asked.start_on, asked.end_on)
    whole, hosts = sums.sum_articles(tx, *days), sums.sum_hosts(tx, *days)
    found: list[ClickList] = [*known, (whole, ()), (sums.sum_days(tx, *days), ()), (sums.sum_channels(tx, *days), ())]
    return [*found, (hosts, ())] if _total(hosts) == _total(whole) else found


def _of_articles(tx: Tx, reckoner: Reckoner, asked: Period) -> ReachSums:
    clicks = sums.sum_articles(tx, asked.start_on, asked.end_on)
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
    """Sum clicks by member, and by unit: day by day for those who stood in several."""
    clicks = sums.sum_members(tx, month_sums.territory_of(reckoner), asked, ()).clicks
    found: dict[UnitId, tuple[int, int]] = {}
    homes = reckoner.steady_homes(asked)
    moving = [m for m in clicks if m not in homes and m in reckoner.ledger.people]
    rows = counted.list_clicks_of(tx, moving, asked.start_on, asked.end_on)
    by_day = ((reckoner.unit_of(r.member_id, r.day), r.click_count, r.person_day_count) for r in rows)
    steady = ((home, *clicks[m]) for m, home in homes.items() if m in clicks)
    for unit_id, count, people in (*steady, *by_day):
        if unit_id is not None:
            had = found.get(unit_id, (0, 0))
            found[unit_id] = (had[0] + count, had[1] + people)
    return Clicks(of_members=clicks, of_units=found)
