"""How words are found among the articles: the index of each database, and the comparison that decides.

SQLite keeps an FTS5 table beside the articles, filled by triggers; PostgreSQL an index of the words (GIN). Either only
narrows down, by the beginnings of words; the text itself says whether an article is a hit, the same way on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, cast, column, func, literal, literal_column, not_, select, table, true
from sqlalchemy.dialects.postgresql import TSQUERY

from tracker.domain.articles import index_words, search_form
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select

    from tracker.store.db import Tx

SPARSE_MOST: Final = 5000
INDEX = table("article_search", column("rowid"), column("article_search"))


def conditions(tx: Tx, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Give what an article fulfils in which every word occurs, or a word that begins so; signs count literally.

    Where the index knows few such articles they are looked up; where it knows many, reading the newest first finds a
    page of them sooner than putting all in order.
    """
    return [*_narrowed(tx, words), carries(tx, Article.search_folded, words)]


def marks(tx: Tx, words: Sequence[str], *, carried: bool) -> list[ColumnElement[bool]]:
    """Give what an article fulfils that carries these words with their very marks, or, not `carried`, does not."""
    exact = carries(tx, Article.search_text, words)
    return [*_narrowed(tx, words), exact] if carried else [not_(exact)]


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
    if tx.scalar(select(func.count()).select_from(some)) > SPARSE_MOST:
        return []
    return [Article.article_id.in_(found)]


def _in_sqlite(words: Sequence[str]) -> Select[Any]:
    asked = " AND ".join(f'"{word}" *' for word in words)
    return select(INDEX.c.rowid).where(INDEX.c.article_search.op("MATCH")(asked))


def _in_postgresql(words: Sequence[str]) -> Select[Any]:
    asked = " & ".join(f"'{word}':*" for word in words)
    texts = Article.search_folded.op("||")(Article.search_text)
    indexed = func.to_tsvector(literal_column("'simple'::regconfig"), texts)
    return select(Article.article_id).where(indexed.op("@@")(cast(literal(asked), TSQUERY)))
