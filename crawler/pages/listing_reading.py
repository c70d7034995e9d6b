"""The parent's door to sources without a feed: a body in, ParsedFeed, further sitemaps or the reason why not out.

No parser is imported here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.pages.selectors import read_selectors
from crawler.parse import parsed
from sandbox import SandboxFailed
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.types import FeedUnreadable, ParsedFeed
    from sandbox import Sandbox

READ_LIST: Final = "crawler.pages.listing_worker:read_list"
DRAFT_LIST: Final = "crawler.pages.listing_worker:draft_list"
DRAFT_MAP: Final = "crawler.pages.listing_worker:draft_map"
JUDGE_SELECTORS: Final = "crawler.pages.listing_worker:judge_selectors"
LISTING_TASKS: Final = (READ_LIST, DRAFT_LIST, DRAFT_MAP, JUDGE_SELECTORS)
CONTENT_TYPE_MOST: Final = 200
CHILDREN_MOST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapIndex:
    """A sitemap that names others; `children` are those worth following, the likeliest first."""

    children: tuple[str, ...]


def read_listing(
    sandbox: Sandbox, body: bytes, *, url: str, content_type: str = "", selectors: Mapping[str, Any] | None = None
) -> ParsedFeed | FeedUnreadable:
    """Read a page of a list in the sandbox."""
    options = {"content_type": content_type[:CONTENT_TYPE_MOST], "base_url": url, "selectors": selectors}
    return parsed(sandbox.call(READ_LIST, body, options))


def find_index(answer: bytes | SandboxFailed) -> SitemapIndex | None:
    """Find in a worker's answer the sitemaps to follow; None where it is another answer."""
    if isinstance(answer, SandboxFailed):
        return None
    try:
        children = json.loads(answer)["children"]
        return SitemapIndex(children=tuple(str(child) for child in children)[:CHILDREN_MOST])
    except (ValueError, TypeError, KeyError):
        return None


def check_selectors(sandbox: Sandbox, selectors: Mapping[str, Any] | None) -> None:
    """Refuse selectors that are none with `field.invalid`, in words that name the wrong one."""
    if read_selectors(selectors) is None:
        return
    answer = sandbox.call(JUDGE_SELECTORS, json.dumps(selectors).encode(), {})
    told = {"words": "selectors: they take too long"} if isinstance(answer, SandboxFailed) else json.loads(answer)
    if told:
        raise AppError(Code.FIELD_INVALID, told["words"], field="selectors", part=told.get("part"))
