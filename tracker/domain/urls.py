"""Addresses as the product needs them: one key for one thing however it is spelled, and what kind of thing it is.

`canonical` is an address to keep and show; `key` is only compared. What a key leaves aside (scheme, www, letters of the
title) never tells two objects apart; where that is not certain it stays in. Parts: urls_parts (spelling),
urls_tracking, urls_wrappers, urls_social and urls_facebook (networks), urls_articles (numbers in addresses).
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from tracker.domain.types import Channel
from tracker.domain.urls_articles import find_article_number, looks_like_article
from tracker.domain.urls_facebook import facebook
from tracker.domain.urls_parts import Address, UrlProblem, clean, parse_address, plain_accents, render_query
from tracker.domain.urls_social import Thing, UrlKind, channel_of, domain_of, read_thing
from tracker.domain.urls_tracking import without_tracking
from tracker.domain.urls_wrappers import unwrap

__all__ = [
    "UrlFacts",
    "UrlKind",
    "UrlProblem",
    "absolute",
    "canonical_url",
    "inspect_url",
    "is_private_message",
    "names_a_post",
    "url_key",
]

LONGEST_KEY = 400
_KEY_HEAD = 200
_SIDE_HOSTS = re.compile(r"www\d{0,2}|m|mobile|amp|wap|touch")
_TWINS = re.compile(  # hosts of one network that show the same things
    r"(?:www|m|web|mbasic|touch|mobile|mtouch|free|iphone|d|music|vm|vt|[a-z]{2}-[a-z]{2}|[a-z]{2})$",
)
_MESSAGES = re.compile(  # where networks keep what people write to each other
    r"https?://[^/]*(?:facebook\.com/(?:messages|messenger_media)|instagram\.com/direct|linkedin\.com/messaging"
    r"|(?:x|twitter)\.com/messages|tiktok\.com/messages|chat\.zalo\.me)(?:/|$)",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_END = re.compile(r"(?:/amp(?:\.html?)?|\.amp)$", re.IGNORECASE)
_AMP_ENDING = re.compile(r"\.amp(?=\.html?$)", re.IGNORECASE)
_MANY_HOSTS = frozenset({Channel.ZALO, Channel.VIBER})  # networks that put different things on different hosts
_POSTS = frozenset({UrlKind.POST, UrlKind.VIDEO, UrlKind.PHOTO, UrlKind.SHARE})


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlFacts:
    """What one address says by itself, without being fetched."""

    canonical: str
    key: str
    channel: Channel
    kind: UrlKind
    post_id: str | None


def inspect_url(text: str) -> UrlFacts | UrlProblem:
    """Read an address as typed, pasted or found in a feed."""
    address = parse_address(text)
    if isinstance(address, UrlProblem):
        return address
    address = unwrap(address)
    if isinstance(address, UrlProblem):
        return address
    channel = channel_of(address.host)
    tidy = replace(address, query=without_tracking(address.query), fragment=_route(address.fragment))
    thing = _thing(channel, address)
    return _facts_of(channel, thing, tidy) if thing else _facts_of_page(channel, tidy)


def canonical_url(text: str) -> str | None:
    """Give the address to keep; None where the text is no http(s) address."""
    facts = inspect_url(text)
    return facts.canonical if isinstance(facts, UrlFacts) else None


def url_key(text: str) -> str | None:
    """Give the key under which one thing is known; None where the text is no http(s) address."""
    facts = inspect_url(text)
    return facts.key if isinstance(facts, UrlFacts) else None


def absolute(base: str, href: str) -> str | None:
    """Resolve a link found on a page; None for what leads to no http(s) page (`javascript:`, `tel:`, an empty link)."""
    href = clean(href).replace("\\", "/")
    if not href:
        return None
    try:
        joined = urljoin(base, href)
    except ValueError:
        return None
    address = parse_address(joined) if joined.lower().startswith(("http://", "https://")) else None
    if not isinstance(address, Address):
        return None
    plain = joined.isascii() and not re.search(r"[\s@\"<>\\]", joined)
    return joined if plain else address.render()


def names_a_post(facts: UrlFacts) -> bool:
    """Tell whether the address may stand for one share: a post of a network, or a page of the web.

    Profiles, pages, a group's home and share dialogs name no post.
    """
    return facts.channel is Channel.WEB or facts.kind in _POSTS or facts.kind is UrlKind.ARTICLE


def is_private_message(facts: UrlFacts) -> bool:
    """Tell whether the address leads to somebody's private messages, which nobody else can open."""
    return facts.kind is UrlKind.OTHER and _MESSAGES.match(facts.canonical) is not None


