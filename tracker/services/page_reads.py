"""Articles' own pages: marked to be read, leased to a worker, and what a page tells better than its feed written down.

Called by other use cases and by the crawler, not for a person. A page is marked in the transaction of what caused it;
a worker that was replaced meanwhile writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tracker.domain.articles import UNTOLD, search_texts
from tracker.domain.feeds import DateQuality
from tracker.domain.page_reads import (
    PublishedTime,
    ReadCause,
    ReadState,
    SourceTold,
    authors_of_page,
    better_time,
    covers,
    find_canonical,
    is_publishers,
    names_a_page,
    next_read_at,
    read_told,
)
from tracker.domain.sources import host_of
from tracker.services import bylines, clusters, untitled
from tracker.services.bylines import Collected
from tracker.store import articles, outlets
from tracker.store import page_reads as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tracker.domain.feeds import ArticleDraft
    from tracker.domain.page_reads import PageEnd, PageFacts, PageLease
    from tracker.domain.types import ArticleId
    from tracker.domain.urls import UrlFacts
    from tracker.store.db import Tx

MANY_FEEDS: Final = 20


def mark(tx: Tx, article_id: ArticleId, cause: ReadCause, *, now: dt.datetime) -> None:
    """Have an article's page read; again and again is once. Pages of social networks are left alone."""
    url = store.find_url(tx, article_id)
    if url is not None and is_publishers(url):
        store.add(tx, {article_id: url}, cause, now=now)
        store.raise_up(tx, article_id, cause, now=now)


def list_reading_feeds(tx: Tx, feed_ids: Collection[int]) -> set[int]:
    """Tell of which of these sources an administrator lets all pages be read."""
    return store.list_reading_feeds(tx, feed_ids)


def mark_changed(tx: Tx, changed: Mapping[ArticleId, ArticleDraft], *, now: dt.datetime) -> set[int]:
    """Have those articles' pages read again that were read before their source changed them; give these articles.

    Only for other words, not for another time; once a day at most, and none that its site asks not to read. Their rows
    are locked: call it before anything else is written that whoever reads a page writes too.
    """
    if not changed:
        return set()
    rows = store.lock_read(tx, list(changed))
    store.record_told(tx, {row.article_id: _said(changed[row.article_id]).as_json() for row in rows})
    ended = [row for row in rows if row.state in {ReadState.READ, ReadState.FAILED}]
    reworded = [row for row in ended if _is_reworded(row, changed[row.article_id])]
    store.mark_again(tx, {row.article_id: next_read_at(row.tried_at, now=now) for row in reworded})
    return {row.article_id for row in rows}


def _is_reworded(row: Any, draft: ArticleDraft) -> bool:
    same = (row.title, row.summary) == (draft.title, draft.summary)
    return not same or not covers(row.authors, draft.authors)


def _said(draft: ArticleDraft) -> SourceTold:
    at = draft.published_at
    time = None if at is None else PublishedTime(at=at, quality=draft.date_quality)
    return SourceTold(authors=draft.authors, time=time)


def mark_new(tx: Tx, new: Iterable[tuple[ArticleId, str]], *, now: dt.datetime) -> None:
    """Have the pages of a source's new articles read, each given with its address."""
    store.add(tx, {article_id: url for article_id, url in new if is_publishers(url)}, ReadCause.SOURCE, now=now)


def mark_named(tx: Tx, page: UrlFacts, *, now: dt.datetime, today: dt.date) -> None:
    """Have a page read that a member names as their own piece, whether a source has carried it or not.

    Where none has, an article is made that stands in no list: it gives the page its fingerprint, and says nothing of
    who named it. A source that carries it later makes it one like all others.
    """
    if not names_a_page(page.canonical):
        return
    article_id = store.add_named(tx, _named(tx, page, now, today)) or store.find_at(tx, page.key)
    if article_id is not None:
        mark(tx, article_id, ReadCause.CLAIMED, now=now)


def _named(tx: Tx, page: UrlFacts, now: dt.datetime, today: dt.date) -> dict[str, Any]:
    host = host_of(page.canonical)
    outlet = outlets.list_owners(tx, {host}).on(host, today)
    return {
        "url": page.canonical,
        "url_key": page.key,
        "host": host,
        "outlet_id": None if outlet is None else outlet.outlet_id,
        "source": host if outlet is None else outlet.name,
        "title": "",
        "summary": "",
        "authors": [],
        "published_at": now,
        "published_raw": "",
        "date_quality": DateQuality.NONE.value,
        "first_seen_at": now,
        "content_hash": UNTOLD,
        "search_text": "",
        "search_folded": "",
        "listed": False,
    }


