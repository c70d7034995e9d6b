"""What claims and what hangs on them came to, kept in the audit chain; and which were altered since behind its back.

A claim's digest is made when an event about it is sealed. Its first form (no mark) covers the claim's row and its
history; the second («2:») also topics, credits, readings and decided republications. A digest is compared in the form
it was made in, so that the chain of an older installation holds; the next event about a claim seals the second form.
Which columns are sealed is written in row_seals_shape.py and never changes with the tables.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, cast, func, literal, select, update

from tracker.store import row_seals_shape as shape
from tracker.store.tables.claims import Claim
from tracker.store.tables.operations import UNSEALED, AuditEvent, ImportChange, RowSeal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.store.db import Tx

CLAIM: Final = "claim:"
EVIDENCE: Final = "evidence:"
IMPORT: Final = "import:"
CLAIMS_AT_ONCE: Final = 200
SALT_BYTES: Final = 16
SECOND: Final = "2:"

_IMPORT_SUBJECT = literal(IMPORT) + cast(ImportChange.import_id, String)

Key = tuple[int, int]  # member, number
Told = tuple[list[shape.Plain], dict[str, list[shape.Plain]]]  # row and history; topics, credits, readings …


def seal(tx: Tx, events: Sequence[tuple[int, str]]) -> dict[int, list[tuple[str, str]]]:
    """Keep what the claims of events (id, subject) come to now; give subject and digest by event."""
    claims = {event_id: keys for event_id, subject in events if (keys := _claims_of(tx, subject))}
    told = _told(tx, {key for keys in claims.values() for key in keys}, whole=True)
    rows = [
        {"event_id": event_id, "subject": _subject(key), "salt": salt, "digest": _digest(SECOND, salt, told[key])}
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
        told = _told(tx, batch.keys(), whole=any(digest.startswith(SECOND) for digest, _ in batch.values()))
        for key, (digest, salt) in batch.items():
            known = told.get(key)
            if key in waiting or (known is None and key in gone):
                continue
            form = SECOND if digest.startswith(SECOND) else ""
            if known is None or salt is None or _digest(form, salt, known) != digest:
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


def _told(tx: Tx, keys: Iterable[Key], *, whole: bool) -> dict[Key, Told]:
    """Give what claims hold, as plain values: row and history, and where `whole` what else hangs on them."""
    found: dict[Key, Told] = {}
    for part in _parts(sorted(keys)):
        found |= {key: ([row], {}) for key, row in shape.read_claims(tx, part)}
        for key, row in shape.read_history(tx, part):
            if key in found:
                found[key][0].append(row)
        for name, key, row in shape.read_rest(tx, part) if whole else ():
            if key in found:
                found[key][1].setdefault(name, []).append(row)
    return found


def _digest(form: str, salt: str, told: Told) -> str:
    row_and_history, rest = told
    text = json.dumps([row_and_history, rest] if form else row_and_history, separators=(",", ":"), sort_keys=True)
    return form + hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


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
