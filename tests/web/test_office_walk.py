"""What an officer or auditor meets on the way through the office's pages, as people walk them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.web.browser import path_of
from tracker.domain.claims import ClaimKind
from tracker.domain.feed_findings import Findings
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Channel, Role, UnitId
from tracker.services import filing
from web import audit_facts
from web.pages import feed_health

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

ROOT = Path(__file__).parents[2]
PRIVATE = "https://www.facebook.com/messages/t/100012345678"
READ_ONLY = ("/feeds", "/requests", "/second-looks", "/review", "/audit")


def _filed(office: Office) -> str:
    """Let the member declare a share."""
    draft = ClaimDraft(kind=ClaimKind.SHARE, article_id=office.article, channel=Channel.ZALO)
    member, zone = office.viewers["member"], office.site.app.state.deps.zone
    with office.site.db.write() as tx:
        owner = filing.get_owner(tx, member, None, today=make.TODAY)
        return str(filing.submit(tx, member, owner, draft, now=make.NOW, zone=zone).claim_id)


def _away(office: Office, browser: Browser) -> tuple[str, str]:
    """Enter an absence; give the member's page and where the absence is changed."""
    page = f"/members/{office.member}"
    days = {"absent_from": "2026-10-01", "absent_until": "2026-10-31", "absent_reason": "đi học"}
    shown = browser.submit(browser.get(page), f"{page}/absences", **days)
    (form,) = [f for f in shown.soup.select("form") if str(f.get("action")).startswith(f"{page}/absences/")]
    return page, str(form["action"])


def test_a_members_page_leads_to_their_declarations_progress_and_account(office: Office) -> None:
    claim = _filed(office)
    browser = office.browser("admin")
    links = browser.get(f"/members/{office.member}").links()
    wanted = [
        f"/review?member={office.member}&state=pending",
        f"/progress/rows?member={office.member}",
        f"/accounts/{office.viewers['member'].account_id}",
    ]
    for path in wanted:
        assert any(link.endswith(path) for link in links), path
        assert browser.get(path).status == 200
    assert f"/claims/{claim}" in browser.get(wanted[0]).text


@pytest.mark.parametrize(("language", "words"), [("vi", "Chỉ các mục khai báo của một người"), ("en", "of one member")])
def test_the_queue_is_narrowed_to_one_member(office: Office, language: str, words: str) -> None:
    claim = _filed(office)
    with office.site.db.write() as tx:
        other = make.member(tx, office.branch, "002", "Trần Thị Bình")
    browser = office.browser("officer", language)
    assert words in browser.get(f"/review?member={office.member}").words
    assert f"/claims/{claim}" in browser.get(f"/review?member={office.member}").text
    assert f"/claims/{claim}" not in browser.get(f"/review?member={other}").text
    assert browser.get("/review?member=999999").status == 404


def test_an_absence_is_changed_and_removed_and_both_stand_in_the_log(office: Office) -> None:
    browser = office.browser("officer")
    page, action = _away(office, browser)
    number = action.rpartition("/")[2]
    shown = browser.get(page)
    changed = browser.submit(shown, action, **{f"until_{number}": "2026-10-15", f"reason_{number}": "đi công tác"})
    assert "01/10/2026 – 15/10/2026: đi công tác" in changed.words
    stale = browser.submit(shown, action, press="act=remove")
    assert stale.status == 412
    assert "đi công tác" in stale.words
    wrong = browser.submit(changed, action, **{f"until_{number}": "2026-09-01"})
    assert wrong.status == 422
    assert "15/10/2026" in browser.get(page).words
    gone = browser.submit(browser.get(page), action, press="act=remove")
    assert "đi công tác" not in gone.words
    log = office.browser("admin").get("/audit").words
    assert "Sửa lần vắng mặt" in log
    assert "Xóa lần vắng mặt" in log
    assert "Đến ngày: 15/10/2026" in log


def test_an_absence_is_changed_by_officers_of_the_members_unit_alone(office: Office) -> None:
    page, action = _away(office, office.browser("officer"))
    with office.site.db.write() as tx:
        apart = make.unit(tx, "DU2", "Đảng ủy khác")
        stranger = make.account(tx, "canbo2", Role.OFFICER, unit_id=UnitId(apart))
    fields = {"act": "remove"}
    assert office.browser("auditor").post(action, fields).status == 403
    assert office.browser("member").post(action, fields).status == 403
    office.viewers["stranger"] = stranger
    assert office.browser("stranger").post(action, fields).status == 404
    assert office.browser("officer").post(f"{page}/absences/999999", fields).status == 404
    assert "Sửa hoặc xóa" not in office.browser("auditor").get(page).words


