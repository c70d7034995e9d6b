"""A page of a list read without being told how: its articles by the form of their addresses, in the page's order.

Gives what the feed readers give, so that whatever comes after knows no difference. Selectors are in listing_selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree, html

from crawler.feed_raw import MAX_ITEMS, RawFeed, RawItem, text_as_markup
from crawler.links import absolute
from crawler.pages.listing_links import gather, rows_of, text_of
from crawler.pages.listing_rows import moment_of, picture_of, summary_of
from crawler.pages.listing_shapes import Seen, choose_articles, is_headline

if TYPE_CHECKING:
    from crawler.pages.listing_links import Element, Target

PAGE_CHARS: Final = 3_000_000
_SITE_NAMES: Final = ("og:site_name", "application-name")
_NOT_READ: Final = ("script", "style", "noscript", "template", "svg", "iframe")


def read_listing(text: str, url: str | None) -> RawFeed:
    """Read the articles that a page leads to."""
    root = parse_page(text)
    if root is None:
        return RawFeed(format="listing", base=url)
    base = base_of(root, url)
    feed = page_feed(root, base)
    targets = gather(root, base, url)
    by_url = {target.url: target for target in targets}
    rows = rows_of(targets)
    chosen = choose_articles([_seen(target, rows[target.url]) for target in targets], url or "")
    articles = [by_url[one.url] for one in chosen[: MAX_ITEMS + 1]]
    blocks = rows_of(articles)
    feed.items = [_item(target, blocks[target.url], base) for target in articles]
    return feed


def parse_page(text: str) -> Element | None:
    """Give the page's tree without what nobody reads; None where there is none."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root: Element = html.document_fromstring(text[:PAGE_CHARS].encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    etree.strip_elements(root, *_NOT_READ, with_tail=False)
    return root


def base_of(root: Element, url: str | None) -> str | None:
    """Give what the page's links are relative to."""
    declared = next((absolute(e.get("href", ""), url) for e in root.iter("base") if e.get("href")), None)
    return declared or url


def page_feed(root: Element, base: str | None) -> RawFeed:
    """Give the page's own name and language, without entries."""
    named = {
        element.get("property") or element.get("name"): element.get("content") or "" for element in root.iter("meta")
    }
    title = next((text_of(element) for element in root.iter("title")), "")
    site = next((named[name] for name in _SITE_NAMES if named.get(name)), "")
    return RawFeed(
        format="listing",
        base=base,
        title=text_as_markup(title or site),
        link=base or "",
        language=root.get("lang") or "",
        generator=named.get("generator", ""),
    )


def _seen(target: Target, row: Element) -> Seen:
    return Seen(
        url=target.url,
        has_headline=any(is_headline(link.text) for link in target.links),
        is_menu=all(link.is_menu for link in target.links),
        is_marked=any(link.trust > 3 for link in target.links)  # noqa: PLR2004 - a heading
        or picture_of(row, None) is not None
        or bool(moment_of(row)),
    )


def _item(target: Target, row: Element, base: str | None) -> RawItem:
    title = target.title
    picture = picture_of(row, base)
    return RawItem(
        base=base,
        links=[target.url],
        title=text_as_markup(title),
        summary=text_as_markup(summary_of(row, title) or target.summary),
        published=moment_of(row),
        images=[picture] if picture else [],
    )
