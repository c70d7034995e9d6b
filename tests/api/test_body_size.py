from __future__ import annotations

from typing import TYPE_CHECKING

from api.app import BODY_BYTES_MOST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.application import Api


def test_a_body_said_to_be_too_long_is_a_problem(api: Api) -> None:
    answer = api.anyone.post("/sessions", content=b"x" * (BODY_BYTES_MOST + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body.size")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_body_without_a_length_is_cut_off_with_a_problem(api: Api) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES_MOST // 2**20 + 2):
            yield b"x" * 2**20

    answer = api.anyone.post("/sessions", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "body.size")


def test_a_length_that_is_no_number_is_no_fault(api: Api) -> None:
    answer = api.anyone.post("/sessions", content=b"{}", headers={"Content-Length": "+x"})
    assert answer.status_code == 422
