"""The command line: one module a group, imported when called, so that a command imports only what it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lantoa.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

# command → "module:attribute, one line of help"; the help stands here so that `lantoa --help` imports no command.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("lantoa.cli.serve:run", "Web, API and crawler in one command."),
    "serve": ("lantoa.cli.serve:serve", "Web and API only."),
    "work": ("lantoa.cli.serve:work", "Crawler and periodic jobs only."),
    "migrate": ("lantoa.cli.database:migrate", "Bring the database up to date."),
    "verify": ("lantoa.cli.database:verify", "Check keys, roll-ups and the audit chain."),
    "doctor": ("lantoa.cli.database:doctor", "Check settings, database, disk and feeds."),
    "admin": ("lantoa.cli.admin:admin", "Accounts made from the command line."),
    "feeds": ("lantoa.cli.feeds:feeds", "Add, list, probe, import and export sources."),
    "fetch": ("lantoa.cli.feeds:fetch", "Fetch what is due now, politely."),
    "import": ("lantoa.cli.imports:import_", "Import units, members, claims or posts of pages from a spreadsheet."),
    "report": ("lantoa.cli.reports:report", "Write a report to a file."),
    "period": ("lantoa.cli.reports:period", "Close or reopen a period."),
    "inspect": (
        "lantoa.cli.inspect:inspect",
        "Show what the program sees in a feed, address, agent or text; no database.",
    ),
    "settings": ("lantoa.cli.settings:settings", "The organisation's rules: list them, set one."),
    "openapi": ("lantoa.cli.database:openapi", "Print the API description."),
    "demo": ("lantoa.cli.demo:demo", "Run on a filled sample organisation and a local news site."),
}


@click.group(cls=LazyGroup, commands_table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lantoa", message="lantoa %(version)s")
def cli() -> None:
    """Lantoa: collect official articles, claim shares by one's own hand, report honestly."""


def main() -> None:
    """Run the command line: exit 0 done, 1 refused with `error: <code>: <words>` on stderr, 2 wrong usage."""
    from tracker.domain.errors import AppError

    try:
        cli(prog_name="lantoa")
    except AppError as refusal:
        click.echo(f"error: {refusal.code}: {refusal.detail or refusal.code}", err=True)
        sys.exit(1)
