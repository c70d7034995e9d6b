"""Addresses that only lead on to another one: link guards of networks, search results, sign-in pages, page caches.

Known wrappers are told by host and path. An unknown one is followed only where its own address says that it leads on;
a page about another page (a validator, a share dialog) is itself. Nothing is fetched here.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from tracker.domain.types import Channel
from tracker.domain.urls_parts import Address, UrlProblem, begins_with_host, parse_address
from tracker.domain.urls_social import channel_of

MOST_WRAPPERS = 8


class _Wrapper(NamedTuple):
    """A host (with all below it), the beginning of the path, and the parameters that may hold the target."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    names: tuple[str, ...]


def _wrapper(host: str, path: str, *names: str) -> _Wrapper:
    return _Wrapper(re.compile(rf"(?:.+\.)?(?:{host})"), re.compile(path), names)


_KNOWN = (
    _wrapper(r"facebook\.com|messenger\.com|workplace\.com", r"/l\.php$|/flx/warn", "u"),
    _wrapper(r"facebook\.com", r"/login|/checkpoint", "next"),
    _wrapper(r"facebook\.com", r"/plugins/(?:post|video)\.php", "href"),
    _wrapper(r"l\.instagram\.com|l\.threads\.(?:net|com)", r"/", "u"),
    _wrapper(r"google\.[a-z]{2,3}(?:\.[a-z]{2})?", r"/url$", "url", "q"),
    _wrapper(r"googleadservices\.com|doubleclick\.net", r"/", "adurl"),
    _wrapper(r"youtube\.com", r"/redirect$", "q", "url"),
    _wrapper(r"youtube\.com", r"/attribution_link$", "u"),
    _wrapper(r"youtube\.com", r"/oembed$", "url"),
    _wrapper(
        r"(?:accounts|consent)\.(?:youtube|google)\.com|youtube\.com",
        r"/(?:accounts|signin|servicelogin|m$|ml$)",
        "continue",
        "next",
    ),
    _wrapper(r"linkedin\.com", r"/redir/|/safety/|/authwall|/login", "url", "session_redirect", "sessionRedirect"),
    _wrapper(r"t\.me|telegram\.me", r"/iv$", "url"),
    _wrapper(r"vk\.com", r"/away", "to"),
    _wrapper(r"duckduckgo\.com", r"/l/?$", "uddg"),
    _wrapper(r"safelinks\.protection\.outlook\.com", r"/", "url"),
    _wrapper(r"out\.reddit\.com|slack-redir\.net|steamcommunity\.com", r"/(?:linkfilter|link|t3)?", "url", "u"),
)
_LEADING_ON_TEXT = """
url u redirect redirect_to redirect_url redirecturl redirecturi redirect_uri target targeturl dest destination goto
next continue return returnurl return_to return_url to link out murl ued rurl
"""
_LEADING_ON = frozenset(_LEADING_ON_TEXT.split())
_SAYS_SO = re.compile(  # the path names the act of leading on
    r"/(?:wp-)?(?:redir(?:ect(?:or|ion)?)?|out(?:bound|going)?|away|exit|leav(?:e|ing)|goto|go|jump|click(?:s|out)?|track(?:er|ing)?"
    r"|linkout|linkfilter|l|r|log-?in|sign-?in)(?:[-_./]|$)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(r"https?://[^/?#]+\.[^/?#]", re.IGNORECASE)
_CACHE = re.compile(r"/(?:amp/|[a-z]{1,2}/)(s/)?([^/]+\.[^/]+.*)$")
_PUBLISHER = re.compile(r"/(?:amp/)?(www\.[^/]+\.[^/]+/.*)$")
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_CACHES = (".ampproject.org", ".bing-amp.com")
_ARCHIVE = re.compile(r"/web/\d{4,14}[a-z_]{0,4}/(https?:/.+)$")


def unwrap(address: Address) -> Address | UrlProblem:
    """Give the address at the end of all wrappers."""
    for _ in range(MOST_WRAPPERS):
        inner = _inner(address)
        if inner is None:
            return address
        address = inner
    return UrlProblem(code="url.wrapped", message=f"more than {MOST_WRAPPERS} addresses inside one another")


def _inner(address: Address) -> Address | None:
    target = _cached(address) or _archived(address) or _handed_on(address)
    found = parse_address(target) if target else None
    return found if isinstance(found, Address) and found != address else None


def _handed_on(address: Address) -> str:
    for wrapper in _wrappers_of(address.host):
        if wrapper.path.match(address.path.lower()):
            target = next(filter(None, (address.first(name) for name in wrapper.names)), "")
            if _ABSOLUTE.match(target) or begins_with_host(target):
                return target
            if target[:1] == "/":
                return urljoin(f"https://{address.host}/", target)
    return _unknown(address)


@functools.lru_cache(maxsize=4096)
def _wrappers_of(host: str) -> tuple[_Wrapper, ...]:
    """Give the known wrappers of a host; hardly any has one."""
    return tuple(wrapper for wrapper in _KNOWN if wrapper.host.fullmatch(host))


def _unknown(address: Address) -> str:
    """Follow a wrapper nobody told us of: its path says so, or is empty, or it leads to the same host."""
    if channel_of(address.host) is not Channel.WEB:
        return ""
    for name, value in address.query:
        target = unquote(value or "")
        if name.lower() in _LEADING_ON and _ABSOLUTE.match(target):
            found = parse_address(target)
            same = isinstance(found, Address) and found.host == address.host
            if same or address.path == "/" or _SAYS_SO.search(address.path):
                return target
    return ""


def _cached(address: Address) -> str:
    """Read a page cache's path, which holds the address of the page."""
    google = address.path.startswith("/amp/") and _GOOGLE.fullmatch(address.host)
    if not google and not f".{address.host}".endswith(_CACHES):
        return _by_publisher_cache(address)
    found = _CACHE.match(address.path)
    return _rest(address, ("https://" if found[1] else "http://") + found[2]) if found else ""


def _by_publisher_cache(address: Address) -> str:
    if address.host != "bc.marfeel.com":
        return ""
    found = _PUBLISHER.match(address.path)
    return _rest(address, "https://" + found[1]) if found else ""


def _archived(address: Address) -> str:
    found = _ARCHIVE.match(address.path) if address.host == "web.archive.org" else None
    return _rest(address, found[1]) if found else ""


def _rest(address: Address, start: str) -> str:
    query = address.render().partition("?")[2]
    return f"{start}?{query}" if query else start
