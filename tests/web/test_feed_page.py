"""The page of one source: why it does as it does, what to do, what it brings, what is missing, its settings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests import make
from tests.application import application, make_deps
from tests.corpus.house import make_crawler
from tests.corpus.site import Item, Site
from tests.make import NOW, TODAY
from tests.web.test_words import BLANK, catalogue, said_by_labels, said_by_pages
from tracker.domain.feed_findings import Findings
from tracker.domain.feed_volume import Volume
from tracker.domain.identity import Identity
from tracker.store.tables.feeds import Feed, FeedCheck, Sighting

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.web.conftest import Office

OUTSIDE = "https://nhandan.vn/xay-dung-dang"
FEED_OUTSIDE = "https://nhandan.vn/rss/xay-dung-dang-1.rss"


def set_feed(office: Office, **values: Any) -> str:
    """Change the source's row; give its page."""
    with office.site.db.write() as tx:
        tx.execute(update(Feed).where(Feed.feed_id == office.feed).values(values))
    return f"/feeds/{office.feed}"


def put_check(office: Office, **more: Any) -> None:
    """Keep a comparison."""
    row = {
        "feed_id": office.feed,
        "checked_at": NOW,
        "against": OUTSIDE,
        "part_count": 58,
        "whole_count": 60,
        "missing": [{"url": "https://nhandan.vn/a-post1.html", "title": "Bài bị sót", "why": "not_carried"}],
        "listed": ["nhandan.vn#1"],
    }
    with office.site.db.write() as tx:
        tx.execute(insert(FeedCheck), row | more)


def test_a_reason_is_told_in_words_with_what_to_do_and_when_it_is_asked_again(office: Office) -> None:
    page = set_feed(
        office,
        health="quiet",
        health_reason="Nothing new for 5 days, and on 4 of them something usually comes.",
        health_facts={"cause": "missed", "numbers": {"days": 5, "missed": 4}},
        last_fetch_at=NOW,
        next_cause="no_news",
    )
    words = office.browser("admin").get(page).words
    assert "Đã 5 ngày không có bài mới, trong đó 4 ngày thường lệ phải có bài." in words
    assert "Mở trang báo bằng trình duyệt" in words
    assert "mỗi lần muộn hơn một chút, vì không có bài mới" in words
    english = office.browser("admin", "en").get(page).words
    assert "Nothing new for 5 days, and on 4 of them something usually comes." in english


def test_the_list_tells_of_each_source_why_and_what_to_do_as_its_own_page_does(office: Office) -> None:
    page = set_feed(
        office,
        health="quiet",
        health_reason="Nothing new for 5 days, and on 4 of them something usually comes.",
        health_facts={"cause": "missed", "numbers": {"days": 5, "missed": 4}},
        last_fetch_at=NOW,
    )
    for language in ("vi", "en"):
        browser = office.browser("admin", language)
        own, listed = browser.get(page).words, browser.get("/feeds").words
        for said in ("trong đó 4 ngày thường lệ", "Mở trang báo") if language == "vi" else ("Nothing new for 5 days",):
            assert said in own
            assert said in listed


def test_the_list_says_nothing_more_of_what_works_or_is_paused(office: Office) -> None:
    set_feed(office, health="working", health_reason="", health_facts={"cause": ""}, last_fetch_at=NOW)
    assert "Mở trang báo" not in office.browser("admin").get("/feeds").words
    set_feed(office, health="failing", state="paused", health_facts={"cause": "missed", "numbers": {"days": 5}})
    assert "Mở trang báo" not in office.browser("admin").get("/feeds").words


def test_why_no_entry_can_be_used_is_told_in_the_reader_s_language(office: Office) -> None:
    facts = {"cause": "unusable", "numbers": {"count": 3, "why": "no_title"}}
    page = set_feed(office, health="malformed", health_facts=facts, last_fetch_at=NOW)
    assert "Không dùng được mục nào trong 3 mục: không có tiêu đề." in office.browser("admin").get(page).words


def test_an_error_is_told_with_its_status_and_its_own_advice(office: Office) -> None:
    page = set_feed(
        office,
        health="failing",
        health_facts={"cause": "failed", "numbers": {"code": "http", "status": 404}},
        last_fetch_at=NOW,
        last_error_code="http",
        last_error_message="The site answered with status 404.",
        failures=3,
        next_cause="backoff",
    )
    words = office.browser("admin").get(page).words
    assert "(404)" in words
    assert "3 lần liên tiếp" in words
    assert "sau mỗi lần lỗi chờ lâu hơn, nhiều nhất một ngày" in words


