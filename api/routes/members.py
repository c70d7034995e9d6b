"""Members, where they stand, and when they are away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, OfficerCall, ReadCall, ReadOrSelfCall, listed, one, path_id, takes
from api.route import Route
from api.routes.units import after_name, query_day
from api.schemas.organisation import AbsenceIn, MemberIn, MemberPatch, MembershipIn
from api.times import day
from tracker.domain.names import clean_text
from tracker.services import members

if TYPE_CHECKING:
    from api.http import Call
    from tracker.domain.members import AbsenceRow
    from tracker.domain.organisation import Membership
    from tracker.services.members import MemberCard

router = APIRouter(tags=["members"], route_class=Route)


def member_json(member: MemberCard) -> dict[str, Any]:
    """Give a member as the API answers it; an erased one has no name."""
    row = member.row
    return {
        "id": row.member_id,
        "code": row.code,
        "full_name": None if row.erased else row.full_name,
        "unit_id": row.unit_id,
        "unit_name": row.unit_name,
        "since": day(row.since),
        "status": row.status,
        "kind": row.kind,
        "party_role": row.party_role,
        "titles": list(member.words.titles),
        "tags": list(member.words.tags),
        "pen_names": list(member.words.pen_names),
    }


def absence_json(absence: AbsenceRow) -> dict[str, Any]:
    """Give an absence as the API answers it."""
    return {
        "id": absence.absence_id,
        "member_id": absence.member_id,
        "from": day(absence.from_on),
        "until": day(absence.until_on),
        "reason": absence.reason,
    }


@router.get("/members")
def list_members(call: ReadCall) -> Response:
    """List who stands somewhere on a day (today), by given name."""
    page = call.page()
    with call.read() as tx:
        found, after = members.list_page(
            tx,
            call.viewer,
            today=call.today,
            limit=page.limit,
            q=call.query("q"),
            unit_id=call.query_id("unit"),
            tag=_tag(call),
            on=query_day(call, "on"),
            after=after_name(page),
        )
    return listed([member_json(m) for m in found], after)


def _tag(call: Call) -> str | None:
    """Give the tag that is asked for, spelt as tags are kept."""
    text = call.query("tag")
    return None if text is None else clean_text(text)


@router.post("/members", status_code=201, openapi_extra=takes(MemberIn))
def create_member(call: AdminCall) -> Response:
    """Put a member down with the first membership."""
    new = call.body(MemberIn).to_new()

    def work(tx: Any) -> Response:
        made = members.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(_whole_json(made), made.row.version, status=201)

    return call.create(work)


@router.get("/members/{member_id}")
def get_member(call: ReadOrSelfCall, member_id: str) -> Response:
    """Get a member with memberships and absences, as of today or of another day (`on=`)."""
    with call.read() as tx:
        found = members.get(tx, call.viewer, path_id(member_id), today=call.today, on=query_day(call, "on"))
    return one(_whole_json(found), found.row.version)


@router.patch("/members/{member_id}", openapi_extra=takes(MemberPatch))
def change_member(call: AdminCall, member_id: str) -> Response:
    """Change what is known of a person."""
    with call.read() as tx:
        current = members.get(tx, call.viewer, path_id(member_id), today=call.today)
    call.if_match(current.row.version)
    wanted = call.body(MemberPatch).to_change()
    with call.write() as tx:
        changed = members.change(
            tx,
            call.viewer,
            current.row.member_id,
            wanted,
            version=current.row.version,
            now=call.now,
            today=call.today,
        )
    return one(_whole_json(changed), changed.row.version)


@router.post("/members/{member_id}/memberships", status_code=201, openapi_extra=takes(MembershipIn))
def move_member(call: AdminCall, member_id: str) -> Response:
    """Transfer a member, temporarily or for good, or let the member leave."""
    with call.read() as tx:
        current = members.get(tx, call.viewer, path_id(member_id), today=call.today)
    wanted = call.body(MembershipIn).to_move()

    def work(tx: Any) -> Response:
        moved = members.move(tx, call.viewer, current.row.member_id, wanted, now=call.now, today=call.today)
        return one(_whole_json(moved), moved.row.version, status=201)

    return call.create(work)


@router.post("/members/{member_id}/absences", status_code=201, openapi_extra=takes(AbsenceIn))
def add_absence(call: OfficerCall, member_id: str) -> Response:
    """Put down that a member is away."""
    with call.read() as tx:
        members.require_in_scope(tx, call.viewer, path_id(member_id), today=call.today)
    body = call.body(AbsenceIn)

    def work(tx: Any) -> Response:
        made = members.record_absence(
            tx,
            call.viewer,
            path_id(member_id),
            from_on=body.from_on,
            until_on=body.until,
            reason=body.reason,
            now=call.now,
            today=call.today,
        )
        return one(absence_json(made), 1, status=201)

    return call.create(work)


def _membership_json(stay: Membership) -> dict[str, Any]:
    return {
        "unit_id": stay.unit_id,
        "since": day(stay.since),
        "until": day(stay.until),
        "status": str(stay.status),
        "temporary": stay.temporary,
    }


def _whole_json(member: MemberCard) -> dict[str, Any]:
    return member_json(member) | {
        "memberships": [_membership_json(s) for s in member.memberships],
        "absences": [absence_json(a) for a in member.absences],
    }
