"""What a round of fetching brings in: sources leased to a worker, and their plans carried out a batch at a time.

Called by the crawler for itself, not for a person. What a fetch means is decided in crawler/plan.py; here it is
written, many feeds with few statements in one transaction. A worker that was replaced meanwhile writes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.articles import search_texts
from tracker.domain.feed_health import Cause, HealthFacts
from tracker.domain.feed_words import reason_words
from tracker.domain.feeds import UNTRUSTED, FetchResult, FetchStatus, Health, KnownArticle
from tracker.domain.page_reads import covers
from tracker.domain.sources import LeasedFeed, feed_key, host_key, host_of
from tracker.domain.types import ArticleId
from tracker.services import bylines, clusters, page_reads, untitled
from tracker.services.bylines import Collected
from tracker.services.topic_rules import RulesOfBatch
from tracker.store import articles, feeds, jobs, outlets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from tracker.domain.feeds import ArticleDraft, FeedPlan
    from tracker.domain.types import FeedId
    from tracker.store.db import Tx

TOO_MANY_REQUESTS: Final = 429
TITLE_MOST: Final = 300


def lease_due(
    tx: Tx, owner: str, *, now: dt.datetime, limit: int, full_hosts: Collection[str] = ()
) -> list[LeasedFeed]:
    """Lease sources that are due, the longest due first, leaving out hosts that have enough to do."""
    return feeds.lease_due(tx, owner, now=now, limit=limit, full_hosts=full_hosts)


def lease_these(tx: Tx, owner: str, feed_ids: Sequence[FeedId], *, now: dt.datetime) -> list[LeasedFeed]:
    """Lease these sources, due or not; one that another worker holds is left out."""
    return feeds.lease_these(tx, owner, feed_ids, now=now)


def hold(tx: Tx, owner: str, leased: Iterable[LeasedFeed], *, now: dt.datetime) -> None:
    """Prolong leases."""
    jobs.hold(tx, owner, [one.job.job_id for one in leased], now=now)


def give_back(tx: Tx, owner: str, leased: Iterable[LeasedFeed], *, due_at: dt.datetime | None = None) -> None:
    """Let sources go that were not fetched."""
    jobs.give_back(tx, owner, [one.job for one in leased], due_at=due_at)


def find_last(tx: Tx, feed_id: FeedId) -> tuple[int, FetchResult] | None:
    """Find what the latest fetch of a source did, and its number."""
    feed, rows = feeds.find(tx, feed_id), feeds.list_fetches(tx, feed_id, before=None, limit=1)
    if feed is None or not rows:
        return None
    last = rows[0]
    result = FetchResult(
        feed_id=feed_id,
        url=feed.url,
        status=last.status,
        new=last.new,
        changed=last.changed,
        seen=last.seen,
        skipped=last.skipped,
        problem=last.problem,
    )
    return last.fetch_id, result


class Harvest:
    """The plans of one transaction: look up what is known, take each plan in turn, write all."""

    def __init__(
        self,
        tx: Tx,
        leased: Sequence[LeasedFeed],
        drafts: Iterable[ArticleDraft],
        *,
        now: dt.datetime,
        today: dt.date,
        zone: dt.tzinfo = UTC,
    ) -> None:
        self._tx, self._now, self._today, self._zone = tx, now, today, zone
        self._held = jobs.list_held(tx, [one.job for one in leased])
        offered = list(drafts)
        self.known = _known(tx, offered)
        held_by = [article.article_id for article in self.known.values()]
        self._carried = feeds.list_carried(tx, [one.lease.feed_id for one in leased], held_by)
        self._owners = outlets.list_owners(tx, {host_of(d.url) for d in offered if d.url_key not in self.known})
        self._rules = RulesOfBatch.ready(tx)
        self._reading = page_reads.list_reading_feeds(tx, [one.lease.feed_id for one in leased])
        self._rows: list[dict[str, Any]] = []
        self._ids: dict[ArticleId, ArticleId] = {}
        self._taken: list[tuple[LeasedFeed, FeedPlan]] = []
        self._to_read: list[tuple[ArticleId, str]] = []
        self._untitled: set[ArticleId] = set()
        self._signed: list[Collected] = []
        self._states: list[dict[str, Any]] = []
        self._fetches: list[dict[str, Any]] = []
        self._turns: list[tuple[int, dt.datetime]] = []
        self._addresses: list[dict[str, Any]] = []
        self._sightings: list[dict[str, Any]] = []
        self._changes: dict[ArticleId, ArticleDraft] = {}
        self._pauses: dict[str, dt.datetime] = {}

    def list_carried(self, leased: LeasedFeed) -> set[ArticleId]:
        """List the known articles that a source has carried before."""
        return self._carried[leased.lease.feed_id]

    def is_held(self, leased: LeasedFeed) -> bool:
        """Tell whether the worker still has the right to write the end of this fetch."""
        return leased.job.job_id in self._held

    def take(self, leased: LeasedFeed, plan: FeedPlan) -> None:
        """Take one plan; its new articles are known to the plans after it, under numbers in place of their ids."""
        source = leased.title or plan.title or ""
        for draft in plan.new:
            self._rows.append(self._article(draft, source))
            self.known[draft.url_key] = KnownArticle(
                article_id=ArticleId(-len(self._rows)), url_key=draft.url_key, content_hash=draft.content_hash
            )
        self._taken.append((leased, plan if plan.new_url is None else self._move(plan, leased.lease.moved_times)))

    def write(self) -> list[FetchResult]:
        """Write what was taken, with few statements for all; give the result of each plan."""
        made = self._add_new()
        results = [self._end(leased, plan, made) for leased, plan in self._taken]
        read = page_reads.mark_changed(self._tx, self._changes, now=self._now)
        dated = self._lock_clusters()
        articles.record_addresses(self._tx, self._addresses)
        articles.record_sightings(self._tx, self._sightings)
        page_reads.mark_new(self._tx, self._to_read, now=self._now)
        untitled.show_carried(self._tx, self._untitled)
        self._write_changes(read)
        clusters.settle_all(self._tx, dated)
        bylines.offer(self._tx, self._signed, now=self._now, zone=self._zone)
        self._rules.write(self._tx)
        feeds.record_states(self._tx, self._states)
        feeds.record_fetches(self._tx, self._fetches)
        jobs.rearm_all(self._tx, self._turns)
        for host, until in self._pauses.items():
            feeds.put_off_host(self._tx, host, until)
        return results

    def _add_new(self) -> set[str]:
        """Add the new articles of all plans; give the keys of those that no other worker added meanwhile."""
        made = articles.add_all(self._tx, self._rows)
        keys = [row["url_key"] for row in self._rows]
        others = articles.list_known(self._tx, [key for key in keys if key not in made])
        for number, row in enumerate(self._rows, start=1):
            key = row["url_key"]
            article_id = made[key] if key in made else others[key].article_id
            self._ids[ArticleId(-number)] = article_id
            self.known[key] = replace(self.known[key], article_id=article_id)
            if key in made:
                self._addresses.append({"url_key": key, "url": row["url"], "article_id": article_id})
        return set(made)

    def _end(self, leased: LeasedFeed, plan: FeedPlan, made: AbstractSet[str]) -> FetchResult:
        """Note what is to be written at the end of one fetch."""
        new = sum(draft.url_key in made for draft in plan.new)
        self._see(plan)
        next_at = plan.next_fetch_at or self._now
        self._states.append(_state(leased, plan, next_at=next_at, now=self._now))
        self._fetches.append(_fetch(plan, self._now, new))
        self._turns.append((leased.job.job_id, next_at))
        if plan.problem is not None and plan.problem.http_status == TOO_MANY_REQUESTS:
            self._pauses[leased.host_key] = max(next_at, self._pauses.get(leased.host_key, next_at))
        return _result(leased, plan, new)

    def _article(self, draft: ArticleDraft, source: str) -> dict[str, Any]:
        host = host_of(draft.url)
        day = draft.published_at.astimezone(self._zone).date() if draft.published_at else self._today
        outlet = self._owners.on(host, day)
        name = outlet.name if outlet is not None else source or host
        # What has no title yet stands in no list, and has no texts to be found by.
        texts = search_texts(draft.title, draft.summary, draft.authors, name if draft.title else "")
        return {
            "url": draft.url,
            "url_key": draft.url_key,
            "host": host,
            "outlet_id": None if outlet is None else outlet.outlet_id,
            "source": name,
            "listed": bool(draft.title),
            "title": draft.title,
            "summary": draft.summary,
            "authors": list(draft.authors),
            "image_url": draft.image_url,
            "published_at": draft.published_at or self._now,
            "published_raw": draft.published_raw,
            "date_quality": draft.date_quality.value,
            "first_seen_at": self._now,
            "content_hash": draft.content_hash,
            "search_text": texts.printed,
            "search_folded": texts.folded,
        }

    def _see(self, plan: FeedPlan) -> None:
        fresh = [(self.known[draft.url_key].article_id, draft) for draft in plan.new]
        changed, seen = self._found(plan.changed), self._found(plan.seen)
        self._changes.update(changed)
        told = (*fresh, *changed)
        self._signed += [Collected(article_id=a, authors=draft.authors, unit=draft.unit) for a, draft in told]
        self._rules.judge(plan.feed_id, filter(_is_titled, told), filter(_is_titled, seen))
        reads = plan.feed_id in self._reading
        self._to_read += [(article_id, draft.url) for article_id, draft in fresh if reads or not draft.title]
        self._untitled.update(article_id for article_id, draft in (*fresh, *seen) if not draft.title)
        self._sightings += [
            {
                "feed_id": plan.feed_id,
                "article_id": article_id,
                "guid": draft.guid,
                "first_seen_on": self._today,
                "last_seen_on": self._today,
            }
            for article_id, draft in (*told, *seen)
        ]

    def _found(self, told: Iterable[tuple[ArticleId, ArticleDraft]]) -> list[tuple[ArticleId, ArticleDraft]]:
        """Give articles by their ids where they were known by a number that stood in for it."""
        return [(self._ids.get(article_id, article_id), draft) for article_id, draft in told]

    def _move(self, plan: FeedPlan, times: int) -> FeedPlan:
        """Adopt a source's new address, unless another source has it: then it stays as it is, and says so."""
        url = plan.new_url or ""
        if feeds.record_move(self._tx, plan.feed_id, url, feed_key(url), host_key(url)):
            return plan
        facts = HealthFacts(cause=Cause.MOVED_ONTO)
        return replace(
            plan,
            new_url=None,
            moved_to=url,
            moved_times=times,
            health=Health.MOVED,
            health_facts=facts,
            health_reason=reason_words(facts),
        )

    def _write_changes(self, read: Collection[int]) -> None:
        """Write what changed; `read` are the articles whose pages were read."""
        if not self._changes:
            return
        held = articles.list_current(self._tx, list(self._changes))
        # What a quicker worker has written already says nothing new.
        current = [row for row in held if row.content_hash != self._changes[row.article_id].content_hash]
        topics = articles.list_topics(self._tx, list(self._changes))
        articles.record_revisions(self._tx, [_revision(row, self._now) for row in current])
        told = {r.article_id: _with_authors(self._changes[r.article_id], r, r.article_id in read) for r in current}
        articles.record_changes(
            self._tx,
            [_change(row, told[row.article_id], topics.get(row.article_id, []), self._now) for row in current],
        )

    def _lock_clusters(self) -> list[ArticleId]:
        """Give the articles that get a time to be trusted, once nobody else changes clusters.

        Before any row is written that whoever reads a page writes too, in their order: so the two do not wait for each
        other.
        """
        told = [a for a, draft in self._changes.items() if draft.date_quality not in UNTRUSTED]
        dated = articles.list_undated(self._tx, told) if told else []
        if dated:
            clusters.lock(self._tx)
        return dated


