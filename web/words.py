"""What pages say beside their templates: message ids in code, and their words in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.labels import ERRORS, error_words
from tracker.translation import translate

if TYPE_CHECKING:
    from tracker.domain.errors import AppError

__all__ = ["mark", "refusal_words", "say"]


def mark(message: str) -> str:
    """Name a message id that is said later; extraction finds it by this call."""
    return message


def say(message: str, language: str, /, **values: object) -> str:
    """Give a message in a language, with its values put in."""
    words = translate(message, language)
    return words % values if values else words


def refusal_words(error: AppError, language: str) -> str:
    """Give the words of a refusal, with what may be told beside them."""
    words = error_words(error.code, language)
    wait = error.extra.get("retry_after_s")
    if isinstance(wait, int):
        told = say("in %(seconds)s seconds", language, seconds=wait)
        return f"{words} ({told})"
    if language == "en" and error.detail and error.detail != ERRORS[error.code]:
        return f"{words}: {error.detail}"
    return words
