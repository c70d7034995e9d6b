from __future__ import annotations

import json
from typing import Any

import pytest

from api.http import parse_body
from api.schemas.accounts import SessionIn
from api.schemas.claims import FigureIn
from api.schemas.organisation import MemberIn, UnitIn
from tracker.domain.errors import AppError, Code

MEMBER = {"code": "A", "full_name": "An", "unit_id": 1, "since": "2020-01-01"}


@pytest.mark.parametrize("text", ["\x00", " \u202e ", "\u200b\x07"])
def test_a_text_that_would_be_stored_empty_is_refused(text: str) -> None:
    with pytest.raises(AppError) as refused:
        parse_body(UnitIn, json.dumps({"code": text, "name": "Chi bộ"}).encode())
    assert refused.value.code is Code.BODY_INVALID
    with pytest.raises(AppError):
        parse_body(MemberIn, json.dumps(MEMBER | {"pen_names": ["Hoa", text]}).encode())


@pytest.mark.parametrize("truth", [True, False])
def test_true_is_no_number(truth: bool) -> None:  # noqa: FBT001 - the value tried
    tried: list[tuple[type[Any], dict[str, Any]]] = [
        (MemberIn, MEMBER | {"unit_id": truth}),
        (FigureIn, {"measure": "reach", "value": truth}),
    ]
    for model, body in tried:
        with pytest.raises(AppError):
            parse_body(model, json.dumps(body).encode())


def test_a_password_is_taken_as_typed() -> None:
    body = parse_body(SessionIn, b'{"login": " an ", "password": " mat khau "}')
    assert (body.login, body.password) == ("an", " mat khau ")
