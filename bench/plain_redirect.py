"""The floor of the redirect: a FastAPI route that answers one constant 302, served as lantoa's own server is.

Run as `python bench/plain_redirect.py PORT`; prints a line once it listens.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from lantoa import server
from lantoa.listener import listening

TARGET = "https://bao1.example.vn/bai-1-post100001.html"

app = FastAPI(openapi_url=None)


@app.get("/s/{slug}")
async def follow(slug: str) -> RedirectResponse:  # noqa: ARG001 - taken from the path as a real route would
    """Answer the same to everyone."""
    return RedirectResponse(TARGET, status_code=302)


def main(port: int) -> None:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=server.KEEP_ALIVE_S,
    )
    with listening("127.0.0.1", port) as listener:
        sys.stderr.write(f"Listening: {server.address_of('127.0.0.1', port)}\n")
        sys.stderr.flush()
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]))
