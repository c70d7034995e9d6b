"""What reading an article's page adds to the page of that article here: section, and who else carries its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update

from tests import make, texts
from tracker.services import clusters
from tracker.store.tables.feeds import Article, Curation, PageRead

if TYPE_CHECKING:
    from tests.web.conftest import Office
    from tracker.domain.types import ArticleId

STORY = texts.words(300, seed=3)


def _carry(office: Office, article_id: ArticleId) -> None:
    with office.site.db.write() as tx:
        clusters.assign(tx, article_id, texts.print_of(STORY), now=make.NOW)


def _copy(office: Office, number: int, title: str, **more: object) -> ArticleId:
    with office.site.db.write() as tx:
        article_id = make.article(tx, number, title)
        if more:
            tx.execute(update(Article).where(Article.article_id == article_id).values(**more))
    _carry(office, article_id)
    return article_id


def _listed(office: Office, role: str) -> list[str]:
    shown = office.browser(role).get(f"/articles/{office.article}")
    return [" ".join(item.get_text(" ", strip=True).split()) for item in shown.soup.select("#copies ~ ol li")]


def test_an_article_alone_says_nothing_of_copies(office: Office) -> None:
    _carry(office, office.article)
    assert _listed(office, "member") == []


@pytest.mark.parametrize("role", ["member", "officer", "admin", "auditor"])
def test_who_carries_the_same_text_is_listed_with_links(office: Office, role: str) -> None:
    _carry(office, office.article)
    other = _copy(office, 41, "Bài đăng lại", source="Báo Khác")
    items = _listed(office, role)
    assert len(items) == 2
    assert "bài này" in items[0]
    assert "Báo Khác" in items[1]
    browser = office.browser(role)
    (link,) = browser.get(f"/articles/{office.article}").soup.select("#copies ~ ol a")
    assert link["href"] == f"/articles/{other}"
    assert "Bài đăng lại" in browser.get(str(link["href"])).words


def test_a_hidden_copy_is_not_shown_to_members(office: Office) -> None:
    _carry(office, office.article)
    other = _copy(office, 41, "Bài đăng lại")
    row = {"unit_id": office.unit, "article_id": other, "featured": False, "hidden": True}
    with office.site.db.write() as tx:
        tx.execute(insert(Curation).values(row | {"decided_by": 1, "decided_at": make.NOW}))
    assert _listed(office, "member") == []
    assert len(_listed(office, "officer")) == 2


def test_a_copy_that_only_a_claim_names_is_shown_to_officers_with_its_own_address(office: Office) -> None:
    _carry(office, office.article)
    _copy(office, 41, "Bài của xã", listed=False, url="https://xa.gov.vn/tin/1")
    assert _listed(office, "member") == []
    (link,) = office.browser("officer").get(f"/articles/{office.article}").soup.select("#copies ~ ol a")
    assert link["href"] == "https://xa.gov.vn/tin/1"


def test_the_section_is_shown_and_an_officer_learns_why_a_page_was_not_read(office: Office) -> None:
    row = {"article_id": office.article, "cause": "featured", "state": "refused", "section": "Văn hóa"}
    with office.site.db.write() as tx:
        tx.execute(insert(PageRead).values(row))
    path = f"/articles/{office.article}"
    assert "Văn hóa" in office.browser("member").get(path).words
    assert "Trang này đề nghị máy không đọc bài." not in office.browser("member").get(path).words
    assert "Trang này đề nghị máy không đọc bài." in office.browser("officer").get(path).words


def test_a_copys_title_is_text_and_its_address_leads_to_the_web_only(office: Office) -> None:
    _carry(office, office.article)
    _copy(office, 41, "<img src=x onerror=alert(1)>", listed=False, url="javascript:alert(1)")
    shown = office.browser("officer").get(f"/articles/{office.article}")
    assert shown.soup.select("#copies ~ ol img") == []
    assert shown.soup.select("#copies ~ ol a")[0]["href"] == "#"
