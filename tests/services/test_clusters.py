"""Articles that carry one text, on both databases: joining, leaving, who is earliest, and races."""

from __future__ import annotations

import datetime as dt
import random  # noqa: TID251 - only in seeded instances
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select

from tests import make, texts
from tracker.domain.fingerprints import BANDS, HASHES, ClusterId, Fingerprint, bands
from tracker.services import clusters
from tracker.store import clusters as store
from tracker.store.clusters import OF_BUCKET_MOST
from tracker.store.tables.feeds import Article, Cluster, FingerprintBand
from tracker.store.tables.feeds import Fingerprint as FingerprintRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.types import ArticleId
    from tracker.store.db import Database

HOUR = dt.timedelta(hours=1)
MANY = 90
STORY = texts.words(300, seed=1)
OTHER = texts.words(300, seed=2)


def copy(number: int, of: str = STORY) -> Fingerprint:
    """Give the fingerprint of a lightly edited copy."""
    return texts.print_of(texts.edited(of, 4, seed=number))


class Press:
    """Articles numbered 1, 2, 3 …, an hour between them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ids: list[ArticleId] = []

    def write(self, *, hours: int | None = None) -> ArticleId:
        number = len(self.ids) + 1
        with self.db.write() as tx:
            at = make.NOW + HOUR * (number if hours is None else hours)
            self.ids.append(make.article(tx, number, published_at=at))
        return self.ids[-1]

    def assign(self, article_id: ArticleId, fingerprint: Fingerprint) -> ClusterId | None:
        with self.db.write() as tx:
            return clusters.assign(tx, article_id, fingerprint, now=make.NOW)

    def carry(self, text: str, *, hours: int | None = None) -> tuple[ArticleId, ClusterId | None]:
        article_id = self.write(hours=hours)
        return article_id, self.assign(article_id, texts.print_of(text))

    def members(self, cluster_id: ClusterId | None) -> list[ArticleId]:
        assert cluster_id is not None
        with self.db.read() as tx:
            return [member.article_id for member in clusters.list_members(tx, cluster_id)]

    def all(self) -> list[tuple[int, int]]:
        """Give each cluster with its first article."""
        with self.db.read() as tx:
            rows = tx.all(select(Cluster.cluster_id, Cluster.first_article_id).order_by(Cluster.cluster_id))
        return [(row.cluster_id, row.first_article_id) for row in rows]

    def where(self) -> list[int | None]:
        with self.db.read() as tx:
            return list(tx.scalars(select(Article.cluster_id).order_by(Article.article_id)))


@pytest.fixture
def press(db: Database) -> Press:
    return Press(db)


def test_an_article_alone_stands_in_no_cluster_and_its_copy_makes_one(press: Press) -> None:
    one, none = press.carry(STORY)
    assert none is None
    _, nowhere = press.carry(OTHER)
    two, cluster_id = press.carry(texts.edited(STORY, 4, seed=1))
    assert nowhere is None
    assert press.members(cluster_id) == [one, two]
    assert press.all() == [(cluster_id, one)]
    assert press.where() == [cluster_id, None, cluster_id]


def test_copies_join_in_whatever_order_and_the_earliest_published_stands_first(press: Press) -> None:
    late, _ = press.carry(STORY, hours=30)
    middle, cluster_id = press.carry(STORY, hours=20)
    assert press.all() == [(cluster_id, middle)]
    early, again = press.carry(texts.edited(STORY, 4, seed=1), hours=10)
    same_hour, once_more = press.carry(STORY, hours=10)
    assert cluster_id == again == once_more
    assert press.members(cluster_id) == [early, same_hour, middle, late]
    assert press.all() == [(cluster_id, early)]


@pytest.mark.thorough
@pytest.mark.parametrize("are_together", [False, True])
def test_a_copy_with_one_bucket_in_common_is_found_behind_hundreds_that_have_more(
    press: Press, *, are_together: bool
) -> None:
    wanted = texts.print_of(STORY)
    moulded = [strangers(wanted, number, are_together=are_together) for number in range(MANY)]
    for near in moulded:
        press.assign(press.write(), near)
    copied = press.write()
    press.assign(copied, one_band_only(wanted))
    last = press.write()
    cluster_id = press.assign(last, wanted)
    assert press.members(cluster_id) == [copied, last]


def strangers(of: Fingerprint, number: int, *, are_together: bool) -> Fingerprint:
    """Give the fingerprint of a text of the same mould: half of the bands in common, and little else."""
    chance = random.Random(0 if are_together else number)  # noqa: S311 - the same on every run
    head = BANDS * 3 // 2
    return replace(of, signature=of.signature[:head] + chance.randbytes(HASHES - head))


def one_band_only(of: Fingerprint) -> Fingerprint:
    """Give the fingerprint of a copy that has a single band in common, though most of its values."""
    changed = bytearray(of.signature)
    for band in range(1, BANDS):
        changed[band * 3] ^= 1
    return replace(of, signature=bytes(changed))


def test_of_a_bucket_that_years_of_notices_fill_those_collected_last_are_compared(press: Press) -> None:
    wanted, copied = texts.print_of(STORY), press.write()
    press.assign(copied, one_band_only(wanted))
    fill_bucket(press, wanted, OF_BUCKET_MOST - 1)
    with press.db.read() as tx:
        near = [row.article_id for row in store.list_near(tx, press.write(), wanted, limit=9_999)]
        assert len(near) == OF_BUCKET_MOST
        assert near[0] == copied
        assert len(store.list_near(tx, copied, wanted, limit=5)) == 5
    fill_bucket(press, wanted, 1)
    assert press.assign(press.write(), wanted) is None  # it came too long ago


def fill_bucket(press: Press, of: Fingerprint, count: int) -> None:
    """Put in articles of no likeness that have one bucket in common with a text."""
    band, bucket = bands(of.signature)[0]
    with press.db.write() as tx:
        like = tx.all(select(Article.__table__).where(Article.article_id == press.ids[0]))[0]._asdict()
        urls = [f"#{count}.{number}" for number in range(count)]
        rows = [like | {"url": url, "url_key": url} for url in urls]
        for row in rows:
            del row["article_id"]
        made = list(tx.execute(insert(Article).returning(Article.article_id), rows).scalars())
        signature = of.signature[:3] + bytes(HASHES - 3)
        prints = [{"article_id": one, "method": of.method, "signature": signature, "word_count": 300} for one in made]
        tx.insert_rows(FingerprintRow, prints)
        tx.insert_rows(FingerprintBand, [{"band": band, "bucket": bucket, "article_id": one} for one in made])


def test_members_tell_what_they_share_with_the_earliest(press: Press) -> None:
    press.carry(STORY)
    _, cluster_id = press.carry(texts.edited(STORY, 8, seed=1))
    assert cluster_id is not None
    with press.db.read() as tx:
        first, second = clusters.list_members(tx, cluster_id)
    assert first.alike_permille == 1000
    assert 670 <= (second.alike_permille or 0) < 1000
    assert second.published_at - first.published_at == HOUR


def test_the_same_fingerprint_again_changes_nothing(press: Press) -> None:
    press.carry(STORY)
    two, cluster_id = press.carry(STORY)
    before = press.all(), press.where()
    assert press.assign(two, texts.print_of(STORY)) == cluster_id
    assert (press.all(), press.where()) == before


def test_a_small_change_of_the_text_leaves_an_article_where_it_stands(press: Press) -> None:
    one, _ = press.carry(STORY)
    two, cluster_id = press.carry(STORY)
    assert press.assign(one, copy(1)) == cluster_id
    assert press.members(cluster_id) == [one, two]
    with press.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(FingerprintRow)) == 2
        assert tx.scalar(select(func.count()).select_from(FingerprintBand)) == 2 * BANDS


def test_a_changed_text_moves_to_where_its_copies_stand(press: Press) -> None:
    one, _ = press.carry(STORY)
    two, stories = press.carry(STORY)
    three, _ = press.carry(STORY)
    four, _ = press.carry(OTHER)
    five, others = press.carry(OTHER)
    assert press.assign(one, copy(1, OTHER)) == others
    assert press.members(stories) == [two, three]
    assert press.members(others) == [one, four, five]
    assert press.all() == [(stories, two), (others, one)]


def test_a_changed_text_makes_a_cluster_with_one_that_stood_alone(press: Press) -> None:
    alone, _ = press.carry(OTHER)
    one, _ = press.carry(STORY)
    two, first = press.carry(STORY)
    three, _ = press.carry(STORY)
    moved = press.assign(two, copy(1, OTHER))
    assert press.members(moved) == [alone, two]
    assert press.members(first) == [one, three]


def test_a_cluster_left_by_all_but_one_is_none(press: Press) -> None:
    press.carry(STORY)
    two, _ = press.carry(STORY)
    assert press.assign(two, texts.print_of(OTHER)) is None
    assert press.all() == []
    assert press.where() == [None, None]


def test_distinct_texts_are_not_glued_by_a_chain_of_near_ones(press: Press) -> None:
    story, placed = STORY, [press.carry(STORY)[1]]
    for turn in range(24):
        story = texts.edited(story, 8, seed=50 + turn)
        placed.append(press.carry(story)[1])
    found = press.where()
    assert len({*found} - {None}) > 2
    assert found[0] != found[-1]


def test_fingerprints_of_another_method_are_not_compared_and_move_nothing(press: Press) -> None:
    one, _ = press.carry(STORY)
    two, cluster_id = press.carry(STORY)
    newer = replace(texts.print_of(STORY), method="another")
    three = press.write()
    assert press.assign(three, newer) is None
    assert press.assign(one, newer) != cluster_id  # its copy of the same method was read meanwhile
    assert press.assign(two, newer) == press.where()[2]
    assert press.members(ClusterId(press.where()[2] or 0)) == [one, two, three]
    assert len(press.all()) == 1


def test_a_cluster_whose_members_cannot_be_compared_keeps_them(press: Press) -> None:
    one, _ = press.carry(STORY)
    two, cluster_id = press.carry(STORY)
    newer = replace(texts.print_of(STORY), method="another")
    assert press.assign(one, newer) == cluster_id
    with press.db.read() as tx:
        assert [m.alike_permille for m in clusters.list_members(tx, ClusterId(cluster_id or 0))] == [1000, None]
    assert press.assign(two, newer) == cluster_id
    assert press.members(cluster_id) == [one, two]


def test_a_rollback_leaves_neither_fingerprint_nor_cluster(press: Press) -> None:
    press.carry(STORY)
    two = press.write()

    def failing() -> None:
        with press.db.write() as tx:
            clusters.assign(tx, two, texts.print_of(STORY), now=make.NOW)
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert press.all() == []
    with press.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(FingerprintRow)) == 1


def test_copies_read_at_once_are_one_cluster(press: Press) -> None:
    """Each of a crowd has to see the others, though none was there when they began."""
    articles = [press.write() for _ in range(12)]
    found = at_once(*(lambda n=n, a=a: press.assign(a, copy(n)) for n, a in enumerate(articles)))
    ((cluster_id, first),) = press.all()
    assert found.count(None) == 1  # whoever came first
    assert {*found} - {None} == {cluster_id}
    assert first == articles[0]
    assert press.members(ClusterId(cluster_id)) == articles


@pytest.mark.thorough
def test_texts_changed_back_and_forth_at_once_leave_sound_clusters(press: Press) -> None:
    articles = [press.write() for _ in range(8)]
    for turn in range(4):
        stories = [STORY if (number + turn) % 3 else OTHER for number in range(8)]
        works = [lambda a=a, s=s, t=turn: press.assign(a, copy(t, s)) for a, s in zip(articles, stories, strict=True)]
        assert not [r for r in at_once(*works) if isinstance(r, BaseException)]
        where = press.where()
        for story in (STORY, OTHER):
            (here,) = {w for w, s in zip(where, stories, strict=True) if s == story}
            mine = [a for a, s in zip(articles, stories, strict=True) if s == story]
            assert press.members(ClusterId(here or 0)) == mine
            assert (here, mine[0]) in press.all()
        assert len(press.all()) == 2


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run works in threads that start together; give what each returned or raised."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = works[number]()
        except Exception as error:  # noqa: BLE001 - looked at by the test
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
