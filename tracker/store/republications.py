"""Republications as stored: the articles that carry one text, and what officers decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from tracker.domain.fingerprints import alike_permille
from tracker.domain.republications import Carrier, RepublicationState
from tracker.domain.types import ArticleId, ClaimId, MemberId
from tracker.store.claims_read import among
from tracker.store.tables.claims import Republication
from tracker.store.tables.feeds import Article, Fingerprint

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from tracker.store.db import Tx

CARRIERS_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an officer said of one article."""

    state: RepublicationState
    decided_at: dt.datetime | None


def list_carriers(tx: Tx, asked: Mapping[int, Collection[int]]) -> dict[int, list[Carrier]]:
    """List by article which ones carry its text, itself and those named with it too, the earliest first."""
    cluster = select(Article.cluster_id).where(Article.article_id.in_(asked), Article.cluster_id.is_not(None))
    columns = (Article.article_id, Article.title, Article.url, Article.source, Article.outlet_id, Article.host)
    more = (Article.published_at, Article.cluster_id, Fingerprint.method, Fingerprint.signature)
    named = Article.article_id.in_({*asked, *(one for also in asked.values() for one in also)})
    query = (
        select(*columns, *more)
        .join(Fingerprint, Fingerprint.article_id == Article.article_id, isouter=True)
        .where(or_(named, Article.cluster_id.in_(cluster)))
        .order_by(Article.published_at, Article.article_id)
    )
    rows = tx.all(query.limit(CARRIERS_MOST * len(asked)))
    known = {row.article_id: row for row in rows}
    return {
        article_id: [_carrier(row, own) for row in rows if _carries(row, own) or row.article_id in also]
        for article_id, also in asked.items()
        if (own := known.get(article_id)) is not None
    }


def _carries(row: Any, own: Any) -> bool:
    return row.article_id == own.article_id or (row.cluster_id is not None and row.cluster_id == own.cluster_id)


def list_decided(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, dict[int, Decided]]:
    """List what was decided of claims' republications, by claim and article."""
    columns = (Republication.member_id, Republication.number, Republication.article_id)
    query = select(*columns, Republication.state, Republication.decided_at)
    found: dict[ClaimId, dict[int, Decided]] = {claim_id: {} for claim_id in claim_ids}
    for row in tx.all(query.where(among(Republication.member_id, Republication.number, claim_ids))):
        said = Decided(state=RepublicationState(row.state), decided_at=row.decided_at)
        found[ClaimId(MemberId(row.member_id), row.number)][row.article_id] = said
    return found


def list_credited(tx: Tx, article_ids: Collection[int]) -> set[int]:
    """Tell which articles are credited to a claim as republications."""
    confirmed = Republication.state == RepublicationState.CONFIRMED
    query = select(Republication.article_id).where(Republication.article_id.in_(article_ids), confirmed)
    return set(tx.scalars(query.distinct()))


def lock(tx: Tx, article_id: int) -> None:
    """Wait until nobody else decides on an article as a republication: it is credited once."""
    tx.lock("republications", str(article_id))


def find_credited(tx: Tx, article_id: int, *, but: ClaimId) -> ClaimId | None:
    """Find another claim to which an article is credited as a republication."""
    confirmed = Republication.state == RepublicationState.CONFIRMED
    query = select(Republication.member_id, Republication.number)
    for row in tx.all(query.where(Republication.article_id == article_id, confirmed)):
        found = ClaimId(MemberId(row.member_id), row.number)
        if found != but:
            return found
    return None


def record(tx: Tx, claim_id: ClaimId, carrier: Carrier, state: RepublicationState, *, at: dt.datetime, by: int) -> None:
    """Write a decision down, in place of an earlier one."""
    values: dict[str, Any] = {
        "state": state.value,
        "similarity_percent": carrier.similarity_percent,
        "decided_at": at,
        "decided_by": by,
    }
    row = {"member_id": claim_id.member_id, "number": claim_id.number, "article_id": carrier.article_id}
    key = [Republication.member_id, Republication.number, Republication.article_id]
    tx.execute(tx.insert(Republication).values(row | values).on_conflict_do_update(index_elements=key, set_=values))


def _carrier(row: Any, own: Any) -> Carrier:
    alike = 0
    if own is not None and row.signature is not None and own.signature is not None and row.method == own.method:
        alike = alike_permille(row.signature, own.signature) // 10
    return Carrier(
        article_id=ArticleId(row.article_id),
        title=row.title,
        url=row.url,
        source=row.source,
        outlet_id=row.outlet_id,
        host=row.host,
        published_at=row.published_at,
        similarity_percent=alike,
    )
