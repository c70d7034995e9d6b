"""The archive of a member's own published piece: fetched as its site allows, kept with its digest, seen in scope."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from crawler.address import AddressPolicy
from crawler.robots import ROBOTS_TASKS
from crawler.run import Crawler, CrawlSettings
from lantoa.jobs import Worker
from sandbox import Sandbox
from tests.hostile import HostileSite, answer, redirect
from tests.services.claims_house import ZONE, ClaimsHouse, build
from tracker.domain.claims import ClaimKind
from tracker.domain.evidence import EvidenceId, EvidenceKind
from tracker.domain.figures import Grade, Measure
from tracker.domain.filing import ClaimDraft, StatedFigure
from tracker.services import claim_steps, erasure, evidence, evidence_files, filing, page_archives
from tracker.store.tables.claims import Evidence
from tracker.store.tables.operations import AuditEvent, Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.domain.types import ClaimId
    from tracker.store.db import Database

PATH = "/xay-dung-dang/bai-viet-cua-toi-123456.html"
HTML = "<html><head><title>Bài của tôi</title></head><body><p>Nội dung đã đăng</p></body></html>".encode()
KIND = [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"v1"')]


@dataclass
class Press:
    """The small organisation, a publisher's site, and a worker between them."""

    house: ClaimsHouse
    site: HostileSite
    files: evidence_files.FileRoom
    crawler: Crawler
    zone: Any = ZONE

    @property
    def db(self) -> Database:
        return self.house.db

    def clock(self) -> dt.datetime:
        return self.house.now

    def declare(self, url: str, **more: Any) -> ClaimId:
        return self.house.file(self.house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=url, title="Bài", **more))

    def archive(self) -> None:
        made: Any = self  # as far as a worker needs a house
        Worker(made).archive_pages()

    def kept(self) -> list[Any]:
        with self.db.read() as tx:
            return list(tx.all(select(Evidence.kind, Evidence.media_type, Evidence.sha256, Evidence.facts)))

    def jobs(self) -> list[tuple[bool, str | None]]:
        with self.db.read() as tx:
            query = select(Job.done_at, Job.failed_reason).where(Job.kind == "page.archive")
            return [(row.done_at is not None, row.failed_reason) for row in tx.all(query.order_by(Job.job_id))]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(tasks=(*ROBOTS_TASKS, *evidence_files.UPLOAD_TASKS)) as made:
        yield made


@pytest.fixture
def press(db: Database, sandbox: Sandbox, tmp_path: Path) -> Iterator[Press]:
    house = build(db)
    settings = CrawlSettings(
        policy=AddressPolicy.parse(["127.0.0.1"]), user_agent="LantoaTest/1.0", zone=ZONE, host_delay_s=0
    )
    crawler = Crawler(db, sandbox, settings, clock=lambda: house.now)
    with HostileSite() as site:
        site.at("/robots.txt", answer(404))
        site.at(PATH, answer(200, HTML, KIND))
        yield Press(house, site, evidence_files.FileRoom(tmp_path / "evidence", sandbox), crawler)


def test_a_published_piece_is_kept_as_it_stood(press: Press) -> None:
    house = press.house
    claim_id = press.declare(press.site.url(PATH))
    press.archive()
    press.site.at(PATH, answer(410))  # the page goes; its archive stays
    with house.db.read() as tx:
        row = evidence.get(tx, house.officer, EvidenceId(claim_id, 1), today=house.today)
    assert (row.kind, row.media_type) == (EvidenceKind.PAGE, "application/warc")
    content = press.files.read(row.file_name)
    assert hashlib.sha256(content).hexdigest() == row.sha256
    records = [(r.rec_type, r.content_stream().read(), r) for r in ArchiveIterator(io.BytesIO(content))]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response"]
    _, body, response = records[1]
    assert body == HTML
    assert row.facts["body_sha256"] == hashlib.sha256(HTML).hexdigest()
    assert response.rec_headers.get_header("WARC-Target-URI") == press.site.url(PATH)
    assert response.rec_headers.get_header("WARC-Date") == "2026-11-22T03:00:00Z"
    assert response.http_headers.get_header("ETag") == '"v1"'
    with house.db.read() as tx:
        event = tx.first(select(AuditEvent.facts, AuditEvent.actor_id).where(AuditEvent.action == "evidence.archive"))
    assert event is not None
    assert (event.facts["sha256"], event.actor_id) == (row.sha256, None)
    assert press.jobs() == [(True, None)]


