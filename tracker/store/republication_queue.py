"""Pieces that others carry and nobody has decided on yet, since when: what waits for an officer.

A proposal is no row; it is what stands in the cluster of a live piece at another outlet, undecided. Which of several
articles of one outlet stands for it, tracker/domain/republications.py says; here an outlet counts by any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from tracker.domain.claims import LIVE_STATES, ClaimKind
from tracker.domain.republications import RepublicationState
from tracker.domain.types import ArticleId, ClaimId, MemberId
from tracker.store.scope import unit_in_scope
from tracker.store.tables.claims import Claim, ClaimCredit, Republication
from tracker.store.tables.feeds import Article, ArticleAddress

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement, Select

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

WaitMark = tuple["dt.datetime", int, int]  # since, member and number of a page's last one


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedPiece:
    """A claimed piece that others carry, undecided since an instant; `article_id` is the piece as it was collected."""

    claim_id: ClaimId
    article_id: ArticleId
    since_at: dt.datetime


def list_waiting(
    tx: Tx, scope: Scope, *, member_id: int | None, since_on: dt.date, after: WaitMark | None, limit: int
) -> list[CarriedPiece]:
    """List pieces of a scope since a day that wait for a decision, the longest waiting first; but a member's own."""
    found = _waiting(scope, member_id, since_on).subquery()
    key = (found.c.since_at, found.c.member_id, found.c.number)
    query = select(found)
    if after is not None:
        query = query.where(tuple_(*key) > after)
    return [
        CarriedPiece(
            claim_id=ClaimId(MemberId(row.member_id), row.number),
            article_id=ArticleId(row.article_id),
            since_at=row.since_at,
        )
        for row in tx.all(query.order_by(*key).limit(limit))
    ]


def count_waiting(tx: Tx, scope: Scope, *, member_id: int | None, since_on: dt.date) -> int:
    """Count them."""
    return tx.scalar(select(func.count()).select_from(_waiting(scope, member_id, since_on).subquery())) or 0


def _waiting(scope: Scope, member_id: int | None, since_on: dt.date) -> Select[Any]:
    own, other = aliased(Article), aliased(Article)
    at_url = select(ArticleAddress.article_id).where(ArticleAddress.url_key == Claim.url_key).scalar_subquery()
    first = func.min(other.first_seen_at)
    query = (
        select(
            Claim.member_id,
            Claim.number,
            own.article_id,
            case((first > Claim.filed_at, first), else_=Claim.filed_at).label("since_at"),
        )
        .join(own, own.article_id == func.coalesce(Claim.article_id, at_url))
        .join(other, and_(other.cluster_id == own.cluster_id, _is_elsewhere(other, own)))
        .where(Claim.kind == ClaimKind.AUTHORED.value, Claim.state.in_(sorted(LIVE_STATES)))
        .where(Claim.happened_on >= since_on, unit_in_scope(Claim.unit_id, scope), ~_is_decided(other))
        .group_by(Claim.member_id, Claim.number, own.article_id, Claim.filed_at)
    )
    if member_id is None:
        return query
    credit = (ClaimCredit.owner_id == Claim.member_id, ClaimCredit.number == Claim.number)
    return query.where(~exists().where(*credit, ClaimCredit.member_id == member_id))


def _is_decided(article: Any) -> ColumnElement[bool]:
    """An officer said of this outlet's article for the claim, or it is credited to another claim."""
    said = aliased(Article)
    of_claim = (Republication.member_id == Claim.member_id, Republication.number == Claim.number)
    same_place = select(Republication.article_id).join(said, said.article_id == Republication.article_id)
    here = same_place.where(*of_claim, or_(said.article_id == article.article_id, ~_is_elsewhere(said, article)))
    confirmed = Republication.state == RepublicationState.CONFIRMED.value
    return or_(here.exists(), exists().where(Republication.article_id == article.article_id, confirmed))


def _is_elsewhere(one: Any, other: Any) -> ColumnElement[bool]:
    """Two articles stand at different outlets: by the outlet, else by the host (as the domain tells it)."""
    known = and_(one.outlet_id.is_not(None), other.outlet_id.is_not(None))
    return case((known, one.outlet_id != other.outlet_id), else_=_bare(one.host) != _bare(other.host))


def _bare(host: Any) -> Any:
    return case((host.like("www.%"), func.substr(host, 5)), else_=host)
