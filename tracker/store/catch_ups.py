"""Members whose names are still to be looked for in bylines collected before, and where those may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, or_, select, update

from tracker.store import article_search
from tracker.store.tables.claims import SuggestionCatchUp as Row
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from tracker.store.db import Tx

ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """A member to be caught up; articles from `before_id` on have been looked at."""

    member_id: int
    asked_at: dt.datetime
    before_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A collected article with its byline."""

    article_id: int
    authors: tuple[str, ...]
    author_unit: str | None


def ask(tx: Tx, member_ids: Iterable[int], *, at: dt.datetime) -> None:
    """Have members' names looked for from the latest article on, also where a search is under way."""
    rows = [{"member_id": member_id, "asked_at": at, "before_id": None} for member_id in sorted(set(member_ids))]
    anew = {"asked_at": at, "before_id": None}
    insert = tx.insert(Row).on_conflict_do_update(index_elements=[Row.member_id], set_=anew)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        tx.execute(insert, rows[start : start + ROWS_AT_ONCE])


def list_due(tx: Tx, *, limit: int) -> list[CatchUp]:
    """List who has waited longest; their rows are locked."""
    query = select(Row.member_id, Row.asked_at, Row.before_id).order_by(Row.asked_at, Row.member_id)
    rows = tx.all(query.limit(limit).with_for_update(skip_locked=True))
    return [CatchUp(member_id=r.member_id, asked_at=r.asked_at, before_id=r.before_id) for r in rows]


def go_on(tx: Tx, one: CatchUp, before_id: int) -> None:
    """Keep how far a search has come."""
    tx.execute(update(Row).where(*_is(one)).values(before_id=before_id))


def end(tx: Tx, one: CatchUp) -> None:
    """End a search, unless it was asked for anew."""
    tx.execute(delete(Row).where(*_is(one)))


def list_signed(
    tx: Tx, names: Collection[tuple[str, ...]], *, since: dt.datetime, before_id: int | None, limit: int
) -> list[Signed]:
    """List articles since an instant whose texts hold all words of one of some names, the latest collected first."""
    holds = or_(*(and_(*article_search.conditions(tx, words)) for words in sorted(names)))
    query = select(Article.article_id, Article.authors, Article.author_unit).where(
        holds, Article.listed, Article.published_at >= since
    )
    if before_id is not None:
        query = query.where(Article.article_id < before_id)
    rows: Sequence[Any] = tx.all(query.order_by(Article.article_id.desc()).limit(limit))
    return [Signed(article_id=r.article_id, authors=tuple(r.authors), author_unit=r.author_unit) for r in rows]


def _is(one: CatchUp) -> tuple[Any, ...]:
    return Row.member_id == one.member_id, Row.asked_at == one.asked_at
