"""How words are found among the articles: the index of each database, and the comparison that decides.

SQLite keeps an FTS5 table beside the articles, filled by triggers; PostgreSQL an index of the words (GIN). Either only
narrows down, by the beginnings of words; the text itself says whether an article is a hit, the same way on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, and_, cast, column, false, func, literal, literal_column, not_, select, table, true
from sqlalchemy.dialects.postgresql import TSQUERY

from tracker.domain.articles import index_words, search_form
from tracker.domain.names import fold
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select

    from tracker.domain.articles import SearchQuery
    from tracker.store.db import Tx

SPARSE_MOST: Final = 5000
FEW_MOST: Final = 500  # of which the index is not asked twice
INDEX = table("article_search", column("rowid"), column("article_search"))


def conditions(tx: Tx, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Give what an article fulfils in which every word occurs, or a word that begins so; signs count literally.

    Where the index knows few such articles they are looked up; where it knows many, reading the newest first finds a
    page of them sooner than putting all in order.
    """
    return [*_narrowed(tx, words), carries(tx, Article.search_folded, words)]


def conditions_marked(tx: Tx, wanted: SearchQuery, *, carried: bool) -> list[ColumnElement[bool]]:
    """Give what a hit fulfils that carries the marks as typed, or, not `carried`, does not."""
    exact = carries(tx, Article.search_text, wanted.marked)
    if not carried:
        return [*conditions(tx, wanted.folded), not_(exact)]
    plain = set(wanted.folded) - {fold(word) for word in wanted.marked}
    return [*_narrowed(tx, (*wanted.marked, *sorted(plain))), exact, carries(tx, Article.search_folded, wanted.folded)]


def carries(tx: Tx, text: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """In the text every word occurs, or one that begins so; each sign is taken literally."""
    position = func.strpos if tx.dialect == "postgresql" else func.instr
    return and_(true(), *(position(text, search_form(word)) > 0 for word in words))


def _narrowed(tx: Tx, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Give nothing where the index does not know such words, or too many articles that have them."""
    known = index_words(words)
    if not known:
        return []
    found = _in_postgresql(known) if tx.dialect == "postgresql" else _in_sqlite(known)
    some = found.limit(SPARSE_MOST + 1).subquery()
    told = func.aggregate_strings(cast(some.c[0], String), ",").label("ids")
    row = tx.first(select(func.count().label("number"), told).select_from(some))
    number, ids = (row.number, row.ids) if row is not None else (0, None)
    if number > SPARSE_MOST:
        return []
    if number > FEW_MOST:
        return [Article.article_id.in_(found)]
    return [Article.article_id.in_([int(one) for one in ids.split(",")]) if ids else false()]


def _in_sqlite(words: Sequence[str]) -> Select[Any]:
    asked = " AND ".join(f'"{word}" *' for word in words)
    return select(INDEX.c.rowid).where(INDEX.c.article_search.op("MATCH")(asked))


def _in_postgresql(words: Sequence[str]) -> Select[Any]:
    asked = " & ".join(f"'{word}':*" for word in words)
    texts = Article.search_folded.op("||")(Article.search_text)
    indexed = func.to_tsvector(literal_column("'simple'::regconfig"), texts)
    return select(Article.article_id).where(indexed.op("@@")(cast(literal(asked), TSQUERY)))
