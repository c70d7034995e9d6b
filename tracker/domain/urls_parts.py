"""An http(s) address taken apart the way a browser does it, and put together again in one spelling.

Reading only: what an address means (tracking, wrappers, networks, articles) stands in the modules beside this one.
Every step is linear in the length of the text, which is bounded.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import unicodedata
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

LONGEST_URL = 8192
LONGEST_HOST = 253
LONGEST_LABEL = 63
HIGHEST_PORT = 65_535
DEFAULT_PORTS = {"http": 80, "https": 443}
_HTTPS = "https"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_PADDING = " \u00a0\u200b\u200c\u200d\u2060\ufeff\u3000"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST_PORT = re.compile(r"(?:localhost|[\w-]+(?:\.[\w-]+)+):\d{1,5}(?:[/?#\\]|$)", re.IGNORECASE)
_BARE_HOST = re.compile(r"[^\s/?#\\@:]+\.[^\W\d_][^\s/?#\\@:.]+(?::\d{0,5})?(?:[/?#\\]|$)")
_AUTHORITY = re.compile(r"[^/\\?#]*")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}

_UNRESERVED = r"A-Za-z0-9._~\-"
_PATH_PART = re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}!$&'*+,;=:@/]")
_QUERY_PART = re.compile(rf"%[0-9A-Fa-f]{{2}}|[^{_UNRESERVED}!$'*+,;=:@/?]")
_PLAIN_IN_PATH = frozenset("!$&'*+,;=:@-._~")
_PLAIN_IN_QUERY = frozenset("!$'*,;:@/?-._~")
_ACCENTED = re.compile(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlProblem:
    """Why a text is no http(s) address: a short code and one English line."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One spelling of one address: host in ASCII small letters, path with dots resolved, query in pairs.

    `path` and `query` hold percent-escapes only where they mean something; `port` is None where it is the scheme's own.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str | None], ...] = ()
    fragment: str = ""

    @property
    def segments(self) -> list[str]:
        """The path's parts, decoded, without empty ones."""
        return [unquote(part) for part in self.path.split("/") if part]

    def first(self, name: str) -> str:
        """The first value under a name, decoded; '' where there is none."""
        return next((unquote(value or "") for key, value in self.query if key == name), "")

    def keeping(self, *names: str) -> Address:
        """The same address with only these parameters, each once, and without a fragment."""
        kept = [next((pair for pair in self.query if pair[0] == name and pair[1]), None) for name in names]
        return replace(self, query=tuple(pair for pair in kept if pair), fragment="")

    def render(self) -> str:
        """Write it out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        query = f"?{render_query(self.query)}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{host}{port}{self.path}{query}{fragment}"


def render_query(query: tuple[tuple[str, str | None], ...]) -> str:
    """Write parameters out; one without a value stays without."""
    return "&".join(name if value is None else f"{name}={value}" for name, value in query)


def parse_address(text: str) -> Address | UrlProblem:
    """Read an address as a browser's address bar would; a missing scheme is taken for https."""
    text = clean(text)
    if len(text) > LONGEST_URL:
        return UrlProblem(code="url.too_long", message=f"longer than {LONGEST_URL} characters")
    scheme, rest = _split_scheme(text)
    if not scheme:
        return UrlProblem(code="url.scheme", message="not an http or https address")
    authority = _AUTHORITY.match(rest)
    end = authority.end() if authority else 0
    place = _host_and_port(rest[:end], scheme)
    if isinstance(place, UrlProblem):
        return place
    host, port = place
    before, _, fragment = rest[end:].partition("#")
    path, _, query = before.partition("?")
    return Address(
        scheme=scheme,
        host=host,
        port=port,
        path=_path(path),
        query=_query(query),
        fragment=_tidy(fragment, _QUERY_PART, _PLAIN_IN_QUERY),
    )


def clean(text: str) -> str:
    """Take away what pasting brings: control characters, blanks around, a closing bracket that was never opened."""
    text = text[: 2 * LONGEST_URL]
    if not text.isprintable():  # controls and surrogates are not
        text = _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))
    text = text.strip(_PADDING)
    if text[-1:] not in _BRACKETS:
        return text
    if text[:1] == "<" and text[-1:] == ">":
        text = text[1:-1]
    open_count = {closing: text.count(closing) - text.count(opening) for closing, opening in _BRACKETS.items()}
    while open_count.get(text[-1:], 0) > 0:
        open_count[text[-1]] -= 1
        text = text[:-1]
    return text.strip(_PADDING)


