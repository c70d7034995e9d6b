"""How routes are run and what they answer: one turn of a thread, and JSON as the framework writes it."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st

from api import routes
from api.http import Json, Public, no_content
from api.route import Route, Section
from tests.application import make_deps
from tests.make import NOW

if TYPE_CHECKING:
    import datetime as dt

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(VALUES)
def test_an_answer_is_written_as_the_framework_writes_it(value: Any) -> None:
    framework = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    assert Json({"items": [value]}).body == b'{"items":[' + framework + b"]}"


def test_a_right_is_judged_in_the_turn_that_does_the_work() -> None:
    turns: list[int] = []
    router = APIRouter(route_class=Route)

    def clock() -> dt.datetime:
        turns.append(threading.get_ident())
        return NOW

    @router.post("/things/{thing}")
    def work(call: Public, thing: str) -> Response:
        turns.append(threading.get_ident())
        assert (call.raw, thing) == (b"body", "a b")
        return no_content()

    app = FastAPI()
    app.state.deps = make_deps(None, clock)
    app.include_router(router, prefix="/api")
    assert asyncio.run(_send(app, "POST", "/api/things/a b", b"body")) == 204
    assert len(set(turns)) == 1
    assert threading.get_ident() not in turns


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/units", 200),
        ("GET", "/api/units/7", 200),
        ("DELETE", "/api/units/7", 405),
        ("GET", "/api/unit", 404),
        ("GET", "/units", 404),
        ("GET", "/anything", 200),
    ],
)
def test_a_section_answers_what_its_router_answers(method: str, path: str, status: int) -> None:
    units, others = APIRouter(), APIRouter()
    units.add_api_route("/units", _nothing)
    units.add_api_route("/units/{unit_id}", _nothing)
    others.add_api_route("/anything", _nothing)
    app = FastAPI()
    app.include_router(Section(units, prefix="/api"), prefix="/api")
    app.include_router(Section(others))
    assert asyncio.run(_send(app, method, path)) == status


def _nothing() -> Response:
    return Response()


async def _send(app: FastAPI, method: str, path: str, body: bytes = b"") -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return (await client.request(method, path, content=body)).status_code


def test_every_route_of_the_api_that_takes_a_call_is_run_so() -> None:
    taking = [
        route
        for router, prefixed in routes.ROUTERS
        for route in router.routes
        if prefixed and isinstance(route, APIRoute) and "call" in inspect.signature(route.endpoint).parameters
    ]
    assert [route.path for route in taking if not isinstance(route, Route)] == []
    assert len(taking) > 100
