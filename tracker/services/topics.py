"""Topics, as everyone signed in sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.articles import TOPIC_MOST
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold
from tracker.domain.rights import Right
from tracker.domain.types import Page
from tracker.store import topics as store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.articles import Topic
    from tracker.domain.types import TopicId, Viewer
    from tracker.store.db import Tx


def list_page(tx: Tx, viewer: Viewer, *, after: str | None, limit: int) -> Page[Topic]:
    """List topics by name, after a folded name."""
    rights.require(Right.SIGNED_IN, viewer)
    rows = store.list_page(tx, after=after, limit=limit + 1)
    return Page(items=rows[:limit], next=fold(rows[limit - 1].name) if len(rows) > limit else None)


def get_ids(tx: Tx, names: Iterable[str]) -> list[TopicId]:
    """Give the ids of topics by name; one that is new is made by this first use. Refuses names empty or too long."""
    cleaned = [" ".join(clean_text(name).split()) for name in names]
    if any(not fold(name) or len(name) > TOPIC_MOST for name in cleaned):
        raise AppError(Code.FIELD_INVALID, f"a topic is a text of 1 to {TOPIC_MOST} characters")
    return store.get_ids(tx, cleaned)


def find_folded(tx: Tx, asked: str) -> str:
    """Give the folded name of the topic asked for by name, or by id where no topic is called so."""
    folded = fold(clean_text(asked))
    if asked.isascii() and asked.isdigit() and not store.has_folded(tx, folded):
        return store.find_folded(tx, int(asked[:15])) or folded
    return folded