def begins_with_host(text: str) -> bool:
    """Tell whether a text without a scheme begins like `example.org/…`."""
    return _BARE_HOST.match(text) is not None


def plain_accents(text: str) -> str:
    """Write accented letters composed (NFC), whichever way the escapes spell them."""
    return _ACCENTED.sub(_composed, text)


def _composed(match: re.Match[str]) -> str:
    try:
        return quote(unicodedata.normalize("NFC", unquote(match[0], errors="strict")))
    except UnicodeDecodeError:  # an escape of another charset: its bytes are its spelling
        return match[0]


def _split_scheme(text: str) -> tuple[str, str]:
    """Give the scheme ('' where it is none of ours) and what follows its slashes."""
    found = _SCHEME.match(text)
    if found and found[1].lower() in DEFAULT_PORTS:
        return found[1].lower(), text[found.end() :].lstrip("/\\")
    if text[:2] in {"//", "\\\\", "/\\", "\\/"}:
        return _HTTPS, text.lstrip("/\\")
    if _HOST_PORT.match(text) or (not found and begins_with_host(text)):
        return _HTTPS, text
    return "", ""


def _host_and_port(authority: str, scheme: str) -> tuple[str, int | None] | UrlProblem:
    """Read `user:password@host:port`; who the user is, is dropped."""
    place = authority.rpartition("@")[2]
    if place.startswith("["):
        host, closed, port = place[1:].partition("]")
        if not closed or (port and not port.startswith(":")):
            return UrlProblem(code="url.host", message="not a host name")
        return _with_port(_ipv6(host), port[1:], scheme)
    host, _, port = place.partition(":")
    return _with_port(host_name(host), port, scheme)


def _with_port(host: str, port: str, scheme: str) -> tuple[str, int | None] | UrlProblem:
    if not host:
        return UrlProblem(code="url.host", message="not a host name")
    if not port:
        return host, None
    if not (port.isascii() and port.isdigit() and len(port) < LONGEST_LABEL and int(port) <= HIGHEST_PORT):
        return UrlProblem(code="url.port", message="not a port")
    return host, None if int(port) == DEFAULT_PORTS[scheme] else int(port)


def _ipv6(text: str) -> str:
    try:
        return ipaddress.IPv6Address(text).compressed if "%" not in text else ""
    except ValueError:
        return ""


def host_name(text: str) -> str:
    """Give a host name in ASCII and small letters; '' where it is none."""
    return _short_name(text) if len(text) <= LONGEST_HOST else ""


@functools.lru_cache(maxsize=4096)
def _short_name(text: str) -> str:
    """Give the name of a text that is no longer than a name may be."""
    name = _DOTS.sub(".", unquote(text)).lower().removesuffix(".")
    labels = [_label(label) for label in name.split(".")]
    name = ".".join(labels)
    return name if all(labels) and len(name) <= LONGEST_HOST and _HOST.fullmatch(name) else ""


def _label(label: str) -> str:
    if label.isascii() or len(label) > LONGEST_LABEL:  # the codec is slow on what cannot be a label anyway
        return label if len(label) <= LONGEST_LABEL else ""
    try:
        return label.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _path(raw: str) -> str:
    """Resolve dots; a backslash is a slash, as browsers have it."""
    parts: list[str] = []
    pieces = _tidy(raw.replace("\\", "/"), _PATH_PART, _PLAIN_IN_PATH).split("/")[1:] or [""]
    for piece in pieces:
        if piece == "..":
            del parts[-1:]
        elif piece != ".":
            parts.append(piece)
    if pieces[-1] in {".", ".."}:
        parts.append("")
    return "/" + "/".join(parts)


def _query(raw: str) -> tuple[tuple[str, str | None], ...]:
    """Split into pairs; `&amp;` is what copying from a page's source leaves of `&`."""
    pairs = []
    for part in raw.replace("&amp;", "&").split("&"):
        name, equals, value = part.partition("=")
        if part:
            pairs.append((_tidy_query(name), _tidy_query(value) if equals else None))
    return tuple(pairs)


def _tidy_query(text: str) -> str:
    return _tidy(text, _QUERY_PART, _PLAIN_IN_QUERY)


def _tidy(text: str, pattern: re.Pattern[str], plain: frozenset[str]) -> str:
    """Escape what must be, and only that; escapes that stay are in capitals."""

    def one(match: re.Match[str]) -> str:
        piece = match[0]
        if len(piece) == 1:
            return quote(piece, safe="")
        char = chr(int(piece[1:], 16))
        return char if char in plain or (char.isascii() and char.isalnum()) else piece.upper()

    return pattern.sub(one, text)
