"""The organisation's rules: everybody reads them, administrators change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, SignedInCall, listed, one, takes
from api.route import Route
from api.schemas.settings import RulePatch
from tracker.labels import label
from tracker.services import office_rules

if TYPE_CHECKING:
    from tracker.services.office_rules import RuleView

router = APIRouter(tags=["settings"], route_class=Route)


def rule_json(view: RuleView, language: str) -> dict[str, Any]:
    """Give a rule as the API answers it."""
    return {
        "name": view.rule.value,
        "group": view.shape.group.value,
        "words": label("rule", view.rule, language),
        "value": view.value,
        "unit": view.shape.unit.value,
        "default": view.default,
        "least": view.shape.least,
        "most": view.shape.most,
        "by_period": view.shape.by_period,
        "planned": [{"valid_from": e.valid_from.isoformat(), "value": e.value} for e in view.planned],
        "version": view.version,
    }


@router.get("/settings")
def list_settings(call: SignedInCall) -> Response:
    """List the rules as they stand today, with what is planned."""
    with call.read() as tx:
        found = office_rules.list_rules(tx, call.viewer, today=call.today)
    return listed([rule_json(view, call.language) for view in found])


@router.get("/settings/{name}")
def get_setting(call: SignedInCall, name: str) -> Response:
    """Get a rule."""
    with call.read() as tx:
        found = office_rules.get(tx, call.viewer, name, today=call.today)
    return one(rule_json(found, call.language), found.version)


@router.patch("/settings/{name}", openapi_extra=takes(RulePatch))
def change_setting(call: AdminCall, name: str) -> Response:
    """Set a rule from a day on; one that shapes figures holds for periods that begin then or later."""
    with call.read() as tx:
        current = office_rules.get(tx, call.viewer, name, today=call.today)
    call.if_match(current.version)
    body = call.body(RulePatch)
    with call.write() as tx:
        changed = office_rules.change(
            tx,
            call.viewer,
            current.rule,
            body.value,
            valid_from=body.valid_from,
            version=current.version,
            now=call.now,
            today=call.today,
        )
    return one(rule_json(changed, call.language), changed.version)
