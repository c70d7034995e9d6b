"""Numbers of documents in both systems, issuers that disagree with them, days as documents print them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.directives import Numbering, issuer_differs, parse_code, read_printed_day

PARTY, STATE = Numbering.PARTY, Numbering.STATE


@pytest.mark.parametrize(
    ("text", "numbering", "number", "kind", "issuer"),
    [
        ("67-KH/BTCTU", PARTY, 67, "KH", "BTCTU"),
        ("42-KH/CB", PARTY, 42, "KH", "CB"),
        ("167-HD/ĐU-BTG", PARTY, 167, "HD", "ĐU-BTG"),
        ("12a-TB/HU", PARTY, 12, "TB", "HU"),
        ("91/KH-VKSTC", STATE, 91, "KH", "VKSTC"),
        ("01/CT-VKSTC", STATE, 1, "CT", "VKSTC"),
        ("15/2020/NĐ-CP", STATE, 15, "NĐ", "CP"),
        ("117/2025/QH15", STATE, 117, None, "QH15"),
        ("1234/UBND-VX", STATE, 1234, "CV", "UBND-VX"),
    ],
)
def test_a_code_of_either_system_is_read(
    text: str, numbering: Numbering, number: int, kind: str | None, issuer: str
) -> None:
    """Show 002-25 and 004-70."""
    found = parse_code(text)
    assert (found.code, found.numbering, found.number) == (text, numbering, number)
    assert (found.document_type, found.issuer) == (kind, issuer)


@pytest.mark.parametrize(
    "text", ["03 -ĐA/TU", "03–ĐA/TU", "Số 03-ĐA / TU", "Số: 03-ĐA/TU", "Đề án số 03-ĐA/TU của Tỉnh ủy"]
)
def test_a_code_stands_among_words_and_spaces(text: str) -> None:
    found = parse_code(text)
    assert (found.code, found.number, found.document_type, found.issuer) == ("03-ĐA/TU", 3, "ĐA", "TU")


@pytest.mark.parametrize("text", ["12/02/2025", "2025/KH", "theo lời dặn", "KH/BTCTU", "67-KH", "67", "-/-", ""])
def test_what_follows_neither_system_is_kept_as_typed(text: str) -> None:
    found = parse_code(text)
    assert (found.code, found.numbering, found.number, found.document_type, found.issuer) == (text, *[None] * 4)


@pytest.mark.thorough
@given(st.text(max_size=60))
def test_any_text_is_read_and_what_was_read_is_read_again_alike(text: str) -> None:
    found = parse_code(text)
    assert parse_code(found.code) == found


@pytest.mark.parametrize(
    ("code", "stated"),
    [
        ("TW", "Tỉnh ủy"),
        ("TU", "Ban Bí thư Trung ương Đảng"),
        ("CB", "Đảng ủy Khối"),
        ("TW", "TU"),
        ("BTCHU", "Tỉnh uỷ"),
    ],
)
def test_an_issuer_of_another_level_than_the_code_is_told(code: str, stated: str) -> None:
    assert issuer_differs(code, stated)


@pytest.mark.parametrize(
    ("code", "stated"),
    [
        ("BTGTU", "Ban Tuyên giáo Tỉnh ủy"),
        ("TU", "Thành uỷ Cần Thơ"),
        ("TW", "Bộ Chính trị"),
        ("VKSTC", "Viện kiểm sát nhân dân tối cao"),
        ("CB", "CB"),
        ("TU", "Ban chỉ đạo"),
        ("TW", "ABC"),
        (None, "Tỉnh ủy"),
        ("TW", None),
    ],
)
def test_what_agrees_or_cannot_be_compared_is_not(code: str | None, stated: str | None) -> None:
    assert not issuer_differs(code, stated)


def test_a_printed_day_may_lack_its_zeros() -> None:
    """Show 001-15."""
    assert {read_printed_day(t) for t in ("31/5/2023", "31/05/2023", " 31.5.2023 ", "31-05-2023")} == {
        dt.date(2023, 5, 31)
    }
    assert {read_printed_day(t) for t in ("31/6/2023", "2023-05-31", "5/2023", "x")} == {None}
