"""Programmes, targets, assignments, and what is reckoned from them, as the contract words them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import good, has, named, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Caller, Cell, Outside

pytestmark = pytest.mark.outside


def _programme(cell: Cell, **more: Any) -> dict[str, Any]:
    body = {"name": "Mỗi ngày một tin tốt", "unit_id": cell.unit["id"], "from": "2025-01-01", "is_new": True}
    made: dict[str, Any] = cell.officer.post("/programmes", body | more)
    return made


def _target(cell: Cell, programme: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {
        "programme_id": programme["id"],
        "who": "each_member",
        "what": "share",
        "minimum": 1,
        "aim": 2,
        "per": "month",
    }
    made: dict[str, Any] = cell.officer.post("/targets", body | more)
    return made


def _accepted(outside: Outside, cell: Cell, caller: Caller, **more: Any) -> dict[str, Any]:
    body = {"kind": "share", "article_id": outside.article()["id"], "channel": "facebook"} | more
    claim = caller.post("/claims", body)
    done: dict[str, Any] = cell.officer.post(f"/claims/{claim['id']}/reviews", {"verdict": "accept"}, status=200)
    return done


def test_a_programme_is_registered_read_changed_and_removed(outside: Outside) -> None:
    cell = outside.cell(0)
    body = {
        "name": "Phụng Hiệp lan toả",
        "unit_id": cell.unit["id"],
        "from": "2025-01-01",
        "until": "2025-12-31",
        "is_new": True,
        "measures": ["Mỗi đảng viên mỗi tháng một bài"],
        "outcome": {"amount": 5000, "qualifier": ">", "words": "bài viết"},
    }
    answer = cell.officer.ask("POST", "/programmes", body)
    made = good(answer, 201)
    has(made, **body, continues_id=None, directive_ids=[])
    path = f"/programmes/{made['id']}"
    read = cell.officer.ask("GET", path)
    assert (good(read, 200), read.headers["etag"]) == (made, answer.headers["etag"])
    has(cell.officer.patch(path, {"is_new": False}), is_new=False, name=body["name"])
    cell.officer.refuse(428, "etag.missing", "DELETE", path)
    good(cell.officer.ask("DELETE", path, headers={"If-Match": "*"}), 204)
    problem(cell.officer.ask("GET", path), 404)


@pytest.mark.parametrize(
    "wrong",
    [{"is_new": None}, {"name": ""}, {"outcome": {"qualifier": "≈"}}, {"from": "x"}, {"unit_id": "x"}, {"nothing": 1}],
    ids=str,
)
def test_a_programme_that_is_none_is_422(outside: Outside, wrong: dict[str, Any]) -> None:
    cell = outside.cell(0)
    body = {"name": "A", "unit_id": cell.unit["id"], "is_new": True} | wrong
    cell.officer.refuse(422, "body.invalid", "POST", "/programmes", body)


def test_totals_count_new_ones_in_the_year_they_begin(outside: Outside) -> None:
    top = outside.cell(0)
    below = outside.cell(0, top.unit)
    _programme(top, **{"from": "2024-02-01"})
    _programme(below, **{"from": "2025-02-01"})
    _programme(below, **{"from": None, "is_new": False})
    _programme(below, **{"from": "2023-01-01", "until": "2023-12-31"})
    totals = top.officer.get(f"/programmes?unit={top.unit['id']}&year=2025")["totals"]
    has(totals, count=3, new=1)
    assert totals["by_kind"] == [{"kind": "chi bộ", "count": 3, "new": 1}]
    has(top.officer.get(f"/programmes?unit={top.unit['id']}&year=2023")["totals"], count=2, new=1)
    has(below.officer.get(f"/programmes?unit={below.unit['id']}&year=2024")["totals"], count=1, new=0)
    assert len(top.officer.pages(f"/programmes?unit={top.unit['id']}&year=2025", limit=1)) == 3
    for year in ("25", "x", "2025-01", "-1"):
        problem(top.officer.ask("GET", f"/programmes?year={year}"), 422)


def test_targets_bind_and_members_see_theirs(outside: Outside) -> None:
    cell, other = outside.cell(), outside.cell()
    programme = _programme(cell)
    target = _target(cell, programme, topics=["Chuyển đổi số"])
    has(target, programme_id=programme["id"], who="each_member", what="share", minimum=1, aim=2, per="month")
    has(target, topics=["Chuyển đổi số"], slots=[])
    assert [t["id"] for t in cell.one.get("/targets")["items"]] == [target["id"]]
    assert other.one.get("/targets")["items"] == []
    problem(other.officer.ask("GET", f"/targets/{target['id']}"), 404)
    problem(other.officer.ask("GET", f"/programmes/{programme['id']}"), 404)
    has(cell.officer.patch(f"/targets/{target['id']}", {"minimum": 2, "topics": []}), minimum=2, topics=[])
    body = {"programme_id": programme["id"], "who": "each_member", "what": "share", "minimum": 1, "per": "month"}
    for wrong in ({"who": "x"}, {"what": "like"}, {"per": "decade"}, {"minimum": 0}, {"minimum": 10**9}, {"aim": "x"}):
        cell.officer.refuse(422, "body.invalid", "POST", "/targets", body | wrong)
    problem(other.officer.ask("POST", "/targets", body), 404)
    problem(cell.one.ask("POST", "/targets", body), 403, "right.missing")


def test_an_assignment_is_given_once_unless_overridden(outside: Outside) -> None:
    cell = outside.cell(3)
    target = _target(cell, _programme(cell), who="assigned", what="authored", aim=None, per="quarter")
    year = outside.today.year
    body = {
        "target_id": target["id"],
        "member_id": cell.members[0]["id"],
        "period": f"{year}-Q1",
        "due_on": f"{year}-03-31",
    }
    answer = cell.officer.ask("POST", "/assignments", body)
    made = good(answer, 201)
    has(made, **body, state="given")
    path = f"/assignments/{made['id']}"
    assert cell.officer.ask("GET", path).headers["etag"] == answer.headers["etag"]
    second = body | {"member_id": cell.members[1]["id"]}
    cell.officer.refuse(409, "assignment.already_given", "POST", "/assignments", second)
    other = cell.officer.post("/assignments", second | {"override": "Đồng chí thứ nhất đi công tác"})
    ids = {made["id"], other["id"]}
    assert {a["id"] for a in cell.officer.pages(f"/assignments?target={target['id']}&period={year}-Q1", limit=1)} == ids
    assert [a["id"] for a in cell.one.get("/assignments")["items"]] == [made["id"]]
    assert [a["id"] for a in cell.callers[1].get("/assignments")["items"]] == [other["id"]]
    assert cell.callers[2].get("/assignments")["items"] == []
    has(cell.officer.patch(path, {"state": "excused", "reason": "Ốm dài ngày"}), state="excused")
    moved = cell.officer.patch(f"/assignments/{other['id']}", {"member_id": cell.members[2]["id"]})
    has(moved, member_id=cell.members[2]["id"])
    assert {moved["id"]} == {a["id"] for a in cell.callers[2].get("/assignments")["items"]}
    good(cell.officer.ask("DELETE", f"/assignments/{moved['id']}", headers={"If-Match": "*"}), 204)
    for wrong in ({"period": "x"}, {"period": f"{year}-Q5"}):
        problem(cell.officer.ask("POST", "/assignments", body | wrong), 422)
    outsider = outside.cell().members[0]["id"]
    answer = cell.officer.ask("POST", "/assignments", body | {"member_id": outsider, "period": f"{year}-Q2"})
    assert answer.status_code in {404, 422}, answer.text


def test_suggestions_are_fair_and_leave_out_the_absent(outside: Outside) -> None:
    cell = outside.cell(3)
    target = _target(cell, _programme(cell), who="assigned", what="authored", aim=None, per="quarter")
    year = outside.today.year
    first, second, third = (m["id"] for m in cell.members)
    cell.officer.post("/assignments", {"target_id": target["id"], "member_id": first, "period": f"{year}-Q1"})
    cell.officer.post("/assignments", {"target_id": target["id"], "member_id": second, "period": f"{year}-Q2"})
    path = f"/assignments/suggest?target={target['id']}&period={year}-Q4"
    items = cell.officer.get(path)["items"]
    for item in items:
        named(item, "member_id", "full_name", "turns", "last_on")
    assert [(i["member_id"], i["turns"]) for i in items] == [(third, 0), (first, 1), (second, 1)]
    away = {"from": f"{year}-10-01", "until": f"{year}-12-31", "reason": "công tác"}
    cell.officer.post(f"/members/{third}/absences", away)
    assert [i["member_id"] for i in cell.officer.get(path)["items"]] == [first, second]
    problem(cell.officer.ask("GET", "/assignments/suggest"), 422)
    problem(cell.one.ask("GET", path), 403, "right.missing")


def test_progress_says_done_wanted_met_and_counted(outside: Outside) -> None:
    cell = outside.cell(3)
    target = _target(cell, _programme(cell))
    for _ in range(2):
        _accepted(outside, cell, cell.callers[0])
    _accepted(outside, cell, cell.callers[1])
    cell.callers[2].post("/claims", {"kind": "share", "article_id": outside.article()["id"], "channel": "zalo"})
    month = str(outside.today)[:7]
    answer = cell.officer.get(f"/progress?period={month}&unit={cell.unit['id']}")
    item = next(i for i in answer["items"] if i["target_id"] == target["id"])
    has(item, what="share", per="month", period=month, counted=3, met=2, aim_met=1, done=3)
    rows = {r["member_id"]: r for r in item["rows"]}
    states = [(rows[m["id"]]["done"], rows[m["id"]]["wanted"], rows[m["id"]]["state"]) for m in cell.members]
    assert states == [(2, 1, "exceeded"), (1, 1, "met"), (0, 1, "below")]
    assert all(r["full_name"] == "Nguyễn Thị Hoa" for r in item["rows"])
    coverage = next(c for c in answer["coverage"] if c["target_id"] == target["id"])
    has(coverage, unit_id=cell.unit["id"], per="month", periods=1, covered=1, missing=[])
    own = cell.one.get(f"/progress?period={month}")["items"]
    assert {r["member_id"] for i in own for r in i["rows"]} == {cell.members[0]["id"]}
    quarter = cell.officer.get(f"/progress?period={outside.today.year}-Q{(outside.today.month + 2) // 3}")["items"]
    assert len([i for i in quarter if i["target_id"] == target["id"]]) == 3
    day = cell.officer.get(f"/progress?period={outside.today}")["items"]
    assert [i["period"] for i in day if i["target_id"] == target["id"]] == [month]
    cell.officer.refuse(422, "period.invalid", "GET", "/progress")


def test_explain_says_why(outside: Outside) -> None:
    cell, other = outside.cell(2), outside.cell()
    target = _target(cell, _programme(cell))
    claim = _accepted(outside, cell, cell.one)
    month = str(outside.today)[:7]
    path = f"/explain?member={cell.members[0]['id']}&period={month}&target={target['id']}"
    answer = cell.officer.get(path)
    named(answer, "result", "rule", "membership", "absences", "claims", "words")
    assert answer["result"] == "met"
    assert [c["id"] for c in answer["claims"]] == [claim["id"]]
    assert [m["unit_id"] for m in answer["membership"]] == [cell.unit["id"]]
    assert answer["absences"] == []
    assert answer["words"]
    assert cell.one.get(path)["result"] == "met"
    problem(cell.callers[1].ask("GET", path), 404)
    problem(other.officer.ask("GET", path), 404)
    problem(cell.officer.ask("GET", f"/explain?period={month}"), 422)


def test_an_absence_of_more_than_half_the_period_excuses(outside: Outside) -> None:
    cell = outside.cell(2)
    target = _target(cell, _programme(cell))
    first = outside.today.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    for member in cell.members:
        body = {"from": str(first), "until": str(last), "reason": "công tác"}
        cell.officer.post(f"/members/{member['id']}/absences", body)
    _accepted(outside, cell, cell.one)
    items = cell.officer.get(f"/progress?period={str(first)[:7]}")["items"]
    item = next(i for i in items if i["target_id"] == target["id"])
    has(item, counted=1, met=1)
    rows = {r["member_id"]: r["state"] for r in item["rows"]}
    assert [rows[m["id"]] for m in cell.members] == ["met", "excused"]


def test_contributions_add_up(outside: Outside) -> None:
    cell = outside.cell(2)
    _target(cell, _programme(cell))
    _accepted(outside, cell, cell.one)
    _accepted(outside, cell, cell.one, channel="zalo")
    _accepted(
        outside, cell, cell.one, kind="presentation", lesson="Bài học", title="Kể chuyện", article_id=None, channel=None
    )
    month = str(outside.today)[:7]
    items = cell.officer.get(f"/contributions?period={month}&unit={cell.unit['id']}")["items"]
    for item in items:
        named(item, "member_id", "full_name", "unit_id", "shares", "authored", "presentations", "due", "met", "figures")
    by_member = {i["member_id"]: i for i in items}
    has(by_member[cell.members[0]["id"]], shares=2, authored=0, presentations=1, due=1, met=1)
    has(by_member[cell.members[1]["id"]], shares=0, authored=0, presentations=0, due=1, met=0)
    assert [i["member_id"] for i in cell.one.get(f"/contributions?period={month}")["items"]] == [cell.members[0]["id"]]


def test_reach_keeps_grades_apart_and_never_adds_reach(outside: Outside) -> None:
    cell = outside.cell(2)
    article = outside.article()
    for caller, reach, liked in ((cell.callers[0], 100, 5), (cell.callers[1], 40, 7)):
        figures = [{"measure": "reach", "value": reach}, {"measure": "engagements", "value": liked}]
        _accepted(outside, cell, caller, article_id=article["id"], figures=figures)
    month = str(outside.today)[:7]
    answer = cell.officer.get(f"/reach?period={month}&unit={cell.unit['id']}&by=article")
    assert [i["id"] for i in answer["items"]] == [article["id"]]
    assert answer["items"][0]["title"] == article["title"]
    for told in (answer["items"][0]["figures"], answer["totals"]):
        declared = {f["measure"]: f for f in told if f["grade"] == "C"}
        has(declared["reach"], value=None, at_least=100, at_most=140)
        has(declared["engagements"], value=12)
        assert all(f["as_of"].endswith("Z") for f in told)
    ids = {by: [i["id"] for i in cell.officer.get(f"/reach?period={month}&by={by}")["items"]] for by in BY}
    assert ids["unit"] == [cell.unit["id"]]
    assert ids["channel"] == ["facebook"]
    assert ids["day"] == [str(outside.today)]
    assert ids["source"] == ["127.0.0.1"] or ids["source"] == [outside.site.base.removeprefix("http://")]
    assert len(ids["claim"]) == 2
    for query in ("by=nothing", "by="):
        answer = cell.officer.ask("GET", f"/reach?period={month}&{query}")
        assert answer.status_code in {200, 422}
    problem(cell.officer.ask("GET", f"/reach?period={month}&by=nothing"), 422)
    problem(cell.one.ask("GET", f"/reach?period={month}&by=article"), 403, "right.missing")
    problem(outside.cell().officer.ask("GET", f"/reach?period={month}&by=article&unit={cell.unit['id']}"), 404)


BY = ("unit", "channel", "day", "source", "claim")
