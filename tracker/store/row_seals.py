"""What claims and their history came to, kept in the audit chain; and which were altered since behind its back.

A claim's digest is made when an event about it is sealed: it covers the claim's row and its history. Whoever changes
either without an event changes the digest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, cast, func, literal, select, tuple_, update

from tracker.store.tables.claims import Claim, ReviewEvent
from tracker.store.tables.operations import UNSEALED, AuditEvent, ImportChange, RowSeal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.store.db import Tx

CLAIM: Final = "claim:"
EVIDENCE: Final = "evidence:"
IMPORT: Final = "import:"
CLAIMS_AT_ONCE: Final = 200
SALT_BYTES: Final = 16
UNCHAINED_STEPS: Final = ("repeat",)  # notes that leave the claim as it is and are no event
_CLAIM_COLUMNS = tuple(c for c in Claim.__table__.columns if c.name != "version")
_STEP_COLUMNS = tuple(ReviewEvent.__table__.columns)

_IMPORT_SUBJECT = literal(IMPORT) + cast(ImportChange.import_id, String)

Key = tuple[int, int]  # member, number


def seal(tx: Tx, events: Sequence[tuple[int, str]]) -> dict[int, list[tuple[str, str]]]:
    """Keep what the claims of events (id, subject) come to now; give subject and digest by event."""
    claims = {event_id: keys for event_id, subject in events if (keys := _claims_of(tx, subject))}
    told = _told(tx, {key for keys in claims.values() for key in keys})
    rows = [
        {"event_id": event_id, "subject": _subject(key), "salt": salt, "digest": _digest(salt, told[key])}
        for event_id, keys in claims.items()
        for key in keys
        if key in told and (salt := secrets.token_hex(SALT_BYTES))
    ]
    tx.insert_rows(RowSeal, rows)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        found[int(str(row["event_id"]))].append((str(row["subject"]), str(row["digest"])))
    return {event_id: sorted(listed) for event_id, listed in found.items()}


def list_altered(tx: Tx, *, at_most: int = 20) -> list[str]:
    """List claims (`claim:40-3`) that are not what they were when they were sealed, or are gone."""
    waiting = {key for subject in tx.scalars(select(AuditEvent.subject).where(UNSEALED)) for key in _key(subject)}
    imports_wait = tx.first(select(AuditEvent.event_id).where(UNSEALED, AuditEvent.subject.startswith(IMPORT)))
    if imports_wait is not None:
        waiting |= {k for s in tx.scalars(_unsealed_imports()) for k in _key(s)}
    gone = _taken_back(tx)
    found: list[str] = []
    for batch in _batches(_latest(tx)):
        told = _told(tx, batch.keys())
        for key, (digest, salt) in batch.items():
            known = told.get(key)
            if key in waiting or (known is None and key in gone):
                continue
            if known is None or salt is None or _digest(salt, known) != digest:
                found.append(_subject(key))
        if len(found) >= at_most:
            break
    return found[:at_most]


def count_unsealed(tx: Tx) -> int:
    """Count claims that stand in no link of the chain: put in before it knew of them, or not by this program."""
    sealed = select(func.count(func.distinct(RowSeal.subject)))
    claims: int = tx.scalar(select(func.count()).select_from(Claim))
    return max(0, claims - int(tx.scalar(sealed.where(RowSeal.subject.startswith(CLAIM))) or 0))


def forget_salts(tx: Tx, claims: Collection[Key]) -> None:
    """Make it impossible to guess of what the digests of some claims were made."""
    for part in _parts(sorted(claims)):
        tx.execute(update(RowSeal).where(RowSeal.subject.in_([_subject(k) for k in part])).values(salt=None))


def _latest(tx: Tx) -> Iterator[tuple[Key, tuple[str, str | None]]]:
    last = select(RowSeal.subject, func.max(RowSeal.event_id).label("event_id")).group_by(RowSeal.subject).subquery()
    query = select(RowSeal.subject, RowSeal.digest, RowSeal.salt).join(
        last, (last.c.subject == RowSeal.subject) & (last.c.event_id == RowSeal.event_id)
    )
    for row in tx.all(query.order_by(RowSeal.subject)):
        for key in _key(row.subject):
            yield key, (row.digest, row.salt)


def _batches(rows: Iterable[tuple[Key, Any]]) -> Iterator[dict[Key, Any]]:
    batch: dict[Key, Any] = {}
    for key, value in rows:
        batch[key] = value
        if len(batch) == CLAIMS_AT_ONCE:
            yield batch
            batch = {}
    if batch:
        yield batch


def _parts(keys: list[Key]) -> Iterator[list[Key]]:
    yield from (keys[n : n + CLAIMS_AT_ONCE] for n in range(0, len(keys), CLAIMS_AT_ONCE))


def _told(tx: Tx, keys: Iterable[Key]) -> dict[Key, list[Any]]:
    """Give what claims and their histories hold, as plain values."""
    found: dict[Key, list[Any]] = {}
    for part in _parts(sorted(keys)):
        claims = select(*_CLAIM_COLUMNS).where(tuple_(Claim.member_id, Claim.number).in_(part))
        for row in tx.all(claims):
            found[row.member_id, row.number] = [_plain(row)]
        steps = select(*_STEP_COLUMNS).where(
            tuple_(ReviewEvent.member_id, ReviewEvent.number).in_(part), ReviewEvent.action.not_in(UNCHAINED_STEPS)
        )
        for row in tx.all(steps.order_by(ReviewEvent.member_id, ReviewEvent.number, ReviewEvent.step)):
            if (row.member_id, row.number) in found:
                found[row.member_id, row.number].append(_plain(row))
    return found


def _plain(row: Any) -> list[str | None]:
    return [None if value is None else str(value) for value in row]


def _digest(salt: str, told: list[Any]) -> str:
    return hashlib.sha256(f"{salt}\n{json.dumps(told, separators=(',', ':'))}".encode()).hexdigest()


def _subject(key: Key) -> str:
    return f"{CLAIM}{key[0]}-{key[1]}"


def _key(subject: str) -> list[Key]:
    """Read of which claim a subject speaks: `claim:40-3`, `evidence:40-3-1`; of none otherwise."""
    kind, _, name = subject.partition(":")
    parts = name.split("-")
    if f"{kind}:" not in (CLAIM, EVIDENCE) or len(parts) < len(("member", "number")):
        return []
    return [(int(parts[0]), int(parts[1]))] if parts[0].isdecimal() and parts[1].isdecimal() else []


def _claims_of(tx: Tx, subject: str) -> list[Key]:
    if not subject.startswith(IMPORT):
        return _key(subject)
    import_id = subject.removeprefix(IMPORT)
    if not import_id.isdecimal():
        return []
    return sorted({k for s in tx.scalars(_changes(int(import_id))) for k in _key(s)})


def _changes(import_id: int) -> Any:
    changed = select(ImportChange.subject).where(ImportChange.import_id == import_id)
    return changed.where(ImportChange.subject.startswith(CLAIM))


def _unsealed_imports() -> Any:
    return (
        select(ImportChange.subject)
        .join(AuditEvent, AuditEvent.subject == _IMPORT_SUBJECT)
        .where(UNSEALED, ImportChange.subject.startswith(CLAIM))
    )


def _taken_back(tx: Tx) -> Mapping[Key, None]:
    """Give the claims of imports that were undone: they are gone by right."""
    undone = select(ImportChange.subject).join(
        AuditEvent,
        (AuditEvent.subject == _IMPORT_SUBJECT) & (AuditEvent.action == "import.undo"),
    )
    subjects = tx.scalars(undone.where(ImportChange.subject.startswith(CLAIM)))
    return dict.fromkeys(k for s in subjects for k in _key(s))
