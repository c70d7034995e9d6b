"""How a route of ours is run: its right judged and its work done in one turn of a worker thread. No routes here."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from typing_extensions import override

from api.http import raw_body

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response

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


def _parameters(function: Callable[..., Any] | None) -> set[str]:
    return set() if function is None else set(inspect.signature(function).parameters)