@pytest.mark.parametrize(("language", "words"), [("vi", "Lý do: Cần nhập mục này"), ("en", "Reason: Fill this in")])
def test_a_batch_without_a_reason_names_the_field_and_leads_to_it(office: Office, language: str, words: str) -> None:
    _filed(office)
    browser = office.browser("officer", language)
    shown = browser.get("/review")
    ticked = str(shown.soup.select("input[name=claim]")[0]["value"])
    refused = browser.submit(shown, "/review", press="verdict=reject", claim=ticked)
    assert refused.status == 422
    assert words in refused.words
    (link,) = refused.soup.select("[role=alert] a")
    assert refused.soup.select_one(str(link["href"])) is not None


@pytest.mark.parametrize(("language", "words"), [("vi", "tin nhắn riêng"), ("en", "This is a private message")])
def test_a_private_message_is_called_one(office: Office, language: str, words: str) -> None:
    browser = office.browser("member", language)
    shown = browser.post("/claims", {"kind": "share", "url": PRIVATE})
    assert shown.status == 422
    assert words in shown.words
    other = browser.post("/claims", {"kind": "share", "url": "https://www.facebook.com/sharer/sharer.php?u=x"})
    assert words not in other.words


def _changing(shown: Shown) -> list[str]:
    common = {"/sign-out", "/lang/vi", "/lang/en"}
    return [str(f.get("action")) for f in shown.soup.select("form[method=post]") if f.get("action") not in common]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_auditor_reads_the_offices_pages_and_finds_nothing_to_press(office: Office, language: str) -> None:
    _filed(office)
    member = office.browser("member")
    member.submit(member.get("/me"), "/me/correction", words="Tên tôi viết sai")
    browser = office.browser("auditor", language)
    for path in (*READ_ONLY, f"/feeds/{office.feed}", f"/requests/{office.member}/1"):
        shown = browser.get(path)
        assert shown.status == 200, path
        assert _changing(shown) == [], path
    assert {"/feeds", "/requests"} <= {path_of(link) for link in browser.get("/").links()}


def test_what_an_auditor_reads_they_do_not_change(office: Office) -> None:
    browser = office.browser("auditor")
    for path in ("/feeds", f"/feeds/{office.feed}", f"/feeds/{office.feed}/fetch", "/second-looks/1-1"):
        assert browser.post(path, {"url": "https://a.vn", "verdict": "accept"}).status == 403, path
    assert browser.get(f"/feeds/{office.feed}/remove").status == 403
    assert office.site.as_viewer(office.viewers["auditor"]).get("/feeds").status_code == 403  # as contracted


def test_the_log_tells_facts_in_words(office: Office) -> None:
    _filed(office)
    admin = office.browser("admin")
    account, password = f"/accounts/{office.viewers['member'].account_id}", {"password": "một mật khẩu dài"}
    as_admin = office.site.as_viewer(office.viewers["admin"])
    assert as_admin.patch(account, json=password, headers={"If-Match": "*"}).status_code == 200
    log = admin.get("/audit").words
    assert "Sau: Chờ duyệt" in log
    assert "Đặt mật khẩu mới: có" in log
    english = office.browser("admin", "en").get("/audit").words
    assert "New password set: yes" in english
    assert "after: pending" not in english


@pytest.mark.parametrize(
    ("action", "facts", "told"),
    [
        ("account.change", {"password": False, "disabled": True, "role": "officer"}, "Khóa tài khoản: có"),
        ("report.read", {"period": "2026-10", "unit_id": None, "format": "xlsx"}, "Định dạng tệp: xlsx"),
        ("setting.change", {"value": 1500, "valid_from": "2026-11-22"}, "Áp dụng từ: 22/11/2026"),
        ("unit.change", {"fields": ["name", "parent_id"]}, "Mục được sửa: Tên, Tổ chức đảng cấp trên số"),
        ("meeting.create", {"periods": ["2026-10", "nonsense"], "unit_id": 1200}, "Tổ chức đảng số: 1200"),
        ("import.run", {"what": "claims", "applied": True}, "Nội dung nhập: các mục khai báo"),
        ("feed.change", {"state": "paused"}, "Trạng thái: Tạm dừng"),
        ("other.thing", {"unheard_of": 1}, "unheard_of: 1"),
    ],
)
def test_facts_are_told_by_what_they_are(action: str, facts: dict[str, object], told: str) -> None:
    said = audit_facts.tell(action, facts, "vi")
    assert told in said
    assert not any("False" in one or "None" in one for one in said)


def test_every_fact_that_services_write_has_words() -> None:
    apart = {"at", "actor", "action", "subject", "now", "before", "after"}
    found: set[str] = set()
    for path in (ROOT / "tracker" / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "_note", "_audit"}:
                found |= {k.arg for k in node.keywords if k.arg is not None}
    assert sorted(found - apart - set(audit_facts.WORDS)) == []


@pytest.mark.parametrize(("format_", "told"), [("rss", []), ("atom", ["Atom"]), ("json", ["JSON Feed"])])
def test_the_usual_format_of_a_source_is_named_once(office: Office, format_: str, told: list[str]) -> None:
    assert feed_health.list_made_with(Findings(format=format_)) == told
    assert "(rss)" not in office.browser("admin").get(f"/feeds/{office.feed}").text
