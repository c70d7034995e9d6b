"""Standing jobs for the worker: enqueue, lease one, end it with its result. Called by the worker, not for a person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tracker.domain.jobs import ASIDE_S, DUE, JobKind, JobLease
from tracker.services import feeds
from tracker.store import jobs as store

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.store.db import Tx

WHOLE_HOUSE = "house"  # the subject of a job that is about no single thing
RETRY_LEAST_S = 30


def enqueue_standing(tx: Tx, kinds: Collection[JobKind], *, now: dt.datetime) -> None:
    """Make sure that every standing job stands; any number of clocks may do this at once."""
    for kind in kinds:
        store.enqueue(tx, kind, [WHOLE_HOUSE], due_at=now, slot=DUE)
    feeds.enqueue_missing(tx)
    store.try_again_aside(tx, before=now - dt.timedelta(seconds=ASIDE_S), now=now)


def lease(tx: Tx, owner: str, kinds: Collection[JobKind], *, now: dt.datetime) -> JobLease | None:
    """Lease the one job of these kinds that has been due longest."""
    found = store.lease(tx, owner, kinds=kinds, now=now, limit=1)
    return found[0] if found else None


def rearm(tx: Tx, held: JobLease, *, due_at: dt.datetime) -> bool:
    """End this turn of a standing job, in the transaction of its result; False: the result is void."""
    return store.rearm(tx, held, due_at=due_at)


def record_failure(tx: Tx, held: JobLease, reason: str, *, now: dt.datetime) -> None:
    """Note that a job failed; it is tried again ever later, then set aside."""
    wait = dt.timedelta(seconds=RETRY_LEAST_S << held.attempts)
    store.record_failure(tx, held, reason, due_at=now + wait)
