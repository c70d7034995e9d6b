"""Installing outlets from the catalogue, and which outlet a host belonged to on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.catalogue import Catalogue, CatalogueEntry, CatalogueFeed, Confidence, OutletClass
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import DateOrder, FeedKind
from tracker.domain.sources import NewFeed
from tracker.domain.types import AccountId, Role, Viewer
from tracker.services import catalogue, feeds, harvest
from tracker.services.catalogue import CatalogueFilter
from tracker.store import outlets
from tracker.store.tables.feeds import Article, Feed, Outlet
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from tracker.services.catalogue import EntryView, Installed
    from tracker.store.db import Database, Tx

ADMIN = Viewer(account_id=AccountId(1), role=Role.ADMIN)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LAST = dt.date(2025, 6, 30)
SECTION = "https://moi.example/thoi-su"
NEW_PAPER = CatalogueEntry(
    key="moi",
    name="Báo Đồng Nai mẫu",
    outlet_class=OutletClass.PROVINCIAL,
    home="https://moi.example",
    hosts=("moi.example",),
    valid_from=dt.date(2025, 7, 1),
    feeds=(
        CatalogueFeed(title="Trang chủ", url="https://moi.example/rss", confidence=Confidence.A, pause_s=5),
        CatalogueFeed(
            title="Thời sự",
            url="https://moi.example/ts.rss",
            confidence=Confidence.B,
            date_order=DateOrder.MDY,
            keeps_cookies=True,
            compare_url=SECTION,
        ),
    ),
)
OLD_PAPER = CatalogueEntry(
    key="cu",
    name="Báo Bình Phước mẫu",
    outlet_class=OutletClass.PROVINCIAL,
    hosts=("cu.example", "nhandan.vn"),
    valid_to=LAST,
    successor="moi",
    feeds=(CatalogueFeed(title="Trang chủ", url="https://cu.example/rss", confidence=Confidence.C),),
)
PORTAL = CatalogueEntry(key="cong", name="Cổng mẫu", outlet_class=OutletClass.PORTAL, hosts=("cong.gov.example",))
NOWHERE = CatalogueEntry(key="khong", name="Không rõ", outlet_class=OutletClass.OTHER)
OFFERED = Catalogue(entries={entry.key: entry for entry in (NEW_PAPER, OLD_PAPER, PORTAL, NOWHERE)})


def install(
    tx: Tx, key: str, chosen: list[str] | None = None, *, offered: Catalogue = OFFERED, take_over: bool = False
) -> Installed:
    return catalogue.install(tx, ADMIN, offered, key, chosen, take_over=take_over, now=NOW, zone=ZONE)


def keys(tx: Tx, **asked: Any) -> list[str]:
    wanted = CatalogueFilter(**asked)
    return [view.entry.key for view in catalogue.list_entries(tx, ADMIN, OFFERED, wanted, today=TODAY)]


def test_an_outlet_is_installed_with_its_surest_addresses_as_the_catalogue_says(db: Database) -> None:
    with db.write() as tx:
        done = install(tx, "moi")
        row = tx.first(select(Feed.title, Feed.title_given, Feed.pause_s, Feed.outlet_id, Feed.date_order))
        assert done.view.outlet is not None
        assert row is not None
        assert tuple(row) == ("Báo Đồng Nai mẫu – Trang chủ", True, 5, done.view.outlet.outlet_id, "auto")
        assert [offer.feed_id for offer in done.view.offers] == [done.added[0], None]
        assert done.view.differences == ()
        assert [one.lease.feed_id for one in harvest.lease_due(tx, "w", now=NOW, limit=5)] == list(done.added)


def test_chosen_addresses_are_installed_with_their_options(db: Database) -> None:
    with db.write() as tx:
        done = install(tx, "moi", ["https://moi.example/ts.rss"])
        row = tx.first(select(Feed.date_order, Feed.keeps_cookies, Feed.pause_s, Feed.compare_url, Feed.version))
    assert len(done.added) == 1
    assert row is not None
    assert tuple(row) == ("mdy", True, None, SECTION, 2)


def test_installing_again_changes_nothing(db: Database) -> None:
    with db.write() as tx:
        first, again = install(tx, "moi"), install(tx, "moi")
        assert again.added == ()
        assert again.view == first.view
        assert len(tx.scalars(select(Outlet.outlet_id))) == len(tx.scalars(select(Feed.feed_id))) == 1


def test_a_source_that_is_there_already_is_recognised_and_linked_but_not_changed(db: Database) -> None:
    with db.write() as tx:
        new = NewFeed(url="http://www.moi.example/ts.rss/", kind=FeedKind.FEED, title="Tên riêng")
        own = feeds.add(tx, ADMIN, new, now=NOW)
        done = install(tx, "moi")
        kept = tx.first(select(Feed.title, Feed.date_order, Feed.outlet_id).where(Feed.feed_id == own.feed_id))
    assert [offer.feed_id for offer in done.view.offers] == [done.added[0], own.feed_id]
    assert kept is not None
    assert done.view.outlet is not None
    assert tuple(kept) == ("Tên riêng", "auto", done.view.outlet.outlet_id)
    told = {(one.field, one.installed, one.offered) for one in done.view.differences}
    assert told == {("date_order", "auto", "mdy"), ("keeps_cookies", "false", "true"), ("compare_url", "", SECTION)}


def test_a_page_to_compare_with_that_an_office_chose_is_no_difference(db: Database) -> None:
    with db.write() as tx:
        install(tx, "moi")
        tx.execute(update(Feed).values(compare_url="https://moi.example/khac"))
        assert catalogue.get_entry(tx, ADMIN, OFFERED, "moi", today=TODAY).differences == ()


def test_two_spellings_of_one_address_make_one_source(db: Database) -> None:
    twice = replace(NEW_PAPER, feeds=(NEW_PAPER.feeds[0], replace(NEW_PAPER.feeds[0], url="http://moi.example/rss/")))
    with db.write() as tx:
        assert len(install(tx, "moi", offered=Catalogue(entries={"moi": twice})).added) == 1


def test_what_the_catalogue_says_now_is_taken_over_when_asked_only(db: Database) -> None:
    later = replace(
        NEW_PAPER,
        name="Báo Đồng Nai và PTTH",
        outlet_class=OutletClass.CENTRAL,
        hosts=("moi.example", "them.example"),
        feeds=(replace(NEW_PAPER.feeds[0], date_order=DateOrder.DMY),),
    )
    offered = Catalogue(entries=dict(OFFERED.entries) | {"moi": later})
    with db.write() as tx:
        install(tx, "moi")
        tx.execute(update(Feed).values(etag='"a"', body_hash="h"))
        seen = catalogue.get_entry(tx, ADMIN, offered, "moi", today=TODAY)
        fields = {(one.field, one.installed, one.offered) for one in seen.differences}
        assert fields == {
            ("name", "Báo Đồng Nai mẫu", "Báo Đồng Nai và PTTH"),
            ("class", "provincial", "central"),
            ("hosts", "moi.example", "moi.example, them.example"),
            ("date_order", "auto", "dmy"),
        }
        assert install(tx, "moi", [], offered=offered).view.differences == seen.differences
        assert install(tx, "moi", [], offered=offered, take_over=True).view.differences == ()
        assert tuple(tx.all(select(Feed.etag, Feed.body_hash, Feed.date_order))[0]) == (None, None, "dmy")


def test_an_ended_outlet_offers_nothing_by_itself_and_brings_its_successor(db: Database) -> None:
    with db.write() as tx:
        done = install(tx, "cu")
        assert (done.added, done.view.ended, done.view.successor) == ((), True, NEW_PAPER)
        owners = outlets.list_owners(tx, ["cu.example", "tin.cu.example", "moi.example", "la.example"])
        names = [(owners.on("tin.cu.example", LAST + dt.timedelta(days=days))) for days in (0, 1)]
        assert [outlet.name if outlet else None for outlet in names] == [OLD_PAPER.name, NEW_PAPER.name]
        before = owners.on("moi.example", LAST)
        assert before is not None
        assert before.name == NEW_PAPER.name
        assert owners.on("la.example", LAST) is None
        assert len(install(tx, "cu", ["https://cu.example/rss"]).added) == 1


def test_articles_collected_before_are_counted_to_the_outlet_of_their_day(db: Database) -> None:
    midnight = dt.datetime(2025, 6, 30, 17, tzinfo=dt.UTC)  # 00:00 of 1 July in Hà Nội
    with db.write() as tx:
        before = make.article(tx, 1, published_at=midnight - dt.timedelta(seconds=1))
        after = make.article(tx, 2, published_at=midnight)
        assert install(tx, "cu").article_count == 2
        assert install(tx, "cu").article_count == 0
        query = select(Article.article_id, Outlet.name).join(Outlet, Outlet.outlet_id == Article.outlet_id)
        named = {row.article_id: row.name for row in tx.all(query)}
    assert named == {before: OLD_PAPER.name, after: NEW_PAPER.name}


def test_what_is_not_in_the_catalogue_is_refused(db: Database) -> None:
    with db.write() as tx:
        for key, chosen, code in (
            ("x", None, Code.NOT_FOUND),
            ("moi", ["https://la.example/"], Code.FIELD_INVALID),
            ("khong", None, Code.FIELD_INVALID),
        ):
            with pytest.raises(AppError) as refused:
                install(tx, key, chosen)
            assert refused.value.code is code
        assert tx.scalars(select(Outlet.outlet_id)) == []


def test_the_list_is_narrowed_by_words_class_confidence_and_what_is_installed(db: Database) -> None:
    with db.write() as tx:
        assert keys(tx) == ["cu", "moi", "cong", "khong"]
        assert keys(tx, find="dong nai") == ["moi"]
        assert keys(tx, find="cu.example") == ["cu"]
        assert keys(tx, outlet_class=OutletClass.PORTAL) == ["cong"]
        assert keys(tx, confidence=Confidence.C) == ["cu"]
        assert keys(tx, installed=True) == []
        install(tx, "cong")
        assert keys(tx, installed=True) == ["cong"]
        assert "cong" not in keys(tx, installed=False)


def test_an_outlet_whose_sources_were_removed_can_have_them_again(db: Database) -> None:
    with db.write() as tx:
        (feed_id,) = install(tx, "moi").added
        feeds.remove(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), now=NOW)
        view: EntryView = catalogue.get_entry(tx, ADMIN, OFFERED, "moi", today=TODAY)
        assert (view.installed, view.feed_count) == (True, 0)
        assert len(install(tx, "moi").added) == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.AUDITOR])
def test_only_administrators_install(db: Database, role: Role) -> None:
    viewer = Viewer(account_id=AccountId(9), role=role)
    with db.write() as tx:
        with pytest.raises(AppError) as seen:
            catalogue.list_entries(tx, viewer, OFFERED, CatalogueFilter(), today=TODAY)
        with pytest.raises(AppError) as done:
            catalogue.install(tx, viewer, OFFERED, "moi", None, now=NOW, zone=ZONE)
    assert seen.value.code is done.value.code is Code.RIGHT_MISSING


def test_an_installation_stands_in_the_audit(db: Database) -> None:
    with db.write() as tx:
        install(tx, "cong")
        install(tx, "cong", take_over=True)
        acts = tx.scalars(select(AuditEvent.action).order_by(AuditEvent.event_id))
    assert acts == ["outlet.install", "outlet.take_over"]
