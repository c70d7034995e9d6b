"""The organisation's rules through the API: read by everybody signed in, set by administrators with If-Match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import make
from tracker.domain.office_rules import Rule
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.application import Api, Caller

PATH = "/settings/late_after_days"


@pytest.fixture
def admin(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


@pytest.fixture
def member(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "reader", Role.AUDITOR, unit_id=make.unit(tx, "CB1"))
    return api.as_viewer(viewer)


def test_everybody_who_is_signed_in_reads_the_rules(api: Api, member: Caller) -> None:
    assert api.anyone.get("/settings").status_code == 401
    told = member.get("/settings").json()
    assert told["next"] is None
    assert {item["name"] for item in told["items"]} == {str(rule) for rule in Rule}
    one = member.get(PATH)
    assert one.headers["etag"] == '"0"'
    assert one.json() | {"words": ""} == {
        "name": "late_after_days",
        "group": "declarations",
        "words": "",
        "value": 5,
        "unit": "days",
        "default": 5,
        "least": 0,
        "most": 60,
        "by_period": True,
        "planned": [],
        "version": 0,
    }
    assert member.get("/settings/nothing").status_code == 404


def test_a_change_needs_the_right_then_if_match_then_a_sound_body(admin: Caller, member: Caller) -> None:
    stated = {"If-Match": '"0"'}
    assert member.patch(PATH, json={"value": 3}, headers=stated).status_code == 403
    assert admin.patch("/settings/nothing", json={"value": 3}, headers=stated).status_code == 404
    assert admin.patch(PATH, json={"value": 3}).status_code == 428
    assert admin.patch(PATH, json={"value": 3}, headers={"If-Match": '"7"'}).status_code == 412
    for body in ({"value": "3"}, {"value": True}, {"value": -1}, {"value": 2**40}, {}, {"value": 3, "other": 1}):
        assert admin.patch(PATH, json=body, headers=stated).status_code == 422, body
    for refused in ({"value": 61}, {"value": 3, "valid_from": "2020-01-01"}):
        assert admin.patch(PATH, json=refused, headers=stated).status_code == 422, refused


def test_a_change_answers_the_rule_as_it_stands_then(admin: Caller) -> None:
    changed = admin.patch(PATH, json={"value": 3}, headers={"If-Match": '"0"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["value"]) == (200, '"1"', 3)
    planned = admin.patch(PATH, json={"value": 9, "valid_from": "2027-01-01"}, headers={"If-Match": '"1"'}).json()
    assert (planned["value"], planned["planned"]) == (3, [{"valid_from": "2027-01-01", "value": 9}])
    assert admin.patch(PATH, json={"value": 4}, headers={"If-Match": '"1"'}).status_code == 412
