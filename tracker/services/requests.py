"""Requests about one's own data: made by a member or entered from paper, answered and carried out in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.periods import check_day, start_of_day
from tracker.domain.privacy import Outcome, PersonalRequest, RequestKind, answer_due_on, due_on
from tracker.domain.rights import Right
from tracker.domain.types import MemberId, Role
from tracker.services import office_rules
from tracker.services.paging import cut
from tracker.store import audit, erasure
from tracker.store import requests as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

WORDS_MOST: Final = 2000
_HAND_OUT: Final = "member.hand_out"

After = tuple["dt.date", int, int]  # due on, member, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a member handed in on paper, and on which day the office received it."""

    kind: RequestKind
    received_on: dt.date
    words: str | None = None


def ask(
    tx: Tx, viewer: Viewer, kind: RequestKind, words: str | None = None, *, now: dt.datetime, today: dt.date
) -> PersonalRequest:
    """Ask for one's own data to be erased or corrected; an open request for erasure is given back instead."""
    rights.require(Right.MEMBER, viewer)
    member_id = _self(viewer)
    told = _told(kind, words)
    store.lock(tx, member_id)
    same = store.find_open(tx, member_id, kind, told)
    if same is not None:
        return same
    made = _add(tx, member_id, kind, told, made_at=now, asked_on=today)
    _note(tx, viewer, f"{kind}.ask", made, now)
    return made


def enter_paper(
    tx: Tx, viewer: Viewer, member_id: int, paper: Paper, *, now: dt.datetime, today: dt.date, zone: dt.tzinfo
) -> PersonalRequest:
    """Enter what a member asked for on paper, due as if it had been asked for here on the day it was received.

    One that is open and asks for the same is given back instead, whoever made it.
    """
    rights.require(Right.ADMIN, viewer)
    told = _told(paper.kind, paper.words)
    check_day(paper.received_on, "received_on")
    if paper.received_on > today:
        raise AppError(Code.FIELD_INVALID, "received_on lies in the future", field="received_on")
    store.lock(tx, member_id)
    _require_held(tx, member_id)
    same = store.find_open(tx, member_id, paper.kind, told)
    if same is not None:
        return same
    made_at = start_of_day(paper.received_on, zone)
    made = _add(
        tx, member_id, paper.kind, told, made_at=made_at, asked_on=paper.received_on, entered_by=viewer.account_id
    )
    _note(tx, viewer, f"{paper.kind}.enter", made, now)
    return made


def list_own(
    tx: Tx, viewer: Viewer, *, after: int | None = None, limit: int
) -> tuple[list[PersonalRequest], int | None]:
    """List what the viewer asked for, the latest first; with the number of the last one where more follow."""
    rights.require(Right.MEMBER, viewer)
    return cut(store.list_of(tx, _self(viewer), after=after, limit=limit + 1), limit, lambda one: one.number)


def list_open(
    tx: Tx, viewer: Viewer, *, today: dt.date, after: After | None, limit: int
) -> tuple[list[PersonalRequest], After | None]:
    """List open requests of the viewer's scope, due first: corrections are anyone's, others the administrators'."""
    rights.require(Right.READ, viewer)
    rows = store.list_open(tx, rights.officer_scope(viewer, today), _kinds(viewer), after=after, limit=limit + 1)
    shown = rows[:limit]
    more = (shown[-1].due_on, shown[-1].member_id, shown[-1].number) if len(rows) > limit else None
    return shown, more


def get(tx: Tx, viewer: Viewer, member_id: int, number: int, *, today: dt.date) -> PersonalRequest:
    """Get a request of the viewer's scope."""
    rights.require(Right.READ, viewer)
    found = store.find(tx, member_id, number, rights.officer_scope(viewer, today))
    if found is None or found.kind not in _kinds(viewer):
        raise AppError(Code.NOT_FOUND)
    return found


def answer(tx: Tx, viewer: Viewer, request: PersonalRequest, *, now: dt.datetime) -> None:
    """Tell the member that the office has taken a request up; once is enough."""
    rights.require(Right.OFFICER, viewer)
    if store.record_answer(tx, request.member_id, request.number, at=now):
        _note(tx, viewer, f"{request.kind}.answer", request, now)


