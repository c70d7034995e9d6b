"""What runs in the sandbox for sources without a feed: pages of a list, sitemaps, JSON; the same answers as feeds give.

Imported by the worker process only: the parsers behind it may use any amount of time and memory on hostile input.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.draft_worker import tell_drafts
from crawler.encoding import decode
from crawler.feed_raw import RawFeed, finish_feed
from crawler.pages.json_listing import read_json_listing
from crawler.pages.listing import read_listing
from crawler.pages.listing_selected import check_selectors, read_selected
from crawler.pages.selectors import JsonPaths, PageSelectors, read_selectors
from crawler.pages.sitemap import NotASitemap, read_sitemap, unpack
from crawler.pages.sitemap_index import choose_children
from crawler.pages.sitemap_untitled import BY_PAGES, choose_untitled, without_older
from crawler.xmltext import has_giant_tag
from tracker.domain.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.pages.selectors import Selectors


def read_list(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read a page of a list. Options: `content_type`, `base_url` or None, `selectors` or None.

    Answers `{"feed": …}` in the fields of ParsedFeed, or `{"code","message","links"}` of FeedUnreadable.
    """
    return json.dumps(read_list_fields(payload, options)).encode()


def draft_list(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read a page of a list and make its drafts. Options: those of `read_list`, and `zone`, `now`, `order`."""
    return _drafts(read_list_fields(payload, options), options)


def draft_map(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read a sitemap and make its drafts. Options: `content_type`, `base_url` or None, `zone`, `now`, `order`.

    Answers as `draft_list` does, or `{"children": [address …]}` where it is an index.
    """
    return _drafts(read_map_fields(payload, options), options)


def judge_selectors(payload: bytes, options: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - a task's signature
    """Judge selectors given as JSON: answers `{}`, or `{"part","words"}` of the refusal."""
    try:
        found = read_selectors(json.loads(payload))
        if isinstance(found, PageSelectors):
            check_selectors(found)
    except AppError as refusal:
        return json.dumps({"part": refusal.extra["part"], "words": refusal.detail}).encode()
    return b"{}"


def _drafts(answer: dict[str, Any], options: Mapping[str, Any]) -> bytes:
    if "feed" not in answer:
        return json.dumps(answer).encode()
    return tell_drafts(answer["feed"], options, answer.get("untitled", ()))


def read_list_fields(payload: bytes, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read a page of a list, for what runs on in this process: the document that `read_list` answers."""
    text, is_doubtful = decode(payload, str(options["content_type"]))
    if not text.strip("\ufeff\0 \t\r\n"):
        return _refusal("not_a_feed", "the body is empty")
    feed = _read_as_told(text, options["base_url"], read_selectors(options["selectors"]))
    if isinstance(feed, RawFeed) and not feed.items:
        return _refusal("unreadable", "no article was found on it")  # a list is never empty: it has been rebuilt
    return _finished(feed, is_doubtful=is_doubtful) if isinstance(feed, RawFeed) else feed


def _read_as_told(text: str, url: str | None, selectors: Selectors | None) -> RawFeed | dict[str, Any]:
    """Read a document by its paths or selectors, or without any."""
    if isinstance(selectors, JsonPaths):
        found = read_json_listing(text, url, selectors)
        return found or _refusal("not_a_feed", "no JSON where the paths look for it")
    if _is_no_page(text):
        return _refusal("not_a_feed", "no page: a list page is HTML")
    if has_giant_tag(text):
        return _refusal("unreadable", "the document has a tag of more than 64 KiB")
    return read_listing(text, url) if selectors is None else read_selected(text, url, selectors)


def _is_no_page(text: str) -> bool:
    start = text.lstrip("\ufeff\0 \t\r\n")[:1000].lower()
    return not start.startswith("<") or start.startswith(("<rss", "<feed", "<rdf", "<urlset", "<sitemapindex"))


def read_map_fields(payload: bytes, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read a sitemap, for what runs on in this process; `untitled` are the addresses whose pages tell the titles."""
    body, is_cut = unpack(payload)
    text, is_doubtful = decode(body, str(options["content_type"]))
    found = read_sitemap(text, options["base_url"], is_cut=is_cut)
    match found:
        case NotASitemap():
            return _refusal(found.code, found.words)
        case RawFeed():
            return _with_untitled(_finished(found, is_doubtful=is_doubtful))
        case list():
            return {"children": choose_children(found, options["base_url"])}


def _finished(feed: RawFeed, *, is_doubtful: bool) -> dict[str, Any]:
    if is_doubtful:
        feed.warnings.append("encoding")
    return {"feed": finish_feed(feed, whole=False)}


def _with_untitled(answer: dict[str, Any]) -> dict[str, Any]:
    """Choose of the entries without a title those whose pages are read, and leave the older ones out."""
    feed = answer["feed"]
    chosen = choose_untitled(feed["items"])
    if not chosen:
        return answer
    kept = {"items": without_older(feed["items"], chosen), "warnings": [*feed["warnings"], BY_PAGES]}
    return {"feed": feed | kept, "untitled": chosen}


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "links": []}
