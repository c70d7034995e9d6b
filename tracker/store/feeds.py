"""Sources: their rows, what fetching them showed, and which of them a worker takes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, and_, bindparam, case, cast, delete, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from tracker.domain.feed_findings import read_findings
from tracker.domain.feed_health import NextCause, read_facts
from tracker.domain.feed_volume import read_volume
from tracker.domain.feeds import (
    DateOrder,
    FeedKind,
    FeedLease,
    FeedState,
    FetchErrorCode,
    FetchProblem,
    FetchStatus,
    Health,
)
from tracker.domain.jobs import DUE, JobKind
from tracker.domain.sources import Feed as FeedRecord
from tracker.domain.sources import Fetch as FetchRecord
from tracker.domain.sources import LeasedFeed
from tracker.domain.types import ArticleId, FeedId
from tracker.store import jobs
from tracker.store.asked import ids_of, rows_of
from tracker.store.db import is_duplicate
from tracker.store.tables.feeds import Feed, FeedCheck, Fetch, Sighting
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from tracker.domain.jobs import JobLease
    from tracker.store.db import Tx

ASKED_AT_ONCE = 5_000  # ids in one statement
_SHOWN = (
    Feed.feed_id,
    Feed.url,
    Feed.title,
    Feed.title_given,
    Feed.kind,
    Feed.state,
    Feed.date_order,
    Feed.selectors,
    Feed.outlet_id,
    Feed.pause_s,
    Feed.reads_pages,
    Feed.keeps_cookies,
    Feed.identity,
    Feed.compare_url,
    Feed.findings,
    Feed.volume,
    Feed.health,
    Feed.health_reason,
    Feed.health_facts,
    Feed.next_fetch_at,
    Feed.next_cause,
    Feed.last_fetch_at,
    Feed.last_new_at,
    Feed.interval_s,
    Feed.failures,
    Feed.last_error_code,
    Feed.last_error_message,
    Feed.moved_to,
    Feed.created_at,
    Feed.version,
)
_LEASED = (
    Feed.feed_id,
    Feed.url,
    Feed.host_key,
    Feed.title,
    Feed.kind,
    Feed.selectors,
    Feed.date_order,
    Feed.etag,
    Feed.last_modified,
    Feed.body_hash,
    Feed.full_fetch_at,
    Feed.failures,
    Feed.interval_s,
    Feed.last_new_at,
    Feed.moved_to,
    Feed.moved_times,
    Feed.created_at,
    Feed.identity,
    Feed.keeps_cookies,
    Feed.health_facts,
    Feed.findings,
    Feed.volume,
    Feed.compare_url,
    FeedCheck.checked_at,
)
# What a fetch sets, each column by a parameter of its own name; a title given by a person stays.
_FETCHED = (
    "etag",
    "last_modified",
    "body_hash",
    "full_fetch_at",
    "last_fetch_at",
    "last_new_at",
    "next_fetch_at",
    "interval_s",
    "failures",
    "last_error_code",
    "last_error_message",
    "health",
    "health_reason",
    "health_facts",
    "next_cause",
    "identity",
    "findings",
    "moved_to",
    "moved_times",
)


def add(tx: Tx, row: dict[str, Any]) -> FeedId | None:
    """Add a source; None when its address is one already."""
    made = tx.scalar(tx.insert(Feed).values(row).on_conflict_do_nothing().returning(Feed.feed_id))
    return None if made is None else FeedId(made)


def find(tx: Tx, feed_id: int) -> FeedRecord | None:
    """Find a source."""
    row = tx.first(select(*_SHOWN).where(Feed.feed_id == feed_id))
    return None if row is None else _feed(row)


def find_id(tx: Tx, url_key: str) -> FeedId | None:
    """Find the source that has an address."""
    found = tx.scalar(select(Feed.feed_id).where(Feed.url_key == url_key))
    return None if found is None else FeedId(found)


def list_ids(tx: Tx, url_keys: Collection[str]) -> dict[str, FeedId]:
    """Find the sources that have these addresses."""
    rows = tx.all(select(Feed.url_key, Feed.feed_id).where(Feed.url_key.in_(url_keys)))
    return {row.url_key: FeedId(row.feed_id) for row in rows}


def list_page(tx: Tx, *, after: int | None, limit: int | None, state: FeedState | None = None) -> list[FeedRecord]:
    """List sources in the order they were added, above the id `after`."""
    query = select(*_SHOWN).where(Feed.feed_id > (after or 0)).order_by(Feed.feed_id).limit(limit)
    return [_feed(row) for row in tx.all(query if state is None else query.where(Feed.state == state))]


def change(tx: Tx, feed_id: int, version: int, **values: Any) -> bool:
    """Change a source at a version; False when it has moved on."""
    statement = update(Feed).where(Feed.feed_id == feed_id, Feed.version == version)
    return tx.changed(statement.values(version=Feed.version + 1, **values)) == 1


def remove(tx: Tx, feed_id: int, version: int) -> bool:
    """Remove a source with its fetches and sightings; the articles stay. False when it has moved on."""
    return tx.changed(delete(Feed).where(Feed.feed_id == feed_id, Feed.version == version)) == 1


def list_fetches(tx: Tx, feed_id: int, *, before: int | None, limit: int) -> list[FetchRecord]:
    """List a source's fetches, newest first, below the fetch id `before`."""
    query = select(Fetch).where(Fetch.feed_id == feed_id).order_by(Fetch.fetch_id.desc()).limit(limit)
    return [_fetch(row) for row in tx.all(query if before is None else query.where(Fetch.fetch_id < before))]


