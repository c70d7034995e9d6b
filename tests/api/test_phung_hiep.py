"""The cell of Phụng Hiệp (product.md, story 1): ten members, a piece a quarter, one or two shares a month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from tests.api.cell import NAMES, Cell, build, fill_second_quarter, made_of
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.application import Api


@pytest.fixture
def cell(api: Api) -> Cell:
    return build(api)


def test_seven_with_one_two_with_two_and_one_with_none_make_eleven_shares_and_nine_of_ten(cell: Cell) -> None:
    cell.share("2026-02", [1] * 7 + [2] * 2 + [0])
    (month,) = cell.progress("2026-02", cell.shares)
    assert (month["done"], month["met"], month["counted"], month["aim_met"]) == (11, 9, 10, 2)
    assert [row["state"] for row in month["rows"]] == ["met"] * 7 + ["exceeded"] * 2 + ["below"]
    assert [row["full_name"] for row in month["rows"]] == list(NAMES)
    assert all(row["wanted"] == 1 for row in month["rows"])


def test_a_transfer_in_may_leaves_february_alone(cell: Cell) -> None:
    cell.share("2026-02", [1] * 10)
    cell.share("2026-05", [1] * 10)
    with cell.api.db.write() as tx:
        make_claims.transfer(tx, cell.members[0], cell.elsewhere, dt.date(2026, 5, 20))
    (february,) = cell.progress("2026-02", cell.shares)
    (may,) = cell.progress("2026-05", cell.shares)
    assert (february["met"], february["counted"], february["done"]) == (10, 10, 10)
    assert (may["met"], may["counted"], may["done"]) == (9, 9, 10)  # the tenth share was made in this cell
    assert cell.members[0] not in [row["member_id"] for row in may["rows"]]


def test_shares_made_before_a_transfer_meet_the_obligation_in_the_new_unit(cell: Cell) -> None:
    cell.share("2026-05", [1])
    with cell.api.db.write() as tx:
        make_claims.transfer(tx, cell.members[0], cell.elsewhere, dt.date(2026, 5, 20))
        admin = make.account(tx, "admin", Role.ADMIN)
    caller = cell.api.as_viewer(admin)
    programme = made_of(caller.post("/programmes", json={"name": "Khác", "unit_id": cell.elsewhere, "is_new": False}))
    each = {"programme_id": programme["id"], "who": "each_member", "what": "share", "per": "month", "minimum": 1}
    target = made_of(caller.post("/targets", json=each))
    items = caller.get(f"/progress?period=2026-05&unit={cell.elsewhere}").json()["items"]
    (may,) = [item for item in items if item["target_id"] == target["id"]]
    assert (may["met"], may["counted"], may["done"]) == (1, 1, 0)


def test_four_assignments_a_year_and_a_second_choice_in_one_quarter_asks(cell: Cell) -> None:
    for n in range(1, 5):
        given = cell.assign(n, f"2026-Q{n}")
        assert (given.status_code, given.json()["state"]) == (201, "given"), given.text
    listed = cell.secretary.get(f"/assignments?target={cell.piece['id']}&period=2026").json()["items"]
    assert sorted(a["period"] for a in listed) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    second = cell.assign(7, "2026-Q2")
    assert (second.status_code, second.json()["code"]) == (409, "assignment.already_given")
    assert second.json()["member_id"] == cell.members[2]
    insisted = cell.assign(7, "2026-Q2", override="Hai đồng chí cùng viết")
    assert (insisted.status_code, insisted.json()["override"]) == (201, "Hai đồng chí cùng viết")
    assert len(cell.secretary.get(f"/assignments?target={cell.piece['id']}&period=2026-Q2").json()["items"]) == 2


def test_the_next_turn_goes_to_who_had_theirs_longest_ago_and_never_to_the_absent(cell: Cell) -> None:
    for n in range(1, 4):
        cell.assign(n, f"2026-Q{n}")
    with cell.api.db.write() as tx:
        make_claims.absence(tx, cell.members[0], dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    answer = cell.secretary.get(f"/assignments/suggest?target={cell.piece['id']}&period=2026-Q4")
    items = answer.json()["items"]
    assert [i["member_id"] for i in items] == [*cell.members[4:], *cell.members[1:4]]
    assert items[-1] == {
        "member_id": cell.members[3],
        "full_name": NAMES[3],
        "unit_id": cell.unit,
        "turns": 1,
        "last_on": "2026-09-30",
    }
    assert (items[0]["turns"], items[0]["last_on"]) == (0, None)
    path = f"/assignments/suggest?target={cell.piece['id']}&period=2026-Q4&limit=5"
    first = cell.secretary.get(path).json()
    second = cell.secretary.get(f"{path}&cursor={first['next']}").json()
    assert (first["items"] + second["items"], second["next"]) == (items, None)


def test_a_turn_is_given_on_excused_and_taken_back_under_the_same_id(cell: Cell) -> None:
    made = made_of(cell.assign(1, "2026-Q4"))
    path = f"/assignments/{made['id']}"
    swapped = cell.secretary.patch(path, json={"member_id": cell.members[5]}, headers={"If-Match": '"1"'})
    assert (swapped.status_code, swapped.json()["member_id"]) == (200, cell.members[5]), swapped.text
    assert swapped.json()["id"] == made["id"]
    again = cell.secretary.get(path)
    assert (again.json()["full_name"], again.headers["etag"]) == (NAMES[5], '"2"')
    assert cell.secretary.patch(path, json={"state": "done"}, headers={"If-Match": '"1"'}).status_code == 412
    excused = cell.secretary.patch(path, json={"state": "excused", "reason": "công tác"}, headers={"If-Match": '"2"'})
    assert (excused.json()["state"], excused.json()["reason"]) == ("excused", "công tác")
    assert cell.assign(6, "2026-Q4").status_code == 201  # who is excused makes room
    assert cell.secretary.delete(path, headers={"If-Match": '"3"'}).status_code == 204
    assert cell.secretary.get(path).status_code == 404
    assert made_of(cell.assign(5, "2026-Q3"))["id"] != made["id"]


def test_the_second_quarter_makes_47_shares_and_ten_nine_ten_of_ten(cell: Cell) -> None:
    fill_second_quarter(cell)
    months = cell.progress("2026-Q2", cell.shares)
    assert [(m["period"], m["done"], m["met"], m["counted"]) for m in months] == [
        ("2026-04", 16, 10, 10),
        ("2026-05", 14, 9, 10),
        ("2026-06", 17, 10, 10),
    ]
    (quarter,) = cell.progress("2026-Q2", cell.piece)
    assert (quarter["done"], quarter["met"], quarter["counted"]) == (1, 1, 1)
    totals = cell.secretary.get(f"/contributions?period=2026-Q2&unit={cell.unit}").json()
    assert totals["totals"] == {"members": 10, "shares": 47, "authored": 1, "presentations": 0}
    assert sum(item["shares"] for item in totals["items"]) == 47
    writer = next(item for item in totals["items"] if item["member_id"] == cell.members[2])
    assert (writer["authored"], writer["due"], writer["met"]) == (1, 4, 4)


def test_a_member_sees_their_own_rows_alone(cell: Cell) -> None:
    fill_second_quarter(cell)
    with cell.api.db.write() as tx:
        mine = make.account(tx, "me", Role.MEMBER, member_id=cell.members[2])
        theirs = make.account(tx, "other", Role.MEMBER, member_id=cell.members[3])
    me, other = cell.api.as_viewer(mine), cell.api.as_viewer(theirs)
    items = me.get("/progress?period=2026-Q2").json()["items"]
    assert {row["member_id"] for item in items for row in item["rows"]} == {cell.members[2]}
    assert [i["member_id"] for i in me.get("/contributions?period=2026-Q2").json()["items"]] == [cell.members[2]]
    assert len(me.get("/assignments").json()["items"]) == 1
    assert {t["id"] for t in me.get("/targets").json()["items"]} == {cell.shares["id"], cell.piece["id"]}
    assert {t["id"] for t in other.get("/targets").json()["items"]} == {cell.shares["id"]}
    assert other.get(f"/targets/{cell.piece['id']}").status_code == 404
    assert me.get(f"/progress?period=2026-Q2&unit={cell.elsewhere}").status_code == 404
    assert me.get(f"/reach?period=2026-Q2&unit={cell.unit}&by=claim").status_code == 403
    asked = f"/explain?period=2026-05&target={cell.shares['id']}&member={cell.members[2]}"
    assert me.get(asked).json()["result"] == "exceeded"
    assert other.get(asked).status_code == 404


def test_every_result_is_explained_by_the_rows_behind_it(cell: Cell) -> None:
    fill_second_quarter(cell)
    asked = f"/explain?period=2026-05&target={cell.shares['id']}&member="
    below = cell.secretary.get(asked + str(cell.members[9])).json()
    assert (below["result"], below["claims"], below["done"], below["wanted"]) == ("below", [], 0, 1)
    assert below["membership"][0]["unit_name"] == "Chi bộ Phụng Hiệp"
    exceeded = cell.secretary.get(asked + str(cell.members[0])).json()
    assert (exceeded["result"], len(exceeded["claims"])) == ("exceeded", 2)
    assert "tối thiểu 1" in exceeded["rule"]
    quarter = cell.secretary.get(asked.replace("2026-05", "2026-Q2") + str(cell.members[9])).json()
    assert (quarter["result"], quarter["period"]) == ("below", "2026-05")
