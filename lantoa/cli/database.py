"""Commands on the database and the installation: migrate, verify, doctor, openapi."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lantoa.checkup import Finding
    from lantoa.wiring import House


@click.command(help="Bring the database up to date.")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if it is not up to date.")
def migrate(*, only_check: bool) -> None:
    """Run the missing migrations, or tell that there are some."""
    from lantoa import wiring
    from tracker.migrations import upgrade

    with wiring.open_house(ready=False) as house:
        if only_check:
            upgrade.check(house.db)
            click.echo("up to date")
        else:
            click.echo("brought up to date" if upgrade.migrate(house.db) else "up to date", err=True)


@click.command(help="Check keys, roll-ups and the audit chain; exit 1 and name what does not hold.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--rebuild", is_flag=True, help="First put the roll-ups right that differ from what they sum.")
def verify(*, as_json: bool, rebuild: bool) -> None:
    """Check what the database says of itself."""
    from lantoa import checkup, wiring

    with wiring.open_house() as house:
        if rebuild:
            _rebuild(house)
        _tell(checkup.verify(house), as_json=as_json)


@click.command(help="Check settings, database, clock, disk and feeds, each with ok, warn or fail.")
@click.option("--json", "as_json", is_flag=True)
def doctor(*, as_json: bool) -> None:
    """Look the installation over; exit 1 when something fails."""
    from lantoa import checkup, wiring

    with wiring.open_house(ready=False) as house:
        _tell(checkup.doctor(house), as_json=as_json)


@click.command(help="Print the API description (OpenAPI, JSON).")
def openapi() -> None:
    """Print the description of the routes; opens no database."""
    from lantoa.application import describe

    click.echo(json.dumps(describe(), indent=2))


def _rebuild(house: House) -> None:
    from lantoa import wiring
    from tracker.services import rollups

    with house.db.write() as tx:
        lines = rollups.rebuild(tx, wiring.console_viewer(), now=house.clock())
    for line in lines:
        click.echo(f"put right: {line}", err=True)


def _tell(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([{"name": f.name, "state": f.state, "words": f.words} for f in findings]))
    else:
        for finding in findings:
            click.echo(f"{finding.state:<5} {finding.name}: {finding.words}")
    failed = [f"{f.name}: {' '.join(f.words.split())}" for f in findings if f.state == "fail"]
    if failed:
        click.echo(f"error: check.failed: {'; '.join(failed)}", err=True)
        raise click.exceptions.Exit(1)
