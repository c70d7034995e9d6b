"""Articles for people: the list and its search, and what officers feature, hide and label."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.articles import TOPICS_MOST, search_texts
from tracker.domain.errors import AppError, Code
from tracker.domain.page_reads import ReadCause
from tracker.domain.rights import Right
from tracker.domain.types import Role
from tracker.services import page_reads, scoped, topics
from tracker.store import article_lists, audit
from tracker.store import articles as store
from tracker.store import page_reads as page_store
from tracker.store import topics as topic_store

if TYPE_CHECKING:
    from tracker.domain.articles import Article, ArticleChange, ArticleFilter
    from tracker.domain.page_reads import PageShown
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
COPIES_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page of articles ended; `marked` is 1 while a search is still at the articles with its very marks."""

    marked: int
    published_us: int
    article_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """A page of articles, and where the next one begins."""

    items: list[Article]
    next: Cursor | None


def list_page(
    tx: Tx, viewer: Viewer, wanted: ArticleFilter, *, after: Cursor | None, limit: int, today: dt.date
) -> ArticlePage:
    """List articles, newest first; in a search with marks, those that carry them so come before all others."""
    rights.require(Right.SIGNED_IN, viewer)
    wanted = wanted if wanted.topic is None else replace(wanted, topic=topics.find_folded(tx, wanted.topic))
    eyes = _eyes(tx, viewer, today)
    if wanted.search is None or not wanted.search.marked:
        return _page([(False, a) for a in _step(tx, wanted, eyes, None, after, limit + 1)], limit)
    found: list[tuple[bool, Article]] = []
    for marked in (True, False) if after is None or after.marked else (False,):
        more = limit + 1 - len(found)
        if more > 0:
            found += [(marked, a) for a in _step(tx, wanted, eyes, marked, after, more)]
        after = None
    return _page(found, limit)


def _step(
    tx: Tx,
    wanted: ArticleFilter,
    eyes: article_lists.Eyes,
    marked: bool | None,  # noqa: FBT001 - handed through
    after: Cursor | None,
    limit: int,
) -> list[Article]:
    return article_lists.list_page(tx, wanted, eyes, marked=marked, after=_place(after), limit=limit)


def _page(found: list[tuple[bool, Article]], limit: int) -> ArticlePage:
    items = [article for _, article in found[:limit]]
    return ArticlePage(items=items, next=_cursor(*found[limit - 1]) if len(found) > limit else None)


def get(tx: Tx, viewer: Viewer, article_id: int, *, today: dt.date) -> Article:
    """Get an article; one that is hidden says so."""
    rights.require(Right.SIGNED_IN, viewer)
    return scoped.get_found(article_lists.find(tx, article_id, _eyes(tx, viewer, today)))


def get_page(tx: Tx, viewer: Viewer, article: Article, *, today: dt.date) -> PageShown:
    """Get what reading an article's page gave, with the others that carry its text as far as the viewer sees them.

    A member sees neither what is hidden from them nor what no source has carried.
    """
    rights.require(Right.SIGNED_IN, viewer)
    eyes = _eyes(tx, viewer, today)
    copies = page_store.list_copies(tx, article.article_id, limit=COPIES_MOST)
    listed = article_lists.list_these(tx, [copy.article_id for copy in copies if copy.listed], eyes)
    seen = {a.article_id for a in listed if eyes.with_hidden or not a.hidden}
    shown = tuple(c for c in copies if c.article_id in seen or (eyes.with_hidden and not c.listed and c.title))
    alone = all(copy.article_id == article.article_id for copy in shown)
    return replace(page_store.find_shown(tx, article.article_id), copies=() if alone else shown)


def change(
    tx: Tx, viewer: Viewer, current: Article, wanted: ArticleChange, *, now: dt.datetime, today: dt.date
) -> Article:
    """Feature or hide an article for the officer's unit and all below; set its topics, which are everyone's."""
    rights.require(Right.OFFICER, viewer)
    if wanted.featured:  # first: whoever reads a page holds its row before that of its article
        page_reads.mark(tx, current.article_id, ReadCause.FEATURED, now=now)
    if not store.count_up(tx, current.article_id, current.version):
        raise AppError(Code.ETAG_STALE)
    if wanted.featured is not None or wanted.hidden is not None:
        _decide(tx, viewer, current, wanted, now, today)
    if wanted.topics is not None:
        _set_topics(tx, current, wanted.topics)
    facts: dict[str, Any] = {"featured": wanted.featured, "hidden": wanted.hidden}
    if wanted.topics is not None:
        facts["topics"] = len(wanted.topics)
    _note(tx, viewer, current, now, {k: v for k, v in facts.items() if v is not None})
    return get(tx, viewer, current.article_id, today=today)


def _decide(tx: Tx, viewer: Viewer, current: Article, wanted: ArticleChange, now: dt.datetime, today: dt.date) -> None:
    unit_ids = article_lists.list_deciding_units(tx, viewer, today)
    if not unit_ids:
        raise AppError(Code.FIELD_INVALID, "there is no unit yet for which to feature or hide an article")
    article_lists.record_decision(
        tx,
        unit_ids,
        current.article_id,
        featured=wanted.featured,
        hidden=wanted.hidden,
        by=viewer.account_id,
        at=now,
    )


def _set_topics(tx: Tx, current: Article, names: tuple[str, ...]) -> None:
    if len(names) > TOPICS_MOST:
        raise AppError(Code.FIELD_INVALID, f"an article has at most {TOPICS_MOST} topics")
    topic_store.set_of_article(tx, current.article_id, topics.get_ids(tx, names))
    kept = store.list_topics(tx, [current.article_id]).get(current.article_id, [])
    texts = search_texts(current.title, current.summary, current.authors, current.source, kept)
    store.set_search(tx, current.article_id, texts.printed, texts.folded)


def _eyes(tx: Tx, viewer: Viewer, today: dt.date) -> article_lists.Eyes:
    """Give how a viewer sees: members are not shown what was hidden, who decides and who audits see it marked."""
    unit_ids = article_lists.list_binding_units(tx, viewer, today)
    return article_lists.Eyes(unit_ids=unit_ids, with_hidden=viewer.role is not Role.MEMBER)


def _place(after: Cursor | None) -> article_lists.Place | None:
    if after is None:
        return None
    try:
        published_at = _EPOCH + after.published_us * _TICK
    except OverflowError as error:
        raise AppError(Code.CURSOR_INVALID) from error
    return article_lists.Place(published_at=published_at, article_id=after.article_id)


def _cursor(marked: bool, article: Article) -> Cursor:  # noqa: FBT001 - one pair of a list
    published_us = (article.published_at - _EPOCH) // _TICK
    return Cursor(marked=int(marked), published_us=published_us, article_id=article.article_id)


def _note(tx: Tx, viewer: Viewer, current: Article, now: dt.datetime, facts: dict[str, Any]) -> None:
    subject = f"article:{current.article_id}"
    audit.record(tx, at=now, actor=viewer.account_id, action="article.change", subject=subject, **facts)
