"""«Bài này có phải của đồng chí?»: the card on the home page, the list, and the two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from tests import make, texts
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.services import bylines, clusters, filing
from tracker.services.bylines import Collected
from tracker.store.tables.feeds import Article
from tracker.store.tables.organisation import PenName

if TYPE_CHECKING:
    from tests.web.conftest import Office

PEN = "Lam Giang"


def _offer(office: Office, count: int = 1) -> None:
    zone = office.site.app.state.deps.zone
    with office.site.db.write() as tx:
        tx.execute(insert(PenName), {"member_id": office.member, "name": PEN, "name_folded": "lam giang"})
        for number in range(count):
            article_id = make.article(tx, 50 + number, f"Chuyện làng số {number}")
            tx.execute(update(Article).where(Article.article_id == article_id).values(authors=[PEN]))
            bylines.offer(tx, [Collected(article_id=article_id, authors=(PEN,))], now=make.NOW, zone=zone)


def test_the_home_page_asks_and_says_why(office: Office) -> None:
    browser = office.browser("member")
    assert "Bài này có phải của đồng chí?" not in browser.get("/").words
    _offer(office, 3)
    shown = browser.get("/")
    assert "Bài này có phải của đồng chí?" in shown.words
    assert "Tên tác giả trùng bút danh" in shown.words
    assert len(shown.soup.select("button[value=mine]")) == 2
    assert len(browser.get("/suggestions").soup.select("button[value=mine]")) == 3


def test_yes_leads_to_the_declaration_that_waits(office: Office) -> None:
    _offer(office)
    browser = office.browser("member")
    action = browser.get("/suggestions").soup.select_one("article form")
    assert action is not None
    shown = browser.post(str(action["action"]), {"answer": "mine"})
    assert "/claims/" in shown.url
    assert "Chuyện làng số 0" in shown.words
    assert "Không có bài nào chờ đồng chí trả lời." in browser.get("/suggestions").words


def test_no_ends_the_asking(office: Office) -> None:
    _offer(office)
    browser = office.browser("member")
    action = browser.get("/").soup.select_one('form[action^="/suggestions/"]')
    assert action is not None
    assert "hệ thống không hỏi lại về bài này" in browser.post(str(action["action"]), {"answer": "not_mine"}).words
    assert "Bài này có phải của đồng chí?" not in browser.get("/").words


def test_where_a_piece_was_republished_is_shown_and_confirmed(office: Office) -> None:
    zone = office.site.app.state.deps.zone
    with office.site.db.write() as tx:
        owner = filing.get_owner(tx, office.viewers["member"], None, today=make.TODAY)
        draft = ClaimDraft(kind=ClaimKind.AUTHORED, article_id=office.article)
        filed = filing.submit(tx, office.viewers["member"], owner, draft, now=make.NOW, zone=zone)
        copy = make.article(tx, 70, "Bản đăng lại")
        tx.execute(update(Article).where(Article.article_id == copy).values(host="baotinh.vn", source="Báo tỉnh"))
    for number, article_id in enumerate((office.article, copy)):
        with office.site.db.write() as tx:
            text = texts.edited(texts.words(300, seed=1), 3, seed=number)
            clusters.assign(tx, article_id, texts.print_of(text), now=make.NOW)
    browser, page = office.browser("officer"), f"/claims/{filed.claim_id}"
    assert "Bài đăng lại chờ xác nhận (1)" in browser.get("/").words
    waiting = browser.get("/review/republications")
    assert "Báo tỉnh" in waiting.words
    shown = browser.get(page)
    assert "Các nơi đăng lại" in shown.words
    assert "Chờ xác nhận" in shown.words
    told = browser.post(f"/republications/{filed.claim_id}-{copy}", {"verdict": "confirm"})
    assert "Đã xác nhận" in told.words
    assert "Không có bài đăng lại nào chờ xác nhận" in browser.get("/review/republications").words
    assert "Bài đăng lại chờ xác nhận" not in browser.get("/").words
    mine = office.browser("member").get(page)
    assert "Đã xác nhận" in mine.words
    assert mine.soup.select_one('form[action^="/republications/"]') is None


def test_an_officer_who_is_no_member_has_no_such_page(office: Office) -> None:
    assert office.browser("officer").get("/suggestions").status == 403
