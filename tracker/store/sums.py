"""Sums over periods of whole months, from what is kept by member and month and by article and day.

A fixed number of statements, never one row a click. They agree with what is reckoned from every claim and click
(reckoning.py); `lantoa verify` compares the roll-ups with what they sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from tracker.domain.claims import ClaimKind
from tracker.domain.month_sums import Credit, MemberSums, months_of
from tracker.domain.types import ArticleId, ClaimId, MemberId, UnitId
from tracker.store.asked import ids_of
from tracker.store.standings import of_people, units_of
from tracker.store.tables.claims import ClaimCredit, counted_claims
from tracker.store.tables.feeds import Article
from tracker.store.tables.links import ArticleDay, MemberLinkDay, MemberMonth

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.domain.month_sums import Wanted
    from tracker.domain.periods import Period
    from tracker.store.db import Tx
    from tracker.store.standings import Territory

C = counted_claims.c
LOOKED_AT = 2_000
IDS = 5_000  # named in one statement; either database takes more
_COUNTERS: Mapping[ClaimKind, Any] = {
    ClaimKind.SHARE: MemberMonth.share_count,
    ClaimKind.AUTHORED: MemberMonth.authored_count,
    ClaimKind.PRESENTATION: MemberMonth.presentation_count,
}

_LINK_KEYS: Mapping[str, Any] = {
    "article": MemberLinkDay.article_id,
    "day": MemberLinkDay.day,
    "channel": MemberLinkDay.channel,
    "host": Article.host,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClaims:
    """How many accepted claims of a kind a unit has on a day, of one article or of none."""

    unit_id: UnitId
    on: dt.date
    kind: ClaimKind
    article_id: ArticleId | None
    count: int


def sum_members(tx: Tx, territory: Territory, asked: Period, wanted: Sequence[Wanted]) -> MemberSums:
    """Sum by member the clicks of a period of whole months, and the wanted claims in periods of whole months."""
    inside = {period: months_of(period) or () for period in (asked, *(period for _, period in wanted))}
    read = sorted({month for months in inside.values() for month in months})
    t = MemberMonth
    columns = [_sum_of(column, inside[asked], read) for column in (t.click_count, t.person_day_count)]
    columns += [_sum_of(_COUNTERS[kind], inside[period], read) for kind, period in wanted]
    query = select(t.member_id, *columns).where(t.month.in_(read), of_people(t.member_id, territory))
    rows: Any = tx.all(query.group_by(t.member_id))
    return MemberSums(
        claims={key: {MemberId(row[0]): row[n] for row in rows if row[n]} for n, key in enumerate(wanted, start=3)},
        clicks={MemberId(row[0]): (row[1], row[2]) for row in rows if row[1] or row[2]},
    )


def count_claims(tx: Tx, territory: Territory, *, but: Collection[UnitId]) -> list[tuple[UnitId, ClaimKind, int]]:
    """Count the accepted claims of the territory's units and days by unit and kind, but for some units."""
    query = select(C.unit_id, C.kind, func.count()).where(*_counted(territory, but))
    rows: Any = tx.all(query.group_by(C.unit_id, C.kind))
    return [(UnitId(unit_id), ClaimKind(kind), count) for unit_id, kind, count in rows]


def count_unit_claims(tx: Tx, territory: Territory, wanted: Sequence[Wanted]) -> dict[Wanted, dict[UnitId, int]]:
    """Count the accepted claims of each of the territory's units, by kind and period, in one statement."""
    found: dict[Wanted, dict[UnitId, int]] = {key: {} for key in wanted}
    if not wanted:
        return found
    columns = [
        func.sum(case((and_(C.kind == kind.value, C.happened_on >= p.start_on, C.happened_on < p.end_on), 1), else_=0))
        for kind, p in wanted
    ]
    rows: Any = tx.all(select(C.unit_id, *columns).where(*_counted(territory, ())).group_by(C.unit_id))
    for unit_id, *counts in rows:
        for key, count in zip(wanted, counts, strict=True):
            if count:
                found[key][UnitId(unit_id)] = count
    return found


