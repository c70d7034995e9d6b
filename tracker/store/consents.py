"""Consents given and withdrawn, keyed by the member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from tracker.store.tables.accounts import Consent
from tracker.store.tables.claims import Suggestion
from tracker.store.tables.links import Link

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """A consent; `withdrawn_at` is None while it stands."""

    kind: str
    number: int
    version: int
    given_at: dt.datetime
    given_on: dt.date
    on_paper: bool
    withdrawn_at: dt.datetime | None


def list_of(tx: Tx, member_id: int) -> list[ConsentRow]:
    """List all consents a member ever gave, in order."""
    query = select(
        Consent.kind,
        Consent.number,
        Consent.version,
        Consent.given_at,
        Consent.given_on,
        Consent.on_paper,
        Consent.withdrawn_at,
    ).where(Consent.member_id == member_id)
    return [ConsentRow(**r._mapping) for r in tx.all(query.order_by(Consent.kind, Consent.number))]  # noqa: SLF001


def lock(tx: Tx, member_id: int) -> None:
    """Wait until nobody else enters consents of a member: two taps are one consent."""
    tx.lock_shared("consents")
    tx.lock("consents", str(member_id))


def lock_all(tx: Tx) -> None:
    """Wait until nobody else enters consents of anyone, for an import of many members."""
    tx.lock("consents")


def list_standing(tx: Tx, member_ids: Iterable[int]) -> set[tuple[int, str, int]]:
    """List (member, kind, version) of the consents that stand."""
    query = select(Consent.member_id, Consent.kind, Consent.version)
    rows = tx.all(query.where(Consent.member_id.in_(list(member_ids)), Consent.withdrawn_at.is_(None)))
    return {(r.member_id, r.kind, r.version) for r in rows}


def add(
    tx: Tx, member_id: int, *, kind: str, version: int, at: dt.datetime, on: dt.date, on_paper: bool, entered_by: int
) -> None:
    """Add a consent; an older standing one of the same kind ends with it."""
    withdraw(tx, member_id, kind, at)
    last = select(func.max(Consent.number)).where(Consent.member_id == member_id, Consent.kind == kind)
    row = {
        "member_id": member_id,
        "kind": kind,
        "number": (tx.scalar(last) or 0) + 1,
        "version": version,
        "given_at": at,
        "given_on": on,
        "on_paper": on_paper,
        "entered_by": entered_by,
    }
    tx.execute(tx.insert(Consent), row)


def withdraw(tx: Tx, member_id: int, kind: str, at: dt.datetime) -> bool:
    """End the standing consent of a kind; False when there was none."""
    standing = (Consent.member_id == member_id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
    return tx.changed(update(Consent).where(*standing).values(withdrawn_at=at)) > 0


def mask(tx: Tx, member_id: int, at: dt.datetime) -> None:
    """Let a member's links lead nowhere, as if withdrawn by themselves, and take back what was offered to them."""
    live = (Link.member_id == member_id, Link.withdrawn_at.is_(None))
    tx.execute(update(Link).where(*live).values(withdrawn_at=at, withdrawn_by=None))
    tx.execute(delete(Suggestion).where(Suggestion.member_id == member_id, Suggestion.answered_at.is_(None)))


def has_withdrawn(tx: Tx, member_id: int, kind: str) -> bool:
    """Tell whether a member gave a consent of a kind once and has none that stands."""
    rows = tx.scalars(select(Consent.withdrawn_at).where(Consent.member_id == member_id, Consent.kind == kind))
    return bool(rows) and all(at is not None for at in rows)
