"""Passing a link on: the networks' own share dialogs, opened with the link alone. Nothing here posts or writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from tracker.domain.types import Channel
from tracker.domain.urls import UrlFacts, UrlKind, inspect_url

if TYPE_CHECKING:
    from collections.abc import Mapping

# Only parameters that carry the link; a caption of ours has no place (product.md, Bounds of use).
_DIALOGS: Mapping[Channel, str] = {
    Channel.FACEBOOK: "https://www.facebook.com/sharer/sharer.php?u=",
    Channel.TELEGRAM: "https://t.me/share/url?url=",
    Channel.X: "https://twitter.com/intent/tweet?url=",
    Channel.LINKEDIN: "https://www.linkedin.com/sharing/share-offsite/?url=",
    Channel.VIBER: "viber://forward?text=",
}
OFFERED = (
    Channel.FACEBOOK,
    Channel.ZALO,
    Channel.TELEGRAM,
    Channel.X,
    Channel.TIKTOK,
    Channel.THREADS,
    Channel.VIBER,
    Channel.WEB,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_BARE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+/[^\s<>\"']+", re.IGNORECASE)


def dialog_url(channel: Channel, link: str) -> str | None:
    """Give the address that opens a network's share dialog with a link; None where there is none to open."""
    dialog = _DIALOGS.get(channel)
    return None if dialog is None else dialog + quote(link, safe="")


def find_address(*texts: str) -> str:
    """Find the first address in texts that another application handed over; Android puts it into the text."""
    for text in texts:
        found = _ADDRESS.search(text)
        if found is not None:
            return found[0].rstrip(".,;)")
    return ""


def typed_address(text: str) -> str:
    """Give the address in what a person pasted: out of the words around it, with the scheme that phones leave out."""
    if found := find_address(text):
        return found
    return f"https://{text}" if _BARE.fullmatch(text) else text


def is_article(address: str) -> bool:
    """Tell an article's own address from that of a post on a network."""
    facts = inspect_url(address)
    return isinstance(facts, UrlFacts) and facts.channel is Channel.WEB and facts.kind is UrlKind.ARTICLE
