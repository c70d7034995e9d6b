"""The archive of a page as it stood: a WARC of what its site answered, and its fetch. Storing stands in services.

Only a page that a member names as their own piece is kept so, as private evidence; never one of a social network.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.types import Fetched, FetchFailed, FetchRequest
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.page_reads import is_publishers

if TYPE_CHECKING:
    import datetime as dt

    from crawler.fetch import Fetcher

ACCEPT: Final = "text/html,application/xhtml+xml,application/pdf;q=0.8,image/*;q=0.5"
NOT_PUBLIC: Final = FetchProblem(code=FetchErrorCode.ADDRESS_REFUSED, message="the page leads to a social network")
NO_BODY: Final = FetchProblem(code=FetchErrorCode.HTTP, message="the site answered without a page")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as it stood; `body_sha256` is of the body that the site sent."""

    warc: bytes
    url: str
    body_sha256: str


async def archive_page(fetcher: Fetcher, url: str, *, software: str, now: dt.datetime) -> ArchivedPage | FetchProblem:
    """Fetch a publisher's page as robots.txt allows, and pack it."""
    outcome = await fetcher.fetch(FetchRequest(url=url, accept=ACCEPT, obeys_robots=True), now=now)
    if isinstance(outcome, FetchFailed):
        return outcome.problem
    if not isinstance(outcome, Fetched) or not outcome.body:
        return NO_BODY
    return pack(outcome, software=software, now=now) if is_publishers(outcome.url) else NOT_PUBLIC


def pack(page: Fetched, *, software: str, now: dt.datetime) -> ArchivedPage:
    """Write a compressed WARC: who made it and when, then the answer, its body decoded of its content coding."""
    out = io.BytesIO()
    at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    info = {"software": software, "format": "WARC File Format 1.1", "robots": "obey"}
    made = writer.create_warcinfo_record("page.warc.gz", info)
    made.rec_headers.replace_header("WARC-Date", at)
    writer.write_record(made)
    answer = writer.create_warc_record(
        page.url,
        "response",
        payload=io.BytesIO(page.body),
        length=len(page.body),
        http_headers=StatusAndHeaders(f"{page.status} OK", _headers(page), protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": at},
    )
    writer.write_record(answer)
    return ArchivedPage(warc=out.getvalue(), url=page.url, body_sha256=hashlib.sha256(page.body).hexdigest())


def _headers(page: Fetched) -> list[tuple[str, str]]:
    """Give the headers of the answer that a fetch keeps."""
    kept = {"Content-Type": page.content_type, "ETag": page.etag, "Last-Modified": page.last_modified}
    return [*((name, value) for name, value in kept.items() if value), ("Content-Length", str(len(page.body)))]
