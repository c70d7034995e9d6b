"""What was counted on tracked links, valid or not, and bursts that are held: for those who look at figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select

from tracker.domain.clicks import ClickVerdict
from tracker.domain.link_counts import CountedLink
from tracker.store.clicks import ClickCount, record
from tracker.store.scope import units_below, valid_on
from tracker.store.tables.feeds import Article
from tracker.store.tables.links import Link, LinkDay
from tracker.store.tables.organisation import Member, Membership

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from tracker.domain.link_counts import HoldMark
    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """Clicks of one link and local day that came in a burst and wait for an officer."""

    slug: str
    day: dt.date
    member_id: int
    full_name: str
    article_id: int
    title: str
    channel: str
    held_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLink:
    """The link that a burst was on."""

    slug: str
    member_id: int
    article_id: int
    channel: str


def list_of_article(tx: Tx, member_id: int, article_id: int) -> list[CountedLink]:
    """List a member's links to an article with all that was counted on them."""
    links = tx.all(
        select(Link).where(Link.member_id == member_id, Link.article_id == article_id).order_by(Link.created_at)
    )
    sums = select(
        LinkDay.slug,
        LinkDay.verdict,
        func.sum(LinkDay.request_count).label("requests"),
        func.sum(LinkDay.person_day_count).label("person_days"),
    ).where(LinkDay.slug.in_([row.slug for row in links]))
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in tx.all(sums.group_by(LinkDay.slug, LinkDay.verdict)):
        found.setdefault(row.slug, {})[row.verdict] = (int(row.requests), int(row.person_days))
    return [
        CountedLink(
            slug=row.slug,
            channel=row.channel,
            created_at=row.created_at,
            withdrawn_at=row.withdrawn_at,
            requests={verdict: requests for verdict, (requests, _) in found.get(row.slug, {}).items()},
            person_days=found.get(row.slug, {}).get(ClickVerdict.COUNTED.value, (0, 0))[1],
            birth_count=row.birth_count,
        )
        for row in links
    ]


def sum_by_verdict(tx: Tx, scope: Scope, start: dt.date, end: dt.date) -> dict[str, int]:
    """Sum requests by verdict over local days [start, end), of members who stood in the scope on the day."""
    query = (
        select(LinkDay.verdict, func.sum(LinkDay.request_count).label("requests"))
        .join(Link, Link.slug == LinkDay.slug)
        .where(LinkDay.day >= start, LinkDay.day < end, _shared_in(scope))
    )
    return {row.verdict: int(row.requests) for row in tx.all(query.group_by(LinkDay.verdict))}


def list_holds(tx: Tx, scope: Scope, *, since: dt.date, after: HoldMark | None, limit: int) -> list[HoldRow]:
    """List held bursts since a local day, the latest first."""
    query = (
        select(
            *(Link.slug, LinkDay.day, Link.member_id, Member.full_name, Link.article_id, Article.title, Link.channel),
            func.sum(LinkDay.request_count).label("held_count"),
        )
        .join(Link, Link.slug == LinkDay.slug)
        .join(Member, Member.member_id == Link.member_id)
        .join(Article, Article.article_id == Link.article_id)
        .where(LinkDay.verdict == ClickVerdict.HELD.value, LinkDay.day >= since, _shared_in(scope))
        .group_by(Link.slug, LinkDay.day, Link.member_id, Member.full_name, Link.article_id, Article.title)
        .group_by(Link.channel)
        .order_by(LinkDay.day.desc(), Link.slug)
        .limit(limit)
    )
    if after is not None:
        query = query.where(_below(after))
    return [HoldRow(**{**row._mapping, "held_count": int(row.held_count)}) for row in tx.all(query)]  # noqa: SLF001 - a row's fields


def find_hold(tx: Tx, scope: Scope, slug: str, day: dt.date) -> tuple[HeldLink, int] | None:
    """Find whose link is held on a day in a scope, and how many clicks; None where nothing is."""
    held = select(func.sum(LinkDay.request_count)).where(
        LinkDay.slug == slug, LinkDay.day == day, LinkDay.verdict == ClickVerdict.HELD.value
    )
    count = int(tx.scalar(held) or 0)
    columns = (Link.slug, Link.member_id, Link.article_id, Link.channel)
    query = select(*columns).join(LinkDay, LinkDay.slug == Link.slug)
    row = tx.first(query.where(Link.slug == slug, LinkDay.day == day, _shared_in(scope)).limit(1)) if count else None
    return None if row is None else (HeldLink(**row._mapping), count)  # noqa: SLF001 - a row's fields


def release(tx: Tx, link: HeldLink, day: dt.date) -> int:
    """Count what was held of a link and day, the roll-ups with it; give how many clicks.

    Who held readers were is no longer known to anybody, so no person-day is added: that figure stays a lower bound.
    """
    held = (LinkDay.slug == link.slug) & (LinkDay.day == day) & (LinkDay.verdict == ClickVerdict.HELD.value)
    rows = tx.all(delete(LinkDay).where(held).returning(LinkDay.method, LinkDay.request_count))
    counts = [
        ClickCount(
            slug=link.slug,
            member_id=link.member_id,
            article_id=link.article_id,
            channel=link.channel,
            day=day,
            verdict=ClickVerdict.COUNTED.value,
            method=row.method,
            valid=True,
            request_count=row.request_count,
            person_day_count=0,
        )
        for row in rows
    ]
    record(tx, counts)
    return sum(count.request_count for count in counts)


def find_unit_on(tx: Tx, member_id: int, day: dt.date) -> int | None:
    """Find where a member stood at home on a local day."""
    query = select(Membership.unit_id).where(
        Membership.member_id == member_id,
        ~Membership.temporary,
        valid_on(Membership.since, Membership.until, day),
    )
    unit_id: int | None = tx.scalar(query)
    return unit_id


def _shared_in(scope: Scope) -> ColumnElement[bool]:
    """The link's member stood in the scope's units on the day that was counted."""
    if scope.everything:
        return LinkDay.slug == Link.slug
    units = units_below(scope.unit_id or 0, scope.on)
    standing = select(Membership.member_id).where(
        Membership.member_id == Link.member_id,
        Membership.unit_id.in_(units),
        ~Membership.temporary,
        valid_on(Membership.since, Membership.until, LinkDay.day),
    )
    return standing.exists()


def _below(after: HoldMark) -> ColumnElement[bool]:
    day = dt.date.fromisoformat(after[0])
    return or_(LinkDay.day < day, and_(LinkDay.day == day, Link.slug > after[1]))
