"""«Is this yours?» as stored: pieces that may be a member's, what was answered, how often a name is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, delete, exists, or_, select, update

from tracker.domain.authorship import OFFERED_AT
from tracker.domain.claims import ClaimKind
from tracker.domain.suggestions import SuggestionRow
from tracker.domain.types import ArticleId, MemberId
from tracker.store.tables.claims import LIVE, Claim, ClaimCredit, Suggestion
from tracker.store.tables.feeds import Article, Outlet
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from tracker.store.db import Tx

NOTED_MOST: Final = 1_000  # of the latest pieces under the names of a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedPiece:
    """A piece that was weighed for a member before, for telling how often others sign so."""

    member_id: int
    article_id: int
    codes: frozenset[str]
    mine: bool | None
    is_offered: bool
    outlet_class: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRow:
    """An article as it is weighed."""

    article_id: ArticleId
    authors: tuple[str, ...]
    author_unit: str | None
    host: str
    source: str
    published_at: dt.datetime
    outlet_name: str | None
    outlet_class: str | None


def list_pieces(tx: Tx, article_ids: Collection[int]) -> list[PieceRow]:
    """List articles as they are weighed; those that stand in no list are left out."""
    columns = (Article.article_id, Article.authors, Article.author_unit, Article.host, Article.source)
    query = select(*columns, Article.published_at, Outlet.name, Outlet.outlet_class).join(
        Outlet, Outlet.outlet_id == Article.outlet_id, isouter=True
    )
    rows = tx.all(query.where(Article.article_id.in_(article_ids), Article.listed).order_by(Article.article_id))
    return [
        PieceRow(
            article_id=ArticleId(row.article_id),
            authors=tuple(row.authors),
            author_unit=row.author_unit,
            host=row.host,
            source=row.source,
            published_at=row.published_at,
            outlet_name=row.name,
            outlet_class=row.outlet_class,
        )
        for row in rows
    ]


def record_units(tx: Tx, units: Mapping[int, str | None]) -> None:
    """Keep which units the bylines of articles name; where one names none, what was known stays."""
    told = [{"at_article": article_id, "told": unit} for article_id, unit in sorted(units.items()) if unit]
    if told:
        named = update(Article).where(Article.article_id == bindparam("at_article"))
        tx.execute(named.values(author_unit=bindparam("told")), told)


def list_noted(tx: Tx, member_ids: Collection[int]) -> list[NotedPiece]:
    """List the pieces that were weighed for members, the latest first."""
    columns = (Suggestion.member_id, Suggestion.article_id, Suggestion.reasons, Suggestion.mine)
    query = (
        select(*columns, Suggestion.score_percent, Outlet.outlet_class)
        .join(Article, Article.article_id == Suggestion.article_id)
        .join(Outlet, Outlet.outlet_id == Article.outlet_id, isouter=True)
        .where(Suggestion.member_id.in_(member_ids))
        .order_by(Suggestion.offered_at.desc(), Suggestion.article_id.desc(), Suggestion.member_id)
    )
    return [
        NotedPiece(
            member_id=row.member_id,
            article_id=row.article_id,
            codes=frozenset(code for code, _ in row.reasons),
            mine=row.mine,
            is_offered=row.score_percent >= OFFERED_AT,
            outlet_class=row.outlet_class,
        )
        for row in tx.all(query.limit(NOTED_MOST))
    ]


def note(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Note pieces for members; one noted before and not answered is raised, never lowered, an answered one stays."""
    if not rows:
        return
    insert = tx.insert(Suggestion)
    raised = insert.on_conflict_do_update(
        index_elements=[Suggestion.member_id, Suggestion.article_id],
        set_={
            "score_percent": insert.excluded.score_percent,
            "reasons": insert.excluded.reasons,
            "offered_at": insert.excluded.offered_at,
        },
        where=and_(Suggestion.answered_at.is_(None), Suggestion.score_percent < insert.excluded.score_percent),
    )
    tx.execute(raised, sorted(rows, key=lambda row: (row["member_id"], row["article_id"])))


