"""The quarter's report, its close and its restatement, on the cell of Phụng Hiệp."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from tests import make, make_claims
from tests.api.cell import NAMES, Cell, build, fill_second_quarter
from tracker.domain.types import Role
from tracker.labels import label
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    from tests.application import Api, Caller

pytestmark = pytest.mark.thorough


@pytest.fixture
def cell(api: Api) -> Cell:
    made = build(api)
    fill_second_quarter(made)
    return made


def _get(caller: Caller, cell: Cell, wanted: str, period: str = "2026-Q2", kind: str = "quarter") -> Any:
    answer = caller.get(f"/reports/{kind}?period={period}&unit={cell.unit}&format={wanted}")
    assert answer.status_code == 200, answer.text
    return answer


def _sheets(body: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_json_holds_what_the_contract_names(cell: Cell) -> None:
    told = _get(cell.secretary, cell, "json").json()
    assert (told["kind"], told["period"], told["closed"], told["version"]) == ("quarter", "2026-Q2", False, None)
    assert told["unit"] == {"id": cell.unit, "code": "CBPH", "name": "Chi bộ Phụng Hiệp"}
    assert (told["cut_off"], told["method"]) == ("2026-11-22T03:00:00Z", "1")
    assert told["totals"] == {"members": 10, "shares": 47, "authored": 1, "presentations": 0, "by_others": 0}
    shares, piece = told["targets"]
    assert [(p["period"], p["met"], p["counted"], p["done"]) for p in shares["periods"]] == [
        ("2026-04", 10, 10, 16),
        ("2026-05", 9, 10, 14),
        ("2026-06", 10, 10, 17),
    ]
    assert (piece["what"], piece["per"], piece["periods"][0]["met"]) == ("authored", "quarter", 1)
    assert told["warnings"] == ["limits.empty"]
    assert len(told["annexes"]["shares"]) == 47
    assert told["annexes"]["authored"][0]["authors"] == [NAMES[2]]
    assert [m["full_name"] for m in told["annexes"]["members"]] == list(NAMES)


def test_the_sheets_hold_the_annexes_with_the_same_numbers(cell: Cell) -> None:
    answer = _get(cell.secretary, cell, "xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert 'filename="bao-cao-CBPH-2026-Q2.xlsx"' in answer.headers["content-disposition"]
    sheets = _sheets(answer.content)
    annexes = ["PL1 Bài viết", "PL2 Bài chia sẻ", "PL3 Đảng viên", "PL4 Lan tỏa", "PL Mô hình"]
    assert list(sheets) == ["Tổng hợp", *annexes]
    summary = {row[0]: row[1] for row in sheets["Tổng hợp"] if row[0]}
    assert (summary["Số đảng viên"], summary["Số bài chia sẻ"]) == (10, 47)
    assert summary[f"{label('claim_kind', 'share', 'vi')}, Tháng 5/2026: số đạt"] == "09/10 (90,0%)"
    members = sheets["PL3 Đảng viên"]
    assert members[0][0] == "Phụ lục 3. KẾT QUẢ THỰC HIỆN CỦA TỪNG ĐẢNG VIÊN"
    headings = members[5]
    assert headings[:8] == (
        *("STT", "Họ và tên", "Chức vụ Đảng", "Số bài chia sẻ T4", "Số bài chia sẻ T5", "Số bài chia sẻ T6"),
        *("Cộng", "Số tháng đạt (≥ 01)"),
    )
    assert sum(row[6] for row in members[6:]) == 47
    assert members[-1][:2] == (10, NAMES[-1])
    assert members[-1][3:8] == (1, 0, 1, 2, 2)
    assert members[-1][9] == label("row_state", "below", "vi")
    assert len(sheets["PL2 Bài chia sẻ"][6:]) == 47


def test_the_csv_carries_the_same_cells_and_no_formula(cell: Cell) -> None:
    with cell.api.db.write() as tx:
        link = '=HYPERLINK("https://evil.example")'
        make_claims.claim(tx, cell.members[0], cell.unit, dt.date(2026, 6, 20), title=link, url="+1")
    body = _get(cell.secretary, cell, "csv").content
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert ["Số bài chia sẻ", "48"] in rows
    assert not [c for row in rows for c in row if c.startswith(("=", "+", "@"))]
    sheets = _sheets(_get(cell.secretary, cell, "xlsx").content)
    printed = {tuple("" if c is None else str(c) for c in row) for rows_ in sheets.values() for row in rows_}
    assert [r for r in rows if r and tuple(c.removeprefix("'") for c in r) not in {p[: len(r)] for p in printed}] == []


def test_the_same_report_gives_the_same_bytes(cell: Cell) -> None:
    for wanted in ("json", "csv", "xlsx"):
        assert _get(cell.secretary, cell, wanted).content == _get(cell.secretary, cell, wanted).content


def test_reports_that_are_not_written_and_periods_that_do_not_fit_are_refused(cell: Cell) -> None:
    def refused(path: str) -> tuple[int, str]:
        answer = cell.secretary.get(f"/reports/{path}&unit={cell.unit}")
        return answer.status_code, answer.json()["code"]

    assert refused("quarter?period=2026-Q2&format=docx") == (422, "report.format")
    assert refused("quarter?period=2026-Q2&format=pdf") == (422, "report.format")
    assert refused("commendation?period=2026-Q2&format=docx") == (422, "report.format")
    assert refused("nonsense?period=2026-Q2&format=json") == (404, "thing.not_found")
    assert refused("quarter?period=2026-04&format=json") == (422, "period.invalid")
    assert refused("quarter?period=soon&format=json") == (422, "period.invalid")
    assert refused("year?period=2026-03-01..2027-02-28&format=xml") == (422, "report.format")


def test_a_closed_quarter_is_printed_to_the_byte_as_it_was(cell: Cell) -> None:
    closed = _close(cell)
    assert (closed["state"], closed["version"], closed["period"]) == ("closed", 1, "2026-Q2")
    before = {wanted: _get(cell.secretary, cell, wanted).content for wanted in ("json", "csv", "xlsx")}
    with cell.api.db.write() as tx:
        make_claims.claim(tx, cell.members[9], cell.unit, dt.date(2026, 5, 7))
        make_claims.transfer(tx, cell.members[0], cell.elsewhere, dt.date(2026, 4, 2))
        tx.execute(update(Member).where(Member.member_id == cell.members[1]).values(full_name="Tên khác"))
        admin = make.account(tx, "admin", Role.ADMIN)
    cell.api.clock.now += dt.timedelta(hours=1)
    assert {w: _get(cell.secretary, cell, w).content for w in before} == before
    assert {w: _get(cell.api.as_viewer(admin), cell, w).content for w in before} == before
    month = _get(cell.secretary, cell, "json", "2026-05", "month").json()
    assert (month["closed"], month["totals"]["shares"], month["totals"]["members"]) == (True, 14, 10)
    (item,) = cell.progress("2026-05", cell.shares)
    assert (item["met"], item["counted"]) == (9, 10)


def test_an_erased_member_leaves_the_numbers_of_a_closed_report(cell: Cell) -> None:
    _close(cell)
    with cell.api.db.write() as tx:
        tx.execute(update(Member).where(Member.member_id == cell.members[1]).values(erased_at=make.NOW))
    told = _get(cell.secretary, cell, "json").json()
    assert told["totals"]["shares"] == 47
    assert NAMES[1] not in _get(cell.secretary, cell, "csv").content.decode()
    assert told["annexes"]["members"][1]["full_name"] == ""


def test_only_a_period_that_is_over_is_closed_once_and_reopened_with_a_reason(cell: Cell) -> None:
    def ask(path: str, **body: Any) -> tuple[int, str | None]:
        answer = cell.secretary.post(f"/periods/{path}", json={"unit": cell.unit} | body)
        return answer.status_code, answer.json().get("code")

    assert ask("2026-Q4/close") == (409, "period.running")
    assert ask("2026-Q2/reopen", reason="sai") == (409, "period.open")
    assert ask("2026-Q2/close") == (200, None)
    assert ask("2026-Q2/close") == (409, "period.closed")
    assert ask("2026-05/close") == (409, "period.closed")  # it lies in the closed quarter
    assert ask("2026-Q2/reopen") == (422, "reason.missing")
    assert ask("2026-Q2/reopen", reason="Bổ sung bài chia sẻ") == (200, None)
    (listed,) = cell.secretary.get(f"/periods?unit={cell.unit}").json()["items"]
    assert (listed["state"], listed["version"]) == ("open", 1)
    assert ask("2026-Q2/close") == (200, None)
    (listed,) = cell.secretary.get(f"/periods?unit={cell.unit}").json()["items"]
    assert (listed["state"], listed["version"]) == ("closed", 2)


def test_a_close_above_binds_the_units_below_and_nobody_else_s(api: Api) -> None:
    with api.db.write() as tx:
        committee = make.unit(tx, "DU", "Đảng ủy")
        branch, other = make.unit(tx, "CB1", above=(committee,)), make.unit(tx, "CB2", above=(committee,))
        member_id, stranger = make.member(tx, branch, "A"), make.member(tx, other, "B")
        make_claims.claim(tx, member_id, branch, dt.date(2026, 5, 5))
        make_claims.claim(tx, stranger, other, dt.date(2026, 5, 5))
        lower = make.account(tx, "o", Role.OFFICER, unit_id=branch)
        upper = make.account(tx, "c", Role.OFFICER, unit_id=committee)
    below, above = api.as_viewer(lower), api.as_viewer(upper)
    assert above.post("/periods/2026-Q2/close", json={"unit": committee}).status_code == 200
    assert below.post("/periods/2026-Q2/reopen", json={"unit": committee, "reason": "x"}).status_code == 404
    with api.db.write() as tx:
        make_claims.claim(tx, member_id, branch, dt.date(2026, 5, 6))
    told = below.get(f"/reports/month?period=2026-05&unit={branch}&format=json").json()
    assert (told["closed"], told["totals"]["shares"], told["totals"]["members"]) == (True, 1, 1)
    whole = above.get(f"/reports/quarter?period=2026-Q2&unit={committee}&format=json").json()
    assert (whole["totals"]["shares"], whole["totals"]["members"]) == (2, 2)


def test_an_officer_s_act_after_the_close_stands_only_in_the_restatement(cell: Cell) -> None:
    _close(cell)
    assert cell.assign(4, "2026-Q2", override="Bổ sung").status_code == 201
    (item,) = cell.secretary.get(f"/periods/2026-Q2/restatements?unit={cell.unit}").json()["items"]
    assert (item["reason"], item["after"]["member_id"]) == ("Bổ sung", cell.members[4])
    assert item["subject"].startswith("assignment:")
    (quarter,) = cell.progress("2026-Q2", cell.piece)
    assert (quarter["met"], quarter["counted"]) == (1, 1)
    elsewhere = cell.secretary.get(f"/periods/2026-Q2/restatements?unit={cell.elsewhere}")
    assert elsewhere.status_code == 404


def _close(cell: Cell) -> dict[str, Any]:
    answer = cell.secretary.post("/periods/2026-Q2/close", json={"unit": cell.unit})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
