"""The register of awards, each with its grounds."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Response

from api.http import OfficerCall, ReadCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.routes.assignments import find_period
from api.schemas.awards import AwardIn, AwardPatch
from api.times import day
from tracker.domain.awards import AwardState, AwardWho
from tracker.domain.errors import AppError, Code
from tracker.services import award_grounds, awards
from tracker.store.db import Tx

if TYPE_CHECKING:
    from api.http import Call
    from tracker.domain.awards import Grounds
    from tracker.services.award_grounds import GroundRow
    from tracker.services.awards import AwardCard

router = APIRouter(tags=["awards"], route_class=Route)

E = TypeVar("E", bound=StrEnum)


@router.get("/awards")
def list_awards(call: ReadCall) -> Response:
    """List the awards of a unit and all below it in a period, with their grounds and how many there are."""
    page, period = call.page(), find_period(call)
    state, who = _choice(call, "state", AwardState), _choice(call, "who", AwardWho)
    with call.read() as tx:
        found = awards.list_page(
            tx,
            call.viewer,
            unit_id=call.query_id("unit"),
            period=period,
            state=state,
            who=who,
            after=call.after_id(page),
            limit=page.limit,
            today=call.today,
        )
    totals = {"collective": found.totals.collective, "individual": found.totals.individual}
    after = None if found.after is None else (found.after,)
    return listed([award_json(card, most=awards.GROUNDS_LISTED) for card in found.items], after, totals=totals)


@router.post("/awards", status_code=201, openapi_extra=takes(AwardIn))
def create_award(call: OfficerCall) -> Response:
    """Propose an award, or register one that was given."""
    new = call.body(AwardIn).to_new()

    def work(tx: Tx) -> Response:
        made = awards.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(award_json(made), made.award.version, status=201)

    return call.create(work)


@router.get("/awards/{award_id}")
def get_award(call: ReadCall, award_id: str) -> Response:
    """Get an award."""
    with call.read() as tx:
        found = awards.get(tx, call.viewer, path_id(award_id), today=call.today)
    return one(award_json(found), found.award.version)


@router.get("/awards/{award_id}/grounds")
def list_grounds(call: ReadCall, award_id: str) -> Response:
    """List all that an award rests on, programmes first, page by page."""
    page = call.page()
    with call.read() as tx:
        card = awards.get(tx, call.viewer, path_id(award_id), today=call.today)
        found = award_grounds.list_page(
            tx, call.viewer, card, after=call.after_id(page), limit=page.limit, today=call.today
        )
    after = None if found.after is None else (found.after,)
    return listed([_ground_json(row) for row in found.items], after, totals={"grounds": found.count})


@router.patch("/awards/{award_id}", openapi_extra=takes(AwardPatch))
def change_award(call: OfficerCall, award_id: str) -> Response:
    """Change an award, or say that it was given."""
    with call.write() as tx:
        current = awards.get(tx, call.viewer, path_id(award_id), today=call.today).award
        call.if_match(current.version)
        changes = call.body(AwardPatch).to_changes()
        changed = awards.change(tx, call.viewer, current, changes, now=call.now, today=call.today)
    return one(award_json(changed), changed.award.version)


@router.delete("/awards/{award_id}", status_code=204)
def remove_award(call: OfficerCall, award_id: str) -> Response:
    """Remove an award."""
    with call.write() as tx:
        current = awards.get(tx, call.viewer, path_id(award_id), today=call.today).award
        call.if_match(current.version)
        awards.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def award_json(card: AwardCard, *, most: int = awards.GROUNDS_TOLD) -> dict[str, Any]:
    """Give an award as the API answers it, with the first of its grounds and how many they are."""
    award = card.award
    return {
        "id": award.award_id,
        "unit_id": award.unit_id,
        "unit_name": card.unit_name,
        "period": str(award.period),
        "who": award.who.value,
        "member_id": award.member_id,
        "full_name": None if award.member_id is None else card.member_name,
        "title": award.title,
        "state": award.state.value,
        "decision": award.decision,
        "decided_on": day(award.decided_on),
        "grounds": _grounds_json(card.grounds, most),
        "ground_count": card.grounds.count,
    }


def _grounds_json(grounds: Grounds, most: int) -> list[dict[str, Any]]:
    claims: list[dict[str, Any]] = [{"claim_id": str(claim_id)} for claim_id in grounds.claims[:most]]
    return claims + [{"programme_id": programme_id} for programme_id in grounds.programmes[: most - len(claims)]]


def _ground_json(row: GroundRow) -> dict[str, Any]:
    """Give one ground; of a claim that the viewer may not open both ids are null."""
    return {
        "claim_id": row.claim_id,
        "programme_id": row.programme_id,
        "kind": None if row.kind is None else row.kind.value,
        "title": row.title or None,
        "full_name": row.full_name or None,
        "happened_on": day(row.happened_on),
    }


def _choice(call: Call, name: str, options: type[E]) -> E | None:
    text = call.query(name)
    if text is None:
        return None
    if text not in set(options):
        raise AppError(Code.FIELD_INVALID, f"{name} is one of {', '.join(options)}", field=name)
    return options(text)
