"""The links of a page, gathered by address: their texts, where they stand, and how large a block is about one alone.

What is an article is decided in listing_shapes; what stands beside a link is read in listing_rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.links import absolute
from crawler.pages.listing_shapes import is_headline, site_of
from crawler.plaintext import tidy
from tracker.domain.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml import etree

    Element = etree._Element  # noqa: SLF001 - lxml's public class has no public name

LINKS_MOST: Final = 5000
TITLE_MOST: Final = 400
TEXT_CHARS: Final = 2000
_TEXT_PARTS: Final = 60
_PIECES_MOST: Final = 200
_ABOVE_MOST: Final = 12
_ROW_ABOVE: Final = 8

_MENU_TAGS: Final = frozenset({"nav", "header", "footer", "select", "form"})
_MENU_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|mainmenu|submenu|breadcrumbs?|footer|header|topbar|pagination|pager|paging)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLE_NAME = re.compile(r"title|headline|heading|tieu-?de", re.IGNORECASE)
_BRIEF_NAME = re.compile(r"sapo|desc|lead|summary|intro|excerpt|hometext", re.IGNORECASE)
_MARKER = re.compile(r"^(?:[>»›•·*\-–—|]+\s*)+")


@dataclass(slots=True, kw_only=True)
class Link:
    """One link: its element, its text, and how sure it is that the text is the title (4 a heading, 0 a summary)."""

    element: Element
    text: str
    trust: int
    is_menu: bool


@dataclass(slots=True, kw_only=True)
class Target:
    """One address with all links to it, in the page's order."""

    url: str
    links: list[Link] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Give the text that is likeliest the title: of the most trusted the longest."""
        named = [link for link in self.links if link.text]
        best = max(named, key=lambda link: (is_headline(link.text), link.trust, len(link.text)), default=None)
        return "" if best is None else best.text

    @property
    def summary(self) -> str:
        """Give the text of a link that stands where summaries do."""
        return next((link.text for link in self.links if link.trust == 0 and link.text != self.title), "")


def gather(root: Element, base: str | None, page_url: str | None) -> list[Target]:
    """Gather the links of a page to its own site, but for those to itself."""
    site = site_of(urlsplit(page_url or base or "").hostname or "")
    own = canonical_url(page_url) if page_url else None
    targets: dict[str, Target] = {}
    for element in islice(root.iter("a"), LINKS_MOST):
        url = _address(element, base)
        if url is None or url == own or (site and site_of(urlsplit(url).hostname or "") != site):
            continue
        targets.setdefault(url, Target(url=url)).links.append(_link(element))
    return list(targets.values())


def _address(element: Element, base: str | None) -> str | None:
    """Give the address as it would be stored; a fragment leads to a place within it."""
    href = (element.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    url = absolute(href, base)
    return None if url is None else canonical_url(url)


def _link(element: Element) -> Link:
    shown = _shown(element)
    given = _MARKER.sub("", tidy(element.get("title") or ""))[:TITLE_MOST]
    above = list(islice(element.iterancestors(), _ABOVE_MOST))
    return Link(
        element=element,
        text=shown or given or _picture_words(element),
        trust=_trust(element, above, shown, given),
        is_menu=any(_is_menu(one) for one in above),
    )


def _shown(element: Element) -> str:
    """Give the text of a link; of several parts the heading, where there is one."""
    heading = next((inner for inner in _inside(element) if inner.tag in _HEADINGS), None)
    text = text_of(element if heading is None else heading)
    return _MARKER.sub("", text)[:TITLE_MOST]


def text_of(element: Element, parts: int = _TEXT_PARTS) -> str:
    """Give an element's text on one line; scripts and styles say nothing."""
    return tidy(" ".join(islice(_texts(element), parts)))


def _texts(element: Element) -> Iterator[str]:
    for piece in islice(element.itertext(), _PIECES_MOST):
        text = str(piece)[:TEXT_CHARS]
        if text.strip():
            yield text


def _inside(element: Element) -> Iterator[Element]:
    return islice(element.iter(), _PIECES_MOST)  # a link that is never closed may hold the whole page


def _picture_words(element: Element) -> str:
    """Give what a picture that is the whole link is called."""
    return next(
        (tidy(img.get("alt") or "")[:TITLE_MOST] for img in _inside(element) if img.tag == "img" and img.get("alt")), ""
    )


def _trust(element: Element, above: list[Element], shown: str, given: str) -> int:
    """Rank a link's text: a heading, what is called a title, any text, the name of a picture; a summary is none."""
    near = above[:3]
    if any(one.tag in _HEADINGS for one in (element, *near)) or any(one.tag in _HEADINGS for one in _inside(element)):
        return 4
    if _TITLE_NAME.search(_names(element)) or (shown and shown == given):
        return 3
    if any(_BRIEF_NAME.search(_names(one)) for one in (element, *near[:2])):
        return 0
    return 2 if shown else 1


def _is_menu(element: Element) -> bool:
    return element.tag in _MENU_TAGS - _page_heads(element) or bool(_MENU_NAME.search(_names(element)))


def _page_heads(element: Element) -> frozenset[str]:
    """Leave out a head that is an article's own: it is no menu."""
    if element.tag == "header" and any(one.tag == "article" for one in islice(element.iterancestors(), 3)):
        return frozenset({"header"})
    return frozenset()


def _names(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:500]


def rows_of(targets: Iterable[Target]) -> Mapping[str, Element]:
    """Find for each address the largest block near its links that leads to no other of these addresses."""
    owner: dict[Element, str | None] = {}
    for target in targets:
        for link in target.links:
            for block in islice(link.element.iterancestors(), _ROW_ABOVE):
                owner[block] = target.url if owner.get(block, target.url) == target.url else None
    rows: dict[str, Element] = {}
    for target in targets:
        best = max(target.links, key=lambda link: (is_headline(link.text), link.trust))
        rows[target.url] = _row(best.element, target.url, owner)
    return rows


def _row(element: Element, url: str, owner: Mapping[Element, str | None]) -> Element:
    row = element
    for block in islice(element.iterancestors(), _ROW_ABOVE):
        if block.tag in {"body", "html", "main"} or owner.get(block) != url:
            break
        row = block
    return row