def list_credits(tx: Tx, territory: Territory, member_ids: Sequence[MemberId]) -> dict[MemberId, list[Credit]]:
    """List the accepted claims of the territory's days that are credited to some members."""
    found: dict[MemberId, list[Credit]] = {}
    days = (C.happened_on >= territory.start_on, C.happened_on < territory.end_on)
    for start in range(0, len(member_ids), IDS):
        query = select(ClaimCredit.member_id, C.member_id.label("owner_id"), C.number, C.kind, C.happened_on)
        query = query.join(counted_claims, and_(C.member_id == ClaimCredit.owner_id, C.number == ClaimCredit.number))
        rows = tx.all(query.where(ClaimCredit.member_id.in_(member_ids[start : start + IDS]), *days))
        for row in rows:
            claim = ClaimId(MemberId(row.owner_id), row.number)
            credit = Credit(claim=claim, kind=ClaimKind(row.kind), happened_on=row.happened_on)
            found.setdefault(MemberId(row.member_id), []).append(credit)
    return found


def count_article_claims(tx: Tx, territory: Territory, *, but: Collection[UnitId]) -> dict[ArticleId, int]:
    """Count the shares of each article that accepted claims of the territory name, but for those of some units."""
    shares = func.sum(case((C.kind == ClaimKind.SHARE.value, 1), else_=0))
    query = select(C.article_id, shares).where(*_counted(territory, but), C.article_id.is_not(None))
    rows: Any = tx.all(query.group_by(C.article_id))
    return {ArticleId(article_id): count for article_id, count in rows}


def list_day_claims(tx: Tx, territory: Territory, unit_ids: Collection[UnitId]) -> list[DayClaims]:
    """Count the accepted claims of some units by day, kind and article."""
    if not unit_ids:
        return []
    keys = (C.unit_id, C.happened_on, C.kind, C.article_id)
    query = select(*keys, func.count()).where(*_counted(territory, ()), C.unit_id.in_(unit_ids))
    rows: Any = tx.all(query.group_by(*keys))
    return [
        DayClaims(
            unit_id=UnitId(unit_id),
            on=on,
            kind=ClaimKind(kind),
            article_id=None if article_id is None else ArticleId(article_id),
            count=count,
        )
        for unit_id, on, kind, article_id, count in rows
    ]


def sum_articles(tx: Tx, start_on: dt.date, end_on: dt.date) -> dict[ArticleId, tuple[int, int]]:
    """Sum the clicks and person-days of each article on the days [start_on, end_on), over all links."""
    return _sum_by(tx, ArticleDay, ArticleDay.article_id, start_on, end_on)


def sum_links(tx: Tx, territory: Territory, by: str, *, but: Collection[MemberId]) -> dict[Any, tuple[int, int]]:
    """Sum the clicks and person-days of the territory's days and people's links, but for some, by one of their keys."""
    t, key = MemberLinkDay, _LINK_KEYS[by]
    query = select(key, func.sum(t.click_count), func.sum(t.person_day_count)).where(*_of_links(tx, territory, but))
    if key is Article.host:
        query = query.join(Article, Article.article_id == t.article_id)
    rows: Any = tx.all(query.group_by(key))
    return _counts(rows)


def sum_all(tx: Tx, asked: Period) -> tuple[int, int] | None:
    """Sum the clicks and person-days of all members in a period of whole months; None where there are none."""
    t = MemberMonth
    query = select(func.sum(t.click_count), func.sum(t.person_day_count)).where(t.month.in_(months_of(asked) or ()))
    row: Any = tx.first(query)
    return (row[0], row[1]) if row[0] or row[1] else None


def sum_days(tx: Tx, start_on: dt.date, end_on: dt.date) -> dict[dt.date, tuple[int, int]]:
    """Sum all clicks and person-days by day."""
    return _sum_by(tx, ArticleDay, ArticleDay.day, start_on, end_on)


