"""Files behind claims as they are written down; the bytes lie elsewhere (services/evidence_files.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select, union, union_all, update

from tracker.domain.evidence import ENDED, EvidenceId, EvidenceKind, EvidenceRow
from tracker.domain.types import AccountId, ClaimId, MemberId
from tracker.store.tables.claims import LIVE, Claim, Evidence, ReviewEvent
from tracker.store.tables.organisation import Member
from tracker.store.tables.registers import ChannelFile, MeetingPhoto

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Select

    from tracker.store.db import Tx

_SHOWN = (
    *(Evidence.member_id, Evidence.number, Evidence.evidence_number, Evidence.kind, Evidence.file_name),
    *(Evidence.original_name, Evidence.media_type, Evidence.byte_count, Evidence.sha256, Evidence.added_at),
    *(Evidence.added_by, Evidence.purged_at, Evidence.facts),
)

KEPT_BY_OTHERS: tuple[Any, ...] = (MeetingPhoto.file_name, ChannelFile.file_name)  # whoever keeps files stands here


def lock(tx: Tx, member_id: int) -> None:
    """Wait until nobody else adds evidence of a member: numbers and the month's quota are read, then written."""
    tx.lock("evidence", str(member_id))


def add(tx: Tx, claim_id: ClaimId, values: Mapping[str, Any]) -> EvidenceId:
    """Write a file down under its claim's next number; the caller holds the member's lock."""
    of_claim = (Evidence.member_id == claim_id.member_id, Evidence.number == claim_id.number)
    number: int = (tx.scalar(select(func.max(Evidence.evidence_number)).where(*of_claim)) or 0) + 1
    key = {"member_id": claim_id.member_id, "number": claim_id.number, "evidence_number": number}
    tx.execute(tx.insert(Evidence), dict(values) | key)
    return EvidenceId(claim_id, number)


def find(tx: Tx, evidence_id: EvidenceId) -> EvidenceRow | None:
    """Find a file, purged or not."""
    row = tx.first(select(*_SHOWN).where(*_is(evidence_id)))
    return None if row is None else _row(row)


def list_of(tx: Tx, claim_id: ClaimId) -> list[EvidenceRow]:
    """List all files of a claim in order, purged ones too."""
    query = select(*_SHOWN).where(Evidence.member_id == claim_id.member_id, Evidence.number == claim_id.number)
    return [_row(r) for r in tx.all(query.order_by(Evidence.evidence_number))]


def count_month(tx: Tx, member_id: MemberId, since: dt.datetime) -> tuple[int, int]:
    """Count the files of a member's claims that were added since an instant, and their bytes."""
    query = select(func.count().label("files"), func.coalesce(func.sum(Evidence.byte_count), 0).label("size"))
    sent = (Evidence.member_id == member_id, Evidence.added_at >= since, Evidence.kind != EvidenceKind.PAGE.value)
    row = tx.first(query.where(*sent))
    return (0, 0) if row is None else (int(row.files), int(row.size))


def mark_purged(tx: Tx, evidence_id: EvidenceId, *, at: dt.datetime, facts: Mapping[str, Any]) -> bool:
    """Leave of a file only its digest; False where that was done already."""
    standing = (*_is(evidence_id), Evidence.purged_at.is_(None))
    return tx.changed(update(Evidence).where(*standing).values(purged_at=at, original_name="", facts=facts)) == 1


def list_due(
    tx: Tx, *, before: dt.date, pages_before: dt.date, ended_before: dt.datetime, limit: int
) -> list[EvidenceRow]:
    """List files whose time is over: of old claims by their kind, and of claims that ended without counting."""
    old = or_(
        and_(Evidence.kind != EvidenceKind.PAGE.value, Claim.happened_on < before),
        and_(Evidence.kind == EvidenceKind.PAGE.value, Claim.happened_on < pages_before),
    )
    later = exists().where(
        ReviewEvent.member_id == Claim.member_id, ReviewEvent.number == Claim.number, ReviewEvent.at >= ended_before
    )
    ended = and_(Claim.state.in_([s.value for s in ENDED]), ~later)
    return [_row(r) for r in tx.all(_with_claims().where(or_(old, ended)).limit(limit))]


