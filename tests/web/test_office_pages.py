"""Pages of officers and administrators: the queue, people and units, programmes, imports, accounts, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests import make
from tests.application import BASE_URL
from tests.web.browser import Browser, Shown, path_of, sign_in
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Channel, Role
from tracker.services import filing
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from tests.web.conftest import Office
    from tracker.domain.types import ClaimId

pytestmark = pytest.mark.thorough

POST = "https://www.facebook.com/an.nguyen/posts/pfbid02abcDEF123"
UNITS = "code,name,kind,parent_code,valid_from\nCB7,Chi bộ Bảy,chi bộ,DU,2020-01-01\nCB8,,chi bộ,DU,2020-01-01\n"


def _file(office: Office, count: int) -> list[ClaimId]:
    """Let the member declare shares of as many articles."""
    member, zone = office.viewers["member"], office.site.app.state.deps.zone
    keys = []
    with office.site.db.write() as tx:
        for number in range(count):
            article = make.article(tx, number + 10)
            owner = filing.get_owner(tx, member, None, today=make.TODAY)
            draft = ClaimDraft(kind=ClaimKind.SHARE, article_id=article, channel=Channel.ZALO)
            keys.append(filing.submit(tx, member, owner, draft, now=make.NOW, zone=zone).claim_id)
    return keys


def _upload(browser: Browser, action: str, fields: dict[str, str], name: str, content: bytes) -> Shown:
    """Send a form with a file, as a browser does."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join(parts) + head + content + b"\r\n--x--\r\n"
    return browser.request("POST", action, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})


def test_ticked_declarations_are_decided_together_and_the_queue_tells_how_many(office: Office) -> None:
    keys = _file(office, 3)
    browser = office.browser("officer")
    assert "3" in browser.get("/").words
    shown = browser.get("/review")
    assert len(shown.soup.select("input[name=claim]")) == 3
    fields = [("claim", str(keys[0])), ("claim", str(keys[1])), ("verdict", "accept")]
    assert "Đã quyết định 2 mục" in browser.post("/review", fields).words
    once_more = browser.post("/review", [*fields[:2], ("verdict", "reject"), ("why", "Chủ đề không phù hợp")])
    assert "Đã quyết định 0 mục, không được 2 mục" in once_more.words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([("verdict", "accept")], "Hãy chọn ít nhất một mục"),
        ([("claim", "1-1"), ("verdict", "return")], "Cần nhập mục này"),
        ([("claim", "1-1"), ("verdict", "burn"), ("reason", "x")], "Hãy xem lại các mục được đánh dấu"),
    ],
)
def test_a_decision_that_lacks_something_is_told_in_words(
    office: Office, fields: list[tuple[str, str]], words: str
) -> None:
    _file(office, 1)
    shown = office.browser("officer").post("/review", fields)
    assert shown.status == 422
    assert words in shown.words


def test_an_auditor_reads_the_queue_and_is_given_nothing_to_press(office: Office) -> None:
    (key,) = _file(office, 1)
    browser = office.browser("auditor")
    assert "/sign-out" in browser.get("/review").text
    for path in ("/review", f"/claims/{key}", "/members", "/units", "/programmes"):
        assert [f["action"] for f in browser.get(path).soup.select("form[method=post]")] == ["/sign-out"], path
    assert browser.post("/review", [("claim", str(key)), ("verdict", "accept")]).status == 403


def test_an_officer_of_another_unit_finds_nothing_there(office: Office) -> None:
    (key,) = _file(office, 1)
    with office.site.db.write() as tx:
        stranger = make.account(tx, "khac", Role.OFFICER, unit_id=make.unit(tx, "KHAC"))
    browser = sign_in(office.site, stranger)
    assert browser.get(f"/claims/{key}").status == 404
    assert browser.get(f"/members/{office.member}").status == 404
    assert browser.get(f"/units/{office.unit}").status == 404
    assert browser.get(f"/progress?unit={office.unit}").status == 404
    assert "Nguyễn Văn An" not in browser.get("/review").words + browser.get("/members").words


def test_an_officer_declares_for_a_member_who_then_objects(office: Office) -> None:
    officer, member = office.browser("officer"), office.browser("member")
    form = officer.get(f"/claims/new?member={office.member}")
    assert "Nguyễn Văn An" in form.words
    claim = path_of(officer.submit(form, "/claims", url=POST).url)
    shown = member.get(claim)
    assert "cán bộ khai báo thay" in shown.words
    done = member.submit(shown, f"{claim}/objection", objection="Tôi không đăng bài này")
    assert "Đã rút" in done.words


