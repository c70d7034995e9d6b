"""Sources: added by site and by address, looked at, fetched, listed, changed, exchanged; by API and by command."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus.site import Answer
from tests.e2e.outside import good, has, named, problem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside

HEALTH = {"working", "quiet", "blocked", "moved", "malformed", "failing", "gone"}
LINE = {"feed_id", "url", "status", "new", "changed", "seen", "skipped", "error"}
ROW = {"id", "url", "title", "kind", "state", "health", "next_fetch_at", "failures", "last_error"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _put(outside: Outside, count: int = 2) -> str:
    return outside.site.set_feed(outside.name("/nguon-") + ".rss", [outside.item() for _ in range(count)])


def test_a_feed_is_added_by_its_address(outside: Outside) -> None:
    url = _put(outside)
    answer = outside.admin.ask("POST", "/feeds", {"url": url, "title": "Báo Thử"})
    made = good(answer, 201)
    has(made, url=url, title="Báo Thử", kind="feed", state="active")
    named(made, *ROW)
    assert made["health"] in HEALTH
    read = outside.admin.ask("GET", f"/feeds/{made['id']}")
    assert good(read, 200)["url"] == url
    assert read.headers["etag"] == answer.headers["etag"]
    problem(outside.admin.ask("POST", "/feeds", {"url": url}), 409, "feed.taken")


def test_a_feed_is_added_by_the_address_of_its_site(outside: Outside) -> None:
    url = _put(outside)
    path = outside.name("/trang-")
    link = f'<link rel="alternate" type="application/rss+xml" title="Tin mới" href="{url}">'
    home = outside.site.set_page(path, f"<html><head><title>Báo</title>{link}</head><body>Tin</body></html>")
    has(outside.admin.post("/feeds", {"url": home}), url=url, kind="feed")


def test_what_is_no_feed_is_refused_with_words(outside: Outside) -> None:
    page = outside.site.set_page(outside.name("/khong-"), "<html><title>Không có nguồn</title><body>x</body></html>")
    answer = outside.admin.ask("POST", "/feeds", {"url": page})
    assert answer.status_code in {422, 502}, answer.text
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2/rss",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://",
        "x",
        "http://127.0.0.1:1/",
        "http://user:pw@127.0.0.2/",
        "http://" + "a" * 300 + ".vn/",
        "http://xn--/",
    ],
)
def test_an_address_the_crawler_may_not_reach_is_refused(outside: Outside, url: str) -> None:
    for path in ("/feeds", "/feeds/probe"):
        answer = outside.admin.ask("POST", path, {"url": url})
        if path == "/feeds" or answer.status_code != 200:
            assert answer.status_code in {422, 502}, (path, answer.status_code, answer.text)
            problem(answer, answer.status_code)
        else:
            assert answer.json()["error"] is not None, answer.text


@pytest.mark.parametrize("wrong", [{}, {"url": ""}, {"url": 5}, {"kind": "x"}, {"selectors": "x"}, {"nothing": 1}])
def test_a_source_that_is_none_is_422(outside: Outside, wrong: dict[str, Any]) -> None:
    body = {"url": "http://127.0.0.1/rss"} | wrong if wrong else {}
    outside.admin.refuse(422, "body.invalid", "POST", "/feeds", body)


def test_a_probe_shows_and_stores_nothing(outside: Outside) -> None:
    url = _put(outside)
    before = len(outside.admin.pages("/feeds", limit=100))
    found = outside.admin.post("/feeds/probe", {"url": url}, status=200)
    assert found["url"] == url
    assert len(found["entries"]) == 2
    assert len(outside.admin.pages("/feeds", limit=100)) == before


def test_fetching_now_tells_what_came_of_it(outside: Outside) -> None:
    url = _put(outside, 3)
    made = outside.admin.post("/feeds", {"url": url})
    path = f"/feeds/{made['id']}/fetch"
    first = outside.admin.post(path, status=200)
    assert set(first) >= {"status", "new", "changed", "seen", "skipped", "error"}
    assert first["error"] is None
    assert first["status"] in {"ok", "not_modified"}  # the worker may have been first
    has(outside.admin.post(path, status=200), status="not_modified", new=0, changed=0, error=None)
    assert len(outside.admin.get(f"/articles?feed={made['id']}")["items"]) == 3
    outside.site.pages[url.removeprefix(outside.site.base)] = Answer(status=500)
    failed = outside.admin.post(path, status=200)
    has(failed, status="failed", new=0)
    has(failed["error"], code="http")
    assert failed["error"]["message"]
    fetches = outside.admin.get(f"/feeds/{made['id']}/fetches")["items"]
    assert len(fetches) >= 3
    assert fetches[0]["error"]["code"] == "http"
    assert len(outside.admin.pages(f"/feeds/{made['id']}/fetches", limit=1)) == len(fetches)
    read = outside.admin.get(f"/feeds/{made['id']}")
    assert (read["failures"], read["last_error"]["code"]) == (1, "http")


def test_a_source_is_changed_and_removed_by_its_tag(outside: Outside) -> None:
    made = outside.admin.post("/feeds", {"url": _put(outside)})
    path = f"/feeds/{made['id']}"
    outside.admin.refuse(428, "etag.missing", "PATCH", path, {"state": "paused"})
    changed = outside.admin.patch(path, {"state": "paused", "title": "Tạm dừng", "date_order": "dmy"})
    has(changed, state="paused", title="Tạm dừng")
    outside.admin.refuse(412, "etag.stale", "PATCH", path, {"state": "active"}, headers={"If-Match": '"0"'})
    for wrong in ({"state": "x"}, {"date_order": "x"}, {"nothing": 1}):
        outside.admin.refuse(422, "body.invalid", "PATCH", path, wrong, headers={"If-Match": "*"})
    outside.admin.refuse(428, "etag.missing", "DELETE", path)
    outside.admin.refuse(412, "etag.stale", "DELETE", path, headers={"If-Match": '"0"'})
    articles = outside.admin.get(f"/articles?feed={made['id']}")["items"]
    good(outside.admin.ask("DELETE", path, headers={"If-Match": "*"}), 204)
    problem(outside.admin.ask("GET", path), 404)
    for article in articles:
        outside.admin.get(f"/articles/{article['id']}")


def test_sources_go_out_and_in_as_opml(outside: Outside, tmp_path: Path) -> None:
    url = _put(outside)
    made = outside.admin.post("/feeds", {"url": url})
    written = outside.admin.ask("GET", "/feeds/opml")
    assert written.status_code == 200
    assert "xml" in written.headers["content-type"] or "opml" in written.headers["content-type"]
    assert url in written.text
    good(outside.admin.ask("DELETE", f"/feeds/{made['id']}", headers={"If-Match": "*"}), 204)
    answer = outside.admin.ask("POST", "/feeds/opml", content=written.content, headers={"Content-Type": "text/x-opml"})
    assert answer.status_code in {200, 201}, answer.text
    assert [r["status"] for r in answer.json()["rows"] if r["url"] == url] == ["new"]
    again = outside.admin.ask("POST", "/feeds/opml", files={"file": ("a.opml", written.content)})
    assert {r["status"] for r in again.json()["rows"]} == {"same"}
    told = outside.lantoa("feeds", "export").ok().out
    assert url in told
    file = tmp_path / "nguon.opml"
    file.write_text(told, encoding="utf-8")
    imported = outside.lantoa("feeds", "import", str(file), "--json").ok().json()
    assert {r["status"] for r in imported["rows"]} == {"same"}


@pytest.mark.parametrize("raw", [b"", b"<opml>", b"{}", b"\x00\xff", b"<html></html>", b"<opml><body/></opml>" * 2])
def test_opml_that_is_none_is_422(outside: Outside, raw: bytes) -> None:
    for sent in ({"content": raw}, {"files": {"file": ("a.opml", raw)}}):
        answer = outside.admin.ask("POST", "/feeds/opml", **sent)
        problem(answer, 422)


def test_the_commands_add_list_and_probe(outside: Outside) -> None:
    url = _put(outside)
    outside.lantoa("feeds", "add", url, "--title", "Từ dòng lệnh").ok()
    listed = outside.lantoa("feeds", "list", "--json").ok().json()
    mine = next(f for f in listed if f["url"] == url)
    assert set(mine) >= ROW
    has(mine, title="Từ dòng lệnh", kind="feed", state="active", failures=0, last_error=None)
    assert mine["health"] in HEALTH
    assert INSTANT.fullmatch(mine["next_fetch_at"])
    assert len(outside.lantoa("feeds", "probe", url, "--json").ok().json()["entries"]) == 2
    outside.lantoa("feeds", "add", url).refused("feed.taken")
    outside.lantoa("feeds", "add", "http://10.0.0.1/rss").refused("feed.address")
    outside.lantoa("feeds", "add").misused()
    assert isinstance(outside.lantoa("feeds", "health", "--json").ok().json(), list)


def test_the_command_fetches_and_prints_a_line_a_source(outside: Outside) -> None:
    url = _put(outside)
    gone = _put(outside)
    made = {u: outside.admin.post("/feeds", {"url": u}) for u in (url, gone)}
    outside.site.pages[gone.removeprefix(outside.site.base)] = Answer(status=410)
    lines = outside.lantoa("fetch", "--all", "--json").ok().json_lines()
    assert all(set(line) == LINE for line in lines)
    found = {line["feed_id"]: line for line in lines}
    assert len(found) == len(lines)
    has(found[made[url]["id"]], url=url, error=None)
    has(found[made[gone]["id"]], status="failed", new=0)
    assert found[made[gone]["id"]]["error"]["code"] == "gone"
    one = outside.lantoa("fetch", "--feed", str(made[url]["id"]), "--json").ok().json_lines()
    has(one[0], feed_id=made[url]["id"], status="not_modified", new=0, changed=0, error=None)
    outside.lantoa("fetch", "--feed", "999999").refused("thing.not_found")
    outside.lantoa("fetch", "--feed", "x").misused()
    for line in outside.lantoa("fetch", "--json").ok().out.splitlines():
        assert set(json.loads(line)) == LINE


def test_what_fetching_collects_is_one_article_an_address(outside: Outside) -> None:
    item = outside.item()
    first, _ = outside.feed([item])
    second, _ = outside.feed([item])
    ids = [outside.admin.get(f"/articles?feed={f['id']}")["items"][0]["id"] for f in (first, second)]
    assert ids[0] == ids[1]
