"""What stands around claims: their articles and topics, and the facts that the automatic checks look at.

Each function is one or two statements for a whole page of claims.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from tracker.domain.articles import Topic as TopicRecord
from tracker.domain.claims import ClaimKind
from tracker.domain.types import ArticleId, ClaimId, MemberId, TopicId
from tracker.store.claims_read import among
from tracker.store.tables.claims import LIVE, Claim, ClaimTopic
from tracker.store.tables.feeds import Article, ArticleAddress, ArticleTopic, Feed, Topic
from tracker.store.tables.organisation import Member, UnitAncestry
from tracker.store.tables.periods import PeriodClose
from tracker.store.tables.programmes import Programme, Target, TargetTopic

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tracker.domain.claim_records import ClaimRecord
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """A collected article as a claim names it."""

    article_id: ArticleId
    url_key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTopic:
    """A topic that a target asks of a kind of claim, in a unit and during days; None: open."""

    unit_id: int
    kind: ClaimKind
    topic_id: TopicId
    from_on: dt.date
    until_on: dt.date | None  # not included

    def binds(self, claim: ClaimRecord) -> bool:
        """Say whether it is asked of a claim of this unit, kind and day."""
        running = self.from_on <= claim.happened_on and (self.until_on is None or claim.happened_on < self.until_on)
        return running and (self.unit_id, self.kind) == (claim.unit_id, claim.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays:
    """Days that are closed for a unit, by itself or one above it; the last one not included."""

    unit_id: int
    start_on: dt.date
    end_on: dt.date

    def holds(self, claim: ClaimRecord) -> bool:
        """Say whether a claim's day is among them."""
        return self.unit_id == claim.unit_id and self.start_on <= claim.happened_on < self.end_on


def list_closed(tx: Tx, claims: Collection[ClaimRecord]) -> list[ClosedDays]:
    """List the standing closes that may hold a day of these claims."""
    first, last = min(c.happened_on for c in claims), max(c.happened_on for c in claims)
    query = (
        select(
            UnitAncestry.unit_id,
            PeriodClose.start_on,
            PeriodClose.end_on,
            UnitAncestry.valid_from,
            UnitAncestry.valid_to,
        )
        .join(PeriodClose, PeriodClose.unit_id == UnitAncestry.ancestor_id)
        .where(UnitAncestry.unit_id.in_({c.unit_id for c in claims}), PeriodClose.reopened_at.is_(None))
        .where(PeriodClose.start_on <= last.isoformat(), PeriodClose.end_on > first.isoformat())
    )
    return [_closed(row) for row in tx.all(query)]


def find_article(tx: Tx, article_id: int) -> ArticleRef | None:
    """Find a collected article."""
    query = select(Article.article_id, Article.url_key, Article.title)
    row = tx.first(query.where(Article.article_id == article_id, Article.listed.is_(True)))
    return None if row is None else _article(row)


def find_article_at(tx: Tx, url_key: str) -> ArticleRef | None:
    """Find the collected article that was met under an address's key."""
    query = (
        select(Article.article_id, Article.url_key, Article.title)
        .join(ArticleAddress, ArticleAddress.article_id == Article.article_id)
        .where(ArticleAddress.url_key == url_key, Article.listed.is_(True))
    )
    row = tx.first(query)
    return None if row is None else _article(row)


def list_people(tx: Tx, member_ids: Collection[int]) -> set[MemberId]:
    """Tell which members there are and were not erased."""
    query = select(Member.member_id).where(Member.member_id.in_(member_ids), Member.erased_at.is_(None))
    return {MemberId(m) for m in tx.scalars(query)}


def list_topics(tx: Tx, claims: Collection[ClaimRecord]) -> dict[ClaimId, list[TopicRecord]]:
    """List the topics of claims by name: those given to the claim and those of its article."""
    own = (
        select(ClaimTopic.member_id, ClaimTopic.number, Topic.topic_id, Topic.name, Topic.name_folded)
        .join(Topic, Topic.topic_id == ClaimTopic.topic_id)
        .where(among(ClaimTopic.member_id, ClaimTopic.number, [c.claim_id for c in claims]))
    )
    of_articles = (
        select(ArticleTopic.article_id, Topic.topic_id, Topic.name, Topic.name_folded)
        .join(Topic, Topic.topic_id == ArticleTopic.topic_id)
        .where(ArticleTopic.article_id.in_({c.article_id for c in claims if c.article_id is not None}))
    )
    found: dict[ClaimId, dict[str, TopicRecord]] = {c.claim_id: {} for c in claims}
    for row in tx.all(own):
        found[ClaimId(MemberId(row.member_id), row.number)][row.name_folded] = _topic(row)
    by_article: dict[int, list[Any]] = {}
    for row in tx.all(of_articles):
        by_article.setdefault(row.article_id, []).append(row)
    for claim in claims:
        for row in by_article.get(claim.article_id or 0, ()):
            found[claim.claim_id].setdefault(row.name_folded, _topic(row))
    return {claim_id: [rows[name] for name in sorted(rows)] for claim_id, rows in found.items()}


