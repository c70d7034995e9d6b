"""Roll-ups against what they sum: compared, never trusted. The sums are made anew by statements of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from tracker.domain.claims import ClaimKind
from tracker.store.tables.claims import ClaimCredit, counted_claims
from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth

if TYPE_CHECKING:
    from tracker.store.db import Tx

Sums = dict[tuple[Any, ...], tuple[int, ...]]


def member_days_kept(tx: Tx) -> Sums:
    """Give the kept clicks and person-days by member, day, article and channel."""
    t = MemberLinkDay
    return _sums(tx, select(t.member_id, t.day, t.article_id, t.channel, t.click_count, t.person_day_count), keys=4)


def member_days_summed(tx: Tx, valid: str) -> Sums:
    """Sum the same from the link-day counters; `valid` is the verdict of a valid click."""
    keys = (Link.member_id, LinkDay.day, Link.article_id, Link.channel)
    query = select(*keys, func.sum(LinkDay.request_count), func.sum(LinkDay.person_day_count))
    joined = query.join(Link, Link.slug == LinkDay.slug).where(LinkDay.verdict == valid)
    return _sums(tx, joined.group_by(*keys), keys=4)


def article_days_kept(tx: Tx) -> Sums:
    """Give the kept clicks and person-days by article and day."""
    t = ArticleDay
    return _sums(tx, select(t.article_id, t.day, t.click_count, t.person_day_count), keys=2)


def article_days_summed(tx: Tx) -> Sums:
    """Sum the same from the members' days."""
    t = MemberLinkDay
    query = select(t.article_id, t.day, func.sum(t.click_count), func.sum(t.person_day_count))
    return _sums(tx, query.group_by(t.article_id, t.day), keys=2)


def month_clicks_kept(tx: Tx) -> Sums:
    """Give the kept clicks and person-days by member and month."""
    t = MemberMonth
    return _sums(tx, select(t.member_id, t.month, t.click_count, t.person_day_count), keys=2)


def month_clicks_summed(tx: Tx) -> Sums:
    """Sum the same from the members' days."""
    t = MemberLinkDay
    summed: Sums = {}
    for row in tx.execute(select(t.member_id, t.day, t.click_count, t.person_day_count)):
        key = (row.member_id, f"{row.day:%Y-%m}")
        clicks, people = summed.get(key, (0, 0))
        summed[key] = (clicks + row.click_count, people + row.person_day_count)
    return summed


def month_claims_kept(tx: Tx) -> Sums:
    """Give the kept counts of shares, pieces and presentations by member and month."""
    t = MemberMonth
    query = select(t.member_id, t.month, t.share_count, t.authored_count, t.presentation_count)
    return _sums(tx, query, keys=2)


def month_claims_summed(tx: Tx) -> Sums:
    """Count the same from the credits of counted claims."""
    c = counted_claims.c
    credit = (ClaimCredit.owner_id == c.member_id) & (ClaimCredit.number == c.number)
    counts = [func.count().filter(c.kind == str(kind)) for kind in ClaimKind]
    query = select(ClaimCredit.member_id, c.month, *counts).select_from(ClaimCredit).join(counted_claims, credit)
    return _sums(tx, query.group_by(ClaimCredit.member_id, c.month), keys=2)


def _sums(tx: Tx, query: Any, *, keys: int) -> Sums:
    return {tuple(row[:keys]): tuple(int(n) for n in row[keys:]) for row in tx.execute(query)}
