"""Sources from the command line: add, list, probe, import, export, health; and `fetch`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantoa.cli.catalogue import catalogue, install
from lantoa.cli.feed_options import (
    SourceOptions,
    kind_of,
    kind_option,
    read_selectors_file,
    selectors_option,
    source_options,
)
from lantoa.cli.words import ID_MOST, TEXT

if TYPE_CHECKING:
    from lantoa.wiring import House
    from tracker.domain.completeness import Completeness
    from tracker.domain.feeds import FetchResult
    from tracker.domain.sources import Feed, Preview, PreviewEntry
    from tracker.domain.types import FeedId

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.group(help="Add, list, probe, import and export sources.")
def feeds() -> None:
    """Group the commands."""


feeds.add_command(catalogue)
feeds.add_command(install)


@feeds.command(help="Add a source by its own or its site's address; prints what was found.")
@click.argument("url", type=TEXT)
@click.option("--title", default="", type=TEXT, help="What to call it; its own title where left out.")
@kind_option
@selectors_option
@source_options
@json_option
def add(url: str, title: str, kind: str | None, selectors: Path | None, *, as_json: bool, **asked: Any) -> None:
    """Find the feed, or take the address as what it is said to be, and add it."""
    from lantoa import wiring
    from tracker.services import feeds as service

    viewer, told = wiring.console_viewer(), read_selectors_file(selectors)
    with wiring.open_house() as house:
        with house.db.read() as tx:
            service.check_new(tx, viewer, url)
        new = house.crawler.find_source(url, kind=kind_of(kind), title=title, selectors=told)
        new = SourceOptions(**asked).apply(new, house)
        with house.db.write() as tx:
            made = service.add(tx, viewer, new, now=house.clock())
    _print(_row(made), f"{made.feed_id}\t{made.title}\t{made.url}", as_json=as_json)


@feeds.command("list", help="List all sources.")
@json_option
def list_(*, as_json: bool) -> None:
    """List sources in the order they were added."""
    found = _all_feeds()
    lines = [f"{f.feed_id}\t{f.state}\t{f.health}\t{f.title}\t{f.url}" for f in found]
    _print([_row(f) for f in found], "\n".join(lines), as_json=as_json)


@feeds.command(help="Show which sources need a look, why, what to do, and when they are tried again.")
@json_option
def health(*, as_json: bool) -> None:
    """List the health of all sources, those that are not well first."""
    from api.feed_answers import completeness_json
    from tracker.domain.feed_words import advice_id

    found, checked = _all_checked()
    found.sort(key=lambda f: (str(f.health) in {"working", "quiet"}, not f.health_reason, f.feed_id))
    rows = [
        _row(f)
        | {
            "reason": f.health_reason or None,
            "advice": advice_id(f),
            "completeness": completeness_json(checked[f.feed_id]) if f.feed_id in checked else None,
        }
        for f in found
    ]
    _print(rows, "\n".join(_health_words(f, checked.get(f.feed_id)) for f in found), as_json=as_json)


@feeds.command(help="Look at an address without adding it: what is there, and what would be collected.")
@click.argument("url", type=TEXT)
@kind_option
@selectors_option
@json_option
def probe(url: str, kind: str | None, selectors: Path | None, *, as_json: bool) -> None:
    """Show a preview; exit 1 where there is no feed."""
    from api.feed_answers import preview_json
    from lantoa import wiring
    from tracker.domain.errors import AppError, Code

    told = read_selectors_file(selectors)
    with wiring.open_house() as house:
        preview = house.crawler.look(url, kind=kind_of(kind), selectors=told)
    _print(preview_json(preview), _preview_words(preview), as_json=as_json)
    if preview.problem is not None:
        raise AppError(Code.FETCH_FAILED, f"{preview.problem.code}: {preview.problem.message}")


@feeds.command("import", help="Add the feeds of an OPML file that are no sources yet, row by row.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would be added.")
@json_option
def import_(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Import OPML; exit 1 when rows were refused and nothing was added."""
    from api.feed_answers import row_json, totals
    from crawler.opml import import_opml, read_opml
    from lantoa import wiring

    outlines = read_opml(_read(file))
    with wiring.open_house() as house, house.db.write() as tx:
        rows = import_opml(
            tx,
            wiring.console_viewer(),
            outlines,
            check=house.crawler.check_address,
            now=house.clock(),
            dry_run=dry_run,
        )
    counts = totals(rows)
    lines = [f"{row.row}\t{row.status}\t{row.url}\t{row.words or row.title}" for row in rows]
    document = {"applied": not dry_run, "rows": [row_json(row) for row in rows], "totals": counts}
    _print(document, "\n".join(lines), as_json=as_json)
    if counts["refused"] and not counts["new"] and not counts["same"] and not dry_run:
        first = next(row for row in rows if row.status == "refused")
        click.echo(f"error: {first.code}: row {first.row}: {first.words}; nothing was added", err=True)
        raise click.exceptions.Exit(1)