def count_articles(tx: Tx, feed_ids: Collection[int]) -> dict[int, int]:
    """Count the articles that each source has carried."""
    query = (
        select(Sighting.feed_id, func.count().label("carried"))
        .where(Sighting.feed_id.in_(feed_ids))
        .group_by(Sighting.feed_id)
    )
    return {row.feed_id: row.carried for row in tx.all(query)}


def enqueue_missing(tx: Tx) -> None:
    """Give every active source its standing job, where it has none yet."""
    subject = cast(Feed.feed_id, Text)
    known = select(Job.job_id).where(Job.kind == JobKind.FEED_FETCH, Job.subject == subject, Job.slot == DUE)
    missing = select(
        literal(JobKind.FEED_FETCH.value), subject, literal(DUE), Feed.next_fetch_at, literal(0), literal(0)
    )
    missing = missing.where(Feed.state == FeedState.ACTIVE, ~known.exists())
    columns = ["kind", "subject", "slot", "due_at", "fence", "attempts"]
    tx.execute(tx.insert(Job).from_select(columns, missing, include_defaults=False).on_conflict_do_nothing())


def lease_due(tx: Tx, owner: str, *, now: dt.datetime, limit: int, full_hosts: Collection[str]) -> list[LeasedFeed]:
    """Lease sources that are due, but for those of hosts that already have enough to do.

    Each due job looks its source up until enough are found: as a condition of its own and not as a join, for which
    the sources there are would all be read.
    """
    may_come = Feed.state == FeedState.ACTIVE
    if full_hosts:
        may_come = and_(may_come, Feed.host_key.not_in(rows_of(tx, full_hosts)))
    its_feed = case((Job.kind == JobKind.FEED_FETCH, cast(Job.subject, BigInteger)))  # others' subjects are no numbers
    where = select(may_come).where(Feed.feed_id == its_feed).correlate(Job).scalar_subquery().is_(True)
    return _with_feeds(tx, jobs.lease(tx, owner, kinds=(JobKind.FEED_FETCH,), now=now, limit=limit, where=where))


def lease_these(tx: Tx, owner: str, feed_ids: Sequence[int], *, now: dt.datetime) -> list[LeasedFeed]:
    """Lease these sources whether due or not, but for those that another holds."""
    subjects = [str(feed_id) for feed_id in feed_ids]
    jobs.enqueue(tx, JobKind.FEED_FETCH, subjects, due_at=now)
    chosen = select(Job.job_id).where(
        Job.kind == JobKind.FEED_FETCH, Job.subject.in_(subjects), Job.slot == DUE, jobs.free(now)
    )
    return _with_feeds(tx, jobs.take(tx, owner, chosen, now=now))


def _with_feeds(tx: Tx, held: Sequence[JobLease]) -> list[LeasedFeed]:
    if not held:
        return []
    query = select(*_LEASED).outerjoin(FeedCheck, FeedCheck.feed_id == Feed.feed_id)
    rows = tx.all(query.where(Feed.feed_id.in_([int(job.subject) for job in held])))
    of_feed = {row.feed_id: row for row in rows}
    return [_leased(of_feed[int(job.subject)], job) for job in held if int(job.subject) in of_feed]


def list_carried(tx: Tx, feed_ids: Collection[int], article_ids: Sequence[ArticleId]) -> dict[int, set[ArticleId]]:
    """Tell which of these articles each of these sources has carried."""
    carried: dict[int, set[ArticleId]] = {feed_id: set() for feed_id in feed_ids}
    for start in range(0, len(article_ids), ASKED_AT_ONCE):
        asked = Sighting.article_id.in_(ids_of(tx, article_ids[start : start + ASKED_AT_ONCE]))
        query = select(Sighting.feed_id, Sighting.article_id).where(Sighting.feed_id.in_(feed_ids), asked)
        for row in tx.all(query):
            carried[row.feed_id].add(ArticleId(row.article_id))
    return carried


