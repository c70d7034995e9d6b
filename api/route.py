"""How a route of ours is found and run: among few, and in one turn of a worker thread. No routes here."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match
from typing_extensions import override

from api.http import raw_body

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response
    from starlette.types import Scope

_JUDGED = {"request", "raw"}  # what `needs` judges a call by


class Route(APIRoute):
    """A route whose function takes its call, by the right it needs, and the parts of its path.

    The framework would give the right and the work a turn of a thread each, and work out at every request what is known
    from the start: a tenth of the time of a list. A route that takes anything else, such as a form, is left to it.
    """

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give what answers a request."""
        judges: dict[str, Any] = {
            str(one.name): one.call for one in self.dependant.dependencies if _parameters(one.call) == _JUDGED
        }
        is_plain = _parameters(self.endpoint) == {*judges, *self.param_convertors}
        if not is_plain or inspect.iscoroutinefunction(self.endpoint):
            return super().get_route_handler()

        def work(request: Request, raw: bytes) -> Response:
            taken = {name: judge(request, raw) for name, judge in judges.items()}
            made: Response = self.endpoint(**taken, **request.path_params)
            return made

        async def answer(request: Request) -> Response:
            return await run_in_threadpool(work, request, await raw_body(request))

        return answer


class Section(APIRouter):
    """A router that is asked only about paths that begin as one of its own.

    The framework asks each of hundreds of routes in turn, twice: half a millisecond for the last.
    """

    def __init__(self, router: APIRouter, *, prefix: str = "") -> None:
        """Take a router that will be included under a prefix."""
        super().__init__()
        self.include_router(router)
        paths = (getattr(route, "path", "") for route in router.routes)  # '' begins every path
        self.beginnings = tuple({prefix + path.partition("{")[0] for path in paths})

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a route of this router answers a request."""
        return super().matches(scope) if scope["path"].startswith(self.beginnings) else (Match.NONE, {})


def _parameters(function: Callable[..., Any] | None) -> set[str]:
    return set() if function is None else set(inspect.signature(function).parameters)
