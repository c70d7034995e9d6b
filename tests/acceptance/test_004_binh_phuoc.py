"""Story 2: 79 organisations with 3,945 members, working groups, a campaign, 17 months, regularity and its gaps."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect
from sandbox import Sandbox
from tests import make
from tests.acceptance.office import good, refused
from tests.application import make_deps
from tracker.services.imports.reading import SHEET_TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.acceptance.office import Office

ORGANISATIONS = 79
MEMBERS = 3_945
GROUP = "Tổ công tác 03"


def workbook(rows: Iterable[Iterable[Any]]) -> bytes:
    """Make a workbook of one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring_in(office: Office, what: str, content: bytes) -> dict[str, Any]:
    """Send a workbook as an import; give the counts."""
    answer = office.admin.post(f"/imports/{what}", files={"file": (f"{what}.xlsx", content)})
    assert answer.status_code in {200, 201}, answer.text
    told: dict[str, Any] = answer.json()
    return told


def the_bloc(office: Office) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Found the committee and its 79 organisations; give it and them by code."""
    top = office.unit("Đảng ủy Khối", kind="đảng bộ")
    head = ["Mã", "Tên tổ chức Đảng", "Loại", "Mã cấp trên", "Có hiệu lực từ ngày"]
    rows = [
        [f"TC{n:02d}", f"Tổ chức cơ sở Đảng {n:02d}", "tccsđ", top["code"], dt.date(2020, 1, 1)]
        for n in range(ORGANISATIONS)
    ]
    body = "\n".join(",".join(str(cell) for cell in row) for row in [head, *rows])
    files = {"file": ("donvi.csv", body.encode())}
    good(office.admin.post("/imports/units", files=files), 201)
    units = {u["code"]: u for u in good(office.admin.get("/units?limit=200"))["items"]}
    return top, {code: unit for code, unit in units.items() if code.startswith("TC")}


def test_3945_members_in_79_organisations_come_in_by_one_workbook_and_go_again(office: Office) -> None:
    """Show 004-43 and 004-57: the totals say 79 and 3,945; a second time nothing changes; an undo takes all back."""
    top, units = the_bloc(office)
    head = ["STT", "Mã đảng viên", "Họ và tên", "Mã chi bộ", "Ngày vào chi bộ", "Số CCCD", "SĐT"]
    rows = [
        [
            n + 1,
            f"{n:05d}",
            f"Nguyễn Văn {n}",
            f"TC{n % ORGANISATIONS:02d}",
            dt.date(2021, 1, 1),
            "092123456789",
            912345678,
        ]
        for n in range(MEMBERS)
    ]
    content = workbook([["DANH SÁCH ĐẢNG VIÊN"], head, *rows, ["Cộng:", MEMBERS]])
    with Sandbox(tasks=SHEET_TASKS) as sandbox:
        office.api.app.state.deps = replace(make_deps(office.api.db, office.api.clock), sandbox=sandbox)
        first = bring_in(office, "members", content)
        assert first["totals"] == {"new": MEMBERS, "changed": 0, "same": 0, "refused": 0}
        assert any("CCCD" in note for note in first["notes"])
        again = bring_in(office, "members", content)
        assert again["totals"] == {"new": 0, "changed": 0, "same": MEMBERS, "refused": 0}
    committee = office.officer(top)
    coverage = good(committee.get(f"/units/coverage?group={GROUP}&unit={top['id']}"))
    assert (coverage["total"], coverage["with"]) == (ORGANISATIONS, 0)
    assert office.report(committee, "month", "2025-01", top)["totals"]["members"] == MEMBERS
    assert len(good(committee.get("/units?limit=200"))["items"]) == ORGANISATIONS + 1
    one = office.officer(units["TC00"])
    assert [u["code"] for u in good(one.get("/units"))["items"]] == ["TC00"]
    assert one.get(f"/units/{units['TC01']['id']}").status_code == 404
    stranger = good(committee.get(f"/members?unit={units['TC01']['id']}&limit=1"))["items"][0]
    assert one.get(f"/members/{stranger['id']}").status_code == 404
    good(office.admin.post(f"/imports/{first['id']}/undo"))
    assert good(committee.get("/members"))["items"] == []


def test_71_of_79_organisations_with_a_group_are_89_9_percent_and_eight_are_named(office: Office) -> None:
    """Show 004-44 and 004-62."""
    top, units = the_bloc(office)
    body = {"kind": GROUP, "established_on": "2023-03-01"}
    for code in sorted(units)[:71]:
        good(office.admin.post(f"/units/{units[code]['id']}/groups", json=body), 201)
    path = f"/units/coverage?group={GROUP}&unit={top['id']}"
    told = good(office.officer(top).get(path))
    assert (told["with"], told["total"], told["percent"]) == (71, 79, 89.9)
    assert [m["code"] for m in told["missing"]] == [f"TC{n:02d}" for n in range(71, 79)]
    assert all(m["name"].startswith("Tổ chức cơ sở Đảng") for m in told["missing"])
    assert good(office.officer(top).get(path + "&on=2023-02-28"))["with"] == 0


def test_a_campaign_covers_27_of_30_days_and_4_of_5_weeks(office: Office) -> None:
    """Show 004-53 and 004-56: the days and weeks without a post are listed."""
    unit = office.unit("Đoàn Khối")
    caller, officer = office.person(office.member(unit, "Lê Bé")), office.officer(unit)
    programme = office.programme(officer, unit, name="Mỗi ngày một tin tốt, Mỗi tuần một câu chuyện đẹp")
    daily = office.target(officer, programme, who="unit", per="day")
    weekly = office.target(officer, programme, who="unit", per="week", what="authored")
    office.at(2025, 6, 30)
    days = [f"2025-06-{day:02d}" for day in range(1, 31) if day not in {8, 9, 20}]
    claims = [office.share(caller, day) for day in days]
    claims += [office.piece(caller, day) for day in ("2025-05-01", "2025-05-08", "2025-05-15", "2025-05-29")]
    office.accept(officer, *claims)
    june = good(officer.get(f"/progress?period=2025-06&unit={unit['id']}"))["coverage"]
    (told,) = [c for c in june if c["target_id"] == daily["id"]]
    assert (told["periods"], told["covered"]) == (30, 27)
    assert told["missing"] == ["2025-06-08", "2025-06-09", "2025-06-20"]
    may = good(officer.get(f"/progress?period=2025-05&unit={unit['id']}"))["coverage"]
    (told,) = [c for c in may if c["target_id"] == weekly["id"]]
    assert (told["periods"], told["covered"], told["missing"]) == (5, 4, ["2025-W21"])


def test_regularity_is_the_months_with_a_share_and_a_rebuttal_nobody_wrote_is_listed(office: Office) -> None:
    """Show 004-63 and 004-64: 9 of 12 months; who wrote nothing on the topic stands there with nought."""
    top = office.unit("Đảng ủy Khối")
    active, silent = office.unit("Chi bộ A", top), office.unit("Chi bộ B", top)
    caller, officer = office.person(office.member(active, "Lê Bé")), office.officer(top)
    office.member(silent, "Lê Bảy")
    office.at(2025, 1, 2)
    programme = office.programme(officer, top)
    target = office.target(officer, programme, who="unit", per="month")
    office.target(officer, programme, topics=["Phản bác"])
    office.at(2025, 12, 28)
    claims = [office.share(caller, f"2025-{m:02d}-05", topics=["Phản bác"]) for m in range(1, 13) if m not in {3, 7, 8}]
    office.accept(officer, *claims)
    coverage = good(officer.get(f"/progress?period=2025&unit={top['id']}"))["coverage"]
    told = {c["unit_id"]: c for c in coverage if c["target_id"] == target["id"]}
    assert (told[active["id"]]["periods"], told[active["id"]]["covered"]) == (12, 9)
    assert told[active["id"]]["missing"] == ["2025-03", "2025-07", "2025-08"]
    assert told[silent["id"]]["covered"] == 0
    topics = office.report(officer, "year", "2025", top)["topics"]
    assert {(t["unit_id"], t["claims"]) for t in topics if t["topic"] == "Phản bác"} == {
        (active["id"], 9),
        (silent["id"], 0),
    }


def test_a_share_of_a_source_outside_the_catalogue_waits_for_the_officer(office: Office) -> None:
    """Show 004-45 (five kinds of what is shared) and 004-46."""
    unit = office.unit("Chi bộ A")
    caller, officer = office.person(office.member(unit, "Lê Bé")), office.officer(unit)
    office.at(2025, 2, 20)
    with office.api.db.write() as tx:
        make.feed(tx)  # Nhân Dân
    listed = office.share(caller, "2025-02-03")
    unlisted = office.share(caller, "2025-02-03", article_url="https://blog.example.com/bai-1.html")
    assert [("source.unlisted" in [k["code"] for k in c["checks"]], c["state"]) for c in (listed, unlisted)] == [
        (False, "pending"),
        (True, "pending"),
    ]
    kinds = ("văn bản chỉ đạo", "bài viết", "mô hình hay", "cách làm sáng tạo", "gương người tốt, việc tốt")
    made = {kind: office.share(caller, "2025-02-04", content_kind=kind)["id"] for kind in kinds}
    for kind, claim in made.items():
        found = good(officer.get("/claims", params={"content_kind": kind}))["items"]
        assert [c["id"] for c in found] == [claim]


def test_a_free_period_of_17_months_is_named_by_its_days(office: Office) -> None:
    """Show 004-48, 004-49 and 004-50: 5,012 posts and 1,590,000 interactions and reach, as the months state them."""
    unit = office.unit("Đảng ủy Khối")
    officer = office.officer(unit)
    office.at(2025, 1, 3)
    body = {"name": "Bình Phước _ Khối Cơ quan và Doanh nghiệp", "platform": "facebook", "kind": "page"}
    channel = good(officer.post("/channels", json=body | {"unit_id": unit["id"]}), 201)
    assert channel["name"] == body["name"]
    months = [f"2023-{m:02d}" for m in range(1, 13)] + [f"2024-{m:02d}" for m in range(1, 6)]
    for n, month in enumerate(months):
        stated = {"month": month, "posts": 308 if n == 0 else 294, "reach_engagements": 93_536 if n == 0 else 93_529}
        good(officer.post(f"/channels/{channel['id']}/months", json=stated), 201)
    found = good(officer.get(f"/channels/{channel['id']}/months?period=2023-01..2024-05"))
    assert (len(found["items"]), found["totals"]["posts"]) == (17, 5_012)
    assert [(f["measure"], f["value"]) for f in found["figures"]] == [("reach_engagements", 1_590_000)]
    told = office.report(officer, "year", "2023-01-01..2024-05-31", unit)
    assert told["period"] == "2023-01-01..2024-05-31"
    assert "01/01/2023" in (sheet := office.sheet(officer, "year", "2023-01-01..2024-05-31", unit))
    assert "31/05/2024" in sheet


def test_tags_find_speakers_and_propagandists(office: Office) -> None:
    """Show 004-58."""
    unit = office.unit("Chi bộ A")
    tags = ("báo cáo viên", "tuyên truyền viên", "thành viên Tổ công tác")
    members = [office.member(unit, f"Người {n}", tags=[tag]) for n, tag in enumerate(tags)]
    office.member(unit, "Người không nhãn")
    officer = office.officer(unit)
    for member, tag in zip(members, tags, strict=True):
        found = good(officer.get("/members", params={"tag": tag}))["items"]
        assert [m["id"] for m in found] == [member["id"]]
    assert good(officer.get("/members", params={"tag": "không có"}))["items"] == []


def test_nothing_is_filed_before_the_code_of_conduct_was_accepted(office: Office) -> None:
    """Show 004-59."""
    unit = office.unit("Chi bộ A")
    caller = office.person(office.member(unit, "Lê Bé"), consents=("processing",))
    body = {"kind": "share", "article_url": office.article_url(), "channel": "zalo"}
    refused(caller.post("/claims", json=body), 403, "consent.missing")
    good(caller.post("/me/consents", json={"kind": "conduct", "version": 1}), 201)
    given = {c["kind"]: c for c in good(caller.get("/me/consents"))["items"]}["conduct"]
    assert (given["version"], given["given_at"]) == (1, "2025-01-01T02:00:00Z")
    assert good(caller.post("/claims", json=body), 201)["state"] == "pending"
    caller.delete("/me/consents/conduct", headers={"If-Match": "*"})
    refused(caller.post("/claims", json=body | {"article_url": office.article_url()}), 403, "consent.missing")


@pytest.mark.parametrize(
    ("words", "counters"),
    [
        ("Tổng số điểm của bài viết là: 4 trong 2 đánh giá", {"views": 99, "comments": 0, "rating": 4, "votes": 2}),
        (
            "lượt xem: 203 | lượt tải:104 Tổng lượt truy cập10,232,037",
            {"views": 99, "comments": 0, "rating": None, "votes": None},
        ),
    ],
)
def test_an_official_pages_own_counters_are_read_and_its_decoys_are_not(
    tmp_path: Path, words: str, counters: dict[str, int | None]
) -> None:
    """Show 004-42, 004-66, 004-68 and 004-69."""
    told = _read_page(tmp_path, f"<p id='stringrating'>{words}</p>")
    assert told["counters"] == counters
    assert told["published"] == "2024-06-11T22:26:00Z"
    assert "Các tin khác" not in told["text"]  # 003-41
    assert "Share on" not in told["text"]  # 001-22


@pytest.mark.parametrize(("total", "to_check"), [(4, []), (7, ["rating", "votes"])])
def test_a_rating_agrees_with_the_rank_beside_it_or_is_to_be_checked(
    tmp_path: Path, total: int, to_check: list[str]
) -> None:
    """Show 004-67: 2 × 2 = 4; a rating is never reach."""
    told = _read_page(
        tmp_path,
        f"<p id='stringrating'>Tổng số điểm của bài viết là: {total} trong 2 đánh giá</p>"
        "<div>Xếp hạng: 2 - 2 phiếu bầu</div>",
    )
    assert (told["rank"], told["to_check"]) == ("2", to_check)
    assert told["counters"] == {"views": 99, "comments": 0, "rating": total, "votes": 2}


def _read_page(tmp_path: Path, beside: str) -> dict[str, Any]:
    prose = "<p>" + "Ngày hội đại đoàn kết toàn dân tộc được tổ chức tại khu dân cư. " * 12 + "</p>"
    page = (
        "<html lang=vi><body><div class='newsdetail'><h1 class='title'>Ngày hội</h1><div class='newsdetailmetatop'>"
        "<span class='h5'><i class='fa fa-clock-o'></i>Thứ tư - 12/06/2024 05:26</span>"
        "<span class='h5'><i class='fa fa-eye'></i>99</span>"
        "<span class='h5'><i class='fa fa-comment-o'></i>0</span></div>"
        f"<div id='news-bodyhtml'>{prose}</div></div>{beside}"
        "<div>Các tin khác</div><div>Share on facebook</div></body></html>"
    )
    file = tmp_path / "trang.html"
    file.write_text(page, encoding="utf-8")
    run = CliRunner().invoke(inspect, ["page", str(file), "--url", "https://xa.example.vn/vi/news/ngay-hoi-1.html"])
    (told,) = [json.loads(line) for line in run.stdout.splitlines()]
    return dict(told)
