"""Consent: asked, versioned, withdrawable; by the member, or entered from paper by an officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import notices, rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import catch_ups, scoped
from tracker.store import audit
from tracker.store import consents as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.notices import Notice
    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Tx

PROCESSING = "processing"  # without it nothing new is done with a member's data


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentState:
    """A current notice and when the member agreed to it; None: not, or to an older version only."""

    notice: Notice
    given_at: dt.datetime | None


def list_current(tx: Tx, viewer: Viewer) -> list[ConsentState]:
    """List the current notices with the viewer's own answers."""
    rights.require(Right.SIGNED_IN, viewer)
    rows = [] if viewer.member_id is None else store.list_of(tx, viewer.member_id)
    given = {(r.kind, r.version): r.given_at for r in rows if r.withdrawn_at is None}
    return [ConsentState(notice=n, given_at=given.get((n.kind, n.version))) for n in notices.CURRENT]


def lacks_required(tx: Tx, viewer: Viewer) -> bool:
    """Tell whether a member has still to agree to a notice without which nothing is declared."""
    return any(state.notice.required and state.given_at is None for state in list_current(tx, viewer))


def give(tx: Tx, viewer: Viewer, *, kind: str, version: int, now: dt.datetime, today: dt.date) -> ConsentState:
    """Agree to the current version of a notice; again: the consent that stands."""
    member_id = _self(viewer)
    notice = _current(kind, version)
    store.lock(tx, member_id)
    standing = [r for r in store.list_of(tx, member_id) if r.kind == kind and r.withdrawn_at is None]
    if standing and standing[-1].version == version:
        return ConsentState(notice=notice, given_at=standing[-1].given_at)
    _add(tx, viewer, member_id, notice, now=now, on=today, on_paper=False)
    return ConsentState(notice=notice, given_at=now)


def enter_paper(
    tx: Tx,
    viewer: Viewer,
    member_id: MemberId,
    *,
    kind: str,
    version: int,
    given_on: dt.date,
    now: dt.datetime,
    today: dt.date,
) -> ConsentState:
    """Enter a consent that a member of the officer's scope gave on paper."""
    check_member(tx, viewer, member_id, today=today)
    notice = _current(kind, version)
    if given_on > today:
        raise AppError(Code.FIELD_INVALID, "given_on lies in the future")
    store.lock(tx, member_id)
    _add(tx, viewer, member_id, notice, now=now, on=given_on, on_paper=True)
    return ConsentState(notice=notice, given_at=now)


def check_member(tx: Tx, viewer: Viewer, member_id: int, *, today: dt.date) -> None:
    """Refuse an officer a member outside their scope (`thing.not_found`)."""
    rights.require(Right.OFFICER, viewer)
    scoped.require_member(tx, member_id, rights.officer_scope(viewer, today))


def withdraw(tx: Tx, viewer: Viewer, kind: str, *, now: dt.datetime) -> None:
    """Withdraw one's own consent; what was filed under it stays, nothing new is filed.

    With the consent to processing, the member's links lead nowhere until they ask for them again, and nothing is
    offered to them any more.
    """
    member_id = _self(viewer)
    store.lock(tx, member_id)
    if notices.find_current(kind) is None or not store.withdraw(tx, member_id, kind, now):
        raise AppError(Code.NOT_FOUND)
    if kind == PROCESSING:
        store.mask(tx, member_id, now)
    audit.record(
        tx, at=now, actor=viewer.account_id, action="consent.withdraw", subject=f"member:{member_id}", kind=kind
    )


def require_filing(tx: Tx, member_id: MemberId) -> None:
    """Refuse filing for a member who has not agreed to the current required notices (`consent.missing`)."""
    standing = store.list_standing(tx, [member_id])
    current = {n.kind: n.version for n in notices.CURRENT if n.required}
    missing = sorted(k for k, v in current.items() if (member_id, k, v) not in standing)
    if missing:
        raise AppError(Code.CONSENT_MISSING, f"consent is missing: {', '.join(missing)}", kinds=missing)


def list_ready(tx: Tx, member_ids: Iterable[MemberId]) -> set[MemberId]:
    """Tell who of these has agreed to the current required notices."""
    asked = set(member_ids)
    standing = store.list_standing(tx, asked) if asked else set()
    wanted = [(n.kind, n.version) for n in notices.CURRENT if n.required]
    return {m for m in asked if all((m, kind, version) in standing for kind, version in wanted)}


def _self(viewer: Viewer) -> MemberId:
    rights.require(Right.MEMBER, viewer)
    if viewer.member_id is None:
        raise AssertionError
    return viewer.member_id


def _current(kind: str, version: int) -> Notice:
    notice = notices.find_current(kind)
    if notice is None:
        raise AppError(Code.FIELD_INVALID, "there is no such notice")
    if notice.version != version:
        raise AppError(Code.CONSENT_VERSION, f"the current version is {notice.version}", version=notice.version)
    return notice


def _add(
    tx: Tx, viewer: Viewer, member_id: MemberId, notice: Notice, *, now: dt.datetime, on: dt.date, on_paper: bool
) -> None:
    store.add(
        tx,
        member_id,
        kind=notice.kind,
        version=notice.version,
        at=now,
        on=on,
        on_paper=on_paper,
        entered_by=viewer.account_id,
    )
    if notice.kind == PROCESSING:
        catch_ups.ask(tx, [member_id], now=now)
    audit.record(
        tx,
        at=now,
        actor=viewer.account_id,
        action="consent.give",
        subject=f"member:{member_id}",
        kind=notice.kind,
        version=notice.version,
        on_paper=on_paper,
    )
