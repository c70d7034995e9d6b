"""Story 3: a story, a book, a role model each month in turn; registers of two levels; commendations with their rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.office import NAMES, good, refused
from tests.api.test_imports import send

if TYPE_CHECKING:
    from tests.acceptance.office import Office
    from tests.application import Caller

SLOTS = ["câu chuyện", "cuốn sách", "tấm gương"]


@pytest.fixture
def rota(office: Office) -> tuple[Office, dict[str, Any], Caller, dict[str, Any]]:
    """Give a branch of ten with its rota of three turns a month since February 2023."""
    office.at(2023, 1, 30)
    unit = office.unit("Chi bộ Phú Tân")
    for name in NAMES:
        office.member(unit, name)
    officer = office.officer(unit)
    programme = office.programme(officer, unit, name="Mỗi tháng 1 câu chuyện", **{"from": "2023-02-01"})
    target = office.target(officer, programme, who="assigned", what="presentation", slots=SLOTS)
    return office, unit, officer, target


def test_three_turns_a_month_are_33_in_2023_and_go_round_fairly(
    rota: tuple[Office, dict[str, Any], Caller, dict[str, Any]],
) -> None:
    """Show 003-30, 003-31 and 003-32: after ten months each of ten members had three turns."""
    _, _, officer, target = rota
    turns: Counter[int] = Counter()
    for month in range(2, 13):
        for slot in SLOTS:
            path = f"/assignments/suggest?target={target['id']}&period=2023-{month:02d}"
            first = good(officer.get(path))["items"][0]
            body = {"target_id": target["id"], "member_id": first["member_id"], "period": f"2023-{month:02d}"}
            good(officer.post("/assignments", json=body | {"slot": slot}), 201)
            turns[first["member_id"]] += 1
        if month == 11:
            assert sorted(turns.values()) == [3] * 10
    told: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = good(officer.get(f"/assignments?target={target['id']}&period=2023&limit=20{cursor}"))
        told += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(told) == 33
    assert {(a["period"], a["slot"]) for a in told} == {(f"2023-{m:02d}", s) for m in range(2, 13) for s in SLOTS}


def test_a_turn_needs_the_lesson_that_was_drawn(
    rota: tuple[Office, dict[str, Any], Caller, dict[str, Any]],
) -> None:
    """Show 003-33."""
    office, unit, officer, _ = rota
    caller = office.person(office.member(unit, "Phan Văn Tốt"))
    office.at(2023, 3, 20)
    told = {"kind": "presentation", "title": "Tấm gương sáng", "slot": "tấm gương", "happened_on": "2023-03-06"}
    for lesson in ({}, {"lesson": ""}, {"lesson": "  "}):
        refused(caller.post("/claims", json=told | lesson), 422, "claim.lesson_missing")
    claim = good(caller.post("/claims", json=told | {"lesson": "Nói đi đôi với làm"}), 201)
    office.accept(officer, claim)
    assert office.report(officer, "month", "2023-03", unit)["totals"]["presentations"] == 1


def test_two_levels_register_95_with_18_new_and_255_with_98_new(office: Office) -> None:
    """Show 003-36, 003-37 and 003-39, registered one by one over the API."""
    above = office.unit("Huyện ủy Phú Tân", kind="đảng bộ huyện")
    below = office.unit("Đảng ủy cơ sở", above, kind="đảng bộ cơ sở")
    officer = office.officer(above)
    for unit, count, new in ((above, 95, 18), (below, 255, 98)):
        for n in range(count):
            body: dict[str, Any] = {"name": f"Mô hình {n}", "unit_id": unit["id"], "is_new": n < new}
            since = {"from": "2022-02-01"} if n < new else {}  # from 2021 and earlier: nobody knows since when
            good(officer.post("/programmes", json=body | since), 201)
    told = good(officer.get(f"/programmes?unit={above['id']}&year=2022&limit=1"))["totals"]
    assert told["by_kind"] == [
        {"kind": "đảng bộ cơ sở", "count": 255, "new": 98},
        {"kind": "đảng bộ huyện", "count": 95, "new": 18},
    ]
    assert (told["count"], told["new"]) == (350, 116)
    alone = good(officer.get(f"/programmes?unit={below['id']}&year=2022&limit=1"))["totals"]
    assert (alone["count"], alone["new"]) == (255, 98)


def test_20_collectives_and_40_individuals_stand_with_the_rows_that_justify_each(office: Office) -> None:
    """Show 003-35."""
    above = office.unit("Huyện ủy Phú Tân")
    units = [office.unit(f"Chi bộ {n:02d}", above) for n in range(20)]
    members = [[office.member(unit, f"Người {u}.{n}") for n in range(2)] for u, unit in enumerate(units)]
    officer = office.officer(above)
    office.at(2025, 6, 30)
    callers = {m["id"]: officer for pair in members for m in pair}
    for pair in members:
        for member in pair:
            for kind, version in (("processing", 2), ("conduct", 1)):
                given = {"kind": kind, "version": version, "given_on": "2025-06-01"}
                good(officer.post(f"/members/{member['id']}/consents", json=given), 201)
    claims = [office.share(caller, "2025-06-05", member_id=i, witness="Bí thư") for i, caller in callers.items()]
    office.accept(office.officer(above), *claims)
    row = {"period": "2025", "title": "Giấy khen"}
    for unit, pair in zip(units, members, strict=True):
        good(officer.post("/awards", json=row | {"unit_id": unit["id"], "who": "collective"}), 201)
        for member in pair:
            body = row | {"unit_id": unit["id"], "who": "individual", "member_id": member["id"]}
            good(officer.post("/awards", json=body), 201)
    listed = good(officer.get("/awards?period=2025&limit=200"))
    assert listed["totals"] == {"collective": 20, "individual": 40}
    assert Counter((a["who"], len(a["grounds"])) for a in listed["items"]) == {
        ("collective", 2): 20,
        ("individual", 1): 40,
    }
    told = office.report(officer, "commendation", "2025", above)
    assert (len(told["annexes"]["collectives"]), len(told["annexes"]["individuals"])) == (20, 40)
    assert "20 tập thể, 40 cá nhân" in office.sheet(officer, "commendation", "2025", above)


def test_an_outcome_is_kept_with_its_bounding_word(office: Office) -> None:
    """Show 003-34 and 000-12."""
    unit = office.unit("Chi bộ Phú Tân")
    officer = office.officer(unit)
    outcome = {"amount": 2_100_000_000, "qualifier": ">", "words": "Giá trị làm lợi"}
    made = office.programme(officer, unit, outcome=outcome, measures=["Một", "Hai", "Ba"])
    assert (made["outcome"], made["measures"]) == (outcome, ["Một", "Hai", "Ba"])
    assert "hơn 2,1 tỷ đồng" in office.sheet(officer, "programmes", "2025", unit)


def test_a_tree_five_deep_comes_in_by_one_file(office: Office) -> None:
    """Show 003-38."""
    rows = ["mã,tên tổ chức đảng,loại,mã cấp trên"]
    kinds = ("tỉnh", "huyện", "đảng bộ cơ sở", "chi bộ trực thuộc", "chi bộ")
    rows += [f"T{n},Tổ chức {n},{kind},{f'T{n - 1}' if n else ''}" for n, kind in enumerate(kinds)]
    good(send(office.admin, "units", "\n".join(rows)), 201)
    units = {u["code"]: u for u in good(office.admin.get("/units"))["items"]}
    assert [units[f"T{n}"]["parent_id"] for n in range(1, 5)] == [units[f"T{n}"]["id"] for n in range(4)]
    top = office.officer(units["T0"])
    assert len(good(top.get("/units"))["items"]) == 5
    assert len(good(office.officer(units["T4"]).get("/units"))["items"]) == 1


def test_pieces_of_a_contest_are_found_by_it(office: Office) -> None:
    """Show 003-40."""
    unit = office.unit("Chi bộ Phú Tân")
    caller = office.person(office.member(unit, "Lê Bé"))
    office.at(2025, 2, 20)
    entry = office.piece(caller, "2025-02-03", "Bài dự thi", contest=True)
    office.piece(caller, "2025-02-04", "Bài khác")
    officer = office.officer(unit)
    assert [c["id"] for c in good(officer.get("/claims?contest=true"))["items"]] == [entry["id"]]


def test_half_past_midnight_of_1_february_counts_for_february(office: Office) -> None:
    """Show the midnight of product.md: 17:30 UTC of 31 January is February here."""
    unit = office.unit("Chi bộ Phú Tân")
    caller, officer = office.person(office.member(unit, "Lê Bé")), office.officer(unit)
    target = office.target(officer, office.programme(officer, unit))
    office.at(2025, 2, 3)
    body = {
        "kind": "share",
        "article_url": office.article_url(),
        "channel": "zalo",
        "happened_at": "2025-01-31T17:30:00Z",
    }
    claim = good(caller.post("/claims", json=body), 201)
    assert (claim["happened_on"], claim["period"]) == ("2025-02-01", "2025-02")
    before = body | {"article_url": office.article_url(), "happened_at": "2025-01-31T16:59:59Z"}
    assert good(caller.post("/claims", json=before), 201)["period"] == "2025-01"
    office.accept(officer, claim)
    months = office.progress(officer, "2025-01..2025-02", unit, target)
    assert [(m["period"], m["met"]) for m in months] == [("2025-01", 0), ("2025-02", 1)]
