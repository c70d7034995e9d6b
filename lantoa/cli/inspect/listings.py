"""`lantoa inspect listing`: the article links of a section page, with or without selectors."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from lantoa.cli.feed_options import read_selectors_file
from lantoa.cli.inspect.lines import bodies, files_argument, read_settings, say

if TYPE_CHECKING:
    from crawler.dates import ReadDate
    from crawler.types import FeedUnreadable, ParsedFeed, ParsedItem


@click.command("listing")
@files_argument
@click.option("--url", required=True, help="Where the page was fetched from.")
@click.option("--selectors", type=click.Path(path_type=Path), help="A TOML file of selectors, or of paths into JSON.")
def inspect_listing(files: tuple[str, ...], url: str, selectors: Path | None) -> None:
    """List the articles that a section page leads to."""
    from crawler.pages.listing_reading import LISTING_TASKS, check_selectors, read_listing
    from crawler.types import FeedUnreadable
    from sandbox import Sandbox

    zone, told = read_settings().timezone, read_selectors_file(selectors)
    hosts = _https_hosts() if url.startswith("http:") else frozenset[str]()
    with Sandbox(tasks=LISTING_TASKS) as sandbox:
        check_selectors(sandbox, told)
        for name, body in bodies(files):
            if body is None:
                say(_no_list(name, url, "file.unreadable", "the file cannot be read, or has more than 10 MiB"))
                continue
            found = read_listing(sandbox, body, url=url, selectors=told)
            if isinstance(found, FeedUnreadable):
                say(_unreadable_record(name, url, found))
            else:
                say(_record(name, url, found, zone, hosts))


def _https_hosts() -> frozenset[str]:
    """Give the hosts that the catalogue knows by https: a saved page may be older than its site's encryption."""
    from config.catalogue import read_catalogue

    return frozenset(host for source in read_catalogue() if source.home.startswith("https:") for host in source.hosts)


def _record(name: str, url: str, found: ParsedFeed, zone: dt.tzinfo, https_hosts: frozenset[str]) -> dict[str, Any]:
    """Give a list in the words of contract.md."""
    from crawler.dates import read_dates

    dates = read_dates([item.published_raw for item in found.items], zone=zone)
    entries = [_entry(item, date, https_hosts) for item, date in zip(found.items, dates, strict=True)]
    return {"file": name, "url": url, "entries": entries, "error": None}


def _entry(item: ParsedItem, date: ReadDate | None, https_hosts: frozenset[str]) -> dict[str, Any]:
    published = None if date is None else date.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    return {"url": _secured(item.url, https_hosts), "title": item.title, "published": published, "image": item.image}


def _secured(url: str | None, https_hosts: frozenset[str]) -> str | None:
    """Give an address with https where its host, or one that it lies below, is known by it."""
    labels = (urlsplit(url or "").hostname or "").split(".")
    below = {".".join(labels[start:]) for start in range(len(labels))}
    return url.replace("http://", "https://", 1) if url and below & https_hosts else url


def _unreadable_record(name: str, url: str, found: FeedUnreadable) -> dict[str, Any]:
    return _no_list(name, url, found.problem.code, found.problem.message)


def _no_list(name: str, url: str, code: str, message: str) -> dict[str, Any]:
    """Give a record without entries."""
    return {"file": name, "url": url, "entries": [], "error": {"code": code, "message": message}}
