"""Reports of commendation, meeting and programmes: story 3 (Phú Tân) and story 4 (Chợ Mới) with their numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, update

from tests import make, make_claims
from tests.api.cell import NAMES, Cell, build, made_of
from tracker.domain.types import Role
from tracker.store.tables.organisation import UnitVersion
from tracker.store.tables.programmes import Programme
from tracker.store.tables.registers import Award

if TYPE_CHECKING:
    from tests.application import Api, Caller
    from tracker.domain.types import UnitId
    from tracker.store.db import Tx

pytestmark = pytest.mark.thorough


def _report(caller: Caller, kind: str, period: str, unit: int, wanted: str = "json") -> Any:
    answer = caller.get(f"/reports/{kind}?period={period}&unit={unit}&format={wanted}")
    assert answer.status_code == 200, answer.text
    return answer


def _sheets(body: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def _programmes(tx: Tx, unit: UnitId, count: int, new: int) -> None:
    """Register programmes of a unit in 2022, some new, the others from 2021 and earlier."""
    for number in range(count):
        begun = dt.date(2022, 2, 1) if number < new else (None if number % 2 else dt.date(2020, 1, 1))
        row = {
            "unit_id": unit,
            "name": f"Mô hình {unit}.{number}",
            "from_on": begun,
            "is_new": number < new,
            "created_at": make.NOW,
        }
        tx.execute(insert(Programme), row)


def _of_kind(tx: Tx, unit: UnitId, kind: str) -> None:
    tx.execute(update(UnitVersion).where(UnitVersion.unit_id == unit).values(kind=kind))


def test_programmes_are_counted_by_level_and_never_twice(api: Api) -> None:
    """Show 003-36, 003-37 and 003-39: 95 (18 new) at one level, 255 (98 new) at the next, 350 (116 new) together."""
    with api.db.write() as tx:
        above = make.unit(tx, "HU", "Huyện ủy Phú Tân")
        below = make.unit(tx, "DU", "Đảng ủy cơ sở", above=(above,))
        _of_kind(tx, above, "đảng bộ huyện")
        _of_kind(tx, below, "đảng bộ cơ sở")
        _programmes(tx, above, 95, 18)
        _programmes(tx, below, 255, 98)
        officer = make.account(tx, "tg", Role.OFFICER, unit_id=above)
    caller = api.as_viewer(officer)
    told = _report(caller, "programmes", "2022", above).json()
    assert (told["totals"]["programmes"], told["totals"]["new"]) == (350, 116)
    assert told["totals"]["by_kind"] == [
        {"kind": "đảng bộ cơ sở", "count": 255, "new": 98},
        {"kind": "đảng bộ huyện", "count": 95, "new": 18},
    ]
    assert len(told["annexes"]["programmes"]) == 350
    sheets = _sheets(_report(caller, "programmes", "2022", above, "xlsx").content)
    assert sheets["PL Mô hình"][-1][1] == "Tổng số: 350 mô hình (có 116 mô hình mới)"
    assert [row[1:] for row in sheets["Theo cấp"][-3:]] == [
        ("đảng bộ cơ sở", 255, 98),
        ("đảng bộ huyện", 95, 18),
        ("Cộng", 350, 116),
    ]
    alone = _report(caller, "programmes", "2022", below, "csv").content.decode("utf-8-sig")
    assert "Tổng số: 255 mô hình (có 98 mô hình mới)" in alone
    later = _report(caller, "programmes", "2023", above).json()["totals"]
    assert (later["programmes"], later["new"]) == (350, 0)


def test_a_programme_stands_with_its_documents_measures_and_benefit(api: Api) -> None:
    """Show 000-02 (both documents in the order of their days), 000-12 and 003-34 (`hơn 2,1 tỷ đồng`)."""
    with api.db.write() as tx:
        unit = make.unit(tx, "CB1")
        officer = make.account(tx, "tg", Role.OFFICER, unit_id=unit)
    caller = api.as_viewer(officer)
    ids = [
        made_of(caller.post("/directives", json={"code": code, "issued_on": on}))["id"]
        for code, on in (("1015-CV/BTCHU", "19/02/2025"), ("67-KH/BTCTU", "12/02/2025"))
    ]
    body = {
        "name": "Một câu chuyện",
        "unit_id": unit,
        "from": "2025-03-01",
        "is_new": True,
        "directive_ids": ids,
        "measures": ["Một", "Hai", "Ba"],
        "outcome": {"amount": 2_100_000_000, "qualifier": ">", "words": "Tiết kiệm chi phí"},
    }
    made_of(caller.post("/programmes", json=body))
    (line,) = _report(caller, "programmes", "2025", unit).json()["annexes"]["programmes"]
    assert [d["code"] for d in line["directives"]] == ["67-KH/BTCTU", "1015-CV/BTCHU"]
    assert (line["measures"], line["new"], line["outcome"]["amount"]) == (["Một", "Hai", "Ba"], True, 2_100_000_000)
    sheet = _sheets(_report(caller, "programmes", "2025", unit, "xlsx").content)["PL Mô hình"]
    cited = "67-KH/BTCTU ngày 12/02/2025; 1015-CV/BTCHU ngày 19/02/2025"
    assert f"Căn cứ: {cited}" in {row[0] for row in sheet}
    (row,) = [r for r in sheet if r[1] == "Một câu chuyện"]
    assert row[2:8] == ("Chi bộ CB1", "2025", "Mới", "hơn 2,1 tỷ đồng", "Tiết kiệm chi phí", cited)


@pytest.fixture
def proposed(api: Api) -> tuple[Caller, UnitId]:
    """Give a committee of 20 branches with two members each, who shared once in May and once in June; all proposed."""
    with api.db.write() as tx:
        committee = make.unit(tx, "HU", "Huyện ủy")
        officer = make.account(tx, "tg", Role.OFFICER, unit_id=committee)
        awards: list[dict[str, Any]] = []
        row = {"period": "2023", "title": "Giấy khen", "state": "proposed", "created_at": make.NOW, "version": 1}
        for number in range(20):
            branch = make.unit(tx, f"CB{number:02d}", above=(committee,))
            awards.append(row | {"unit_id": branch, "who": "collective", "member_id": None})
            for place in range(2):
                member = make.member(tx, branch, f"{number:02d}{place}")
                for month in (5, 6):
                    make_claims.claim(tx, member, branch, dt.date(2023, month, 1 + place))
                awards.append(row | {"unit_id": branch, "who": "individual", "member_id": member})
        given = row | {"unit_id": committee, "who": "collective", "member_id": None, "state": "awarded"}
        tx.execute(insert(Award), [*awards, given])
    return api.as_viewer(officer), committee


def test_20_collectives_and_40_individuals_are_proposed_with_the_rows_behind_each(
    proposed: tuple[Caller, UnitId],
) -> None:
    """Show 003-35."""
    caller, unit = proposed
    told = _report(caller, "commendation", "2023", unit).json()
    assert (told["totals"]["collective"], told["totals"]["individual"]) == (20, 40)
    assert (told["totals"]["members"], told["totals"]["shares"]) == (40, 80)
    annexes = told["annexes"]
    assert (len(annexes["collectives"]), len(annexes["individuals"])) == (20, 40)
    assert {len(a["rows"]) for a in annexes["collectives"]} == {4}
    assert {len(a["rows"]) for a in annexes["individuals"]} == {2}
    assert [r["claim_id"] for r in annexes["individuals"][0]["rows"]] == [
        f"{annexes['individuals'][0]['member_id']}-{n}" for n in (1, 2)
    ]
    listed = caller.get("/awards?period=2023&state=proposed&limit=200").json()
    assert listed["totals"] == {"collective": 20, "individual": 40}
    grounds = {a["id"]: [g["claim_id"] for g in a["grounds"]] for a in listed["items"]}
    printed = annexes["collectives"] + annexes["individuals"]
    assert {a["award_id"]: [r["claim_id"] for r in a["rows"]] for a in printed} == grounds
    sheets = _sheets(_report(caller, "commendation", "2023", unit, "xlsx").content)
    assert sheets["PL Khen thưởng"][-1][1] == "20 tập thể, 40 cá nhân"
    assert len([row for row in sheets["PL Khen thưởng"] if isinstance(row[0], int)]) == 60
    assert len([row for row in sheets["PL Thành tích"] if isinstance(row[0], int)]) == 160
    first = next(row for row in sheets["PL Khen thưởng"] if row[0] == 21)
    assert first[1:] == ("Nguyễn Văn An", "Chi bộ CB00", "02 bài chia sẻ", "Giấy khen")


def test_the_commendation_of_a_closed_period_rests_on_what_was_closed(
    api: Api, proposed: tuple[Caller, UnitId]
) -> None:
    caller, unit = proposed
    assert caller.post("/periods/2023/close", json={"unit": unit}).status_code in {200, 201}
    before = _report(caller, "commendation", "2023", unit, "csv").content
    told = _report(caller, "commendation", "2023", unit).json()["annexes"]["individuals"][0]
    with api.db.write() as tx:
        make_claims.claim(tx, told["member_id"], told["unit_id"], dt.date(2023, 7, 1))
    assert _report(caller, "commendation", "2023", unit, "csv").content == before
    assert len(caller.get(f"/awards/{told['award_id']}").json()["grounds"]) == 3


def test_what_an_award_rests_on_is_named_by_its_article_and_its_address(
    api: Api, proposed: tuple[Caller, UnitId]
) -> None:
    """A share has no title of its own: its article's is printed, and the address of one that is not collected."""
    caller, unit = proposed
    told = _report(caller, "commendation", "2023", unit).json()["annexes"]["individuals"][0]
    with api.db.write() as tx:
        article = make.article(tx, title="Tuyến đường hoa")
        make_claims.claim(tx, told["member_id"], told["unit_id"], dt.date(2023, 7, 1), title="", article_id=article)
        other = "https://bao.example.vn/bai-2.html"
        make_claims.claim(tx, told["member_id"], told["unit_id"], dt.date(2023, 7, 2), title="", article_url=other)
    sheets = _sheets(_report(caller, "commendation", "2023", unit, "xlsx").content)
    named = {row[3:6:2] for row in sheets["PL Thành tích"] if row[1] == told["full_name"]}
    assert {("Tuyến đường hoa", ""), ("", other)} <= named


