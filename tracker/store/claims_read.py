"""Claims as they are read: one, or a page of them, with the names that stand beside the ids. Nothing is written."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select, tuple_

from tracker.domain.claim_records import ClaimFilter, ClaimMark, ClaimRecord
from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.coauthors import READS
from tracker.domain.names import fold
from tracker.domain.types import Channel, ClaimId, MemberId, UnitId
from tracker.store.scope import owned_in_scope, unit_in_scope, units_below, valid_on
from tracker.store.tables.claims import LIVE, Claim, ClaimCredit, ClaimTopic, Coauthorship
from tracker.store.tables.feeds import Article, ArticleTopic, Topic
from tracker.store.tables.organisation import Member, Membership, Unit, UnitVersion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Select

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

ID_DIGITS_MOST = 16  # below 2**53


def find(tx: Tx, claim_id: ClaimId, scope: Scope, *, named: bool = False) -> ClaimRecord | None:
    """Find a claim that lies in a scope, or is credited to its member; `named`: or names them, or they ask for it."""
    here = owned_in_scope(Claim.unit_id, Claim.member_id, scope)
    if scope.member_id is not None:
        here = or_(here, *_has_to_do(scope.member_id, named=named))
    row = tx.first(_query().where(*_is(claim_id), here))
    return None if row is None else _claim(row)


def list_rows(tx: Tx, claim_ids: Collection[ClaimId], scope: Scope) -> list[ClaimRecord]:
    """List those of these claims that lie in a scope."""
    query = _query().where(among(Claim.member_id, Claim.number, claim_ids))
    return [_claim(row) for row in tx.all(query.where(owned_in_scope(Claim.unit_id, Claim.member_id, scope)))]


def list_page(
    tx: Tx, asked: ClaimFilter, scope: Scope, *, oldest_first: bool, after: ClaimMark | None, limit: int
) -> list[ClaimRecord]:
    """List claims of a scope by the time they were filed."""
    key = (Claim.filed_at, Claim.member_id, Claim.number)
    query = _query().where(owned_in_scope(Claim.unit_id, Claim.member_id, scope), *_asked(asked, scope.on))
    if after is not None:
        query = query.where(tuple_(*key) > after if oldest_first else tuple_(*key) < after)
    order = [c.asc() if oldest_first else c.desc() for c in key]
    return [_claim(row) for row in tx.all(query.order_by(*order).limit(limit))]


def count_by_state(tx: Tx, asked: ClaimFilter, scope: Scope) -> dict[ClaimState, int]:
    """Count the claims of a scope by state."""
    query = select(Claim.state, func.count().label("claims")).where(
        owned_in_scope(Claim.unit_id, Claim.member_id, scope), *_asked(asked, scope.on)
    )
    return {ClaimState(row.state): row.claims for row in tx.all(query.group_by(Claim.state))}


def units_in_scope(tx: Tx, unit_ids: Iterable[int], scope: Scope) -> set[int]:
    """Tell which units lie in a scope."""
    query = select(Unit.unit_id).where(Unit.unit_id.in_(set(unit_ids)), unit_in_scope(Unit.unit_id, scope))
    return set(tx.scalars(query))


def list_coauthors(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, list[tuple[MemberId, str]]]:
    """List the co-authors of claims with their names, in the order of their names."""
    query = (
        select(ClaimCredit.owner_id, ClaimCredit.number, ClaimCredit.member_id, Member.full_name)
        .join(Member, Member.member_id == ClaimCredit.member_id)
        .where(among(ClaimCredit.owner_id, ClaimCredit.number, claim_ids), ClaimCredit.role == "coauthor")
        .order_by(Member.name_sort, Member.member_id)
    )
    found: dict[ClaimId, list[tuple[MemberId, str]]] = {}
    for row in tx.all(query):
        claim_id = ClaimId(MemberId(row.owner_id), row.number)
        found.setdefault(claim_id, []).append((MemberId(row.member_id), row.full_name))
    return found


def find_live(tx: Tx, member_id: int, live_key: str, *, but: int = 0) -> ClaimId | None:
    """Find the member's live claim of a share, piece or presentation, other than the one numbered `but`."""
    query = select(Claim.number).where(
        Claim.member_id == member_id, Claim.live_key == live_key, Claim.number != but, LIVE
    )
    number = tx.scalar(query)
    return None if number is None else ClaimId(MemberId(member_id), number)