@feeds.command(help="Write all sources as OPML to standard output.")
def export() -> None:
    """Export OPML."""
    from crawler.opml import write_opml
    from lantoa import wiring
    from tracker.services import feeds as service

    with wiring.open_house() as house, house.db.read() as tx:
        titles = service.list_titles(tx, wiring.console_viewer())
    sys.stdout.buffer.write(write_opml(titles))
    sys.stdout.buffer.flush()


@click.command(help="Fetch what is due now, politely; or one source, or all.")
@click.option("--feed", "feed_id", type=click.IntRange(1, ID_MOST), help="Fetch this source, due or not.")
@click.option("--all", "everything", is_flag=True, help="Fetch every active source, due or not.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a source on standard output.")
def fetch(feed_id: int | None, *, everything: bool, as_json: bool) -> None:
    """Fetch; a source that fails is told in its line, it does not fail the command."""
    from lantoa import wiring

    if feed_id is not None and everything:
        raise click.UsageError("--feed and --all exclude each other")
    with wiring.open_house() as house:
        asked = _asked(house, feed_id, everything=everything)
        with click.progressbar(length=len(asked), label="fetching", file=sys.stderr, hidden=as_json) as bar:
            teller = _Teller(as_json=as_json, bar=bar)
            if everything or feed_id is not None:
                left = set(house.crawler.fetch_these([f.feed_id for f in asked], teller.tell))
                for feed in asked:
                    if feed.feed_id in left:
                        teller.tell(_kept(feed))
            else:
                house.crawler.fetch_due(teller.tell)
        teller.end()


class _Teller:
    """Prints results as they come."""

    def __init__(self, *, as_json: bool, bar: Any) -> None:
        self._as_json, self._bar = as_json, bar
        self._lines: list[str] = []

    def tell(self, result: FetchResult) -> None:
        """Print one line, or keep it until the progress bar is done."""
        from api.feed_answers import result_json

        if self._as_json:
            click.echo(json.dumps(result_json(result)))
            return
        told = f"{result.problem.code}: {result.problem.message}" if result.problem else f"{result.new} new"
        self._lines.append(f"{result.feed_id}\t{result.status}\t{told}\t{result.url}")
        self._bar.update(1)

    def end(self) -> None:
        """Print what was kept."""
        for line in self._lines:
            click.echo(line)


def _asked(house: House, feed_id: int | None, *, everything: bool) -> list[Feed]:
    from lantoa import wiring
    from tracker.domain.feeds import FeedState
    from tracker.services import feeds as service

    viewer = wiring.console_viewer()
    with house.db.write() as tx:
        service.enqueue_missing(tx)
        if feed_id is not None:
            return [service.get(tx, viewer, feed_id)]
        if everything:
            return service.list_all(tx, viewer, state=FeedState.ACTIVE)
        return service.list_due(tx, viewer, now=house.clock())