def record_fetches(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what fetches did."""
    tx.insert_rows(Fetch, rows)


def record_states(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Set what fetching showed of sources: each row names `at_feed`, `found_title` and the columns of `_FETCHED`."""
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(name) for name in _FETCHED}
    found = bindparam("found_title", type_=Text)
    values["title"] = case((Feed.title_given.is_(True), Feed.title), (found == "", Feed.title), else_=found)
    tx.execute(update(Feed).where(Feed.feed_id == bindparam("at_feed")).values(values), list(rows))


def record_move(tx: Tx, feed_id: FeedId, url: str, url_key: str, host_key: str) -> bool:
    """Adopt the address a source has moved to; False when another source has it, or takes it at this moment."""
    values = {"url": url, "url_key": url_key, "host_key": host_key, "version": Feed.version + 1}
    try:
        with tx.savepoint():
            return tx.changed(update(Feed).where(Feed.feed_id == feed_id).values(values)) == 1
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False


def put_off_host(tx: Tx, host_key: str, until: dt.datetime) -> None:
    """Let no source of a host be due before an instant: the host asked all of us to wait."""
    same_host = select(cast(Feed.feed_id, Text)).where(Feed.host_key == host_key)
    waiting = (Job.kind == JobKind.FEED_FETCH, Job.subject.in_(same_host), Job.slot == DUE, Job.due_at < until)
    tx.changed(update(Job).where(*waiting).values(due_at=until))
    shown = update(Feed).where(Feed.host_key == host_key, Feed.next_fetch_at < until)
    tx.changed(shown.values(next_fetch_at=until, next_cause=NextCause.HOST_ASKED.value))


def purge_fetches(tx: Tx, *, before: dt.datetime) -> int:
    """Forget fetches made before an instant; give how many."""
    return tx.changed(delete(Fetch).where(Fetch.at < before))


def list_titles(tx: Tx) -> Iterable[tuple[str, str]]:
    """List address and title of every source, by title."""
    return [(row.url, row.title) for row in tx.all(select(Feed.url, Feed.title).order_by(Feed.title, Feed.feed_id))]


def _problem(code: str | None, message: str | None, http_status: int | None = None) -> FetchProblem | None:
    if code is None:
        return None
    return FetchProblem(code=FetchErrorCode(code), message=message or "", http_status=http_status)


def _feed(row: Any) -> FeedRecord:
    return FeedRecord(
        feed_id=FeedId(row.feed_id),
        url=row.url,
        title=row.title,
        title_given=row.title_given,
        kind=FeedKind(row.kind),
        state=FeedState(row.state),
        date_order=DateOrder(row.date_order),
        selectors=row.selectors,
        outlet_id=row.outlet_id,
        pause_s=row.pause_s,
        reads_pages=row.reads_pages,
        keeps_cookies=row.keeps_cookies,
        identity=row.identity,
        compare_url=row.compare_url,
        findings=read_findings(row.findings),
        volume=read_volume(row.volume),
        health=Health(row.health),
        health_reason=row.health_reason,
        health_facts=read_facts(row.health_facts),
        next_fetch_at=row.next_fetch_at,
        next_cause=NextCause(row.next_cause),
        last_fetch_at=row.last_fetch_at,
        last_new_at=row.last_new_at,
        interval_s=row.interval_s,
        failures=row.failures,
        last_error=_problem(row.last_error_code, row.last_error_message),
        moved_to=row.moved_to,
        created_at=row.created_at,
        version=row.version,
    )


def _fetch(row: Any) -> FetchRecord:
    return FetchRecord(
        fetch_id=row.fetch_id,
        at=row.at,
        status=FetchStatus(row.status),
        http_status=row.http_status,
        duration_ms=row.duration_ms,
        bytes_read=row.bytes_read,
        new=row.new_count,
        changed=row.changed_count,
        seen=row.seen_count,
        skipped=row.skipped_count,
        problem=_problem(row.error_code, row.error_message, row.http_status),
        warnings=tuple(row.warnings),
    )


def _leased(row: Any, job: JobLease) -> LeasedFeed:
    lease = FeedLease(
        feed_id=FeedId(row.feed_id),
        url=row.url,
        kind=FeedKind(row.kind),
        date_order=DateOrder(row.date_order),
        etag=row.etag,
        last_modified=row.last_modified,
        known_hash=row.body_hash,
        validators_at=row.full_fetch_at,
        failures=row.failures,
        interval_s=row.interval_s,
        last_new_at=row.last_new_at,
        moved_to=row.moved_to,
        moved_times=row.moved_times,
        fence=job.fence,
        created_at=row.created_at,
        selectors=row.selectors,
        identity=row.identity,
        keeps_cookies=row.keeps_cookies,
        health_facts=read_facts(row.health_facts),
        findings=read_findings(row.findings),
        volume=read_volume(row.volume),
        compare_url=row.compare_url,
        compared_at=row.checked_at,
    )
    return LeasedFeed(lease=lease, job=job, title=row.title, host_key=row.host_key)
