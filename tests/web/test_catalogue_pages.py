"""Pages of the catalogue and of topic rules, as an administrator works with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from lantoa.catalogue import shipped_catalogue
from tests import make
from tests.application import application, make_deps
from tests.make import NOW
from tests.web.browser import path_of
from tests.web.conftest import furnish
from tracker.services import rule_runs
from tracker.store.tables.feeds import ArticleTopic, Feed, Outlet

if TYPE_CHECKING:
    from tests.application import Api
    from tests.web.browser import Browser
    from tests.web.conftest import Office

QDND = "/feeds/catalogue/qdnd"


@pytest.fixture
def shipped(site: Api) -> Office:
    """Give an office with the shipped catalogue."""
    site.app = application(make_deps(site.db, site.clock, catalogue=shipped_catalogue))
    return furnish(site)


@pytest.fixture
def admin(shipped: Office) -> Browser:
    return shipped.browser("admin")


def put(office: Office, *titles: str) -> list[int]:
    with office.site.db.write() as tx:
        return [make.article(tx, number, title) for number, title in enumerate(titles, 50)]


def topics(office: Office) -> list[int]:
    with office.site.db.read() as tx:
        return list(tx.scalars(select(ArticleTopic.article_id).order_by(ArticleTopic.article_id)))


def test_a_source_is_found_without_marks_and_added_with_what_was_ticked_first(admin: Browser) -> None:
    assert "/feeds/catalogue" in {path_of(link) for link in admin.get("/feeds").links()}
    found = admin.get("/feeds/catalogue?q=quan+doi")
    assert QDND in {path_of(link) for link in found.links()}
    shown = admin.get(QDND)
    ticked = [str(box["value"]) for box in shown.soup.select("input[name=feed][checked]")]
    assert ticked == ["https://www.qdnd.vn/rss/cate/tin-tuc-moi-nhat.rss"]
    done = admin.submit(shown, QDND, feed=ticked[0])
    assert (path_of(done.url), "Đã thêm 1 nguồn" in done.words) == (QDND, True)
    assert "đã thêm 1 nguồn" in admin.get("/feeds/catalogue?installed=yes").words
    assert "Báo Quân đội nhân dân – Mới nhất" in admin.get("/feeds").words


def test_nothing_ticked_is_said_beside_the_addresses(admin: Browser) -> None:
    admin.post(QDND, {})
    again = admin.post(QDND, {})
    assert again.status == 422
    assert [error.get_text(strip=True) for error in again.soup.select(".error")] == ["Hãy chọn ít nhất một mục"]


def test_an_ended_outlet_is_shown_with_its_successor_and_ticks_nothing(admin: Browser) -> None:
    shown = admin.get("/feeds/catalogue/baobinhphuoc")
    assert "ngừng hoạt động từ sau ngày 30/06/2025" in shown.words
    assert "/feeds/catalogue/baodongnai" in {path_of(link) for link in shown.links()}
    assert shown.soup.select("input[name=feed]")
    assert not shown.soup.select("input[name=feed][checked]")


def test_an_outlet_without_feeds_can_be_recorded_and_one_without_address_cannot(
    admin: Browser, shipped: Office
) -> None:
    recorded = admin.submit(admin.get("/feeds/catalogue/baohaugiang"), "/feeds/catalogue/baohaugiang")
    assert "đã ghi nhận, chưa thu thập" in recorded.words
    with shipped.site.db.read() as tx:
        assert len(tx.scalars(select(Outlet.outlet_id))) == 2  # and its successor
    assert not admin.get("/feeds/catalogue/vks-tinh").soup.select("main button")
    assert admin.post("/feeds/catalogue/vks-tinh", {}).status == 422


def test_what_the_catalogue_says_otherwise_is_shown_and_taken_over(admin: Browser, shipped: Office) -> None:
    admin.submit(admin.get(QDND), QDND, feed="https://www.qdnd.vn/rss/cate/tin-tuc-moi-nhat.rss")
    with shipped.site.db.write() as tx:
        tx.execute(update(Outlet).values(name="Tên cũ"))
        tx.execute(update(Feed).values(keeps_cookies=False))
    shown = admin.get(QDND)
    assert "Danh mục hiện ghi khác" in shown.words
    assert "danh mục đã thay đổi" in admin.get("/feeds/catalogue?installed=yes").words
    done = admin.submit(shown, QDND, press="act=take_over")
    assert "Đã cập nhật theo danh mục" in done.words
    assert "Danh mục hiện ghi khác" not in done.words


@pytest.mark.thorough
def test_every_entry_has_a_page_that_a_phone_bears(admin: Browser) -> None:
    paths = ["/feeds/catalogue", *(f"/feeds/catalogue/{key}" for key in shipped_catalogue().entries)]
    for shown in (admin.get(path) for path in paths):
        assert (shown.status, len(shown.soup.select("h1"))) == (200, 1), shown.url
        assert len(shown.text.encode()) < 100_000, shown.url
        ids = [str(element["id"]) for element in shown.soup.select("[id]")]
        assert len(ids) == len(set(ids)), shown.url


def test_an_entry_that_is_not_there_is_not_found(admin: Browser) -> None:
    assert admin.get("/feeds/catalogue/x").status == 404


def work_off(office: Office) -> None:
    """Take the steps of all runs, as the worker does."""
    with office.site.db.write() as tx:
        while (held := rule_runs.lease(tx, "w", now=office.site.clock.now)) is not None:
            rule_runs.work(tx, held, now=NOW)


def test_how_far_a_run_has_come_is_told_where_it_was_asked_for_and_in_the_list(
    admin: Browser, shipped: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_runs, "STEP", 1)
    put(shipped, "Luận điệu", "Xuyên tạc")
    made = admin.post("/topic-rules", {"topic": "Phản bác", "any_of": "luận điệu", "act": "save"})
    rule = path_of(made.url)
    admin.submit(made, f"{rule}/apply")
    with shipped.site.db.write() as tx:
        held = rule_runs.lease(tx, "w", now=shipped.site.clock.now)
        assert held is not None
        rule_runs.work(tx, held, now=NOW)
    for page in (rule, "/topic-rules"):
        shown = admin.get(page)
        assert "% trong" in shown.words
        assert shown.soup.select_one("progress[aria-label]") is not None


def test_a_ready_rule_is_looked_at_saved_and_applied_to_older_articles(admin: Browser, shipped: Office) -> None:
    one, _ = put(shipped, "Phản bác luận điệu xuyên tạc", "Phan Bac")
    form = admin.get("/topic-rules/new?starter=phan_bac")
    looked = admin.submit(form, "/topic-rules", press="act=look")
    assert "1 bài khớp · 1 bài sẽ được gắn chủ đề" in looked.words
    assert topics(shipped) == []
    saved = admin.submit(looked, "/topic-rules", press="act=save")
    rule = path_of(saved.url)
    assert "/topic-rules/new?starter=phan_bac" not in admin.get("/topic-rules").text
    asked = admin.submit(saved, f"{rule}/apply")
    assert "Đang rà các bài cũ" in asked.words
    assert "Sẽ bắt đầu trong giây lát." in asked.words
    assert "Sẽ bắt đầu trong giây lát." in admin.get("/topic-rules").words
    work_off(shipped)
    assert "Bài cũ: đã gắn chủ đề cho 1 bài, gỡ khỏi 0 bài" in admin.get(rule).words
    assert "Sẽ bắt đầu" not in admin.get("/topic-rules").words
    assert topics(shipped) == [one]


def test_a_change_is_looked_at_before_it_is_saved(admin: Browser, shipped: Office) -> None:
    one, two = put(shipped, "Luận điệu", "Xuyên tạc")
    made = admin.post("/topic-rules", {"topic": "Phản bác", "any_of": "luận điệu", "act": "save"})
    rule = path_of(made.url)
    admin.submit(made, f"{rule}/apply")
    work_off(shipped)
    looked = admin.submit(admin.get(rule), rule, press="act=look", any_of="xuyên tạc\nbịa đặt")
    assert "1 bài sẽ được gắn chủ đề · 1 bài sẽ bị gỡ chủ đề" in looked.words
    saved = admin.submit(looked, rule, press="act=save")
    admin.submit(saved, f"{rule}/apply")
    work_off(shipped)
    assert topics(shipped) == [two]
    stale = admin.submit(looked, rule, press="act=save")
    assert (stale.status, "xuyên tạc" in stale.text) == (422, True)
    assert one


def test_a_rule_for_all_of_a_source_is_made_from_the_catalogue(admin: Browser, shipped: Office) -> None:
    url = "https://www.qdnd.vn/phong-chong-dien-bien-hoa-binh"
    shown = admin.submit(admin.get(QDND), QDND, feed=url)
    link = next(link for link in shown.links() if "/topic-rules/new" in link)
    form = admin.get(link)
    assert form.soup.select("input[name=feed_id][checked]")
    made = admin.post(
        "/topic-rules",
        {
            "topic": "Phản bác",
            "feed_id": str(form.soup.select("input[name=feed_id][checked]")[0]["value"]),
            "act": "save",
        },
    )
    assert path_of(made.url) == "/topic-rules/1"
    assert "Báo Quân đội nhân dân – Phòng, chống diễn biến hòa bình" in admin.get("/topic-rules").words


def test_what_is_wrong_about_a_rule_stands_beside_its_field(admin: Browser) -> None:
    for fields in ({"topic": "", "any_of": "a"}, {"topic": "a", "any_of": ""}, {"topic": "a", "feed_id": "x"}):
        refused = admin.post("/topic-rules", {"act": "save", **fields})
        assert refused.status == 422
        assert refused.soup.select_one(".problem")
    assert admin.get("/topic-rules/9").status == 404


def test_a_rule_is_removed_and_leaves_or_takes_back_its_topic(admin: Browser, shipped: Office) -> None:
    (one,) = put(shipped, "Luận điệu")
    for take_back, left in ((None, [one]), ("1", [one])):
        made = admin.post("/topic-rules", {"topic": f"Phản bác {take_back}", "any_of": "luận điệu", "act": "save"})
        rule = path_of(made.url)
        admin.submit(made, f"{rule}/apply")
        work_off(shipped)
        asked = admin.get(f"{rule}/remove")
        typed = {} if take_back is None else {"take_back": take_back}
        assert "Đã xóa" in admin.submit(asked, f"{rule}/remove", **typed).words
        work_off(shipped)
        assert topics(shipped) == left


def test_officers_see_neither(shipped: Office) -> None:
    browser = shipped.browser("officer")
    for path in ("/feeds/catalogue", QDND, "/topic-rules", "/topic-rules/new", "/topic-rules/1"):
        assert browser.get(path).status == 403
    assert "/topic-rules" not in {path_of(link) for link in browser.get("/").links()}
