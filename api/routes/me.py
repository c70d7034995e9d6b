"""One's own account, consents and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import MemberCall, OfficerCall, SignedInCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.routes.accounts import account_json
from api.schemas.accounts import ConsentIn, PaperConsentIn
from api.times import day, instant
from tracker.domain.privacy import RequestKind
from tracker.domain.types import MemberId
from tracker.services import consents, record, requests

if TYPE_CHECKING:
    from tracker.domain.privacy import PersonalRequest
    from tracker.services.consents import ConsentState

router = APIRouter(tags=["me"], route_class=Route)


@router.get("/me")
def who_am_i(call: SignedInCall) -> Response:
    """Get the account that asks."""
    if call.signed_in is None:
        raise AssertionError
    return one(account_json(call.signed_in.account), call.signed_in.account.version)


@router.get("/me/record")
def my_record(call: SignedInCall) -> Response:
    """Get all that is held about oneself."""
    with call.read() as tx:
        held = record.get(tx, call.viewer).as_json()
    return Response(held, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/me/consents")
def list_consents(call: SignedInCall) -> Response:
    """List the current notices and one's own answers."""
    with call.read() as tx:
        found = consents.list_current(tx, call.viewer)
    return listed([_consent(c, call.language) for c in found])


@router.post("/me/consents", status_code=201, openapi_extra=takes(ConsentIn))
def give_consent(call: MemberCall) -> Response:
    """Agree to the current version of a notice."""
    body = call.body(ConsentIn)

    def work(tx: Any) -> Response:
        given = consents.give(tx, call.viewer, kind=body.kind, version=body.version, now=call.now, today=call.today)
        return one(_consent(given, call.language), given.notice.version, status=201)

    return call.create(work)


@router.delete("/me/consents/{kind}", status_code=204)
def withdraw_consent(call: MemberCall, kind: str) -> Response:
    """Withdraw a consent (`If-Match: *`)."""
    with call.write() as tx:
        call.if_match(0)
        consents.withdraw(tx, call.viewer, kind, now=call.now)
    return no_content()


@router.post("/members/{member_id}/consents", status_code=201, openapi_extra=takes(PaperConsentIn))
def enter_paper_consent(call: OfficerCall, member_id: str) -> Response:
    """Enter a consent that a member gave on paper."""

    def work(tx: Any) -> Response:
        member = MemberId(path_id(member_id))
        consents.check_member(tx, call.viewer, member, today=call.today)
        body = call.body(PaperConsentIn)
        given = consents.enter_paper(
            tx,
            call.viewer,
            member,
            kind=body.kind,
            version=body.version,
            given_on=body.given_on,
            now=call.now,
            today=call.today,
        )
        return one(_consent(given, call.language), given.notice.version, status=201)

    return call.create(work)


@router.post("/me/erasure", status_code=202)
def ask_erasure(call: MemberCall) -> Response:
    """Ask for one's own data to be erased."""

    def work(tx: Any) -> Response:
        made = requests.ask(tx, call.viewer, RequestKind.ERASURE, now=call.now, today=call.today)
        return one(_request(made), 1, status=202)

    return call.create(work)


def _request(made: PersonalRequest) -> dict[str, Any]:
    return {
        "id": made.request_id,
        "kind": str(made.kind),
        "made_at": instant(made.made_at),
        "answer_due_on": day(made.answer_due_on),
        "due_on": day(made.due_on),
    }


def _consent(state: ConsentState, language: str) -> dict[str, Any]:
    return {
        "kind": state.notice.kind,
        "version": state.notice.version,
        "words": state.notice.words(language),
        "required": state.notice.required,
        "given_at": instant(state.given_at),
    }
