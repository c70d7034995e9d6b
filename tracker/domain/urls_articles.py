"""The number of an article inside its address: what stays when an outlet rewrites the title in the slug.

Only numbers that no other article of the same host can carry identify; weaker ones are told, never relied upon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENDING = r"(?:\.[a-z]{2,5}|/?)$"
# `-post812345.html`; `-102260914184713458.htm` (15 to 21 digits: a moment to the millisecond, or a snowflake)
_STRONG = re.compile(rf"(?:^|[-_/])(?:(post\d{{4,12}})|[a-z]?(\d{{15,21}})){_ENDING}", re.IGNORECASE)
# `-4988321.html`: seven digits after a slug of some words, neither a year with something nor a round sum
_SEVEN = re.compile(r"-((?!19|20|0)\d{4}(?!000)\d{3})\.[a-z]{3,5}$", re.IGNORECASE)
_WEAK = re.compile(rf"(?:^|[-_/.])[a-z]?(\d{{5,14}}){_ENDING}|/((?=[A-Z0-9]*\d)(?=\d*[A-Z])[A-Z0-9]{{7,9}})\.html?$")
_TAIL = 40  # a number stands at the end; what is before may be of any length
_ID_NAMES_TEXT = """
id newsid news_id articleid article_id contentid content_id postid post_id itemid p
"""
_ID_NAMES = frozenset(_ID_NAMES_TEXT.split())
_WORDS_OF_A_SLUG = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleNumber:
    """A number found in an address; `certain`: it alone names the article on its host."""

    number: str
    certain: bool


def find_article_number(path: str, query: tuple[tuple[str, str | None], ...] = ()) -> ArticleNumber | None:
    """Find the number by which an outlet knows the article."""
    last = "/" + path.rstrip("/").rpartition("/")[2]
    tail = last[-_TAIL:]
    if found := _STRONG.search(tail):
        return ArticleNumber(number=(found[1] or found[2]).lower(), certain=True)
    if (found := _SEVEN.search(tail)) and last.count("-") >= _WORDS_OF_A_SLUG:
        return ArticleNumber(number=found[1], certain=True)
    if found := _WEAK.search(tail):
        return ArticleNumber(number=found[1] or found[2], certain=False)
    ids = (value for name, value in query if name.lower() in _ID_NAMES and value and value.isdigit())
    number = next(ids, None)
    return ArticleNumber(number=number, certain=False) if number else None


def looks_like_article(path: str) -> bool:
    """Tell a piece from a section by its address: the last part is a slug of several words."""
    last = path.rstrip("/").rpartition("/")[2]
    return last.count("-") >= _WORDS_OF_A_SLUG or last.count("_") >= _WORDS_OF_A_SLUG
