"""Tracked links of members."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from tests import make
from tracker.domain.errors import AppError, Code
from tracker.domain.links import slug_candidates
from tracker.domain.types import ArticleId, Channel
from tracker.services import links
from tracker.store.tables.feeds import Curation
from tracker.store.tables.links import Link, LinkDay
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer
    from tracker.services.links import GivenLink

SECRET = b"s" * 32


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


def give(house: ClaimsHouse, viewer: Viewer, article: int = 0, channel: Channel = Channel.ZALO) -> GivenLink:
    with house.db.write() as tx:
        return links.get_link(
            tx, viewer, house.articles[article], channel, secret=SECRET, now=house.now, today=house.today
        )


def test_the_same_three_give_the_same_link(house: ClaimsHouse) -> None:
    first, again = give(house, house.as_an), give(house, house.as_an)
    assert (first.made, again.made) == (True, False)
    assert first.link == again.link
    others = [give(house, house.as_binh), give(house, house.as_an, 1), give(house, house.as_an, 0, Channel.FACEBOOK)]
    assert len({g.link.slug for g in (first, *others)}) == 4


def test_a_slug_held_by_another_three_makes_room_for_the_next(house: ClaimsHouse) -> None:
    slugs = slug_candidates(SECRET, house.an, house.articles[0], Channel.ZALO)
    row = {"slug": slugs[0], "member_id": house.binh, "article_id": 1, "channel": "web", "target_url": "https://x.vn"}
    with house.db.write() as tx:
        tx.execute(insert(Link), row | {"created_at": make.NOW})
    assert give(house, house.as_an).link.slug == slugs[1]
    with house.db.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM links WHERE channel = 'web'")
    assert give(house, house.as_an).link.slug == slugs[1]


def test_when_every_slug_is_taken_it_is_refused(house: ClaimsHouse) -> None:
    slugs = slug_candidates(SECRET, house.an, house.articles[0], Channel.ZALO)
    row = {"member_id": house.binh, "article_id": 1, "channel": "web", "target_url": "https://x.vn"}
    with house.db.write() as tx:
        tx.execute(insert(Link), [row | {"slug": s, "created_at": make.NOW} for s in slugs])
    with refused(Code.STORE_BUSY):
        give(house, house.as_an)


def test_only_a_member_has_links_and_only_to_what_they_may_see(house: ClaimsHouse) -> None:
    with refused(Code.RIGHT_MISSING):
        give(house, house.officer)
    with refused(Code.NOT_FOUND), house.db.write() as tx:
        links.get_link(tx, house.as_an, ArticleId(10**6), Channel.ZALO, secret=SECRET, now=house.now, today=house.today)


def test_an_article_hidden_above_is_hidden_below_and_nowhere_else(house: ClaimsHouse) -> None:
    decided = {"featured": False, "hidden": True, "decided_by": 1, "decided_at": make.NOW}
    with house.db.write() as tx:
        tx.execute(insert(Curation), decided | {"unit_id": house.branch, "article_id": house.articles[0]})
        tx.execute(insert(Curation), decided | {"unit_id": house.committee, "article_id": house.articles[1]})
    for viewer, article, seen in (
        (house.as_an, 0, False),
        (house.other_officer, 0, True),
        (house.as_an, 1, False),
        (house.other_officer, 1, False),
        (house.as_an, 2, True),
    ):
        if seen:
            give(house, viewer, article)
        else:
            with refused(Code.NOT_FOUND):
                give(house, viewer, article)


def test_a_link_made_before_its_article_was_hidden_leads_on_and_is_not_given_again(house: ClaimsHouse) -> None:
    slug = give(house, house.as_an).link.slug
    decided = {"featured": False, "hidden": True, "decided_by": 1, "decided_at": make.NOW}
    with house.db.write() as tx:
        tx.execute(insert(Curation), decided | {"unit_id": house.committee, "article_id": house.articles[0]})
    with house.db.read() as tx:
        assert [link.withdrawn_at for link in links.list_targets(tx, [slug]).values()] == [None]
        for viewer in (house.as_an, house.officer):
            assert not links.is_offered(tx, viewer, house.articles[0], today=house.today)
    with refused(Code.NOT_FOUND):
        give(house, house.as_an)
    house.file(house.as_an)  # what was shared may be declared


def test_a_withdrawn_link_is_given_back_to_the_member_who_asks(house: ClaimsHouse) -> None:
    link = give(house, house.as_an).link
    for viewer in (house.as_binh, house.officer):
        with refused(Code.NOT_FOUND), house.db.write() as tx:
            links.withdraw_link(tx, viewer, link.slug, now=house.now)
    with house.db.write() as tx:
        links.withdraw_link(tx, house.as_an, link.slug, now=house.now)
        assert links.list_targets(tx, [link.slug])[link.slug].withdrawn_at == house.now
    again = give(house, house.as_an)
    assert (again.made, again.link.slug, again.link.withdrawn_at) == (False, link.slug, None)


def test_only_an_administrators_withdrawal_is_audited(house: ClaimsHouse) -> None:
    link = give(house, house.as_an).link
    for viewer in (house.as_an, house.admin):
        with house.db.write() as tx:
            links.withdraw_link(tx, viewer, link.slug, now=house.now)
    with house.db.read() as tx:
        assert tx.scalars(select(AuditEvent.actor_id)) == [house.admin.account_id]


def test_links_nobody_claimed_and_nobody_followed_are_dropped_after_14_days(house: ClaimsHouse) -> None:
    unused, claimed, followed = (give(house, house.as_an, n).link.slug for n in range(3))
    with house.db.write() as tx:
        tx.execute(update(Link).values(created_at=make.NOW - dt.timedelta(days=14, seconds=1)))
        row = {"slug": followed, "day": make.TODAY, "verdict": "robot", "method": "1"}
        tx.execute(insert(LinkDay), row | {"request_count": 1, "person_day_count": 0})
    young = give(house, house.as_an, 3).link.slug
    house.file(house.as_an, house.share(1))
    with house.db.write() as tx:
        assert links.drop_unclaimed(tx, now=house.now, at_most=1) == 1
        assert links.drop_unclaimed(tx, now=house.now, at_most=1) == 0
        assert set(links.list_targets(tx, [unused, claimed, followed, young])) == {claimed, followed, young}


def test_fifty_taps_at_once_make_one_link(house: ClaimsHouse) -> None:
    given: list[GivenLink] = []
    barrier = threading.Barrier(10)

    def tap() -> None:
        barrier.wait()
        given.extend(give(house, house.as_an) for _ in range(5))

    threads = [threading.Thread(target=tap) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 50
    assert len({g.link.slug for g in given}) == 1
    assert sum(g.made for g in given) == 1
