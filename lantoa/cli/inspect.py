"""`lantoa inspect`: what the program sees in a feed, an address, an agent or a text, without a database or a network.

Answers are JSON lines, ASCII-escaped, one an input, in the order of the inputs; a bad one gets a record with `error`
and the run goes on. Lines of input end at LF only and are echoed as they came.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.dates import ReadDate
    from crawler.types import FeedUnreadable, ParsedFeed, ParsedItem

_STDIN = "-"
_MAX_FILE_BYTES = 10 << 20

_files = click.argument("files", nargs=-1, type=click.Path())


@click.group()
def inspect() -> None:
    """Show what the program sees; no database, no network."""


@inspect.command("feed")
@_files
@click.option("--base-url", help="Where the feed was fetched from; relative addresses are resolved against it.")
@click.option("--content-type", default="", help="The Content-Type header it was served with.")
@click.option("--date-order", type=click.Choice(["auto", "dmy", "mdy"]), default="auto", help="Of numeric dates.")
def inspect_feed(files: tuple[str, ...], base_url: str | None, content_type: str, date_order: str) -> None:
    """Read feeds (RSS, RDF, Atom, JSON Feed) in the sandbox."""
    from crawler.parse import PARSE_TASKS, parse_feed
    from crawler.types import FeedUnreadable
    from sandbox import Sandbox
    from tracker.domain.feeds import DateOrder

    zone, order = _settings().timezone, DateOrder(date_order)
    with Sandbox(tasks=PARSE_TASKS) as sandbox:
        for name, body in _bodies(files):
            if body is None:
                _say(_no_feed(name, "file.unreadable", "the file cannot be read, or has more than 10 MiB"))
                continue
            found = parse_feed(sandbox, body, content_type=content_type, base_url=base_url, whole=True)
            if isinstance(found, FeedUnreadable):
                _say(_unreadable_record(name, found))
            else:
                _say(_feed_record(name, found, zone, order))


@inspect.command("html")
@_files
@click.option("--base-url", help="What relative addresses are resolved against; without it they are dropped.")
def inspect_html(files: tuple[str, ...], base_url: str | None) -> None:
    """Sanitise HTML as it is stored and shown."""
    from crawler.parse import PARSE_TASKS, clean_markup
    from sandbox import Sandbox

    with Sandbox(tasks=PARSE_TASKS) as sandbox:
        for name, body in _bodies(files):
            cleaned = None if body is None else clean_markup(sandbox, body, base_url=base_url)
            code = "file.unreadable" if body is None else "unreadable"
            error = None if cleaned is not None else {"code": code, "message": "it cannot be read or sanitised"}
            _say({"file": name, "html": cleaned, "error": error})


@inspect.command("url")
@_files
def inspect_url(files: tuple[str, ...]) -> None:
    """Tell what an address is: its one spelling and key, network, kind, post (an address a line)."""
    from tracker.domain import urls

    def answer(text: str) -> dict[str, Any]:
        facts = urls.inspect_url(text)
        if isinstance(facts, urls.UrlProblem):
            fields = dict.fromkeys(("canonical", "key", "channel", "kind", "post_id"))
            return {**fields, "error": {"code": facts.code, "message": facts.message}}
        fields = {name: getattr(facts, name) for name in ("canonical", "key", "channel", "kind", "post_id")}
        return {**fields, "error": None}

    _answer_lines(files, answer)


@inspect.command("agent")
@_files
def inspect_agent(files: tuple[str, ...]) -> None:
    """Tell persons, robots and previewers apart (a user agent a line)."""
    from lantoa.agents import agent_classifier

    classifier = agent_classifier()

    def answer(text: str) -> dict[str, Any]:
        verdict = classifier.classify(text)
        return {"verdict": verdict.kind, "name": verdict.name}

    _answer_lines(files, answer)


@inspect.command("address")
@_files
def inspect_address(files: tuple[str, ...]) -> None:
    """Tell whether the crawler may go to an address (an address a line)."""
    from crawler.address import AddressPolicy

    policy = AddressPolicy.parse(_settings().allow_private_hosts)

    def answer(text: str) -> dict[str, Any]:
        judged = policy.judge_url(text)
        return {"allowed": judged.allowed, "reason": judged.reason}

    _answer_lines(files, answer)


@inspect.command("fold")
@_files
def inspect_fold(files: tuple[str, ...]) -> None:
    """Give the form that search and name matching compare (a text a line)."""
    from tracker.domain.names import fold

    _answer_lines(files, lambda text: {"folded": fold(text)})


def _settings() -> Any:
    """Read the settings; a wrong one is a refusal."""
    from config.settings import SettingsError, load_settings
    from tracker.domain.errors import AppError, Code

    try:
        return load_settings()
    except SettingsError as error:
        raise AppError(Code.SETTINGS_INVALID, str(error)) from error


def _bodies(files: tuple[str, ...]) -> Iterator[tuple[str, bytes | None]]:
    """Give each file's name and bytes, or None where it cannot be read; no files, or `-`, is standard input."""
    for name in files or (_STDIN,):
        yield name, _read(name)


def _read(name: str) -> bytes | None:
    """Read a file up to what a fetch would take."""
    try:
        if name == _STDIN:
            body = sys.stdin.buffer.read(_MAX_FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                body = file.read(_MAX_FILE_BYTES + 1)
    except (OSError, ValueError):  # ValueError: a name with a NUL
        return None
    return None if len(body) > _MAX_FILE_BYTES else body


def _answer_lines(files: tuple[str, ...], answer: Callable[[str], dict[str, Any]]) -> None:
    """Answer each line of the files, or of standard input."""
    for name in files or (_STDIN,):
        try:
            with contextlib.nullcontext(sys.stdin.buffer) if name == _STDIN else Path(name).open("rb") as lines:
                texts = [line.removesuffix(b"\n").decode("utf-8", "surrogateescape") for line in lines]
        except (OSError, ValueError):
            _say({"input": None, "error": {"code": "file.unreadable", "message": f"{name} cannot be read"}})
            continue
        for text in texts:
            _say({"input": text, **answer(text)})


def _say(record: dict[str, Any]) -> None:
    """Print one record; ASCII, so that a terminal or a pipe of any encoding takes it."""
    sys.stdout.write(json.dumps(record) + "\n")


def _feed_record(name: str, feed: ParsedFeed, zone: dt.tzinfo, order: Any) -> dict[str, Any]:
    """Give a feed in the words of contract.md."""
    from crawler.dates import read_dates

    published = read_dates([item.published_raw for item in feed.items], zone=zone, order=order)
    updated = read_dates([item.updated_raw for item in feed.items], zone=zone, order=order)
    return {
        "file": name,
        "format": feed.format,
        "title": feed.title,
        "link": feed.link,
        "language": feed.language,
        "entries": [_entry(*three) for three in zip(feed.items, published, updated, strict=True)],
        "warnings": feed.warnings,
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
