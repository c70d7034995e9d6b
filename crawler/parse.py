"""The parent's door to the feed parsers: bytes in, ParsedFeed or FeedUnreadable out. No parser is imported here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.types import FeedUnreadable, ParsedFeed, ParsedItem
from sandbox import FailureKind, SandboxFailed
from tracker.domain.feeds import FetchErrorCode, FetchProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox import Sandbox

PARSE_FEED = "crawler.parse_worker:parse_feed"
CLEAN_MARKUP = "crawler.parse_worker:clean_markup"
PARSE_TASKS = (PARSE_FEED, CLEAN_MARKUP)

_FAILURES = {
    FailureKind.CPU: "the document took too much processor time",
    FailureKind.MEMORY: "the document took too much memory",
    FailureKind.CRASH: "the document broke the parser",
    FailureKind.TIMEOUT: "the document took too long",
}


def parse_feed(
    sandbox: Sandbox, body: bytes, *, content_type: str = "", base_url: str | None = None, whole: bool = False
) -> ParsedFeed | FeedUnreadable:
    """Read a feed in the sandbox.

    `content_type` is the header as served, `base_url` the final address after redirects. `whole` keeps sanitised
    contents for the eye; without it each entry carries a brief summary only, for nothing longer is stored.
    """
    options = {"content_type": content_type[:200], "base_url": base_url, "whole": whole}
    return parsed(sandbox.call(PARSE_FEED, body, options))


def clean_markup(sandbox: Sandbox, markup: bytes, *, base_url: str | None = None) -> str | None:
    """Sanitise markup in the sandbox; None where it could not be."""
    answer = sandbox.call(CLEAN_MARKUP, markup, {"base_url": base_url})
    return None if isinstance(answer, SandboxFailed) else answer.decode()


def parsed(answer: bytes | SandboxFailed) -> ParsedFeed | FeedUnreadable:
    """Give the worker's answer as our types; what does not fit them counts as unreadable: it was near the input."""
    if isinstance(answer, SandboxFailed):
        return no_answer(answer.kind)
    try:
        document = json.loads(answer)
        if "feed" in document:
            return _feed(document["feed"])
        return refused(document)
    except (ValueError, TypeError, KeyError):
        return no_answer(FailureKind.CRASH)


def _feed(fields: dict[str, Any]) -> ParsedFeed:
    """Give the feed."""
    items = tuple(_item(item) for item in fields.pop("items"))
    return ParsedFeed(**fields | {"items": items, "warnings": tuple(fields["warnings"])})


def _item(fields: dict[str, Any]) -> ParsedItem:
    """Give one entry, lists as tuples."""
    tuples: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    return ParsedItem(**tuples)


def refused(document: Mapping[str, Any]) -> FeedUnreadable:
    """Give the refusal that the worker told, in the fields of FeedUnreadable."""
    problem = FetchProblem(code=FetchErrorCode(document["code"]), message=str(document["message"]))
    return FeedUnreadable(problem=problem, links=tuple(str(link) for link in document["links"]))


def no_answer(kind: FailureKind) -> FeedUnreadable:
    """Give what a worker that broke down means for its document."""
    return FeedUnreadable(problem=FetchProblem(code=FetchErrorCode.UNREADABLE, message=_FAILURES[kind]))