def note_hand_out(tx: Tx, viewer: Viewer, request: PersonalRequest, *, now: dt.datetime) -> None:
    """Note that a copy is handed out to a member who asked for it on paper, while that is open; reading it comes after.

    Each download is noted, one that breaks off too.
    """
    rights.require(Right.ADMIN, viewer)
    if request.kind is not RequestKind.EXPORT or request.done_at is not None:
        raise AppError(Code.NOT_FOUND)
    _note(tx, viewer, _HAND_OUT, request, now)


def list_handed_out(tx: Tx, member_id: int) -> set[int]:
    """List the numbers of a member's requests for which a copy was handed out."""
    return {facts["number"] for facts in audit.list_facts(tx, _HAND_OUT, f"member:{member_id}")}


def end(
    tx: Tx, viewer: Viewer, request: PersonalRequest, outcome: Outcome, reply: str | None, *, now: dt.datetime
) -> None:
    """Say that a correction was made or a copy handed over, or why not; erasing ends its own requests."""
    rights.require(Right.OFFICER, viewer)
    if outcome is Outcome.LAPSED:
        raise AppError(Code.FIELD_INVALID, "only erasing ends a request so", field="outcome")
    told = clean_text(reply or "", WORDS_MOST) or None
    if outcome is Outcome.REFUSED and told is None:
        raise AppError(Code.REASON_MISSING)
    if outcome is Outcome.DONE:
        _require_carried_out(tx, request)
    ended = store.end(tx, request.member_id, request.number, outcome, at=now, by=viewer.account_id, reply=told)
    if not ended:
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, f"{request.kind}.{outcome}", request, now)


def _require_carried_out(tx: Tx, request: PersonalRequest) -> None:
    """Refuse to call done what was not: an erasure is done by erasing, a copy by handing it out."""
    if request.kind is RequestKind.ERASURE:
        raise AppError(Code.FIELD_INVALID, "an erasure is done by erasing")
    if request.kind is RequestKind.EXPORT and request.number not in list_handed_out(tx, request.member_id):
        raise AppError(Code.COPY_MISSING)


def _told(kind: RequestKind, words: str | None) -> str | None:
    told = clean_text(words or "", WORDS_MOST) or None
    if kind is RequestKind.CORRECTION and told is None:
        raise AppError(Code.FIELD_INVALID, "say what is to be corrected", field="words")
    return told


def _require_held(tx: Tx, member_id: int) -> None:
    """Refuse a person of whom nothing is held (any more)."""
    erased = erasure.find(tx, member_id)
    if erased is None:
        raise AppError(Code.NOT_FOUND)
    if erased:
        raise AppError(Code.FIELD_INVALID, "this member's data were erased at their own request")


def _add(
    tx: Tx,
    member_id: int,
    kind: RequestKind,
    told: str | None,
    *,
    made_at: dt.datetime,
    asked_on: dt.date,
    entered_by: int | None = None,
) -> PersonalRequest:
    rules = office_rules.latest(tx)
    made = PersonalRequest(
        member_id=member_id,
        number=store.next_number(tx, member_id),
        kind=kind,
        words=told,
        made_at=made_at,
        answer_due_on=answer_due_on(asked_on, rules.answer_working_days),
        due_on=due_on(kind, asked_on, rules),
        answered_at=None,
        done_at=None,
        outcome=None,
        reply=None,
        entered_by=entered_by,
    )
    store.add(tx, made)
    return made


def _kinds(viewer: Viewer) -> list[RequestKind]:
    return list(RequestKind) if viewer.role is Role.ADMIN else [RequestKind.CORRECTION]


def _self(viewer: Viewer) -> MemberId:
    if viewer.member_id is None:
        raise AssertionError
    return viewer.member_id


def _note(tx: Tx, viewer: Viewer, action: str, request: PersonalRequest, now: dt.datetime) -> None:
    subject = f"member:{request.member_id}"
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=subject, number=request.number)
