"""Every route names exactly one right, and reads its body only after it was judged."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from api.app import create_app
from tests.application import make_deps
from tests.make import NOW
from tracker.domain.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant

PUBLIC_API = {
    ("POST", "/api/v1/sessions"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}


@functools.cache
def _routes() -> list[RouteContext]:
    app = create_app(make_deps(None, lambda: NOW))
    return [r for r in iter_route_contexts(app.routes) if isinstance(r.original_route, APIRoute)]


def _name(route: RouteContext) -> str:
    return f"{'/'.join(sorted(route.methods or ()))} {route.path}"


def _rights(dependant: Dependant) -> Iterator[Right]:
    for inner in dependant.dependencies:
        right: Any = getattr(inner.call, "right", None)
        if right is not None:
            yield right
        yield from _rights(inner)


def test_a_route_names_its_one_right() -> None:
    assert [_name(route) for route in _routes() if len(set(_rights(route.dependant))) != 1] == []


def test_a_route_has_no_body_parameter() -> None:
    assert [_name(route) for route in _routes() if route.dependant.body_params] == []


def test_there_are_routes_to_judge() -> None:
    assert len(_routes()) > len(PUBLIC_API)


def test_only_the_written_routes_of_the_api_are_public() -> None:
    public = {
        (method, route.path)
        for route in _routes()
        for method in route.methods or ()
        if Right.PUBLIC in set(_rights(route.dependant))
        if route.path is not None and route.path.startswith(("/api/", "/healthz", "/readyz"))
    }
    assert public == PUBLIC_API