def test_a_meeting_gets_a_sheet_of_what_was_done_who_is_due_and_who_is_next(api: Api) -> None:
    """Show story 4: shared and written, who is due, next month's assignments; 001-18."""
    cell: Cell = build(api)
    cell.share("2026-09", [1] * 8 + [0, 0])
    with api.db.write() as tx:
        make_claims.claim(tx, cell.members[0], cell.unit, dt.date(2026, 9, 15), kind="authored")
    assert cell.assign(0, "2026-Q3").status_code == 201
    assert cell.assign(4, "2026-Q4", due_on="2026-11-30").status_code == 201
    body = {"unit_id": cell.unit, "held_on": "2026-10-02", "periods": ["2026-09", "2026-Q3"], "title": "Học Bác"}
    made_of(cell.secretary.post("/meetings", json=body | {"speaker_id": cell.members[1]}))
    annexes = _report(cell.secretary, "meeting", "2026-09", cell.unit).json()["annexes"]
    assert (len(annexes["shares"]), len(annexes["authored"])) == (8, 1)
    assert [d["full_name"] for d in annexes["due"]] == list(NAMES[8:])
    assert [(t["full_name"], t["period"], t["due_on"]) for t in annexes["next"]] == [
        (NAMES[4], "2026-Q4", "2026-11-30")
    ]
    assert [(m["title"], m["speaker"]) for m in annexes["meetings"]] == [("Học Bác", NAMES[1])]
    text = _report(cell.secretary, "meeting", "2026-09", cell.unit, "csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["PHIẾU PHỤC VỤ SINH HOẠT CHI BỘ: Tháng 9/2026"]
    parts = [row[0] for row in rows[5:] if row]
    assert [parts.count(p) for p in ("Đã chia sẻ", "Đã viết", "Chưa hoàn thành", "Phân công kỳ tới")] == [8, 1, 2, 1]
    assert ["Chưa hoàn thành", NAMES[8], "Bài chia sẻ", "Tháng 9/2026", "00/01"] in rows
    assert ["Buổi sinh hoạt", NAMES[1], "Học Bác", "02/10/2026", "Tháng 9/2026, Quý III/2026"] in rows


def _parts(cell: Cell, period: str) -> list[list[str]]:
    text = _report(cell.secretary, "meeting", period, cell.unit, "csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_share_that_no_article_names_stands_on_the_sheet_with_its_link(api: Api) -> None:
    cell = build(api)
    post, page = "https://www.facebook.com/chibo/posts/12345", "https://xabensong.gov.vn/tin/hoi-thi-1.html"
    with api.db.write() as tx:
        for member, url, article_url in ((0, post, None), (1, None, page), (2, post, page)):
            claimed: dict[str, Any] = {"title": "", "url": url, "article_url": article_url}
            make_claims.claim(tx, cell.members[member], cell.unit, dt.date(2026, 9, 3), **claimed)
    shared = [row[1:3] for row in _parts(cell, "2026-09") if row and row[0] == "Đã chia sẻ"]
    assert shared == [[NAMES[0], post], [NAMES[1], page], [NAMES[2], page]]


def test_the_sheet_names_the_turns_of_the_coming_month_and_quarter_and_none_that_runs(api: Api) -> None:
    cell = build(api)
    each = {"programme_id": cell.programme["id"], "who": "assigned", "what": "presentation", "per": "month"}
    told = made_of(cell.secretary.post("/targets", json=each | {"minimum": 1}))
    for member, period in ((0, "2026-Q4"), (1, "2027-Q1"), (2, "2027-Q2")):
        assert cell.assign(member, period).status_code == 201
    for member, period in ((3, "2026-11"), (4, "2026-12"), (5, "2027-01")):
        assert cell.assign(member, period, target_id=told["id"]).status_code == 201

    def following(period: str) -> list[tuple[str, str]]:
        annexes = _report(cell.secretary, "meeting", period, cell.unit).json()["annexes"]
        return [(turn["full_name"], turn["period"]) for turn in annexes["next"]]

    assert following("2026-11") == [(NAMES[4], "2026-12"), (NAMES[1], "2027-Q1")]
    assert following("2026-12") == [(NAMES[1], "2027-Q1"), (NAMES[5], "2027-01")]
    assert following("2026-09") == [(NAMES[0], "2026-Q4")]
    assert following("2026-Q4") == [(NAMES[1], "2027-Q1"), (NAMES[5], "2027-01")]


@pytest.mark.parametrize("kind", ["commendation", "meeting", "programmes"])
def test_a_report_of_a_register_is_read_in_scope_alone(api: Api, kind: str) -> None:
    cell = build(api)
    assert cell.secretary.get(f"/reports/{kind}?period=2026-09&unit={cell.elsewhere}&format=json").status_code == 404
    refused = cell.secretary.get(f"/reports/{kind}?period=2026-09&unit={cell.unit}&format=docx")
    assert (refused.status_code, refused.json()["code"]) == (422, "report.format")
    empty = _report(cell.secretary, kind, "2026-09", cell.unit, "xlsx")
    assert "filename=" in empty.headers["content-disposition"]
