"""Pages and groups of units as officers enter and read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from tests import make
from tests.web.browser import sign_in
from tracker.domain.types import Role
from tracker.domain.urls import url_key
from tracker.services import programmes
from tracker.services.evidence_files import FileRoom
from tracker.store.tables.feeds import Article, ArticleAddress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

NAME = "Bình Phước _ Khối Cơ quan và Doanh nghiệp"
EXPORT = (
    "Post ID,Permalink,Publish time,Title,Reach,Reactions,Comments,Shares\n"
    "1,https://www.facebook.com/khoi/posts/1,05/20/2026 08:30,Tin một,1200,10,2,3\n"
    "2,không,05/20/2026 08:30,Tin hai,1,1,1,1\n"
)


@pytest.fixture
def officer(office: Office, tmp_path: Path) -> Browser:
    app = office.site.app
    app.state.deps = replace(app.state.deps, files=FileRoom(tmp_path / "evidence", app.state.deps.sandbox))
    return office.browser("officer")


def registered(officer: Browser, office: Office) -> Shown:
    page = officer.get("/channels")
    fields = {"unit_id": str(office.branch), "name": NAME, "kind": "page", "platform": "facebook"}
    return officer.submit(page, "/channels", **fields, url="https://www.facebook.com/khoi", followers="12.000")


def test_an_officer_registers_a_page_under_its_own_name(officer: Browser, office: Office) -> None:
    shown = registered(officer, office)
    assert (shown.status, shown.url.rsplit("/", 1)[1]) == (200, "1")
    assert shown.soup.h1 is not None
    assert shown.soup.h1.get_text() == NAME
    assert "12.000" in shown.words
    assert NAME in officer.get("/channels?only=page").words
    assert NAME not in officer.get("/channels?only=group").words
    assert "/channels" in officer.get("/registers").text


def test_what_is_wrong_with_a_form_stands_beside_its_field(officer: Browser) -> None:
    shown = officer.submit(officer.get("/channels"), "/channels", name="", followers="nhiều")
    assert shown.status == 422
    assert shown.soup.select_one("#e-name")
    assert shown.soup.select_one("#e-followers")


def test_months_are_stated_in_a_grid_and_an_emptied_line_is_taken_back(officer: Browser, office: Office) -> None:
    registered(officer, office)
    page = officer.get("/channels/1?year=2024")
    first = {"posts-2024-04": "2.712", "posts-2024-05": "2.300", "reach_engagements-2024-05": "1.590.000"}
    shown = officer.submit(page, "/channels/1/months", **first)
    assert "Tất cả các tháng: 5.012 tin, bài" in shown.words
    assert "hơn 5.000" in shown.words
    assert "1.590.000" in shown.words
    again = officer.submit(shown, "/channels/1/months", **{"posts-2024-04": ""})
    assert "2.300 tin, bài" in again.words
    wrong = officer.submit(again, "/channels/1/months", **{"reach-2024-04": "9"})
    assert wrong.status == 422
    kept = wrong.soup.select_one("[name=posts-2024-05]")
    assert kept is not None
    assert kept["value"] == "2300"
    assert wrong.soup.select_one(".problem a[href='#f-posts-2024-04']")
    assert "Tháng 4/2024" not in str(wrong.soup.select_one("table"))


def test_what_is_stated_is_grouped_and_a_year_without_says_so(officer: Browser, office: Office) -> None:
    registered(officer, office)
    empty = officer.get("/channels/1?year=2023")
    assert "Năm này chưa có số liệu" in empty.words
    stated = {"posts-2024-05": "2300", "reach-2024-05": "1200000"}
    shown = officer.submit(officer.get("/channels/1?year=2024"), "/channels/1/months", **stated)
    cells = [cell.get_text() for table in shown.soup.select("table")[:2] for cell in table.select("td.n")]
    assert "1.200.000" in cells
    assert "2.300" in cells
    assert "1200000" not in cells


def test_a_wrong_post_leaves_the_stated_months_in_the_grid(officer: Browser, office: Office) -> None:
    registered(officer, office)
    shown = officer.submit(officer.get("/channels/1"), "/channels/1/months", **{"posts-2026-05": "7"})
    wrong = officer.submit(shown, "/channels/1/posts", happened_on="")
    assert wrong.status == 422
    month = wrong.soup.select_one("[name=posts-2026-05]")
    assert month is not None
    assert month["value"] == "7"


def test_a_post_is_entered_once_and_removed(officer: Browser, office: Office) -> None:
    registered(officer, office)
    typed = {"happened_on": "2026-05-04", "post_url": "https://www.facebook.com/khoi/posts/9", "title": "Tin tốt"}
    shown = officer.submit(officer.get("/channels/1"), "/channels/1/posts", **typed)
    assert "Tin tốt" in shown.words
    again = officer.submit(shown, "/channels/1/posts", **typed)
    assert again.status == 409
    assert "Bài đăng này đã có trong danh sách của trang" in again.words
    gone = officer.submit(officer.get("/channels/1"), "/channels/1/posts/1/remove")
    assert "Tin tốt" not in gone.words


def test_an_export_is_looked_at_first_and_then_taken_in(officer: Browser, office: Office) -> None:
    registered(officer, office)
    page = officer.get("/channels/1")
    csrf = {str(f["name"]): str(f["value"]) for f in page.form("/channels/1/insights").select("input[type=hidden]")}
    files = {"file": ("xuat.csv", EXPORT.encode())}
    looked = officer.request("POST", "/channels/1/insights", data=csrf | {"act": "look"}, files=files)
    assert looked.status == 200
    assert "không phải địa chỉ trang web" in looked.words
    assert "Tin một" not in looked.words
    hidden = looked.form("/channels/1/insights").select("input[type=hidden]")
    again = {str(f["name"]): str(f["value"]) for f in hidden} | {"act": "apply"}
    done = officer.request("POST", "/channels/1/insights", data=again, files={"file": ("", b"")})
    assert "Tin một" in done.words
    assert "1.200 (B) · tính đến" in done.words
    (link,) = [a for a in done.links() if "/insights/" in a]
    assert officer.get(link).text == EXPORT
    empty = officer.request("POST", "/channels/1/insights", data=csrf | {"act": "look"}, files={"file": ("", b"")})
    assert empty.status == 422
    refused = officer.request("POST", "/channels/1/insights", data=csrf, files={"file": ("a.csv", b"a,b\n1,2\n")})
    assert refused.status == 422
    assert "Thiếu cột bắt buộc: Đường dẫn bài đăng, Ngày, Lượt tiếp cận" in refused.words


def test_a_page_without_entries_is_removed_and_an_auditor_only_reads(officer: Browser, office: Office) -> None:
    registered(officer, office)
    auditor = office.browser("auditor").get("/channels/1")
    assert auditor.status == 200
    assert not auditor.soup.select("form[action^='/channels']")
    gone = officer.submit(officer.get("/channels/1"), "/channels/1/remove")
    assert NAME not in gone.words


def test_a_page_is_changed_unless_somebody_else_did_meanwhile(officer: Browser, office: Office) -> None:
    page = registered(officer, office)
    changed = officer.submit(page, "/channels/1", name="Tên mới", kind="group")
    assert changed.soup.h1 is not None
    assert changed.soup.h1.get_text() == "Tên mới"
    refused = officer.submit(page, "/channels/1", name="Tên khác")
    assert refused.status == 422
    assert "Đã có người khác sửa mục này" in refused.words


def test_two_officers_state_different_months_of_a_year_and_neither_takes_back_the_others(
    officer: Browser, office: Office
) -> None:
    registered(officer, office)
    page = officer.get("/channels/1?year=2024")
    officer.submit(page, "/channels/1/months", **{"posts-2024-04": "10"})
    shown = officer.submit(page, "/channels/1/months", **{"posts-2024-05": "20"})
    assert "Tất cả các tháng: 30 tin, bài" in shown.words


def test_one_month_that_two_officers_state_is_refused_to_the_second(officer: Browser, office: Office) -> None:
    registered(officer, office)
    page = officer.get("/channels/1?year=2024")
    officer.submit(page, "/channels/1/months", **{"posts-2024-04": "10"})
    refused = officer.submit(page, "/channels/1/months", **{"posts-2024-04": "11"})
    assert refused.status == 412
    assert "Tất cả các tháng: 10 tin, bài" in refused.words
    again = officer.submit(refused, "/channels/1/months", **{"posts-2024-04": "11"})
    assert "Tất cả các tháng: 11 tin, bài" in again.words


def test_a_channel_changed_meanwhile_is_not_overwritten(officer: Browser, office: Office) -> None:
    registered(officer, office)
    page = officer.get("/channels/1")
    officer.submit(page, "/channels/1", name="Trang mới")
    stale = officer.submit(page, "/channels/1", followers="5")
    assert stale.status == 422
    assert "Trang mới" in stale.words


def test_a_post_is_given_another_article_on_its_page(officer: Browser, office: Office) -> None:
    registered(officer, office)
    typed = {"happened_on": "2026-05-04", "title": "Tin tốt"}
    shown = officer.submit(officer.get("/channels/1"), "/channels/1/posts", **typed)
    path = "/channels/1/posts/1"
    assert path in str(shown.soup)
    wrong = officer.submit(officer.get(path), path, article_url="https://khong.vn/bai-1.html")
    assert wrong.status == 422
    with office.site.db.write() as tx:
        url = str(tx.scalar(select(Article.url).where(Article.article_id == office.article)))
        tx.execute(insert(ArticleAddress), {"url": url, "url_key": url_key(url), "article_id": office.article})
    done = officer.submit(wrong, path, article_url=url, title="Tin rất tốt")
    assert "Bài viết mẫu" in done.words
    assert "Tin rất tốt" in done.words
    again = officer.get(path)
    assert again.soup.select_one(f'[name=article_url][value="{url}"]')
    emptied = officer.submit(again, path, article_url="")
    assert "Bài viết mẫu" not in emptied.words
    assert officer.post(path, {"happened_on": "2026-05-04", "version": "1"}).status == 422
    assert office.browser("member").get(path).status == 403


def test_an_officer_below_is_offered_the_programmes_of_units_above_and_keeps_them_when_saving(
    officer: Browser, office: Office
) -> None:
    with office.site.db.write() as tx:
        new = programmes.NewProgramme(name="Mô hình của Đảng ủy", unit_id=office.unit, is_new=True)
        above = programmes.create(tx, office.viewers["officer"], new, now=make.NOW, today=make.TODAY).programme_id
        below = make.account(tx, "duoi", Role.OFFICER, unit_id=office.branch)
    registered(officer, office)
    browser = sign_in(office.site, below)
    typed = {"happened_on": "2026-05-04", "title": "Tin tốt", "programme_id": str(above)}
    browser.submit(browser.get("/channels/1"), "/channels/1/posts", **typed)
    path = "/channels/1/posts/1"
    browser.submit(browser.get(path), path, title="Tin rất tốt")
    for page, field in (("/channels/1", "programme_id"), (path, "programme_id"), ("/channel-posts", "programme")):
        assert browser.get(page).soup.select_one(f"[name={field}] option[value='{above}']"), page
    assert "Tin rất tốt" in browser.get(f"/channel-posts?programme={above}").words
    assert browser.get("/programmes").soup.select_one(f"[name=continues_id] option[value='{above}']")
