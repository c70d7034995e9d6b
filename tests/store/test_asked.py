"""Lists of texts and ids as one value of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests import make
from tracker.store.asked import ids_of, rows_of
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from tracker.store.db import Database

ODD = ("o'clock", 'a "quote"', "{a,b}", "NULL", "", "%", "đ\\n", "null")


def test_texts_come_back_as_they_were_given_however_many(db: Database) -> None:
    many = [*ODD, *(f"host-{n}.example" for n in range(40_000))]
    with db.read() as tx:
        assert sorted(tx.scalars(rows_of(tx, many))) == sorted(many)
        assert tx.scalars(rows_of(tx, [])) == []


def test_ids_are_asked_for_as_ids(db: Database) -> None:
    with db.write() as tx:
        made = [make.article(tx, n, str(n)) for n in range(3)]
        query = select(Article.article_id).order_by(Article.article_id)
        assert tx.scalars(query.where(Article.article_id.in_(ids_of(tx, [*made[1:], 2**40])))) == made[1:]
        assert tx.scalars(query.where(Article.article_id.in_(ids_of(tx, [])))) == []


def test_two_lists_of_one_statement_are_told_apart(db: Database) -> None:
    with db.write() as tx:
        for n, title in enumerate(("a", "b", "c")):
            make.article(tx, n, title)
        query = select(Article.title).where(Article.title.in_(rows_of(tx, ["a", "b"])))
        assert tx.scalars(query.where(Article.title.not_in(rows_of(tx, ["b"])))) == ["a"]
        assert sorted(tx.scalars(select(Article.title).where(Article.title.not_in(rows_of(tx, []))))) == ["a", "b", "c"]