def test_what_came_stands_beside_what_is_usual_and_what_is_not_known_is_no_zero(office: Office) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    volume = Volume(last_on=yesterday, counts=(*(20,) * 53, None, 0, 12))
    page = set_feed(office, volume=volume.as_json())
    with office.site.db.write() as tx:
        for number in (7, 8):
            row = {"feed_id": office.feed, "article_id": make.article(tx, number)}
            tx.execute(insert(Sighting), row | {"first_seen_on": TODAY, "last_seen_on": TODAY})
    shown = office.browser("admin").get(page).soup
    rows = [" ".join(row.get_text(" ").split()) for row in shown.select("table")[0].select("tbody tr")]
    assert len(rows) == 14
    assert rows[0].startswith("Chủ nhật, 22/11/2026 (đến lúc này) 2 20 (20–20)")
    assert rows[1].startswith("Thứ Bảy, 21/11/2026 12 20 (20–20)")
    assert [row.split("2026 ")[1].split(" 20 (")[0] for row in rows[2:4]] == ["0", "chưa rõ"]


def test_completeness_is_told_with_what_is_missing_and_why(office: Office) -> None:
    page = set_feed(office, compare_url=OUTSIDE)
    assert f"mỗi ngày một lần với {OUTSIDE}" in office.browser("admin").get(page).words
    put_check(office)
    shown = office.browser("admin").get(page)
    assert "Đã thu 96% số bài trang liệt kê (58/60)" in shown.words
    assert "Bài bị sót nguồn không đưa bài này" in shown.words
    assert "https://nhandan.vn/a-post1.html" in [a["href"] for a in shown.soup.select("a")]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"part_count": 0, "whole_count": 0, "missing": []}, "Chưa rõ: trang đối chiếu không có bài nào gần đây."),
        (
            {"part_count": None, "whole_count": None, "missing": [], "error_code": "robots", "error_message": "x"},
            "Chưa rõ: không đọc được trang đối chiếu.",
        ),
        ({"against": "https://nhandan.vn/trang-cu"}, "Chưa đối chiếu"),
    ],
)
def test_what_could_not_be_compared_is_not_known(office: Office, more: dict[str, Any], words: str) -> None:
    page = set_feed(office, compare_url=OUTSIDE)
    put_check(office, **more)
    shown = office.browser("admin").get(page).words
    assert words in shown
    assert "%" not in shown.replace("100%", "")


def test_how_a_source_is_read_is_told(office: Office) -> None:
    findings = Findings(format="rss", generator="NukeViet 4", entry_count=3, date_order="mdy", order_by="address")
    page = set_feed(office, identity=Identity.NUMBER.value, findings=findings.as_json())
    words = office.browser("admin").get(page).words
    assert "Nguồn RSS (NukeViet 4)" in words
    assert "Theo số hiệu bài trong địa chỉ" in words
    assert "tháng/ngày/năm: khớp với ngày trong địa chỉ bài" in words


def test_settings_are_changed_as_a_whole_and_a_stale_change_is_refused(office: Office) -> None:
    browser, page = office.browser("admin"), f"/feeds/{office.feed}"
    filled = {"version": "1", "settings": "1", "title": "", "date_order": "dmy", "pause_s": "30"}
    saved = browser.post(page, filled | {"reads_pages": "1", "keeps_cookies": "1", "compare_url": ""})
    assert saved.status == 200
    form = next(f for f in saved.soup.select("form") if f.select_one("[name=settings]"))
    assert [box["name"] for box in form.select("input[checked]")] == ["reads_pages", "keeps_cookies"]
    assert [field["value"] for field in form.select("[name=pause_s]")] == ["30"]
    wrong = browser.post(page, filled | {"version": "2", "pause_s": "9999"})
    assert wrong.status == 422
    stale = browser.post(page, filled)
    assert stale.status == 422
    off = browser.post(page, filled | {"version": "2", "pause_s": ""})
    assert off.soup.select("form input[name=reads_pages][checked]") == []