def test_it_is_fetched_once_and_declares_nothing_new(press: Press) -> None:
    claim_id = press.declare(press.site.url(PATH))
    press.archive()
    press.archive()
    assert [h.target for h in press.site.hits].count(PATH) == 1
    view = press.house.show(press.house.officer, claim_id)
    assert [e.kind for e in view.evidence] == ["page"]
    assert "picture.shared" not in [c.code.value for c in view.checks]


def test_another_address_is_another_archive(press: Press) -> None:
    other = PATH.replace("123456", "654321")
    press.site.at(other, answer(200, b"<p>khac</p>", KIND))
    claim_id = press.declare(press.site.url(PATH))
    press.archive()
    with press.db.write() as tx:
        page_archives.ask(tx, claim_id, ClaimKind.AUTHORED, press.site.url(other), now=press.house.now)
    press.archive()  # the claim does not name it: nothing is fetched
    assert len(press.kept()) == 1
    assert other not in [h.target for h in press.site.hits]


def test_robots_are_heeded_and_not_asked_again(press: Press) -> None:
    press.site.at("/robots.txt", answer(200, b"User-agent: *\nDisallow: /xay-dung-dang/\n"))
    press.declare(press.site.url(PATH))
    press.archive()
    assert PATH not in [h.target for h in press.site.hits]
    assert press.kept() == []
    assert press.jobs() == [(True, None)]


def test_a_site_that_is_down_is_tried_later(press: Press) -> None:
    press.site.at(PATH, answer(500))
    press.declare(press.site.url(PATH))
    press.archive()
    assert press.jobs() == [(False, "http")]
    press.site.at(PATH, answer(200, HTML, KIND))
    press.archive()
    assert press.kept() == []
    press.house.now += dt.timedelta(days=1)
    press.archive()
    assert [row.kind for row in press.kept()] == ["page"]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/nguyenvanan/posts/123456789",
        "https://zalo.me/123456",
        "https://www.youtube.com/watch?v=abcdefghijk",
    ],
)
def test_pages_of_networks_are_never_asked_for(press: Press, url: str) -> None:
    claim_id = press.house.file(press.house.as_an)
    with press.db.write() as tx:
        page_archives.ask(tx, claim_id, ClaimKind.AUTHORED, url, now=press.house.now)
    assert press.jobs() == []


def test_shares_are_not_archived(press: Press) -> None:
    press.house.file(press.house.as_an, press.house.share(url="https://www.facebook.com/an/posts/123456789"))
    assert press.jobs() == []


def test_a_page_that_leads_into_the_house_is_not_followed(press: Press) -> None:
    with HostileSite("127.0.0.2") as trap:
        press.site.at(PATH, redirect(trap.url("/")))
        press.declare(press.site.url(PATH))
        press.archive()
        assert trap.connections == 0
    assert press.kept() == []


def test_a_claim_withdrawn_meanwhile_is_not_fetched(press: Press) -> None:
    house = press.house
    claim_id = press.declare(press.site.url(PATH))
    with house.db.write() as tx:
        claim_steps.withdraw(tx, house.as_an, claim_id, now=house.now, zone=house.zone)
    press.archive()
    assert press.site.connections == 0
    assert press.jobs() == [(True, None)]


def fetched(press: Press) -> tuple[page_archives.Errand, page_archives.PageCopy]:
    """Take the next page, as it is when its bytes are here and not written down yet."""
    with press.db.write() as tx:
        errand = page_archives.lease(tx, "one", now=press.house.now)
    assert errand is not None
    return errand, page_archives.PageCopy(content=b"warc", url=errand.url, body_sha256="0")


