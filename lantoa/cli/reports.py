"""Reports written to files, and periods closed and reopened, from the machine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lantoa.cli.words import TEXT

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("month", "quarter", "half", "year", "commendation", "meeting", "programmes")
FORMATS = ("docx", "xlsx", "pdf", "csv", "json")


@click.command(help="Write a report of a unit and a period to a file.")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--period", required=True, type=TEXT, help="Such as 2025-Q2, 2025-06, 2025 or 2025-03-01..2026-02-28.")
@click.option("--unit", required=True, type=TEXT, help="The unit's code; the report is of it and all below it.")
@click.option("--format", "wanted", required=True, type=click.Choice(FORMATS))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The file to write.")
def report(kind: str, period: str, unit: str, wanted: str, output: str) -> None:
    """Write a report: first beside the file, then in its place."""
    from pathlib import Path

    from lantoa import wiring
    from lantoa.methods import method_versions
    from tracker.domain.periods import Period
    from tracker.services import asked, reports

    of_period = Period.parse(period)
    with wiring.open_house() as house, house.db.read() as tx:
        made = reports.make_file(
            tx,
            wiring.console_viewer(),
            kind,
            of_period,
            asked.get_unit_of_code(tx, unit),
            wanted,
            method=method_versions(house.db),
            now=house.clock(),
            zone=house.zone,
        )
    put(Path(output), made.body)
    click.echo(f"{output}: {len(made.body)} bytes", err=True)


@click.group(help="Close or reopen a period.")
def period() -> None:
    """Group the commands."""


@period.command(help="Close a period that is over, for a unit and all below it.")
@click.argument("which", type=TEXT)
@click.option("--unit", required=True, type=TEXT, help="The unit's code.")
def close(which: str, unit: str) -> None:
    """Freeze a period."""
    from lantoa import wiring
    from lantoa.methods import method_versions
    from tracker.domain.periods import Period
    from tracker.services import asked, closing

    with wiring.open_house() as house, house.db.write() as tx:
        made = closing.close_period(
            tx,
            wiring.console_viewer(),
            asked.get_unit_of_code(tx, unit),
            Period.parse(which),
            method=method_versions(house.db),
            now=house.clock(),
            today=house.today(),
        )
    click.echo(f"{made.period} closed, version {made.version}", err=True)


@period.command(help="Reopen a closed period; the closed version stays.")
@click.argument("which", type=TEXT)
@click.option("--unit", required=True, type=TEXT, help="The unit's code.")
@click.option("--reason", required=True, type=TEXT)
def reopen(which: str, unit: str, reason: str) -> None:
    """Undo a close."""
    from lantoa import wiring
    from tracker.domain.periods import Period
    from tracker.services import asked, closing

    with wiring.open_house() as house, house.db.write() as tx:
        undone = closing.reopen_period(
            tx,
            wiring.console_viewer(),
            asked.get_unit_of_code(tx, unit),
            Period.parse(which),
            reason=reason,
            now=house.clock(),
            today=house.today(),
        )
    click.echo(f"{undone.close.period} reopened; version {undone.close.version} is kept", err=True)


def put(path: Path, body: bytes) -> None:
    """Write a file whole or not at all: beside its place, safe on the disk, then into it."""
    import contextlib
    import os
    import secrets

    from tracker.domain.errors import AppError, Code

    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with beside.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the place may be none at all
            beside.unlink()
        raise AppError(Code.FILE_UNREADABLE, f"{path} cannot be written: {error.strerror}") from error
