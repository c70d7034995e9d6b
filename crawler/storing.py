"""The end of fetches: plans made of what came in and carried out, a few feeds in one transaction. No network."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from crawler.drafting import Drafted
from crawler.plan import Known, jitter_of, plan_feed
from crawler.types import FetchFailed
from tracker.domain.errors import AppError
from tracker.domain.feeds import ArticleDraft, FetchErrorCode, FetchProblem, FetchResult, FetchStatus
from tracker.services import completeness, topic_rules
from tracker.services.harvest import Harvest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from crawler.types import FeedUnreadable, FetchOutcome
    from tracker.domain.completeness import Listed
    from tracker.domain.feeds import FeedLease, Skipped
    from tracker.domain.sources import LeasedFeed
    from tracker.store.db import Database, Tx

BATCH_MOST: Final = 32
BUG: Final = FetchProblem(code=FetchErrorCode.UNREADABLE, message="An error of this program; its log says more.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What one fetch brought, read and made into drafts, before it is judged against the store."""

    leased: LeasedFeed
    outcome: FetchOutcome
    read: Drafted | FeedUnreadable | None  # None where there was nothing to read

    @property
    def drafts(self) -> tuple[ArticleDraft | Skipped, ...]:
        """Give what the entries were made into."""
        return self.read.drafts if isinstance(self.read, Drafted) else ()


class Storer:
    """Writes batches; a feed that cannot be written fails alone."""

    def __init__(self, db: Database, clock: Callable[[], dt.datetime], zone: ZoneInfo) -> None:
        self._db, self._clock, self._zone = db, clock, zone
        self._rules: topic_rules.RulesState | None = None

    def store(self, batch: Sequence[Brought]) -> list[FetchResult | None]:
        """Write a batch in one transaction; None for a feed whose worker was replaced: that one's result counts."""
        try:
            return self._write(batch)
        except AppError:
            raise
        except Exception as error:
            if len(batch) > 1:
                return [self.store([one])[0] for one in batch]
            log.exception("feed.store_failed", feed_id=batch[0].leased.lease.feed_id, error=type(error).__name__)
            return self._store_failure(batch[0])

    def _store_failure(self, one: Brought) -> list[FetchResult | None]:
        """Let a source that our own error stopped wait as one that failed, so that its page says so."""
        if isinstance(one.outcome, FetchFailed):
            return [not_fetched(one.leased, BUG)]  # nothing of it can be written: its lease runs out
        return self.store([failed_by_bug(one.leased)])

    def keep_comparison(self, lease: FeedLease, page: str, found: Sequence[Listed] | FetchProblem) -> None:
        """Keep what a source's own page lists beside what was collected."""
        now = self._clock()
        self._db.write_retrying(lambda tx: completeness.record(tx, lease, page, found, now=now))

    def _write(self, batch: Sequence[Brought]) -> list[FetchResult | None]:
        now = self._clock()
        with contextlib.suppress(AppError), self._db.read() as tx:  # a busy database is waited for below
            self._rules = topic_rules.make_ready(tx, self._rules)
        return self._db.write_retrying(lambda tx: self._carry_out(tx, batch, now))

    def _carry_out(self, tx: Tx, batch: Sequence[Brought], now: dt.datetime) -> list[FetchResult | None]:
        drafts = [d for one in batch for d in one.drafts if isinstance(d, ArticleDraft)]
        today = now.astimezone(self._zone).date()
        harvest = Harvest(tx, [one.leased for one in batch], drafts, now=now, today=today, zone=self._zone)
        held = [one for one in batch if harvest.is_held(one.leased)]
        for one in held:
            self._take(harvest, one, now)
        results = {one.leased.job.job_id: result for one, result in zip(held, harvest.write(), strict=True)}
        return [results.get(one.leased.job.job_id) for one in batch]

    def _take(self, harvest: Harvest, one: Brought, now: dt.datetime) -> None:
        lease = one.leased.lease
        known = Known(articles=harvest.known, carried=harvest.list_carried(one.leased))
        plan = plan_feed(lease, one.outcome, one.read, known, now=now, zone=self._zone, jitter=jitter_of(lease))
        harvest.take(one.leased, plan)


def failed_by_bug(leased: LeasedFeed) -> Brought:
    """Give the end of a fetch that an error of this program stopped."""
    return Brought(leased=leased, outcome=FetchFailed(problem=BUG, duration_ms=0), read=None)


def not_fetched(leased: LeasedFeed, problem: FetchProblem) -> FetchResult:
    """Give the result of a source that brought nothing, and why."""
    return FetchResult(
        feed_id=leased.lease.feed_id,
        url=leased.lease.url,
        status=FetchStatus.FAILED,
        new=0,
        changed=0,
        seen=0,
        skipped=0,
        problem=problem,
    )
