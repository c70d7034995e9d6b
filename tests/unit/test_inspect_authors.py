"""`lantoa inspect authors`: bylines against a roster, all read before answering."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from pathlib import Path

ROSTER = """code,full_name,unit_code,unit_name,since,status,pen_names
DV01,Đỗ Thanh Hương,U1,Viện KSND huyện Hớn Quản,2020-01-01,official,
DV02,Nguyễn Văn Xuyên,U1,Viện KSND huyện Hớn Quản,2020-01-01,official,Lam Giang; Hạ Vy
DV03,Nguyễn Văn Xuyên,U2,Huyện đoàn Chơn Thành,2020-01-01,official,
"""
PRESS = {"outlet": "Báo tỉnh", "outlet_kind": "provincial", "unit_code": None}


@pytest.fixture
def roster(tmp_path: Path) -> str:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return str(path)


def _answers(roster: str, *lines: Any) -> list[dict[str, Any]]:
    stdin = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    run = CliRunner().invoke(inspect, ["authors", "--roster", roster], input=stdin)
    assert run.exit_code == 0, run.output
    assert run.stdout.isascii()
    return [json.loads(line) for line in run.stdout.splitlines()]


def _offered(answer: dict[str, Any]) -> list[str]:
    return [one["member_code"] for one in answer["suggestions"] if one["offered"]]


def test_the_unit_in_the_byline_tells_namesakes_apart(roster: str) -> None:
    byline = "Tin, ảnh: Nguyễn Văn Xuyên (Viện Kiểm sát nhân dân huyện Hớn Quản)"
    (answer,) = _answers(roster, {"id": 7, "byline": byline, **PRESS})
    assert answer["id"] == 7
    assert _offered(answer) == ["DV02"]
    assert answer["suggestions"][0]["score"] > 0.9
    assert answer["suggestions"][0]["reasons"]


def test_the_outlet_of_a_unit_tells_namesakes_apart(roster: str) -> None:
    own = {"outlet": "Trang thông tin", "outlet_kind": "own", "unit_code": "U2"}
    (answer,) = _answers(roster, {"id": "a", "byline": "VĂN XUYÊN", **own})
    assert _offered(answer) == ["DV03"]


def test_any_of_several_pen_names_is_offered(roster: str) -> None:
    answers = _answers(roster, *({"id": name, "byline": name, **PRESS} for name in ("Lam Giang", "Hạ Vy")))
    assert [_offered(answer) for answer in answers] == [["DV02"], ["DV02"]]


def test_what_others_sign_is_counted_before_the_first_answer(roster: str) -> None:
    one = {"byline": "Đỗ Thanh Hương", **PRESS}
    assert _offered(_answers(roster, {"id": 0, **one})[0]) == ["DV01"]
    many = _answers(roster, *({"id": number, **one} for number in range(6)))
    assert [_offered(answer) for answer in many] == [[]] * 6


def test_a_line_that_is_none_gets_its_error_and_the_run_goes_on(roster: str) -> None:
    good = {"id": 1, "byline": "Lam Giang", **PRESS}
    kinds: tuple[Any, ...] = ("blog", [], None)
    wrong = ({"id": 3 + n, "byline": "A B", "outlet_kind": kind} for n, kind in enumerate(kinds))
    answers = _answers(roster, "{", '{"id": 2}', *wrong, good)
    assert [answer.get("error", {}).get("code") for answer in answers] == ["line.unreadable"] * 5 + [None]
    assert [answer["id"] for answer in answers] == [None, 2, 3, 4, 5, 1]


def test_a_roster_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for name in ("empty.csv", "missing.csv"):
        run = CliRunner().invoke(inspect, ["authors", "--roster", str(tmp_path / name)])
        assert isinstance(run.exception, AppError)
        assert run.exception.code is Code.FIELD_INVALID
