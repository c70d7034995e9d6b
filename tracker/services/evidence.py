"""Evidence behind claims: sent by the member (or an officer for them), read within scope, taken away, purged in time.

What a file may be is judged in evidence_files.py, before a transaction is opened. Of a file that was taken away its row
stays with its digest: a tombstone. Its bytes are removed by whoever committed that, or by the next sweep.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import (
    NAME_MOST,
    OPEN,
    PER_CLAIM_MOST,
    TAKES_DOCUMENTS,
    EvidenceId,
    EvidenceKind,
    EvidenceRow,
    happened_before,
    has_room,
)
from tracker.domain.names import clean_text
from tracker.domain.periods import local_date
from tracker.domain.rights import Right
from tracker.services import blind_looks, claim_steps, claims, closes, evidence_files, figures, office_rules
from tracker.store import audit, consents, references, reviews
from tracker.store import claims as claims_store
from tracker.store import evidence as store

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.claims import ClaimKind
    from tracker.domain.types import ClaimId, Viewer
    from tracker.services.evidence_files import FileRoom, Prepared
    from tracker.store.db import Database, Tx

CONSENT: Final = "evidence"
PURGE_MOST: Final = 500  # in one transaction
SWEEP_AGE: Final = dt.timedelta(minutes=30)  # no upload takes so long; what is older and nobody's is an orphan
_BATCH: Final = 500
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was judged: what it is, how its sender called it, and whether they declared that it is no secret."""

    kind: EvidenceKind
    prepared: Prepared
    original_name: str
    declared: bool


