"""Articles, tracked links and their clicks, as the contract words them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import PERSON, Caller, good, has, named, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside

FIELDS = ("id", "title", "url", "source", "summary", "published_at", "first_seen_at")
MARKS = ("topics", "featured", "hidden", "authors", "image")
CHANNELS = (
    "facebook",
    "zalo",
    "youtube",
    "tiktok",
    "x",
    "telegram",
    "instagram",
    "threads",
    "linkedin",
    "viber",
    "web",
)


def _visit(outside: Outside, slug: str, method: str = "GET", agent: str = PERSON, **headers: str) -> Any:
    return outside.client.request(method, f"/s/{slug}", headers={"User-Agent": agent} | headers)


def _clicks(caller: Caller, claim: dict[str, Any]) -> int:
    figures = {f["measure"]: f for f in caller.get(f"/claims/{claim['id']}")["figures"]}
    assert figures["valid_clicks"]["grade"] == "A"
    value: int = figures["valid_clicks"]["value"]
    return value


def test_an_article_is_answered_with_its_fields(outside: Outside) -> None:
    item = outside.item("Phường Bến Nghé ra quân", summary="<p>Tin <b>đậm</b> &amp; nhạt</p><script>x()</script>")
    _, articles = outside.feed([item])
    article = articles[0]
    named(article, *FIELDS, *MARKS)
    has(
        article,
        title=item.title,
        url=outside.site.base + item.path,
        topics=[],
        featured=False,
        hidden=False,
        authors=[],
    )
    assert article["summary"] == "Tin đậm & nhạt"
    assert article["published_at"].endswith("Z")
    answer = outside.admin.ask("GET", f"/articles/{article['id']}")
    assert good(answer, 200) == article
    assert answer.headers["etag"]


def test_search_ignores_marks_and_prefers_the_exact(outside: Outside) -> None:
    word = outside.name("zq")
    items = [outside.item(f"{word} Tỉnh Bắc Lieu"), outside.item(f"{word} tỉnh Bạc Liêu"), outside.item(f"{word} khác")]
    outside.feed(items)
    _, caller = outside.person(outside.unit())
    found = [a["title"] for a in caller.get(f"/articles?q={word} bac lieu")["items"]]
    assert set(found) == {items[0].title, items[1].title}
    assert caller.get(f"/articles?q={word} bạc liêu")["items"][0]["title"] == items[1].title
    assert caller.get(f"/articles?q={word} BẠC LIÊU")["items"][0]["title"] == items[1].title
    assert len(caller.get(f"/articles?q={word}")["items"]) == 3
    assert caller.get(f"/articles?q={word} khongco")["items"] == []


def test_pages_of_a_search_show_each_article_once(outside: Outside) -> None:
    word = outside.name("zp")
    outside.feed([outside.item(f"{word} bài {n}") for n in range(7)])
    found = outside.admin.pages(f"/articles?q={word}")
    assert len({a["id"] for a in found}) == len(found) == 7
    plain = outside.admin.pages("/articles", limit=5)
    assert len({a["id"] for a in plain}) == len(plain)
    times = [a["published_at"] for a in plain if not a["featured"] and a["published_at"]]
    assert times == sorted(times, reverse=True)


def test_articles_are_narrowed_by_day_and_instant(outside: Outside) -> None:
    feed, articles = outside.feed()
    base = f"/articles?feed={feed['id']}"
    assert len(outside.admin.get(f"{base}&since={outside.today.replace(day=1)}")["items"]) == len(articles)
    assert outside.admin.get(f"{base}&since=2999-01-01")["items"] == []
    middle = sorted(a["published_at"] for a in articles)[1]
    assert len(outside.admin.get(f"{base}&since={middle}")["items"]) == 2
    outside.admin.refuse(422, "field.invalid", "GET", f"{base}&since=hôm qua")
    outside.admin.refuse(422, "field.invalid", "GET", f"{base}&featured=maybe")


def test_featuring_and_hiding_bind_the_unit_and_below(outside: Outside) -> None:
    top, other = outside.cell(), outside.cell()
    below = outside.cell(1, top.unit)
    feed, articles = outside.feed()
    base, path = f"/articles?feed={feed['id']}", f"/articles/{articles[0]['id']}"
    top.officer.refuse(428, "etag.missing", "PATCH", path, {"featured": True})
    has(top.officer.patch(path, {"featured": True}), featured=True, hidden=False)
    for caller in (top.one, below.one):
        assert [a["id"] for a in caller.get(f"{base}&featured=true")["items"]] == [articles[0]["id"]]
    assert other.one.get(f"{base}&featured=true")["items"] == []
    top.officer.patch(path, {"hidden": True, "featured": False})
    for caller in (top.one, below.one):
        assert articles[0]["id"] not in [a["id"] for a in caller.get(base)["items"]]
    assert articles[0]["id"] in [a["id"] for a in other.one.get(base)["items"]]
    has(top.officer.patch(path, {"hidden": False}), hidden=False)
    assert articles[0]["id"] in [a["id"] for a in below.one.get(base)["items"]]


def test_topics_bind_all(outside: Outside) -> None:
    cell, other = outside.cell(), outside.cell()
    topic = f"Chuyển đổi số {outside.name('t')}"
    article = outside.article()
    has(cell.officer.patch(f"/articles/{article['id']}", {"topics": [topic]}), topics=[topic])
    assert other.one.get(f"/articles/{article['id']}")["topics"] == [topic]
    assert [a["id"] for a in other.one.get(f"/articles?topic={topic}")["items"]] == [article["id"]]
    assert topic in [t["name"] for t in other.one.pages("/topics", limit=50)]


def test_only_an_officer_marks_an_article(outside: Outside) -> None:
    cell = outside.cell()
    path = f"/articles/{outside.article()['id']}"
    cell.one.refuse(403, "right.missing", "PATCH", path, {"featured": True}, headers={"If-Match": "*"})
    for wrong in ({"featured": "yes"}, {"topics": "x"}, {"topics": [""]}, {"title": "x"}, {"topics": ["x" * 500]}):
        cell.officer.refuse(422, "body.invalid", "PATCH", path, wrong, headers={"If-Match": "*"})


def test_the_same_three_give_the_same_link(outside: Outside) -> None:
    cell = outside.cell(2)
    path = f"/articles/{outside.article()['id']}/links"
    first = cell.one.post(path, {"channel": "zalo"})
    has(first, channel="zalo", url=f"{outside.base}/s/{first['slug']}")
    again = cell.one.post(path, {"channel": "zalo"}, status=200)
    assert (again["slug"], again["url"]) == (first["slug"], first["url"])
    slugs = {first["slug"], cell.one.post(path, {"channel": "facebook"})["slug"]}
    slugs.add(cell.callers[1].post(path, {"channel": "zalo"})["slug"])
    assert len(slugs) == 3
    for wrong in ({"channel": "bebo"}, {}, {"channel": None}, {"channel": "zalo", "url": "http://x"}):
        cell.one.refuse(422, "body.invalid", "POST", path, wrong)
    cell.officer.refuse(403, "right.missing", "POST", path, {"channel": "zalo"})
    problem(cell.one.ask("POST", "/articles/999999/links", {"channel": "zalo"}), 404)


def test_every_channel_has_a_link(outside: Outside) -> None:
    cell, article = outside.cell(), outside.article()
    for channel in CHANNELS:
        cell.one.post(f"/articles/{article['id']}/links", {"channel": channel})


def test_a_link_leads_to_its_article_and_says_nothing_else(outside: Outside) -> None:
    cell, article = outside.cell(), outside.article()
    link = cell.one.post(f"/articles/{article['id']}/links", {"channel": "zalo"})
    for method in ("GET", "HEAD"):
        answer = _visit(outside, link["slug"], method)
        assert answer.status_code == 302
        assert answer.headers["location"] == article["url"]
        assert "no-store" in answer.headers["cache-control"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
    for slug in ("khongco", link["slug"] + "x", "a" * 300, "%00", "..%2f..%2fetc"):
        assert _visit(outside, slug).status_code == 404
    assert _visit(outside, link["slug"], "POST").status_code == 405
    assert _visit(outside, link["slug"] + "?next=//evil.example").headers["location"] == article["url"]


def test_clicks_of_people_count_and_others_do_not(outside: Outside) -> None:
    cell, article = outside.cell(), outside.article()
    link = cell.one.post(f"/articles/{article['id']}/links", {"channel": "zalo"})
    claim = cell.one.post("/claims", {"kind": "share", "article_id": article["id"], "channel": "zalo"})
    slug = link["slug"]
    _visit(outside, slug)
    _visit(outside, slug)  # a repeat within 30 s
    _visit(outside, slug, "HEAD", PERSON + " a")
    _visit(outside, slug, agent="facebookexternalhit/1.1")
    _visit(outside, slug, agent="")
    _visit(outside, slug, agent=PERSON + " b", Purpose="prefetch")
    _visit(outside, slug, agent=PERSON + " c", **cell.one.headers)  # one's own
    _visit(outside, slug, agent=PERSON + " Zalo/25.1")
    outside.until(lambda: _clicks(cell.one, claim) >= 2)
    outside.until(lambda: _clicks(outside.admin, claim) >= 2)
    assert _clicks(cell.one, claim) == 2
    figures = {f["measure"]: f for f in cell.officer.get(f"/claims/{claim['id']}")["figures"]}
    has(figures["valid_clicks"], value=None, hidden=True)  # under 5: the sharer and the administrator alone
    for n in range(5):
        _visit(outside, slug, agent=f"{PERSON} d{n}")
    outside.until(lambda: _clicks(cell.one, claim) >= 7)
    assert _clicks(cell.one, claim) == _clicks(cell.officer, claim) == 7
