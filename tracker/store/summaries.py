"""Counts of a scope for the first page, and sums of some months from roll-ups: never one row a click.

What a report says is reckoned from the ledger (reckoning.py), with dated units, topics and targets; both agree on what
they share, and `lantoa verify` compares the roll-ups with what they sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select

from tracker.domain.claims import ClaimKind
from tracker.store.scope import valid_on
from tracker.store.tables.claims import counted_claims
from tracker.store.tables.feeds import Article
from tracker.store.tables.links import ArticleDay, MemberMonth
from tracker.store.tables.organisation import Membership, UnitAncestry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.domain.organisation import MemberStatus
    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSums:
    """What one member gave in some months: claims credited to them, clicks of their links."""

    member_id: int
    shares: int
    authored: int
    presentations: int
    clicks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSums:
    """What was done in one unit in some months: each claim once; clicks on links of who stands there on a day."""

    unit_id: int
    shares: int
    authored: int
    presentations: int
    clicks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSums:
    """An article with its clicks on some days, over all links."""

    article_id: int
    title: str
    clicks: int


def count_claims(tx: Tx, scope: Scope, start_on: dt.date, end_on: dt.date) -> dict[str, int]:
    """Count the accepted claims of the days [start_on, end_on) by kind, of units that were in scope then."""
    c = counted_claims.c
    query = select(c.kind, func.count()).where(c.happened_on >= start_on, c.happened_on < end_on).group_by(c.kind)
    if not scope.everything:
        here = (UnitAncestry.unit_id == c.unit_id, UnitAncestry.ancestor_id == scope.unit_id)
        then = valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, c.happened_on)
        query = query.where(exists().where(*here, then))
    rows: Any = tx.all(query)
    return {str(kind): count for kind, count in rows}


def count_members(tx: Tx, scope: Scope, on: dt.date, statuses: Iterable[MemberStatus]) -> int:
    """Count who stands in the scope on a day at one of some statuses; who is a guest, at home."""
    stay = Membership
    there = (
        stay.temporary.is_(False),
        valid_on(stay.since, stay.until, on),
        stay.status.in_([str(s) for s in statuses]),
    )
    query = select(func.count(stay.member_id.distinct())).where(*there)
    if not scope.everything:
        below = select(UnitAncestry.unit_id).where(
            UnitAncestry.ancestor_id == scope.unit_id, valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, on)
        )
        query = query.where(stay.unit_id.in_(below))
    found: int = tx.scalar(query)
    return found


def sum_members(tx: Tx, months: Sequence[str]) -> list[MemberSums]:
    """Sum the months of each member who gave anything in them."""
    t = MemberMonth
    sums = (
        func.sum(t.share_count),
        func.sum(t.authored_count),
        func.sum(t.presentation_count),
        func.sum(t.click_count),
    )
    rows: Any = tx.all(
        select(t.member_id, *sums).where(t.month.in_(months)).group_by(t.member_id).order_by(t.member_id)
    )
    return [
        MemberSums(member_id=m, shares=int(s), authored=int(a), presentations=int(p), clicks=int(c))
        for m, s, a, p, c in rows
    ]


def sum_units(tx: Tx, months: Sequence[str], on: dt.date) -> list[UnitSums]:
    """Sum each unit's claims of the months, and the clicks of the members who stand in it on a day."""
    found: dict[int, dict[str, int]] = {}
    c = counted_claims.c
    claims = select(c.unit_id, c.kind, func.count()).where(c.month.in_(months)).group_by(c.unit_id, c.kind)
    counted: Any = tx.all(claims)
    for unit_id, kind, count in counted:
        found.setdefault(unit_id, {})[kind] = count
    clicked: Any = tx.all(_unit_clicks(months, on))
    for unit_id, clicks in clicked:
        found.setdefault(unit_id, {})["clicks"] = int(clicks)
    return [
        UnitSums(
            unit_id=unit_id,
            shares=sums.get(ClaimKind.SHARE, 0),
            authored=sums.get(ClaimKind.AUTHORED, 0),
            presentations=sums.get(ClaimKind.PRESENTATION, 0),
            clicks=sums.get("clicks", 0),
        )
        for unit_id, sums in sorted(found.items())
    ]


def list_top_articles(tx: Tx, start_on: dt.date, end_on: dt.date, *, most: int) -> list[ArticleSums]:
    """List the most clicked articles of the days [start_on, end_on)."""
    t = ArticleDay
    clicks = func.sum(t.click_count).label("clicks")
    best = select(t.article_id, clicks).where(t.day >= start_on, t.day < end_on).group_by(t.article_id)
    top = best.order_by(clicks.desc(), t.article_id).limit(most).subquery()
    query = select(top.c.article_id, Article.title, top.c.clicks).join(Article, Article.article_id == top.c.article_id)
    rows: Any = tx.all(query.order_by(top.c.clicks.desc(), top.c.article_id))
    return [ArticleSums(article_id=a, title=title, clicks=int(n)) for a, title, n in rows]


def _unit_clicks(months: Sequence[str], on: dt.date) -> Any:
    t, stay = MemberMonth, Membership
    there = (stay.member_id == t.member_id, stay.temporary.is_(False), valid_on(stay.since, stay.until, on))
    joined = select(stay.unit_id, func.sum(t.click_count)).select_from(t).join(stay, there[0])
    return joined.where(*there[1:], t.month.in_(months)).group_by(stay.unit_id)