def get_for_upload(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> ClaimRecord:
    """Give a claim to somebody who may add evidence to it: its member, or an officer who decides on it."""
    rights.require(Right.FILE, viewer)
    return claim_steps.get_for_figures(tx, viewer, claim_id, today=today)


def prepare(room: FileRoom, kind: ClaimKind, content: bytes, name: str, *, declared: bool = False) -> Upload:
    """Judge a file for a claim of a kind: a picture for any, a document for pieces and presentations.

    Call it before a transaction is opened. What it is told by its content alone; a document that carries a secrecy
    marking is `evidence.secret` whatever it was sent for.
    """
    called = clean_text(name.replace("\\", "/").rpartition("/")[2], NAME_MOST)
    if _is_picture(content):
        prepared = evidence_files.prepare_picture(room, content)
        return Upload(kind=EvidenceKind.PICTURE, prepared=prepared, original_name=called, declared=declared)
    prepared = evidence_files.prepare_document(room, content, called)
    if kind not in TAKES_DOCUMENTS:
        raise AppError(Code.EVIDENCE_TYPE, "evidence of a share is a picture")
    return Upload(kind=EvidenceKind.DOCUMENT, prepared=prepared, original_name=called, declared=declared)


def add(
    tx: Tx, viewer: Viewer, row: ClaimRecord, upload: Upload, room: FileRoom, *, now: dt.datetime, zone: ZoneInfo
) -> EvidenceRow:
    """Keep a judged file as evidence of a claim that `get_for_upload` gave."""
    store.lock(tx, row.member_id)
    with blind_looks.unspoken(tx, viewer, row.claim_id, today=local_date(now, zone)):
        _check(tx, viewer, row, upload, now, zone)
    kept = evidence_files.keep(room, upload.prepared)
    try:
        values = {
            "kind": upload.kind.value,
            "file_name": kept.file_name,
            "original_name": upload.original_name,
            "media_type": kept.media_type,
            "byte_count": kept.byte_count,
            "sha256": kept.sha256,
            "source_sha256": kept.source_sha256,
            "pixels_sha256": kept.pixels_sha256,
            "added_at": now,
            "added_by": viewer.account_id,
            "facts": kept.facts | {"declared": upload.declared},
        }
        evidence_id = store.add(tx, row.claim_id, values)
        _note(tx, viewer, row, "evidence", now)
        _audit(tx, viewer, "evidence.add", evidence_id, now, sha256=kept.sha256, bytes=kept.byte_count)
        return _get_row(tx, evidence_id)
    except BaseException:
        room.remove(kept.file_name)
        raise


def get(tx: Tx, viewer: Viewer, evidence_id: EvidenceId, *, today: dt.date) -> EvidenceRow:
    """Give a file of the viewer's scope that is still kept, else `thing.not_found`."""
    claims.find_row(tx, viewer, evidence_id.claim_id, today=today)
    found = store.find(tx, evidence_id)
    if found is None or found.purged_at is not None:
        raise AppError(Code.NOT_FOUND)
    return found


def is_own(viewer: Viewer, row: EvidenceRow) -> bool:
    """Say whether the viewer is the member whose claim it is: their own looks are not logged."""
    return viewer.member_id == row.evidence_id.claim_id.member_id


def record_read(tx: Tx, viewer: Viewer, row: EvidenceRow, *, now: dt.datetime, small: bool = False) -> None:
    """Log that somebody else looks at a member's evidence; committed before the bytes leave the house."""
    _audit(tx, viewer, "evidence.read", row.evidence_id, now, small=small)


def remove(tx: Tx, viewer: Viewer, evidence_id: EvidenceId, *, now: dt.datetime, zone: ZoneInfo) -> EvidenceRow:
    """Take a file away again while the claim is not decided; its bytes go once this is committed."""
    today = local_date(now, zone)
    row = get_for_upload(tx, viewer, evidence_id.claim_id, today=today)
    found = get(tx, viewer, evidence_id, today=today)
    if found.kind is EvidenceKind.PAGE:
        raise AppError(Code.RIGHT_MISSING, "the archive of a page is kept by the house")
    state = claims_store.find_state(tx, row.claim_id)
    with blind_looks.unspoken(tx, viewer, row.claim_id, today=today):
        if state not in OPEN:
            raise AppError(Code.CLAIM_STATE, f"the claim is {state} by now", state=str(state))
    _bury(tx, viewer, found, "removed", now)
    _note(tx, viewer, row, "evidence_removed", now)
    return found


def purge(
    tx: Tx, viewer: Viewer, evidence_id: EvidenceId, reason: str | None, *, now: dt.datetime, zone: ZoneInfo
) -> EvidenceRow:
    """Remove a file that must not be here, whatever its claim's state, as an officer in scope and with a reason."""
    rights.require(Right.OFFICER, viewer)
    today = local_date(now, zone)
    row = claims.find_row(tx, viewer, evidence_id.claim_id, today=today)
    if row.unit_id not in claims.reviewed_units(tx, viewer, [row], today=today):
        raise AppError(Code.RIGHT_MISSING, "an officer of that unit removes it")
    found = get(tx, viewer, evidence_id, today=today)
    told = clean_text(reason or "", NAME_MOST)
    if not told:
        raise AppError(Code.REASON_MISSING)
    _bury(tx, viewer, found, "purged", now)
    _note(tx, viewer, row, "evidence_removed", now, told)
    return found


def purge_due(tx: Tx, now: dt.datetime, zone: dt.tzinfo) -> int:
    """Let go of files whose time is over; give how many. Their bytes go with the next sweep."""
    today = local_date(now, zone)
    rules = office_rules.latest(tx)
    due = store.list_due(
        tx,
        before=happened_before(today, rules.evidence_months),
        pages_before=happened_before(today, rules.archive_months),
        ended_before=now - dt.timedelta(days=rules.refused_evidence_days),
        limit=PURGE_MOST,
    )
    return sum(_is_buried(tx, None, row, "retention", now) for row in due)


def sweep(db: Database, room: FileRoom, *, now: dt.datetime) -> int:
    """Remove files that belong to nothing: of uploads that were cut off, and of evidence that was let go."""
    removed, batch = 0, []
    for name in room.list_older(now - SWEEP_AGE):
        if room.remove_unfinished(name):
            removed += 1
            continue
        batch.append(name)
        if len(batch) == _BATCH:
            removed += _sweep(db, room, batch)
            batch = []
    return removed + _sweep(db, room, batch)


def find_damaged(db: Database, room: FileRoom) -> list[str]:
    """Find what is missing from the folder or is not what was written down: evidence by its id, other files by name."""
    return [*(str(one) for one in _damaged_evidence(db, room)), *_damaged_others(db, room)]


def _damaged_evidence(db: Database, room: FileRoom) -> list[EvidenceId]:
    found: list[EvidenceId] = []
    after: EvidenceId | None = None
    while True:
        with db.read() as tx:
            rows = store.list_digests(tx, after=after, limit=_BATCH)
        found += [row.evidence_id for row in rows if not _is_whole(room, row.file_name, row.sha256)]
        if len(rows) < _BATCH:
            return found
        after = rows[-1].evidence_id


def _damaged_others(db: Database, room: FileRoom) -> list[str]:
    """Find them among photos of meetings and exports of channels."""
    found: list[str] = []
    after = ""
    while True:
        with db.read() as tx:
            rows = store.list_kept_by_others(tx, after=after, limit=_BATCH)
        found += [name for name, sha256 in rows if not _is_whole(room, name, sha256)]
        if len(rows) < _BATCH:
            return found
        after = rows[-1][0]


def _is_whole(room: FileRoom, file_name: str, sha256: str) -> bool:
    try:
        return evidence_files.digest(room.read(file_name)) == sha256
    except AppError:
        return False


def _sweep(db: Database, room: FileRoom, names: list[str]) -> int:
    bases = {name.removesuffix(evidence_files.THUMBNAIL) for name in names}
    with db.read() as tx:
        orphans = bases - store.list_known(tx, bases)
    for name in orphans:
        room.remove(name)
    return len(orphans)


def _is_picture(content: bytes) -> bool:
    return content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def _check(tx: Tx, viewer: Viewer, row: ClaimRecord, upload: Upload, now: dt.datetime, zone: ZoneInfo) -> None:
    """Refuse what state, period, consent or quota do not allow, and everything for somebody who was erased."""
    if not references.has_member(tx, row.member_id):
        raise AppError(Code.NOT_FOUND)
    state = claims_store.find_state(tx, row.claim_id)
    if state is not row.state:
        raise AppError(Code.STORE_BUSY, "the claim changed at the same moment")
    figures.require_open(row)
    if claim_steps.is_own(viewer, row):
        closes.require_open(tx, row.unit_id, row.happened_on)
    given = [c for c in consents.list_of(tx, row.member_id) if c.kind == CONSENT]
    if given and all(c.withdrawn_at is not None for c in given):
        raise AppError(Code.CONSENT_MISSING, "the member has withdrawn the consent to evidence", kinds=[CONSENT])
    sent = [e for e in store.list_of(tx, row.claim_id) if e.kind is not EvidenceKind.PAGE]
    standing = [e for e in sent if e.purged_at is None]
    if len(standing) >= PER_CLAIM_MOST:
        raise AppError(Code.EVIDENCE_SIZE, f"a claim has at most {PER_CLAIM_MOST} files")
    first = local_date(now, zone).replace(day=1)
    since = dt.datetime.combine(first, dt.time(), zone).astimezone(dt.UTC)
    count, byte_count = store.count_month(tx, row.member_id, since)
    if not has_room(count, byte_count, len(upload.prepared.content)):
        raise AppError(Code.EVIDENCE_SIZE, "this month's room for the member's files is used up")


def _bury(tx: Tx, viewer: Viewer | None, row: EvidenceRow, why: str, now: dt.datetime) -> None:
    """Leave of a file its digest, its size and when it went; refuse one that somebody else has just taken away."""
    if not _is_buried(tx, viewer, row, why, now):
        raise AppError(Code.NOT_FOUND)


def _is_buried(tx: Tx, viewer: Viewer | None, row: EvidenceRow, why: str, now: dt.datetime) -> bool:
    if not store.mark_purged(tx, row.evidence_id, at=now, facts=row.facts | {"why": why}):
        return False
    _audit(tx, viewer, "evidence.purge", row.evidence_id, now, why=why, sha256=row.sha256)
    return True


def _note(tx: Tx, viewer: Viewer, row: ClaimRecord, action: str, now: dt.datetime, reason: str | None = None) -> None:
    """Write a step into the claim's history, which does not change its state."""
    state = row.state.value
    reviews.record(
        tx,
        row.claim_id,
        at=now,
        actor=viewer.account_id,
        action=action,
        from_state=state,
        to_state=state,
        reason=reason,
    )
    claims_store.touch(tx, row.claim_id)


def _audit(tx: Tx, viewer: Viewer | None, action: str, evidence_id: EvidenceId, now: dt.datetime, **facts: Any) -> None:
    actor = None if viewer is None else viewer.account_id
    audit.record(tx, at=now, actor=actor, action=action, subject=f"evidence:{evidence_id}", **facts)


def _get_row(tx: Tx, evidence_id: EvidenceId) -> EvidenceRow:
    found = store.find(tx, evidence_id)
    if found is None:
        raise AssertionError
    return found
