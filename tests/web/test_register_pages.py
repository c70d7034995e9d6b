"""The registers as officers keep them on pages: directives, meetings with photos, activities, awards and grounds."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from sandbox.pool import Sandbox
from tests import make_claims
from tracker.domain.periods import Period
from tracker.services.evidence_files import UPLOAD_TASKS, FileRoom
from web.pages.awards import GROUNDS_SHOWN
from web.typed_period import read_period, typed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("5/2023", "2023-05"),
        ("Tháng 05/2023", "2023-05"),
        ("II/2023", "2023-Q2"),
        ("quý iv/2025", "2025-Q4"),
        ("Quý 2/2023", "2023-Q2"),
        ("năm 2025", "2025"),
        ("6 tháng cuối năm 2025", "2025-H2"),
        ("2025-W11", "2025-W11"),
        ("2025-03..2026-02", "2025-03..2026-02"),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, period: str) -> None:
    found = read_period(text)
    assert found == Period.parse(period)
    assert found is not None
    assert read_period(typed(found)) == found


@pytest.mark.parametrize("text", ["13/2023", "V/2023", "hôm qua", "0/2023", "5/23"])
def test_what_is_no_period_is_not_read(text: str) -> None:
    assert read_period(text) is None


def test_a_directive_is_entered_as_printed_and_warned_of(office: Office) -> None:
    """Show 000-01 and 001-15 on the page."""
    browser = office.browser("officer")
    assert "Chưa có văn bản nào" in browser.get("/directives").words
    wrong = browser.post("/directives", {"code": "", "issued_on": "31/6/2023"})
    assert (wrong.status, "Hãy" in wrong.words or "hãy" in wrong.words) == (422, True)
    fields = {"code": "Số 23 -CT/TW", "issued_on": "9/2/2018", "issuer": "Tỉnh ủy", "abstract": "Tăng cường"}
    listed = browser.post("/directives", fields)
    assert "23-CT/TW 09/02/2018 · Tỉnh ủy" in listed.words
    assert "Cơ quan ban hành không khớp" in listed.words
    link = listed.soup.select_one("a.title-link")
    assert link is not None
    path = str(link["href"])
    shown = browser.post(path, fields | {"issuer": "", "version": "1"})
    assert "23 · CT · TW" in shown.words
    assert "không khớp" not in shown.words
    stale = browser.post(path, fields | {"version": "1"})
    assert stale.status == 422
    assert "Đã xóa" in browser.post(f"{path}/remove", {}).words
    assert browser.get(path).status == 404


def test_a_meeting_is_entered_for_its_periods_and_found_by_each(office: Office) -> None:
    """Show 001-17 and 001-18 on the page."""
    browser = office.browser("officer")
    fields = {
        "unit_id": str(office.branch),
        "held_on": "08/6/2023",
        "periods": "tháng 5/2023; quý II/2023",
        "title": "Học Bác dám nghĩ, dám nói",
        "speaker": "001",
        "lesson": "Dám làm",
    }
    bad = browser.post("/meetings", fields | {"periods": "hôm qua", "speaker": "ai đó"})
    assert bad.status == 422
    assert "Hãy ghi kỳ" in bad.words
    assert "Không có ai mang tên hoặc mã này" in bad.words
    shown = browser.post("/meetings", fields)
    assert "Tháng 5/2023, Quý II/2023" in shown.words
    assert "Nguyễn Văn An" in shown.words
    for period in ("5/2023", "II/2023", "2023"):
        assert "Học Bác" in browser.get(f"/meetings?period={period}").words, period
    assert "Chưa có buổi sinh hoạt nào" in browser.get("/meetings?period=6/2023").words
    path = shown.url.partition("8000")[2]
    changed = browser.post(path, fields | {"periods": "6/2023", "version": "1", "speaker": "Nguyễn Văn An"})
    assert "Tháng 6/2023" in changed.words
    assert office.browser("auditor").post(path, fields).status == 403
    assert "Đã xóa" in browser.post(f"{path}/remove", {}).words


def test_a_photo_is_added_with_its_caption_shown_and_removed(office: Office, tmp_path: Path) -> None:
    """Show 002-27 on the page."""
    with Sandbox(workers=1, tasks=UPLOAD_TASKS) as sandbox:
        deps = office.site.app.state.deps
        office.site.app.state.deps = replace(deps, files=FileRoom(tmp_path / "evidence", sandbox))
        browser = office.browser("officer")
        fields = {"unit_id": str(office.branch), "held_on": "2026-11-02", "periods": "11/2026"}
        path = browser.post("/meetings", fields).url.partition("8000")[2]
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(out, "PNG")
        csrf = browser.get(path).form(f"{path}/photos").select_one("input[name=csrf]")
        assert csrf is not None
        caption = "Chi bộ họp quán triệt kế hoạch"

        def send(content: bytes, words: str) -> Any:
            parts = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf["value"]}\r\n'
            parts += f'--x\r\nContent-Disposition: form-data; name="caption"\r\n\r\n{words}\r\n'
            parts += '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
            body = parts.encode() + content + b"\r\n--x--\r\n"
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            return browser.request("POST", f"{path}/photos", content=body, headers=headers)

        refused = send(b"GIF89a", caption)
        assert refused.status == 415
        beside = refused.soup.select("details[open]")
        assert [bool(part.select_one("#f-caption")) for part in beside] == [True]
        assert beside[0].select_one(".problem")
        assert send(out.getvalue(), " ").status == 422
        shown = send(out.getvalue(), caption)
        image = shown.soup.select_one("figure img")
        assert image is not None
        assert image["alt"] == caption
        seen = browser.get(str(image["src"]))
        assert (seen.status, seen.headers["content-type"]) == (200, "image/jpeg")
        assert "Chưa có ảnh nào" in browser.post(f"{image['src']}/remove", {}).words


def test_activities_are_summed_by_name_with_their_average(office: Office) -> None:
    """Show 004-51 and 004-52 on the page: 2.261 sessions, 38.773 took part, 17,1 each."""
    browser = office.browser("officer")
    fields = {"unit_id": str(office.unit), "name": "Đợt học tập", "for_period": "2025"}
    assert browser.post("/activities", fields | {"count": "nhiều"}).status == 422
    shown = browser.post("/activities", fields | {"count": "2.261", "participants": "38.773"})
    assert "Đợt học tập 2.261 38.773 17,1" in shown.words
    link = shown.soup.select_one("a.title-link")
    assert link is not None
    changed = browser.post(str(link["href"]), fields | {"count": "2", "participants": "", "version": "1"})
    assert "Số lượt người tham gia –" in changed.words
    assert "Đã xóa" in browser.post(f"{link['href']}/remove", {}).words


def test_an_award_leads_down_to_what_it_rests_on(office: Office) -> None:
    """Show 003-35 on the page."""
    with office.site.db.write() as tx:
        for day in (1, 2):
            make_claims.claim(tx, office.member, office.branch, dt.date(2026, 9, day))
    browser = office.browser("officer")
    fields = {"unit_id": str(office.branch), "title": "Giấy khen", "for_period": "III/2026", "award_state": "proposed"}
    assert browser.post("/awards", fields | {"who": "individual"}).status == 422
    shown = browser.post("/awards", fields | {"who": "individual", "member": "001"})
    assert "Đề nghị" in shown.words
    links = [str(a["href"]) for a in shown.soup.select("table a")]
    assert links == [f"/claims/{office.member}-1", f"/claims/{office.member}-2"]
    assert browser.get(links[0]).status == 200
    browser.post("/awards", fields | {"who": "collective"})
    listed = browser.get("/awards?period=2026&state=proposed")
    assert "1 tập thể, 1 cá nhân" in listed.words
    assert "2 mục làm căn cứ" in listed.words
    path = shown.url.partition("8000")[2]
    given = {"award_state": "awarded", "decision": "45-QĐ/ĐU", "decided_on": "5/12/2026", "version": "1"}
    assert "45-QĐ/ĐU · 05/12/2026" in browser.post(path, fields | given).words
    assert browser.post(path, fields | given).status == 422
    assert "Đã xóa" in browser.post(f"{path}/remove", {}).words


def test_what_an_award_rests_on_is_shown_page_by_page(office: Office) -> None:
    with office.site.db.write() as tx:
        for _ in range(GROUNDS_SHOWN + 1):
            make_claims.claim(tx, office.member, office.branch, dt.date(2026, 9, 1))
    browser = office.browser("officer")
    fields = {"unit_id": str(office.branch), "title": "Giấy khen", "for_period": "III/2026", "award_state": "proposed"}
    first = browser.post("/awards", fields | {"who": "collective"})
    assert f"Trang này hiện {GROUNDS_SHOWN} trong {GROUNDS_SHOWN + 1} mục" in first.words
    (onward,) = first.soup.select("p.more a")
    second = browser.get(str(onward["href"]))
    assert [str(a["href"]) for a in second.soup.select("table a")] == [f"/claims/{office.member}-{GROUNDS_SHOWN + 1}"]
    assert second.soup.select("p.more a") == []


def test_registers_and_their_reports_stand_in_one_place(office: Office) -> None:
    browser = office.browser("officer")
    menu = [str(a["href"]) for a in browser.get("/").soup.select("nav.menu a")]
    assert "/registers" in menu
    shown = browser.get("/registers?period=II/2026")
    links = [str(a["href"]) for a in shown.soup.select("main a")]
    assert {"/directives", "/meetings", "/activities", "/awards"} <= set(links)
    reports = [link for link in links if link.startswith("/api/v1/reports/")]
    assert len(reports) == 9
    assert all("period=2026-Q2" in link and browser.get(link).status == 200 for link in reports)
    assert browser.get("/registers?period=x").status == 200
    assert "/registers" not in [str(a["href"]) for a in office.browser("member").get("/").soup.select("nav.menu a")]
    assert office.browser("member").get("/awards").status == 403
