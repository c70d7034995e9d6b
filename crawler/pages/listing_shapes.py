"""The form of an address, and which forms on a page are its site's articles. Texts and places on the page come in.

A site writes all its permalinks alike, and its sections otherwise: what most long headlines on a page lead to tells the
form. Nothing here knows a host.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

TITLE_WORDS: Final = 5
TITLE_CHARS: Final = 20
LEARNT_FROM: Final = 3  # headlines of one form
SLUG_HYPHENS: Final = 3
_BUCKETS: Final = (4, 9, 12, 25)  # digits: a short count, a row number, a minute, a second or less
_OF_THE_MAIN: Final = 3  # another form counts with a third of the main form's headlines
_SUFFIX_LABELS_TEXT = """
com gov org edu net ac co info int health name pro biz
"""
_SUFFIX_LABELS: Final = frozenset(_SUFFIX_LABELS_TEXT.split())
_COUNTRY_CHARS: Final = 2

_ENDING = re.compile(r"\.(?P<ending>[a-z]{2,5})$", re.IGNORECASE)
_MARK = r"(?:[a-z]{1,3}\d{1,5}(?=[a-z]))?[a-z]{0,6}?"
_NUMBER = re.compile(rf"(?:^|[-_.])(?P<mark>{_MARK})(?P<digits>\d{{1,25}})$", re.IGNORECASE)
_CODE = re.compile(r"(?=[a-z\d]*\d)(?=\d*[a-z])[a-z\d]{8,16}")
_DIGITS = re.compile(r"\d+")
_IDS_TEXT = """
id newsid news_id articleid article_id contentid content_id postid post_id itemid itemID p aid nid tid cid
"""
_IDS: Final = frozenset(_IDS_TEXT.split())
_NEVER_TEXT = """
tag tags tu-khoa tac-gia author authors search tim-kiem page trang category categories chuyen-muc danh-muc rss feed
login dang-nhap lien-he contact about gioi-thieu quang-cao sitemap so-do-website static terms privacy user users
account profile
"""
_NEVER: Final = frozenset(_NEVER_TEXT.split())
_TOPICS_TEXT = """
topic topics chu-de su-kien event events dong-su-kien
"""
_TOPICS: Final = frozenset(_TOPICS_TEXT.split())  # some sites keep articles there, too
_FILES_TEXT = """
jpg jpeg png gif webp svg pdf doc docx xls xlsx ppt pptx zip rar mp3 mp4 css js xml rss json ico apk
"""
_FILES: Final = frozenset(_FILES_TEXT.split())
_PAGE_NUMBER = re.compile(r"(?:^|/)(?:p|page|trang)[-_/]?\d{1,4}(?:\.[a-z]{2,5})?/?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """How an address is written: what its last part is made of, and where its number stands."""

    ending: str = ""
    mark: str = ""  # letters between the slug and its number: `post`, `d`
    digits: int = -1  # which bucket the number falls in; -1: no number
    place: str = ""  # `last`, `before` (in a part before the last), `query`
    has_slug: bool = False

    @property
    def is_numbered(self) -> bool:
        """Tell whether a number names the piece."""
        return self.digits >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the page shows of one address."""

    url: str
    has_headline: bool  # some link to it has a text as long as a headline
    is_menu: bool  # all links to it stand in menus, heads and feet
    is_marked: bool  # a heading, a picture or a time stands with it


def is_headline(text: str) -> bool:
    """Tell whether a text is as long as a headline: sections' names are shorter."""
    return len(text) >= TITLE_CHARS and len(text.split()) >= TITLE_WORDS


def site_of(host: str) -> str:
    """Give the site that a host belongs to: `the-thao.bao.com.vn` and `bao.com.vn` are one."""
    labels = host.lower().removesuffix(".").split(".")
    if all(label.isdigit() for label in labels):
        return host
    long = len(labels) > 2 and len(labels[-1]) == _COUNTRY_CHARS and labels[-2] in _SUFFIX_LABELS  # noqa: PLR2004 - `.com.vn`
    return ".".join(labels[-3:] if long else labels[-2:])


def shape_of(url: str) -> Shape | None:
    """Give the form of an address; None where it can be no article: a site's front, a file, the next page of a list."""
    parts = urlsplit(url)
    segments = [unquote(part) for part in parts.path.split("/") if part]
    last = segments[-1] if segments else ""
    found = _ENDING.search(last)
    ending = found["ending"].lower() if found else ""
    if ending in _FILES or _PAGE_NUMBER.search(parts.path):
        return None
    stem = last[: found.start()] if found else last
    if number := _NUMBER.search(stem):
        return _numbered(number, stem, ending)
    return (
        _by_query(parts.query, segments, ending) or _by_number_before(segments, stem, ending) or _by_slug(stem, ending)
    )


