"""A page of a list read as an administrator says: CSS selectors for the rows and what stands in each.

Imported by the worker process only: a selector may take any time on a page it does not fit.
"""

from __future__ import annotations

import warnings
from itertools import islice
from typing import TYPE_CHECKING, Final

import soupsieve
from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from crawler.feed_raw import MAX_ITEMS, RawFeed, RawItem, text_as_markup
from crawler.links import absolute
from crawler.pages.listing_rows import date_in
from crawler.pages.selectors import SELECTOR_MOST, iso_by, refused
from crawler.plaintext import tidy

if TYPE_CHECKING:
    from crawler.pages.selectors import PageSelectors

PAGE_CHARS: Final = 1_500_000
PICTURES: Final = ("data-src", "data-original", "data-lazy-src", "src")
MOMENTS: Final = ("datetime", "content")
TEXTS_MOST: Final = 60  # of a row


def check_selectors(selectors: PageSelectors) -> None:
    """Refuse what is no selector, in words that name it."""
    for name, text in {"row": selectors.row, **selectors.parts}.items():
        try:
            soupsieve.compile(text)
        except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError, TypeError, RecursionError) as error:
            words = " ".join(str(error).split("\n")[0].split())[:SELECTOR_MOST]
            raise refused(name, f"is no selector: {words}") from error


def read_selected(text: str, url: str | None, selectors: PageSelectors) -> RawFeed:
    """Read the entries that the selectors find, in the page's order."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(text[:PAGE_CHARS], "lxml")
    declared = soup.find("base", href=True)
    base = (absolute(_attribute(declared, "href"), url) if isinstance(declared, Tag) else None) or url
    title = "" if soup.title is None else soup.title.get_text(" ")
    feed = RawFeed(format="listing", base=base, title=text_as_markup(tidy(title)), link=url or "")
    rows = islice(soupsieve.iselect(selectors.row, soup), MAX_ITEMS + 1)
    feed.items = [_item(row, base, selectors) for row in rows]
    return feed


def _item(row: Tag, base: str | None, selectors: PageSelectors) -> RawItem:
    link = _part(row, selectors, "link") or _first_link(row)
    href = "" if link is None else _attribute(link, selectors.attr.get("link", "href"))
    title = _part(row, selectors, "title") or link
    image = _part(row, selectors, "image") or row.find("img")
    summary = _part(row, selectors, "summary")
    return RawItem(
        base=base,
        links=[href],
        title=text_as_markup(_read(title, selectors.attr.get("title"))),
        summary=text_as_markup(_read(summary, selectors.attr.get("summary"))),
        published=iso_by(selectors.date_format, _moment(row, selectors)),
        images=_pictures(image, selectors.attr.get("image")),
    )


def _part(row: Tag, selectors: PageSelectors, name: str) -> Tag | None:
    selector = selectors.parts.get(name)
    return None if selector is None else soupsieve.select_one(selector, row)


def _first_link(row: Tag) -> Tag | None:
    if row.name == "a" and row.get("href"):
        return row
    found = row.find("a", href=True)
    return found if isinstance(found, Tag) else None


def _moment(row: Tag, selectors: PageSelectors) -> str:
    """Give the time as written: of the part that is named, else of a `<time>`, else of any text that is a date."""
    is_named = "published" in selectors.parts
    found = _part(row, selectors, "published") if is_named else row.find("time")
    if not isinstance(found, Tag):
        texts = () if is_named else islice(row.stripped_strings, TEXTS_MOST)
        return next((date for text in texts if (date := date_in(tidy(text)))), "")
    if attribute := selectors.attr.get("published"):
        return tidy(_attribute(found, attribute))
    told = next((value for name in MOMENTS if (value := _attribute(found, name))), "")
    return tidy(told or found.get_text(" "))


def _pictures(image: object, attribute: str | None) -> list[str]:
    if not isinstance(image, Tag):
        return []
    values = [_attribute(image, name) for name in ((attribute,) if attribute else PICTURES)]
    return [value for value in values if value and not value.startswith("data:")]


def _read(element: Tag | None, attribute: str | None) -> str:
    if element is None:
        return ""
    return tidy(_attribute(element, attribute) if attribute else element.get_text(" "))


def _attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else " ".join(value or ())
