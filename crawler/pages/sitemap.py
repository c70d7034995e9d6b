"""Sitemaps read: addresses with the news extension's titles and times, plain lists, indexes of further sitemaps.

A sitemap without titles gives addresses only. What of an index is worth following is chosen in sitemap_index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawler.coding import CodingError, Inflater, TooLargeError
from crawler.feed_raw import MAX_ITEMS, RawFeed, RawItem
from crawler.links import absolute
from crawler.xmltext import declares_entities, find_root, has_giant_tag, mend

if TYPE_CHECKING:
    from collections.abc import Iterator

    Element = etree._Element  # noqa: SLF001 - lxml's public class has no public name

BODY_MOST: Final = 10 << 20  # of a packed one, when unpacked: what a fetch would take
LISTED_MOST: Final = 50_000  # of one sitemap (sitemaps.org)
CHUNK_BYTES: Final = 1 << 16
PLAIN_LINE: Final = 2000
_GZIP: Final = b"\x1f\x8b"
_ROOTS: Final = frozenset({"urlset", "sitemapindex"})
_FATAL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One sitemap that an index names."""

    url: str
    changed: str  # as written, "" where it is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class NotASitemap:
    """Why a document is none: a code of FetchErrorCode, and words."""

    code: str
    words: str


def unpack(body: bytes) -> tuple[bytes, bool]:
    """Give the bytes of a sitemap that is served packed, and whether something of them is missing."""
    if not body.startswith(_GZIP):
        return body, False
    inflater = Inflater("gzip", BODY_MOST)
    try:
        for start in range(0, len(body), CHUNK_BYTES):
            inflater.feed(body[start : start + CHUNK_BYTES])
        return inflater.finish(), False
    except (CodingError, TooLargeError):
        return inflater.so_far, True


def read_sitemap(text: str, url: str | None, *, is_cut: bool = False) -> RawFeed | list[Child] | NotASitemap:
    """Read a sitemap, or the sitemaps that an index names."""
    text = text.lstrip("\ufeff\0 \t\r\n")
    if text.startswith(("http://", "https://")):
        return _read_plain(text, url)
    prolog = find_root(text)
    if declares_entities(prolog):
        return NotASitemap(code="unreadable", words="the document declares entities")
    if prolog.root_name not in _ROOTS:
        return NotASitemap(code="not_a_feed", words="no sitemap")
    body = mend(text[prolog.root_start :])
    if has_giant_tag(body):
        return NotASitemap(code="unreadable", words="the document has a tag of more than 64 KiB")
    return _read_tree(body, prolog.root_name, url, is_cut=is_cut)


def _read_plain(text: str, url: str | None) -> RawFeed:
    """Read a list of addresses, one a line."""
    feed = RawFeed(format="sitemap", base=url, link=url or "")
    lines = text.split("\n", LISTED_MOST)[:LISTED_MOST]
    found = (absolute(line[:PLAIN_LINE], None) for line in lines if line.startswith("http"))
    feed.items = [RawItem(base=url, links=[link]) for link in found if link is not None][: MAX_ITEMS + 1]
    return feed


def _read_tree(body: str, root_name: str, url: str | None, *, is_cut: bool) -> RawFeed | list[Child]:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(body.encode(), parser)
    if root_name == "sitemapindex":
        return list(_children(root, url))
    feed = RawFeed(format="sitemap", base=url, link=url or "")
    feed.items = _newest([_item(entry, url) for entry in _elements(root, "url", LISTED_MOST)])
    if is_cut or any(entry.level >= _FATAL for entry in parser.error_log):
        feed.warnings.append("partial")
    return feed


def _newest(items: list[RawItem]) -> list[RawItem]:
    """Keep as many as are read of one source: the last changed, for a site's whole list begins anywhere."""
    if len(items) <= MAX_ITEMS:
        return items
    order = sorted(range(len(items)), key=lambda at: items[at].published or items[at].updated, reverse=True)
    return [items[at] for at in sorted(order[: MAX_ITEMS + 1])]


def _children(root: Element, url: str | None) -> Iterator[Child]:
    for entry in _elements(root, "sitemap", LISTED_MOST):
        found = absolute(_text(entry, "loc"), url)
        if found is not None:
            yield Child(url=found, changed=_text(entry, "lastmod"))


def _elements(root: Element, name: str, most: int) -> Iterator[Element]:
    """Give the children of a name, whatever their namespace: sites misspell it."""
    count = 0
    for element in root.iterchildren("*"):
        if _local(element) == name:
            count += 1
            if count > most:
                return
            yield element


def _item(entry: Element, url: str | None) -> RawItem:
    """Read one address with what its extensions tell of it."""
    return RawItem(
        base=url,
        links=[_text(entry, "loc")],
        title=_text(entry, "news", "title"),
        published=_text(entry, "news", "publication_date"),
        updated=_text(entry, "lastmod"),
        images=[image] if (image := _text(entry, "image", "loc")) else [],
        categories=[word.strip() for word in _text(entry, "news", "keywords").split(",") if word.strip()],
    )


def _text(element: Element, *names: str) -> str:
    """Give the text that the names lead to, one below the other."""
    found: Element | None = element
    for name in names:
        found = None if found is None else next((one for one in found.iterchildren("*") if _local(one) == name), None)
    return "" if found is None else "".join(str(part) for part in found.itertext()).strip()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
