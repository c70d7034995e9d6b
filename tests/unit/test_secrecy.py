"""A secrecy marking stands alone and in capitals; the words within a text are no marking."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.secrecy import is_mark, is_marked

MARKS = (
    "MẬT",
    "TỐI MẬT",
    "TUYỆT MẬT",
    "(TỐI MẬT)",
    "[ MẬT ]",
    "* * * TUYỆT MẬT * * *",
    "  T Ố I   M Ậ T  ",
    "TỐI\u00a0MẬT",
    "MẬT.",
    "TỐI MẬT - Bản số: 02",
    "MẬT (số bản: 05)",
    "Độ mật: Mật",
    "ĐỘ MẬT: TỐI MẬT",
    "Độ mật :tuyệt mật",
    "Mức độ mật: Tối mật",
    "Số: 12-BC/ĐU\tTUYỆT MẬT",
    "MẬT          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "| TỐI MẬT |",
    "tèi mËt",
    "TOÁI MAÄT",
)
NO_MARKS = (
    "",
    "mật",
    "Mật",
    "Bí mật",
    "BÍ MẬT",
    "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "MẬT ONG NGUYÊN CHẤT",
    "Các tài liệu TỐI MẬT, TUYỆT MẬT phải được cất giữ",
    "Độ mật: Không",
    "Độ mật: Thường",
    "Độ mật:",
    "MẬT KHẨU",
    "mật ong",
    "Độ mật: mật ong",
    "HỘI NGHỊ TUYÊN TRUYỀN LUẬT BẢO VỆ BÍ MẬT",
    "TOP",
    "---",
)


@pytest.mark.parametrize("line", MARKS)
def test_a_marking_is_found(line: str) -> None:
    assert is_mark(line)
    assert is_mark(unicodedata.normalize("NFD", line))


@pytest.mark.parametrize("line", NO_MARKS)
def test_what_only_speaks_of_secrets_is_no_marking(line: str) -> None:
    assert not is_mark(line)
    assert not is_mark(unicodedata.normalize("NFD", line))


def test_a_text_is_marked_when_one_of_its_lines_is() -> None:
    text = ["ĐẢNG BỘ TỈNH", "BÁO CÁO\nTỐI MẬT\nvề công tác", "Nội dung"]
    assert is_marked(text)
    assert not is_marked([*text[:1], "BÁO CÁO"])


@given(st.text(max_size=500))
def test_any_line_is_judged(line: str) -> None:
    assert is_mark(line) in {True, False}