def list_waiting(tx: Tx, member_ids: Iterable[int]) -> dict[int, dict[int, tuple[str, ...]]]:
    """List by member the articles noted for them that they have not answered, with their bylines."""
    found: dict[int, dict[int, tuple[str, ...]]] = {}
    columns = select(Suggestion.member_id, Suggestion.article_id, Article.authors)
    query = columns.join(Article, Article.article_id == Suggestion.article_id).where(Suggestion.answered_at.is_(None))
    for part in chunks(sorted(set(member_ids))):
        for row in tx.all(query.where(Suggestion.member_id.in_(part))):
            found.setdefault(row.member_id, {})[row.article_id] = tuple(row.authors)
    return found


def withdraw(tx: Tx, member_id: int, article_ids: Iterable[int]) -> None:
    """Forget articles noted for a member; one that they answered meanwhile stays."""
    waiting = (Suggestion.member_id == member_id, Suggestion.answered_at.is_(None))
    for part in chunks(sorted(set(article_ids))):
        tx.execute(delete(Suggestion).where(*waiting, Suggestion.article_id.in_(part)))


def list_open(tx: Tx, member_id: int, *, before: int | None = None, limit: int) -> list[SuggestionRow]:
    """List what is offered to a member, the latest article first; what they claimed meanwhile is left out."""
    query = _query(member_id).where(
        Suggestion.answered_at.is_(None), Suggestion.score_percent >= OFFERED_AT, ~_is_claimed()
    )
    if before is not None:
        query = query.where(Suggestion.article_id < before)
    return [_suggestion(row) for row in tx.all(query.order_by(Suggestion.article_id.desc()).limit(limit))]


def find_asked(tx: Tx, member_id: int, article_id: int) -> SuggestionRow | None:
    """Find a piece that was offered to a member and that they did not refuse; its row is locked."""
    asked = and_(Suggestion.article_id == article_id, Suggestion.score_percent >= OFFERED_AT)
    row = tx.first(_query(member_id).where(asked).with_for_update(of=Suggestion))
    return None if row is None else _suggestion(row)


def answer(tx: Tx, member_id: int, article_id: int, *, mine: bool, at: dt.datetime) -> bool:
    """Write an answer down, once; of what was offered nothing more is kept than is needed not to offer it again."""
    of_piece = (Suggestion.member_id == member_id, Suggestion.article_id == article_id)
    values: dict[str, Any] = {"answered_at": at, "mine": mine}
    if not mine:
        values |= {"reasons": [], "score_percent": 0}
    return tx.changed(update(Suggestion).where(*of_piece, Suggestion.answered_at.is_(None)).values(values)) == 1


def _query(member_id: int) -> Any:
    columns = (Suggestion.member_id, Suggestion.article_id, Suggestion.score_percent, Suggestion.reasons)
    article = (Article.title, Article.url, Article.source, Article.authors, Article.published_at)
    query = select(*columns, Suggestion.offered_at, *article)
    joined = query.join(Article, Article.article_id == Suggestion.article_id)
    return joined.where(Suggestion.member_id == member_id)


def _suggestion(row: Any) -> SuggestionRow:
    return SuggestionRow(
        member_id=MemberId(row.member_id),
        article_id=ArticleId(row.article_id),
        title=row.title,
        url=row.url,
        source=row.source,
        authors=tuple(row.authors),
        published_at=row.published_at,
        score_percent=row.score_percent,
        reasons=tuple((code, count) for code, count in row.reasons),
        offered_at=row.offered_at,
    )


def _is_claimed() -> ColumnElement[bool]:
    """The member has a live claim of the article, their own or as co-author."""
    own = and_(Claim.member_id == Suggestion.member_id, LIVE)
    credited = and_(
        Claim.member_id == ClaimCredit.owner_id,
        Claim.number == ClaimCredit.number,
        ClaimCredit.member_id == Suggestion.member_id,
    )
    piece = and_(
        Claim.kind == ClaimKind.AUTHORED.value,
        or_(Claim.article_id == Article.article_id, Claim.url_key == Article.url_key),
    )
    as_owner = exists().where(own, piece)
    as_author = exists().where(credited, LIVE, piece)
    return or_(as_owner, as_author)
