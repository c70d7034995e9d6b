"""What stands beside a link in its row of a list: the time, a picture, a summary. Only what is written, as written."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawler.datetext import take_apart
from crawler.links import absolute
from crawler.pages.listing_links import text_of
from crawler.plaintext import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.pages.listing_links import Element

ELEMENTS_MOST: Final = 200
DATE_CHARS: Final = 60
SUMMARY_LEAST: Final = 40
PICTURE_NAMES: Final = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-thumb", "src")
_MOMENT_NAMES: Final = ("datetime", "content", "data-time", "data-date", "data-datetime", "data-published", "title")

_TIME_NAME = re.compile(r"time|date|ngay|publish|clock|posted|meta", re.IGNORECASE)
_BRIEF_NAME = re.compile(r"sapo|desc|lead|summary|intro|excerpt|hometext", re.IGNORECASE)
# A day with its year: "2 giờ trước" would be another time at every fetch, "05/03" another year.
_DAY = re.compile(
    r"(?<!\d)(?:\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2} tháng \d{1,2},? (?:năm )?\d{4})"
)
_EMPTY_PICTURE = re.compile(
    r"^data:|(?:^|[/_-])(?:blank|placeholder|spacer|transparent|loading|lazy(?:load)?|no-?image|1x1|pixel|grey|gray)"
    r"[\w-]{0,100}\.(?:gif|png|jpe?g|svg|webp)",
    re.IGNORECASE,
)


def moment_of(row: Element) -> str:
    """Give the time that a row tells, as it is written; empty where it tells none."""
    for element in _elements(row):
        if element.tag == "time" or _TIME_NAME.search(_names(element)):
            found = _attribute_moment(element) or date_in(text_of(element, 20))
            if found:
                return found
    return next((found for text in _loose_texts(row) if (found := date_in(text))), "")


def _attribute_moment(element: Element) -> str:
    values = (tidy((element.get(name) or "")[:DATE_CHARS]) for name in _MOMENT_NAMES)
    return next((value for value in values if _DAY.search(value) and take_apart(value)), "")


def date_in(text: str) -> str:
    """Give a text that is a date and hardly more; of a longer one nothing: dates stand in titles, too."""
    if len(text) > DATE_CHARS or not _DAY.search(text):
        return ""
    return text if take_apart(text) is not None else ""


def _loose_texts(row: Element) -> Iterator[str]:
    """Give the short texts of a row outside its links."""
    for element in _elements(row):
        if element.tag == "a" or any(one.tag == "a" for one in islice(element.iterancestors(), 4)):
            continue
        yield tidy(element.text or "") if (element.text or "").strip() else ""
        for child in islice(element, 40):
            yield tidy((child.tail or "")[: DATE_CHARS + 1])


def picture_of(row: Element, base: str | None) -> str | None:
    """Give the first picture of a row that is one: lists put a blank in its place until it is looked at."""
    for element in _elements(row):
        if element.tag == "img":
            found = picture_from(element, base)
            if found is not None:
                return found
    return None


def picture_from(element: Element, base: str | None) -> str | None:
    """Give the address of a picture's element."""
    sources = [element.get(name) or "" for name in PICTURE_NAMES]
    sources.append((element.get("data-srcset") or element.get("srcset") or "").split(",")[0].split(" ")[0])
    found = (absolute(src, base) for src in sources if src and not _EMPTY_PICTURE.search(src))
    return next((url for url in found if url is not None), None)


def summary_of(row: Element, title: str) -> str:
    """Give the text that a row calls a summary, or a paragraph that is as long as one."""
    for element in _elements(row):
        if element.tag == "p" or _BRIEF_NAME.search(_names(element)):
            text = text_of(element)
            if len(text) >= SUMMARY_LEAST and (not title or title not in text):
                return text
    return ""


def _elements(row: Element) -> Iterator[Element]:
    return islice(row.iter("*"), ELEMENTS_MOST)


def _names(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"[:500]
