"""The organisation over time: mergers with successors, namesakes, the order of Vietnamese names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.office import good

if TYPE_CHECKING:
    from tests.acceptance.office import Office


def test_a_unit_that_ended_stands_with_its_name_on_its_days_and_its_successor_after(office: Office) -> None:
    top = office.unit("Đảng bộ tỉnh")
    old, new = office.unit("Đảng ủy Khối", top), office.unit("Đảng ủy các cơ quan", top, valid_from="2025-07-01")
    member = office.member(old, "Lê Bé")
    office.at(2025, 7, 2)
    ended = {"valid_to": "2025-07-01", "successor_id": new["id"], "since": "2025-07-01"}
    good(office.admin.patch(f"/units/{old['id']}", json=ended, headers={"If-Match": "*"}))
    moved = {"unit_id": new["id"], "since": "2025-07-01"}
    good(office.admin.post(f"/members/{member['id']}/memberships", json=moved), 201)
    officer = office.officer(top)
    assert good(officer.get(f"/units/{old['id']}?on=2025-06-30"))["successor_id"] == new["id"]
    for day, expected in (("2025-06-30", "Đảng ủy Khối"), ("2025-07-01", "Đảng ủy các cơ quan")):
        listed = {u["name"] for u in good(officer.get(f"/units?on={day}"))["items"]}
        assert listed == {"Đảng bộ tỉnh", expected}
        assert good(officer.get(f"/members/{member['id']}?on={day}"))["unit_name"] == expected


def test_namesakes_are_two_people_and_names_stand_in_vietnamese_order(office: Office) -> None:
    one, two = office.unit("Chi bộ 1"), office.unit("Chi bộ 2")
    for name in ("Y Moan Êban", "Lê Út", "Trần Ân", "Phan Ăn", "Võ Ánh", "Bùi An", "Đỗ Đạt", "Hồ Dậu", "Xuyên"):
        office.member(one, name)
    office.member(two, "Bùi An")
    found = good(office.admin.get("/members?limit=200"))["items"]
    assert [m["full_name"].split()[-1] for m in found] == [
        "An",
        "An",
        "Ánh",
        "Ăn",
        "Ân",
        "Dậu",
        "Đạt",
        "Êban",
        "Út",
        "Xuyên",
    ]
    namesakes = good(office.admin.get("/members", params={"q": "bui an"}))["items"]
    assert {m["unit_name"] for m in namesakes} == {"Chi bộ 1", "Chi bộ 2"}
    assert len({m["id"] for m in namesakes}) == 2
