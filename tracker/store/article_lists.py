"""Articles as one viewer sees them: lists, search, and what units feature or hide. Writing articles is next door."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Date, Integer, String, bindparam, exists, false, not_, or_, select, tuple_

from tracker.domain.articles import Article as ArticleRecord
from tracker.domain.articles import SearchQuery, search_form
from tracker.domain.types import ArticleId, Role
from tracker.store import article_search
from tracker.store.articles import list_topics
from tracker.store.columns import BigInt, UTCDateTime
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


_UNITS: Any = bindparam("unit_ids", expanding=True)


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
    query = _seen_by(bool(eyes.unit_ids)).where(Article.article_id == article_id, Article.listed.is_(True))
    found = _records(tx, query, {"unit_ids": eyes.unit_ids})
    return found[0] if found else None


def list_these(tx: Tx, article_ids: Sequence[int], eyes: Eyes) -> list[ArticleRecord]:
    """List articles by id, in the order given."""
    query = _seen_by(bool(eyes.unit_ids)).where(Article.article_id.in_(article_ids))
    found = {one.article_id: one for one in _records(tx, query, {"unit_ids": eyes.unit_ids})}
    return [found[ArticleId(article_id)] for article_id in article_ids]


def list_page(
    tx: Tx, wanted: ArticleFilter, eyes: Eyes, *, marked: bool | None, after: Place | None, limit: int
) -> list[ArticleRecord]:
    """List articles, newest first, after a place.

    `marked` narrows a search to articles that carry its words with their marks (True) or do not (False).
    """
    search = wanted.search or SearchQuery(folded=(), marked=())
    if marked is None:
        search = SearchQuery(folded=search.folded, marked=())
    ids = article_search.look_up(tx, article_search.looked_for(search, carried=bool(marked)))
    if ids == "":
        return []
    shape = _Shape(
        dialect=tx.dialect,
        has_units=bool(eyes.unit_ids),
        with_hidden=eyes.with_hidden,
        folded=len(search.folded),
        printed=len(search.marked),
        carried=bool(marked),
        looked_up=ids is not None,
        of_feed=wanted.feed_id is not None,
        of_topic=wanted.topic is not None,
        since=wanted.since is not None,
        featured=wanted.featured,
        after=after is not None,
    )
    told = {"unit_ids": eyes.unit_ids, "ids": ids, "most": limit, **_words(search), **_limits(wanted, after)}
    return _records(tx, _listing(shape), told)


def _words(search: SearchQuery) -> dict[str, str]:
    folded = zip(_names("folded", len(search.folded)), search.folded, strict=True)
    printed = zip(_names("printed", len(search.marked)), search.marked, strict=True)
    return {name: search_form(word) for name, word in (*folded, *printed)}


def _names(kind: str, count: int) -> list[str]:
    return [f"{kind}_{number}" for number in range(count)]


def _limits(wanted: ArticleFilter, after: Place | None) -> dict[str, Any]:
    told: dict[str, Any] = {"feed_id": wanted.feed_id, "topic": wanted.topic, "since": wanted.since}
    return told if after is None else told | {"after_at": after.published_at, "after_id": after.article_id}


class _Shape(NamedTuple):
    """What a list is asked for, without the values: by this its statement is kept."""

    dialect: str
    has_units: bool
    with_hidden: bool
    folded: int  # so many words
    printed: int
    carried: bool  # those printed stand in the article, or do not
    looked_up: bool
    of_feed: bool
    of_topic: bool
    since: bool
    featured: bool | None
    after: bool


@functools.lru_cache(maxsize=500)
def _listing(shape: _Shape) -> Select[*tuple[Any, ...]]:
    """Make the statement of a list once: that takes as long as the database takes to answer it."""
    query = _seen_by(shape.has_units).where(*_narrowed(shape), *_searched(shape))
    if shape.after:
        place = tuple_(bindparam("after_at", type_=UTCDateTime), bindparam("after_id", type_=BigInt))
        query = query.where(tuple_(Article.published_at, Article.article_id) < place)
    newest_first = query.order_by(Article.published_at.desc(), Article.article_id.desc())
    return newest_first.limit(bindparam("most", type_=Integer))


@functools.cache
def _seen_by(has_units: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - the key of what is kept
    """Make the beginning of each list once; it is told the `unit_ids`."""
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
    featured, hidden = (
        (_is_decided(Curation.featured), _is_decided(Curation.hidden)) if has_units else (false(), false())
    )
    return select(*columns, featured.label("featured"), hidden.label("hidden"))


def _decided(column: Any) -> Select[int]:
    """Select the articles of which some unit that binds the viewer has decided so."""
    return select(Curation.article_id).where(Curation.unit_id.in_(_UNITS), column)


def _is_decided(column: Any) -> ColumnElement[bool]:
    """Some unit that binds the viewer has decided so of the article at hand."""
    return exists(_decided(column).where(Curation.article_id == Article.article_id).correlate(Article))


def _narrowed(shape: _Shape) -> list[ColumnElement[bool]]:
    # An article that is not listed has no texts to search: a search need not look at its row.
    conditions: list[ColumnElement[bool]] = [] if shape.folded else [Article.listed.is_(True)]
    if not shape.with_hidden and shape.has_units:
        conditions.append(not_(_is_decided(Curation.hidden)))
    if shape.of_feed:
        carried = select(Sighting.article_id).where(Sighting.feed_id == bindparam("feed_id"))
        conditions.append(Article.article_id.in_(carried))
    if shape.of_topic:
        of_topic = select(ArticleTopic.article_id).join(Topic, Topic.topic_id == ArticleTopic.topic_id)
        conditions.append(Article.article_id.in_(of_topic.where(Topic.name_folded == bindparam("topic"))))
    if shape.since:
        conditions.append(Article.published_at >= bindparam("since"))
    if shape.featured is not None:
        featured = Article.article_id.in_(_decided(Curation.featured)) if shape.has_units else false()
        conditions.append(featured if shape.featured else not_(featured))
    return conditions


def _searched(shape: _Shape) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if shape.looked_up:
        conditions.append(article_search.is_among(shape.dialect, bindparam("ids", type_=String)))
    for text, kind, count in (
        (Article.search_text, "printed", shape.printed),
        (Article.search_folded, "folded", shape.folded),
    ):
        if count:
            carries = article_search.carries(shape.dialect, text, map(bindparam, _names(kind, count)))
            conditions.append(not_(carries) if kind == "printed" and not shape.carried else carries)
    return conditions


def _records(tx: Tx, query: Any, told: dict[str, Any]) -> list[ArticleRecord]:
    rows: Sequence[Any] = tx.all(query, told)
    topics = list_topics(tx, [row.article_id for row in rows]) if rows else {}
    return [
        ArticleRecord(
            article_id=ArticleId(article_id),
            title=title,
            url=url,
            source=source,
            host=host,
            summary=summary,
            authors=tuple(authors),
            image=image,
            published_at=published_at,
            date_quality=date_quality,
            first_seen_at=first_seen_at,
            topics=tuple(topics.get(article_id, ())),
            featured=bool(featured),
            hidden=bool(hidden),
            version=version,
        )
        # By place, in the order of `_seen_by`: asking each row for each name takes twice as long as all the rest here.
        for (
            article_id,
            title,
            url,
            source,
            host,
            summary,
            authors,
            image,
            published_at,
            date_quality,
            first_seen_at,
            version,
            featured,
            hidden,
        ) in rows
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
