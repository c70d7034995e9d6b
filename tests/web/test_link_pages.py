"""Links as pages: QR code, what was counted and what not, held bursts, canaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from tests.make import NOW
from tests.web.browser import path_of
from tests.web.test_member_pages import _share
from tracker.domain.clicks import ClickVerdict
from tracker.store.clicks import ClickCount, record
from tracker.store.tables.feeds import Curation

if TYPE_CHECKING:
    from tests.web.conftest import Office


def count(office: Office, slug: str, verdict: ClickVerdict, requests: int) -> None:
    row = ClickCount(
        slug=slug,
        member_id=office.member,
        article_id=office.article,
        channel="zalo",
        day=NOW.date(),
        verdict=verdict.value,
        method="1; test",
        valid=verdict is ClickVerdict.COUNTED,
        request_count=requests,
        person_day_count=min(requests, 3),
    )
    with office.site.db.write() as tx:
        record(tx, [row])


def slug_of(office: Office) -> str:
    return path_of(_share(office.browser("member"), office).url).rsplit("/", 1)[1]


def test_ones_own_link_is_drawn_as_a_qr_code_and_nobody_elses(office: Office) -> None:
    slug = slug_of(office)
    drawn = office.browser("member").get(f"/links/{slug}/qr.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.startswith("<svg")
    assert office.browser("member").get("/links/zzzzzzzz/qr.svg").status == 404
    assert office.browser("officer").get(f"/links/{slug}/qr.svg").status == 403


def test_a_member_sees_what_was_counted_on_their_links_and_what_not(office: Office) -> None:
    slug = slug_of(office)
    count(office, slug, ClickVerdict.COUNTED, 3)
    count(office, slug, ClickVerdict.PREVIEW, 2)
    page = office.browser("member").get(f"/articles/{office.article}")
    assert "3 lượt bấm hợp lệ, 3 lượt người - ngày" in page.words
    assert "Máy xem trước của mạng xã hội 2" in page.words
    assert "lượt bấm hợp lệ" not in office.browser("officer").get(f"/articles/{office.article}").words


def test_an_officer_lets_a_held_burst_count(office: Office) -> None:
    slug = slug_of(office)
    count(office, slug, ClickVerdict.HELD, 9)
    browser = office.browser("officer")
    page = browser.get("/clicks")
    assert "Bài viết mẫu" in page.words
    shown = browser.submit(page, f"/clicks/{slug}/{NOW.date()}/release")
    assert "Các lượt bấm tạm giữ đã được tính" in shown.words
    assert "9 lượt bấm hợp lệ" in shown.words
    assert "Không có lượt bấm nào đang tạm giữ" in shown.words
    assert f"/clicks/{slug}/" not in office.browser("auditor").get("/clicks").text


def test_an_administrator_flies_a_canary_and_enters_what_it_caught(office: Office) -> None:
    browser = office.browser("admin")
    link = next(a for a in browser.get(f"/articles/{office.article}").links() if "/canaries" in a)
    page = browser.submit(browser.get(link), "/canaries", channel="zalo")
    assert "/s/" in page.words
    entered = browser.submit(page, "/local-agents", text="zlk/3.1", verdict="preview")
    assert "zlk/3.1" in entered.words
    broad = browser.submit(entered, "/local-agents", text="no", verdict="robot")
    assert broad.status == 422
    drop = next(f for f in entered.soup.select("form") if str(f["action"]).endswith("/drop"))
    dropped = browser.submit(entered, str(drop["action"]))
    assert "zlk/3.1" not in dropped.words
    assert browser.submit(page, "/canaries", article_id="999999", channel="zalo").status == 404
    assert office.browser("officer").get("/canaries").status == 403


def hide(office: Office) -> None:
    row = {"unit_id": office.unit, "article_id": office.article, "featured": False, "hidden": True}
    with office.site.db.write() as tx:
        tx.execute(insert(Curation).values(row | {"decided_by": 1, "decided_at": NOW}))


def test_a_hidden_article_says_so_and_hands_over_nothing_while_links_made_before_lead_on(office: Office) -> None:
    slug, browser = slug_of(office), office.browser("member")
    count(office, slug, ClickVerdict.COUNTED, 3)
    hide(office)
    page = browser.get(f"/articles/{office.article}")
    assert "Đơn vị của đồng chí đã ẩn bài này" in page.words
    assert "3 lượt bấm hợp lệ" in page.words
    assert page.soup.select("#original-link, .channels button") == []
    own = browser.get(f"/articles/{office.article}/share/{slug}")
    assert "Đơn vị của đồng chí đã ẩn bài này" in own.words
    assert own.soup.select("#my-link, #original-link, [data-share]") == []
    assert browser.post(f"/articles/{office.article}/share", {"channel": "facebook"}).status == 404
    assert browser.submit(own, "/claims").status == 200
    assert "đã ẩn bài này" not in office.browser("officer").get(f"/articles/{office.article}").words
