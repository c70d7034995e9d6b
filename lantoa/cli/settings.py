"""The organisation's rules from the command line: what they are, and setting one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lantoa.cli.words import TEXT

if TYPE_CHECKING:
    import datetime as dt

VALUE_MOST = 2**31 - 1


@click.group(help="The organisation's rules: list them, set one.")
def settings() -> None:
    """Group the commands on rules."""


@settings.command("list", help="List the rules as they stand today, with what is planned.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_(*, as_json: bool) -> None:
    """List the rules."""
    from api.routes.settings import rule_json
    from lantoa import wiring
    from tracker.services import office_rules

    with wiring.open_house() as house, house.db.read() as tx:
        found = office_rules.list_rules(tx, wiring.console_viewer(), today=house.today())
    told = [rule_json(view, "en") for view in found]
    if as_json:
        click.echo(json.dumps(told))
        return
    for rule in told:
        planned = "".join(f"; from {p['valid_from']}: {p['value']}" for p in rule["planned"])
        default = "" if rule["value"] == rule["default"] else f" (unless set: {rule['default']})"
        click.echo(f"{rule['name']:<22} {rule['value']} {rule['unit']}{default}{planned}")


@settings.command("set", help="Set rule NAME to VALUE, today or from a later day on.")
@click.argument("name", type=TEXT)
@click.argument("value", type=click.IntRange(0, VALUE_MOST))
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="The first day; only of what shapes figures."
)
def set_(name: str, value: int, valid_from: dt.datetime | None) -> None:
    """Set a rule."""
    from lantoa import wiring
    from tracker.services import office_rules

    viewer = wiring.console_viewer()
    with wiring.open_house() as house, house.db.write() as tx:
        today = house.today()
        rule = office_rules.get(tx, viewer, name, today=today).rule
        start = None if valid_from is None else valid_from.date()
        changed = office_rules.change(tx, viewer, rule, value, valid_from=start, now=house.clock(), today=today)
    click.echo(f"{changed.rule}: {changed.value} {changed.shape.unit}", err=True)
