"""Articles that were there before their words were indexed are found after it."""

from __future__ import annotations

import importlib.resources
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tests.make import NOW, TODAY
from tracker.domain.articles import ArticleFilter, read_search
from tracker.domain.types import AccountId, Role, Viewer
from tracker.migrations.upgrade import migrate
from tracker.services import articles
from tracker.store.db import Database

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.store.db import Tx

ARTICLES = 1203
ADD = text(
    "INSERT INTO articles (url, url_key, host, source, title, summary, authors, published_at, published_raw,"
    " date_quality, first_seen_at, content_hash, search_text, search_folded, version)"
    " VALUES (:key, :key, 'h', 'Báo', :title, '', '[]', :at, '', 'exact', :at, '0', :printed, :folded, 1)"
)


def test_older_articles_are_found_by_their_words(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with db.write() as tx:
        lay_until(tx, "0003")
        tx.execute(ADD, [row(number) for number in range(ARTICLES)])
    assert migrate(db)
    assert titles(db, "so 1202") == ["“Bài” số 1202"]
    assert titles(db, "bài bao") == [f"“Bài” số {number}" for number in range(ARTICLES - 1, ARTICLES - 51, -1)]
    assert titles(db, "ao") == []
    db.close()


def lay_until(tx: Tx, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("tracker") / "migrations"))
    config.attributes["connection"] = tx.connection
    command.upgrade(config, revision)


def row(number: int) -> dict[str, str]:
    title = f"“Bài” số {number}"
    texts = {"printed": f"{title.lower()}\n\nbáo", "folded": f"“bai” so {number}\n\nbao"}
    return {"key": f"k{number}", "title": title, "at": NOW.replace(tzinfo=None).isoformat(" ")} | texts


def titles(db: Database, q: str) -> list[str]:
    viewer = Viewer(account_id=AccountId(1), role=Role.AUDITOR)
    with db.read() as tx:
        wanted = ArticleFilter(search=read_search(q))
        return [a.title for a in articles.list_page(tx, viewer, wanted, after=None, limit=50, today=TODAY).items]
