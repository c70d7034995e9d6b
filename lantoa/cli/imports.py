"""Imports from the command line: the same as POST /imports, by whoever sits at the machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantoa.cli.words import ID_MOST

if TYPE_CHECKING:
    from tracker.services.imports.run import ImportResult

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(name="import", help="Import units, members, claims or posts of pages from a spreadsheet.")
def import_() -> None:
    """Group the commands."""


def _command(what: str) -> click.Command:
    """Make the command of one kind of file."""

    @click.command(name=what, help=f"Import {what} from a .csv or .xlsx file: all rows or, unless --partial, none.")
    @click.argument("file", type=_FILE)
    @click.option("--dry-run", is_flag=True, help="Tell what would happen and write nothing.")
    @click.option("--partial", is_flag=True, help="Take the good rows of a file with bad ones.")
    @click.option("--json", "as_json", is_flag=True, help="Print the result of every row as one JSON document.")
    @click.option("--language", type=click.Choice(["vi", "en"]), default="en", help="Of the words about each row.")
    def run(file: Path, *, dry_run: bool, partial: bool, as_json: bool, language: str) -> None:
        result = _import(what, file, dry_run=dry_run, partial=partial)
        _print(result, as_json=as_json, language=language)
        if result.is_refused and not result.applied and not dry_run:
            click.echo(f"error: {_why(result)}", err=True)
            sys.exit(1)

    return run


for _what in ("units", "members", "claims", "posts"):
    import_.add_command(_command(_what))


@import_.command(help="Take an import back, as far as nothing has changed since.")
@click.argument("import_id", metavar="ID", type=click.IntRange(1, ID_MOST))
def undo(import_id: int) -> None:
    """Undo an import."""
    from lantoa import wiring
    from tracker.services.imports import run

    with wiring.open_house() as house, house.db.write() as tx:
        run.take_back(tx, wiring.console_viewer(), import_id, now=house.clock(), today=house.today())
    click.echo(f"import {import_id} undone", err=True)


def _import(what: str, file: Path, *, dry_run: bool, partial: bool) -> ImportResult:
    from lantoa import wiring
    from sandbox import Sandbox
    from tracker.services.imports import run
    from tracker.services.imports.columns import What
    from tracker.services.imports.reading import SHEET_TASKS

    with wiring.open_house() as house:
        with Sandbox(tasks=SHEET_TASKS, cpu_s=60, wall_s=120) as sandbox:
            sheet = run.open_sheet(What(what), file.name, file.read_bytes(), sandbox)
        with house.db.write() as tx:
            return run.run(
                tx,
                wiring.console_viewer(),
                sheet,
                dry_run=dry_run,
                partial=partial,
                now=house.clock(),
                today=house.today(),
            )


def _print(result: ImportResult, *, as_json: bool, language: str) -> None:
    from tracker.services.imports.run import result_json

    told: dict[str, Any] = result_json(result, language)
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told["rows"]:
        if row["status"] != "same":
            click.echo(f"{row['row']}\t{row['status']}\t{row['key']}\t{row['words']}")
    for note in told["notes"]:
        click.echo(note, err=True)
    counted = ", ".join(f"{count} {status}" for status, count in told["totals"].items())
    click.echo(f"{counted}" + (f" (import {result.import_id})" if result.applied else " (nothing written)"), err=True)


def _why(result: ImportResult) -> str:
    """Give the first refused row as the one line of a refusal."""
    from tracker.services.imports.outcomes import RowStatus

    first = next(o for o in result.outcomes if o.status is RowStatus.REFUSED)
    return f"{first.code}: row {first.row}: {first.words('en')}; nothing was imported"
