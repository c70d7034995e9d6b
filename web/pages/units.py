"""The units: as they stand today, one with its history and groups, changes from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, ReadCall, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.services import units
from web import flash, forms, render
from web.forms import Fields
from web.pages.members import name_place
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.services.units import UnitCard
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 100


@router.get("/units")
def units_page(call: ReadCall) -> Response:
    """List the units by name."""
    return _list(call, Fields())


@router.post("/units")
def add_unit(call: AdminCall) -> Response:
    """Make a unit."""
    form = forms.read(call)
    new = units.NewUnit(
        code=form.text("code", needed=True, most=100),
        name=form.text("name", needed=True),
        kind=form.text("kind", most=100),
        parent_id=form.identity("parent_id"),
        valid_from=form.day("valid_from"),
    )
    if not form.sound:
        return _list(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            made = units.create(tx, call.viewer, new, now=call.now, today=call.today)
    except AppError as error:
        _refused(form, error, call)
        return _list(call, form, STATUS[error.code])
    return flash.go(f"/units/{made.unit_id}", "saved")


@router.get("/units/{unit_id}")
def unit_page(call: ReadCall, unit_id: str) -> Response:
    """Show a unit with its history, groups and the units below."""
    return _one(call, _load(call, unit_id), Fields())


@router.post("/units/{unit_id}")
def change_unit(call: AdminCall, unit_id: str) -> Response:
    """Change name, kind or parent from a day on; the code at once."""
    unit, form = _load(call, unit_id), forms.read(call)
    version = form.whole("version") or 0
    wanted = units.UnitChange(
        given=frozenset({"code", "name", "kind", "parent_id"}),
        since=form.day("since", needed=True),
        code=form.text("code", needed=True, most=100),
        name=form.text("name", needed=True),
        kind=form.text("kind", most=100),
        parent_id=form.identity("parent_id"),
    )
    return _changed(call, unit, form, lambda tx: _change(call, tx, unit, wanted, version))


@router.post("/units/{unit_id}/end")
def end_unit(call: AdminCall, unit_id: str) -> Response:
    """End a unit on a day, with the unit that takes it over."""
    unit, form = _load(call, unit_id), forms.read(call)
    version = form.whole("version") or 0
    successor_id = form.identity("successor_id")
    given = frozenset({"valid_to"} | ({"successor_id"} if successor_id is not None else set()))
    ends = form.day("valid_to", needed=True)
    wanted = units.UnitChange(given=given, since=ends, valid_to=ends, successor_id=successor_id)
    return _changed(call, unit, form, lambda tx: _change(call, tx, unit, wanted, version))


@router.post("/units/{unit_id}/groups")
def add_group(call: AdminCall, unit_id: str) -> Response:
    """Put down that a unit has set up a working group."""
    unit, form = _load(call, unit_id), forms.read(call)
    kind, established_on = form.text("group_kind", needed=True, most=100), form.day("established_on", needed=True)

    def work(tx: Tx) -> None:
        if established_on is not None:
            units.add_group(
                tx,
                call.viewer,
                unit.unit_id,
                kind=kind,
                established_on=established_on,
                now=call.now,
                today=call.today,
            )

    return _changed(call, unit, form, work)


def _change(call: Call, tx: Tx, unit: UnitCard, wanted: units.UnitChange, version: int) -> None:
    units.change(tx, call.viewer, unit.unit_id, wanted, version=version, now=call.now, today=call.today)


def _changed(call: Call, unit: UnitCard, form: Fields, work: Callable[[Tx], None]) -> Response:
    if not form.sound:
        return _one(call, unit, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        _refused(form, error, call)
        return _one(call, unit, form, STATUS[error.code])
    return flash.go(f"/units/{unit.unit_id}", "saved")


def _refused(form: Fields, error: AppError, call: Call) -> None:
    form.refuse(error, call.language)
    if error.code is Code.CODE_TAKEN:
        form.errors["code"] = forms.TAKEN


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked: dict[str, Any] = {"q": call.query("q")}
    with call.read() as tx:
        found, after = units.list_page(
            tx, call.viewer, today=call.today, limit=PAGE_SIZE, q=asked["q"], after=name_place(call.page().after)
        )
        count = units.count(tx, call.viewer, today=call.today, q=asked["q"])
        options = unit_options(tx, call.viewer, today=call.today)
    return render.page(
        call,
        "units.html",
        status=status,
        form=form,
        asked=asked,
        filled=Fields.filled(**asked),
        found=found,
        count=count,
        units=options,
        cursor=None if after is None else mark(*after),
    )


def _one(call: Call, unit: UnitCard, form: Fields, status: int = 200) -> Response:
    if not form.sent:
        form = Fields.filled(code=unit.code, name=unit.name, kind=unit.kind, parent_id=unit.parent_id, since=call.today)
    with call.read() as tx:
        below, _ = units.list_page(tx, call.viewer, today=call.today, limit=PAGE_SIZE, parent_id=unit.unit_id)
        options = [o for o in unit_options(tx, call.viewer, today=call.today) if o[0] != unit.unit_id]
    return render.page(
        call, "unit.html", status=status, unit=unit, form=form, below=below, units=options, known=units.known
    )


def _load(call: Call, unit_id: str) -> UnitCard:
    with call.read() as tx:
        return units.get(tx, call.viewer, path_id(unit_id), today=call.today)
