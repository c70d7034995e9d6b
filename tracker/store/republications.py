"""Republications as stored: the articles that carry one text, and what officers decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from tracker.domain.fingerprints import alike_permille
from tracker.domain.republications import Carrier, RepublicationState
from tracker.domain.types import ArticleId, ClaimId, MemberId
from tracker.store.tables.claims import Republication
from tracker.store.tables.feeds import Article, Fingerprint

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.store.db import Tx

CARRIERS_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an officer said of one article."""

    state: RepublicationState
    decided_at: dt.datetime | None


def list_carriers(tx: Tx, article_id: int, also: Collection[int] = ()) -> list[Carrier]:
    """List the articles that carry the text of one, itself and some others too, the earliest first."""
    cluster = select(Article.cluster_id).where(Article.article_id == article_id).scalar_subquery()
    columns = (Article.article_id, Article.title, Article.url, Article.source, Article.outlet_id, Article.host)
    more = (Article.published_at, Fingerprint.method, Fingerprint.signature)
    named = Article.article_id.in_([article_id, *also])
    query = (
        select(*columns, *more)
        .join(Fingerprint, Fingerprint.article_id == Article.article_id, isouter=True)
        .where(or_(named, Article.cluster_id == cluster))
        .order_by(Article.published_at, Article.article_id)
    )
    rows = tx.all(query.limit(CARRIERS_MOST))
    own = next((row for row in rows if row.article_id == article_id), None)
    return [_carrier(row, own) for row in rows]


def list_decided(tx: Tx, claim_id: ClaimId) -> dict[int, Decided]:
    """List what was decided of a claim's republications, by article."""
    columns = (Republication.article_id, Republication.state, Republication.decided_at)
    rows = tx.all(select(*columns).where(*_of(claim_id)))
    return {row.article_id: Decided(state=RepublicationState(row.state), decided_at=row.decided_at) for row in rows}


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


def _of(claim_id: ClaimId) -> tuple[Any, ...]:
    return Republication.member_id == claim_id.member_id, Republication.number == claim_id.number
