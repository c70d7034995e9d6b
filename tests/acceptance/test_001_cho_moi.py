"""Story 4: the monthly meeting with its sheet, titles as they are borne, programmes that go on from year to year."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect
from tests.acceptance.office import Cell, good, phung_hiep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.office import Office


@pytest.fixture
def cell(office: Office) -> Cell:
    return phung_hiep(office)


def byline(line: str) -> dict[str, Any]:
    """Give what `lantoa inspect byline` reads in a line."""
    run = CliRunner().invoke(inspect, ["byline"], input=f"{line}\n".encode())
    assert run.exit_code == 0, run.output
    read: dict[str, Any] = json.loads(run.stdout)
    return read


def test_a_day_is_the_same_with_and_without_its_zero(cell: Cell) -> None:
    """Show 001-15 (the branch's own document) and 002-25 (both systems of numbers)."""
    days: list[dict[str, Any]] = []
    for issued_on in ("31/5/2023", "31/05/2023"):
        body = {"code": f"{42 + len(days)}-KH/CB", "issued_on": issued_on}
        days.append(good(cell.secretary.post("/directives", json=body), 201))
    assert {(d["issued_on"], d["type"], d["issuer"]) for d in days} == {("2023-05-31", "KH", "CB")}
    state = good(cell.secretary.post("/directives", json={"code": "91/KH-VKSTC", "issued_on": "2024-06-30"}), 201)
    assert (state["number"], state["type"], state["issuer"]) == (91, "KH", "VKSTC")


def test_a_meeting_held_in_june_is_that_of_may_and_of_the_quarter(cell: Cell) -> None:
    """Show 001-17 and 001-18, and the one-page sheet of story 4."""
    office = cell.office
    office.at(2025, 6, 7)
    cell.share_in("2025-05", [1] * 8 + [0, 0])
    good(cell.assign(4, "2025-Q3", due_on="2025-08-30"), 201)
    body = {"unit_id": cell.unit["id"], "held_on": "2025-06-08", "periods": ["2025-05", "2025-Q2"]}
    more = {"title": "“Học Bác dám nghĩ, dám nói”", "speaker_id": cell.members[1]["id"], "kind": "chuyên đề"}
    made = good(cell.secretary.post("/meetings", json=body | more), 201)
    for period in ("2025-05", "2025-Q2"):
        listed = good(cell.secretary.get(f"/meetings?period={period}&unit={cell.unit['id']}"))["items"]
        assert [m["id"] for m in listed] == [made["id"]], period
    annexes = office.report(cell.secretary, "meeting", "2025-05", cell.unit)["annexes"]
    assert len(annexes["shares"]) == 8
    assert [d["full_name"] for d in annexes["due"]] == ["Huỳnh Văn Út", "Dương Thị Ý"]
    assert [m["title"] for m in annexes["meetings"]] == [more["title"]]
    assert "Quý II/2025" in office.sheet(cell.secretary, "meeting", "2025-05", cell.unit)


def test_three_titles_of_one_person_keep_their_order(cell: Cell) -> None:
    """Show 001-19."""
    titles = ["Huyện ủy viên", "Bí thư chi bộ", "Viện trưởng"]
    path = f"/members/{cell.members[0]['id']}"
    good(cell.office.admin.patch(path, json={"titles": titles}, headers={"If-Match": "*"}))
    assert good(cell.secretary.get(path))["titles"] == titles


def test_a_programme_of_three_years_is_new_in_the_first_alone(cell: Cell) -> None:
    """Show 001-16."""
    office = cell.office
    unit = office.unit("Chi bộ Chợ Mới")
    officer = office.officer(unit)
    office.programme(officer, unit, **{"from": "2023-05-31", "until": "2025-12-31"})
    counted = [
        good(officer.get(f"/programmes?unit={unit['id']}&year={year}"))["totals"] for year in (2022, 2023, 2024, 2025)
    ]
    assert [(t["count"], t["new"]) for t in counted] == [(0, 0), (1, 1), (1, 0), (1, 0)]


def test_a_new_programme_stands_beside_the_one_it_continues(office: Office) -> None:
    """Show 002-23 and 002-24: in 2025 two programmes, one of them new."""
    unit = office.unit("Chi bộ Phòng 9")
    officer = office.officer(unit)
    old = office.programme(officer, unit, name="Tự đào tạo", **{"from": "2024-01-01", "until": "2024-12-31"})
    office.programme(officer, unit, name="Tự đào tạo", is_new=False, continues_id=old["id"])
    office.programme(officer, unit, name="“Đoàn kết, trách nhiệm”")
    found = good(officer.get(f"/programmes?unit={unit['id']}&year=2025"))
    assert (found["totals"]["count"], found["totals"]["new"]) == (2, 1)
    assert {(p["name"], p["is_new"], p["continues_id"]) for p in found["items"]} == {
        ("Tự đào tạo", False, old["id"]),
        ("“Đoàn kết, trách nhiệm”", True, None),
    }


def test_ten_members_and_four_who_are_not_are_counted_apart(office: Office) -> None:
    """Show 002-26."""
    unit = office.unit("Chi bộ Phòng 9")
    officer = office.officer(unit)
    party = [office.member(unit, f"Đảng viên {n}") for n in range(10)]
    others = [office.member(unit, f"Quần chúng {n}", status="non_member", kind="other") for n in range(4)]
    target = office.target(officer, office.programme(officer, unit))
    office.at(2025, 2, 27)
    office.accept(officer, *(office.share(office.person(m), "2025-02-03") for m in (party[0], others[0])))
    (month,) = office.progress(officer, "2025-02", unit, target)
    assert (month["met"], month["counted"], len(month["rows"])) == (1, 10, 10)
    report = office.report(officer, "month", "2025-02", unit)
    assert report["totals"]["members"] == 10
    told = good(officer.get(f"/contributions?period=2025-02&unit={unit['id']}"))["items"]
    assert [(t["full_name"], t["shares"]) for t in told if t["shares"]] == [("Đảng viên 0", 1), ("Quần chúng 0", 1)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Văn Xuyên", {"names": ["Văn Xuyên"]}),
        ("Nguyễn Thị Cẩm Hồng", {"names": ["Nguyễn Thị Cẩm Hồng"]}),
        ("Viện KSND huyện Chợ Mới (D)", {"names": [], "unit": "Viện KSND huyện Chợ Mới", "code": "D"}),
        (
            "Tác giả: Lê Trung Thành (Đảng ủy Khối CQ&DN",
            {"names": ["Lê Trung Thành"], "unit": "Đảng ủy Khối CQ&DN", "code": None},
        ),
    ],
)
def test_bylines_of_the_source_documents_are_read(line: str, expected: dict[str, Any]) -> None:
    """Show 001-20, 001-21, 002-28 and 004-65, as far as the line is read."""
    read = byline(line)
    assert {key: read[key] for key in expected} == expected


def test_a_short_name_is_offered_to_the_member_and_credits_nobody(tmp_path: Path) -> None:
    """Show 001-20: `inspect authors` names whoever's name ends so as a candidate; initials are nobody's."""
    roster = tmp_path / "roster.csv"
    columns = "code,full_name,unit_code,unit_name,since,status,pen_names"
    roster.write_text(
        f"{columns}\n01,Nguyễn Văn Xuyên,CM,Viện KSND huyện Chợ Mới,2020-01-01,official,\n", encoding="utf-8"
    )
    article = {"outlet": "Viện KSND huyện Chợ Mới", "outlet_kind": "own", "unit_code": "CM"}
    lines = [{"id": "1", "byline": "Văn Xuyên"} | article, {"id": "2", "byline": "Tin, ảnh: BBT"} | article]
    told = "".join(json.dumps(line) + "\n" for line in lines)
    run = CliRunner().invoke(inspect, ["authors", "--roster", str(roster)], input=told.encode())
    first, second = (json.loads(line) for line in run.stdout.splitlines())
    assert [s["member_code"] for s in first["suggestions"]] == ["01"]
    assert second["suggestions"] == []
