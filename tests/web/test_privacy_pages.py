"""Pages about one's own data: what is held, requests and the office's inbox, what is kept how long, the audit log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert

from lantoa.jobs import DUTIES, KEPT_ANSWERS
from tests import make
from tests.application import BASE_URL, ZONE
from tests.rules.house import ROOT
from tracker.domain.audit_words import KEPT
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Channel
from tracker.labels import label
from tracker.services import filing, retention
from tracker.store.tables.registers import Award
from web.pages.me import REQUESTS_AT_ONCE
from web.record_rows import row_words

if TYPE_CHECKING:
    from tests.web.browser import Shown
    from tests.web.conftest import Office

NAME = "Nguyễn Văn An"


def test_a_member_reads_and_downloads_all_that_is_held(office: Office) -> None:
    browser = office.browser("member")
    shown = browser.get("/me/record")
    assert NAME in shown.words
    assert "Đồng ý và rút lại" in shown.words
    assert {f"{BASE_URL}/me/record.json", f"{BASE_URL}/me/record.xlsx"} <= set(shown.links())
    kept = browser.get("/me/record.json")
    assert json.loads(kept.text)["member"][0]["full_name"] == NAME
    assert kept.headers["content-disposition"] == 'attachment; filename="lantoa.json"'
    book = browser.get("/me/record.xlsx")
    assert (book.status, book.text[:2]) == (200, "PK")


@pytest.mark.parametrize(("language", "words"), [("vi", "Họ và tên"), ("en", "Name in full")])
def test_the_fields_of_a_record_stand_in_the_reader_s_words_and_in_json_under_their_names(
    office: Office, language: str, words: str
) -> None:
    browser = office.browser("member", language)
    shown = browser.get("/me/record")
    assert words in shown.words
    assert not shown.soup.select("dt code")
    assert "full_name" not in shown.words
    assert "22/11/2026" in shown.words
    assert "full_name" in json.loads(browser.get("/me/record.json").text)["member"][0]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Người khai báo", "Tiếng Việt", "Quý IV/2025", "Cá nhân", "khai báo 1-1", "Sau: ")),
        ("en", ("Who declared it", "Vietnamese", "Quarter IV of 2025", "Individual", "declaration 1-1")),
    ],
)
def test_the_values_of_a_record_stand_in_the_reader_s_words(
    office: Office, language: str, words: tuple[str, ...]
) -> None:
    viewer = office.viewers["member"]
    with office.site.db.write() as tx:
        owner = filing.get_owner(tx, viewer, None, today=make.TODAY)
        draft = ClaimDraft(kind=ClaimKind.SHARE, article_id=office.article, channel=Channel.FACEBOOK)
        filing.submit(tx, viewer, owner, draft, now=make.NOW, zone=office.site.app.state.deps.zone)
        award = {"unit_id": office.branch, "period": "2025-Q4", "who": "individual", "member_id": office.member}
        tx.execute(insert(Award), award | {"title": "Giấy khen", "state": "awarded", "created_at": make.NOW})
    shown = office.browser("member", language).get("/me/record")
    assert [word for word in words if word not in shown.words] == []
    told = {dd.get_text() for dd in shown.soup.select("dd")}
    assert told & {"owner", "web", "vi", "2025-Q4", "individual", "awarded", "claim:1-1"} == set()
    assert not [one for one in told if one.startswith(("{", "["))]


@pytest.mark.parametrize(
    ("section", "row", "words"),
    [
        ("sessions", {"kind": "web"}, "Trên trình duyệt"),
        ("figures", {"qualifier": "> to_check"}, "hơn số này, không khớp số liệu khác trên trang"),
        ("figures", {"provenance": "page"}, "Đọc trên trang đăng"),
        ("suggestions", {"reasons": [["name.full", None]]}, "Tên tác giả trùng họ và tên"),
        ("coauthorships", {"state": "agreed"}, "đã đồng ý"),
        ("tags", {"tag": "2026-13-45"}, "2026-13-45"),
        ("months", {"month": "2026-10"}, "Tháng 10/2026"),
        ("imports", {"after": {"kind": "party", "since": "2026-10-05"}}, "Loại: Đảng; Từ ngày: 05/10/2026"),
        ("imports", {"after": {"since": "sớm"}}, "Từ ngày: sớm"),
        ("restatements", {"subject": "claim:1-1", "before": {"state": "pending"}}, "Chờ duyệt"),
    ],
)
def test_a_value_of_a_record_is_said(section: str, row: dict[str, Any], words: str) -> None:
    assert words in dict(row_words(section, row, language="vi", zone=ZONE)).values()


def test_what_a_member_asked_for_is_shown_page_by_page(office: Office) -> None:
    member = office.browser("member")
    for n in range(REQUESTS_AT_ONCE + 1):
        member.submit(member.get("/me"), "/me/correction", words=f"Sai lần {n}.")
    first = member.get("/me")
    assert ("Sai lần 20." in first.words, "Sai lần 0." in first.words) == (True, False)
    (more,) = [link for link in first.links() if "cursor=" in link]
    last = member.get(more)
    assert ("Sai lần 20." in last.words, "Sai lần 0." in last.words) == (False, True)
    assert {link for link in last.links() if "cursor=" in link} <= {more}  # links within the page itself


@pytest.mark.parametrize("role", ["officer", "admin", "auditor"])
def test_who_is_no_member_reads_what_is_held_about_the_account(office: Office, role: str) -> None:
    shown = office.browser(role).get("/me/record")
    assert shown.status == 200
    assert NAME not in shown.words


def test_a_correction_goes_to_the_officer_and_comes_back_in_words(office: Office) -> None:
    member, officer = office.browser("member"), office.browser("officer")
    sent = member.submit(member.get("/me"), "/me/correction", words="Tên đệm của tôi sai")
    assert "Đã gửi yêu cầu" in sent.words
    assert "Tên đệm của tôi sai" in sent.words
    assert "Sửa dữ liệu" in officer.get("/requests").words
    at = f"/requests/{office.member}/1"
    taken = officer.submit(officer.get(at), f"{at}/answer")
    assert "đã trả lời" in taken.words
    refused = officer.submit(taken, f"{at}/end", press="outcome=refused", reply="")
    assert refused.status == 422
    officer.submit(officer.get(at), f"{at}/end", press="outcome=done", reply="Đã sửa ngày 22/11")
    assert "Không có yêu cầu nào đang chờ" in officer.get("/requests").words
    assert "Đã sửa ngày 22/11" in member.get("/me").words


def test_an_empty_correction_stays_on_the_page_with_its_reason(office: Office) -> None:
    browser = office.browser("member")
    assert browser.submit(browser.get("/me"), "/me/correction", words="").status == 422


def test_an_erasure_is_asked_for_shown_as_due_and_carried_out(office: Office) -> None:
    member, admin, officer = office.browser("member"), office.browser("admin"), office.browser("officer")
    member.post("/me/erasure", {"sure": "1", "csrf": str(member.get("/me").soup.select_one("[name=csrf]")["value"])})  # type: ignore[index]
    at = f"/requests/{office.member}/1"
    assert officer.get(at).status == 404
    assert "12/12/2026" in admin.get("/requests").words
    asked = admin.get(at)
    unsure = admin.submit(asked, f"/members/{office.member}/erase")
    assert NAME in unsure.words
    done = admin.submit(asked, f"/members/{office.member}/erase", sure="1")
    assert "Đã xóa dữ liệu của người này" in done.words
    (heading,) = admin.get(f"/members/{office.member}").soup.select("h1")
    assert heading.get_text().strip() == "(tên đã xóa)"
    assert "/sign-in" in member.get("/me").url


def enter_paper(office: Office, **fields: str) -> Shown:
    admin = office.browser("admin")
    page, at = admin.get(f"/members/{office.member}"), f"/members/{office.member}/requests"
    return admin.submit(page, at, **({"received_on": "20/11/2026"} | fields))


def test_an_erasure_on_paper_is_entered_shown_to_the_member_and_carried_out(office: Office) -> None:
    admin, member = office.browser("admin"), office.browser("member")
    asked = enter_paper(office, asked_kind="erasure")
    assert "Đã nhập yêu cầu" in asked.words
    assert "Ngày nhận đơn giấy 20/11/2026" in asked.words
    assert "10/12/2026" in asked.words
    assert "đơn giấy" in admin.get("/requests").words
    assert "Xóa dữ liệu · gửi ngày 20/11/2026 đơn giấy" in member.get("/me").words
    done = admin.submit(asked, f"/members/{office.member}/erase", sure="1")
    assert "Đã xóa dữ liệu của người này" in done.words


def test_a_copy_asked_for_on_paper_is_downloaded_by_an_administrator_until_it_is_handed_over(office: Office) -> None:
    admin, at = office.browser("admin"), f"/requests/{office.member}/1"
    asked = enter_paper(office, asked_kind="export")
    assert {f"{BASE_URL}{at}/record.json", f"{BASE_URL}{at}/record.xlsx"} <= set(asked.links())
    too_early = admin.submit(asked, f"{at}/end", press="outcome=done", reply="Đã đưa tận tay")
    assert too_early.status == 409
    assert "Hãy tải bản sao xuống và giao cho đảng viên trước" in too_early.words
    assert "Đã đưa tận tay" in too_early.text
    assert json.loads(admin.get(f"{at}/record.json").text)["member"][0]["full_name"] == NAME
    book = admin.get(f"{at}/record.xlsx")
    assert book.text[:2] == "PK"
    assert f'"lantoa-{office.member}-1.xlsx"' in book.headers["content-disposition"]
    assert office.browser("officer").get(f"{at}/record.json").status == 403
    admin.submit(asked, f"{at}/end", press="outcome=done")
    assert admin.get(f"{at}/record.json").status == 404
    assert "Đã thực hiện 22/11/2026" in office.browser("member").get("/me").words


@pytest.mark.parametrize("name", ["record.json", "record.xlsx"])
def test_a_copy_is_read_after_its_handing_out_was_noted_and_outside_the_writing(office: Office, name: str) -> None:
    enter_paper(office, asked_kind="export")
    admin, said = office.browser("admin"), []
    event.listen(office.site.db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    event.listen(office.site.db.engine, "commit", lambda _: said.append("COMMIT"))
    assert admin.get(f"/requests/{office.member}/1/{name}").status == 200
    noted = next(place for place, words in enumerate(said) if words.startswith("INSERT INTO audit_events"))
    read = next(place for place, words in enumerate(said) if "FROM member_titles" in words)
    assert "COMMIT" in said[noted:read]
    assert not [words for words in said[read:] if words.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE"))]


def test_what_is_wrong_with_a_request_on_paper_stands_beside_its_field(office: Office) -> None:
    for fields, words in (
        ({"asked_kind": "correction"}, "Cần nhập mục này"),
        ({"asked_kind": ""}, "Hãy chọn trong danh sách"),
        ({"asked_kind": "erasure", "received_on": "23/11/2026"}, "không hợp lệ"),
    ):
        shown = enter_paper(office, **fields)
        assert shown.status == 422
        assert words in shown.words


def test_an_overdue_request_is_marked(office: Office) -> None:
    member = office.browser("member")
    member.submit(member.get("/me"), "/me/correction", words="Sai")
    office.site.clock.now = office.site.clock.now.replace(day=27)
    assert "quá hạn" in office.browser("admin").get("/requests").words


def test_the_table_of_what_is_kept_is_the_one_that_is_carried_out() -> None:
    assert {line.what for line in retention.table()} == KEPT.keys()
    assert {line.duty for line in retention.table() if line.duty} <= {str(kind) for kind in DUTIES}
    assert KEPT_ANSWERS.days == retention.KEPT_ANSWERS_DAYS


def test_the_page_and_the_document_tell_the_same_of_what_is_kept(office: Office) -> None:
    told = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    words = office.browser("member", "en").get("/privacy").words
    for line in retention.table():
        name = label("kept", line.what, "en")
        (row,) = [r for r in told.splitlines() if r.startswith(f"| {name} |")]
        time = f"{line.months} months" if line.months else f"{line.days} days" if line.days else ""
        assert time in row, name
        assert f"{name} {time}" in words, name


def test_the_audit_log_says_in_words_what_was_done_and_leads_there(office: Office) -> None:
    member = office.browser("member")
    member.submit(member.get("/me"), "/me/correction", words="Sai")
    shown = office.browser("admin").get("/audit?action=correction.ask")
    assert "Yêu cầu sửa dữ liệu" in shown.words
    assert f"{BASE_URL}/members/{office.member}" in shown.links()
    assert "Correction asked for" in office.browser("auditor", "en").get("/audit").words
