"""Which pages are to be read, who is reading one, and what of a page was kept. Never a text."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from tracker.domain.jobs import LEASE_S, JobKind
from tracker.domain.page_reads import AGAIN_AFTER, ArticleCopy, PageLease, PageShown, ReadCause, ReadState
from tracker.domain.sources import host_key
from tracker.domain.types import ArticleId
from tracker.store import page_turns
from tracker.store.tables.feeds import Article, ArticleAddress, ArticleRevision, Feed, PageRead, Sighting
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Row

    from tracker.domain.page_reads import PageEnd
    from tracker.store.db import Tx

_GIVEN_UP = (ReadState.FAILED, ReadState.REFUSED)
_LEASED = (
    PageRead.article_id,
    PageRead.failures,
    PageRead.fence,
    PageRead.host_key,
    Article.url,
    Article.title,
)
_CURRENT = (
    Article.article_id,
    Article.url,
    Article.title,
    Article.summary,
    Article.authors,
    Article.source,
    Article.image_url,
    Article.published_at,
    Article.date_quality,
    Article.first_seen_at,
    Article.content_hash,
    Article.listed,
    PageRead.told,
)


def find_url(tx: Tx, article_id: ArticleId) -> str | None:
    """Find where an article stands."""
    url: str | None = tx.scalar(select(Article.url).where(Article.article_id == article_id))
    return url


def add(tx: Tx, pages: Mapping[ArticleId, str], cause: ReadCause, *, now: dt.datetime) -> None:
    """Have pages read that were not marked before, each given with its address; the others stay as they are."""
    rows = [
        {"article_id": article_id, "host_key": host_key(url), "state": ReadState.DUE.value, "due_at": now}
        | _caused(cause)
        for article_id, url in sorted(pages.items())
    ]
    if rows:
        tx.execute(tx.insert(PageRead).on_conflict_do_nothing(), rows)


def raise_up(tx: Tx, article_id: ArticleId, cause: ReadCause, *, now: dt.datetime) -> None:
    """Let a page that only its source had marked come sooner, and one that was given up be tried again after a day."""
    is_due = PageRead.state == ReadState.DUE
    by_source = and_(is_due, PageRead.by_source)
    given_up = and_(PageRead.state.in_(_GIVEN_UP), PageRead.tried_at < now - AGAIN_AFTER)
    values = _caused(cause) | {
        "state": ReadState.DUE.value,
        "due_at": case((is_due, PageRead.due_at), else_=now),
        "failures": case((is_due, PageRead.failures), else_=0),
    }
    tx.changed(update(PageRead).where(PageRead.article_id == article_id, or_(by_source, given_up)).values(values))


def _caused(cause: ReadCause) -> dict[str, Any]:
    return {"cause": cause.value, "by_source": not cause.is_persons}


def lock_read(tx: Tx, article_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Give those of these articles whose pages were read, with state and tried_at; their rows are locked.

    Beside it title, summary and authors of the article as they stand.
    """
    columns = (PageRead.article_id, PageRead.state, PageRead.tried_at, Article.title, Article.summary, Article.authors)
    query = select(*columns).join(Article, Article.article_id == PageRead.article_id)
    query = query.where(PageRead.article_id.in_(article_ids), PageRead.read_at.is_not(None))
    return tx.all(query.order_by(PageRead.article_id).with_for_update(of=PageRead))


def record_told(tx: Tx, told: Mapping[int, Any]) -> None:
    """Keep what its source says now of each of these articles, whose pages were read."""
    if told:
        statement = update(PageRead).where(PageRead.article_id == bindparam("at_article"))
        rows = [{"at_article": article_id, "said": said} for article_id, said in told.items()]
        tx.execute(statement.values(told=bindparam("said", type_=PageRead.told.type)), rows)


