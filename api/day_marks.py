"""The marks of lists that are ordered by a day, and by id within it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from api.http import PageRequest


def after_day(page: PageRequest) -> tuple[dt.date, int] | None:
    """Read the mark after which a page of a list by day begins."""
    match page.after:
        case None:
            return None
        case (str(text), int(identity)):
            try:
                return dt.date.fromisoformat(text), identity
            except ValueError as error:
                raise AppError(Code.CURSOR_INVALID) from error
        case _:
            raise AppError(Code.CURSOR_INVALID)


def mark_day(more: tuple[dt.date, int] | None) -> tuple[str, int] | None:
    """Give the mark of the last row of a page by day."""
    return None if more is None else (more[0].isoformat(), more[1])
