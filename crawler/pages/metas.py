"""What the head of a page states about it: metas, links, language. One table of names, whoever invented them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.links import absolute
from crawler.plaintext import plain_title

if TYPE_CHECKING:
    from lxml import html

MAX_VALUE_CHARS = 2000
_NAMING = ("property", "name", "itemprop", "http-equiv")


class Metas:
    """The metas and links of one page."""

    def __init__(self, root: html.HtmlElement, url: str) -> None:
        self._values: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            value = element.get("content") or element.get("value") or ""
            for naming in _NAMING:
                self._add(element.get(naming, ""), value)
        self._links = [
            (element.get("rel", "").lower().split(), element.get("href", "")) for element in root.iter("link")
        ]
        self.base = next((absolute(e.get("href", ""), url) for e in root.iter("base") if e.get("href")), None) or url

    def _add(self, names: str, value: str) -> None:
        """Keep a value under each of its names."""
        value = plain_title(value[:MAX_VALUE_CHARS])
        for name in names.lower().split():
            if value:
                self._values.setdefault(name, []).append(value)

    def all(self, *names: str) -> list[str]:
        """Give every value under the names, by name in the order asked."""
        return list(dict.fromkeys(value for name in names for value in self._values.get(name, [])))

    def first(self, *names: str) -> str:
        """Give the first value under the names, "" where there is none."""
        return next(iter(self.all(*names)), "")

    def link(self, rel: str) -> str | None:
        """Give the absolute address of the first link of this kind."""
        found = (absolute(href, self.base) for rels, href in self._links if rel in rels and href.strip())
        return next((link for link in found if link), None)

    def address(self, *names: str) -> str | None:
        """Give the first value under the names that is an address."""
        return next((link for link in (absolute(value, self.base) for value in self.all(*names)) if link), None)


def language_of(root: html.HtmlElement, metas: Metas) -> str:
    """Give the language that a page declares, as it spells it."""
    declared = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""
    told = declared.strip() or metas.first("content-language", "og:locale", "dc.language", "language", "inlanguage")
    return told.split(",")[0].strip()[:20]
