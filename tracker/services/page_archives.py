"""Archives of members' own published pieces: asked for when one is declared, fetched by a worker, kept as evidence.

Called by other use cases and by the worker, not for a person. Of the network nothing is known here: the worker fetches
between two transactions, and one that was replaced meanwhile keeps nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.claims import ClaimKind
from tracker.domain.evidence import EvidenceKind
from tracker.domain.jobs import JobKind
from tracker.domain.page_reads import ReadState, judge_failure, names_a_page
from tracker.domain.types import AccountId, ClaimId
from tracker.services import evidence_files
from tracker.services.evidence_files import FileRoom, Prepared
from tracker.store import audit, jobs
from tracker.store import evidence as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.feeds import FetchProblem
    from tracker.domain.jobs import JobLease
    from tracker.store.db import Tx

WARC_TYPE: Final = "application/warc"
OVER_MOST: Final = 200  # jobs that one transaction ends on the way to the next that is wanted
THE_HOUSE: Final = AccountId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A page to be fetched, for the claim of a job."""

    held: JobLease
    claim_id: ClaimId
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCopy:
    """A page as it was packed by whoever fetched it."""

    content: bytes
    url: str
    body_sha256: str


def ask(tx: Tx, claim_id: ClaimId, kind: ClaimKind, url: str | None, *, now: dt.datetime) -> None:
    """Have the page of a piece archived that a member names as their own; a page of a network is left alone.

    Asked again where a claim comes to name the page once more, or to stand once more.
    """
    if kind is ClaimKind.AUTHORED and url is not None and names_a_page(url):
        slot = hashlib.sha256(url.encode()).hexdigest()[:16]  # another address of the claim is another job
        jobs.renew(tx, JobKind.PAGE_ARCHIVE, str(claim_id), due_at=now, slot=slot, payload={"url": url})


def lease(tx: Tx, owner: str, *, now: dt.datetime) -> Errand | None:
    """Take the next page to archive; those on the way to it that are over meanwhile are ended at once."""
    for _ in range(OVER_MOST):
        taken = jobs.lease(tx, owner, kinds=[JobKind.PAGE_ARCHIVE], now=now, limit=1)
        if not taken:
            break
        claim_id, url = ClaimId.parse(taken[0].subject), _url(taken[0])
        if claim_id is not None and store.names_page(tx, claim_id, url):
            return Errand(held=taken[0], claim_id=claim_id, url=url)
        jobs.finish(tx, taken[0], now=now)
    return None


def record(tx: Tx, errand: Errand, copy: PageCopy, room: FileRoom, *, now: dt.datetime) -> bool:
    """Keep a page as evidence and end its job.

    False where this worker was replaced, or the claim was given up while the page was fetched: nothing is kept.
    """
    if not jobs.finish(tx, errand.held, now=now):
        return False
    store.lock(tx, errand.claim_id.member_id)
    if not store.names_page(tx, errand.claim_id, errand.url):
        return False
    prepared = Prepared(
        content=copy.content,
        thumbnail=b"",
        media_type=WARC_TYPE,
        source_sha256=evidence_files.digest(copy.content),
        pixels_sha256=None,
        facts={"asked_url": errand.url, "url": copy.url, "body_sha256": copy.body_sha256},
    )
    kept = evidence_files.keep(room, prepared)
    try:
        evidence_id = store.add(tx, errand.claim_id, _values(kept, now))
        audit.record(
            tx,
            at=now,
            actor=None,
            action="evidence.archive",
            subject=f"evidence:{evidence_id}",
            sha256=kept.sha256,
            body_sha256=copy.body_sha256,
        )
    except BaseException:
        room.remove(kept.file_name)
        raise
    return True


def record_failure(tx: Tx, errand: Errand, problem: FetchProblem, *, now: dt.datetime) -> None:
    """Set when a page is tried again, or end its job where its site refuses it or it is gone."""
    end = judge_failure(problem, errand.held.attempts, now=now)
    if not end.was_tried:
        jobs.give_back(tx, errand.held.owner, [errand.held], due_at=end.due_at)
    elif end.state is ReadState.DUE and end.due_at is not None:
        jobs.record_failure(tx, errand.held, str(problem.code), due_at=end.due_at)
    else:
        jobs.finish(tx, errand.held, now=now)


def _url(held: JobLease) -> str:
    return str((held.payload or {}).get("url", ""))


def _values(kept: evidence_files.StoredFile, now: dt.datetime) -> dict[str, Any]:
    return {
        "kind": EvidenceKind.PAGE.value,
        "file_name": kept.file_name,
        "original_name": "",
        "media_type": kept.media_type,
        "byte_count": kept.byte_count,
        "sha256": kept.sha256,
        "added_at": now,
        "added_by": THE_HOUSE,
        "facts": kept.facts,
    }