def mark_again(tx: Tx, due: Mapping[int, dt.datetime]) -> None:
    """Have pages read again that were read or given up, each at its time."""
    if due:
        statement = update(PageRead).where(PageRead.article_id == bindparam("at_article"))
        values = _caused(ReadCause.CHANGED) | {"state": ReadState.DUE.value, "failures": 0}
        values["due_at"] = bindparam("next_due", type_=PageRead.due_at.type)
        tx.execute(statement.values(values), [{"at_article": one, "next_due": at} for one, at in due.items()])


def list_reading_feeds(tx: Tx, feed_ids: Collection[int]) -> set[int]:
    """Tell of which of these sources an administrator lets all pages be read."""
    return set(tx.scalars(select(Feed.feed_id).where(Feed.feed_id.in_(feed_ids), Feed.reads_pages)))


def add_named(tx: Tx, row: dict[str, Any]) -> ArticleId | None:
    """Add an article that no source has carried; None where its address is known."""
    made = tx.scalar(tx.insert(Article).values(row).on_conflict_do_nothing().returning(Article.article_id))
    if made is None:
        return None
    address = {"url_key": row["url_key"], "url": row["url"], "article_id": made}
    tx.execute(tx.insert(ArticleAddress).values(address).on_conflict_do_nothing())
    return ArticleId(made)


def find_at(tx: Tx, url_key: str) -> ArticleId | None:
    """Find the article that was met under an address's key, listed or not."""
    found = tx.scalar(select(ArticleAddress.article_id).where(ArticleAddress.url_key == url_key))
    return None if found is None else ArticleId(found)


def count_waiting_feeds(tx: Tx, *, now: dt.datetime, most: int) -> int:
    """Count the sources that are due, or being fetched, up to a number."""
    due = and_(Job.kind == JobKind.FEED_FETCH, Job.due_at <= now, Job.done_at.is_(None))
    waiting = select(Job.job_id).where(due).limit(most).subquery()
    return int(tx.scalar(select(func.count()).select_from(waiting)) or 0)


def lease(tx: Tx, owner: str, *, now: dt.datetime, limit: int, full_hosts: Collection[str]) -> list[PageLease]:
    """Lease pages that are due, one of a host: first those that people caused, then the longest due.

    Leases are taken one after the other: of two that chose at once one would come away with nothing.
    """
    tx.lock("page_reads.lease")
    chosen = page_turns.list_next(tx, now=now, limit=limit, full_hosts=full_hosts)
    return _take(tx, owner, chosen, now) if chosen else []


def _take(tx: Tx, owner: str, article_ids: Sequence[int], now: dt.datetime) -> list[PageLease]:
    values = {
        "owner": owner,
        "lease_until": now + dt.timedelta(seconds=LEASE_S),
        "tried_at": now,
        "fence": PageRead.fence + 1,
        "failures": PageRead.failures + 1,
    }
    statement = update(PageRead).where(PageRead.article_id.in_(article_ids), *page_turns.is_due(now)).values(values)
    taken = list(tx.execute(statement.returning(PageRead.article_id)).scalars())
    carried = select(Sighting.article_id).join(Feed, Feed.feed_id == Sighting.feed_id)
    cookies = carried.where(Sighting.article_id == PageRead.article_id, Feed.keeps_cookies).exists()
    query = select(*_LEASED, cookies.label("brings_cookies")).join(Article, Article.article_id == PageRead.article_id)
    return [_lease(row, owner) for row in tx.all(query.where(PageRead.article_id.in_(taken)))]


def hold(tx: Tx, leases: Sequence[PageLease], *, now: dt.datetime) -> None:
    """Prolong leases (a heartbeat)."""
    for held in sorted(leases, key=lambda one: one.article_id):
        until = now + dt.timedelta(seconds=LEASE_S)
        tx.changed(update(PageRead).where(*_still(held)).values(lease_until=until))


def give_back(tx: Tx, leases: Sequence[PageLease]) -> None:
    """Let pages go that were not read: the try does not count."""
    values = {"owner": None, "lease_until": None, "failures": PageRead.failures - 1}
    for held in sorted(leases, key=lambda one: one.article_id):
        tx.changed(update(PageRead).where(*_still(held)).values(values))


