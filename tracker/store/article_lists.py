"""Articles as one viewer sees them: lists, search, and what units feature or hide. Writing articles is next door."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Date, bindparam, false, literal, not_, or_, select, tuple_

from tracker.domain.articles import Article as ArticleRecord
from tracker.domain.types import ArticleId, Role
from tracker.store import article_search
from tracker.store.articles import list_topics
from tracker.store.columns import UTCDateTime
from tracker.store.scope import valid_on
from tracker.store.tables.feeds import Article, ArticleTopic, Curation, Sighting, Topic
from tracker.store.tables.organisation import Membership, UnitAncestry, UnitVersion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select

    from tracker.domain.articles import ArticleFilter
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """How a viewer sees articles: the units whose decisions bind them, and whether hidden ones are shown (marked)."""

    unit_ids: tuple[int, ...]
    with_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ended: publication instant and id of its last article."""

    published_at: dt.datetime
    article_id: int


def list_binding_units(tx: Tx, viewer: Viewer, today: dt.date) -> tuple[int, ...]:
    """List the units whose decisions on articles bind a viewer today: their own and all above."""
    by = _Binding(
        unit=viewer.unit_id is not None,
        member=viewer.member_id is not None,
        tops=viewer.role is Role.ADMIN and viewer.unit_id is None,
    )
    if not any(by):
        return ()
    told = {"unit_id": viewer.unit_id, "member_id": viewer.member_id, "today": today}
    return tuple(tx.scalars(_binding_units(by), {name: told[name] for name in by.asked()}))


class _Binding(NamedTuple):
    """By what units bind a viewer."""

    unit: bool
    member: bool
    tops: bool

    def asked(self) -> list[str]:
        """Name what the statement wants to be told."""
        return ["today", *(["unit_id"] if self.unit else []), *(["member_id"] if self.member else [])]


@functools.cache
def _binding_units(by: _Binding) -> Any:
    """Make the statement once: it is asked at each list."""
    today: Any = bindparam("today", type_=Date)
    own = []
    if by.unit:
        own.append(UnitAncestry.unit_id == bindparam("unit_id"))
    if by.member:
        standing = select(Membership.unit_id).where(
            Membership.member_id == bindparam("member_id"), valid_on(Membership.since, Membership.until, today)
        )
        own.append(UnitAncestry.unit_id.in_(standing))
    if by.tops:
        own.append(UnitAncestry.unit_id.in_(_tops(today)))
    valid = valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, today)
    return select(UnitAncestry.ancestor_id).where(or_(*own), valid).distinct()


def list_deciding_units(tx: Tx, viewer: Viewer, today: dt.date) -> tuple[int, ...]:
    """List the units for which a viewer decides: an officer's own; for an administrator those nothing stands above."""
    if viewer.unit_id is not None:
        return (viewer.unit_id,)
    return tuple(tx.scalars(_tops(today))) if viewer.role is Role.ADMIN else ()


def _tops(today: dt.date | Any) -> Any:
    valid = valid_on(UnitVersion.valid_from, UnitVersion.valid_to, today)
    return select(UnitVersion.unit_id).where(UnitVersion.parent_id.is_(None), valid)


def find(tx: Tx, article_id: int, eyes: Eyes) -> ArticleRecord | None:
    """Find an article, hidden or not."""
    rows = _rows(tx, _seen(eyes).where(Article.article_id == article_id, Article.listed.is_(True)), eyes)
    return _records(tx, rows)[0] if rows else None


def list_page(
    tx: Tx, wanted: ArticleFilter, eyes: Eyes, *, marked: bool | None, after: Place | None, limit: int
) -> list[ArticleRecord]:
    """List articles, newest first, after a place.

    `marked` narrows a search to articles that carry its words with their marks (True) or do not (False).
    """
    query = _seen(eyes).where(*_conditions(wanted, eyes))
    if wanted.search is not None and marked is None:
        query = query.where(*article_search.conditions(tx, wanted.search.folded))
    elif wanted.search is not None:
        query = query.where(*article_search.conditions_marked(tx, wanted.search, carried=bool(marked)))
    if after is not None:
        place = tuple_(literal(after.published_at, UTCDateTime), literal(after.article_id))
        query = query.where(tuple_(Article.published_at, Article.article_id) < place)
    newest_first = query.order_by(Article.published_at.desc(), Article.article_id.desc())
    return _records(tx, _rows(tx, newest_first.limit(limit), eyes))


