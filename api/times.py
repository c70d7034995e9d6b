"""Instants and days as the API prints them."""

from __future__ import annotations

import datetime as dt
from typing import overload


@overload
def instant(at: dt.datetime) -> str: ...
@overload
def instant(at: None) -> None: ...
def instant(at: dt.datetime | None) -> str | None:
    """Give an instant as UTC `YYYY-MM-DDTHH:MM:SSZ`."""
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(on: dt.date | None) -> str | None:
    """Give a local date as `YYYY-MM-DD`."""
    return None if on is None else on.isoformat()
