"""Where a request comes from: the peer, or what a configured proxy says of its own peer. Never stored, never logged."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def trusted_networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Read the proxies that may say for whom they ask: addresses and networks."""
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)


def client_address(scope: Scope, trusted: tuple[Network, ...]) -> str:
    """Give the caller's address: the last one in X-Forwarded-For that is no trusted proxy, else the peer's."""
    peer: str = scope["client"][0] if scope.get("client") else ""
    if not trusted or not _is_trusted(peer, trusted):
        return peer
    told = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    for part in reversed(told.decode("latin-1").split(",")):
        address = _bare(part)
        if address is None:
            break
        peer = address
        if not _is_trusted(address, trusted):
            break
    return peer


def _bare(part: str) -> str | None:
    """Read one address of the header, with or without port and brackets; None for what is none."""
    text = part.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped.version == network.version and mapped in network for network in trusted)
