"""What makes a setting's value good, one function each: the value in its settled form, or ValueError with words.

The words never hold the value, which may be a secret. No setting is read here.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import idna
from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MIN_KEY_LENGTH = 32
SQLITE = ("sqlite", "sqlite+pysqlite")
POSTGRES = "postgresql+psycopg"
POSTGRES_SPELLINGS = ("postgres", "postgresql", POSTGRES)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
USER_PASSWORD = re.compile(r"(://[^/?#@:]*):[^/?#]*@")
QUERY_PASSWORD = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)


def folder(path: Path) -> Path:
    """Make a folder's path absolute, so that no process finds another one after changing directory."""
    whole = path.expanduser().absolute()
    if CONTROL.search(str(whole)) or "?" in str(whole):
        raise ValueError("the path of a folder cannot hold ? or control characters")
    if whole.exists() and not whole.is_dir():
        raise ValueError("this is a file, not a folder")
    return whole


def database_url(text: str) -> str:
    """Take a SQLite file or a PostgreSQL database, always with the driver named."""
    scheme, separator, rest = text.strip().partition("://")
    if separator and scheme in POSTGRES_SPELLINGS:
        return f"{POSTGRES}://{rest}"
    if not separator or scheme not in SQLITE:
        raise ValueError(f"expected sqlite:///FILE or {POSTGRES}://USER@HOST:PORT/NAME")
    if rest in {"", "/"} or rest.startswith("/:memory:") or "mode=memory" in rest:
        raise ValueError("a database in memory is lost between two connections; name a file")
    return f"sqlite://{rest}"


def secret_key(text: str) -> str:
    """Take a key of a length that cannot be guessed."""
    key = text.strip()
    if len(key) < MIN_KEY_LENGTH:
        raise ValueError(f"a key has at least {MIN_KEY_LENGTH} characters")
    return key


def origin(text: str) -> str:
    """Take scheme, host and port only: links and the Origin check are built on it."""
    parts = _web(text)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("expected http(s)://HOST or http(s)://HOST:PORT, without a path")
    return f"{parts.scheme}://{_ascii(parts).lower()}"


def _ascii(parts: SplitResult) -> str:
    """Give host and port as a browser writes them in an Origin: a name with Vietnamese letters in its ASCII form."""
    name, port = parts.hostname or "", parts.port
    if name.isascii():
        return parts.netloc
    try:
        plain = idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("the host is no valid name") from None
    return plain if port is None else f"{plain}:{port}"


def web_address(text: str) -> str:
    """Take an http(s) address, unchanged."""
    _web(text)
    return text.strip()


def _web(text: str) -> SplitResult:
    parts = urlsplit(text.strip())
    _ = parts.port  # reading it raises ValueError where it is none
    if parts.scheme not in {"http", "https"} or not parts.hostname or CONTROL.search(text) or " " in text.strip():
        raise ValueError("expected an address that begins with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("an address holds no user name or password")
    return parts


def zone(value: object) -> ZoneInfo:
    """Find a time zone by its IANA name."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value).strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected the name of a time zone, such as Asia/Ho_Chi_Minh") from None


def comma_list(value: object) -> object:
    """Split a comma list into its words; a list is taken as it is."""
    if isinstance(value, str):
        return tuple(word for word in (part.strip() for part in value.split(",")) if word)
    return value


def networks(words: Iterable[str]) -> tuple[str, ...]:
    """Take addresses and CIDR networks; never everyone, which would let any client name its own address."""
    found = []
    for word in words:
        try:
            network = ipaddress.ip_network(word.strip(), strict=False)
        except ValueError:
            raise ValueError("expected IP addresses or networks in CIDR form, separated by commas") from None
        if network.prefixlen == 0:
            raise ValueError("a proxy is named; a network of every address is none")
        found.append(str(network))
    return tuple(found)


def shown(name: str, value: object, *, hidden: str) -> str:
    """Give a value as people may see it: no key, no password."""
    match value:
        case None if name == "secret_key":
            return "kept in the data folder"
        case None:
            return ""
        case SecretStr():
            return hidden
        case tuple():
            return ",".join(value)
        case _:
            text = USER_PASSWORD.sub(rf"\1:{hidden}@", str(value))
            return QUERY_PASSWORD.sub(rf"\g<1>{hidden}", text)
