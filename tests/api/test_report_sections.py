"""What the registers add to the reports of a quarter, a half-year and a year, and that a close freezes it."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, update

from tests import make, make_claims
from tests.api.cell import NAMES, Cell, build, made_of
from tracker.domain.types import Role
from tracker.store.tables.organisation import Member
from tracker.store.tables.periods import FrozenRow

if TYPE_CHECKING:
    from tests.application import Api

pytestmark = pytest.mark.thorough

OTHER = ("commendation", "meeting", "programmes")
PERIODS = {"quarter": "2026-Q2", "half": "2026-H1"}


@pytest.fixture
def cell(api: Api) -> Cell:
    made = build(api)
    made.share("2026-04", [1] * 10)
    return made


@pytest.fixture
def filled(cell: Cell) -> dict[str, dict[str, Any]]:
    """Give the cell a meeting, two activities, two awards, a channel, and a programme that brought something."""
    ask = cell.secretary
    unit = {"unit_id": cell.unit}
    meeting = unit | {"held_on": "2026-06-08", "periods": ["2026-05", "2026-Q2"], "title": "Học Bác"}
    activity = unit | {"name": "Thi tìm hiểu", "period": "2026-05"}
    award = unit | {"period": "2026-Q2", "title": "Giấy khen"}
    decided = {"state": "awarded", "decision": "12-QĐ/HU", "decided_on": "2026-06-30"}
    made = {
        "meeting": made_of(
            ask.post("/meetings", json=meeting | {"speaker_id": cell.members[1], "lesson": "Nêu gương"})
        ),
        "activity": made_of(ask.post("/activities", json=activity | {"count": 2_261, "participants": 38_773})),
        "contest": made_of(ask.post("/activities", json=activity | {"period": "2026-06", "count": 1})),
        "award": made_of(ask.post("/awards", json=award | {"who": "individual", "member_id": cell.members[0]})),
        "given": made_of(ask.post("/awards", json=award | {"who": "collective"} | decided)),
        "channel": made_of(
            ask.post("/channels", json=unit | {"name": "Trang A", "platform": "facebook", "kind": "page"})
        ),
    }
    channel = f"/channels/{made['channel']['id']}"
    assert ask.post(f"{channel}/months", json={"month": "2026-05", "posts": 300, "reach": 9_000}).status_code == 201
    assert ask.post(f"{channel}/posts", json={"happened_on": "2026-05-03", "title": "Bài lẻ"}).status_code == 201
    with cell.api.db.write() as tx:
        make_claims.claim(tx, cell.members[3], cell.unit, dt.date(2026, 5, 9), kind="presentation", title="Câu chuyện")
    _patch(cell, f"/programmes/{cell.programme['id']}", {"outcome": {"amount": 2_100_000_000, "qualifier": ">"}})
    return made


def _patch(cell: Cell, path: str, body: dict[str, Any]) -> None:
    tag = cell.secretary.get(path).headers["etag"]
    answer = cell.secretary.patch(path, json=body, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


def _report(cell: Cell, kind: str, wanted: str = "json", period: str | None = None) -> Any:
    of_period = period or PERIODS.get(kind, "2026-Q2")
    answer = cell.secretary.get(f"/reports/{kind}?period={of_period}&unit={cell.unit}&format={wanted}")
    assert answer.status_code == 200, answer.text
    return answer


def _sheets(body: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("kind", ["quarter", "half"])
def test_a_report_prints_what_stands_in_the_registers(cell: Cell, filled: dict[str, Any], kind: str) -> None:
    told = _report(cell, kind).json()
    registers, annexes = told["registers"], told["annexes"]
    assert (registers["meetings"], registers["programmes"], registers["new"]) == (1, 1, 0)
    assert registers["activities"] == [{"name": "Thi tìm hiểu", "count": 2_262, "participants": 38_773}]
    assert registers["proposed"] == {"collective": 0, "individual": 1}
    assert registers["awarded"] == {"collective": 1, "individual": 0}
    assert (registers["channels"], registers["posts"], registers["month_posts"]) == (1, 1, 300)
    assert annexes["meetings"][0] | {"unit_name": ""} == {
        "meeting_id": filled["meeting"]["id"],
        "unit_id": cell.unit,
        "unit_name": "",
        "held_on": "2026-06-08",
        "periods": ["2026-05", "2026-Q2"],
        "kind": None,
        "title": "Học Bác",
        "speaker": NAMES[1],
        "lesson": "Nêu gương",
    }
    collective, individual = annexes["awards"]
    assert (collective["decision"], collective["decided_on"]) == ("12-QĐ/HU", "2026-06-30")
    assert collective["done"] == {"share": 10, "authored": 0, "presentation": 1, "programmes": 1}
    assert (individual["full_name"], individual["done"]["share"]) == (NAMES[0], 1)
    assert annexes["presentations"][0]["title"] == "Câu chuyện"
    assert told["totals"]["presentations"] == len(annexes["presentations"])


def test_the_sheets_say_the_same_with_what_the_programme_brought(cell: Cell, filled: dict[str, Any]) -> None:
    sheets = _sheets(_report(cell, "quarter", "xlsx").content)
    summary = {row[0]: row[1] for row in sheets["Tổng hợp"] if row[0]}
    assert summary["Kết quả của mô hình “Mỗi đảng viên một bài chia sẻ”"] == "hơn 2,1 tỷ đồng"
    assert (summary["Thi tìm hiểu: số lần, số đợt"], summary["Thi tìm hiểu: số lượt người tham gia"]) == (2_262, 38_773)
    assert summary["Mô hình đang thực hiện"] == "01 mô hình (có 0 mô hình mới)"
    assert (summary["Đề nghị khen thưởng"], summary["Đã khen thưởng"]) == (
        "0 tập thể, 01 cá nhân",
        "01 tập thể, 0 cá nhân",
    )
    assert summary["Số tin, bài trên các trang, nhóm (theo tổng tháng)"] == 300
    assert summary["Số tin, bài trên các trang, nhóm (từng bài)"] == 1
    (held,) = [row for row in sheets["PL Sinh hoạt"] if row[0] == 1]
    assert held[1:7] == (
        "08/06/2026",
        "Chi bộ Phụng Hiệp",
        "Học Bác",
        "Tháng 5/2026, Quý II/2026",
        NAMES[1],
        "Nêu gương",
    )
    given = {row[0]: row for row in sheets["PL6 Khen thưởng"] if isinstance(row[0], int)}
    assert given[1][6] == "12-QĐ/HU ngày 30/06/2026"
    assert [row[4] for row in sheets["PL Luân phiên"] if row[0] == 1] == ["Câu chuyện"]
    (page,) = [row for row in sheets["Biểu 2 Trang, nhóm"] if row[0] == 1]
    assert (page[1], page[5], page[9]) == ("Trang A", 1, 300)
    assert "9.000" in page[10]


def test_a_cell_without_registers_has_no_empty_tables(cell: Cell) -> None:
    assert "PL Sinh hoạt" not in _sheets(_report(cell, "quarter", "xlsx").content)


def test_whatever_changes_in_registers_after_the_close_no_report_of_the_period_changes(
    cell: Cell, filled: dict[str, Any]
) -> None:
    assert cell.secretary.post("/periods/2026-H1/close", json={"unit": cell.unit}).status_code == 200
    kinds = ("quarter", "half", *OTHER)
    before = {(k, w): _report(cell, k, w).content for k in kinds for w in ("json", "csv", "xlsx")}
    for path, body in (
        (f"/meetings/{filled['meeting']['id']}", {"lesson": "Khác", "held_on": "2026-06-09"}),
        (f"/activities/{filled['activity']['id']}", {"count": 1}),
        (f"/awards/{filled['award']['id']}", {"title": "Bằng khen"}),
        (f"/programmes/{cell.programme['id']}", {"name": "Tên khác", "outcome": None, "measures": []}),
        (f"/targets/{cell.shares['id']}", {"minimum": 2}),
        (f"/channels/{filled['channel']['id']}", {"name": "Trang B"}),
    ):
        _patch(cell, path, body)
    channel = f"/channels/{filled['channel']['id']}"
    assert cell.secretary.post(f"{channel}/months", json={"month": "2026-05", "posts": 1}).status_code in {200, 201}
    made_of(
        cell.secretary.post("/meetings", json={"unit_id": cell.unit, "held_on": "2026-06-10", "periods": ["2026-06"]})
    )
    cell.api.clock.now += dt.timedelta(hours=1)
    assert {key: _report(cell, *key).content for key in before} == before
    assert _report(cell, "quarter", period="2026-Q2").json()["annexes"]["meetings"][0]["lesson"] == "Nêu gương"


def test_an_erased_speaker_has_no_name_in_a_closed_report(cell: Cell, filled: dict[str, Any]) -> None:
    assert cell.secretary.post("/periods/2026-Q2/close", json={"unit": cell.unit}).status_code == 200
    with cell.api.db.write() as tx:
        tx.execute(update(Member).where(Member.member_id == cell.members[1]).values(erased_at=make.NOW))
    assert _report(cell, "quarter").json()["annexes"]["meetings"][0]["speaker"] == ""


def test_a_close_of_before_registers_were_frozen_prints_them_as_they_are(cell: Cell, filled: dict[str, Any]) -> None:
    assert cell.secretary.post("/periods/2026-Q2/close", json={"unit": cell.unit}).status_code == 200
    with cell.api.db.write() as tx:
        tx.execute(delete(FrozenRow).where(FrozenRow.kind == "registers"))
    _patch(cell, f"/meetings/{filled['meeting']['id']}", {"lesson": "Khác"})
    assert _report(cell, "quarter").json()["annexes"]["meetings"][0]["lesson"] == "Khác"


def test_the_closed_report_of_a_branch_holds_its_own_rows_of_the_committees_close(api: Api, cell: Cell) -> None:
    with api.db.write() as tx:
        committee = make.unit(tx, "DU", "Đảng ủy")
        first, second = (make.unit(tx, f"CBX{n}", f"Chi bộ {n}", above=(committee,)) for n in (1, 2))
        officer = make.account(tx, "du", Role.OFFICER, unit_id=committee)
    ask = api.as_viewer(officer)
    for unit, title in ((first, "Một"), (second, "Hai"), (committee, "Chung")):
        made_of(
            ask.post(
                "/meetings", json={"unit_id": unit, "held_on": "2026-05-05", "periods": ["2026-05"], "title": title}
            )
        )
    assert ask.post("/periods/2026-Q2/close", json={"unit": committee}).status_code == 200

    def titles(unit: int) -> list[str]:
        told = ask.get(f"/reports/month?period=2026-05&unit={unit}&format=json").json()
        assert told["closed"]
        return [meeting["title"] for meeting in told["annexes"]["meetings"]]

    assert (titles(first), titles(second), titles(committee)) == (["Một"], ["Hai"], ["Một", "Hai", "Chung"])


def test_a_page_counter_is_printed_with_the_time_at_which_it_was_read(cell: Cell) -> None:
    with cell.api.db.write() as tx:
        piece = make_claims.claim(tx, cell.members[2], cell.unit, dt.date(2026, 6, 10), kind="authored")
        make_claims.reading(tx, piece, "page_views", 99, grade="A")
        make_claims.reading(tx, piece, "engagements", 12, number=2)
    sheets = _sheets(_report(cell, "quarter", "xlsx").content)
    (row,) = [row for row in sheets["PL1 Bài viết"] if row[0] == 1]
    assert row[7] == "99 (đo được, đọc lúc 10:00 22/11/2026)"
    assert row[8] == "12 (số khai báo, khai lúc 10:00 22/11/2026)"
    summary = {row[0]: row[1] for row in sheets["Tổng hợp"] if row[0]}
    assert summary["Lượt xem (đo được, đọc lúc 10:00 22/11/2026, lần cuối)"] == "99"
