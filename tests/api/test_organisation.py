"""Units and members over the API."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests import make
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services import members

if TYPE_CHECKING:
    from tests.api.conftest import Api, Caller


@pytest.fixture
def admin(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"]
    return answer.json()


def test_a_unit_is_made_changed_on_a_day_and_read_back(admin: Caller) -> None:
    top = made(admin.post("/units", json={"code": "T", "name": "Đảng ủy xã"}))
    assert top == {
        "id": top["id"],
        "code": "T",
        "name": "Đảng ủy xã",
        "kind": None,
        "parent_id": None,
        "parent_name": None,
        "since": None,
        "valid_from": None,
        "valid_to": None,
        "successor_id": None,
        "groups": [],
    }
    unit = made(admin.post("/units", json={"code": "A", "name": "Chi bộ 1", "kind": "chi bộ", "parent_id": top["id"]}))
    path = f"/units/{unit['id']}"
    tag = admin.get(path).headers["etag"]
    changed = admin.patch(path, json={"name": "Chi bộ 2", "since": "2025-07-01"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Chi bộ 2")
    assert changed.headers["etag"] != tag
    assert admin.get(f"{path}?on=2025-06-30").json()["name"] == "Chi bộ 1"
    assert [v["valid_from"] for v in changed.json()["history"]] == [None, "2025-07-01"]


def test_a_change_states_the_version_it_changes(admin: Caller) -> None:
    unit = made(admin.post("/units", json={"code": "A", "name": "Chi bộ 1"}))
    path = f"/units/{unit['id']}"
    assert admin.patch(path, json={"name": "x"}).status_code == 428
    assert admin.patch(path, json={"name": "x"}, headers={"If-Match": '"77"'}).status_code == 412
    assert admin.patch(path, json={"wrong": 1}, headers={"If-Match": "*"}).status_code == 422
    assert admin.patch("/units/999", json={"wrong": 1}).status_code == 404


def test_groups_stand_with_their_unit_and_in_the_coverage(admin: Caller) -> None:
    top = made(admin.post("/units", json={"code": "T", "name": "Tỉnh ủy"}))
    parts = [
        made(admin.post("/units", json={"code": f"P{n}", "name": f"Đảng bộ {n}", "parent_id": top["id"]}))
        for n in range(3)
    ]
    group = {"kind": "Tổ 35", "established_on": "2025-01-01"}
    told = made(admin.post(f"/units/{parts[0]['id']}/groups", json=group))
    assert admin.get(f"/units/{parts[0]['id']}").json()["groups"] == [told]
    found = admin.get(f"/units/coverage?group=T%E1%BB%95 35&unit={top['id']}&on=2025-06-30").json()
    assert (found["with"], found["total"], found["percent"]) == (1, 3, 33.3)
    assert found["missing"] == [{"id": p["id"], "code": p["code"], "name": p["name"]} for p in parts[1:]]
    assert admin.get(f"/units/coverage?unit={top['id']}").status_code == 422


def test_a_list_is_read_page_by_page(admin: Caller) -> None:
    for n in range(5):
        made(admin.post("/units", json={"code": f"U{n}", "name": f"Chi bộ {n}"}))
    seen: list[str] = []
    cursor = ""
    while True:
        page = admin.get(f"/units?limit=2{cursor}").json()
        seen += [u["code"] for u in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"U{n}" for n in range(5)]
    assert admin.get("/units?cursor=WzFd").json()["code"] == "cursor.invalid"
    assert admin.get("/units?sort=size").status_code == 422
    assert admin.get("/units?on=yesterday").status_code == 422


def test_a_member_is_put_down_moved_and_away(admin: Caller) -> None:
    units = [made(admin.post("/units", json={"code": c, "name": f"Chi bộ {c}"})) for c in "AB"]
    body = {
        "code": "001",
        "full_name": "Nguyễn Văn An",
        "unit_id": units[0]["id"],
        "since": "2024-01-01",
        "titles": ["Bí thư"],
        "pen_names": ["An Nhiên"],
        "party_role": "secretary",
    }
    member = made(admin.post("/members", json=body))
    assert {k: member[k] for k in body} == body
    assert (member["status"], member["kind"], member["tags"]) == ("official", "party", [])
    path = f"/members/{member['id']}"
    moved = made(admin.post(f"{path}/memberships", json={"unit_id": units[1]["id"], "since": "2025-05-01"}))
    assert (moved["unit_id"], moved["since"]) == (units[1]["id"], "2025-05-01")
    assert moved["memberships"][0]["until"] == "2025-05-01"
    away = {"from": "2025-06-01", "until": "2025-06-30", "reason": "công tác"}
    absence = made(admin.post(f"{path}/absences", json=away))
    assert {k: absence[k] for k in away} == away
    whole = admin.get(path)
    assert whole.json()["absences"] == [absence]
    changed = admin.patch(path, json={"full_name": "Nguyễn An"}, headers={"If-Match": whole.headers["etag"]})
    assert changed.json()["full_name"] == "Nguyễn An"
    gone = made(admin.post(f"{path}/memberships", json={"unit_id": None, "since": "2025-08-01"}))
    assert gone["unit_id"] is None
    listed = admin.get(f"/members?unit={units[1]['id']}&on=2025-07-31").json()["items"]
    assert [m["id"] for m in listed] == [member["id"]]


def test_a_second_post_with_the_same_key_makes_no_second_member(admin: Caller) -> None:
    unit = made(admin.post("/units", json={"code": "A", "name": "Chi bộ A"}))
    body = {"code": "1", "full_name": "Lê Bé", "unit_id": unit["id"], "since": "2024-01-01"}
    answers = [admin.post("/members", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert admin.post("/members", json=body).json()["code"] == "code.taken"


def test_rights_are_judged_before_the_body(api: Api) -> None:
    with api.db.write() as tx:
        a, b = make.unit(tx, "A"), make.unit(tx, "B")
        mine, other = make.member(tx, a, "1"), make.member(tx, b, "2")
        officer = make.account(tx, "o", Role.OFFICER, unit_id=a)
        auditor = make.account(tx, "u", Role.AUDITOR, unit_id=a)
        member = make.account(tx, "m", Role.MEMBER, member_id=mine)
    assert api.anyone.get("/members").status_code == 401
    for viewer, status in ((officer, 201), (auditor, 403), (member, 403)):
        away = {"from": "2025-06-01", "until": "2025-06-30", "reason": "đi học"}
        assert api.as_viewer(viewer).post(f"/members/{mine}/absences", json=away).status_code == status
        assert api.as_viewer(viewer).post("/units", json={"wrong": 1}).status_code == 403
        assert api.as_viewer(viewer).post(f"/members/{mine}/memberships", json={}).status_code == 403
    assert api.as_viewer(officer).post(f"/members/{other}/absences", json={}).status_code == 404
    assert api.as_viewer(auditor).get(f"/members/{mine}").status_code == 200
    assert api.as_viewer(member).get(f"/members/{mine}").status_code == 200
    assert api.as_viewer(member).get(f"/members/{other}").status_code == 404
    assert api.as_viewer(member).get("/members").status_code == 403
    assert api.as_viewer(member).get("/units").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"code": "1", "full_name": "Lê Bé", "unit_id": 1},
        {"code": "1", "full_name": "Lê Bé", "unit_id": 1, "since": "2025-02-30"},
        {"code": "1", "full_name": " ", "unit_id": 1, "since": "2025-02-01"},
        {"code": "1", "full_name": "Lê Bé", "unit_id": 2**60, "since": "2025-02-01"},
        {"code": "1", "full_name": "Lê Bé", "unit_id": 1, "since": "2025-02-01", "national_id": "0"},
    ],
)
def test_a_body_that_is_not_right_is_refused(admin: Caller, body: dict[str, object]) -> None:
    assert admin.post("/members", json=body).json()["code"] == "body.invalid"


def test_an_absence_lies_in_years_that_are_reckoned_with(api: Api) -> None:
    with api.db.write() as tx:
        unit_id = make.unit(tx, "CB1")
        member_id = make.member(tx, unit_id, "DV1")
        officer = make.account(tx, "o", Role.OFFICER, unit_id=unit_id)
        with pytest.raises(AppError) as refused:
            members.record_absence(
                tx,
                officer,
                member_id,
                from_on=make.TODAY,
                until_on=dt.date.max,
                reason="công tác xa",
                now=make.NOW,
                today=make.TODAY,
            )
    assert refused.value.code is Code.FIELD_INVALID
    assert api.as_viewer(officer).get("/claims/1-999999999999999").status_code == 404
