"""Articles as one viewer sees them: lists, search, and what units feature or hide. Writing articles is next door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, literal, not_, or_, select, tuple_

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

    from tracker.domain.articles import ArticleFilter, SearchQuery
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a search hits, and whether with the very marks that were typed."""

    marked: bool
    published_at: dt.datetime
    article_id: int


def list_binding_units(tx: Tx, viewer: Viewer, today: dt.date) -> tuple[int, ...]:
    """List the units whose decisions on articles bind a viewer today: their own and all above."""
    own = [UnitAncestry.unit_id == viewer.unit_id] if viewer.unit_id is not None else []
    if viewer.member_id is not None:
        standing = select(Membership.unit_id).where(
            Membership.member_id == viewer.member_id, valid_on(Membership.since, Membership.until, today)
        )
        own.append(UnitAncestry.unit_id.in_(standing))
    if viewer.role is Role.ADMIN and viewer.unit_id is None:
        own.append(UnitAncestry.unit_id.in_(_tops(today)))
    if not own:
        return ()
    valid = valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, today)
    return tuple(tx.scalars(select(UnitAncestry.ancestor_id).where(or_(*own), valid).distinct()))


def list_deciding_units(tx: Tx, viewer: Viewer, today: dt.date) -> tuple[int, ...]:
    """List the units for which a viewer decides: an officer's own; for an administrator those nothing stands above."""
    if viewer.unit_id is not None:
        return (viewer.unit_id,)
    return tuple(tx.scalars(_tops(today))) if viewer.role is Role.ADMIN else ()


def _tops(today: dt.date) -> Any:
    valid = valid_on(UnitVersion.valid_from, UnitVersion.valid_to, today)
    return select(UnitVersion.unit_id).where(UnitVersion.parent_id.is_(None), valid)


def find(tx: Tx, article_id: int, eyes: Eyes) -> ArticleRecord | None:
    """Find an article, hidden or not."""
    rows = tx.all(_seen(eyes.unit_ids).where(Article.article_id == article_id, Article.listed.is_(True)))
    return _records(tx, rows)[0] if rows else None


def list_page(
    tx: Tx, wanted: ArticleFilter, eyes: Eyes, *, marked: bool | None, after: Place | None, limit: int
) -> list[ArticleRecord]:
    """List articles, newest first, after a place.

    `marked` narrows a search to articles that carry its words with their marks (True) or do not (False).
    """
    query = _narrowed(tx, _seen(eyes.unit_ids), wanted, eyes)
    if marked is not None and wanted.search is not None:
        query = query.where(*article_search.marks(tx, wanted.search.marked, carried=marked))
    if after is not None:
        place = tuple_(literal(after.published_at, UTCDateTime), literal(after.article_id))
        query = query.where(tuple_(Article.published_at, Article.article_id) < place)
    return _records(tx, tx.all(_newest_first(query).limit(limit)))


def list_hits(tx: Tx, wanted: ArticleFilter, eyes: Eyes, *, limit: int) -> list[Hit]:
    """List where a search with marks hits, newest first, without reading the articles."""
    words = wanted.search.marked if wanted.search is not None else ()
    carries = article_search.carries(tx, Article.search_text, words).label("marked")
    query = _narrowed(tx, select(Article.article_id, Article.published_at, carries), wanted, eyes)
    return [
        Hit(marked=bool(row.marked), published_at=row.published_at, article_id=row.article_id)
        for row in tx.all(_newest_first(query).limit(limit))
    ]


def list_these(tx: Tx, article_ids: Sequence[int], eyes: Eyes) -> list[ArticleRecord]:
    """List articles by id, in the order given."""
    found = {
        r.article_id: r for r in _records(tx, tx.all(_seen(eyes.unit_ids).where(Article.article_id.in_(article_ids))))
    }
    return [found[ArticleId(article_id)] for article_id in article_ids]


def _narrowed(tx: Tx, query: Any, wanted: ArticleFilter, eyes: Eyes) -> Any:
    return query.where(*_conditions(tx, wanted, eyes))


def _newest_first(query: Any) -> Any:
    return query.order_by(Article.published_at.desc(), Article.article_id.desc())


def _seen(unit_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
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
    featured, hidden = _decided(unit_ids, Curation.featured), _decided(unit_ids, Curation.hidden)
    return select(*columns, featured.label("featured"), hidden.label("hidden"))


def _decided(unit_ids: Sequence[int], column: Any) -> ColumnElement[bool]:
    """Some unit that binds the viewer has decided so."""
    if not unit_ids:
        return false()
    return Article.article_id.in_(select(Curation.article_id).where(Curation.unit_id.in_(unit_ids), column))


def _conditions(tx: Tx, wanted: ArticleFilter, eyes: Eyes) -> list[ColumnElement[bool]]:
    # An article that is not listed has no texts to search: a search need not look at its row.
    conditions: list[ColumnElement[bool]] = [] if wanted.search is not None else [Article.listed.is_(True)]
    if not eyes.with_hidden:
        conditions.append(not_(_decided(eyes.unit_ids, Curation.hidden)))
    if wanted.search is not None:
        conditions += article_search.conditions(tx, wanted.search.folded)
    if wanted.feed_id is not None:
        carried = select(Sighting.article_id).where(Sighting.feed_id == wanted.feed_id)
        conditions.append(Article.article_id.in_(carried))
    if wanted.topic is not None:
        of_topic = select(ArticleTopic.article_id).join(Topic, Topic.topic_id == ArticleTopic.topic_id)
        conditions.append(Article.article_id.in_(of_topic.where(Topic.name_folded == wanted.topic)))
    if wanted.since is not None:
        conditions.append(Article.published_at >= wanted.since)
    if wanted.featured is not None:
        featured = _decided(eyes.unit_ids, Curation.featured)
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


def has_search(wanted: SearchQuery | None) -> bool:
    """Tell whether a search has words whose marks count."""
    return wanted is not None and bool(wanted.marked)