def test_a_target_gives_turns_and_asks_why_for_a_second_one(office: Office) -> None:
    browser = office.browser("officer")
    made = browser.submit(
        browser.get("/programmes"), "/programmes", name="Mô hình", unit_id=str(office.unit), is_new="1"
    )
    programme = path_of(made.url)
    (offered,) = made.soup.select("[name=per] option[selected]")
    assert offered.get_text() == "Tháng"
    goal = {"who": "assigned", "what": "authored", "per": "quarter", "minimum": "1"}
    refused = browser.submit(made, f"{programme}/targets", **goal, aim="0")
    assert "Hãy ghi một số nguyên" in refused.words
    (kept,) = refused.soup.select("[name=per] option[selected]")
    assert kept["value"] == "quarter"
    shown = browser.submit(made, f"{programme}/targets", **goal)
    target = next(str(a["href"]) for a in shown.soup.select("main a") if str(a["href"]).startswith("/targets/"))
    turn = {"member_id": str(office.member), "topic": "Nền tảng tư tưởng", "due_on": "2026-12-20"}
    given = browser.submit(browser.get(target), f"{target}/assignments", **turn)
    assert "Đã phân công" in given.words
    assert "hạn 20/12/2026" in office.browser("member").get("/").words
    second = browser.submit(given, f"{target}/assignments", **turn)
    assert second.status == 409
    assert "cần ghi lý do chọn thêm" in second.words


def test_a_member_is_added_moved_and_excused_with_errors_beside_the_fields(office: Office) -> None:
    browser = office.browser("admin")
    shown = browser.get("/members")
    wrong = browser.submit(shown, "/members", full_name="", code="001", unit_id=str(office.branch), since="mai")
    assert wrong.status == 422
    assert "Họ và tên: Cần nhập mục này" in wrong.words
    assert "Hãy ghi ngày, ví dụ 05/02/2026" in wrong.words
    person = {"full_name": "Trần Thị Bé", "unit_id": str(office.branch), "since": "5/2/2026"}
    taken = browser.submit(shown, "/members", **person, code="001")
    assert "Mã này đã được dùng" in taken.words
    made = browser.submit(shown, "/members", **person, code="002")
    page = path_of(made.url)
    assert "05/02/2026" in made.words
    away = {"absent_from": "2026-11-01", "absent_until": "2026-11-20", "absent_reason": "đi học"}
    assert "01/11/2026 – 20/11/2026: đi học" in browser.submit(made, f"{page}/absences", **away).words
    moved = browser.submit(made, f"{page}/move", move_unit_id=str(office.unit), move_since="2026-11-22")
    assert moved.status == 200, moved.words
    left = browser.submit(moved, f"{page}/move", move_unit_id="none", move_since="2026-11-23")
    assert "Đã lưu" in left.words
    backwards = browser.submit(made, f"{page}/absences", **(away | {"absent_until": "2026-10-01"}))
    assert backwards.soup.select_one("details[open] #f-absent_from")
    name = backwards.soup.select_one("#f-full_name")
    assert name is not None
    assert name["value"]
    assert "Thứ tự ngày không đúng" in backwards.words


def test_a_stay_that_begins_later_is_shown_as_not_begun(office: Office) -> None:
    browser, page = office.browser("admin"), f"/members/{office.member}"
    browser.submit(browser.get(page), f"{page}/move", move_unit_id=str(office.unit), move_since="2026-12-01")
    stays = [" ".join(row.get_text(" ").split()) for row in browser.get(page).soup.select("table tbody tr")]
    assert stays[0].endswith("01/12/2026 chưa bắt đầu Đảng viên chính thức")
    assert "nay" not in stays[0]
    assert "30/11/2026 Đảng viên chính thức" in stays[1]
    unit = f"/units/{office.branch}"
    browser.submit(browser.get(unit), unit, name="Chi bộ Một", since="2026-12-01")
    assert "01/12/2026 – chưa bắt đầu: Chi bộ Một" in browser.get(unit).words


def test_two_who_change_the_same_thing_do_not_overwrite_each_other(office: Office) -> None:
    browser = office.browser("admin")
    page = f"/units/{office.branch}"
    first = browser.get(page)
    assert "Đã lưu" in browser.submit(first, page, name="Chi bộ Một").words
    second = browser.submit(first, page, name="Chi bộ Hai")
    assert second.status == 412
    assert "Đã có người khác sửa mục này" in second.words
    assert "Chi bộ Một" in browser.get(page).words


def test_a_unit_is_ended_with_its_successor_and_cannot_stand_below_itself(office: Office) -> None:
    browser = office.browser("admin")
    page = f"/units/{office.unit}"
    circle = browser.submit(browser.get(page), page, parent_id=str(office.branch))
    assert "Tổ chức không thể trực thuộc chính nó" in circle.words
    below = f"/units/{office.branch}"
    ended = browser.submit(browser.get(below), f"{below}/end", valid_to="2026-12-31", successor_id=str(office.unit))
    assert "31/12/2026" in ended.words
    group = browser.submit(
        browser.get(page), f"{page}/groups", group_kind="Tổ công tác 03", established_on="2024-01-01"
    )
    assert "Tổ công tác 03 (01/01/2024)" in group.words


