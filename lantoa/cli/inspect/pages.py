"""`lantoa inspect page`: what the sandbox makes of articles' pages."""

from __future__ import annotations

import datetime as dt
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantoa.cli.inspect.lines import bodies, files_argument, read_settings, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from zoneinfo import ZoneInfo

    from crawler.pages.types import ReadPage
    from sandbox import Sandbox

_WORKERS = 2
_WAITING = 8  # pages whose bytes are held at once
_COUNTERS = ("views", "comments", "rating", "votes")


@click.command("page")
@files_argument
@click.option("--url", default="", help="Where the page was fetched from.")
@click.option("--urls", type=click.Path(), help="A table of file<TAB>url, for many pages.")
@click.option("--content-type", default="", help="The Content-Type header it was served with.")
def inspect_page(files: tuple[str, ...], url: str, urls: str | None, content_type: str) -> None:
    """Read articles' pages in the sandbox."""
    from crawler.pages.read import PAGE_TASKS
    from sandbox import Sandbox

    table = {} if urls is None else _read_table(urls)
    with (
        Sandbox(tasks=PAGE_TASKS, workers=_WORKERS) as sandbox,
        ThreadPoolExecutor(_WORKERS, thread_name_prefix="inspect") as threads,
    ):
        read = partial(_record, sandbox, read_settings().timezone, content_type)
        waiting: deque[Future[dict[str, Any]]] = deque()
        for name, body, address in _pages(files or tuple(table), table, url):
            if len(waiting) >= _WAITING:
                say(waiting.popleft().result())
            waiting.append(threads.submit(read, name, body, address))
        for answer in waiting:
            say(answer.result())


def _pages(files: tuple[str, ...], table: dict[str, str], url: str) -> Iterator[tuple[str, bytes | None, str]]:
    """Give each file with its bytes and address; without files, those of the table, or standard input."""
    for name, body in bodies(files):
        yield name, body, table.get(name, url)


def _read_table(name: str) -> dict[str, str]:
    """Read the table of addresses; a line without a tab names a file alone."""
    from tracker.domain.errors import AppError, Code

    try:
        lines = Path(name).read_text(encoding="utf-8", errors="replace").split("\n")
    except (OSError, ValueError) as error:
        raise AppError(Code.FILE_UNREADABLE, f"{name} cannot be read") from error
    rows = (line.removesuffix("\r").partition("\t") for line in lines if line.strip())
    return {file: url.strip() for file, _, url in rows}


def _record(
    sandbox: Sandbox, zone: ZoneInfo, content_type: str, name: str, body: bytes | None, url: str
) -> dict[str, Any]:
    """Read one page; one that cannot be read gives a record with its error."""
    from crawler.pages.read import read_page
    from crawler.pages.types import PageUnreadable

    if body is None:
        return _no_page(name, url, "file.unreadable", "the file cannot be read, or has more than 10 MiB")
    found = read_page(sandbox, body, url=url, zone=zone, content_type=content_type)
    if isinstance(found, PageUnreadable):
        return _no_page(name, url, found.problem.code, found.problem.message)
    return _page_record(name, url, found)


def _page_record(name: str, url: str, page: ReadPage) -> dict[str, Any]:
    """Give a page in the words of contract.md."""
    return {
        "file": name,
        "url": url,
        "canonical_url": page.canonical_url,
        "title": page.title,
        "authors": page.authors,
        "published": _instant(page.published_at),
        "updated": _instant(page.updated_at),
        "site_name": page.site_name,
        "language": page.language,
        "image": page.image,
        "description": page.description,
        "text": page.text,
        "counters": {counter: getattr(page.counters, counter) for counter in _COUNTERS},
        "rank": page.rank,
        "to_check": page.to_check,
        "error": None,
    }


def _instant(at: dt.datetime | None) -> str | None:
    """Give an instant in UTC."""
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _no_page(name: str, url: str, code: str, message: str) -> dict[str, Any]:
    """Give a record without a page."""
    empty: dict[str, Any] = dict.fromkeys(
        ("canonical_url", "title", "published", "updated", "site_name", "language", "image", "description", "text")
    )
    return {
        "file": name,
        "url": url,
        **empty,
        "authors": [],
        "counters": dict.fromkeys(_COUNTERS),
        "rank": None,
        "to_check": [],
        "error": {"code": code, "message": message},
    }
