"""Accounts made from the machine itself."""

from __future__ import annotations

import sys

import click

from lantoa.cli.words import TEXT


@click.group(help="Accounts made from the command line.")
def admin() -> None:
    """Group the commands."""


@admin.command(help="Make an administrator; the password is asked for, or read from standard input.")
@click.option("--login", required=True, type=TEXT)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
def create(login: str, *, password_stdin: bool) -> None:
    """Make an administrator who can work at once."""
    from lantoa import wiring
    from tracker.domain.types import Role
    from tracker.services import accounts

    password = _read() if password_stdin else _ask()
    new = accounts.prepare(login, password, Role.ADMIN, None, None)
    with wiring.open_house() as house, house.db.write() as tx:
        made = accounts.create_admin(tx, new, now=house.clock())
    click.echo(f"administrator {made.login} made", err=True)


def _read() -> str:
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\n")
    except UnicodeDecodeError:
        raise click.UsageError("the password is no UTF-8") from None


def _ask() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer
