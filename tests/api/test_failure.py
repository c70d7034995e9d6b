from __future__ import annotations

import asyncio
from typing import Any

from api.app import create_app
from tests.application import Caller, make_deps
from tests.make import NOW


class BrokenDatabase:
    def __getattr__(self, name: str) -> object:
        msg = "words that nobody outside may read"
        raise RuntimeError(msg)


def test_a_bug_is_a_problem_with_a_number_behind_the_security_headers() -> None:
    broken: Any = BrokenDatabase()
    app = create_app(make_deps(broken, lambda: NOW))
    with asyncio.Runner() as runner:
        answer = Caller(app, runner.get_loop(), {"Authorization": "Bearer x"}).get("/me")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.json()["incident"]
    assert "nobody outside" not in answer.text
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"):
        assert name in answer.headers