def list_shared(tx: Tx, digests: Mapping[ClaimId, Sequence[str]]) -> set[ClaimId]:
    """Tell which of these claims, given with the digests of their files, share one with another member's live claim."""
    wanted = {d for of_claim in digests.values() for d in of_claim}
    if not wanted:
        return set()
    owners: dict[str, set[int]] = {}
    for row in tx.all(union(*(_owners(column, wanted) for column in (Evidence.source_sha256, Evidence.pixels_sha256)))):
        owners.setdefault(row.digest, set()).add(row.member_id)
    return {c for c, of_claim in digests.items() if any(owners.get(d, set()) - {c.member_id} for d in of_claim)}


def list_known(tx: Tx, file_names: Collection[str]) -> set[str]:
    """Tell which files somebody still needs; purged ones are needed by nobody."""
    kept = select(Evidence.file_name).where(Evidence.file_name.in_(file_names), Evidence.purged_at.is_(None))
    others = (select(column).where(column.in_(file_names)) for column in KEPT_BY_OTHERS)
    return set(tx.scalars(kept.union(*others)))


def names_page(tx: Tx, claim_id: ClaimId, url: str) -> bool:
    """Tell whether a claim of somebody here still stands, names this page as its piece, and has no archive of it."""
    of_claim = (Evidence.member_id == claim_id.member_id, Evidence.number == claim_id.number)
    kept = select(Evidence.facts).where(*of_claim, Evidence.kind == EvidenceKind.PAGE.value)
    if any(facts.get("asked_url") == url for facts in tx.scalars(kept)):
        return False
    standing = (Claim.member_id == claim_id.member_id, Claim.number == claim_id.number)
    live = Claim.state.not_in([s.value for s in ENDED])
    here = exists().where(Member.member_id == Claim.member_id, Member.erased_at.is_(None))
    return tx.first(select(Claim.url).where(*standing, live, Claim.url == url, here)) is not None


def list_digests(tx: Tx, *, after: EvidenceId | None, limit: int) -> list[EvidenceRow]:
    """List the files that are kept, by their keys, to be compared with what lies in the folder."""
    query = select(*_SHOWN).where(Evidence.purged_at.is_(None))
    if after is not None:
        key = (after.claim_id.member_id, after.claim_id.number, after.number)
        query = query.where(_key_above(key))
    ordered = query.order_by(Evidence.member_id, Evidence.number, Evidence.evidence_number)
    return [_row(r) for r in tx.all(ordered.limit(limit))]


def list_kept_by_others(tx: Tx, *, after: str, limit: int) -> list[tuple[str, str]]:
    """List the name and digest of each file that is no evidence of a claim, by name."""
    tables = (column.class_ for column in KEPT_BY_OTHERS)
    kept = union_all(*(select(t.file_name.label("file_name"), t.sha256.label("sha256")) for t in tables)).subquery()
    query = select(kept.c.file_name, kept.c.sha256).where(kept.c.file_name > after).order_by(kept.c.file_name)
    return [(row.file_name, row.sha256) for row in tx.all(query.limit(limit))]


def _key_above(key: tuple[int, int, int]) -> Any:
    member, number, last = Evidence.member_id, Evidence.number, Evidence.evidence_number
    same_claim = and_(member == key[0], number == key[1], last > key[2])
    return or_(member > key[0], and_(member == key[0], number > key[1]), same_claim)


def _owners(column: Any, wanted: Collection[str]) -> Select[Any]:
    """Select who sent files of these digests for claims that are live."""
    joined = and_(Claim.member_id == Evidence.member_id, Claim.number == Evidence.number)
    owners = select(column.label("digest"), Evidence.member_id.label("member_id"))
    return owners.join(Claim, joined).where(column.in_(wanted), LIVE)


def _with_claims() -> Any:
    joined = and_(Claim.member_id == Evidence.member_id, Claim.number == Evidence.number)
    standing = select(*_SHOWN).join(Claim, joined).where(Evidence.purged_at.is_(None))
    return standing.order_by(Evidence.added_at)


def _is(evidence_id: EvidenceId) -> tuple[Any, ...]:
    claim_id = evidence_id.claim_id
    return (
        Evidence.member_id == claim_id.member_id,
        Evidence.number == claim_id.number,
        Evidence.evidence_number == evidence_id.number,
    )


def _row(row: Any) -> EvidenceRow:
    return EvidenceRow(
        evidence_id=EvidenceId(ClaimId(MemberId(row.member_id), row.number), row.evidence_number),
        kind=EvidenceKind(row.kind),
        file_name=row.file_name,
        original_name=row.original_name,
        media_type=row.media_type,
        byte_count=row.byte_count,
        sha256=row.sha256,
        added_at=row.added_at,
        added_by=AccountId(row.added_by),
        purged_at=row.purged_at,
        facts=dict(row.facts),
    )
