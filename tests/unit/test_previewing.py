"""What a worker that was near the input answers to a look at a source."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from crawler.previewing import apreview
from crawler.types import FeedUnreadable, Fetched
from tests.make import NOW
from tracker.domain.feeds import FeedKind, FetchErrorCode
from tracker.domain.sources import Preview

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD: dict[str, Any] = {
    "title": "Báo",
    "format": "rss20",
    "entries": [],
    "entry_count": 0,
    "skipped_count": 0,
    "untitled_count": 0,
    "warnings": [],
    "findings": None,
    "identity": "guid",
    "left_out": {},
}


class Worker:
    """Answers what it was told to."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    async def acall(self, _task: str, _payload: bytes, _options: Mapping[str, Any]) -> bytes:
        return self._answer


def look(answer: bytes) -> object:
    fetched = Fetched(
        url="https://bao.example/a.rss",
        status=200,
        body=b"",
        content_type="",
        etag=None,
        last_modified=None,
        body_hash="",
        permanent_url=None,
        duration_ms=0,
    )
    worker: Any = Worker(answer)
    return asyncio.run(
        apreview(worker, fetched, url=fetched.url, kind=FeedKind.FEED, zone=ZoneInfo("Asia/Ho_Chi_Minh"), now=NOW)
    )


def test_a_preview_is_given_as_it_was_told() -> None:
    found = look(json.dumps({"preview": GOOD}).encode())
    assert isinstance(found, Preview)
    assert (found.title, found.kind) == ("Báo", FeedKind.FEED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"left_out": []},
        {"entry_count": float("inf")},
        {"entries": [{}]},
        {"entries": 3},
        {"findings": {"odd": 1}},
        {"warnings": None},
    ],
    ids=str,
)
def test_what_fits_no_preview_is_unreadable(wrong: dict[str, Any]) -> None:
    found = look(json.dumps({"preview": GOOD | wrong}).encode())
    assert isinstance(found, FeedUnreadable)
    assert found.problem.code is FetchErrorCode.UNREADABLE


@pytest.mark.parametrize("answer", [b"", b"3", b"[]", b"{}", b'{"preview": []}', b'{"code": "odd"}'], ids=str)
def test_an_answer_of_another_form_is_unreadable(answer: bytes) -> None:
    assert isinstance(look(answer), FeedUnreadable)