def _thing(channel: Channel, address: Address) -> Thing | None:
    if not _is_twin(address.host) and channel not in _MANY_HOSTS:
        return None
    return facebook(address) if channel is Channel.FACEBOOK else read_thing(channel, address)


def _is_twin(host: str) -> bool:
    """Tell whether a network shows the same things on this host as on its main one."""
    domain = domain_of(host)
    return host == domain or (domain != "" and _TWINS.match(host.removesuffix(f".{domain}")) is not None)


def _facts_of(channel: Channel, thing: Thing, address: Address) -> UrlFacts:
    canonical = thing.canonical or replace(address, scheme="https", port=None, query=()).render()
    key = _bounded(f"{channel}:{thing.identity}")
    return UrlFacts(canonical=canonical, key=key, channel=channel, kind=thing.kind, post_id=thing.post_id)


def _facts_of_page(channel: Channel, address: Address) -> UrlFacts:
    """Read a page by its address alone: on the web perhaps an article, on a network nothing that could be claimed."""
    number = find_article_number(address.path, address.query)
    article = channel is Channel.WEB and (number is not None or looks_like_article(address.path))
    host = _key_host(address.host, address.port)
    if number and number.certain and channel is Channel.WEB:
        key = f"{host}#{number.number}"
    else:
        key = host + _key_path(address)
    return UrlFacts(
        canonical=address.render(),
        key=_bounded(f"web:{key}"),
        channel=channel,
        kind=UrlKind.ARTICLE if article else UrlKind.OTHER,
        post_id=number.number if number and article else None,
    )


@functools.lru_cache(maxsize=4096)
def _key_host(host: str, port: int | None) -> str:
    """Leave aside the labels that only choose the kind of screen, never the last two."""
    if ":" in host:
        return f"[{host}]" + (f":{port}" if port else "")
    labels = (domain_of(host) if _is_twin(host) else host).split(".")
    kept = [label for label in labels[:-2] if not _SIDE_HOSTS.fullmatch(label)] + labels[-2:]
    return ".".join(kept) + ("" if port in {None, 80, 443} else f":{port}")


def _key_path(address: Address) -> str:
    path = re.sub(r"/{2,}", "/", address.path)
    path = _AMP_ENDING.sub("", _AMP_END.sub("", path.rstrip("/"))).removeprefix("/amp/")
    path = _INDEX.sub("", "/" + path.lstrip("/")).rstrip("/")
    query = render_query(
        tuple(sorted(((n, v or None) for n, v in address.query), key=lambda pair: (pair[0], pair[1] or "")))
    )
    text = (
        path + (f"?{query.replace('+', '%20')}" if query else "") + (f"#{address.fragment}" if address.fragment else "")
    )
    return plain_accents(text)


def _route(fragment: str) -> str:
    """Keep a fragment only where a page of one script tells its pages apart by it."""
    bare = fragment.rstrip("/")
    return bare if bare[:2] == "!/" or bare[:1] == "/" or (bare[:1] == "!" and len(bare) > 1) else ""


def _bounded(key: str) -> str:
    """Keep keys short enough for an index; the rest of a long one is told by its hash."""
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[:_KEY_HEAD]}~{hashlib.sha256(key.encode()).hexdigest()}"
