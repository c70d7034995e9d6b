"""The register of members: by unit and name, one member with memberships, absences, transfers, what came on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, OfficerCall, ReadCall, ReadOrSelfCall, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain import notices, rights
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import ClaimState
from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import MemberKind, MemberStatus, PartyRole
from tracker.domain.privacy import RequestKind
from tracker.domain.rights import Right
from tracker.services import absences, accounts, claims, consents, members, requests, scoped
from web import flash, forms, render
from web.forms import Fields
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.members import AbsenceRow
    from tracker.services.members import MemberCard
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50


@router.get("/members")
def members_page(call: ReadCall) -> Response:
    """List members by given name, of a unit, found by name or code."""
    return _list(call, Fields())


@router.post("/members")
def add_member(call: AdminCall) -> Response:
    """Put a member down with the first membership."""
    form = forms.read(call)
    unit_id, since = form.identity("unit_id", needed=True), form.day("since", needed=True)
    code, name = form.text("code", needed=True, most=100), form.text("full_name", needed=True)
    status, kind = form.choice("status", MemberStatus), form.choice("kind", MemberKind)
    if not form.sound or unit_id is None or since is None:
        return _list(call, form, STATUS[Code.FIELD_INVALID])
    new = members.NewMember(
        code=code, full_name=name, unit_id=unit_id, since=since, status=status, kind=kind or MemberKind.PARTY
    )
    try:
        with call.write() as tx:
            made = members.create(tx, call.viewer, new, now=call.now, today=call.today)
    except AppError as error:
        form.refuse(error, call.language)
        if error.code is Code.CODE_TAKEN:
            form.errors["code"] = forms.TAKEN
        return _list(call, form, STATUS[error.code])
    return flash.go(f"/members/{made.row.member_id}", "saved")


@router.get("/members/{member_id}")
def member_page(call: ReadOrSelfCall, member_id: str) -> Response:
    """Show a member."""
    return _one(call, _load(call, member_id), Fields())


@router.post("/members/{member_id}")
def change_member(call: AdminCall, member_id: str) -> Response:
    """Change what is known of a person."""
    card, form = _load(call, member_id), forms.read(call)
    version = form.whole("version") or 0
    role = form.choice("party_role", PartyRole)
    wanted = members.MemberChange(
        code=form.text("code", needed=True, most=100),
        full_name=form.text("full_name", needed=True),
        kind=form.choice("kind", MemberKind, needed=True),
        party_role=role,
        party_role_given=True,
        titles=form.lines("titles"),
        tags=form.lines("tags"),
        pen_names=form.lines("pen_names"),
    )

    def work(tx: Tx) -> None:
        members.change(tx, call.viewer, card.row.member_id, wanted, version=version, now=call.now, today=call.today)

    return _changed(call, card, form, work)


@router.post("/members/{member_id}/move")
def move_member(call: AdminCall, member_id: str) -> Response:
    """Transfer a member, temporarily or for good, or let the member leave."""
    card, form = _load(call, member_id), forms.read(call)
    since, leaves = form.day("move_since", needed=True), form.get("move_unit_id") == "none"
    unit_id = None if leaves else form.identity("move_unit_id", needed=True)
    status, temporary = form.choice("move_status", MemberStatus), form.has("temporary")

    def work(tx: Tx) -> None:
        if since is not None:
            move = members.Move(unit_id=unit_id, since=since, status=status, temporary=temporary)
            members.move(tx, call.viewer, card.row.member_id, move, now=call.now, today=call.today)

    return _changed(call, card, form, work)


@router.post("/members/{member_id}/absences")
def add_absence(call: OfficerCall, member_id: str) -> Response:
    """Put down that a member is away."""
    card, form = _load(call, member_id), forms.read(call)
    from_on, until_on = form.day("absent_from", needed=True), form.day("absent_until", needed=True)
    reason = form.text("absent_reason", needed=True, most=100)

    def work(tx: Tx) -> None:
        if from_on is not None and until_on is not None:
            members.record_absence(
                tx,
                call.viewer,
                card.row.member_id,
                from_on=from_on,
                until_on=until_on,
                reason=reason,
                now=call.now,
                today=call.today,
            )

    return _changed(call, card, form, work)


@router.post("/members/{member_id}/absences/{absence_id}")
def change_absence(call: OfficerCall, member_id: str, absence_id: str) -> Response:
    """Change an absence that was typed wrong, or remove it."""
    card = _load(call, member_id)
    with call.read() as tx:
        absence = absences.get(tx, call.viewer, card.row.member_id, path_id(absence_id), today=call.today)
    form, number = forms.read(call), absence.absence_id
    if form.get("was") != _as_shown(absence):
        form.refuse(AppError(Code.ETAG_STALE), call.language)
        return _one(call, card, form, STATUS[Code.ETAG_STALE])
    if form.has("act", "remove"):
        return _changed(
            call, card, form, lambda tx: absences.remove(tx, call.viewer, absence, now=call.now, today=call.today)
        )
    from_on, until_on = form.day(f"from_{number}", needed=True), form.day(f"until_{number}", needed=True)
    reason = form.text(f"reason_{number}", needed=True, most=100)

    def work(tx: Tx) -> None:
        if from_on is not None and until_on is not None:
            absences.change(
                tx,
                call.viewer,
                absence,
                from_on=from_on,
                until_on=until_on,
                reason=reason,
                now=call.now,
                today=call.today,
            )

    return _changed(call, card, form, work)


@router.post("/members/{member_id}/consents")
def enter_consents(call: OfficerCall, member_id: str) -> Response:
    """Enter the consents that a member gave on paper."""
    card, form = _load(call, member_id), forms.read(call)
    given_on = form.day("given_on", needed=True)
    given = [n for n in notices.CURRENT if form.has("notice", n.kind)]
    if not given:
        form.errors["notice"] = forms.NOTHING_TICKED

    def work(tx: Tx) -> None:
        for notice in given:
            if given_on is not None:
                consents.enter_paper(
                    tx,
                    call.viewer,
                    card.row.member_id,
                    kind=notice.kind,
                    version=notice.version,
                    given_on=given_on,
                    now=call.now,
                    today=call.today,
                )

    return _changed(call, card, form, work)


@router.post("/members/{member_id}/requests")
def enter_request(call: AdminCall, member_id: str) -> Response:
    """Enter what a member asked for on paper about their own data."""
    card, form = _load(call, member_id), forms.read(call)
    kind, received_on = form.choice("asked_kind", RequestKind, needed=True), form.day("received_on", needed=True)
    asks_to_correct = kind is RequestKind.CORRECTION
    words = form.text("asked_words", needed=asks_to_correct, most=requests.WORDS_MOST)
    if not form.sound or kind is None or received_on is None:
        return _one(call, card, form, STATUS[Code.FIELD_INVALID])
    paper = requests.Paper(kind=kind, received_on=received_on, words=words)
    try:
        with call.write() as tx:
            made = requests.enter_paper(
                tx, call.viewer, card.row.member_id, paper, now=call.now, today=call.today, zone=call.deps.zone
            )
    except AppError as error:
        form.refuse(error, call.language)
        return _one(call, card, form, STATUS[error.code])
    return flash.go(f"/requests/{made.member_id}/{made.number}", "request_entered")


def _changed(call: Call, card: MemberCard, form: Fields, work: Callable[[Tx], None]) -> Response:
    """Carry a sound form out; tell what is wrong with it otherwise."""
    if not form.sound:
        return _one(call, card, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        form.refuse(error, call.language)
        if error.code is Code.CODE_TAKEN:
            form.errors["code"] = forms.TAKEN
        return _one(call, card, form, STATUS[error.code])
    return flash.go(f"/members/{card.row.member_id}", "saved")


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked: dict[str, Any] = {"q": call.query("q"), "unit": call.query_id("unit"), "tag": call.query("tag")}
    filled = Fields.filled(on=call.query("on"), **asked)
    # Who stood in one's units on a day gone by, though they have left since; of what is to come, as of today.
    day = min(filled.day("on") or call.today, call.today)
    asked["on"] = None if day == call.today else day.isoformat()
    page = call.page()
    with call.read() as tx:
        found, after = members.list_page(
            tx,
            call.viewer,
            today=day,
            limit=PAGE_SIZE,
            q=asked["q"],
            unit_id=asked["unit"],
            tag=asked["tag"],
            after=name_place(page.after),
        )
        count = members.count(tx, call.viewer, today=day, q=asked["q"], unit_id=asked["unit"], tag=asked["tag"])
        known = scoped.list_known(tx, call.viewer, [card.row.member_id for card in found], call.today)
        units = unit_options(tx, call.viewer, today=call.today)
    return render.page(
        call,
        "members.html",
        status=status,
        form=form,
        asked=asked,
        filled=filled,
        known=known,
        found=found,
        count=count,
        units=units,
        cursor=None if after is None else mark(*after),
    )


def _one(call: Call, card: MemberCard, form: Fields, status: int = 200) -> Response:
    form.sent = _filled(call, card).sent | form.sent
    for name, value in _absences_filled(card).items():
        form.sent.setdefault(name, [str(value)])
    with call.read() as tx:
        reads = rights.allows(Right.READ, call.viewer)
        units = unit_options(tx, call.viewer, today=call.today) if reads else []
        beside = _beside(call, tx, card) if reads else {"counts": {}, "accounts": []}
    return render.page(
        call,
        "member.html",
        status=status,
        card=card,
        row=card.row,
        form=form,
        units=units,
        unit_names=dict(units),
        notices=notices.CURRENT,
        shown_as={absence.absence_id: _as_shown(absence) for absence in card.absences},
        **beside,
    )


def _beside(call: Call, tx: Tx, card: MemberCard) -> dict[str, Any]:
    """Gather where an officer goes on from here: the declarations by state, for an administrator the accounts."""
    member_id = card.row.member_id
    counts = claims.count_by_state(tx, call.viewer, ClaimFilter(member_id=member_id), today=call.today)
    administers = rights.allows(Right.ADMIN, call.viewer)
    return {
        "counts": {str(state): counts[state] for state in ClaimState if counts.get(state)},
        "accounts": accounts.list_of_member(tx, call.viewer, member_id) if administers else [],
    }


def _as_shown(absence: AbsenceRow) -> str:
    """Tell what a form shows of an absence, to notice where it was changed meanwhile."""
    return f"{absence.from_on}|{absence.until_on}|{absence.reason}"


def _filled(call: Call, card: MemberCard) -> Fields:
    row, words = card.row, card.words
    return Fields.filled(
        code=row.code,
        full_name=row.full_name,
        kind=row.kind,
        party_role=row.party_role,
        titles=words.titles,
        tags=words.tags,
        pen_names=words.pen_names,
        move_since=call.today,
        move_status=row.status,
        given_on=call.today,
        received_on=call.today,
    )


def _absences_filled(card: MemberCard) -> dict[str, object]:
    filled: dict[str, object] = {}
    for absence in card.absences:
        number = absence.absence_id
        filled |= {f"from_{number}": absence.from_on, f"until_{number}": absence.until_on}
        filled[f"reason_{number}"] = absence.reason
    return filled


def _load(call: Call, member_id: str) -> MemberCard:
    with call.read() as tx:
        return members.get(tx, call.viewer, path_id(member_id), today=call.today)


def name_place(after: tuple[Any, ...] | None) -> tuple[str, int] | None:
    """Read the cursor of a list by name."""
    match after:
        case None:
            return None
        case (str() as name, int() as thing_id):
            return name, thing_id
    raise AppError(Code.CURSOR_INVALID)
