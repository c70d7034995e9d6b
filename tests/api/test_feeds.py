"""Sources over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crawler.opml import read_opml
from tests import make
from tests.application import application, make_deps
from tests.corpus.house import make_crawler
from tests.corpus.site import Answer, Item, Site
from tracker.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tests.api.conftest import Api, Caller

ONE = Item(path="/bai-1-post100001.html", title="Đoàn viên")


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture
def admin(api: Api, sandbox: Sandbox) -> Caller:
    api.app = application(make_deps(api.db, api.clock, crawl=make_crawler(api.db, sandbox, api.clock), sandbox=sandbox))
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


def add(admin: Caller, url: str, **more: Any) -> dict[str, Any]:
    answer = admin.post("/feeds", json={"url": url} | more)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "etag": answer.headers["etag"]}


def test_a_source_is_added_shown_fetched_and_its_fetches_listed(admin: Caller, site: Site) -> None:
    made = add(admin, site.set_feed("/rss", [ONE]))
    assert (made["title"], made["kind"], made["state"], made["last_error"]) == ("Báo Mẫu", "feed", "active", None)
    assert made["next_fetch_at"] == "2026-11-22T03:00:00Z"
    fetched = admin.post(f"/feeds/{made['id']}/fetch").json()
    assert fetched | {"feed_id": 0, "url": ""} == {
        "feed_id": 0,
        "url": "",
        "status": "ok",
        "new": 1,
        "changed": 0,
        "seen": 0,
        "skipped": 0,
        "error": None,
    }
    shown = admin.get(f"/feeds/{made['id']}").json()
    assert (shown["health"], shown["failures"]) == ("working", 0)
    (kept,) = admin.get(f"/feeds/{made['id']}/fetches").json()["items"]
    assert (kept["status"], kept["http_status"], kept["new"], kept["error"]) == ("ok", 200, 1, None)


def test_a_fetch_that_fails_says_why(admin: Caller, site: Site) -> None:
    site.pages["/rss"] = Answer(status=503)
    made = add(admin, site.base + "/rss")
    answer = admin.post(f"/feeds/{made['id']}/fetch")
    assert answer.status_code == 200
    assert answer.json()["status"] == "failed"
    assert answer.json()["error"] == {"code": "http", "message": "The site answered with status 503."}
    assert admin.get(f"/feeds/{made['id']}").json()["last_error"]["code"] == "http"


def test_the_same_key_adds_once_even_when_the_site_has_gone_meanwhile(admin: Caller, site: Site) -> None:
    body, key = {"url": site.set_feed("/rss", [ONE])}, {"Idempotency-Key": "k1"}
    first = admin.post("/feeds", json=body, headers=key)
    site.pages["/rss"] = Answer(status=404)
    again = admin.post("/feeds", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(admin.get("/feeds").json()["items"]) == 1


def test_a_source_that_is_there_is_taken(admin: Caller, site: Site) -> None:
    made = add(admin, site.set_feed("/rss", [ONE]))
    answer = admin.post("/feeds", json={"url": site.base + "/rss/"})
    assert (answer.status_code, answer.json()["code"], answer.json()["feed_id"]) == (409, "feed.taken", made["id"])


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "https://[::1", "http://bao.example:cổng/", "http://a℀.vn/"]
)
@pytest.mark.parametrize("kind", [None, "feed"])
def test_an_address_inside_or_none_is_refused(admin: Caller, kind: str | None, url: str) -> None:
    body = {"url": url} | ({"kind": kind} if kind else {})
    answer = admin.post("/feeds", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "feed.address")
    assert answer.json()["detail"] == "This address is not allowed."
    probed = admin.post("/feeds/probe", json={"url": url})
    assert (probed.status_code, probed.json()["code"]) == (422, "feed.address")


def test_a_probe_shows_what_is_there_and_stores_nothing(admin: Caller, site: Site) -> None:
    url = site.set_feed("/rss", [ONE])
    answer = admin.post("/feeds/probe", json={"url": site.set_page("/", "<html><a href='/rss'>RSS</a></html>")})
    assert answer.status_code == 200
    assert (answer.json()["url"], answer.json()["entries"][0]["title"]) == (url, "Đoàn viên")
    assert admin.get("/feeds").json()["items"] == []


def test_a_change_needs_the_current_etag(admin: Caller, site: Site) -> None:
    made = add(admin, site.set_feed("/rss", [ONE]))
    path, body = f"/feeds/{made['id']}", {"state": "paused", "title": "Tên"}
    assert admin.patch(path, json=body).status_code == 428
    assert admin.patch(path, json=body, headers={"If-Match": '"99"'}).status_code == 412
    changed = admin.patch(path, json=body, headers={"If-Match": made["etag"]})
    assert (changed.status_code, changed.json()["state"], changed.json()["title"]) == (200, "paused", "Tên")
    assert admin.patch(path, json={"state": "off"}, headers={"If-Match": "*"}).status_code == 422
    assert admin.delete(path, headers={"If-Match": made["etag"]}).status_code == 412
    assert admin.delete(path, headers={"If-Match": changed.headers["etag"]}).status_code == 204
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 1},
        {"url": ""},
        {"url": "x" * 3000},
        {"url": "https://a.example/", "kind": "x"},
        {"url": "https://a.example/", "more": 1},
        {"url": "https://a.example/", "title": "x" * 301},
        {"url": "https://a.example/", "selectors": {"a": "x" * 20_000}},
    ],
)
def test_a_body_that_is_no_source_is_refused(admin: Caller, body: dict[str, Any]) -> None:
    answer = admin.post("/feeds", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "body.invalid")


def test_sources_go_out_and_come_in_as_opml(admin: Caller, site: Site) -> None:
    add(admin, site.set_feed("/rss", [ONE]), title="Tên & họ")
    given = admin.get("/feeds/opml")
    assert [(o.url, o.title) for o in read_opml(given.content)] == [(site.base + "/rss", "Tên & họ")]
    more = (
        f'<opml><body><outline xmlUrl="{site.base}/hai" text="Hai"/><outline xmlUrl="http://10.0.0.1/"/>'
        f'<outline xmlUrl="{site.base}/rss"/><outline xmlUrl="{site.base}/hai/"/>'
        f'<outline xmlUrl="https://[::1"/></body></opml>'
    )
    told = admin.post("/feeds/opml", files={"file": ("f.opml", more)}, data={"dry_run": "true"}).json()
    assert [row["status"] for row in told["rows"]] == ["new", "refused", "same", "same", "refused"]
    assert told["rows"][1]["code"] == "feed.address"
    assert (told["applied"], len(admin.get("/feeds").json()["items"])) == (False, 1)
    done = admin.post("/feeds/opml", content=more.encode(), headers={"Content-Type": "text/x-opml"}).json()
    assert (done["applied"], done["totals"]) == (True, {"new": 1, "same": 2, "refused": 2})
    assert [f["title"] for f in admin.get("/feeds").json()["items"]] == ["Tên & họ", "Hai"]


def test_a_key_tells_an_opml_tried_from_one_applied(admin: Caller, site: Site) -> None:
    opml = f'<opml><body><outline xmlUrl="{site.base}/rss"/></body></opml>'.encode()
    key, files = {"Idempotency-Key": "k1"}, {"file": ("f.opml", opml)}
    tried = admin.post("/feeds/opml", files=files, data={"dry_run": "true"}, headers=key)
    assert (tried.status_code, tried.json()["applied"]) == (200, False)
    applied = admin.post("/feeds/opml", files=files, headers=key)
    assert (applied.status_code, applied.json()["code"]) == (422, "idempotency.mismatch")


@pytest.mark.parametrize("fields", [{"dry_run": "yess"}, {"dry_run": "2"}])
def test_a_trial_that_is_not_said_clearly_is_refused(admin: Caller, site: Site, fields: dict[str, str]) -> None:
    opml = f'<opml><body><outline xmlUrl="{site.base}/rss"/></body></opml>'.encode()
    answer = admin.post("/feeds/opml", files={"file": ("f.opml", opml)}, data=fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "field.invalid")
    assert admin.get("/feeds").json()["items"] == []


def test_an_opml_that_cannot_be_read_is_refused(admin: Caller) -> None:
    assert admin.post("/feeds/opml", content=b"<html/>").json()["code"] == "import.unreadable"
    assert admin.post("/feeds/opml").json()["code"] == "body.invalid"


def test_sources_are_listed_page_by_page(admin: Caller, site: Site) -> None:
    ids = [add(admin, f"{site.base}/{n}", kind="feed")["id"] for n in range(3)]
    first = admin.get("/feeds?limit=2").json()
    second = admin.get(f"/feeds?limit=2&cursor={first['next']}").json()
    assert [f["id"] for f in first["items"] + second["items"]] == ids
    assert second["next"] is None


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.AUDITOR])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/feeds"),
        ("POST", "/feeds"),
        ("GET", "/feeds/1"),
        ("PATCH", "/feeds/1"),
        ("DELETE", "/feeds/1"),
        ("POST", "/feeds/probe"),
        ("POST", "/feeds/1/fetch"),
        ("GET", "/feeds/1/fetches"),
        ("GET", "/feeds/opml"),
        ("POST", "/feeds/opml"),
    ],
)
def test_sources_are_the_administrator_s(api: Api, role: Role, method: str, path: str) -> None:
    with api.db.write() as tx:
        unit_id = make.unit(tx, "C")
        own = make.member(tx, unit_id, "1") if role is Role.MEMBER else None
        viewer = make.account(tx, "x", role, member_id=own, unit_id=None if own else unit_id)
    assert api.as_viewer(viewer).request(method, path).json()["code"] == "right.missing"
    assert api.anyone.request(method, path).status_code == 401