def _is_titled(told: tuple[ArticleId, ArticleDraft]) -> bool:
    return bool(told[1].title)


def _with_authors(draft: ArticleDraft, row: Any, page_was_read: bool) -> ArticleDraft:  # noqa: FBT001 - one fact of a row
    """Let authors stand that the article's page gave, where its feed still names no other."""
    return replace(draft, authors=tuple(row.authors)) if page_was_read and covers(row.authors, draft.authors) else draft


def _known(tx: Tx, drafts: Sequence[ArticleDraft]) -> dict[str, KnownArticle]:
    """Find what is known; content an article had before is no change: two feeds must not rewrite it in turns."""
    found = articles.list_known(tx, [draft.url_key for draft in drafts])
    differing = {
        d.url_key: d.content_hash
        for d in drafts
        if d.url_key in found and found[d.url_key].content_hash != d.content_hash
    }
    if not differing:
        return found
    before = articles.list_revised(tx, [found[key].article_id for key in differing])
    for key, content_hash in differing.items():
        if (found[key].article_id, content_hash) in before:
            found[key] = replace(found[key], content_hash=content_hash)
    return found


def _state(leased: LeasedFeed, plan: FeedPlan, *, next_at: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    return {
        "at_feed": plan.feed_id,
        "found_title": (plan.title or "")[:TITLE_MOST],
        "etag": plan.etag,
        "last_modified": plan.last_modified,
        "body_hash": plan.body_hash,
        "full_fetch_at": now if plan.full_fetch else leased.lease.validators_at,
        "last_fetch_at": now,
        "last_new_at": now if plan.has_news else leased.lease.last_new_at,
        "next_fetch_at": next_at,
        "interval_s": plan.interval_s,
        "failures": plan.failures,
        "last_error_code": plan.problem.code.value if plan.problem else None,
        "last_error_message": plan.problem.message if plan.problem else None,
        "health": plan.health.value,
        "health_reason": plan.health_reason,
        "health_facts": plan.health_facts.as_json(),
        "next_cause": plan.next_cause.value,
        "identity": plan.identity,
        "findings": None if plan.findings is None else plan.findings.as_json(),
        "moved_to": plan.moved_to,
        "moved_times": plan.moved_times,
    }


def _fetch(plan: FeedPlan, now: dt.datetime, new: int) -> dict[str, Any]:
    return {
        "feed_id": plan.feed_id,
        "at": now,
        "status": plan.status.value,
        "http_status": plan.http_status,
        "duration_ms": plan.duration_ms,
        "bytes_read": plan.bytes_read,
        "new_count": new,
        "changed_count": len(plan.changed),
        "seen_count": len(plan.seen),
        "skipped_count": len(plan.skipped),
        "error_code": plan.problem.code.value if plan.problem else None,
        "error_message": plan.problem.message if plan.problem else None,
        "warnings": list(plan.warnings),
    }


def _result(leased: LeasedFeed, plan: FeedPlan, new: int) -> FetchResult:
    return FetchResult(
        feed_id=plan.feed_id,
        url=leased.lease.url,
        status=plan.status if plan.problem is None else FetchStatus.FAILED,
        new=new,
        changed=len(plan.changed),
        seen=len(plan.seen),
        skipped=len(plan.skipped),
        problem=plan.problem,
    )


def _revision(row: Any, now: dt.datetime) -> dict[str, Any]:
    return {
        "article_id": row.article_id,
        "replaced_at": now,
        "title": row.title,
        "summary": row.summary,
        "authors": list(row.authors),
        "content_hash": row.content_hash,
    }


def _change(row: Any, draft: ArticleDraft, topics: Sequence[str], now: dt.datetime) -> dict[str, Any]:
    texts = search_texts(draft.title, draft.summary, draft.authors, row.source, topics)
    return {
        "at_article": row.article_id,
        "title": draft.title,
        "summary": draft.summary,
        "authors": list(draft.authors),
        "image_url": draft.image_url,
        "content_hash": draft.content_hash,
        "search_text": texts.printed,
        "search_folded": texts.folded,
        "told_at": draft.published_at or now,
        "told_quality": draft.date_quality.value,
        "told_raw": draft.published_raw,
    }
