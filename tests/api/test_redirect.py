"""Following tracked links: through the application as assembled, on a fresh database of each kind."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from sqlalchemy import insert, update

from api.link_book import LinkBook
from api.redirect import RedirectApp, in_front_of
from tests import make
from tests.application import BASE_URL, ZONE, Clock, application, make_deps
from tests.services.claims_house import ClaimsHouse, build
from tracker.domain.agents import AgentClassifier, AgentLists
from tracker.domain.errors import AppError, Code
from tracker.domain.links import TrackedLink
from tracker.domain.types import ArticleId, Channel, MemberId
from tracker.store.clicks import count_requests
from tracker.store.tables.accounts import Session
from tracker.store.tables.links import Link, LinkDay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.store.db import Database

SLUG = "abcdefgh"
PHONE = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
TARGET = "https://nhandan.vn/xây-dựng-đảng/bai-post1.html?a=1&b=%C3%A1"
CLASSIFIER = AgentClassifier(AgentLists(robots=("bot",), previews=(), people=(), ignored=frozenset(), version="test 1"))


@dataclass
class Site:
    """The application with its redirect, and a caller for each request."""

    app: RedirectApp
    db: Database
    house: ClaimsHouse
    clock: Clock
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def ask(
        self, method: str = "GET", path: str = f"/s/{SLUG}", *, peer: str = "113.160.1.1", **headers: str
    ) -> httpx.Response:
        return self.loop.run_until_complete(self._ask(method, path, peer, headers))

    async def _ask(self, method: str, path: str, peer: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(peer, 5000))
        sent = {"user-agent": PHONE} | {k.replace("_", "-"): v for k, v in headers.items()}
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            return await client.request(method, path, headers=sent)

    def counts(self) -> dict[str, int]:
        assert self.app.counter.flush()
        with self.db.read() as tx:
            return count_requests(tx, SLUG)


@pytest.fixture
def site(db: Database) -> Iterator[Site]:
    house, clock = build(db), Clock()
    row = {
        "slug": SLUG,
        "member_id": house.an,
        "article_id": house.articles[0],
        "channel": "zalo",
        "target_url": TARGET,
    }
    with db.write() as tx:
        tx.execute(insert(Link), row | {"created_at": make.NOW})
    made = Site(front(db, clock), db, house, clock)
    yield made
    made.loop.close()


def front(db: Database, clock: Clock, **more: Any) -> RedirectApp:
    given: dict[str, Any] = {"db": db, "zone": ZONE, "clock": clock, "agents": lambda: CLASSIFIER, "base_url": BASE_URL}
    return in_front_of(application(make_deps(db, clock)), **(given | more))


def test_a_link_leads_to_its_article_and_is_neither_kept_nor_indexed(site: Site) -> None:
    answer = site.ask()
    assert answer.status_code == 302
    assert (
        answer.headers["location"]
        == "https://nhandan.vn/x%C3%A2y-d%E1%BB%B1ng-%C4%91%E1%BA%A3ng/bai-post1.html?a=1&b=%C3%A1"
    )
    expected = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
    assert {name: answer.headers[name] for name in expected} == expected
    assert "set-cookie" not in answer.headers
    assert answer.content == b""


def test_everyone_gets_the_same_answer(site: Site) -> None:
    answers = [
        site.ask(),
        site.ask(user_agent="Googlebot/2.1"),
        site.ask(user_agent=""),
        site.ask(purpose="prefetch"),
        site.ask("HEAD"),
        site.ask(cookie="lantoa_session=forged"),
    ]
    assert {(a.status_code, str(a.headers)) for a in answers} == {(302, str(answers[0].headers))}


def test_clicks_and_rejected_are_all_the_redirects(site: Site) -> None:
    site.ask()
    site.ask("HEAD")
    site.ask("POST")
    site.ask("OPTIONS")
    site.ask(user_agent="Googlebot/2.1")
    site.ask(sec_purpose="prefetch;prerender")
    assert site.counts() == {"counted": 1, "method": 3, "robot": 1, "prefetch": 1}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    answer = site.ask(method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path", ["/s/zzzzzzzz", "/s/", "/s/abcdefgh/", "/s/ABCDEFGH", "/s/%22%3E%3Cscript%3E", "/s/a" * 400]
)
def test_an_unknown_link_is_a_friendly_page_in_vietnamese(site: Site, path: str) -> None:
    answer = site.ask(path=path)
    assert answer.status_code == 404
    assert "Không có liên kết này" in answer.text
    assert "script" not in answer.text
    assert site.counts() == {}


def test_a_withdrawn_link_is_gone_within_seconds_and_not_counted(site: Site) -> None:
    now = [0.0]
    site.app.book._monotonic = lambda: now[0]
    assert site.ask().status_code == 302
    with site.db.write() as tx:
        tx.execute(update(Link).values(withdrawn_at=make.NOW))
    now[0] = 3.5
    answer = site.ask()
    assert answer.status_code == 410
    assert "thu hồi" in answer.text
    assert site.counts() == {"counted": 1}


def test_the_sharers_own_session_by_cookie_or_token_is_an_own_click(site: Site) -> None:
    tokens = [_session(site, viewer.account_id) for viewer in (site.house.as_an, site.house.as_binh)]
    site.ask(cookie=f"lantoa_session={tokens[0]}")
    site.ask(authorization=f"Bearer {tokens[0]}")
    site.ask(authorization=f"Bearer {tokens[1]}", peer="113.160.2.1")
    assert site.counts() == {"own": 2, "counted": 1}


def _session(site: Site, account_id: int) -> str:
    token = f"token-{account_id}"
    row = {
        "token_hash": hashlib.sha256(token.encode()).digest(),
        "account_id": account_id,
        "kind": "api",
        "created_at": make.NOW,
        "last_seen_at": make.NOW,
        "expires_at": make.NOW + dt.timedelta(days=1),
    }
    with site.db.write() as tx:
        tx.execute(insert(Session), row)
    return token


def test_a_forged_forwarded_address_is_ignored_unless_a_trusted_proxy_says_it(site: Site) -> None:
    for n in range(3):
        site.ask(x_forwarded_for=f"1.2.3.{n}")
    assert site.counts() == {"counted": 1, "repeat": 2}
    site.app = front(site.db, site.clock, trusted_proxies=("10.0.0.0/8", "::1/128"))
    for peer, told in (
        ("10.0.0.1", "1.2.3.4"),
        ("10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.7"),
        ("10.0.0.2", "1.2.3.4:55"),
        ("::1", "[::ffff:1.2.3.4]:55"),
        ("10.0.0.1", "8.8.8.8, nonsense"),
        ("113.160.1.9", "1.2.3.4"),
    ):
        site.ask(peer=peer, x_forwarded_for=told)
    assert site.counts() == {"counted": 4, "repeat": 5}


def test_other_paths_belong_to_the_house(site: Site) -> None:
    assert site.ask(path="/api/v1/claims").status_code == 401
    assert site.ask(path="/s").status_code == 404


def test_headers_of_every_answer_are_closed(site: Site) -> None:
    secure = front(site.db, site.clock, base_url="https://lantoa.vn")
    for app in (site.app, secure):
        site.app = app
        for answer in (site.ask(), site.ask(path="/s/zzzzzzzz"), site.ask("POST")):
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert ("strict-transport-security" in answer.headers) is (app is secure)


def test_a_real_server_counts_every_redirect_and_writes_the_last_before_it_ends(site: Site) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, lifespan="on", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/s/{SLUG}"
    with httpx.Client(timeout=30) as client:
        answers = [client.request(m, url, headers={"user-agent": PHONE}) for m in ("GET", "HEAD", "POST") * 20]
    server.should_exit = True
    thread.join()
    assert [a.status_code for a in answers[:3]] == [302, 302, 405]
    with site.db.read() as tx:
        assert count_requests(tx, SLUG) == {"counted": 1, "repeat": 19, "method": 40}


def test_no_address_and_no_agent_reaches_the_database(site: Site) -> None:
    site.ask(peer="113.160.77.88", user_agent="marked-reader")
    site.counts()
    with site.db.read() as tx:
        row = str(tx.first(LinkDay.__table__.select()))
    assert "113" not in row
    assert "marked" not in row


def test_headers_of_any_length_are_followed_and_no_long_one_is_held(site: Site) -> None:
    assert site.ask(user_agent=PHONE + "x" * 60_000, authorization="Bearer " + "y" * 60_000).status_code == 302
    assert all(not held.credentials and len(held.agent) <= 512 for held in site.app.counter._unread)
    assert site.counts() == {"counted": 1}
    site.ask(peer="113.160.2.1", authorization="Bearer forged")
    (held,) = site.app.counter._unread
    assert (held.credentials, len(held.agent)) == ("forged", len(PHONE))


# The book of links, without a database.


@dataclass
class Shelf:
    """What a book looks links up in, and how often; `away`: the database does not answer."""

    links: dict[str, TrackedLink] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    away: bool = False
    broken: bool = False
    now: float = 0.0

    def load(self, slugs: Sequence[str]) -> dict[str, TrackedLink]:
        self.asked.append(list(slugs))
        if self.broken:
            raise RuntimeError
        if self.away:
            raise AppError(Code.DATABASE_UNREACHABLE)
        return {s: self.links[s] for s in slugs if s in self.links}

    def put(self, slug: str) -> TrackedLink:
        self.links[slug] = TrackedLink(
            slug=slug, member_id=MemberId(1), article_id=ArticleId(1), channel=Channel.ZALO, target_url="https://x.vn"
        )
        return self.links[slug]

    def book(self, **more: Any) -> LinkBook:
        return LinkBook(self.load, monotonic=lambda: self.now, **more)


def test_a_burst_on_one_link_costs_one_look_up() -> None:
    shelf = Shelf()
    link = shelf.put("a")
    book = shelf.book()

    async def burst() -> list[TrackedLink | None]:
        return await asyncio.gather(*(book.find("a") for _ in range(500)))

    assert asyncio.run(burst()) == [link] * 500
    assert len(shelf.asked) == 1
    assert book.find_fresh("a") is link


def test_many_links_are_looked_up_together() -> None:
    shelf = Shelf()
    for n in range(1_000):
        shelf.put(str(n))
    book = shelf.book()

    async def burst() -> int:
        found = await asyncio.gather(*(book.find(str(n)) for n in range(1_000)))
        return sum(link is not None for link in found)

    assert asyncio.run(burst()) == 1_000
    assert len(shelf.asked) <= 4


def test_a_known_link_works_while_the_database_is_away_and_an_unknown_one_is_refused() -> None:
    shelf = Shelf()
    link = shelf.put("a")
    book = shelf.book()

    async def walk() -> None:
        assert await book.find("a") is link
        shelf.away, shelf.now = True, 600.0
        assert await book.find("a") is link
        with pytest.raises(AppError):
            await book.find("b")
        shelf.now = 4_000.0
        with pytest.raises(AppError):
            await book.find("a")
        shelf.away = False
        assert await book.find("b") is None

    asyncio.run(walk())


def test_a_link_in_use_is_read_anew_without_anybody_waiting() -> None:
    shelf = Shelf()
    first = shelf.put("a")
    book = shelf.book()

    async def walk() -> None:
        assert await book.find("a") is first
        second = shelf.put("a")
        shelf.now = 2.0
        assert await book.find("a") is first
        assert book._loading is not None
        await book._loading
        assert await book.find("a") is second

    asyncio.run(walk())


def test_the_book_forgets_the_links_read_longest_ago() -> None:
    shelf = Shelf()
    book = shelf.book(most=2)

    async def walk() -> None:
        for slug in "abc":
            shelf.put(slug)
            await book.find(slug)

    asyncio.run(walk())
    assert list(book._kept) == ["b", "c"]


def test_a_bug_in_the_look_up_leaves_nobody_waiting() -> None:
    shelf = Shelf(broken=True)
    book = shelf.book()

    async def walk() -> None:
        for _ in range(2):
            with pytest.raises(AppError) as failed:
                await book.find("a")
            assert failed.value.code is Code.INTERNAL

    asyncio.run(walk())
