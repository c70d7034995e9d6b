"""The organisation's rules: shown to everybody, one form a rule for administrators; those that are fixed, in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, SignedInCall
from api.route import Route
from tracker.domain.office_rule_words import FIXED
from tracker.domain.office_rules import Rule, Unit
from tracker.domain.periods import PeriodKind, containing
from tracker.labels import label
from tracker.services import office_rules
from web import forms, render, saving
from web.forms import Fields
from web.words import mark, say

if TYPE_CHECKING:
    from tracker.services.office_rules import RuleView
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

YES, NO = mark("yes (rule)"), mark("no (rule)")
NONE = mark("none (rule)")
NOT_BEFORE_TODAY = mark("The past stays as it was: choose today or a later day")


@router.get("/settings")
def settings_page(call: SignedInCall) -> Response:
    """Show all rules by group."""
    with call.read() as tx:
        found = office_rules.list_rules(tx, call.viewer, today=call.today)
    rules = [_told(call, view) for view in found]
    groups = [(group, list(views)) for group, views in groupby(rules, key=lambda told: told["view"].shape.group)]
    return render.page(call, "settings.html", groups=groups, fixed=list(FIXED))


@router.get("/settings/{name}")
def setting_page(call: AdminCall, name: str) -> Response:
    """Show the form of one rule."""
    view = _load(call, name)
    start = containing(PeriodKind.MONTH, call.today).end_on if view.shape.by_period else None
    return _form(call, view, Fields.filled(value=view.value, valid_from=start, version=view.version))


@router.post("/settings/{name}")
def change_setting(call: AdminCall, name: str) -> Response:
    """Set a rule."""
    view, form = _load(call, name), forms.read(call)
    value = form.whole("value", needed=True, least=view.shape.least, most=view.shape.most)
    start = form.day("valid_from", needed=True) if view.shape.by_period else call.today
    if start is not None and start < call.today:
        form.errors["valid_from"] = NOT_BEFORE_TODAY
    saving.check_version(call, form, view.version)

    def work(tx: Tx) -> str:
        office_rules.change(
            tx,
            call.viewer,
            view.rule,
            value or 0,
            valid_from=start,
            version=view.version,
            now=call.now,
            today=call.today,
        )
        return "/settings"

    return saving.save(call, form, work, lambda status: _form(call, view, form, status))


def _load(call: Call, name: str) -> RuleView:
    with call.read() as tx:
        return office_rules.get(tx, call.viewer, name, today=call.today)


def _form(call: Call, view: RuleView, form: Fields, status: int = 200) -> Response:
    chosen = [(1, say(YES, call.language)), (0, say(NO, call.language))] if view.shape.unit is Unit.YES_NO else []
    return render.page(call, "setting.html", status=status, form=form, told=_told(call, view), view=view, chosen=chosen)


def _told(call: Call, view: RuleView) -> dict[str, Any]:
    """Give a rule with its numbers in words."""
    return {
        "view": view,
        "value": _words(call, view, view.value),
        "default": _words(call, view, view.default),
        "least": _words(call, view, view.shape.least),
        "most": _words(call, view, view.shape.most),
        "planned": [(entry.valid_from, _words(call, view, entry.value)) for entry in view.planned],
    }


def _words(call: Call, view: RuleView, value: int) -> str:
    language = render.language_of(call.request)
    if view.shape.unit is Unit.YES_NO:
        return say(YES if value else NO, language)
    if view.rule is Rule.WIDE_REACH_CLICKS and not value:
        return say(NONE, language)
    return label("rule_unit", view.shape.unit, language) % {"n": value}
