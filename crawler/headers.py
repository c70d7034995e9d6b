"""Header lines as bytes: those we send, and those we take from an answer one to one. Pure; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.coding import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.types import FetchRequest

PRODUCT: Final = "Lantoa"  # by which a robots.txt may call us
MAX_VALIDATOR: Final = 1024
MAX_CONTENT_TYPE: Final = 256


def user_agent(version: str, contact: str) -> str:
    """Name ourselves in the customary form; `contact` is a URL or an address that an outlet can write to."""
    plain = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "(); ")
    return f"Mozilla/5.0 (compatible; {PRODUCT}/{version}; +{plain})"


def request_headers(asked: FetchRequest, *, host: bytes, agent: bytes) -> list[tuple[bytes, bytes]]:
    """Give all that is sent with a GET; validators go back byte for byte as they came."""
    headers = [
        (b"Host", host),
        (b"User-Agent", agent),
        (b"Accept", asked.accept.encode("ascii")),
        (b"Accept-Language", b"vi, en;q=0.5"),
        (b"Accept-Encoding", ACCEPTED.encode("ascii")),
        (b"Connection", b"close"),
    ]
    if asked.etag is not None:
        headers.append((b"If-None-Match", asked.etag.encode("latin-1")))
    if asked.last_modified is not None:
        headers.append((b"If-Modified-Since", asked.last_modified.encode("latin-1")))
    return headers


def verbatim(raw: Iterable[tuple[bytes, bytes]], name: bytes, longest: int) -> str | None:
    """Give a header's bytes one to one as text (ISO-8859-1), so that they can be sent back as they came."""
    value = next((value for key, value in raw if key.lower() == name), b"")
    return value.decode("latin-1") if 0 < len(value) <= longest else None


def location(raw: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Give where a redirect points; sites write Vietnamese into it as UTF-8, which no standard foresees."""
    value = next((value for key, value in raw if key.lower() == b"location"), None)
    if value is None:
        return None
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()
