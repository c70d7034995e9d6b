"""What the pages of members' own pieces print of their reach: read daily until some days after the quarter, all kept.

Called by other use cases and by the worker, not for a person. Of the network nothing is known here: the worker reads
between two transactions. What a page does not print stays unknown, never 0.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.claims import ClaimKind
from tracker.domain.figures import Measure
from tracker.domain.jobs import JobKind
from tracker.domain.page_reads import ReadState, judge_failure, names_a_page
from tracker.domain.periods import PeriodKind, containing, local_date
from tracker.domain.types import ClaimId
from tracker.services import claims, office_rules
from tracker.store import audit, jobs, readings
from tracker.store import claims as claim_store
from tracker.store.readings import PageReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.feeds import FetchProblem
    from tracker.domain.jobs import JobLease
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.readings import ReadFigure

SHOWN_MOST: Final = 60
OVER_MOST: Final = 200  # jobs that one transaction ends on the way to the next that is wanted
EVERY: Final = dt.timedelta(days=1)
MEASURES: Final[Mapping[str, Measure]] = {
    "views": Measure.PAGE_VIEWS,
    "comments": Measure.COMMENTS,
    "rating": Measure.RATING_SUM,
    "votes": Measure.RATING_VOTES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterErrand:
    """A page whose counters are to be read, for the claim of a job."""

    held: JobLease
    claim_id: ClaimId
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a page printed: values by name (views, comments, rating, votes), the rule, the lines themselves.

    `to_check` names values that do not agree with what else it prints, as a sum with average and votes.
    """

    values: Mapping[str, int | None]
    rule: str | None
    raw_text: str
    to_check: frozenset[str] = frozenset()


def ask(tx: Tx, claim_id: ClaimId, kind: ClaimKind, url: str | None, *, now: dt.datetime) -> None:
    """Have the counters of a piece's page read from now on; a page of a network is left alone."""
    if kind is ClaimKind.AUTHORED and url is not None and names_a_page(url):
        slot = hashlib.sha256(url.encode()).hexdigest()[:16]  # another address of the claim is another job
        jobs.renew(tx, JobKind.PAGE_COUNTERS, str(claim_id), due_at=now, slot=slot, payload={"url": url})


def lease(tx: Tx, owner: str, *, now: dt.datetime, zone: dt.tzinfo) -> CounterErrand | None:
    """Take the next page to read; on the way to it, claims that are over, or whose time is, are ended at once."""
    for _ in range(OVER_MOST):
        taken = jobs.lease(tx, owner, kinds=[JobKind.PAGE_COUNTERS], now=now, limit=1)
        if not taken:
            break
        held = taken[0]
        claim_id, url = ClaimId.parse(held.subject), str((held.payload or {}).get("url", ""))
        if claim_id is not None and _is_wanted(tx, claim_id, url, local_date(now, zone)):
            return CounterErrand(held=held, claim_id=claim_id, url=url)
        jobs.finish(tx, held, now=now)
    return None


def record(tx: Tx, errand: CounterErrand, printed: Printed, *, now: dt.datetime) -> bool:
    """Write down what a page printed and set the next day's turn.

    False: we were replaced, or the piece is no member's any more (its author was erased meanwhile); nothing is kept.
    """
    claim_store.lock_filing(tx, errand.claim_id.member_id)  # an erasure under way ends first
    if claim_store.find_standing_piece(tx, errand.claim_id, errand.url) is None:
        jobs.finish(tx, errand.held, now=now)
        return False
    if not jobs.rearm(tx, errand.held, due_at=now + EVERY):
        return False
    found = [
        PageReading(
            measure=measure,
            value=value,
            rule=printed.rule,
            raw_text=printed.raw_text,
            to_check=name in printed.to_check,
        )
        for name, measure in MEASURES.items()
        if (value := printed.values.get(name)) is not None
    ]
    readings.add_read(tx, errand.claim_id, found, at=now)
    if found:  # what stands of the claim changed: the audit chain seals it anew
        subject = f"claim:{errand.claim_id}"
        audit.record(tx, at=now, actor=None, action="claim.counters", subject=subject, count=len(found))
    return True


def record_failure(tx: Tx, errand: CounterErrand, problem: FetchProblem, *, now: dt.datetime) -> None:
    """Try a page again tomorrow, or no more where its site refuses it or it is gone. Nothing becomes 0 by it.

    One that was not asked for, since its host wants all of us to wait, is asked for when that is over.
    """
    end = judge_failure(problem, 1, now=now)
    if end.state is ReadState.DUE:
        jobs.rearm(tx, errand.held, due_at=end.due_at if end.due_at and not end.was_tried else now + EVERY)
    else:
        jobs.finish(tx, errand.held, now=now)


def list_of(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> list[ReadFigure]:
    """List what a claim's page printed, the latest first, as far as the viewer sees the claim."""
    return readings.list_read(
        tx, claims.find_row(tx, viewer, claim_id, today=today, named=True).claim_id, limit=SHOWN_MOST
    )


def _is_wanted(tx: Tx, claim_id: ClaimId, url: str, today: dt.date) -> bool:
    day = claim_store.find_standing_piece(tx, claim_id, url)
    if day is None:
        return False
    after = dt.timedelta(days=office_rules.latest(tx).counters_until_days)
    return today <= containing(PeriodKind.QUARTER, day).last_day + after
