"""How words are found among the articles: the index of each database, and the comparison that decides.

SQLite keeps an FTS5 table beside the articles, filled by triggers; PostgreSQL an index of the words (GIN). Either only
narrows down, by the beginnings of words; the text itself says whether an article is a hit, the same way on both.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    String,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from tracker.domain.articles import index_words, search_form
from tracker.domain.names import fold
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from tracker.domain.articles import SearchQuery
    from tracker.store.db import Tx

ROWS_A_PAGE: Final = 50
INDEX = table("article_search", column("rowid"), column("article_search"))
_LAST = select(func.max(Article.article_id))


def conditions(tx: Tx, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Give what an article fulfils in which every word occurs, or a word that begins so; signs count literally."""
    ids = look_up(tx, words)
    narrowed = [] if ids is None else [is_among(tx.dialect, ids)]
    return [*narrowed, carries(tx.dialect, Article.search_folded, map(search_form, words))]


def looked_for(wanted: SearchQuery, *, carried: bool) -> tuple[str, ...]:
    """Give the words by which a search is looked up; `carried`, among the articles that have its very marks."""
    if not carried:
        return wanted.folded
    plain = set(wanted.folded) - {fold(word) for word in wanted.marked}
    return (*wanted.marked, *sorted(plain))


def look_up(tx: Tx, words: Sequence[str]) -> str | None:
    """Give the ids of all articles in which words may occur, between commas.

    None where the newest are rather to be read: the index does not know such words, or it knows so many articles that
    a page of them is full before as many have been read.
    """
    known = index_words(words)
    if not known:
        return None
    most = math.isqrt(ROWS_A_PAGE * (tx.scalar(_LAST) or 0))
    row = tx.first(_counting(tx.dialect), {"asked": _asked(tx.dialect, known), "most": most + 1})
    number, ids = (row.number, row.ids) if row is not None else (0, None)
    return (ids or "") if number <= most else None


def is_among(dialect: str, ids: Any) -> ColumnElement[bool]:
    """The article is one of those that `look_up` gave; `ids` are they, or the parameter that stands for them."""
    if dialect == "postgresql":
        return Article.article_id == any_(cast(func.string_to_array(ids, ","), ARRAY(BigInteger)))
    return Article.article_id.in_(select(func.json_each("[" + ids + "]").table_valued("value").c.value))


def carries(dialect: str, text: Any, forms: Iterable[Any]) -> ColumnElement[bool]:
    """In the text stand all these forms of words (`search_form`); each sign is taken literally."""
    position = func.strpos if dialect == "postgresql" else func.instr
    return and_(true(), *(position(text, form) > 0 for form in forms))


@functools.cache
def _counting(dialect: str) -> Select[int, str]:
    """Make once what counts the articles, up to a number, and names them."""
    some = _found(dialect).limit(bindparam("most")).subquery()
    told = func.aggregate_strings(cast(some.c[0], String), ",").label("ids")
    return select(func.count().label("number"), told).select_from(some)


def _found(dialect: str) -> Select[Any]:
    asked = bindparam("asked", type_=String)
    if dialect != "postgresql":
        return select(INDEX.c.rowid).where(INDEX.c.article_search.op("MATCH")(asked))
    texts = Article.search_folded.op("||")(Article.search_text)
    indexed = func.to_tsvector(literal_column("'simple'::regconfig"), texts)
    return select(Article.article_id).where(indexed.op("@@")(cast(asked, TSQUERY)))


def _asked(dialect: str, words: Sequence[str]) -> str:
    if dialect == "postgresql":
        return " & ".join(f"'{word}':*" for word in words)
    return " AND ".join(f'"{word}" *' for word in words)
