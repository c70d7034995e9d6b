"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import Public, SignedInCall, no_content, one, takes
from api.route import Route
from api.routes.accounts import account_json
from api.schemas.accounts import SessionIn
from api.times import instant
from tracker.services import sessions

router = APIRouter(tags=["sessions"], route_class=Route)


@router.post("/sessions", status_code=201, openapi_extra=takes(SessionIn))
def sign_in(call: Public) -> Response:
    """Open a session; the token is shown this once."""
    body = call.body(SessionIn)
    made = sessions.sign_in(call.deps.db, body.login, body.password, kind="api", now=call.now)
    answer = {"token": made.token, "expires_at": instant(made.expires_at), "account": account_json(made.account)}
    return one(answer, 1, status=201)


@router.delete("/sessions/current", status_code=204)
def sign_out(call: SignedInCall) -> Response:
    """End the session that asks."""
    if call.signed_in is not None:
        with call.write() as tx:
            sessions.sign_out(tx, call.viewer, call.signed_in.token_hash, now=call.now)
    return no_content()
