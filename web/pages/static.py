"""Our own static files, and nothing else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from web.static_files import all_files

router = APIRouter(route_class=Route)

KEPT = "public, max-age=31536000, immutable"


def anyone() -> Right:
    """Need nothing and look nobody up: these files are the same for everyone."""
    return Right.PUBLIC


anyone.right = Right.PUBLIC  # type: ignore[attr-defined]  # read by the rule test that walks all routes


@router.get("/static/{name}")
def static_file(name: str, _: Annotated[Right, Depends(anyone)]) -> Response:
    """Give a file; its address changes with its content, so it is kept for a year."""
    found = all_files().get(name)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return Response(found.content, media_type=found.kind, headers={"Cache-Control": KEPT})
