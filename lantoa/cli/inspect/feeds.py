"""`lantoa inspect feed` and `html`: what the sandbox makes of feeds and markup."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from lantoa.cli.inspect.lines import bodies, files_argument, read_settings, say

if TYPE_CHECKING:
    from crawler.date_feed import FeedTimes
    from crawler.dates import ReadDate
    from crawler.types import FeedUnreadable, ParsedFeed, ParsedItem


@click.command("feed")
@files_argument
@click.option("--base-url", help="Where the feed was fetched from; relative addresses are resolved against it.")
@click.option("--content-type", default="", help="The Content-Type header it was served with.")
@click.option("--date-order", type=click.Choice(["auto", "dmy", "mdy"]), default="auto", help="Of numeric dates.")
def inspect_feed(files: tuple[str, ...], base_url: str | None, content_type: str, date_order: str) -> None:
    """Read feeds (RSS, RDF, Atom, JSON Feed) in the sandbox."""
    from crawler.date_feed import read_times
    from crawler.parse import PARSE_TASKS, parse_feed
    from crawler.types import FeedUnreadable
    from lantoa.wiring import clock
    from sandbox import Sandbox
    from tracker.domain.feeds import DateOrder

    zone, order = read_settings().timezone, DateOrder(date_order)
    with Sandbox(tasks=PARSE_TASKS) as sandbox:
        for name, body in bodies(files):
            if body is None:
                say(_no_feed(name, "file.unreadable", "the file cannot be read, or has more than 10 MiB"))
                continue
            found = parse_feed(sandbox, body, content_type=content_type, base_url=base_url, whole=True)
            if isinstance(found, FeedUnreadable):
                say(_unreadable_record(name, found))
            else:
                times = read_times(found, zone=zone, now=clock(), order=order, base_url=base_url)
                say(_feed_record(name, found, times))


@click.command("html")
@files_argument
@click.option("--base-url", help="What relative addresses are resolved against; without it they are dropped.")
def inspect_html(files: tuple[str, ...], base_url: str | None) -> None:
    """Sanitise HTML as it is stored and shown."""
    from crawler.parse import PARSE_TASKS, clean_markup
    from sandbox import Sandbox

    with Sandbox(tasks=PARSE_TASKS) as sandbox:
        for name, body in bodies(files):
            cleaned = None if body is None else clean_markup(sandbox, body, base_url=base_url)
            code = "file.unreadable" if body is None else "unreadable"
            error = None if cleaned is not None else {"code": code, "message": "it cannot be read or sanitised"}
            say({"file": name, "html": cleaned, "error": error})


def _feed_record(name: str, feed: ParsedFeed, times: FeedTimes) -> dict[str, Any]:
    """Give a feed in the words of contract.md."""
    return {
        "file": name,
        "format": feed.format,
        "title": feed.title,
        "link": feed.link,
        "language": feed.language,
        "entries": [
            _entry(item, told.published, told.updated) for item, told in zip(feed.items, times.items, strict=True)
        ],
        "warnings": [*feed.warnings, *times.warnings],
        "error": None,
    }


def _entry(item: ParsedItem, published: ReadDate | None, updated: ReadDate | None) -> dict[str, Any]:
    """Give one entry."""
    return {
        "id": item.guid,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content": item.content,
        "authors": item.authors,
        "published": _instant(published),
        "updated": _instant(updated),
        "image": item.image,
        "categories": item.categories,
        "enclosures": item.enclosures,
    }


def _instant(date: ReadDate | None) -> str | None:
    """Give an instant in UTC."""
    return None if date is None else date.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _unreadable_record(name: str, found: FeedUnreadable) -> dict[str, Any]:
    """Give what could not be read, with the feeds that a page declares."""
    return {**_no_feed(name, found.problem.code, found.problem.message), "links": found.links}


def _no_feed(name: str, code: str, message: str) -> dict[str, Any]:
    """Give a record without a feed."""
    empty: dict[str, Any] = dict.fromkeys(("format", "title", "link", "language"))
    return {"file": name, **empty, "entries": [], "warnings": [], "error": {"code": code, "message": message}}
