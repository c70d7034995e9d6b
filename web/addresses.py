"""Addresses of our own pages: which may stand in `next`, and the query part of links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "/"
LONGEST = 2_000
# One slash, then no second one and no backslash: browsers read `//host` and `/\host` as another site.
_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_NEVER_AFTER_SIGN_IN = ("/sign-in", "/sign-out", "/lang/", "/setup/")


def safe_next(text: str | None) -> str:
    """Give the local address in a `next` parameter; anything that could lead elsewhere is the home page."""
    if not text or len(text) > LONGEST or _LOCAL.fullmatch(text) is None:
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path.startswith(_NEVER_AFTER_SIGN_IN):
        return HOME
    return text


def with_query(path: str, values: Mapping[str, object]) -> str:
    """Give a path with a query of the values that are set."""
    kept = {name: value for name, value in values.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path
