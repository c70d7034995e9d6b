"""A feed as its reader found it, and the step that makes its texts plain, its markup inert, its addresses absolute.

The readers (feed_tree, feed_loose, jsonfeed) fill RawFeed; nothing of it leaves the worker but through `finish_feed`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from crawler.links import absolute, relative
from crawler.plaintext import MAX_RAW_CHARS, cut_at_word, plain_title, tidy
from crawler.sanitise import plain_text, sanitise

MAX_ITEMS = 5000
MAX_TITLE_CHARS = 500
_MAX_LISTED = 50
_MAX_SHORT_CHARS = 200
_MAX_GUID_CHARS = 2000
_MAX_BRIEF_CHARS = 700  # a summary's 300 and the outlet's mark before it
_BRIEF_RAW_CHARS = 3000  # markup that mostly holds as much

_MAIL = re.compile(r"[^\s@<>()]{1,200}@[^\s@<>()]{1,200}")
_NAMED_MAIL = re.compile(r"^\s*(?:mailto:)?[^\s@<>()]{1,200}@[^\s@<>()]{1,200}\s*\((?P<name>[^()]{1,200})\)\s*$")
_IMAGE = re.compile(r"""<img\b[^<>]{0,2000}?\bsrc\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)
_IMAGE_SEARCH_CHARS = 50_000


@dataclass(slots=True, kw_only=True)
class RawItem:
    """One entry; `summary` and `content` are HTML, addresses as written, `base` what they are relative to."""

    base: str | None = None
    guid: str = ""
    links: list[str] = field(default_factory=list)  # the likeliest first
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: list[str] = field(default_factory=list)
    published: str = ""
    updated: str = ""
    images: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    enclosures: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A whole feed."""

    format: str
    base: str | None = None
    title: str = ""
    link: str = ""
    language: str = ""
    generator: str = ""
    items: list[RawItem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def text_as_markup(text: str) -> str:
    """Give plain text as HTML."""
    return html.escape(text, quote=False)


def finish_feed(raw: RawFeed, *, whole: bool) -> dict[str, Any]:
    """Give the feed in the fields of ParsedFeed.

    `whole` is for the eye: full contents, and where nothing tells what links are relative to, the entries' links as
    they are written. Else only absolute addresses, and enough text for a summary.
    """
    return {
        "format": raw.format,
        "title": cut_at_word(plain_title(raw.title), MAX_TITLE_CHARS),
        "link": absolute(raw.link, raw.base),
        "language": tidy(raw.language).replace("_", "-")[:_MAX_SHORT_CHARS] or None,
        "generator": tidy(raw.generator)[:_MAX_SHORT_CHARS],
        "items": [_finish_item(item, whole=whole) for item in raw.items[:MAX_ITEMS]],
        "warnings": [*raw.warnings, *(["too_many_items"] if len(raw.items) > MAX_ITEMS else [])],
    }


def _finish_item(raw: RawItem, *, whole: bool) -> dict[str, Any]:
    """Give one entry in the fields of ParsedItem."""
    links = [absolute(link, raw.base) for link in raw.links]
    if whole and raw.base is None:
        links += [relative(link) for link in raw.links]
    summary, content = _finish_texts(raw, whole=whole)
    return {
        "guid": tidy(raw.guid)[:_MAX_GUID_CHARS] or None,
        "url": next((link for link in links if link), None),
        "title": cut_at_word(plain_title(raw.title), MAX_TITLE_CHARS),
        "summary": summary,
        "content": content,
        "authors": _unique(_author(name) for name in raw.authors[:_MAX_LISTED]),
        "published_raw": tidy(raw.published)[:_MAX_SHORT_CHARS],
        "updated_raw": tidy(raw.updated)[:_MAX_SHORT_CHARS],
        "image": _find_image(raw),
        "categories": _unique(plain_title(word)[:_MAX_SHORT_CHARS] for word in raw.categories[:_MAX_LISTED]),
        "enclosures": _unique(absolute(link, raw.base) or "" for link in raw.enclosures[:_MAX_LISTED]),
    }


def _finish_texts(raw: RawItem, *, whole: bool) -> tuple[str, str]:
    """Give summary and content, inert. Not whole: one brief text, for no full text is stored."""
    if whole:
        return sanitise(raw.summary, raw.base), sanitise(raw.content, raw.base)
    brief = _brief(raw.summary) or _brief(raw.content)
    return text_as_markup(cut_at_word(brief, _MAX_BRIEF_CHARS)), ""


def _brief(markup: str) -> str:
    """Give as much of a text's beginning as a summary takes, reading no more of it than needed."""
    head = plain_text(markup[:_BRIEF_RAW_CHARS])
    is_enough = len(markup) <= _BRIEF_RAW_CHARS or len(head) > _MAX_BRIEF_CHARS
    return head if is_enough else plain_text(markup[:MAX_RAW_CHARS])


def _author(text: str) -> str:
    """Give the name of an author: addresses of mail are left out, they are nobody's byline."""
    named = _NAMED_MAIL.match(text)
    name = plain_title(named["name"] if named else text)
    return _MAIL.sub("", name).strip(" <>()[],;").strip()[:_MAX_SHORT_CHARS]


def _find_image(raw: RawItem) -> str | None:
    """Find the picture that the entry names, or the first in its text."""
    for link in raw.images:
        found = absolute(link, raw.base)
        if found:
            return found
    for markup in (raw.summary, raw.content):
        match = _IMAGE.search(markup[:_IMAGE_SEARCH_CHARS])
        if match:
            return absolute(html.unescape(match[1] or match[2] or match[3] or ""), raw.base)
    return None


def _unique(words: Any) -> list[str]:
    """Keep the first of each word, in order, without empty ones."""
    return list(dict.fromkeys(word for word in words if word))
