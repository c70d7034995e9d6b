"""Cutting a page from rows of which one more was read than the page holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
M = TypeVar("M")


def cut(rows: list[T], limit: int, mark: Callable[[T], M]) -> tuple[list[T], M | None]:
    """Give the rows of the page, and the mark of its last one where more follow."""
    return rows[:limit], mark(rows[limit - 1]) if len(rows) > limit else None
