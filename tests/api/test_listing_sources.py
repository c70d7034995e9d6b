"""Sources without a feed over the API: list pages, with selectors and without, sitemaps; looked at, added, fetched."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from tests import make
from tests.application import application, make_deps
from tests.corpus.house import make_crawler
from tests.corpus.site import Answer, Item, Site
from tracker.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tests.api.conftest import Api, Caller

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


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


def listing(*numbers: int, more: str = "") -> str:
    rows = "".join(
        f"<li><h3><a href='/xa-thu-{n}-cua-huyen-dat-chuan-51234{n}.html'>Xã thứ {n} của huyện đạt chuẩn mới</a></h3>"
        f"<span class='time'>0{n}/11/2026 09:20</span></li>"
        for n in numbers
    )
    return f"<html><head><title>Xây dựng Đảng</title></head><body><ul>{rows}</ul>{more}</body></html>"


def urlset(site: Site, *numbers: int) -> bytes:
    rows = "".join(
        f"<url><loc>{site.base}/bai-51234{n}.html</loc><n:news><n:publication_date>2026-11-2{n}T08:00:00+07:00"
        f"</n:publication_date><n:title>Bài số {n}</n:title></n:news></url>"
        for n in numbers
    )
    return f"<urlset xmlns:n='{NEWS}'>{rows}</urlset>".encode()


def put(site: Site, path: str, body: bytes, content_type: str = "application/xml") -> str:
    site.pages[path] = Answer(body=body, content_type=content_type)
    return site.base + path


def add(admin: Caller, url: str, **more: Any) -> dict[str, Any]:
    answer = admin.post("/feeds", json={"url": url} | more)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "etag": answer.headers["etag"]}


def fetch(admin: Caller, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = admin.post(f"/feeds/{made['id']}/fetch").json()
    return found


def titles(admin: Caller) -> set[str]:
    return {article["title"] for article in admin.get("/articles").json()["items"]}


def test_a_list_page_is_a_source_and_gives_its_articles(admin: Caller, site: Site) -> None:
    made = add(admin, site.set_page("/xay-dung-dang", listing(1, 2, 3)), kind="listing")
    assert (made["kind"], made["selectors"]) == ("listing", None)
    assert (fetch(admin, made)["new"], fetch(admin, made)["status"]) == (3, "not_modified")
    site.set_page("/xay-dung-dang", listing(1, 2, 3, 4))
    assert (fetch(admin, made)["new"], len(titles(admin))) == (1, 4)
    assert site.visits[-1].headers["accept"].startswith("text/html")
    assert admin.get(f"/feeds/{made['id']}").json()["title"] == "Xây dựng Đảng"
    (first,) = [a for a in admin.get("/articles").json()["items"] if a["title"].startswith("Xã thứ 1")]
    assert first["published_at"] == "2026-11-01T02:20:00Z"


def test_a_list_page_whose_links_vanish_is_malformed_not_quiet(admin: Caller, site: Site) -> None:
    made = add(admin, site.set_page("/xay-dung-dang", listing(1, 2, 3)), kind="listing")
    fetch(admin, made)
    site.set_page("/xay-dung-dang", listing())
    assert fetch(admin, made)["error"]["code"] == "unreadable"
    assert admin.get(f"/feeds/{made['id']}").json()["health"] == "malformed"
    site.set_page("/xay-dung-dang", listing(1, 2, 3))
    assert fetch(admin, made)["status"] != "failed"


def test_selectors_are_tried_kept_changed_and_taken_away(admin: Caller, site: Site) -> None:
    link = "<a href='/xa-thu-9-cua-huyen-dat-chuan-512349.html'>Bài khác hẳn trong hộp này</a>"
    more = f"<div class='hop'><b>Hộp</b>{link}</div>"
    url, selectors = site.set_page("/tin", listing(1, 2, 3, more=more)), {"row": ".hop", "title": "b"}
    tried = admin.post("/feeds/probe", json={"url": url, "selectors": selectors}).json()
    assert (tried["kind"], [entry["title"] for entry in tried["entries"]]) == ("listing", ["Hộp"])
    made = add(admin, url, selectors=selectors)
    assert (made["kind"], made["selectors"]) == ("listing", selectors)
    assert (fetch(admin, made)["new"], titles(admin)) == (1, {"Hộp"})
    path, match = f"/feeds/{made['id']}", {"If-Match": made["etag"]}
    changed = admin.patch(path, json={"selectors": {"row": "li"}}, headers=match)
    assert changed.json()["selectors"] == {"row": "li"}
    assert fetch(admin, made)["new"] == 3
    cleared = admin.patch(path, json={"selectors": {}}, headers={"If-Match": changed.headers["etag"]})
    assert cleared.json()["selectors"] is None
    assert fetch(admin, made)["status"] == "ok"


@pytest.mark.parametrize(
    "selectors", [{"row": "li:has("}, {"row": "li", "x": "y"}, {"items": "a[", "title": "t", "link": "u"}]
)
def test_selectors_that_are_none_are_refused_in_words(admin: Caller, site: Site, selectors: dict[str, str]) -> None:
    url = site.set_page("/tin", listing(1, 2, 3))
    made = add(admin, url, kind="listing")
    answers = [
        admin.post("/feeds", json={"url": url + "2", "selectors": selectors}),
        admin.post("/feeds/probe", json={"url": url, "selectors": selectors}),
        admin.patch(f"/feeds/{made['id']}", json={"selectors": selectors}, headers={"If-Match": made["etag"]}),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(422, "field.invalid")] * 3
    assert all(a.json()["detail"].startswith("selectors: «") for a in answers)


def test_a_feed_has_no_selectors(admin: Caller, site: Site) -> None:
    body = {"url": site.set_feed("/rss", []), "kind": "feed", "selectors": {"row": "li"}}
    assert admin.post("/feeds", json=body).json()["code"] == "field.invalid"


def test_json_is_read_by_paths(admin: Caller, site: Site) -> None:
    url = put(site, "/api", b'{"data":[{"t":"B\xc3\xa0i m\xe1\xbb\x99t","s":"bai-mot"}]}', "application/json")
    selectors = {"items": "data[*]", "title": "t", "link": "s", "base": "https://tuyen.example.vn/blogs/"}
    made = add(admin, url, kind="listing", selectors=selectors)
    assert (fetch(admin, made)["new"], titles(admin)) == (1, {"Bài một"})


def test_a_news_sitemap_is_a_source(admin: Caller, site: Site) -> None:
    made = add(admin, put(site, "/news.xml.gz", gzip.compress(urlset(site, 0, 1)), "application/gzip"))
    assert made["kind"] == "sitemap"
    assert (fetch(admin, made)["new"], titles(admin)) == (2, {"Bài số 0", "Bài số 1"})
    assert site.visits[-1].headers["accept"].startswith("application/xml")


def test_an_index_leads_to_at_most_three_sitemaps_and_is_unchanged_when_they_are(admin: Caller, site: Site) -> None:
    names = [f"{site.base}/s-{n}.xml" for n in range(5)]
    for n in range(5):
        put(site, f"/s-{n}.xml", urlset(site, n))
    index = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    made = add(admin, put(site, "/sitemap.xml", f"<sitemapindex>{index}</sitemapindex>".encode()), kind="sitemap")
    assert (fetch(admin, made)["new"], titles(admin)) == (3, {"Bài số 4", "Bài số 3", "Bài số 2"})
    assert [path for path in site.paths() if path.startswith("/s-")] == ["/s-4.xml", "/s-3.xml", "/s-2.xml"]
    assert fetch(admin, made)["status"] == "not_modified"
    put(site, "/s-4.xml", urlset(site, 4, 5))
    assert (fetch(admin, made)["new"], fetch(admin, made)["status"]) == (1, "not_modified")


def test_a_sitemap_that_an_index_names_in_vain_is_said(admin: Caller, site: Site) -> None:
    put(site, "/s-1.xml", urlset(site, 1))
    index = f"<sitemap><loc>{site.base}/s-1.xml</loc></sitemap><sitemap><loc>{site.base}/s-2.xml</loc></sitemap>"
    made = add(admin, put(site, "/sitemap.xml", f"<sitemapindex>{index}</sitemapindex>".encode()), kind="sitemap")
    assert fetch(admin, made)["new"] == 1
    assert admin.get(f"/feeds/{made['id']}/fetches").json()["items"][0]["warnings"] == ["incomplete"]
    site.pages["/s-1.xml"] = Answer(status=503)
    assert fetch(admin, made)["error"]["code"] == "http"


def test_a_page_without_a_feed_is_offered_as_a_list_with_its_sitemap(admin: Caller, site: Site) -> None:
    url = site.set_page("/", listing(1, 2, 3))
    site.pages["/robots.txt"] = Answer(
        body=f"Sitemap: {site.base}/tin-sitemap.xml\n".encode(), content_type="text/plain"
    )
    sitemap = put(site, "/tin-sitemap.xml", urlset(site, 1))
    told = admin.post("/feeds/probe", json={"url": url}).json()
    assert (told["kind"], told["entry_count"], told["error"]) == ("listing", 3, None)
    assert told["entries"][0]["published"] == "2026-11-01T02:20:00Z"
    assert told["sitemaps"] == [sitemap]
    refused = admin.post("/feeds", json={"url": url})
    assert (refused.status_code, refused.json()["code"]) == (422, "feed.address")
    assert "kind «listing»" in refused.json()["detail"]
    assert refused.json()["links"] == [sitemap]


def test_a_list_page_that_robots_may_not_read_is_blocked(admin: Caller, site: Site) -> None:
    made = add(admin, site.set_page("/xay-dung-dang", listing(1, 2, 3)), kind="listing")
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /xay-dung\n", content_type="text/plain")
    assert fetch(admin, made)["error"]["code"] == "robots"
    assert "/xay-dung-dang" not in site.paths()
    assert admin.get(f"/feeds/{made['id']}").json()["health"] == "blocked"


def test_a_nukeviet_site_leads_to_its_feeds(admin: Caller, site: Site) -> None:
    head = '<html><head><meta name="generator" content="NukeViet v4.5"></head></html>'
    site.set_page("/rss/", '<html><a href="/index.php?language=vi&amp;nv=news&amp;op=rss">Tin tức</a></html>')
    feed = site.set_feed("/index.php?language=vi&nv=news&op=rss", [Item(path="/Tin-tuc/Bai-1.html", title="Bài")])
    told = admin.post("/feeds/probe", json={"url": site.set_page("/", head)}).json()
    assert (told["url"], told["kind"], told["entry_count"]) == (feed, "feed", 1)


def test_a_look_ends_after_twelve_fetches(admin: Caller, site: Site) -> None:
    links = "".join(f"<a href='/{n}.rss'>x</a>" for n in range(30))
    for n in range(30):
        site.set_page(f"/{n}.rss", f"<html>{''.join(f'<a href=/x{n}{m}.rss>x</a>' for m in range(9))}{links}</html>")
    told = admin.post("/feeds/probe", json={"url": site.set_page("/", f"<html>{links}</html>")}).json()
    assert told["error"]["code"] == "not_a_feed"
    assert len([path for path in site.paths() if path != "/robots.txt"]) <= 12
