from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.plaintext import cut_at_word, plain_title, tidy


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("  Một\n\t hai\u00a0ba ", "Một hai ba"),
        ("đ&atilde; c&oacute;", "đã có"),
        ("A &amp;amp; B", "A & B"),
        ("&amp;amp;", "&"),
        ("&amp;amp;amp;", "&amp;"),
        ("<b>Lũ</b> rút<br/>nhanh", "Lũ rút nhanh"),
        ("&lt;b&gt;Lũ&lt;/b&gt;", "Lũ"),
        ("Giá <Vàng> 5 < 6 > 4", "Giá <Vàng> 5 < 6 > 4"),
        ("[Video] Lũ", "[Video] Lũ"),
        ("a<script>x()</script>b<!-- c -->d<style>", "abd"),
        ("<!doctype html>a<!-- b > c --><!-- d > e", "a e"),
        ("a&copy=1&b", "a&copy=1&b"),
        ("Ti\u200bn\u00ad \u202emới\u202c", "Tin mới"),
        ("&#0;&#xD800;a&#128;", "��a€"),
    ],
)
def test_a_title_is_plain(written: str, plain: str) -> None:
    assert plain_title(written) == plain


def test_comments_that_never_end_take_no_time() -> None:
    began = time.process_time()
    for _ in range(20):
        plain_title("-->" + "<!--" * 4_000)
    assert time.process_time() - began < 1


@given(st.text(max_size=200))
def test_tidy_text_is_one_composed_line(text: str) -> None:
    plain = tidy(text)
    assert plain == unicodedata.normalize("NFC", plain) == " ".join(plain.split())
    assert tidy(plain) == plain


@given(st.text(max_size=400))
def test_a_title_never_raises_and_never_keeps_an_html_tag(text: str) -> None:
    assert "<script" not in plain_title(f"{text}<script x>").lower()


@pytest.mark.parametrize(("limit", "cut"), [(30, "một hai ba bốn năm"), (12, "một hai ba…"), (3, "mộ…")])
def test_a_cut_falls_between_words(limit: int, cut: str) -> None:
    assert cut_at_word("một hai ba bốn năm", limit) == cut


@given(st.text(max_size=500), st.integers(2, 300))
def test_a_cut_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(cut_at_word(text, limit)) <= limit
