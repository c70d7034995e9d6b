"""Standing and queued work: what a process holds while it works on a job. The rules of leasing; no work itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.domain.types import JobId

LEASE_S = 60
HEARTBEAT_S = LEASE_S // 3
ATTEMPTS_MOST = 5  # a job that was begun so often without an end is set aside
ASIDE_S = 24 * 3600  # a standing job set aside is tried again after a day
DUE = "due"  # the slot of a standing job: one row, due again and again


class JobKind(enum.StrEnum):
    """Every kind of work that is leased."""

    FEED_FETCH = "feed.fetch"
    AUDIT_SEAL = "audit.seal"
    IDEMPOTENCY_PURGE = "idempotency.purge"
    FEEDS_TALLY = "feeds.tally"
    FETCHES_PURGE = "fetches.purge"
    LEFTOVERS_PURGE = "leftovers.purge"
    LINKS_DROP = "links.drop_unclaimed"
    SESSIONS_PURGE = "sessions.purge"
    EVIDENCE_PURGE = "evidence.purge"
    PHOTOS_PURGE = "photos.purge"
    SUGGESTIONS_CATCH_UP = "suggestions.catch_up"
    TOPICS_APPLY = "topics.apply"
    PAGE_ARCHIVE = "page.archive"
    PAGE_COUNTERS = "page.counters"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLease:
    """One job in one process's hands; its end counts only while `owner` and `fence` are still the row's."""

    job_id: JobId
    kind: str
    subject: str
    slot: str
    owner: str
    fence: int
    attempts: int
    payload: Any = None