def list_these(tx: Tx, article_ids: Sequence[int], eyes: Eyes) -> list[ArticleRecord]:
    """List articles by id, in the order given."""
    rows = _rows(tx, _seen(eyes).where(Article.article_id.in_(article_ids)), eyes)
    found = {r.article_id: r for r in _records(tx, rows)}
    return [found[ArticleId(article_id)] for article_id in article_ids]


def _seen(eyes: Eyes) -> Select[*tuple[Any, ...]]:
    """Select articles as a viewer sees them; `_rows` tells the statement the units."""
    return _seen_by(bool(eyes.unit_ids))


@functools.cache
def _seen_by(has_units: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the key of what is kept
    """Make the beginning of each list once."""
    columns = (
        Article.article_id,
        Article.title,
        Article.url,
        Article.source,
        Article.host,
        Article.summary,
        Article.authors,
        Article.image_url,
        Article.published_at,
        Article.date_quality,
        Article.first_seen_at,
        Article.version,
    )
    featured, hidden = (_decided(Curation.featured), _decided(Curation.hidden)) if has_units else (false(), false())
    return select(*columns, featured.label("featured"), hidden.label("hidden"))


def _decided(column: Any) -> ColumnElement[bool]:
    """Some unit that binds the viewer has decided so."""
    binding = Curation.unit_id.in_(bindparam("unit_ids", expanding=True))
    return Article.article_id.in_(select(Curation.article_id).where(binding, column))


def _rows(tx: Tx, query: Any, eyes: Eyes) -> Sequence[Any]:
    return tx.all(query, {"unit_ids": eyes.unit_ids})


def _conditions(wanted: ArticleFilter, eyes: Eyes) -> list[ColumnElement[bool]]:
    # An article that is not listed has no texts to search: a search need not look at its row.
    conditions: list[ColumnElement[bool]] = [] if wanted.search is not None else [Article.listed.is_(True)]
    if not eyes.with_hidden and eyes.unit_ids:
        conditions.append(not_(_decided(Curation.hidden)))
    if wanted.feed_id is not None:
        carried = select(Sighting.article_id).where(Sighting.feed_id == wanted.feed_id)
        conditions.append(Article.article_id.in_(carried))
    if wanted.topic is not None:
        of_topic = select(ArticleTopic.article_id).join(Topic, Topic.topic_id == ArticleTopic.topic_id)
        conditions.append(Article.article_id.in_(of_topic.where(Topic.name_folded == wanted.topic)))
    if wanted.since is not None:
        conditions.append(Article.published_at >= wanted.since)
    if wanted.featured is not None:
        featured = _decided(Curation.featured) if eyes.unit_ids else false()
        conditions.append(featured if wanted.featured else not_(featured))
    return conditions


def _records(tx: Tx, rows: Sequence[Any]) -> list[ArticleRecord]:
    topics = list_topics(tx, [row.article_id for row in rows]) if rows else {}
    return [
        ArticleRecord(
            article_id=ArticleId(row.article_id),
            title=row.title,
            url=row.url,
            source=row.source,
            host=row.host,
            summary=row.summary,
            authors=tuple(row.authors),
            image=row.image_url,
            published_at=row.published_at,
            date_quality=row.date_quality,
            first_seen_at=row.first_seen_at,
            topics=tuple(topics.get(row.article_id, ())),
            featured=bool(row.featured),
            hidden=bool(row.hidden),
            version=row.version,
        )
        for row in rows
    ]


def record_decision(
    tx: Tx,
    unit_ids: Collection[int],
    article_id: int,
    *,
    featured: bool | None,
    hidden: bool | None,
    by: int,
    at: dt.datetime,
) -> None:
    """Set what units decide on an article; None leaves that part as it was."""
    told = {name: value for name, value in (("featured", featured), ("hidden", hidden)) if value is not None}
    rows = [
        {"unit_id": unit_id, "article_id": article_id, "featured": False, "hidden": False, **told}
        | {"decided_by": by, "decided_at": at}
        for unit_id in unit_ids
    ]
    insert = tx.insert(Curation).values(rows)
    keys = [Curation.unit_id, Curation.article_id]
    set_ = {name: insert.excluded[name] for name in (*told, "decided_by", "decided_at")}
    tx.execute(insert.on_conflict_do_update(index_elements=keys, set_=set_))
