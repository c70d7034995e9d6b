"""What an operator asks: does the process live, is it ready. Nobody is looked up: the database may be away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from api.http import Deps
from tracker.domain.rights import Right

router = APIRouter(tags=["operator"])


def _ground(request: Request) -> Deps:
    deps: Deps = request.app.state.deps
    return deps


_ground.right = Right.PUBLIC  # type: ignore[attr-defined]  # read by the rule test that walks all routes
Ground = Annotated[Deps, Depends(_ground)]


@router.get("/healthz")
def live(ground: Ground) -> Response:
    """Tell that the process answers; touches nothing."""
    return JSONResponse({"status": "ok", "version": ground.version})


@router.get("/readyz")
def ready(ground: Ground) -> Response:
    """Tell whether the database can be read and is up to date (503 with the reason otherwise)."""
    ground.check_ready()
    return JSONResponse({"status": "ok"})
