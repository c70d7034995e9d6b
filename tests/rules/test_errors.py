"""Every refusal has a stable code, an HTTP status and words in both languages."""

from __future__ import annotations

import re

import pytest

from api.problems import STATUS
from tracker.domain.errors import Code
from tracker.labels import error_words


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_status(code: Code) -> None:
    assert 400 <= STATUS[code] < 600


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_words_in_both_languages(code: Code) -> None:
    vietnamese, english = error_words(code, "vi"), error_words(code, "en")
    assert vietnamese.strip()
    assert english.strip()
    assert vietnamese != english
    assert str(code) not in {vietnamese, english}


@pytest.mark.parametrize("code", list(Code))
def test_a_code_is_a_thing_and_what_is_wrong_with_it(code: Code) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", code)


def test_no_status_is_kept_for_a_code_that_is_gone() -> None:
    assert set(STATUS) == set(Code)