def get_live_key(tx: Tx, claim_id: ClaimId) -> str:
    """Give what of a claim may be live only once for its member."""
    key: str = tx.scalar(select(Claim.live_key).where(*_is(claim_id)))
    return key


def find_live_post(
    tx: Tx, member_id: int, url_key: str, month: str, *, with_article: bool, but: int = 0
) -> ClaimId | None:
    """Find the member's live share of a post in a month; unless `with_article`, only one that names no article."""
    query = select(func.min(Claim.number)).where(
        *(Claim.member_id == member_id, Claim.url_key == url_key, Claim.month == month, Claim.number != but),
        *(Claim.kind == ClaimKind.SHARE.value, LIVE),
    )
    number = tx.scalar(query if with_article else query.where(Claim.article_key.is_(None)))
    return None if number is None else ClaimId(MemberId(member_id), number)


def find_live_piece(
    tx: Tx,
    people: Collection[int] | None,
    keys: Collection[str],
    *,
    but: ClaimId | None = None,
    accepted: bool = False,
) -> ClaimId | None:
    """Find a live (or `accepted`) piece under one of these address keys that is credited to these people, or anyone."""
    query = (
        select(Claim.member_id, Claim.number)
        .join(ClaimCredit, and_(ClaimCredit.owner_id == Claim.member_id, ClaimCredit.number == Claim.number))
        .where(Claim.kind == ClaimKind.AUTHORED.value, LIVE)
        .where(or_(Claim.url_key.in_(keys), Claim.article_key.in_(keys)))
        .order_by(Claim.filed_at, Claim.member_id, Claim.number)
    )
    if accepted:
        query = query.where(Claim.state == ClaimState.ACCEPTED.value)
    if people is not None:
        query = query.where(ClaimCredit.member_id.in_(people))
    if but is not None:
        query = query.where(or_(Claim.member_id != but.member_id, Claim.number != but.number))
    row = tx.first(query.limit(1))
    return None if row is None else ClaimId(MemberId(row.member_id), row.number)


def find_main_unit(tx: Tx, member_id: int, day: dt.date) -> UnitId | None:
    """Find the unit where a member stands on a day, temporary stays left aside."""
    query = select(Membership.unit_id).where(
        *(Membership.member_id == member_id, ~Membership.temporary),
        valid_on(Membership.since, Membership.until, day),
    )
    unit_id = tx.scalar(query.order_by(Membership.since.desc()).limit(1))
    return None if unit_id is None else UnitId(unit_id)


def list_coauthor_units(tx: Tx, claim_id: ClaimId, day: dt.date) -> list[UnitId]:
    """List where those who are credited with somebody's claim stand on a day, temporary stays left aside."""
    query = (
        select(Membership.unit_id)
        .join(ClaimCredit, ClaimCredit.member_id == Membership.member_id)
        .where(ClaimCredit.owner_id == claim_id.member_id, ClaimCredit.number == claim_id.number)
        .where(ClaimCredit.role == "coauthor", ~Membership.temporary)
        .where(valid_on(Membership.since, Membership.until, day))
    )
    return [UnitId(unit_id) for unit_id in tx.scalars(query.distinct().order_by(Membership.unit_id))]


def among(member: Any, number: Any, claim_ids: Iterable[ClaimId]) -> Any:
    """The claim named by two columns is one of these."""
    return tuple_(member, number).in_([(c.member_id, c.number) for c in claim_ids])


