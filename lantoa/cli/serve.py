"""`run`, `serve`, `work`: the long-running commands."""

from __future__ import annotations

import os

import click

from lantoa.cli.words import TEXT

HOST = "127.0.0.1"
PORT = 8000
BACKGROUND = 10  # of 19: how far the worker stands back where the processor is short

host_option = click.option("--host", default=HOST, show_default=True, type=TEXT, help="Address to listen on.")
port_option = click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))


@click.command(help="Web, API and crawler in one command; migrates an empty or older database first.")
@host_option
@port_option
def run(host: str, port: int) -> None:
    """Keep one web process and one worker alive until told to stop."""
    from lantoa.listener import check_port
    from lantoa.supervisor import supervise

    check_port(host, port)
    supervise(
        first=[["migrate"]],
        kept=[["serve", "--host", host, "--port", str(port)], ["work"]],
    )


@click.command(help="Web and API only; any number of them on PostgreSQL.")
@host_option
@port_option
def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished and counts are written."""
    from lantoa import server, wiring
    from lantoa.listener import listening

    with listening(host, port) as listener, wiring.open_house(base_url=server.address_of(host, port)) as house:
        server.announce(house)
        server.serve(house, listener)


@click.command(help="Crawler and periodic jobs only; any number of them on PostgreSQL.")
def work() -> None:
    """Work off jobs until SIGTERM or SIGINT; what is under way is finished."""
    from lantoa import jobs, wiring
    from lantoa.signals import stop_event

    os.nice(BACKGROUND)  # collecting can wait, and so can its sandboxes: somebody who taps a link cannot
    with wiring.open_house() as house:
        jobs.run_worker(house, stop_event())
