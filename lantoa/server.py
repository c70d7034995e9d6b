"""The web server of one process: announcing, serving."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click
import uvicorn

from lantoa.signals import stop_event

if TYPE_CHECKING:
    import socket

    from lantoa.wiring import House

KEEP_ALIVE_S = 5
GRACE_S = 15
HEADER_BYTES_MOST = 64 * 1024


def address_of(host: str, port: int) -> str:
    """Give the base address of a server on host and port, as a browser on the same machine types it."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def announce(house: House) -> None:
    """Say where to go; on a new installation, the one-time link with which it is set up."""
    from tracker.services import accounts

    token = accounts.make_setup_link(house.db, now=house.clock())
    if token is None:
        click.echo(f"Lantoa: {house.settings.base_url}", err=True)
    else:
        click.echo(f"Lantoa: set it up at {house.settings.base_url}/setup/{token} (works once)", err=True)


def serve(house: House, listener: socket.socket) -> None:
    """Serve until a signal; requests under way are finished. No access log: it would hold readers' addresses."""
    config = uvicorn.Config(
        house.application(),
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # the redirect and the pages trust X-Forwarded-* of the configured proxies alone
        server_header=False,
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=HEADER_BYTES_MOST,
    )
    gc.collect()
    gc.freeze()  # what stands from the start is never looked through again: that took a tenth of a second at a time
    stop_event()  # uvicorn raises the signal once more when it is done: by then it only means that the house closes
    uvicorn.Server(config).run(sockets=[listener])
