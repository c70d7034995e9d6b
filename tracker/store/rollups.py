"""Roll-ups against what they sum: compared, never trusted. The sums are made anew by statements of their own.

Rows that differ can be put right; nobody counts meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from tracker.domain.claims import ClaimKind
from tracker.store.tables.claims import ClaimCredit, counted_claims
from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def hold_still(tx: Tx) -> None:
    """Let nobody count clicks or claims until the transaction ends. On SQLite nobody can."""
    if tx.dialect == "postgresql":
        tables = "link_days, claims, claim_credits, member_link_days, article_days, member_months"
        tx.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def put_member_days(tx: Tx, sums: Mapping[tuple[Any, ...], Sequence[int]]) -> None:
    """Set kept clicks and person-days by member, day, article and channel."""
    _put(tx, MemberLinkDay, ("member_id", "day", "article_id", "channel"), _CLICKS, sums)


def put_article_days(tx: Tx, sums: Mapping[tuple[Any, ...], Sequence[int]]) -> None:
    """Set kept clicks and person-days by article and day."""
    _put(tx, ArticleDay, ("article_id", "day"), _CLICKS, sums)


def put_month_clicks(tx: Tx, sums: Mapping[tuple[Any, ...], Sequence[int]]) -> None:
    """Set kept clicks and person-days by member and month."""
    _put(tx, MemberMonth, ("member_id", "month"), _CLICKS, sums)


def put_month_claims(tx: Tx, sums: Mapping[tuple[Any, ...], Sequence[int]]) -> None:
    """Set kept counts of claims by member and month."""
    _put(tx, MemberMonth, ("member_id", "month"), ("share_count", "authored_count", "presentation_count"), sums)


_CLICKS = ("click_count", "person_day_count")


def _put(
    tx: Tx, table: Any, keys: Sequence[str], values: Sequence[str], sums: Mapping[tuple[Any, ...], Sequence[int]]
) -> None:
    """Set rows by key, made where they are missing; what sums to nothing is set to zero."""
    rows = [
        dict(zip(keys, key, strict=True)) | dict(zip(values, told or (0,) * len(values), strict=True))
        for key, told in sums.items()
    ]
    if rows:
        statement = tx.insert(table)
        excluded = {name: statement.excluded[name] for name in values}
        tx.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=excluded), rows)


def _sums(tx: Tx, query: Any, *, keys: int) -> Sums:
    return {tuple(row[:keys]): tuple(int(n) for n in row[keys:]) for row in tx.execute(query)}
