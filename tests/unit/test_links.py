from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.links import MAX_URL_CHARS, absolute, relative


@pytest.mark.parametrize(
    ("link", "base", "found"),
    [
        ("https://a.example/x?y=1#z", None, "https://a.example/x?y=1#z"),
        ("\n\t https://a.example/x\n", None, "https://a.example/x"),
        ("/x", "https://a.example/b/c", "https://a.example/x"),
        ("//b.example/x", "http://a.example/", "http://b.example/x"),
        ("?p=1", "https://a.example/b", "https://a.example/b?p=1"),
        ("https://user:secret@a.example/x", None, "https://a.example/x"),
        ("https://a.example/a b", None, "https://a.example/a%20b"),
        ("https://a.example/tin-tức", None, "https://a.example/tin-tức"),
        ("javascript:x()", "https://a.example/", None),
        ("JAVA\nSCRIPT:x()", "https://a.example/", None),
        ("data:text/html,x", "https://a.example/", None),
        ("tel:113", "https://a.example/", None),
        ("ftp://a.example/x", None, None),
        ("x", None, None),
        ("", "https://a.example/", None),
        ("https://[::1", "https://a.example/", None),
        ("https://a.example/" + "x" * MAX_URL_CHARS, None, None),
        ("https://a.example/" + "é" * MAX_URL_CHARS, None, None),
    ],
)
def test_a_link_is_an_absolute_address_of_the_web_or_nothing(link: str, base: str | None, found: str | None) -> None:
    assert absolute(link, base) == found


@given(st.text(max_size=100), st.one_of(st.none(), st.text(max_size=50)))
def test_no_link_raises(link: str, base: str | None) -> None:
    found = absolute(link, base)
    assert found is None or found.lower().startswith(("http://", "https://"))


def test_a_link_without_scheme_may_be_kept_as_written() -> None:
    assert relative(" /x ") == "/x"
    assert relative("javascript:x()") is None
    assert relative("") is None