def test_a_spreadsheet_is_looked_at_then_applied_without_choosing_it_again_then_taken_back(office: Office) -> None:
    browser = office.browser("admin")
    fields = {"what": "units", "act": "look"}
    looked = _upload(browser, "/imports", fields, "đơn vị.csv", UNITS.encode())
    assert looked.status == 200, looked.words
    assert "bị từ chối: 1" in looked.words
    kept = looked.form("/imports").select_one("input[name=kept]")
    assert kept is not None
    again = {"what": "units", "act": "apply", "kept": str(kept["value"]), "kept_name": "đơn vị.csv"}
    refused = _upload(browser, "/imports", again, "", b"")
    assert refused.status == 422
    assert "Chưa áp dụng gì" in refused.words
    applied = _upload(browser, "/imports", again | {"partial": "1"}, "", b"")
    assert "Đã nhập: 1 mới" in applied.words
    assert "Chi bộ Bảy" in browser.get("/units").words
    page = path_of(applied.url)
    assert "Đã hoàn tác lần nhập" in browser.submit(applied, f"{page}/undo").words
    assert "Chi bộ Bảy" not in browser.get("/units").words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"", "Cần nhập mục này"),
        ("x.csv", b"a,b\n1,2\n", "thiếu cột: «Mã», «Tên tổ chức Đảng»"),
        ("x.xlsx", b"PK\x03\x04x", "máy chủ này không đọc được .xlsx"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(office: Office, name: str, content: bytes, words: str) -> None:
    shown = _upload(office.browser("admin"), "/imports", {"what": "units", "act": "look"}, name, content)
    assert shown.status == 422
    assert words in shown.words


def test_the_page_of_imports_tells_the_columns_and_gives_an_empty_file(office: Office) -> None:
    browser = office.browser("admin")
    assert "Mã cấp trên" in browser.get("/imports").words
    empty = browser.get("/imports/blank/members.csv")
    assert "Mã đảng viên,Họ và tên,Mã chi bộ" in empty.text
    assert browser.get("/imports/blank/others.csv").status == 404


def test_the_list_of_accounts_names_members_and_tells_which_cannot_be_used_yet(office: Office) -> None:
    shown = office.browser("admin").get("/accounts")
    row = next(str(row) for row in shown.soup.select("tbody tr") if ">an<" in str(row))
    assert "Nguyễn Văn An" in row
    assert "chưa có mật khẩu" in row


def test_accounts_are_made_and_changed_and_the_last_administrator_stays(office: Office) -> None:
    browser = office.browser("admin")
    shown = browser.get("/accounts")
    login = {"login": "phobithu", "password": "một mật khẩu dài"}
    no_scope = browser.submit(shown, "/accounts", **login, role="officer")
    assert "Cần chọn tổ chức thuộc phạm vi" in no_scope.words
    taken = browser.submit(shown, "/accounts", **(login | {"login": "CANBO"}), role="officer", unit_id=str(office.unit))
    assert "Tên đăng nhập này đã có người dùng" in taken.words
    assert "phobithu" in browser.submit(shown, "/accounts", **login, role="officer", unit_id=str(office.unit)).words
    page = f"/accounts/{office.viewers['admin'].account_id}"
    last = browser.submit(browser.get(page), page, disabled="1")
    assert last.status == 409
    assert "Không thể bỏ quản trị viên cuối cùng" in last.words


def test_a_source_is_renamed_paused_taken_up_again_and_removed_after_a_question(office: Office) -> None:
    browser = office.browser("admin")
    page = f"/feeds/{office.feed}"
    assert "Báo Đảng" in browser.submit(browser.get(page), page, title="Báo Đảng").words
    paused = browser.post(page, {"version": "2", "state": "paused"})
    assert "Tạm dừng" in paused.words
    asked = browser.get(f"{page}/remove")
    gone = browser.submit(asked, f"{page}/remove")
    assert "Đã xóa" in gone.words
    assert browser.get(page).status == 404
    assert browser.get(f"/articles/{office.article}").status == 200


def test_an_article_is_suggested_to_members_hidden_from_them_and_given_topics(office: Office) -> None:
    officer, member = office.browser("officer"), office.browser("member")
    page = f"/articles/{office.article}"
    officer.submit(officer.get(page), page, featured="1", topics="Xây dựng Đảng\nGương sáng")
    home = member.get("/")
    assert "Tin gợi ý chia sẻ" in home.words
    assert "Gương sáng" in home.words
    assert "Bài viết mẫu" in member.get("/articles?topic=guong+sang&featured=1").words
    officer.submit(officer.get(page), page, hidden="1")
    assert "Bài viết mẫu" not in member.get("/articles").words


def test_the_report_is_downloaded_from_the_progress_page_with_the_pages_session(office: Office) -> None:
    browser = office.browser("officer")
    links = [link for link in browser.get("/progress?period=2026-Q4").links() if "/reports/" in link]
    assert len(links) == 3
    for link in links:
        answer = browser.get(link.removeprefix(BASE_URL))
        assert answer.status == 200, answer.text[:300]
        assert "attachment" in answer.headers["content-disposition"]


def test_an_address_that_is_no_web_address_leads_nowhere(office: Office) -> None:
    with office.site.db.write() as tx:
        tx.execute(update(Article).values(url="javascript:alert(1)"))
    shown = office.browser("member").get(f"/articles/{office.article}")
    assert not [a for a in shown.soup.select("a") if str(a["href"]).startswith("javascript")]
