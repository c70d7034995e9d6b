"""Pages for people: server-rendered, complete without JavaScript. Assembled here; one module a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import PlainTextResponse

from api.problems import STATUS

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

    from tracker.domain.errors import AppError


def install_pages(app: FastAPI) -> None:
    """Add the pages and the static files to the application."""


def wants_page(request: Request) -> bool:
    """Tell a person's browser on a page from a program on the API."""
    path = request.url.path
    return not path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))


def page_refusal(request: Request, error: AppError) -> Response:  # noqa: ARG001 - the page shows where it happened
    """Answer a refusal as a page in words."""
    return PlainTextResponse(str(error.code), STATUS[error.code])