def _kept(feed: Feed) -> FetchResult:
    """Give the result of a source that another worker kept all the while."""
    from tracker.domain.feeds import FetchErrorCode, FetchProblem, FetchResult, FetchStatus

    problem = FetchProblem(code=FetchErrorCode.TIMEOUT, message="Another worker is fetching this source.")
    return FetchResult(
        feed_id=feed.feed_id,
        url=feed.url,
        status=FetchStatus.FAILED,
        new=0,
        changed=0,
        seen=0,
        skipped=0,
        problem=problem,
    )


def _all_feeds() -> list[Feed]:
    from lantoa import wiring
    from tracker.services import feeds as service

    with wiring.open_house() as house, house.db.read() as tx:
        return service.list_all(tx, wiring.console_viewer())


def _all_checked() -> tuple[list[Feed], dict[FeedId, Completeness]]:
    from lantoa import wiring
    from tracker.services import completeness
    from tracker.services import feeds as service

    viewer = wiring.console_viewer()
    with wiring.open_house() as house, house.db.read() as tx:
        found = service.list_all(tx, viewer)
        return found, completeness.list_latest(tx, viewer, found)


def _row(feed: Feed) -> dict[str, Any]:
    """Give a source in the fields that scripts rely on."""
    from api.times import instant

    error = feed.last_error
    return {
        "id": feed.feed_id,
        "url": feed.url,
        "title": feed.title,
        "kind": str(feed.kind),
        "state": str(feed.state),
        "health": str(feed.health),
        "next_fetch_at": instant(feed.next_fetch_at),
        "failures": feed.failures,
        "last_error": None if error is None else {"code": str(error.code), "message": error.message},
    }


def _health_words(feed: Feed, checked: Completeness | None) -> str:
    from api.times import instant
    from tracker.domain.feed_words import advice_id

    lines = [f"{feed.feed_id}\t{feed.health}\t{feed.title}\t{feed.health_reason}"]
    if checked is not None and checked.percent is not None:
        lines.append(f"\tcollected {checked.percent}% of what {checked.against} lists ({checked.part}/{checked.whole})")
    if str(feed.health) != "working" or feed.health_reason:
        lines.append(f"\t{advice_id(feed)} Next fetch: {instant(feed.next_fetch_at)}.")
    return "\n".join(lines)


def _preview_words(preview: Preview) -> str:
    from api.feed_answers import preview_notes

    head = [preview.url]
    if preview.problem is None:
        made_by = f" by {preview.findings.generator}" if preview.findings and preview.findings.generator else ""
        head.append(f"{preview.format}{made_by}: {preview.title}, {preview.entry_count} entries")
        head += preview_notes(preview)
    if preview.feed_id is not None:
        head.append(f"This is source {preview.feed_id} already.")
    entries = [line for entry in preview.entries for line in _entry_words(entry)]
    links = [f"  also: {link}" for link in (*preview.links, *preview.sitemaps) if link != preview.url]
    return "\n".join([*head, *entries, *links])


def _entry_words(entry: PreviewEntry) -> list[str]:
    """Give an entry in words: its title, the date as printed and as read, whether it is known, why it is left out."""
    from api.times import instant
    from tracker.domain.feed_words import QUALITIES, SKIPPED

    lines = [f"- {entry.title or '(no title)'}"]
    if entry.skipped is not None:
        return [*lines, f"    left out: {SKIPPED.get(entry.skipped, entry.skipped)}"]
    quality = "" if entry.date_quality is None else f" ({QUALITIES[entry.date_quality]})"
    lines.append(f"    {entry.published_raw or 'no date'} -> {instant(entry.published_at) or 'no date'}{quality}")
    known = "" if entry.is_known is None else " known already" if entry.is_known else " new"
    return [*lines, f"    {entry.key}{known}"]


def _read(file: Path) -> bytes:
    from tracker.domain.errors import AppError, Code

    try:
        return file.read_bytes()
    except OSError as error:
        raise AppError(Code.FILE_UNREADABLE, f"{file}: {error.strerror}") from error


def _print(document: Any, words: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document))
    elif words:
        click.echo(words)
