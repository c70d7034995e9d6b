from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.date_address import find_day

DAY = dt.date(2026, 8, 7)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://bao.example.vn/2026/08/07/tin-moi.html", DAY),
        ("https://bao.example.vn/tin/2026/8/7/", DAY),
        ("https://bao.example.vn/2026-08-07/tin-moi", DAY),
        ("https://bao.example.vn/20260807/tin-moi.html", DAY),
        ("https://bao.example.vn/tin-moi-20260807-1.html", DAY),
        ("https://bao.example.vn/tin-moi-20260807212551027.htm", DAY),  # a moment to the millisecond
        ("https://bao.example.vn/tin-moi-20260807212551.htm", DAY),
        ("https://bao.example.vn/tin-moi-102260807212551027.htm", DAY),  # the same after the site's number
        ("https://bao.example.vn/tin-moi-10026080721255102.htm", DAY),
        ("https://bao.example.vn/tin-moi-188260807231420454.chn?utm_source=x#y", DAY),
        ("https://bao.example.vn/2026/13/07/tin.html", None),
        ("https://bao.example.vn/tin-moi-102269907212551027.htm", None),  # no such month
        ("https://bao.example.vn/tin-moi-102260807992551027.htm", None),  # no such hour
        ("https://bao.example.vn/tin-moi-post1125142.html", None),
        ("https://bao.example.vn/?d=/2026/08/07/", None),
        ("", None),
        (None, None),
    ],
)
def test_the_day_inside_an_address_is_found(url: str | None, day: dt.date | None) -> None:
    assert find_day(url) == day


@given(st.text(alphabet="0123456789/-.ahtm", max_size=60))
def test_no_address_raises(path: str) -> None:
    day = find_day(f"https://bao.example.vn/{path}")
    assert day is None or 2000 <= day.year < 2060
