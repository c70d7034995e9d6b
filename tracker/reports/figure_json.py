"""A figure as plain values of a report's document: with its grade and when it was read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.domain.figures import Figure


def figure_json(figure: Figure) -> dict[str, Any]:
    """Give a figure with its grade and when it was read."""
    told: dict[str, Any] = {
        "measure": figure.measure.value,
        "grade": figure.grade.value,
        "value": figure.value,
        "as_of": instant(figure.as_of),
    }
    if figure.at_least is not None or figure.at_most is not None:
        told |= {"at_least": figure.at_least, "at_most": figure.at_most}
    return told | {"hidden": True} if figure.hidden else told


def instant(at: dt.datetime) -> str:
    """Give an instant in UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
