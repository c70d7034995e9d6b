"""Units, groups, members, memberships and absences, as the contract words them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.e2e.outside import EVER, good, has, named, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside


def test_a_unit_is_answered_with_its_fields(outside: Outside) -> None:
    parent = outside.unit()
    code = outside.name("DU")
    body = {
        "code": code,
        "name": "Đảng uỷ xã",
        "kind": "đảng bộ",
        "parent_id": parent["id"],
        "valid_from": "2024-07-01",
    }
    answer = outside.admin.ask("POST", "/units", body)
    made = good(answer, 201)
    has(made, **body, valid_to=None, successor_id=None, groups=[])
    read = outside.admin.ask("GET", f"/units/{made['id']}")
    named(read.json(), *made)
    assert read.headers["etag"] == answer.headers["etag"]


def test_a_unit_needs_only_code_and_name(outside: Outside) -> None:
    code = outside.name("X")
    has(outside.admin.post("/units", {"code": code, "name": "Tên"}), code=code, name="Tên", parent_id=None)
    outside.admin.refuse(422, "body.invalid", "POST", "/units", {"code": outside.name("X")})
    outside.admin.refuse(422, "body.invalid", "POST", "/units", {"code": outside.name("X"), "name": "T", "groups": []})


def test_a_change_of_name_is_dated(outside: Outside) -> None:
    unit = outside.unit(name="Chi bộ cũ")
    path = f"/units/{unit['id']}"
    has(outside.admin.patch(path, {"name": "Chi bộ mới", "since": "2025-01-01"}), name="Chi bộ mới")
    assert outside.admin.get(f"{path}?on=2024-12-31")["name"] == "Chi bộ cũ"
    assert outside.admin.get(f"{path}?on=2025-01-01")["name"] == "Chi bộ mới"


def test_a_unit_ends_with_a_successor(outside: Outside) -> None:
    old, new = outside.unit(), outside.unit()
    body = {"valid_to": "2025-07-01", "successor_id": new["id"], "since": "2025-07-01"}
    changed = outside.admin.patch(f"/units/{old['id']}", body)
    has(changed, successor_id=new["id"])
    assert changed["valid_to"] is not None


def test_a_unit_cannot_stand_below_itself(outside: Outside) -> None:
    top = outside.unit()
    below = outside.unit(top)
    for parent in (top, below):
        answer = outside.admin.ask(
            "PATCH",
            f"/units/{top['id']}",
            {"parent_id": parent["id"], "since": "2025-01-01"},
            headers={"If-Match": "*"},
        )
        assert answer.status_code in {409, 422}, answer.text
        problem(answer, answer.status_code)


def test_coverage_counts_the_units_directly_below_on_a_day(outside: Outside) -> None:
    top = outside.unit()
    below = [outside.unit(top) for _ in range(3)]
    outside.unit(below[0])  # not directly below: not counted
    group = {"kind": "tổ công tác", "established_on": "2025-03-10"}
    for unit in below[:2]:
        outside.admin.post(f"/units/{unit['id']}/groups", group)
    path = f"/units/coverage?group=tổ công tác&unit={top['id']}"
    has(outside.admin.get(path), **{"with": 2, "total": 3, "percent": 66.7})
    missing = outside.admin.get(path)["missing"]
    assert missing == [{"id": below[2]["id"], "code": below[2]["code"], "name": below[2]["name"]}]
    has(outside.admin.get(path + "&on=2025-03-09"), **{"with": 0, "total": 3, "percent": 0.0})
    assert len(outside.admin.get(f"/units/{below[0]['id']}")["groups"]) == 1


def test_an_officer_reads_units_below_and_sees_no_others(outside: Outside) -> None:
    top = outside.unit()
    below, beside = outside.unit(top), outside.unit()
    officer = outside.account("officer", unit_id=top["id"])
    assert {u["id"] for u in officer.pages("/units")} == {top["id"], below["id"]}
    officer.get(f"/units/{below['id']}")
    problem(officer.ask("GET", f"/units/{beside['id']}"), 404)
    problem(officer.ask("POST", "/units", {"code": "Z", "name": "Z"}), 403, "right.missing")
    problem(officer.ask("PATCH", f"/units/{below['id']}", {"name": "Z"}), 403, "right.missing")


def test_a_member_is_answered_with_its_fields(outside: Outside) -> None:
    unit = outside.unit()
    body = {
        "code": outside.name("DV"),
        "full_name": "Đặng Thị Ánh",
        "unit_id": unit["id"],
        "since": "2023-02-03",
        "status": "probationary",
        "kind": "party",
        "titles": ["Chi uỷ viên"],
        "tags": ["cộng tác viên"],
        "pen_names": ["Ánh Dương"],
    }
    answer = outside.admin.ask("POST", "/members", body)
    made = good(answer, 201)
    has(made, **body)
    read = outside.admin.ask("GET", f"/members/{made['id']}")
    has(read.json(), **body)
    assert read.headers["etag"] == answer.headers["etag"]
    has(outside.admin.patch(f"/members/{made['id']}", {"party_role": "secretary"}), party_role="secretary")


def test_a_member_without_a_status_is_official(outside: Outside) -> None:
    has(outside.member(outside.unit()), status="official", kind="party", titles=[], tags=[], pen_names=[])


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "x"},
        {"kind": "x"},
        {"unit_id": 10**9},
        {"since": "1.1.2020"},
        {"pen_names": "x"},
        {"since": None},
        {"x": 1},
    ],
)
def test_a_member_that_is_none_is_refused(outside: Outside, wrong: dict[str, object]) -> None:
    body = {"code": outside.name("DV"), "full_name": "A", "unit_id": outside.unit()["id"], "since": EVER}
    answer = outside.admin.ask("POST", "/members", body | wrong)
    assert answer.status_code in {404, 422}, answer.text
    problem(answer, answer.status_code)


def test_members_are_sorted_by_given_name_and_found_without_marks(outside: Outside) -> None:
    unit = outside.unit()
    names = ["Nguyễn Văn Bình", "Trần Thị Ánh", "Lê Văn Đức", "Phạm Thị Cúc", "Võ Thị An", "Đỗ Văn Dũng"]
    for name in names:
        outside.member(unit, full_name=name)
    found = [m["full_name"].split()[-1] for m in outside.admin.pages(f"/members?unit={unit['id']}")]
    assert found == ["An", "Ánh", "Bình", "Cúc", "Dũng", "Đức"]
    assert [m["full_name"] for m in outside.admin.get(f"/members?unit={unit['id']}&q=tran thi anh")["items"]] == names[
        1:2
    ]


def test_a_transfer_closes_the_membership_before(outside: Outside) -> None:
    first, second = outside.unit(), outside.unit()
    member = outside.member(first)
    path = f"/members/{member['id']}"
    moved = outside.admin.post(f"{path}/memberships", {"unit_id": second["id"], "since": "2025-05-01"})
    has(moved, id=member["id"], unit_id=second["id"])
    assert member["id"] in [m["id"] for m in outside.admin.get(f"/members?unit={first['id']}&on=2025-04-30")["items"]]
    assert member["id"] not in [
        m["id"] for m in outside.admin.get(f"/members?unit={first['id']}&on=2025-05-01")["items"]
    ]
    assert outside.admin.get(f"{path}?on=2025-04-30")["unit_id"] == first["id"]


def test_a_member_leaves_the_organisation(outside: Outside) -> None:
    unit = outside.unit()
    member = outside.member(unit)
    path = f"/members/{member['id']}"
    outside.admin.post(f"{path}/memberships", {"unit_id": None, "since": "2025-05-01"})
    assert outside.admin.get(f"/members?unit={unit['id']}")["items"] == []
    assert len(outside.admin.get(f"/members?unit={unit['id']}&on=2025-04-30")["items"]) == 1
    outside.admin.refuse(422, "body.invalid", "POST", f"{path}/memberships", {"since": "2025-06-01"})


def test_a_temporary_membership_leaves_the_main_one(outside: Outside) -> None:
    home, away = outside.unit(), outside.unit()
    member = outside.member(home)
    body = {"unit_id": away["id"], "since": "2025-05-01", "temporary": True}
    has(outside.admin.post(f"/members/{member['id']}/memberships", body), unit_id=home["id"])


def test_an_absence_is_entered_by_an_officer_both_days_included(outside: Outside) -> None:
    cell, other = outside.cell(), outside.cell()
    path = f"/members/{cell.members[0]['id']}/absences"
    body = {"from": str(outside.today), "until": str(outside.today + dt.timedelta(days=9)), "reason": "công tác"}
    has(cell.officer.post(path, body), **body)
    cell.officer.refuse(422, "body.invalid", "POST", path, {"from": "2025-01-01", "reason": "x"})
    problem(cell.officer.ask("POST", path, body | {"until": "2020-01-01"}), 422)
    problem(other.officer.ask("POST", path, body), 404)
    problem(cell.one.ask("POST", path, body), 403, "right.missing")


def test_an_officer_sees_only_members_of_the_scope(outside: Outside) -> None:
    mine, other = outside.cell(2), outside.cell()
    found = mine.officer.pages("/members", limit=1)
    assert {m["id"] for m in found} == {m["id"] for m in mine.members}
    problem(mine.officer.ask("GET", f"/members/{other.members[0]['id']}"), 404)
    assert mine.officer.get(f"/members?unit={other.unit['id']}")["items"] == []
    problem(mine.one.ask("GET", "/members"), 403, "right.missing")
    assert mine.one.get(f"/members/{mine.members[0]['id']}")["id"] == mine.members[0]["id"]
    problem(mine.one.ask("GET", f"/members/{mine.members[1]['id']}"), 404)


def test_an_auditor_reads_what_an_officer_reads_and_changes_nothing(outside: Outside) -> None:
    cell = outside.cell()
    auditor = outside.account("auditor", unit_id=cell.unit["id"])
    assert auditor.get("/members")["items"] == cell.officer.get("/members")["items"]
    assert auditor.get("/units")["items"] == cell.officer.get("/units")["items"]
    path = f"/members/{cell.members[0]['id']}/absences"
    problem(auditor.ask("POST", path, {"from": EVER, "until": EVER, "reason": "x"}), 403, "right.missing")
