"""Which pages are read and by whom: marks, leases, fences, and pieces that only a claim names. On both databases."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select, update

from tests import make, texts
from tests.services.claims_house import ZONE
from tracker.domain.articles import ArticleChange, ArticleFilter, read_search
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import DateQuality, FetchErrorCode
from tracker.domain.filing import ClaimDraft
from tracker.domain.jobs import LEASE_S
from tracker.domain.page_reads import PageEnd, PageFacts, ReadCause, ReadState
from tracker.domain.types import ArticleId, Channel
from tracker.domain.urls import url_key
from tracker.services import articles, clusters, links, page_reads
from tracker.store.tables.claims import Claim
from tracker.store.tables.feeds import Article, ArticleAddress, ArticleRevision, Cluster, Fingerprint, PageRead
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.page_reads import PageLease
    from tracker.store.db import Database

NOW = make.NOW
MINUTE = dt.timedelta(minutes=1)
PIECE = "https://xabensong.gov.vn/tin-tuc/Hoi-thi-dan-ca-o-xa-ben-song-1234.html"


def put(db: Database, number: int, host: str = "nhandan.vn") -> ArticleId:
    with db.write() as tx:
        article_id = make.article(tx, number)
        url = f"https://{host}/bai-{number}-post{100000 + number}.html"
        tx.execute(update(Article).where(Article.article_id == article_id).values(url=url, host=host))
        return article_id


def mark(db: Database, article_id: ArticleId, cause: ReadCause = ReadCause.SHARED, at: dt.datetime = NOW) -> None:
    with db.write() as tx:
        page_reads.mark(tx, article_id, cause, now=at)


def lease(db: Database, owner: str = "a", *, limit: int = 10, at: dt.datetime = NOW) -> list[PageLease]:
    return db.write_retrying(lambda tx: page_reads.lease(tx, owner, now=at, limit=limit))


def facts_of(url: str, **more: Any) -> PageFacts:
    given: dict[str, Any] = {
        "url_key": url_key(url) or "",
        "canonical_url": url,
        "title": "Tên đọc trên trang",
        "authors": ("Lê Thị Hạ",),
        "byline": "Lê Thị Hạ",
        "section": "Văn hóa",
        "image_url": None,
        "published_at": NOW,
        "date_quality": DateQuality.LOCAL,
        "updated_at": None,
        "fingerprint": texts.print_of(texts.words(300, seed=5)),
    }
    return PageFacts(**(given | more))


def record(db: Database, held: PageLease, facts: PageFacts, at: dt.datetime = NOW) -> bool:
    with db.write() as tx:
        return page_reads.record_read(tx, held, facts, now=at, zone=ZONE)


def state(db: Database, article_id: ArticleId) -> tuple[str, str, int]:
    with db.read() as tx:
        query = select(PageRead.state, PageRead.cause, PageRead.failures)
        row = tx.first(query.where(PageRead.article_id == article_id))
    assert row is not None
    return row.state, row.cause, row.failures


def test_marking_again_and_again_is_once(db: Database) -> None:
    article_id = put(db, 1)
    for n in range(3):
        mark(db, article_id, at=NOW + n * MINUTE)
    assert state(db, article_id) == ("due", "shared", 0)
    assert [held.article_id for held in lease(db)] == [article_id]
    mark(db, article_id, ReadCause.FEATURED)
    assert lease(db) == []


def test_what_people_cause_is_read_before_what_a_source_brings(db: Database) -> None:
    brought, shared, both = (put(db, n, f"bao{n}.vn") for n in (1, 2, 3))
    with db.write() as tx:
        page_reads.mark_new(tx, [(brought, "https://bao1.vn/a-b-c"), (both, "https://bao3.vn/a-b-c")], now=NOW)
    mark(db, shared, at=NOW + MINUTE)
    mark(db, both, ReadCause.CLAIMED, at=NOW + MINUTE)
    order = [lease(db, limit=1, at=NOW + 2 * MINUTE)[0].article_id for _ in range(3)]
    assert order == [both, shared, brought]


def test_pages_of_social_networks_are_never_marked(db: Database) -> None:
    article_id = put(db, 1)
    with db.write() as tx:
        tx.execute(update(Article).values(url="https://www.facebook.com/groups/1/posts/2"))
        page_reads.mark(tx, article_id, ReadCause.SHARED, now=NOW)
        page_reads.mark_new(tx, [(article_id, "https://www.youtube.com/watch?v=abcdefghijk")], now=NOW)
    assert lease(db) == []


def test_one_page_of_a_host_is_leased_at_once(db: Database) -> None:
    ids = [put(db, n, "bao.vn" if n < 4 else f"bao{n}.vn") for n in range(1, 6)]
    for article_id in ids:
        mark(db, article_id)
    first = lease(db)
    assert sorted(held.host_key for held in first) == ["bao.vn:443", "bao4.vn:443", "bao5.vn:443"]
    with db.write() as tx:
        assert page_reads.lease(tx, "a", now=NOW, limit=10, full_hosts={"bao.vn:443"}) == []


def test_workers_at_once_lease_every_page_exactly_once(db: Database) -> None:
    ids = [put(db, n, f"bao{n}.vn") for n in range(1, 25)]
    for article_id in ids:
        mark(db, article_id)
    got: list[ArticleId] = []

    def work(owner: str) -> None:
        while found := lease(db, owner, limit=3):
            got.extend(held.article_id for held in found)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(ids)


def test_a_lease_that_ran_out_goes_to_another_and_the_late_one_writes_nothing(db: Database) -> None:
    article_id = put(db, 1)
    mark(db, article_id)
    (late,) = lease(db)
    after = NOW + dt.timedelta(seconds=LEASE_S + 1)
    assert lease(db, "b", at=after - 2 * MINUTE) == []
    (held,) = lease(db, "b", at=after)
    assert held.tries_count == 2
    assert not record(db, late, facts_of(late.url))
    with db.write() as tx:
        assert not page_reads.record_end(tx, late, PageEnd(state=ReadState.FAILED, code=FetchErrorCode.GONE))
    with db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Fingerprint)) == 0
    assert record(db, held, facts_of(held.url), after)
    assert state(db, article_id) == ("read", "shared", 0)


def test_a_heartbeat_keeps_a_page_and_giving_it_back_counts_no_try(db: Database) -> None:
    article_id = put(db, 1)
    mark(db, article_id)
    (held,) = lease(db)
    later = NOW + dt.timedelta(seconds=LEASE_S - 10)
    with db.write() as tx:
        page_reads.hold(tx, [held], now=later)
    assert lease(db, "b", at=later + MINUTE - dt.timedelta(seconds=5)) == []
    with db.write() as tx:
        page_reads.give_back(tx, [held])
    (again,) = lease(db, "b", at=later)
    assert again.tries_count == 1


def test_while_many_sources_wait_pages_are_read_one_at_a_time(db: Database) -> None:
    for n in range(1, 4):
        mark(db, put(db, n, f"bao{n}.vn"))
    with db.write() as tx:
        row = {"kind": "feed.fetch", "slot": "due", "due_at": NOW, "fence": 0, "attempts": 0}
        tx.execute(insert(Job), [row | {"subject": str(n)} for n in range(page_reads.MANY_FEEDS)])
    assert len(lease(db)) == 1
    with db.write() as tx:
        assert page_reads.lease(tx, "a", now=NOW, limit=5, full_hosts={"bao1.vn:443"}) == []
        tx.execute(update(Job).values(due_at=NOW + MINUTE))
    assert len(lease(db)) == 2


def test_a_page_read_twice_says_the_same(db: Database) -> None:
    article_id = put(db, 1)
    mark(db, article_id)
    (held,) = lease(db)
    assert record(db, held, facts_of(held.url))
    with db.write() as tx:
        tx.execute(update(PageRead).values(state="due", due_at=NOW))
        version = tx.scalar(select(Article.version))
    (held,) = lease(db, at=NOW + MINUTE)
    assert record(db, held, facts_of(held.url), NOW + MINUTE)
    with db.read() as tx:
        assert tx.scalar(select(Article.version)) == version
        assert tx.scalar(select(func.count()).select_from(ArticleRevision)) == 1


def test_two_carriers_of_one_text_come_together_and_a_better_time_tells_who_was_first(db: Database) -> None:
    one, two = put(db, 1, "bao1.vn"), put(db, 2, "bao2.vn")
    with db.write() as tx:
        day = NOW - dt.timedelta(hours=5)
        tx.execute(update(Article).where(Article.article_id == two).values(published_at=day, date_quality="day"))
    for article_id in (one, two):
        mark(db, article_id)
    for held in lease(db):
        at = NOW if held.article_id == one else NOW + dt.timedelta(hours=2)
        assert record(db, held, facts_of(held.url, published_at=at))
    with db.read() as tx:
        assert tx.scalar(select(Cluster.first_article_id)) == one
        assert tx.scalar(select(func.count()).where(Article.cluster_id.is_not(None))) == 2


def test_a_time_that_a_source_tells_later_says_anew_who_was_first(db: Database) -> None:
    from tests.services.test_harvest_topics import DRAFT, fetch  # noqa: PLC0415 - a fetch in a few lines

    hour = dt.timedelta(hours=1)
    one, two = put(db, 1, "bao1.vn"), put(db, 2, "bao2.vn")
    with db.write() as tx:
        feed_id = make.feed(tx, "https://bao2.vn/rss")
        at = {one: NOW, two: NOW + hour}
        for article_id in (one, two):
            undated = {"published_at": at[article_id], "date_quality": "none"}
            tx.execute(update(Article).where(Article.article_id == article_id).values(undated))
        key = tx.scalar(select(ArticleAddress.url_key).where(ArticleAddress.article_id == two))
        for article_id in (one, two):
            clusters.assign(tx, article_id, texts.print_of(texts.words(300, seed=5)), now=NOW)
    assert first(db) == one
    fetch(db, feed_id, replace(DRAFT, url_key=key, published_at=NOW - hour, content_hash="later"))
    assert first(db) == two
    with db.read() as tx:
        assert tx.scalar(select(func.count()).where(Article.cluster_id.is_not(None))) == 2


def first(db: Database) -> int | None:
    with db.read() as tx:
        found: int | None = tx.scalar(select(Cluster.first_article_id))
        return found


def test_a_link_a_claim_and_a_choice_of_an_officer_each_have_the_page_read(house: ClaimsHouse) -> None:
    db, (shared, claimed, *_) = house.db, house.articles
    with db.write() as tx:
        links.get_link(tx, house.as_an, shared, Channel.ZALO, secret=b"s" * 32, now=house.now, today=house.today)
    house.file(house.as_an, house.share(1))
    assert state(db, shared) == ("due", "shared", 0)
    assert state(db, claimed) == ("due", "claimed", 0)
    featured = put(db, 77)
    with db.write() as tx:
        current = articles.get(tx, house.officer, featured, today=house.today)
        hidden = ArticleChange(hidden=False)
        articles.change(tx, house.officer, current, hidden, now=house.now, today=house.today)
        assert tx.scalar(select(func.count()).where(PageRead.article_id == featured)) == 0
        current = articles.get(tx, house.officer, featured, today=house.today)
        articles.change(tx, house.officer, current, ArticleChange(featured=True), now=house.now, today=house.today)
    assert state(db, featured) == ("due", "featured", 0)


def piece(house: ClaimsHouse, url: str = PIECE, **more: Any) -> ClaimDraft:
    return ClaimDraft(kind=ClaimKind.AUTHORED, url=url, title="Tên do người khai gõ", **more)


def named(house: ClaimsHouse) -> Any:
    with house.db.read() as tx:
        return tx.first(select(Article.article_id, Article.title, Article.listed, Article.host).where(~Article.listed))


def test_a_piece_that_no_source_carried_is_read_and_stands_in_no_list(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(house))
    row = named(house)
    assert (row.title, row.host) == ("", "xabensong.gov.vn")
    assert state(house.db, row.article_id) == ("due", "claimed", 0)
    with house.db.read() as tx:
        assert tx.scalar(select(Claim.article_id).where(Claim.member_id == claim_id.member_id)) is None
    held = next(h for h in lease(house.db, at=house.now) if h.article_id == row.article_id)
    assert record(house.db, held, facts_of(PIECE))
    assert named(house).title == "Tên đọc trên trang"
    with house.db.write() as tx:
        for search in (None, read_search("tên đọc trên trang"), read_search("ten doc")):
            found = articles.list_page(
                tx, house.admin, ArticleFilter(search=search), after=None, limit=50, today=house.today
            )
            assert row.article_id not in [a.article_id for a in found.items]
        for refused in (
            lambda: articles.get(tx, house.admin, row.article_id, today=house.today),
            lambda: links.check_article(tx, house.as_an, row.article_id, today=house.today),
        ):
            with pytest.raises(AppError, check=lambda error: error.code is Code.NOT_FOUND):
                refused()


def test_an_article_that_only_a_claim_named_does_not_list_its_source(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(house))
    codes = {check.code.value for check in house.show(house.officer, claim_id).checks}
    assert "source.unlisted" in codes
    again = house.file(house.as_binh, piece(house))
    codes = {check.code.value for check in house.show(house.officer, again).checks}
    assert "source.unlisted" in codes


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/an.nguyen/posts/pfbid02abcDEF123",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://xabensong.gov.vn/",
    ],
)
def test_a_piece_on_a_network_or_a_front_page_is_not_read(house: ClaimsHouse, url: str) -> None:
    house.file(house.as_an, piece(house, url))
    assert named(house) is None


def test_a_share_of_a_page_that_is_not_collected_is_not_read(house: ClaimsHouse) -> None:
    house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, article_url=PIECE, channel=Channel.ZALO))
    assert named(house) is None


def test_a_piece_named_when_a_claim_is_completed_is_read_too(house: ClaimsHouse) -> None:
    from tracker.services import filing  # noqa: PLC0415 - the one test that edits

    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài của tôi"))
    with house.db.write() as tx:
        row = filing.get_for_edit(tx, house.as_an, claim_id, today=house.today)
        filing.edit(tx, house.as_an, row, {"url": PIECE}, now=house.now, zone=ZONE)
    assert named(house) is not None


def test_a_source_that_carries_a_named_piece_makes_it_an_article_like_all_others(house: ClaimsHouse) -> None:
    from tests.services.test_harvest_topics import DRAFT, fetch  # noqa: PLC0415 - a fetch in a few lines

    house.file(house.as_an, piece(house))
    with house.db.write() as tx:
        feed_id = make.feed(tx, "https://xabensong.gov.vn/rss")
    drafted = replace(DRAFT, url=PIECE, url_key=url_key(PIECE) or "", title="Tên trong nguồn")
    fetch(house.db, feed_id, drafted)
    assert named(house) is None
    with house.db.read() as tx:
        found = articles.list_page(
            tx, house.admin, ArticleFilter(search=read_search("nguồn")), after=None, limit=5, today=house.today
        )
        assert [a.title for a in found.items] == ["Tên trong nguồn"]
        assert tx.scalar(select(func.count()).where(ArticleAddress.url == PIECE)) == 1
