"""Articles are found by an index of their words, no longer by reading all texts."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 1000
PIECE = re.compile(r"[^\W_]+|(?:[^\w\s]|_)+")
ARTICLES = sa.table("articles", sa.column("article_id"), sa.column("search_text"), sa.column("search_folded"))


def upgrade() -> None:
    """Drop the index that held whole texts, give the texts their new form, and index their words."""
    op.drop_index("ix_articles_search", table_name="articles")
    _space_texts()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_articles_search ON articles USING gin"
            " (to_tsvector('simple'::regconfig, search_folded || search_text))"
        )
    else:
        _index_in_sqlite()


def _space_texts() -> None:
    """Put a space before each word."""
    connection, last = op.get_bind(), 0
    query = sa.select(ARTICLES).order_by(ARTICLES.c.article_id).limit(AT_ONCE)
    change = sa.update(ARTICLES).where(ARTICLES.c.article_id == sa.bindparam("at_article"))
    change = change.values(search_text=sa.bindparam("printed"), search_folded=sa.bindparam("folded"))
    while rows := connection.execute(query.where(ARTICLES.c.article_id > last)).all():
        told = [
            {"at_article": row.article_id, "printed": _spaced(row.search_text), "folded": _spaced(row.search_folded)}
            for row in rows
        ]
        connection.execute(change, told)
        last = rows[-1].article_id


def _spaced(text: str) -> str:
    return "\n".join(f" {' '.join(PIECE.findall(field))}" for field in text.split("\n") if field)


def _index_in_sqlite() -> None:
    """Keep the words of the articles in a table of their own; triggers keep it true, whoever writes an article."""
    op.execute(
        "CREATE VIRTUAL TABLE article_search USING fts5("
        "search_text, search_folded, content='articles', content_rowid='article_id',"
        " tokenize='ascii', detail=none, columnsize=0)"
    )
    op.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
    add = (
        "INSERT INTO article_search (rowid, search_text, search_folded)"
        " VALUES (new.article_id, new.search_text, new.search_folded)"
    )
    drop = (
        "INSERT INTO article_search (article_search, rowid, search_text, search_folded)"
        " VALUES ('delete', old.article_id, old.search_text, old.search_folded)"
    )
    op.execute(f"CREATE TRIGGER article_search_added AFTER INSERT ON articles BEGIN {add}; END")
    op.execute(f"CREATE TRIGGER article_search_removed AFTER DELETE ON articles BEGIN {drop}; END")
    op.execute(
        "CREATE TRIGGER article_search_changed AFTER UPDATE OF search_text, search_folded ON articles"
        f" WHEN old.search_text <> new.search_text OR old.search_folded <> new.search_folded BEGIN {drop}; {add}; END"
    )