def lease(tx: Tx, owner: str, *, now: dt.datetime, limit: int, full_hosts: Collection[str] = ()) -> list[PageLease]:
    """Lease pages that are due, one of a host, leaving out hosts at which the owner is already.

    While many sources wait to be fetched, one at a time: they go first.
    """
    if store.count_waiting_feeds(tx, now=now, most=MANY_FEEDS) == MANY_FEEDS:
        limit = 1 - len(full_hosts)
    return store.lease(tx, owner, now=now, limit=limit, full_hosts=full_hosts) if limit > 0 else []


def hold(tx: Tx, leases: Sequence[PageLease], *, now: dt.datetime) -> None:
    """Prolong leases."""
    store.hold(tx, leases, now=now)


def give_back(tx: Tx, leases: Sequence[PageLease]) -> None:
    """Let pages go that were not read."""
    store.give_back(tx, leases)


def record_end(tx: Tx, held: PageLease, end: PageEnd) -> bool:
    """End a try that read nothing; False: we were replaced, the result is void."""
    return store.record_end(tx, held, end)


def record_read(tx: Tx, held: PageLease, facts: PageFacts, *, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Write down what a page gave; False: we were replaced, the result is void.

    A canonical address that another article holds stays with that one: what a page says of itself must not let an
    article take over another's claims and links. Both carry one text, so a cluster holds them together.
    """
    if not store.is_held(tx, held):
        return False
    if facts.fingerprint is not None:
        clusters.assign(tx, held.article_id, facts.fingerprint, now=now)
    _better(tx, held.article_id, facts, now, zone)
    canonical = find_canonical(held.url, facts.canonical_url)
    if canonical is not None:
        store.record_address(tx, held.article_id, canonical.key, canonical.canonical)
    kept = {
        "byline": facts.byline,
        "section": facts.section,
        "canonical_url": None if canonical is None else canonical.canonical,
        "page_updated_at": facts.updated_at,
    }
    if not facts.is_whole:  # a page that tells little today takes nothing away
        kept = {name: value for name, value in kept.items() if value}
    store.record_read(tx, held, kept, now=now)
    signed = Collected(article_id=held.article_id, authors=facts.authors, unit=facts.unit)
    bylines.offer(tx, [signed], now=now, zone=zone)
    return True


def _better(tx: Tx, article_id: ArticleId, facts: PageFacts, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Set what of the article its page tells better."""
    current = store.get_current(tx, article_id)
    told, carriers = _told(current, facts, zone), untitled.find_carriers(tx, current, facts)
    if carriers:  # now that it has a title
        told |= {"listed": True} | _search(tx, current, told)
    if not told:
        return
    if current.listed and told.keys() & {"title", "authors"}:
        store.record_revision(tx, _revision(current, now))
        told |= _search(tx, current, told)
    store.record_change(tx, article_id, told)
    if carriers:
        untitled.give_topics(tx, article_id, told.get("title", current.title), current.summary, carriers)
    if "published_at" in told:
        clusters.settle(tx, article_id)


def _told(current: Any, facts: PageFacts, zone: dt.tzinfo) -> dict[str, Any]:
    told: dict[str, Any] = {}
    said = read_told(current.told)
    authors = authors_of_page(current.authors, said, facts)
    if list(authors) != list(current.authors):
        told["authors"] = list(authors)
    if current.image_url is None and facts.image_url is not None:
        told["image_url"] = facts.image_url
    if not current.title and facts.title:
        told["title"] = facts.title
    # What a sitemap says of a piece that it tells no title of is when it was changed.
    quality = DateQuality(current.date_quality) if current.listed else DateQuality.NONE
    shown = PublishedTime(at=current.published_at, quality=quality)
    known = shown if said is None or said.time is None else said.time
    page = None if facts.published_at is None else PublishedTime(at=facts.published_at, quality=facts.date_quality)
    time = better_time(known, page, first_seen_at=current.first_seen_at, zone=zone)
    if time is not None and time != shown:
        told |= {"published_at": time.at, "date_quality": time.quality.value}
    return told


def _revision(current: Any, now: dt.datetime) -> dict[str, Any]:
    return {
        "article_id": current.article_id,
        "replaced_at": now,
        "title": current.title,
        "summary": current.summary,
        "authors": list(current.authors),
        "content_hash": current.content_hash,
    }


def _search(tx: Tx, current: Any, told: Mapping[str, Any]) -> dict[str, str]:
    topics = articles.list_topics(tx, [current.article_id]).get(current.article_id, [])
    title, authors = told.get("title", current.title), told.get("authors", current.authors)
    texts = search_texts(title, current.summary, authors, current.source, topics)
    return {"search_text": texts.printed, "search_folded": texts.folded}