def test_a_claim_given_up_while_its_page_was_fetched_keeps_nothing(press: Press, tmp_path: Path) -> None:
    house = press.house
    claim_id = press.declare(press.site.url(PATH))
    errand, copy = fetched(press)
    with house.db.write() as tx:
        claim_steps.withdraw(tx, house.as_an, claim_id, now=house.now, zone=house.zone)
    with house.db.write() as tx:
        assert not page_archives.record(tx, errand, copy, press.files, now=house.now)
    assert press.kept() == []
    assert press.jobs() == [(True, None)]
    assert not (tmp_path / "evidence").exists()


def test_nothing_is_archived_for_somebody_who_was_erased_meanwhile(press: Press) -> None:
    house = press.house
    press.declare(press.site.url(PATH))
    errand, copy = fetched(press)
    press.declare(press.site.url(PATH.replace("123456", "654321")))
    with house.db.write() as tx:
        erasure.carry_out(tx, house.admin, house.an, now=house.now)
    with house.db.write() as tx:
        assert not page_archives.record(tx, errand, copy, press.files, now=house.now)
    press.archive()
    assert press.site.connections == 0
    assert press.kept() == []


def test_an_address_that_a_claim_comes_back_to_is_archived(press: Press) -> None:
    house, here = press.house, press.site.url(PATH)
    claim_id = press.declare(here)
    for url in (press.site.url(PATH.replace("123456", "654321")), here):
        with house.db.write() as tx:
            row = filing.get_for_edit(tx, house.as_an, claim_id, today=house.today)
            filing.edit(tx, house.as_an, row, {"url": url}, now=house.now, zone=house.zone)
        if url != here:
            press.archive()
    press.archive()
    assert [facts["asked_url"] for _, _, _, facts in press.kept()] == [here]


def test_a_worker_that_was_replaced_keeps_nothing(press: Press, tmp_path: Path) -> None:
    house = press.house
    press.declare(press.site.url(PATH))
    with house.db.write() as tx:
        first = page_archives.lease(tx, "one", now=house.now)
    house.now += dt.timedelta(minutes=5)
    with house.db.write() as tx:
        second = page_archives.lease(tx, "two", now=house.now)
    assert first is not None
    assert second is not None
    copy = page_archives.PageCopy(content=b"warc", url=first.url, body_sha256="0")
    kept = []
    for errand in (first, second):
        with house.db.write() as tx:
            kept.append(page_archives.record(tx, errand, copy, press.files, now=house.now))
    assert kept == [False, True]
    assert len([p for p in (tmp_path / "evidence").rglob("*") if p.is_file()]) == 1


def test_an_archive_shows_the_piece_and_not_how_far_it_went(press: Press) -> None:
    house = press.house
    stated = (StatedFigure(measure=Measure.REACH, value=120),)
    claim_id = press.declare(press.site.url(PATH), figures=stated)
    press.archive()
    house.decide(house.officer, claim_id, "accept")
    found = [f.grade for f in house.show(house.officer, claim_id).figures if f.measure is Measure.REACH]
    assert found == [Grade.DECLARED]


def test_what_lies_in_the_folder_is_compared_with_what_was_written_down(press: Press, tmp_path: Path) -> None:
    claim_id = press.declare(press.site.url(PATH))
    press.archive()
    assert evidence.find_damaged(press.db, press.files) == []
    file = next(p for p in (tmp_path / "evidence").rglob("*") if p.is_file())
    file.write_bytes(file.read_bytes() + b"x")
    assert evidence.find_damaged(press.db, press.files) == [f"{claim_id}-1"]
    file.unlink()
    assert evidence.find_damaged(press.db, press.files) == [f"{claim_id}-1"]


def test_two_workers_archive_one_page_once(press: Press) -> None:
    press.declare(press.site.url(PATH))
    threads = [threading.Thread(target=press.archive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(press.kept()) == 1
