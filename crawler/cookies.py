"""Cookies that a site gave the crawler: read, matched, bounded. Host-only: no host is ever shown another's.

Stricter than browsers on purpose. A cookie goes back to the very `host:port` that set it and to no other, whatever its
Domain says; so no list of public suffixes (`com.vn`, `gov.vn`) is needed, and no host can plant a cookie for its
neighbours. A Domain that does not name the host itself voids the cookie. Values are never logged. No network, no store.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from crawler.answer import http_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COOKIES_MOST: Final = 20  # of one host
COOKIE_CHARS_MOST: Final = 2048
SHOWN_CHARS_MOST: Final = 6144  # of the Cookie header
LINES_MOST: Final = 50  # Set-Cookie lines of one answer
LIFE_MOST: Final = dt.timedelta(days=30)  # also of a cookie without an end: a session of PHP must outlive a poll

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}", re.ASCII)
_VALUE = re.compile(r'"?[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"?', re.ASCII)
_SECONDS = re.compile(r"-?\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a cookie comes from or is to go: one host and port, a path, and whether the way there is encrypted."""

    host: str
    path: str
    secure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie; `until` has always an end."""

    name: str
    value: str
    path: str
    secure: bool
    until: dt.datetime

    @classmethod
    def revive(cls, fields: Mapping[str, Any]) -> Self:
        """Make it of what `freeze` gave."""
        return cls(
            name=str(fields["name"]),
            value=str(fields["value"]),
            path=str(fields["path"]),
            secure=bool(fields["secure"]),
            until=dt.datetime.fromisoformat(fields["until"]),
        )

    def freeze(self) -> dict[str, Any]:
        """Give it as plain data, to be kept."""
        return {
            "name": self.name,
            "value": self.value,
            "path": self.path,
            "secure": self.secure,
            "until": self.until.isoformat(),
        }

    def suits(self, place: Place, now: dt.datetime) -> bool:
        """Tell whether it goes with a request."""
        return now < self.until and (place.secure or not self.secure) and _covers(self.path, place.path)


@dataclass(slots=True)
class Jar:
    """The cookies of one `host:port`, the latest set last."""

    cookies: list[Cookie] = field(default_factory=list)
    is_changed: bool = False

    def take(self, lines: Iterable[str], place: Place, now: dt.datetime) -> None:
        """Take what an answer sets; what cannot be read, is too large or is meant for elsewhere is left."""
        for line in list(lines)[:LINES_MOST]:
            cookie = read_cookie(line, place, now)
            if cookie is not None:
                self._put(cookie, now)

    def header(self, place: Place, now: dt.datetime) -> bytes | None:
        """Give the Cookie header for a request, the longest path first; None where nothing goes with it."""
        suited = sorted((c for c in self.cookies if c.suits(place, now)), key=lambda c: -len(c.path))
        shown = ""
        for cookie in suited:
            more = f"{'; ' if shown else ''}{cookie.name}={cookie.value}"
            if len(shown) + len(more) <= SHOWN_CHARS_MOST:
                shown += more
        return shown.encode("ascii") or None

    def _put(self, cookie: Cookie, now: dt.datetime) -> None:
        same = [c for c in self.cookies if (c.name, c.path) == (cookie.name, cookie.path)]
        is_known = [replace(c, until=cookie.until) for c in same] == [cookie]
        if is_known and now < cookie.until < same[0].until + _RENEWED:
            return  # the same again, and long enough to live: nothing worth writing down
        rest = [c for c in self.cookies if c not in same and now < c.until]
        self.cookies = ([*rest, cookie] if now < cookie.until else rest)[-COOKIES_MOST:]
        self.is_changed = True


_RENEWED: Final = dt.timedelta(days=1)


def read_cookie(line: str, place: Place, now: dt.datetime) -> Cookie | None:
    """Read one Set-Cookie line (RFC 6265 §5.2, without its tolerance for odd characters)."""
    pair, _, rest = line.partition(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or len(pair) > COOKIE_CHARS_MOST or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        return None
    attributes = _attributes(rest[:COOKIE_CHARS_MOST])
    secure = "secure" in attributes
    if (secure and not place.secure) or not _is_ours(attributes.get("domain", ""), place.host):
        return None
    if name.startswith("__") and not _keeps_promise(name, secure=secure):
        return None
    path = attributes.get("path", "")
    return Cookie(
        name=name,
        value=value,
        path=path if path.startswith("/") else _folder(place.path),
        secure=secure,
        until=_until(attributes, now),
    )


def _attributes(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _is_ours(domain: str, host: str) -> bool:
    """Tell whether a Domain names the host itself or a domain above it; in both cases only the host gets it back."""
    named = domain.lstrip(".").lower()
    return not named or host == named or host.endswith(f".{named}")


def _keeps_promise(name: str, *, secure: bool) -> bool:
    """Heed the prefixes by which a site says that a cookie came encrypted."""
    return secure or not name.lower().startswith(("__secure-", "__host-"))


def _until(attributes: Mapping[str, str], now: dt.datetime) -> dt.datetime:
    """Give a cookie's end; Max-Age goes before Expires, and nothing lives longer than `LIFE_MOST`."""
    most = now + LIFE_MOST
    seconds = attributes.get("max-age", "")
    if _SECONDS.fullmatch(seconds):
        return min(most, now + dt.timedelta(seconds=min(max(int(seconds), 0), LIFE_MOST.total_seconds())))
    ends_at = http_date(attributes["expires"].replace("-", " ")) if "expires" in attributes else None
    return most if ends_at is None else min(most, ends_at)


def _folder(path: str) -> str:
    """Give the path that a cookie without one belongs to."""
    folder = path.rpartition("/")[0]
    return folder if folder.startswith("/") else "/"


def _covers(cookie_path: str, path: str) -> bool:
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def revive_all(frozen: Sequence[Mapping[str, Any]]) -> Jar:
    """Make a jar of what was kept."""
    return Jar([Cookie.revive(fields) for fields in frozen])
