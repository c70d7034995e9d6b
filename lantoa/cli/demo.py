"""`lantoa demo`: the sample organisation and its local news site."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import click

from lantoa.cli.serve import HOST, PORT

SITE_PORT = 8765
FOLDER = "demo-data"
MARK = "sample-filled"  # a file in the folder of a sample that was filled to its end


@click.command(help="Run on a filled sample organisation and a local news site; needs no internet.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--site-port", default=SITE_PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--site-only", is_flag=True, hidden=True, help="Serve the news site and nothing else.")
def demo(port: int, site_port: int, *, site_only: bool) -> None:
    """Fill the sample once, say who signs in how, and run it on loopback."""
    from lantoa.listener import check_port
    from lantoa.supervisor import supervise

    _settle(port, site_port)
    if site_only:
        _serve_site(site_port)
        return
    check_port(HOST, port)
    check_port(HOST, site_port)
    _fill(site_port)
    _announce(port)
    serve = ["serve", "--host", HOST, "--port", str(port)]
    supervise(first=[], kept=[["demo", "--site-only", "--site-port", str(site_port)], serve, ["work"]])


def _settle(port: int, site_port: int) -> None:
    """Give this process and its children the sample's settings: own folder, database and address.

    Whatever else is installed here keeps out of it: the sample's passwords are known to everyone.
    """
    folder = Path(os.environ.get("LANTOA_DATA") or FOLDER).absolute()
    os.environ["LANTOA_DATA"] = str(folder)
    os.environ["LANTOA_DATABASE_URL"] = f"sqlite:///{folder / 'lantoa.db'}"
    os.environ["LANTOA_BASE_URL"] = f"http://{HOST}:{port}"
    os.environ["LANTOA_ALLOW_PRIVATE_HOSTS"] = f"{HOST}:{site_port}"


def _serve_site(site_port: int) -> None:
    from config.settings import load_settings
    from lantoa.demo import site

    site.serve(site_port, load_settings().timezone)


def _fill(site_port: int) -> None:
    from lantoa import wiring
    from lantoa.demo import organisation, site
    from tracker.domain.errors import AppError, Code
    from tracker.services import accounts

    with wiring.open_house() as house:
        filled = house.settings.data / MARK
        if filled.exists():
            return
        if not accounts.is_new(house.db):
            raise AppError(Code.SETTINGS_INVALID, f"{house.settings.data} holds no whole sample; remove or rename it")
        click.echo(f"filling {Path(house.settings.data).name} with a year of a sample cell …", err=True)
        server = site.make_server(site_port, house.zone)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        organisation.fill(house, f"http://{HOST}:{site_port}")
        server.shutdown()
        server.server_close()
        filled.touch()


def _announce(port: int) -> None:
    from lantoa.demo.people import PASSWORD, PEOPLE

    click.echo(f"Lantoa demo: http://{HOST}:{port}   password of all: {PASSWORD}", err=True)
    rows = [
        ("quantri", "administrator"),
        ("kiemtra", "auditor"),
        *((p.login, f"{p.role}, {p.full_name}") for p in PEOPLE),
    ]
    for login, words in rows:
        click.echo(f"  {login:<10} {words}", err=True)
