"""Numbers: reading printed Vietnamese figures and printing them back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.numbers import (
    NumberFlag,
    ParsedNumber,
    Qualifier,
    format_amount,
    format_int,
    format_percent,
    format_prose_count,
    parse_number,
)


@pytest.mark.parametrize(
    ("text", "value", "qualifier"),
    [
        ("99", 99, None),
        ("0", 0, None),
        ("2.261", 2261, None),
        ("3.945 đảng viên", 3945, None),
        ("5000", 5000, None),
        ("5 ngàn", 5000, None),
        ("1,2K", 1200, None),
        ("1,6 Tr", 1_600_000, None),
        ("gần 1,6 triệu", 1_600_000, "<"),
        ("Gần\u00a01,6\u00a0triệu lượt", 1_600_000, "<"),
        ("hơn 2,1 tỷ đồng", 2_100_000_000, ">"),
        ("Trên 196", 196, ">"),
        ("trên dưới 300", 300, "~"),
        ("khoảng 40", 40, "~"),
        ("~40", 40, "~"),
        ("ít nhất 01", 1, ">="),
        (">= 7", 7, ">="),
        ("đúng 12", 12, "="),
        ("5 tỷ 200 triệu", 5_200_000_000, None),
        ("1 tỷ 2 triệu 3 nghìn", 1_002_003_000, None),
        ("5 tỷ 3", 5_000_000_000, None),
        ("5 triệu", 5_000_000, None),
        ("1 600 000", 1_600_000, None),
        ("1\u202f600\u202f000,0", 1_600_000, None),
        ("lượt xem:203", 203, None),
        ("12 12345", 12, None),
        ("nhóm 35 trên", 35, None),
        ("lan 4", 4, None),
        ("12.06.2024", 12, None),
    ],
)
def test_printed_figures_are_read(text: str, value: int, qualifier: str | None) -> None:
    read = parse_number(text)
    assert (read.value, read.qualifier, read.flags) == (value, qualifier, ())


@pytest.mark.parametrize(
    ("text", "value", "flags"),
    [
        ("18,887", 18887, {NumberFlag.ENGLISH_GROUPING}),
        ("10,232,037", 10_232_037, {NumberFlag.ENGLISH_GROUPING}),
        ("1,234.5", 1235, {NumberFlag.ENGLISH_GROUPING, NumberFlag.ROUNDED}),
        ("90%", 90, {NumberFlag.PERCENT}),
        ("89,9 %", 90, {NumberFlag.PERCENT, NumberFlag.ROUNDED}),
    ],
)
def test_doubts_are_flagged(text: str, value: int, flags: set[NumberFlag]) -> None:
    read = parse_number(text)
    assert (read.value, set(read.flags)) == (value, flags)


@pytest.mark.parametrize(
    ("text", "exact"), [("1.234,5", "1234.5"), ("1.5", "1.5"), ("0,125", "0.125"), ("0.125", "0.125")]
)
def test_a_fraction_keeps_its_exact_value(text: str, exact: str) -> None:
    assert parse_number(text).exact == Decimal(exact)


@pytest.mark.parametrize("text", ["abc", "", "9" * 41, "³"])
def test_no_figure_is_said_so(text: str) -> None:
    assert parse_number(text) == ParsedNumber(value=None, flags=(NumberFlag.NO_NUMBER,))


def test_a_negative_figure_is_refused_and_a_range_read_from_its_start() -> None:
    assert parse_number("-5").flags == (NumberFlag.NEGATIVE,)
    assert parse_number("−5").value is None
    assert parse_number("3-5").value == 3
    assert parse_number("hơn 1 tỷ " + "9" * 41).value == 1_000_000_000


@given(st.integers(0, 10**12))
def test_what_is_printed_reads_back(number: int) -> None:
    assert parse_number(format_int(number)).value == number
    assert parse_number(format_amount(number)).value == number


@given(st.text())
def test_any_text_gives_a_whole_number_or_none(text: str) -> None:
    value = parse_number(text).value
    assert value is None or value >= 0


def test_figures_are_printed_in_the_vietnamese_way() -> None:
    assert (format_int(3945), format_int(1_600_000), format_int(79)) == ("3.945", "1.600.000", "79")
    assert (format_prose_count(0), format_prose_count(1), format_prose_count(9)) == ("0", "01", "09")
    assert (format_prose_count(10), format_prose_count(3945)) == ("10", "3.945")


def test_percentages_have_one_decimal_and_round_halves_up() -> None:
    assert (format_percent(71, 79), format_percent(9, 10), format_percent(27, 30)) == ("89,9%", "90,0%", "90,0%")
    assert (format_percent(1, 2000), format_percent(1, 2001), format_percent(0, 5)) == ("0,1%", "0,0%", "0,0%")
    assert (format_percent(9, 12), format_percent(30, 10), format_percent(0, 0)) == ("75,0%", "300,0%", "–")


def test_amounts_are_printed_with_their_bounding_word() -> None:
    assert format_amount(2_100_000_000, Qualifier.MORE) == "hơn 2,1 tỷ"
    assert format_amount(1_600_000, Qualifier.LESS) == "gần 1,6 triệu"
    assert format_amount(5_000_000_000) == "5 tỷ"
    assert format_amount(1_650_000, Qualifier.ABOUT) == "khoảng 1.650.000"
    assert format_amount(0, Qualifier.EXACTLY) == "0"
