"""Addresses inside documents: absolute http(s) or nothing. Whether one may be fetched, crawler/address.py says."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from tracker.domain import urls

MAX_URL_CHARS = 4096

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\ufeff\ud800-\udfff]+")
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_UNFIT = re.compile(r"[\s@\"<>\\]")  # else letters stay as the source writes them: "/tin-tức" is as good as its escapes
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def absolute(link: str, base: str | None) -> str | None:
    """Give the link as an absolute http(s) address without userinfo, or None; most need only a look."""
    link = _INVISIBLE.sub("", link[: MAX_URL_CHARS + 1]).strip()
    if _PLAIN.fullmatch(link):
        return link if len(link) <= MAX_URL_CHARS else None
    if not link or len(link) > MAX_URL_CHARS:
        return None
    try:
        joined = urljoin(base or "", link)
    except ValueError:
        return None
    checked = urls.absolute("", joined)
    return checked if checked is None or _UNFIT.search(joined) else joined


def relative(link: str) -> str | None:
    """Give a link that names no scheme as it is written, for readers who know its base; None for any other."""
    link = _INVISIBLE.sub("", link[: MAX_URL_CHARS + 1]).strip()
    return link if 0 < len(link) <= MAX_URL_CHARS and not _SCHEME.match(link) else None
