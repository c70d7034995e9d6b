"""A browser without script, for tests: keeps cookies, follows redirects, fills forms in as a person does."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import lxml.etree
import lxml.html
from bs4 import BeautifulSoup, Tag

from tests.application import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.application import Api
    from tracker.domain.types import Viewer

REDIRECTS_MOST = 5
READABLE = lxml.etree.XPath("//text()[not(ancestor::script or ancestor::style or ancestor::template)]")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Shown:
    """A page as it came."""

    status: int
    url: str
    text: str
    headers: httpx.Headers

    @property
    def is_page(self) -> bool:
        """Tell a page from a download."""
        return str(self.headers.get("content-type", "")).startswith("text/html")

    @functools.cached_property
    def soup(self) -> BeautifulSoup:
        """Give the page as a tree."""
        return BeautifulSoup(self.text, "lxml")

    @property
    def words(self) -> str:
        """Give what can be read, single-spaced."""
        parts: Any = READABLE(lxml.html.document_fromstring(self.text)) if self.is_page else [self.text]
        return " ".join(" ".join(parts).split())

    def links(self) -> list[str]:
        """List the addresses of our own that the page leads to."""
        if not self.is_page:
            return []
        found = (urljoin(self.url, str(a["href"])) for a in self.soup.select("a[href]"))
        return [link.partition("#")[0] for link in found if link.startswith(f"{BASE_URL}/")]

    def form(self, action: str) -> Tag:
        """Give the form that posts to an address."""
        forms = self.soup.select("form[method=post]")
        found = [f for f in forms if f.get("action") == action]
        assert found, f"no form for {action}; there are {[f.get('action') for f in forms]}"
        return found[0]


@dataclass
class Browser:
    """One person's browser; `site` is the application under test."""

    site: Api
    language: str = "vi"
    cookies: dict[str, str] = field(default_factory=dict)
    says_origin: bool = True

    def get(self, path: str, **more: Any) -> Shown:
        """Open a page and go where it leads."""
        return self.request("GET", path, **more)

    def post(self, path: str, fields: Iterable[tuple[str, str]] | dict[str, str], **more: Any) -> Shown:
        """Send a form as it is written, without opening its page first."""
        pairs = fields.items() if isinstance(fields, dict) else fields
        content = urlencode(list(pairs)).encode()
        return self.request("POST", path, content=content, headers={"Content-Type": FORM}, **more)

    def submit(self, shown: Shown, action: str, press: str = "", **typed: str) -> Shown:
        """Fill the page's form in and press its button, the one «name=value» where there are several."""
        filled = _filled(shown.form(action), typed)
        if press:
            name, _, value = press.partition("=")
            filled.append((name, value))
        return self.post(action, filled)

    def request(self, method: str, path: str, *, follow: bool = True, **more: Any) -> Shown:
        """Send one request; follow redirects within the site."""
        headers = {"Accept-Language": self.language, **more.pop("headers", {})}
        if method != "GET" and self.says_origin:
            headers["Origin"] = BASE_URL
        url = urljoin(BASE_URL, path)
        answer = self.site.loop.run_until_complete(self._send(method, url, headers, more))
        headers.pop("Content-Type", None)
        for _ in range(REDIRECTS_MOST):
            wanted = urljoin(url, answer.headers.get("location", ""))
            if not answer.is_redirect or not follow or not wanted.startswith(BASE_URL):
                break
            url = wanted
            answer = self.site.loop.run_until_complete(self._send("GET", url, headers, {}))
        return Shown(answer.status_code, url, answer.text, answer.headers)

    async def _send(self, method: str, url: str, headers: dict[str, str], more: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.site.app, raise_app_exceptions=False)
        sent = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        async with httpx.AsyncClient(transport=transport) as client:
            answer = await client.request(method, url, headers=sent, **more)
        self._keep(answer.headers.get_list("set-cookie"))
        return answer

    def _keep(self, set_cookies: list[str]) -> None:
        for name, morsel in (pair for text in set_cookies for pair in SimpleCookie(text).items()):
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.coded_value


def sign_in(site: Api, viewer: Viewer, language: str = "vi") -> Browser:
    """Give the browser of somebody who is signed in."""
    token = site.as_viewer(viewer).headers["Authorization"].removeprefix("Bearer ")
    return Browser(site, language, {"lantoa_session": token})


def _filled(form: Tag, typed: dict[str, str]) -> list[tuple[str, str]]:
    """Give the fields of a form as a browser sends them, with what was typed in place of what stood there."""
    pairs: list[tuple[str, str]] = []
    for element in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(element["name"]), str(element.get("type", element.name))
        if name in typed or (kind in {"checkbox", "radio"} and not element.has_attr("checked")):
            continue
        if element.name == "select":
            chosen = element.select_one("option[selected]") or element.select_one("option")
            pairs.append((name, str(chosen["value"]) if chosen else ""))
        else:
            pairs.append((name, element.get_text() if element.name == "textarea" else str(element.get("value", ""))))
    return [*pairs, *typed.items()]


def path_of(url: str) -> str:
    """Give the path of an address."""
    return urlsplit(url).path