def count_others(tx: Tx, claims: Collection[ClaimRecord]) -> dict[ClaimId, int]:
    """Count the live claims of other members under the address of each claim."""
    keys = {c.url_key for c in claims if c.url_key is not None}
    owners = func.count(func.distinct(Claim.member_id)).label("owners")
    query = select(Claim.url_key, owners).where(Claim.url_key.in_(keys), LIVE).group_by(Claim.url_key)
    counted = {row.url_key: row.owners for row in tx.all(query)}
    own = select(Claim.member_id, Claim.url_key).where(
        Claim.url_key.in_(keys), Claim.member_id.in_({c.member_id for c in claims}), LIVE
    )
    live = {(row.member_id, row.url_key) for row in tx.all(own)}
    return {
        c.claim_id: counted.get(c.url_key, 0) - ((c.member_id, c.url_key) in live)
        for c in claims
        if c.url_key is not None
    }


def list_known_hosts(tx: Tx, hosts: Collection[str]) -> set[str]:
    """Tell which hosts belong to a configured source or a collected article."""
    articles = select(Article.host.label("host")).where(Article.host.in_(hosts), Article.listed.is_(True)).distinct()
    ports = {f"{host}:{port}": host for host in hosts for port in (443, 80)}
    feeds = select(Feed.host_key.label("host")).where(Feed.host_key.in_(ports))
    return {ports.get(host, host) for host in tx.scalars(articles.union(feeds))}


def list_wanted_topics(tx: Tx, unit_ids: Collection[int]) -> list[WantedTopic]:
    """List the topics that targets of programmes ask of units, by the unit itself or one above it."""
    query = (
        select(
            UnitAncestry.unit_id,
            Target.what,
            TargetTopic.topic_id,
            UnitAncestry.valid_from,
            UnitAncestry.valid_to,
            Programme.from_on,
            Programme.until_on,
        )
        .join(Programme, Programme.unit_id == UnitAncestry.ancestor_id)
        .join(Target, Target.programme_id == Programme.programme_id)
        .join(TargetTopic, TargetTopic.target_id == Target.target_id)
        .where(UnitAncestry.unit_id.in_(unit_ids))
    )
    return [_wanted(row) for row in tx.all(query)]


def next_months(tx: Tx, claims: Sequence[ClaimRecord]) -> dict[ClaimId, str]:
    """Give, where there is one, the month of the next live share of the same member, article and channel."""
    shares = [c for c in claims if c.kind is ClaimKind.SHARE and c.article_id is not None]
    query = select(Claim.member_id, Claim.article_id, Claim.channel, Claim.month).where(
        *(Claim.member_id.in_({c.member_id for c in shares}), Claim.kind == ClaimKind.SHARE.value, LIVE),
        Claim.article_id.in_({c.article_id for c in shares}),
    )
    months: dict[tuple[Any, ...], list[str]] = {}
    for row in tx.all(query):
        months.setdefault((row.member_id, row.article_id, row.channel), []).append(row.month)
    later = {
        c.claim_id: [m for m in months.get((c.member_id, c.article_id, c.channel), ()) if m > c.month] for c in shares
    }
    return {claim_id: min(found) for claim_id, found in later.items() if found}


def _closed(row: Any) -> ClosedDays:
    """Bring the days of the close and of the unit's place below it together."""
    start, end = dt.date.fromisoformat(row.start_on), dt.date.fromisoformat(row.end_on)
    return ClosedDays(
        unit_id=row.unit_id,
        start_on=max(start, row.valid_from),
        end_on=end if row.valid_to is None else min(end, row.valid_to),
    )


def _article(row: Any) -> ArticleRef:
    return ArticleRef(article_id=ArticleId(row.article_id), url_key=row.url_key, title=row.title)


def _topic(row: Any) -> TopicRecord:
    return TopicRecord(topic_id=TopicId(row.topic_id), name=row.name)


def _wanted(row: Any) -> WantedTopic:
    """Bring the days of the programme and of the unit's place below it together."""
    ends = [row.valid_to, row.until_on and row.until_on + dt.timedelta(days=1)]
    return WantedTopic(
        unit_id=row.unit_id,
        kind=ClaimKind(row.what),
        topic_id=TopicId(row.topic_id),
        from_on=max(row.valid_from, row.from_on or row.valid_from),
        until_on=min((day for day in ends if day is not None), default=None),
    )