@pytest.mark.parametrize(
    ("values", "shown", "kept"),
    [
        ({"url": FEED_OUTSIDE}, "", None),
        ({"findings": Findings(link=OUTSIDE).as_json(), "url": FEED_OUTSIDE}, OUTSIDE, None),
        ({"findings": Findings(link=OUTSIDE).as_json(), "url": FEED_OUTSIDE}, "", ""),
        ({"compare_url": OUTSIDE}, OUTSIDE, OUTSIDE),
    ],
)
def test_saving_another_setting_chooses_no_page_to_compare_with(
    office: Office, values: dict[str, Any], shown: str, kept: str | None
) -> None:
    page = set_feed(office, **values)
    filled = {"version": "1", "settings": "1", "title": "", "date_order": "dmy", "pause_s": "30"}
    assert office.browser("admin").post(page, filled | {"compare_url": shown}).status == 200
    with office.site.db.read() as tx:
        rows = tx.all(select(Feed.compare_url, Feed.pause_s).where(Feed.feed_id == office.feed))
    assert [tuple(row) for row in rows] == [(kept, 30)]


def test_a_page_that_may_not_be_opened_is_refused_beside_its_field(office: Office, sandbox: Sandbox) -> None:
    filled = {"version": "1", "settings": "1", "title": "", "date_order": "dmy", "compare_url": "http://10.0.0.1/"}
    site = office.site
    site.app = application(make_deps(site.db, site.clock, crawl=make_crawler(site.db, sandbox, site.clock)))
    shown = office.browser("admin").post(f"/feeds/{office.feed}", filled)
    assert (shown.status, "Không được phép mở địa chỉ này" in shown.words) == (422, True)
    saved = office.browser("admin").post(f"/feeds/{office.feed}", filled | {"compare_url": OUTSIDE})
    assert f"mỗi ngày một lần với {OUTSIDE}" in saved.words


def test_a_file_of_sources_says_which_were_left_out_and_why(office: Office, sandbox: Sandbox) -> None:
    site = office.site
    site.app = application(make_deps(site.db, site.clock, crawl=make_crawler(site.db, sandbox, site.clock)))
    browser = office.browser("admin")
    csrf = str(browser.get("/feeds").form("/feeds/opml").select("input[name=csrf]")[0]["value"])
    opml = (
        '<opml version="2.0"><body><outline type="rss" text="Báo tốt" xmlUrl="https://93.184.215.14/rss"/>'
        '<outline type="rss" text="Báo hỏng" xmlUrl="http://10.0.0.1/rss"/></body></opml>'
    )
    files = {"file": ("nguon.opml", opml.encode())}
    shown = browser.request("POST", "/feeds/opml", data={"csrf": csrf}, files=files)
    assert shown.status == 200
    assert "1 nguồn mới, 0 đã có, 1 bị từ chối" in shown.words
    left = shown.soup.select_one("section[aria-labelledby=refused]")
    assert left is not None
    assert "Địa chỉ này không thể là nguồn tin" in left.get_text()
    assert "http://10.0.0.1/rss" in left.get_text()
    assert "Báo tốt" not in left.get_text()


def test_looking_first_shows_how_entries_are_read_and_why_some_are_left_out(office: Office, sandbox: Sandbox) -> None:
    site, paper = office.site, Site()
    items = [
        Item(path="/bai-1-post100001.html", title="Bài một", date="8/22/2026 11:00:00 PM"),
        Item(path="/bai-1-post100001.html?utm_source=rss", title="Bài một lần nữa", date="8/22/2026 10:00:00 PM"),
    ]
    url = paper.set_feed("/rss", items)
    site.app = application(make_deps(site.db, site.clock, crawl=make_crawler(site.db, sandbox, site.clock)))
    shown = office.browser("admin").post("/feeds", {"url": url, "title": "", "act": "look"}).words
    paper.close()
    assert "Bài một 22/08/2026 23:00 – không ghi múi giờ, hiểu là giờ địa phương (8/22/2026 11:00:00 PM)" in shown
    assert "Bài một lần nữa không dùng được cùng bài đã có ở phía trên" in shown
    assert "tháng/ngày/năm, các thời điểm khác của nguồn chỉ hiểu được một cách" in shown


def test_every_sentence_about_sources_is_said_and_has_the_blanks_of_its_vietnamese() -> None:
    assert sorted(set(catalogue("feeds.po")) - said_by_pages() - said_by_labels()) == []
    for message, words in catalogue("feeds.po").items():
        assert sorted(BLANK.findall(message)) == sorted(BLANK.findall(words)), message
