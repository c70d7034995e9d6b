"""The register of awards on pages: proposed and given, down to what each rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, ReadCall, mark, path_id
from api.route import Route
from tracker.domain.awards import AwardState, AwardWho
from tracker.services import award_grounds, awards
from web import flash, forms, render
from web.forms import Fields
from web.member_choice import find_member
from web.saving import check_version, save
from web.typed_period import one_of, typed
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.awards import AwardCard
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 60
GROUNDS_SHOWN = 200


@router.get("/awards")
def awards_page(call: ReadCall) -> Response:
    """List awards with how many there are."""
    return _list(call, Fields())


@router.post("/awards")
def add_award(call: OfficerCall) -> Response:
    """Propose an award, or register one that was given."""
    form = forms.read(call)
    who = form.choice("who", AwardWho, needed=True)
    values = {"unit_id": form.identity("unit_id", needed=True), "who": who} | _read(form)
    with call.read() as tx:
        values["member_id"] = find_member(call, tx, form, "member", needed=who is AwardWho.INDIVIDUAL)

    def work(tx: Tx) -> str:
        made = awards.create(tx, call.viewer, awards.NewAward(**values), now=call.now, today=call.today)
        return f"/awards/{made.award.award_id}"

    return save(call, form, work, lambda status: _list(call, form, status))


@router.get("/awards/{award_id}")
def award_page(call: ReadCall, award_id: str) -> Response:
    """Show an award with what it rests on."""
    return _one(call, _load(call, award_id), Fields())


@router.post("/awards/{award_id}")
def change_award(call: OfficerCall, award_id: str) -> Response:
    """Change an award, or say that it was given."""
    current, form = _load(call, award_id), forms.read(call)
    values = _read(form)
    check_version(call, form, current.award.version)

    def work(tx: Tx) -> str:
        awards.change(tx, call.viewer, current.award, values, now=call.now, today=call.today)
        return f"/awards/{current.award.award_id}"

    return save(call, form, work, lambda status: _one(call, current, form, status))


@router.post("/awards/{award_id}/remove")
def remove_award(call: OfficerCall, award_id: str) -> Response:
    """Remove an award."""
    current = _load(call, award_id)

    def work(tx: Tx) -> None:
        awards.remove(tx, call.viewer, current.award, now=call.now)

    return flash.act(call, "/awards", "deleted", work)


def _read(form: Fields) -> dict[str, Any]:
    return {
        "period": one_of(form, "for_period", needed=True),
        "title": form.text("title", needed=True),
        "state": form.choice("award_state", AwardState) or AwardState.PROPOSED,
        "decision": form.text("decision") or None,
        "decided_on": form.day("decided_on"),
    }


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(period=call.query("period"), unit=call.query("unit"), state=call.query("state"))
    with call.read() as tx:
        found = awards.list_page(
            tx,
            call.viewer,
            unit_id=asked.identity("unit"),
            period=one_of(asked, "period"),
            state=asked.choice("state", AwardState),
            after=call.after_id(call.page()),
            limit=PAGE_SIZE,
            today=call.today,
        )
        units = unit_options(tx, call.viewer, today=call.today)
    return render.page(
        call,
        "awards.html",
        status=status,
        form=form,
        asked=asked,
        found=found,
        units=units,
        cursor=None if found.after is None else mark(found.after),
    )


def _one(call: Call, card: AwardCard, form: Fields, status: int = 200) -> Response:
    award = card.award
    if not form.sent:
        form = Fields.filled(
            for_period=typed(award.period),
            title=award.title,
            award_state=award.state,
            decision=award.decision,
            decided_on=award.decided_on,
        )
    with call.read() as tx:
        grounds = award_grounds.list_page(
            tx, call.viewer, card, after=call.after_id(call.page()), limit=GROUNDS_SHOWN, today=call.today
        )
    cursor = None if grounds.after is None else mark(grounds.after)
    return render.page(
        call, "award.html", status=status, card=card, form=form, grounds=grounds, rows=grounds.items, cursor=cursor
    )


def _load(call: Call, award_id: str) -> AwardCard:
    with call.read() as tx:
        return awards.get(tx, call.viewer, path_id(award_id), today=call.today)
