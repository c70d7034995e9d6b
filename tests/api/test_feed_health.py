"""How one source does, what is to be done, and its settings, over the API; a probe told whole."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests import make
from tests.application import application, make_deps
from tests.corpus.house import entries, make_crawler, some
from tests.corpus.site import Answer, Item, Site
from tracker.domain.identity import IDENTITY_WORDS, Identity
from tracker.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tests.api.conftest import Api, Caller

SECTION = "/xay-dung-dang"


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture
def admin(api: Api, sandbox: Sandbox) -> Caller:
    crawler = make_crawler(api.db, sandbox, api.clock)
    api.app = application(make_deps(api.db, api.clock, crawl=crawler, sandbox=sandbox))
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


def add(admin: Caller, url: str) -> tuple[str, str]:
    """Add a source as it stands; give its path and its ETag."""
    answer = admin.post("/feeds", json={"url": url, "kind": "feed"})
    assert answer.status_code == 201, answer.text
    return f"/feeds/{answer.json()['id']}", answer.headers["etag"]


def test_a_source_says_why_and_what_to_do(admin: Caller, site: Site) -> None:
    site.pages["/rss"] = Answer(status=404)
    path, _ = add(admin, site.base + "/rss")
    before = admin.get(path).json()
    assert (before["health_reason"], before["advice"]) == ("Not fetched yet.", "Wait a few minutes, or fetch it now.")
    admin.post(f"{path}/fetch")
    shown = admin.get(path).json()
    assert shown["health_reason"] == "The site answered with status 404."
    assert shown["advice"].startswith("Open the address in a browser.")
    assert shown["next_cause"] == "backoff"
    assert shown["next_fetch_at"] > before["next_fetch_at"]


def test_its_settings_are_changed_and_shown(admin: Caller, site: Site) -> None:
    path, etag = add(admin, site.set_feed("/rss", some(1)))
    wanted = {"pause_s": 30, "reads_pages": True, "keeps_cookies": True, "compare_url": site.base + SECTION}
    changed = admin.patch(path, json=wanted, headers={"If-Match": etag})
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in wanted} == wanted
    back = admin.patch(path, json={"pause_s": 0, "compare_url": ""}, headers={"If-Match": changed.headers["etag"]})
    assert (back.json()["pause_s"], back.json()["compare_url"], back.json()["reads_pages"]) == (None, None, True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"pause_s": -1}, "body.invalid"),
        ({"pause_s": 4000}, "body.invalid"),
        ({"pause_s": "5"}, "body.invalid"),
        ({"reads_pages": "yes"}, "body.invalid"),
        ({"compare_url": "x" * 3000}, "body.invalid"),
        ({"compare_url": "http://169.254.169.254/"}, "feed.address"),
    ],
)
def test_settings_that_are_none_are_refused(admin: Caller, site: Site, body: dict[str, Any], code: str) -> None:
    path, etag = add(admin, site.set_feed("/rss", some(1)))
    answer = admin.patch(path, json=body, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_its_days_and_its_completeness_are_told(admin: Caller, api: Api, site: Site) -> None:
    path, etag = add(admin, site.set_feed("/rss", some(10)))
    admin.patch(path, json={"compare_url": site.base + SECTION}, headers={"If-Match": etag})
    rows = "".join(
        f"<li><h3><a href='{link}'>{title} về công tác xây dựng Đảng</a></h3></li>" for link, title in entries(11, 0)
    )
    site.set_page(SECTION, f"<html><body><ul>{rows}</ul></body></html>")
    admin.post(f"{path}/fetch")
    told = admin.get(f"{path}/health").json()
    assert (told["health"], told["completeness"], told["outlet"]) == ("working", None, None)
    assert told["days"][0] == {"on": "2026-11-22", "came": 0, "usual": None}  # the first fetch: none is of today
    assert len(told["days"]) == 14
    assert told["identity_words"].startswith("By the article number")
    api.clock.now += dt.timedelta(days=1)
    api.app.state.deps.crawl.fetch_due(lambda _: None)
    with api.db.write() as tx:
        viewer = make.account(tx, "sau", Role.ADMIN)  # a day later the first would have to sign in again
    found = api.as_viewer(viewer).get(f"{path}/health").json()["completeness"]
    assert (found["part"], found["whole"], found["percent"], found["error"]) == (10, 11, 90, None)
    (missing,) = found["missing"]
    assert (missing["url"], missing["why"]) == (site.base + "/bai-0-post100000.html", "not_carried")
    assert missing["words"] == "the source has not carried it"


@pytest.mark.parametrize("path", ["/feeds/9/health", "/feeds/99999999999999999999/health", "/feeds/x/health"])
def test_the_health_of_a_source_that_is_none_is_not_found(admin: Caller, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_only_administrators_are_told(api: Api, admin: Caller, site: Site) -> None:
    path, _ = add(admin, site.set_feed("/rss", some(1)))
    with api.db.write() as tx:
        unit = make.unit(tx, "DU")
        officer = make.account(tx, "canbo", Role.OFFICER, unit_id=unit)
    assert api.as_viewer(officer).get(f"{path}/health").status_code == 403


def test_a_probe_says_how_a_source_would_be_read_and_why_entries_are_left_out(admin: Caller, site: Site) -> None:
    items = [
        Item(path="/bai-1-post100001.html", title="Một", date="8/22/2026 11:00:00 PM"),
        Item(path="/bai-1-post100001.html?utm_source=rss", title="Một lần nữa", date="8/22/2026 10:00:00 PM"),
        Item(path="/bai-2-post100002.html", title="", date="8/9/2026 9:00:00 PM"),
        Item(path="/bai-3-post100003.html", title="Ba", date="8/9/2026 8:00:00 PM"),
    ]
    url = site.set_feed("/rss", items)
    told = admin.post("/feeds/probe", json={"url": url}).json()
    assert (told["format"], told["identity"], told["date_order"], told["date_order_by"]) == (
        "rss",
        "number",
        "mdy",
        "own",
    )
    assert told["left_out"] == {"duplicate": 1, "no_title": 1}
    assert told["notes"] == [
        f"An article is known again: {IDENTITY_WORDS[Identity.NUMBER]}",
        "Day and month in its dates: month/day/year (other dates of its own leave no choice).",
        "Left out, the same article stands further up: 1.",
        "Left out, it has no title: 1.",
    ]
    first, second, third, last = told["entries"]
    assert (first["published_raw"], first["published"]) == ("8/22/2026 11:00:00 PM", "2026-08-22T16:00:00Z")
    assert (first["known"], first["key"]) == (False, last["key"].replace("100003", "100001"))
    assert (second["skipped"], third["skipped_why"]) == ("duplicate", "it has no title")
    assert last["date_quality"] == "order"
    path, _ = add(admin, url)
    admin.post(f"{path}/fetch")
    again = admin.post("/feeds/probe", json={"url": url}).json()
    assert f"/feeds/{again['feed_id']}" == path
    assert [entry["known"] for entry in again["entries"]] == [True, None, None, True]
