"""Accounts, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, listed, one, path_id, takes
from api.route import Route
from api.schemas.accounts import AccountIn, AccountPatch
from tracker.services import accounts, passwords

if TYPE_CHECKING:
    from tracker.domain.accounts import Account

router = APIRouter(tags=["accounts"], route_class=Route)


def account_json(account: Account) -> dict[str, Any]:
    """Give an account as the API answers it."""
    return {
        "id": account.account_id,
        "login": account.login,
        "role": str(account.role),
        "member_id": account.member_id,
        "unit_id": account.unit_id,
        "disabled": account.disabled,
    }


@router.get("/accounts")
def list_accounts(call: AdminCall) -> Response:
    """List accounts."""
    page = call.page()
    with call.read() as tx:
        found = accounts.list_page(tx, call.viewer, after=call.after_id(page), limit=page.limit)
    return listed([account_json(a) for a in found.items], (int(found.next),) if found.next else None)


@router.post("/accounts", status_code=201, openapi_extra=takes(AccountIn))
def create_account(call: AdminCall) -> Response:
    """Make an account."""
    body = call.body(AccountIn)
    new = accounts.prepare(body.login, body.password, body.role, body.member_id, body.unit_id)

    def work(tx: Any) -> Response:
        made = accounts.create(tx, call.viewer, new, now=call.now)
        return one(account_json(made), made.version, status=201)

    return call.create(work)


@router.get("/accounts/{account_id}")
def get_account(call: AdminCall, account_id: str) -> Response:
    """Get an account."""
    with call.read() as tx:
        found = accounts.get(tx, call.viewer, path_id(account_id))
    return one(account_json(found), found.version)


@router.patch("/accounts/{account_id}", openapi_extra=takes(AccountPatch))
def change_account(call: AdminCall, account_id: str) -> Response:
    """Change role, scope, state or password; the account's sessions end when its rights change."""
    with call.read() as tx:
        current = accounts.get(tx, call.viewer, path_id(account_id))
    call.if_match(current.version)
    changes = _changes(call, current)
    with call.write() as tx:
        changed = accounts.change(tx, call.viewer, current, changes, now=call.now)
    return one(account_json(changed), changed.version)


def _changes(call: Call, current: Account) -> dict[str, Any]:
    body = call.body(AccountPatch)
    sent = body.model_dump(exclude_unset=True, exclude={"password"})
    changes = {k: v for k, v in sent.items() if v is not None or k == "unit_id"}
    if body.password is not None:
        passwords.check_strength(body.password, current.login)
        changes["password_hash"] = passwords.make_hash(body.password)
    return {k: str(v) if k == "role" else v for k, v in changes.items()}
