"""What an operator asks: does the process live, is it ready."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.http import Public

router = APIRouter(tags=["operator"])


@router.get("/healthz")
def live(call: Public) -> Response:
    """Tell that the process answers; touches nothing."""
    return JSONResponse({"status": "ok", "version": call.deps.version})


@router.get("/readyz")
def ready(call: Public) -> Response:
    """Tell whether the database can be read and is up to date (503 with the reason otherwise)."""
    call.deps.check_ready()
    return JSONResponse({"status": "ok"})
