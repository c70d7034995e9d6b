"""Why a declaration is returned or rejected: the short list officers choose from, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web import forms
from web.words import mark, say

if TYPE_CHECKING:
    from web.forms import Fields

REASONS = (
    mark("The link does not open"),
    mark("The link is not the post itself"),
    mark("There is nothing that shows it was posted"),
    mark("The picture cannot be read"),
    mark("The article is another one"),
    mark("The topic does not fit"),
    mark("The date is not right"),
    mark("The figures need a picture or a link"),
    mark("It has been declared before"),
)


def reason_options(language: str) -> list[tuple[str, str]]:
    """Give the list as options of a field: what is chosen is kept in the words it was read in."""
    return [(words, words) for words in (say(reason, language) for reason in REASONS)]


def read_reason(form: Fields) -> str | None:
    """Read the reason of a form: one of the list, words of one's own, or both."""
    parts = (form.text("why"), form.text("reason", most=forms.WORDS_MOST))
    return ". ".join(part for part in parts if part) or None
