"""A page that is read while an officer features its article: one waits for the other, neither is turned away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.services import beside
from tests.services.claims_house import ZONE
from tests.services.test_page_reads import facts_of, lease
from tracker.domain.articles import ArticleChange
from tracker.domain.errors import Code
from tracker.services import articles, page_reads
from tracker.store import page_reads as store
from tracker.store.tables.feeds import PageRead

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse

PAGE = "https://nhandan.vn/bai-1-post100001.html"  # of the first article


@pytest.mark.parametrize(("authors", "refusals"), [((), []), (("Lê Thị Hạ",), [Code.ETAG_STALE])])
def test_an_article_is_featured_while_its_page_is_read_and_nobody_finds_the_database_busy(
    house: ClaimsHouse, authors: tuple[str, ...], refusals: list[Code]
) -> None:
    article_id, told = house.articles[0], list[Code]()
    with house.db.write() as tx:
        current = articles.get(tx, house.officer, article_id, today=house.today)
        page_reads.mark_new(tx, [(article_id, PAGE)], now=house.now)
    (held,) = lease(house.db, at=house.now)

    def feature() -> None:
        wanted = ArticleChange(featured=True)
        with house.db.write() as tx:
            articles.change(tx, house.officer, current, wanted, now=house.now, today=house.today)

    with house.db.write() as tx:
        assert store.is_held(tx, held)
        other = beside.begin(feature, told)
        beside.see_it_wait(house.db)
        facts = facts_of(PAGE, authors=authors)
        assert page_reads.record_read(tx, held, facts, now=house.now, zone=ZONE)
    other.join()
    assert told == refusals
    with house.db.read() as tx:
        assert tx.scalar(select(PageRead.state).where(PageRead.article_id == article_id)) == "read"
