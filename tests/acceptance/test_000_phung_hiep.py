"""Story 1: a cell of ten, one piece a quarter, one or two shares a month, a review each quarter and after a year."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.office import Cell, good, phung_hiep, refused

if TYPE_CHECKING:
    from tests.acceptance.office import Office

TITLE = "“Đảng viên Chi bộ Viện kiểm sát huyện Phụng Hiệp trong bảo vệ nền tảng tư tưởng của Đảng”"


@pytest.fixture
def cell(office: Office) -> Cell:
    return phung_hiep(office)


def test_nine_of_ten_meet_the_month_two_its_aim_and_a_transfer_in_may_leaves_it_alone(cell: Cell) -> None:
    """Show 000-07 and 000-11."""
    office = cell.office
    elsewhere = office.unit("Chi bộ khác")
    office.at(2025, 2, 27)
    cell.share_in("2025-02", [1] * 7 + [2] * 2 + [0])
    (month,) = office.progress(cell.secretary, "2025-02", cell.unit, cell.shares)
    assert (month["done"], month["met"], month["counted"], month["aim_met"]) == (11, 9, 10, 2)
    assert [r["state"] for r in month["rows"]] == ["met"] * 7 + ["exceeded"] * 2 + ["below"]
    office.at(2025, 5, 20)
    gone = cell.members[0]
    moved = {"unit_id": elsewhere["id"], "since": "2025-05-15"}
    good(office.admin.post(f"/members/{gone['id']}/memberships", json=moved), 201)
    (month,) = office.progress(cell.secretary, "2025-02", cell.unit, cell.shares)
    assert (month["done"], month["met"], month["counted"], month["aim_met"]) == (11, 9, 10, 2)
    (may,) = office.progress(cell.secretary, "2025-05", cell.unit, cell.shares)
    assert (may["met"], may["counted"]) == (0, 9)
    told = good(
        cell.secretary.get(f"/explain?member={cell.members[9]['id']}&period=2025-02&target={cell.shares['id']}")
    )
    assert (told["result"], told["claims"]) == ("below", [])
    assert "09/10" in office.sheet(cell.secretary, "month", "2025-02", cell.unit)


def test_ten_of_ten_stays_ten_of_ten(cell: Cell) -> None:
    """Show 000-11 with its own numbers."""
    office = cell.office
    office.at(2025, 2, 27)
    cell.share_in("2025-02", [1] * 10)
    good(
        office.admin.post(
            f"/members/{cell.members[3]['id']}/memberships", json={"unit_id": None, "since": "2025-05-02"}
        ),
        201,
    )
    office.at(2025, 6, 1)
    (month,) = office.progress(cell.secretary, "2025-02", cell.unit, cell.shares)
    assert (month["met"], month["counted"]) == (10, 10)
    assert office.report(cell.secretary, "month", "2025-02", cell.unit)["totals"]["members"] == 10


def test_four_are_chosen_in_a_year_and_a_second_choice_in_a_quarter_asks(cell: Cell) -> None:
    """Show 000-05."""
    for n in range(1, 5):
        topic = {"topic": "Nền tảng tư tưởng", "due_on": f"2025-{n * 3:02d}-20"}
        made = good(cell.assign(n, f"2025-Q{n}", **topic), 201)
        assert (made["topic"], made["due_on"]) == (topic["topic"], topic["due_on"])
    path = f"/assignments?target={cell.piece['id']}&period=2025"
    assert len(good(cell.secretary.get(path))["items"]) == 4
    refused(cell.assign(7, "2025-Q1"), 409, "assignment.already_given")
    good(cell.assign(7, "2025-Q1", override="Đồng chí thứ nhất đi học"), 201)
    assert len(good(cell.secretary.get(path))["items"]) == 5


def test_the_quarters_review_lists_pieces_written_and_those_that_spread(cell: Cell) -> None:
    """Show 000-09, 000-14 and 004-61."""
    office = cell.office
    good(cell.assign(2, "2025-Q1"), 201)
    office.at(2025, 3, 28)
    for month in ("2025-01", "2025-02", "2025-03"):
        cell.share_in(month, [1] * 10)
    office.accept(cell.secretary, office.piece(cell.callers[2], "2025-03-10", "Giữ vững nền tảng"))
    (quarter,) = office.progress(cell.secretary, "2025-Q1", cell.unit, cell.piece)
    assert (quarter["met"], quarter["counted"], quarter["done"]) == (1, 1, 1)
    told = office.report(cell.secretary, "quarter", "2025-Q1", cell.unit)
    assert told["totals"] == told["totals"] | {"members": 10, "shares": 30, "authored": 1}
    assert [p["title"] for p in told["annexes"]["authored"]] == ["Giữ vững nền tảng"]
    assert len(told["annexes"]["shares"]) == 30
    assert "limits.empty" in told["warnings"]
    award = {"unit_id": cell.unit["id"], "period": "2025-Q1", "title": "Biểu dương", "who": "individual"}
    good(cell.secretary.post("/awards", json=award | {"member_id": cell.members[2]["id"]}), 201)
    assert "01 bài viết" in office.sheet(cell.secretary, "commendation", "2025-Q1", cell.unit)


def test_the_year_of_a_programme_begins_in_march(cell: Cell) -> None:
    """Show 000-10: 01/03/2025 to 28/02/2026 holds four pieces and, at one a month, 120 shares."""
    office = cell.office
    months = [f"2025-{m:02d}" for m in range(3, 13)] + ["2026-01", "2026-02"]
    office.at(2025, 2, 28)
    cell.share_in("2025-02", [1] * 10)
    office.at(2025, 12, 20)
    for month in months[:10]:
        cell.share_in(month, [1] * 10)
    for n, day in enumerate(("2025-03-10", "2025-06-10", "2025-09-10", "2025-12-10")):
        good(cell.assign(n, f"2025-Q{n + 1}"), 201)
        office.accept(cell.secretary, office.piece(cell.callers[n], day, f"Bài {n}"))
    office.at(2026, 3, 1)
    for month in months[10:]:
        cell.share_in(month, [1] * 10)
    totals = office.report(cell.secretary, "year", "2025-03-01..2026-02-28", cell.unit)["totals"]
    assert (totals["shares"], totals["authored"], totals["members"]) == (120, 4, 10)


def test_the_title_of_a_programme_comes_back_as_it_was_written(cell: Cell) -> None:
    """Show 000-03 and 000-04: up to 300 characters and more, quotes and all, equal after NFC."""
    long = f"{TITLE} " + "mô hình mới, cách làm hay " * 9
    sent = unicodedata.normalize("NFD", long.strip())
    made = cell.office.programme(cell.secretary, cell.unit, name=sent)
    assert len(long.strip()) >= 300
    path = f"/programmes/{made['id']}"
    assert good(cell.secretary.get(path))["name"] == long.strip()
    assert long.strip() in {
        p["name"] for p in good(cell.secretary.get(f"/programmes?unit={cell.unit['id']}&year=2025"))["items"]
    }
    sheet = cell.office.sheet(cell.secretary, "programmes", "2025", cell.unit)
    assert long.strip() in sheet


def test_the_four_roles_of_the_branch_are_offered(cell: Cell) -> None:
    """Show 000-13."""
    path = f"/members/{cell.members[0]['id']}"
    for role in ("secretary", "deputy", "committee", "member"):
        changed = cell.office.admin.patch(path, json={"party_role": role}, headers={"If-Match": "*"})
        assert good(changed)["party_role"] == role
    wrong = cell.office.admin.patch(path, json={"party_role": "king"}, headers={"If-Match": "*"})
    refused(wrong, 422, "body.invalid")


def test_shares_and_pieces_have_topics_of_their_own(cell: Cell) -> None:
    """Show 000-06 and 000-08: four topics of pieces, two of shares; a share of none of them is filed, and flagged."""
    office = cell.office
    four = ["Nền tảng tư tưởng", "Phản bác", "Đổi mới", "Thành tựu của tỉnh"]
    written = office.target(cell.secretary, cell.programme, what="authored", per="quarter", topics=four)
    shared = office.target(cell.secretary, cell.programme, topics=["Phản bác", "Thành tựu"])
    assert (len(written["topics"]), len(shared["topics"])) == (4, 2)
    office.at(2025, 2, 27)
    without = office.share(cell.callers[0], "2025-02-03")
    assert "topic.none" in [c["code"] for c in without["checks"]]
    within = office.share(cell.callers[1], "2025-02-03", topics=["Phản bác"])
    assert "topic.none" not in [c["code"] for c in within["checks"]]
    office.accept(cell.secretary, without, within)
    (month,) = office.progress(cell.secretary, "2025-02", cell.unit, shared)
    assert (month["met"], month["done"]) == (1, 1)
    topics = office.report(cell.secretary, "month", "2025-02", cell.unit)["topics"]
    assert {t["topic"]: t["claims"] for t in topics if t["topic"] == "Phản bác"} == {"Phản bác": 1}
