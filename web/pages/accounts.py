"""Accounts, for administrators: who may sign in, with which role and scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services import accounts, members
from web import flash, forms, render
from web.forms import Fields
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.members import MemberCard
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50


@router.get("/accounts")
def accounts_page(call: AdminCall) -> Response:
    """List accounts; `member=` asks for an account of that member."""
    member_id = call.query_id("member")
    return _list(call, Fields.filled(member_id=member_id, role=Role.MEMBER.value if member_id else None))


@router.post("/accounts")
def add_account(call: AdminCall) -> Response:
    """Make an account."""
    form = forms.read(call)
    login, role = form.text("login", needed=True, most=accounts.LOGIN_MOST), form.choice("role", Role, needed=True)
    member_id, unit_id = form.identity("member_id"), form.identity("unit_id")
    _check_scope(form, role, member_id, unit_id)
    if not form.sound or role is None:
        return _list(call, form, STATUS[Code.FIELD_INVALID])
    try:
        new = accounts.prepare(login, form.get("password"), role, member_id, unit_id)
        with call.write() as tx:
            accounts.create(tx, call.viewer, new, now=call.now)
    except AppError as error:
        _refused(form, error, call)
        return _list(call, form, STATUS[error.code])
    return flash.go("/accounts", "saved")


@router.get("/accounts/{account_id}")
def account_page(call: AdminCall, account_id: str) -> Response:
    """Show an account to be changed."""
    return _one(call, path_id(account_id), Fields())


@router.post("/accounts/{account_id}")
def change_account(call: AdminCall, account_id: str) -> Response:
    """Change role, scope or state; what changes its rights ends its sessions. Passwords are their owners' own."""
    with call.read() as tx:
        current = accounts.get(tx, call.viewer, path_id(account_id))
    form = forms.read(call)
    role, unit_id = form.choice("role", Role, needed=True), form.identity("unit_id")
    _check_scope(form, role, current.member_id, unit_id)
    if form.sound and form.whole("version") != current.version:
        form.refuse(AppError(Code.ETAG_STALE), call.language)
    if not form.sound or role is None:
        return _one(call, current.account_id, form, STATUS[Code.FIELD_INVALID])
    wanted = {"role": role.value, "unit_id": unit_id, "disabled": form.has("disabled")}
    changes: dict[str, Any] = {k: v for k, v in wanted.items() if getattr(current, k) != v}
    try:
        with call.write() as tx:
            accounts.change(tx, call.viewer, current, changes, now=call.now)
    except AppError as error:
        _refused(form, error, call)
        return _one(call, current.account_id, form, STATUS[error.code])
    return flash.go("/accounts", "saved")


def _check_scope(form: Fields, role: Role | None, member_id: int | None, unit_id: int | None) -> None:
    if role in (Role.OFFICER, Role.AUDITOR) and unit_id is None:
        form.errors.setdefault("unit_id", forms.SCOPE_NEEDED)
    if role is Role.MEMBER and member_id is None:
        form.errors.setdefault("role", forms.MEMBER_NEEDED)


def _refused(form: Fields, error: AppError, call: Call) -> None:
    form.refuse(error, call.language)
    if error.code is Code.PASSWORD_WEAK:
        form.errors["password"] = forms.WEAK
    if error.code is Code.LOGIN_TAKEN:
        form.errors["login"] = forms.LOGIN_TAKEN


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        page = accounts.list_page(tx, call.viewer, after=call.after_id(call.page()), limit=PAGE_SIZE)
        beside = accounts.tell_beside(tx, call.viewer, page.items)
        units = unit_options(tx, call.viewer, today=call.today)
        member = _member(call, tx, form.identity("member_id"))
    return render.page(
        call,
        "accounts.html",
        status=status,
        form=form,
        found=page.items,
        beside=beside,
        units=units,
        unit_names=dict(units),
        member=member,
        cursor=mark(int(page.next)) if page.next else None,
    )


def _one(call: Call, account_id: int, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        found = accounts.get(tx, call.viewer, account_id)
        units = unit_options(tx, call.viewer, today=call.today)
        member = _member(call, tx, found.member_id)
    if not form.sent:
        form = Fields.filled(role=found.role.value, unit_id=found.unit_id, disabled=found.disabled)
    return render.page(call, "account.html", status=status, found=found, form=form, units=units, member=member)


def _member(call: Call, tx: Tx, member_id: int | None) -> MemberCard | None:
    return None if member_id is None else members.get(tx, call.viewer, member_id, today=call.today)
