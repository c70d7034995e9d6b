from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.encoding import decode

WORDS = "Đảng bộ khối cơ quan tổ chức hội nghị, quyền lợi người dân được bảo đảm"
MARKUP = f"<rss><title>{WORDS}</title></rss>"


def _windows_1258(text: str) -> bytes:
    coded = b""
    for character in text:
        marks = unicodedata.normalize("NFD", character)
        spellings = [character, *(unicodedata.normalize("NFC", marks.replace(m, "")) + m for m in marks[1:])]
        coded += next(c for s in spellings if (c := s.encode("cp1258", "ignore")) and c.decode("cp1258") == s)
    return coded


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("header", ["", "text/xml; charset=iso-8859-1", "text/xml; charset=utf-7"])
def test_unicode_is_known_by_its_bytes_whatever_the_header_says(codec: str, header: str) -> None:
    text, is_doubtful = decode(MARKUP.encode(codec), header)
    assert (text.lstrip("\ufeff"), is_doubtful) == (MARKUP, False)


@pytest.mark.parametrize(
    ("declaration", "header"),
    [(b'<?xml version="1.0" encoding="windows-1258"?>', ""), (b"", "application/xml; charset=Windows-1258")],
)
def test_windows_1258_gives_the_right_letters(declaration: bytes, header: str) -> None:
    text, is_doubtful = decode(declaration + _windows_1258(MARKUP), header)
    assert unicodedata.normalize("NFC", text).endswith(MARKUP)
    assert not is_doubtful


@pytest.mark.parametrize(
    "label", ["zip", "hex", "rot13", "utf-7", "undefined", "idna", "no-such", "raw_unicode_escape"]
)
def test_codecs_that_a_stranger_must_not_choose_are_passed_over(label: str) -> None:
    declared = f'<?xml version="1.0" encoding="{label}"?>'.encode()
    assert decode(declared + MARKUP.encode(), f"text/xml; charset={label}")[0].endswith(MARKUP)
    assert decode(b"+ADw-rss+AD4-", f"text/xml; charset={label}")[0] == "+ADw-rss+AD4-"


def test_a_small_set_is_read_as_the_larger_that_writers_mean() -> None:
    assert decode(b'<?xml encoding="iso-8859-1"?>\x93a\x94')[0].endswith("“a”")
    assert decode(b'<?xml encoding="iso-8859-1"?>\x81\xe9')[0].endswith("\x81é")
    assert decode('<?xml encoding="gb2312"?>镕'.encode("gbk"))[0].endswith("镕")


def test_one_fault_in_utf_8_is_told_but_spoils_nothing_else() -> None:
    text, is_doubtful = decode(MARKUP.encode() + b"\xff")
    assert (text, is_doubtful) == (MARKUP + "\ufffd", True)


def test_undeclared_letters_are_guessed_and_told() -> None:
    russian = "Совет народных депутатов принял решение о развитии школ и больниц района. " * 5
    text, is_doubtful = decode(russian.encode("cp1251"))
    assert (text, is_doubtful) == (russian, True)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_and_no_header_raise(body: bytes, header: str) -> None:
    text, _ = decode(body, header)
    assert isinstance(text, str)
