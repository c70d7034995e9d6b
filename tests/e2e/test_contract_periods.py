"""Closing, reopening, restating periods and reporting on them, as the contract words them."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import Cell, has, named, problem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside

CLOSED_FORMATS = ("xlsx", "csv", "json")


@pytest.fixture
def last_month(outside: Outside) -> str:
    return str(outside.today.replace(day=1) - dt.timedelta(days=1))[:7]


def _house(outside: Outside, month: str) -> tuple[Cell, dict[str, Any]]:
    """Make a cell with a target and one accepted share of a month."""
    cell = outside.cell(2)
    programme = cell.officer.post("/programmes", {"name": "Lan toả", "unit_id": cell.unit["id"], "is_new": False})
    target = {"programme_id": programme["id"], "who": "each_member", "what": "share", "minimum": 1, "per": "month"}
    cell.officer.post("/targets", target)
    body = {"kind": "share", "article_id": outside.article()["id"], "channel": "facebook", "happened_on": f"{month}-15"}
    claim = cell.one.post("/claims", body)
    cell.officer.post(f"/claims/{claim['id']}/reviews", {"verdict": "accept"}, status=200)
    return cell, claim


def test_a_running_period_is_not_closed(outside: Outside) -> None:
    cell = outside.cell(0)
    today = outside.today
    week = today.isocalendar()
    for period in (str(today)[:7], str(today.year), str(today), f"{week.year}-W{week.week:02}", "2099-01"):
        cell.officer.refuse(409, "period.running", "POST", f"/periods/{period}/close", {"unit": cell.unit["id"]})
    for period in ("x", "2025-13", "2025-Q9"):
        problem(cell.officer.ask("POST", f"/periods/{period}/close", {"unit": cell.unit["id"]}), 422)
    cell.officer.refuse(422, "body.invalid", "POST", "/periods/2020-01/close", {"unit": cell.unit["id"], "x": 1})
    cell.officer.refuse(422, "body.invalid", "POST", "/periods/2020-01/close", {})
    problem(cell.officer.ask("POST", "/periods/2020-01/close", {"unit": outside.unit()["id"]}), 404)


def test_a_closed_period_lets_no_member_in_and_restates_what_officers_do(outside: Outside, last_month: str) -> None:
    cell, claim = _house(outside, last_month)
    unit = cell.unit["id"]
    before = cell.officer.get(f"/progress?period={last_month}&unit={unit}")["items"]
    closed = cell.officer.ask("POST", f"/periods/{last_month}/close", {"unit": unit})
    assert closed.status_code in {200, 201}, closed.text
    item = next(p for p in cell.officer.get(f"/periods?unit={unit}")["items"] if p["period"] == last_month)
    named(item, "period", "unit_id", "state", "version", "closed_at", "closed_by")
    has(item, unit_id=unit, state="closed", closed_by=cell.officer.account["id"])
    cell.officer.refuse(409, "period.closed", "POST", f"/periods/{last_month}/close", {"unit": unit})

    share = {
        "kind": "share",
        "article_id": outside.article()["id"],
        "channel": "zalo",
        "happened_on": f"{last_month}-16",
    }
    cell.one.refuse(409, "period.closed", "POST", "/claims", share)
    assisted = cell.officer.post("/claims", share | {"member_id": cell.members[1]["id"]})
    other = outside.account("officer", unit_id=unit)
    other.post(f"/claims/{assisted['id']}/reviews", {"verdict": "accept"}, status=200)
    other.post(f"/claims/{claim['id']}/reviews", {"verdict": "reverse", "reason": "Bài đã gỡ"}, status=200)
    assert cell.officer.get(f"/progress?period={last_month}&unit={unit}")["items"] == before

    items = cell.officer.get(f"/periods/{last_month}/restatements?unit={unit}")["items"]
    for row in items:
        assert set(row) >= {"at", "actor", "subject", "before", "after", "reason"}
    assert claim["id"] in json.dumps(items)
    assert assisted["id"] in json.dumps(items)

    for reason in ({}, {"reason": ""}, {"reason": "  "}):
        problem(cell.officer.ask("POST", f"/periods/{last_month}/reopen", {"unit": unit} | reason), 422)
    opened = cell.officer.ask("POST", f"/periods/{last_month}/reopen", {"unit": unit, "reason": "Bổ sung"})
    assert opened.status_code in {200, 201}, opened.text
    problem(cell.officer.ask("POST", f"/periods/{last_month}/reopen", {"unit": unit, "reason": "Lại"}), 409)
    after = cell.officer.get(f"/progress?period={last_month}&unit={unit}")["items"]
    done = {r["member_id"]: r["done"] for i in after for r in i["rows"]}
    assert [done[m["id"]] for m in cell.members] == [0, 1]
    cell.one.post("/claims", share)


def test_a_close_covers_the_units_below_and_the_periods_inside(outside: Outside, last_month: str) -> None:
    top = outside.cell(0)
    below = outside.cell(1, top.unit)
    year = outside.today.year - 1
    answer = top.officer.ask("POST", f"/periods/{year}/close", {"unit": top.unit["id"]})
    assert answer.status_code in {200, 201}
    share = {"kind": "share", "article_id": outside.article()["id"], "channel": "zalo", "happened_on": f"{year}-12-31"}
    below.one.refuse(409, "period.closed", "POST", "/claims", share)
    below.one.post("/claims", share | {"happened_on": f"{last_month}-10"})


def test_the_commands_close_and_reopen(outside: Outside, last_month: str) -> None:
    cell = outside.cell(0)
    code = cell.unit["code"]
    outside.lantoa("period", "close", last_month, "--unit", code).ok()
    assert [p["state"] for p in cell.officer.get(f"/periods?unit={cell.unit['id']}")["items"]] == ["closed"]
    outside.lantoa("period", "close", last_month, "--unit", code).refused("period.closed")
    outside.lantoa("period", "reopen", last_month, "--unit", code, "--reason", "Sửa sai").ok()
    outside.lantoa("period", "reopen", last_month, "--unit", code).misused()
    outside.lantoa("period", "close", str(outside.today)[:7], "--unit", code).refused("period.running")
    outside.lantoa("period", "close", "x", "--unit", code).refused("period.invalid")
    outside.lantoa("period", "close", last_month, "--unit", "khong-co").refused("thing.not_found")


def test_a_report_holds_what_the_contract_names(outside: Outside, last_month: str) -> None:
    cell, claim = _house(outside, last_month)
    report = cell.officer.get(f"/reports/month?period={last_month}&unit={cell.unit['id']}&format=json")
    named(report, "kind", "period", "unit", "closed", "version", "cut_off", "method", "totals", "targets")
    named(report, "figures", "topics", "warnings", "annexes")
    has(report, kind="month", period=last_month, closed=False)
    assert report["unit"]["code"] == cell.unit["code"]
    has(report["totals"], members=2, shares=1, authored=0, presentations=0)
    has(report["targets"][0], what="share", per="month")
    period = report["targets"][0]["periods"][0]
    has(period, period=last_month, met=1, counted=2, done=1)
    named(period, "aim_met")
    named(report["annexes"], "authored", "shares", "wide", "members")
    assert "limits.empty" in report["warnings"]
    assert claim["id"] in json.dumps(report["annexes"]["shares"])


def test_a_report_of_a_closed_period_is_the_same_bytes_by_api_and_command(
    outside: Outside, last_month: str, tmp_path: Path
) -> None:
    cell, claim = _house(outside, last_month)
    unit = cell.unit
    cell.officer.ask("POST", f"/periods/{last_month}/close", {"unit": unit["id"]})
    for wanted in CLOSED_FORMATS:
        path = f"/reports/month?period={last_month}&unit={unit['id']}&format={wanted}"
        first, again = (cell.officer.ask("GET", path) for _ in range(2))
        assert first.status_code == 200, first.text
        file = tmp_path / f"bao-cao.{wanted}"
        outside.lantoa(
            *("report", "month", "--period", last_month, "--unit", unit["code"], "--format", wanted, "-o", str(file))
        ).ok()
        assert first.content == again.content == file.read_bytes(), wanted
        assert "attachment" in first.headers["content-disposition"]
    cell.officer.post(f"/claims/{claim['id']}/reviews", {"verdict": "reverse", "reason": "Bài đã gỡ"}, status=200)
    path = f"/reports/month?period={last_month}&unit={unit['id']}&format=json"
    assert cell.officer.get(path)["totals"]["shares"] == 1
    assert cell.officer.get(path)["closed"] is True


def test_a_workbook_holds_no_formula(outside: Outside, last_month: str) -> None:
    cell, _ = _house(outside, last_month)
    answer = cell.officer.ask("GET", f"/reports/month?period={last_month}&unit={cell.unit['id']}&format=xlsx")
    assert answer.status_code == 200
    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_a_report_that_is_none_is_refused(outside: Outside, last_month: str, tmp_path: Path) -> None:
    cell, other = outside.cell(), outside.cell()
    base = f"unit={cell.unit['id']}"
    problem(cell.officer.ask("GET", f"/reports/nothing?period={last_month}&{base}&format=json"), 404)
    problem(cell.officer.ask("GET", f"/reports/month?period={last_month}&{base}&format=exe"), 422)
    problem(cell.officer.ask("GET", f"/reports/month?{base}&format=json"), 422, "period.invalid")
    problem(cell.officer.ask("GET", f"/reports/month?period=x&{base}&format=json"), 422, "period.invalid")
    problem(other.officer.ask("GET", f"/reports/month?period={last_month}&{base}&format=json"), 404)
    problem(cell.one.ask("GET", f"/reports/month?period={last_month}&{base}&format=json"), 403, "right.missing")
    file = tmp_path / "x.json"
    for arguments in (
        ("nothing", "--period", last_month, "--unit", cell.unit["code"], "--format", "json", "-o", str(file)),
        ("month", "--period", last_month, "--unit", cell.unit["code"], "--format", "exe", "-o", str(file)),
        ("month", "--period", last_month, "--unit", cell.unit["code"], "--format", "json"),
    ):
        outside.lantoa("report", *arguments).misused()
    good_one = ("month", "--period", last_month, "--format", "json", "-o", str(file), "--unit")
    outside.lantoa("report", *good_one, "khong-co").refused("thing.not_found")
    nowhere = ("month", "--period", last_month, "--format", "json", "-o", str(tmp_path / "a" / "b"), "--unit")
    outside.lantoa("report", *nowhere, cell.unit["code"]).refused("file.unreadable")
    assert not file.exists()
