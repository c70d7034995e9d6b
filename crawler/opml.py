"""OPML: the list of sources as other readers give and take it. No network: what is added is fetched when it is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed, feed_key
from tracker.services import feeds as service

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

BYTES_MOST: Final = 2 * 1024 * 1024
OUTLINES_MOST: Final = 2000
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of an OPML file; `row` counts the file's feeds from 1."""

    row: int
    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """What became of one feed of a file: `new`, `same` (a source already) or `refused`, with a code and words."""

    row: int
    url: str
    title: str
    status: str
    code: str | None = None
    words: str | None = None


def import_opml(
    tx: Tx,
    viewer: Viewer,
    outlines: Sequence[Outline],
    *,
    check: Callable[[str], str],
    now: dt.datetime,
    dry_run: bool,
) -> list[ImportRow]:
    """Add the feeds that are no sources yet, each through the guard `check`; a dry run only tells."""
    taken = {feed_key(url) for url in service.list_taken(tx, viewer, [outline.url for outline in outlines])}
    rows: list[ImportRow] = []
    added: list[NewFeed] = []
    for outline in outlines:
        row, new = _judge(outline, check, taken)
        rows.append(row)
        if new is not None:
            taken.add(feed_key(new.url))
            added.append(new)
    if not dry_run:
        service.add_all(tx, viewer, added, now=now)
    return rows


def _judge(outline: Outline, check: Callable[[str], str], taken: set[str]) -> tuple[ImportRow, NewFeed | None]:
    try:
        url = check(outline.url)
    except AppError as refusal:
        return _row(outline, "refused", code=str(refusal.code), words=refusal.detail), None
    if feed_key(url) in taken:
        return _row(outline, "same"), None
    return _row(outline, "new"), NewFeed(url=url, kind=FeedKind.FEED, title=outline.title)


def _row(outline: Outline, status: str, *, code: str | None = None, words: str | None = None) -> ImportRow:
    return ImportRow(row=outline.row, url=outline.url, title=outline.title, status=status, code=code, words=words)


def read_opml(body: bytes) -> list[Outline]:
    """Read the feeds of an OPML file, folders flattened; refuse what is too large, declares entities or is no OPML."""
    if len(body) > BYTES_MOST:
        raise AppError(Code.BODY_SIZE, "an OPML file has at most 2 MB")
    if _DECLARES.search(body.replace(b"\0", b"")):
        raise AppError(Code.IMPORT_UNREADABLE, "the file declares entities or a document type")
    root = _parse(body)
    if root.tag.lower() != "opml":
        raise AppError(Code.IMPORT_UNREADABLE, "the file is no OPML")
    found = [element for element in root.iter("outline") if (element.get("xmlUrl") or "").strip()]
    if len(found) > OUTLINES_MOST:
        raise AppError(Code.IMPORT_UNREADABLE, f"the file has more than {OUTLINES_MOST} feeds")
    return [
        Outline(row=row, url=(e.get("xmlUrl") or "").strip(), title=(e.get("title") or e.get("text") or "").strip())
        for row, e in enumerate(found, 1)
    ]


def write_opml(feeds: Iterable[tuple[str, str]], title: str = "Lantoa") -> bytes:
    """Write sources, given by address and title, as OPML 2.0."""
    rows = [
        f'<outline type="rss" text={quoteattr(_xml(name))} title={quoteattr(_xml(name))} xmlUrl={quoteattr(url)}/>'
        for url, name in feeds
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head><title>{_xml(title)}</title></head>'
    return "\n".join([head, "<body>", *rows, "</body>", "</opml>\n"]).encode()


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AppError(Code.IMPORT_UNREADABLE, "the file is no well-formed XML") from error


def _xml(text: str) -> str:
    """Leave out what XML cannot carry."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