def _numbered(number: re.Match[str], stem: str, ending: str) -> Shape:
    slug = stem[: number.start()]
    mark = _DIGITS.sub("", number["mark"].lower())  # `c46a1234567`: its section's number is within
    return Shape(ending, mark, _bucket(number["digits"]), "last", has_slug="-" in slug or "_" in slug)


def _by_query(query: str, segments: list[str], ending: str) -> Shape | None:
    if not query or len(query) > 500:  # noqa: PLR2004 - longer than any address of an article
        return None
    for name, value in parse_qsl(query):
        if name.lower() in _IDS and value.isdigit():
            return Shape(ending, name.lower(), _bucket(value), "query", bool(segments))
        if name == "op" and (number := _NUMBER.search(value)) and value.count("-") >= SLUG_HYPHENS:
            return Shape(ending, "op", _bucket(number["digits"]), "query", has_slug=True)
    return None


def _by_number_before(segments: list[str], stem: str, ending: str) -> Shape | None:
    """Find the number in a part before the slug: `/-/2018/812345/ten-bai.aspx`, `/2026/03/05/ten-bai/`."""
    digits = [part for part in segments[:-1] if part.isdigit()]
    if not digits or stem.count("-") + stem.count("_") < SLUG_HYPHENS - 1:
        return None
    return Shape(ending, str(len(digits)), _bucket(max(digits, key=len)), "before", has_slug=True)


def _by_slug(stem: str, ending: str) -> Shape | None:
    if _CODE.fullmatch(stem):
        return Shape(ending, "code", 1, "last")
    return Shape(ending, has_slug=True) if stem.count("-") >= SLUG_HYPHENS else None


def _bucket(digits: str) -> int:
    return next((index for index, most in enumerate(_BUCKETS) if len(digits) <= most), len(_BUCKETS))


def names_a_collection(url: str, here: AbstractSet[str] = frozenset()) -> bool:
    """Tell an address of a tag, a topic, an author or the like by a word of its path.

    The words of the page's own path (`here`) say nothing: below `/su-kien/` stand the articles of the section "events".
    """
    return bool((_words_of(url) - here) & _TOPICS) or is_never_an_article(url)


def is_never_an_article(url: str) -> bool:
    """Tell an address below which no site keeps articles."""
    words = _words_of(url)
    return bool(words & _NEVER) or any(word.startswith(("tag-", "topic-", "tac-gia-")) for word in words)


def _words_of(url: str) -> set[str]:
    return {_ENDING.sub("", part.lower()) for part in urlsplit(url).path.split("/") if part}


def choose_articles(seen: Iterable[Seen], page_url: str = "") -> list[Seen]:
    """Give those that are articles, in the page's order."""
    here = _words_of(page_url)
    fit = (one for one in seen if not is_never_an_article(one.url))
    known = [(one, shape) for one in fit if (shape := shape_of(one.url)) is not None]
    forms = _article_forms(known, here)
    return [one for one, shape in known if _is_article(one, shape, forms, here)]


def _article_forms(known: list[tuple[Seen, Shape]], here: AbstractSet[str]) -> Mapping[Shape, int]:
    """Find the forms of articles: led to by headlines, most of them, as often as the main form or nearly."""
    teaching = [(one, shape) for one, shape in known if _may_teach(one, shape, here)]
    all_of = Counter(shape for _, shape in teaching)
    told = Counter(shape for one, shape in teaching if one.has_headline)
    fit = {shape: count for shape, count in told.items() if count >= LEARNT_FROM and count * 2 >= all_of[shape]}
    numbered = [count for shape, count in fit.items() if shape.is_numbered]
    main = max(numbered, default=0) or max(fit.values(), default=0)
    return {shape: count for shape, count in fit.items() if count * _OF_THE_MAIN >= main}


def _may_teach(one: Seen, shape: Shape, here: AbstractSet[str]) -> bool:
    if not shape.is_numbered and (one.is_menu or not (one.is_marked or one.has_headline)):
        return False
    return not names_a_collection(one.url, here)


def _is_article(one: Seen, shape: Shape, forms: Mapping[Shape, int], here: AbstractSet[str]) -> bool:
    if not forms:
        return one.has_headline and not one.is_menu and not names_a_collection(one.url, here)
    if shape not in forms:
        return False
    return shape.is_numbered or (one.has_headline and not one.is_menu and not names_a_collection(one.url, here))
