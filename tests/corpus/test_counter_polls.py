"""Polling a page that counts its readers by a cookie: a month of daily readings adds one reader to its number."""

from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from crawler.address import AddressPolicy
from crawler.page_facts import PAGE_FACTS_TASKS, PageNotes
from crawler.run import Crawler, CrawlSettings
from sandbox import Sandbox
from tests.corpus.house import ZONE, CrawlHouse

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.thorough

PATH = "/tin-tuc/Hoi-thi-dan-ca-o-xa-ben-song-1234.html"
POLLS = 30
STORY = "<p>Tiếng đàn nhị vang lên giữa sân đình trong một buổi sớm đầy sương, người làng đến nghe rất đông.</p>" * 6


class CountingSite:
    """A site in the shape of NukeViet's: whoever brings no known session is a new reader, and each new one counts."""

    def __init__(self) -> None:
        self.views, self.sessions = 98, set[str]()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != PATH:
                    self.send_error(404)
                    return
                known = {part.strip() for part in (self.headers.get("Cookie") or "").split(";")}
                self.send_response(200)
                if site.sessions.isdisjoint(known):
                    site.views += 1
                    session = f"nv4_sess=s{site.views}"
                    site.sessions.add(session)
                    self.send_header("Set-Cookie", f"{session}; path=/; HttpOnly; Max-Age=31536000")
                body = site.page().encode()
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{PATH}"

    def page(self) -> str:
        return (
            '<!DOCTYPE html><html lang="vi"><head><title>Hội thi</title><meta name="generator" content="NukeViet v4.5">'
            "</head><body><div class='newsdetail'><h1 class='title'>Hội thi dân ca</h1>"
            f"<div class='newsdetailmetatop'><span class='h5'><i class='fa fa-eye'></i>{self.views}</span></div>"
            f"<div id='news-bodyhtml'>{STORY}</div></div></body></html>"
        )


@pytest.fixture
def counting() -> Iterator[CountingSite]:
    site = CountingSite()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


def test_thirty_daily_readings_add_at_most_one_to_the_sites_number(house: CrawlHouse, counting: CountingSite) -> None:
    policy = AddressPolicy.parse(["127.0.0.1"])
    settings = CrawlSettings(policy=policy, user_agent="LantoaTest/1.0", zone=ZoneInfo(str(ZONE)), host_delay_s=0)
    read = []
    with Sandbox(tasks=PAGE_FACTS_TASKS) as pages:
        for _ in range(POLLS):
            crawler = Crawler(house.db, house.sandbox, settings, clock=house.clock, page_sandbox=pages)
            found = crawler.read_reach(counting.url)
            assert isinstance(found, PageNotes), found
            read.append((found.counters.views, found.counter_texts))
            assert found.counter_rule is not None
            house.clock.forward(hours=24)
    assert read == [(99, ("views: 99",))] * POLLS
    assert counting.views == 99