def _is(claim_id: ClaimId) -> tuple[Any, ...]:
    return Claim.member_id == claim_id.member_id, Claim.number == claim_id.number


def _has_to_do(member_id: int, *, named: bool) -> Iterable[Any]:
    """The claim is credited to a member or, where asked, names them or they say that it is theirs too."""
    credit = (ClaimCredit.owner_id == Claim.member_id, ClaimCredit.number == Claim.number)
    yield exists().where(*credit, ClaimCredit.member_id == member_id)
    if named:
        said = (Coauthorship.owner_id == Claim.member_id, Coauthorship.number == Claim.number)
        states = [state.value for state in READS]
        yield exists().where(*said, Coauthorship.member_id == member_id, Coauthorship.state.in_(states))


_OWN = tuple(f.name for f in fields(ClaimRecord) if hasattr(Claim, f.name))


def _query() -> Select[Any]:
    columns: list[Any] = [getattr(Claim, name) for name in _OWN]
    columns += [Member.full_name.label("member_name"), UnitVersion.name.label("unit_name")]
    columns += [Article.title.label("article_title"), Article.source.label("article_source")]
    standing = and_(
        UnitVersion.unit_id == Claim.unit_id,
        UnitVersion.valid_from <= Claim.happened_on,
        or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to > Claim.happened_on),
    )
    return (
        select(*columns, Article.url.label("article_at"))
        .join(Member, Member.member_id == Claim.member_id)
        .outerjoin(UnitVersion, standing)
        .outerjoin(Article, Article.article_id == Claim.article_id)
    )


def _claim(row: Any) -> ClaimRecord:
    told: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return ClaimRecord(
        **told
        | {
            "kind": ClaimKind(row.kind),
            "state": ClaimState(row.state),
            "channel": None if row.channel is None else Channel(row.channel),
            "unit_name": row.unit_name or "",
        }
    )


def _asked(asked: ClaimFilter, today: dt.date) -> list[Any]:
    """Give what a filter asks for as conditions."""
    equal: Sequence[tuple[Any, Any]] = (
        (Claim.state, asked.state and asked.state.value),
        (Claim.kind, asked.kind and asked.kind.value),
        (Claim.member_id, asked.member_id),
        (Claim.content_kind, asked.content_kind),
        (Claim.article_id, asked.article_id),
    )
    found = [column == value for column, value in equal if value is not None]
    if asked.unit_id is not None:
        found.append(Claim.unit_id.in_(units_below(asked.unit_id, today)))
    if asked.from_on is not None:
        found.append(Claim.happened_on >= asked.from_on)
    if asked.until_on is not None:
        found.append(Claim.happened_on < asked.until_on)
    if asked.assisted is not None:
        found.append(Claim.assisted_by.is_not(None) if asked.assisted else Claim.assisted_by.is_(None))
    return found + _contest(asked.contest) + _topic(asked.topic)


def _contest(contest: str | bool | None) -> list[Any]:  # noqa: FBT001 - a filter's value, not a switch
    if contest is None:
        return []
    if isinstance(contest, bool):
        return [Claim.contest.is_not(None) if contest else Claim.contest.is_(None)]
    return [Claim.contest == contest]


def _topic(topic: str | None) -> list[Any]:
    if topic is None:
        return []
    named = Topic.name_folded == fold(topic)
    if topic.isascii() and topic.isdigit() and len(topic) < ID_DIGITS_MOST:
        named = or_(named, Topic.topic_id == int(topic))
    ids = select(Topic.topic_id).where(named)
    own = exists().where(
        *(ClaimTopic.member_id == Claim.member_id, ClaimTopic.number == Claim.number),
        ClaimTopic.topic_id.in_(ids),
    )
    of_article = exists().where(ArticleTopic.article_id == Claim.article_id, ArticleTopic.topic_id.in_(ids))
    return [or_(own, of_article)]