def is_held(tx: Tx, held: PageLease) -> bool:
    """Tell whether a lease still counts; its row is locked until the transaction ends."""
    return tx.first(select(PageRead.article_id).where(*_still(held)).with_for_update()) is not None


def record_end(tx: Tx, held: PageLease, end: PageEnd) -> bool:
    """End a try that read nothing, or that was none; False: we were replaced, the result is void."""
    values: dict[str, Any] = {"state": end.state.value, "due_at": end.due_at, "owner": None, "lease_until": None}
    if end.was_tried:
        values["error_code"] = end.code.value if end.code else None
    else:
        values["failures"] = PageRead.failures - 1
    return tx.changed(update(PageRead).where(*_still(held)).values(values)) == 1


def record_read(tx: Tx, held: PageLease, values: dict[str, Any], *, now: dt.datetime) -> None:
    """Keep what a page gave; its tries are forgotten."""
    done = {"state": ReadState.READ.value, "error_code": None, "due_at": None, "read_at": now, "failures": 0}
    free = {"owner": None, "lease_until": None}
    tx.changed(update(PageRead).where(*_still(held)).values(values | done | free))


def get_current(tx: Tx, article_id: ArticleId) -> Row[Any]:
    """Give what an article says now and its source said (the columns of `_CURRENT`); the article's row is locked."""
    query = select(*_CURRENT).join(PageRead, PageRead.article_id == Article.article_id)
    return tx.all(query.where(Article.article_id == article_id).with_for_update(of=Article))[0]


def record_change(tx: Tx, article_id: ArticleId, values: dict[str, Any]) -> None:
    """Set what of an article its page told better."""
    tx.changed(update(Article).where(Article.article_id == article_id).values(version=Article.version + 1, **values))


def record_revision(tx: Tx, row: dict[str, Any]) -> None:
    """Keep what an article said before."""
    tx.execute(tx.insert(ArticleRevision).values(row).on_conflict_do_nothing())


def record_address(tx: Tx, article_id: ArticleId, url_key: str, url: str) -> None:
    """Keep a further key of an article; one that another article holds stays with it."""
    values = {"url_key": url_key, "url": url, "article_id": article_id}
    tx.execute(tx.insert(ArticleAddress).values(values).on_conflict_do_nothing())


def find_shown(tx: Tx, article_id: int) -> PageShown:
    """Find what reading an article's page gave; nothing where it was never marked. Without its copies."""
    columns = (PageRead.state, PageRead.section, PageRead.page_updated_at)
    row = tx.first(select(*columns).where(PageRead.article_id == article_id))
    if row is None:
        return PageShown()
    return PageShown(state=ReadState(row.state), section=row.section, updated_at=row.page_updated_at)


def list_copies(tx: Tx, article_id: int, *, limit: int) -> list[ArticleCopy]:
    """List the articles of an article's cluster, itself too, the earliest first."""
    cluster_id = select(Article.cluster_id).where(Article.article_id == article_id).scalar_subquery()
    columns = (Article.article_id, Article.url, Article.source, Article.title, Article.published_at, Article.listed)
    query = select(*columns).where(Article.cluster_id == cluster_id)
    return [
        ArticleCopy(
            article_id=ArticleId(row.article_id),
            url=row.url,
            source=row.source,
            title=row.title,
            published_at=row.published_at,
            listed=row.listed,
        )
        for row in tx.all(query.order_by(Article.published_at, Article.article_id).limit(limit))
    ]


def _still(held: PageLease) -> tuple[ColumnElement[bool], ...]:
    return (PageRead.article_id == held.article_id, PageRead.owner == held.owner, PageRead.fence == held.fence)


def _lease(row: Any, owner: str) -> PageLease:
    return PageLease(
        article_id=ArticleId(row.article_id),
        url=row.url,
        host_key=row.host_key,
        title=row.title,
        brings_cookies=bool(row.brings_cookies),
        tries_count=row.failures,
        owner=owner,
        fence=row.fence,
    )
