"""Sums of whole months in place of a ledger's claims and clicks, where they tell the same; None where they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.domain import reach, reach_sums
from tracker.domain.claims import ClaimKind
from tracker.domain.contribution import UnitTotal
from tracker.domain.month_sums import months_of, sums_wanted
from tracker.domain.reach import ReachBy
from tracker.domain.reach_sums import ClaimFigures, ReachSums
from tracker.domain.reckoning import Reckoner
from tracker.store import channels_facts, counted, sums
from tracker.store.standings import Territory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.domain.figures import Figure
    from tracker.domain.month_sums import MemberSums
    from tracker.domain.periods import Period
    from tracker.domain.reach import Key, ReachItem
    from tracker.domain.types import ArticleId, ClaimId, MemberId, UnitId
    from tracker.store.db import Tx
    from tracker.store.sums import DayClaims

T = TypeVar("T")


def find_members(tx: Tx, reckoner: Reckoner, asked: Period) -> MemberSums | None:
    """Find the sums from which contributions of a period are reckoned."""
    if months_of(asked) is None:
        return None
    wanted = sums_wanted(reckoner, asked)
    return None if wanted is None else sums.sum_members(tx, _territory(reckoner), asked, wanted)


def get_total(tx: Tx, reckoner: Reckoner, asked: Period) -> UnitTotal:
    """Count the accepted claims of a period of whole months by kind, each once."""
    counts: Counter[ClaimKind] = Counter()
    for (_, kind), count in _by_unit(tx, reckoner, asked).items():
        counts[kind] += count
    shares, authored, presentations = (
        counts[kind] for kind in (ClaimKind.SHARE, ClaimKind.AUTHORED, ClaimKind.PRESENTATION)
    )
    return UnitTotal(shares=shares, authored=authored, presentations=presentations)


def list_stated(tx: Tx, reckoner: Reckoner, asked: Period) -> dict[ClaimId, list[Figure]]:
    """List the claims' own figures that may enter a period."""
    return counted.list_figures(tx, _days(reckoner, asked))


def get_reach(tx: Tx, frame: Reckoner, asked: Period, by: ReachBy) -> tuple[list[ReachItem], list[Figure]]:
    """Tell what was reached in whole months by all, by article or by unit, and over all of them."""
    posts = channels_facts.list_posts(tx, _days(frame, asked))
    reckoner = Reckoner(replace(frame.ledger, channel_posts=posts))
    sums_of = _of_articles if by is ReachBy.ARTICLE else _of_units
    return reach_sums.reach(reckoner, asked, by, sums_of(tx, reckoner, asked))


def _of_articles(tx: Tx, reckoner: Reckoner, asked: Period) -> ReachSums:
    clicks = sums.sum_articles(tx, asked.start_on, asked.end_on)
    shares, claims = _shares_of_articles(tx, reckoner, asked), _figures(tx, reckoner, asked)
    named = {c.article_id for c in claims} | {post.article_id for post in reckoner.ledger.channel_posts}
    titles = sums.list_titles(tx, {*clicks, *shares, *(a for a in named if a is not None)})
    return ReachSums(
        clicks=_keyed(clicks), shares=_keyed(shares), claims=claims, total=_total(clicks), titles=_keyed(titles)
    )


def _of_units(tx: Tx, reckoner: Reckoner, asked: Period) -> ReachSums:
    of_members = sums.sum_members(tx, _territory(reckoner), asked, ()).clicks
    counts = _by_unit(tx, reckoner, asked)
    return ReachSums(
        clicks=_keyed(_clicks_of_units(tx, reckoner, asked, of_members)),
        shares={unit_id: counts[unit_id, ClaimKind.SHARE] for unit_id, _ in list(counts)},
        claims=_figures(tx, reckoner, asked),
        total=_total(of_members),
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
    stated = list_stated(tx, reckoner, asked)
    return [
        ClaimFigures(unit_id=place.unit_id, article_id=place.article_id, figures=stated[claim_id])
        for claim_id, place in counted.list_places(tx, stated).items()
        if place.unit_id in reckoner.units_on(place.on)
    ]


def _by_unit(tx: Tx, reckoner: Reckoner, asked: Period) -> Counter[tuple[UnitId, ClaimKind]]:
    """Count the claims that count in the units asked about by unit and kind."""
    found: Counter[tuple[UnitId, ClaimKind]] = Counter()
    for unit_id, kind, count in sums.count_claims(tx, _days(reckoner, asked), but=_odd_units(reckoner, asked)):
        found[unit_id, kind] += count
    for row in _day_claims(tx, reckoner, asked):
        found[row.unit_id, row.kind] += row.count
    return found


def _shares_of_articles(tx: Tx, reckoner: Reckoner, asked: Period) -> Counter[ArticleId]:
    """Count the shares of each article that counted claims name, be they shares of it or not."""
    odd = _odd_units(reckoner, asked)
    found = Counter(sums.count_article_claims(tx, _days(reckoner, asked), but=odd))
    for row in _day_claims(tx, reckoner, asked):
        if row.article_id is not None:
            found[row.article_id] += row.count if row.kind is ClaimKind.SHARE else 0
    return found


def _day_claims(tx: Tx, reckoner: Reckoner, asked: Period) -> Iterator[DayClaims]:
    """Give the claims of units that were not there all the time, of the days on which they were."""
    for row in sums.list_day_claims(tx, _days(reckoner, asked), _odd_units(reckoner, asked)):
        if row.unit_id in reckoner.units_on(row.on):
            yield row


def _odd_units(reckoner: Reckoner, asked: Period) -> list[UnitId]:
    return sorted(reckoner.ledger.units.keys() - reckoner.steady_units(asked))


def _clicks_of_units(
    tx: Tx, reckoner: Reckoner, asked: Period, clicks: Mapping[MemberId, tuple[int, int]]
) -> dict[UnitId, tuple[int, int]]:
    """Sum members' clicks by the unit in which each stood; day by day for those who stood in several."""
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
    return found


def _territory(reckoner: Reckoner) -> Territory:
    """Give whose rows the ledger holds, and of which days."""
    ledger = reckoner.ledger
    return Territory(unit_id=ledger.unit_id, member_id=ledger.member_id, start_on=ledger.start_on, end_on=ledger.end_on)


def _days(reckoner: Reckoner, asked: Period) -> Territory:
    """Give the same of the days asked about."""
    return replace(_territory(reckoner), start_on=asked.start_on, end_on=asked.end_on)