def sum_hosts(tx: Tx, start_on: dt.date, end_on: dt.date) -> dict[str, tuple[int, int]]:
    """Sum the clicks and person-days of articles by host."""
    t = ArticleDay
    sums = (func.sum(t.click_count), func.sum(t.person_day_count))
    query = select(Article.host, *sums).join(Article, Article.article_id == t.article_id)
    rows: Any = tx.all(query.where(t.day >= start_on, t.day < end_on).group_by(Article.host))
    return _counts(rows)


def sum_channels(tx: Tx, start_on: dt.date, end_on: dt.date) -> dict[str, tuple[int, int]]:
    """Sum all clicks and person-days by channel."""
    return _sum_by(tx, MemberLinkDay, MemberLinkDay.channel, start_on, end_on)


def has_unclaimed(tx: Tx, territory: Territory, *, but: Collection[MemberId] = ()) -> bool:
    """Say whether some clicks are seen to belong to no accepted share; only the first are looked at.

    Those on the territory's days and people's links, but for some of them.
    """
    t = MemberLinkDay
    first = select(t.member_id, t.article_id, t.channel).where(*_of_links(tx, territory, but))
    d = first.limit(LOOKED_AT).subquery()
    of_link = (C.member_id == d.c.member_id, C.article_id == d.c.article_id, C.channel == d.c.channel)
    shared = exists().where(*of_link, C.kind == ClaimKind.SHARE.value)
    return tx.first(select(d.c.member_id).where(~shared).limit(1)) is not None


def list_titles(tx: Tx, article_ids: Collection[ArticleId]) -> dict[ArticleId, str]:
    """List the titles of articles."""
    ids = sorted(article_ids)
    parts = (ids[start : start + IDS] for start in range(0, len(ids), IDS))
    query = select(Article.article_id, Article.title)
    found: Any = (row for part in parts for row in tx.all(query.where(Article.article_id.in_(part))))
    return {ArticleId(article_id): title for article_id, title in found}


def list_hosts(tx: Tx, article_ids: Collection[ArticleId]) -> dict[ArticleId, str]:
    """List the hosts of articles."""
    query = select(Article.article_id, Article.host).where(Article.article_id.in_(ids_of(tx, sorted(article_ids))))
    return {ArticleId(row.article_id): row.host for row in tx.all(query)} if article_ids else {}


def _sum_of(column: Any, months: Collection[str], read: Sequence[str]) -> ColumnElement[int]:
    """Sum a column over some of the months that are read."""
    if len(months) == len(read):
        return func.sum(column)
    return func.sum(case((MemberMonth.month.in_(months), column), else_=0))


def _counted(territory: Territory, but: Collection[UnitId]) -> Iterator[ColumnElement[bool]]:
    """Claims of the territory's days and units, but for some."""
    yield C.happened_on >= territory.start_on
    yield C.happened_on < territory.end_on
    if territory.unit_id is not None:
        yield C.unit_id.in_(units_of(territory))
    if but:
        yield C.unit_id.not_in(but)


def _of_links(tx: Tx, territory: Territory, but: Collection[MemberId]) -> Iterator[ColumnElement[bool]]:
    """Days of links of the territory's days and people, but for some."""
    t = MemberLinkDay
    yield of_people(t.member_id, territory)
    yield t.day >= territory.start_on
    yield t.day < territory.end_on
    if but:
        yield t.member_id.not_in(ids_of(tx, but))


def _sum_by(tx: Tx, table: Any, key: Any, start_on: dt.date, end_on: dt.date) -> dict[Any, tuple[int, int]]:
    sums = (func.sum(table.click_count), func.sum(table.person_day_count))
    rows: Any = tx.all(select(key, *sums).where(table.day >= start_on, table.day < end_on).group_by(key))
    return _counts(rows)


def _counts(rows: Iterable[tuple[Any, int, int]]) -> dict[Any, tuple[int, int]]:
    """Give clicks and person-days by key; a row put right to zero is no row."""
    return {key: (clicks, people) for key, clicks, people in rows if clicks or people}
