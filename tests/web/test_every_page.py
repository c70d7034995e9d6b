"""What holds for every page: no link leads nowhere, nothing hostile runs, each is built as a reader needs it."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import RouteContext, iter_route_contexts

from tests import make
from tests.web.browser import path_of, sign_in
from tests.web.conftest import ROLES, furnish
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.periods import PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Channel, Role
from tracker.services import filing, programmes, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from tests.application import Api
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

PAGES_MOST = 400
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</title><svg onload=alert(1)>",
    "{{ 7*7 }} %(name)s {% raw %}",
    "javascript:alert(1)",
)
NOT_PAGES = ("/api/", "/healthz", "/readyz", "/metrics")
PUBLIC_PAGES = {"/sign-in", "/sign-out", "/setup/{token}", "/start/{token}", "/lang/{language}", "/static/{name}"}


def _work(office: Office, words: str = "một câu chuyện") -> None:
    """Let a member declare things, and an officer set a programme, so that pages have rows to show."""
    now, today, zone = make.NOW, make.TODAY, office.site.app.state.deps.zone
    member, officer = office.viewers["member"], office.viewers["officer"]
    share = ClaimDraft(kind=ClaimKind.SHARE, article_id=office.article, channel=Channel.FACEBOOK, note=words)
    told = ClaimDraft(kind=ClaimKind.PRESENTATION, title=words, lesson=words, slot=words, witness=words)
    with office.site.db.write() as tx:
        for draft in (share, told):
            owner = filing.get_owner(tx, member, None, today=today)
            filing.submit(tx, member, owner, draft, now=now, zone=zone)
        new = programmes.NewProgramme(name=words, unit_id=office.unit, is_new=True, measures=(words,))
        made = programmes.create(tx, officer, new, now=now, today=today)
        each = targets.NewTarget(
            programme_id=made.programme_id,
            who=TargetWho.EACH_MEMBER,
            what=ClaimKind.SHARE,
            minimum=1,
            per=PeriodKind.MONTH,
            aim=2,
        )
        turn = replace(
            each, who=TargetWho.ASSIGNED, what=ClaimKind.AUTHORED, per=PeriodKind.QUARTER, topics=(words,), aim=None
        )
        for target in (each, turn):
            targets.create(tx, officer, target, now=now, today=today)


def _walk(browser: Browser, start: str = "/") -> Iterator[Shown]:
    """Open every page that can be reached by links."""
    todo, seen = [start], {start}
    while todo and len(seen) < PAGES_MOST:
        shown = browser.get(todo.pop(0))
        yield shown
        for link in shown.links():
            path = link.partition("//")[2].partition("/")[2]
            kept = f"/{path}"
            shape = re.sub(r"(?<==)[^&]*", "", kept)
            if shape not in seen and "/lang/" not in kept and not kept.startswith("/static/"):
                seen.add(shape)
                todo.append(kept)


def _pages(browser: Browser) -> Iterator[Shown]:
    return (shown for shown in _walk(browser) if shown.is_page)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_no_link_leads_nowhere(office: Office, role: str, language: str) -> None:
    _work(office)
    bad = [(s.status, s.url) for s in _walk(office.browser(role, language)) if s.status != 200]
    assert bad == []


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_built_for_readers_and_their_devices(office: Office, role: str) -> None:
    _work(office)
    for shown in _pages(office.browser(role)):
        hold_to_its_build(shown)


def test_every_page_of_a_new_installation_is_there_and_built_so_too(site: Api) -> None:
    with site.db.write() as tx:
        first = make.account(tx, "quantri", Role.ADMIN, password_hash=make.HASH)
    browser = sign_in(site, first, "vi")
    for shown in (*_walk(browser), browser.get("/registers/sheet")):
        assert shown.status == 200, shown.url
        if shown.is_page:
            hold_to_its_build(shown)


def hold_to_its_build(shown: Shown) -> None:
    """Hold a page to what readers and their devices need."""
    soup = shown.soup
    assert soup.html is not None
    assert soup.html["lang"] == "vi", shown.url
    assert len(soup.select("h1")) == 1, shown.url
    assert soup.select_one("a.skip[href='#main']"), shown.url
    assert soup.select_one("meta[name=viewport]"), shown.url
    levels = [int(h.name[1]) for h in soup.select("h1, h2, h3, h4")]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), (shown.url, levels)
    ids = [str(e["id"]) for e in soup.select("[id]")]
    assert len(ids) == len(set(ids)), (shown.url, sorted(i for i in ids if ids.count(i) > 1))
    for field in soup.select("input:not([type=hidden]), select, textarea"):
        labelled = field.find_parent("label") or soup.select_one(f"label[for='{field.get('id')}']")
        assert labelled, (shown.url, str(field))
    assert len(shown.text.encode()) < 100_000, shown.url


@pytest.mark.parametrize("role", ROLES)
def test_no_page_carries_script_or_style_inline_or_from_elsewhere(office: Office, role: str) -> None:
    _work(office)
    for shown in _pages(office.browser(role)):
        soup = shown.soup
        assert not soup.select("[style], style, iframe, object, embed"), shown.url
        assert all(str(s["src"]).startswith("/static/") and not s.get_text() for s in soup.select("script")), shown.url
        assert all(str(e["href"]).startswith("/static/") for e in soup.select("link[href]")), shown.url
        handlers = [name for e in soup.find_all(True) for name in e.attrs if name.startswith("on")]
        assert handlers == [], shown.url
        assert "script-src 'self'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_names_titles_and_notes_are_only_words(site: Api, words: str) -> None:
    office = furnish(site, name=words, title=words)
    _work(office, words)
    marks = {"script", "svg", "img"}
    for role in ROLES:
        for shown in _pages(office.browser(role)):
            assert shown.status == 200, shown.url
            soup = shown.soup
            assert not [e for e in soup.find_all(marks) if any(k.startswith("on") for k in e.attrs)], shown.url
            assert "alert(1)" not in "".join(s.get_text() for s in soup.select("script")), shown.url
            assert not [a for a in soup.select("[href]") if str(a["href"]).lower().startswith("javascript:")], shown.url
            assert "49" not in shown.words.replace(words, ""), shown.url


@pytest.mark.parametrize("words", HOSTILE)
def test_searches_and_errors_show_what_was_asked_as_words(office: Office, words: str) -> None:
    browser = office.browser("admin")
    for path in ("/articles", "/members", "/units"):
        shown = browser.request("GET", path, params={"q": words})
        assert shown.status == 200
        assert not shown.soup.select("svg[onload], img, main script")
    missing = browser.get(f"/nowhere/{words}")
    assert missing.status == 404
    assert not missing.soup.select("svg[onload], img, main script")


def test_a_page_that_is_not_there_and_one_that_is_not_ones_own_say_so(office: Office) -> None:
    browser = office.browser("member")
    assert "Không tìm thấy" in browser.get("/nowhere").words
    refused = browser.get("/accounts")
    assert refused.status == 403
    assert "Đồng chí không có quyền thực hiện thao tác này" in refused.words
    assert browser.get("/articles/99999").status == 404
    assert browser.get("/claims/1-99").status == 404
    assert browser.get("/claims/abc").status == 404


def test_nobody_sees_a_page_without_signing_in_but_the_few_public_ones(office: Office) -> None:
    asked = 0
    for route in _page_routes(office.site.app):
        path = re.sub(r"\{[^}]*\}", "1", str(route.path))
        for method in sorted(route.methods or ()):
            shown = _anyone(office).request(method, path, follow=False)
            told = (shown.status, path_of(shown.headers.get("location", "")))
            assert (told == (303, "/sign-in")) != (route.path in PUBLIC_PAGES - {"/sign-out"}), (method, path)
            asked += 1
    assert asked > 60


def test_what_is_loaded_first_is_small_and_kept_by_browsers(office: Office) -> None:
    browser = office.browser("member")
    page = browser.get("/")
    loaded = [page, *(browser.get(str(e["href"])) for e in page.soup.select("link[rel=stylesheet]"))]
    loaded += [browser.get(str(e["src"])) for e in page.soup.select("script[src]")]
    assert sum(len(shown.text.encode()) for shown in loaded) < 150_000
    assert all("immutable" in shown.headers["cache-control"] for shown in loaded[1:])
    assert page.headers["cache-control"] == "no-store"


def _anyone(office: Office) -> Browser:
    browser = office.browser("member")
    browser.cookies.clear()
    return browser


def _page_routes(app: FastAPI) -> list[RouteContext]:
    return [r for r in iter_route_contexts(app.routes) if r.path and not r.path.startswith(NOT_PAGES)]
