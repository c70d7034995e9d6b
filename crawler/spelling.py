"""Read a URL's scheme, host and port in the one way that no parser disputes; refuse every other spelling. Pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

import idna

if TYPE_CHECKING:
    from crawler.ranges import IPAddress

MAX_URL = 8192
MAX_HOST = 253
MAX_LABEL = 63
MAX_PORT = 65535
DEFAULT_PORTS = {"http": 80, "https": 443}

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]*[a-z0-9_])?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


class Fault(enum.StrEnum):
    """Why a text is not an address that can be judged."""

    SCHEME = "only http and https addresses are fetched"
    FORM = "the address is not well formed"
    USERINFO = "an address with a user name in it is not fetched"
    PORT = "the port is not a number from 1 to 65535"
    NAME = "the name is not a valid host name"
    NUMBER = "an internet address in an unusual spelling is not fetched"
    LENGTH = "the address is too long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a connection would go; `ip` is None for a name, `host` lower-case ASCII without brackets."""

    scheme: str
    host: str
    port: int
    ip: IPAddress | None

    @property
    def name(self) -> str:
        """Give the host without the final dot of an absolute name."""
        return self.host.removesuffix(".")


def read_url(url: str) -> Target | Fault:
    """Read where a URL leads.

    RFC 3986 and the WHATWG standard part ways at backslashes, control characters, userinfo and numbers as hosts; a text
    in which they could differ is a `Fault`, so that what was judged is what is dialled.
    """
    if len(url) > MAX_URL:
        return Fault.LENGTH
    scheme = _SCHEME.match(url)
    if scheme is None:
        return Fault.FORM
    if (word := scheme[0][:-1].lower()) not in DEFAULT_PORTS:
        return Fault.SCHEME
    rest = url[scheme.end() :]
    if _FORBIDDEN.search(url.partition("?")[0]) or _FORBIDDEN.search(url.replace("\\", "")) or rest[:2] != "//":
        return Fault.FORM
    return _read_authority(word, re.split(r"[/?#]", rest[2:], maxsplit=1)[0])


def _read_authority(scheme: str, authority: str) -> Target | Fault:
    if "@" in authority:
        return Fault.USERINFO
    host, colon, digits = _split_port(authority)
    port = _read_port(digits) if colon and digits else DEFAULT_PORTS[scheme]
    if port is None:
        return Fault.PORT
    return _read_host(scheme, host, port)


def _split_port(authority: str) -> tuple[str, str, str]:
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        if not rest.startswith(":") and rest:
            return authority, "", ""
        return host + bracket, rest[:1], rest[1:]
    return authority.partition(":")


def _read_port(digits: str) -> int | None:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_PORT))):
        return None
    return int(digits) if 0 < int(digits) <= MAX_PORT else None


def _read_host(scheme: str, host: str, port: int) -> Target | Fault:
    if host.startswith("["):
        ip = _read_ipv6(host)
        return Fault.NUMBER if ip is None else Target(scheme=scheme, host=host[1:-1].lower(), port=port, ip=ip)
    name = read_name(host)
    if isinstance(name, Fault):
        return name
    if not ends_in_number(name):
        return Target(scheme=scheme, host=name, port=port, ip=None)
    ip4 = read_ipv4(name)
    return Fault.NUMBER if ip4 is None else Target(scheme=scheme, host=name, port=port, ip=ip4)


def _read_ipv6(host: str) -> IPv6Address | None:
    """Read `[…]`; a zone (`%25lo`) names an interface of ours and is never taken."""
    if not host.endswith("]") or "%" in host:
        return None
    try:
        return IPv6Address(host[1:-1])
    except AddressValueError:
        return None


def read_ipv4(host: str) -> IPv4Address | None:
    """Read four plain decimal numbers; octal, hexadecimal, short and dotted-at-the-end forms are None."""
    try:
        return IPv4Address(host)
    except AddressValueError:
        return None


def ends_in_number(name: str) -> bool:
    """Tell whether the WHATWG standard would read a name as an IPv4 address (§3.5, ends-in-a-number checker)."""
    return _NUMBER.fullmatch(name.removesuffix(".").rpartition(".")[2]) is not None


def read_name(host: str) -> str | Fault:
    """Give the ASCII form of a host name, as the connection will make it; a fault where it has none or two."""
    ascii_name = host.lower() if host.isascii() else _encode_idna(host)
    if ascii_name is None:
        return Fault.NUMBER if ends_in_number(unicodedata.normalize("NFKC", host[:MAX_HOST])) else Fault.NAME
    labels = ascii_name.removesuffix(".").split(".")
    if len(ascii_name) > MAX_HOST or not all(_LABEL.fullmatch(p) and len(p) <= MAX_LABEL for p in labels):
        return Fault.NAME
    if any(p.startswith("xn--") and not _is_alabel(p) for p in labels):
        return Fault.NAME
    return ascii_name


def _encode_idna(host: str) -> str | None:
    if len(host) > MAX_HOST:
        return None
    try:
        plain = idna.encode(host.lower())
        mapped = idna.encode(host, uts46=True)
    except (idna.IDNAError, UnicodeError):
        return None
    return plain.decode("ascii") if plain == mapped else None


def _is_alabel(label: str) -> bool:
    try:
        return idna.alabel(idna.ulabel(label)) == label.encode("ascii")
    except (idna.IDNAError, UnicodeError):
        return False
