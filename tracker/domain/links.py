"""Tracked links: one for a member, an article and a channel; its slug is derived, never drawn. No storage.

Derived slugs keep "the same three give the same link" true without a unique key over all three, on any number of nodes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import ArticleId, Channel, MemberId

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"  # base32 in small letters without the look-alikes 0 o 1 l
NOBODY = 0  # whose canaries are
SLUG_LENGTH = 8  # 40 bits: with a short host name the whole address stays within 28 characters
CANDIDATES = 4  # a slug already held by another three makes room for the next
_BITS = 5
_SLUG = re.compile(f"[{ALPHABET}]{{{SLUG_LENGTH}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedLink:
    """One member's link to one article for one channel; withdrawn ones lead nowhere."""

    slug: str
    member_id: MemberId
    article_id: ArticleId
    channel: Channel
    target_url: str
    withdrawn_at: dt.datetime | None = None
    withdrawn_by: int | None = None  # the administrator's account; None: the member themselves
    first_at: dt.datetime | None = None  # of its first request
    canary: bool = False  # nobody's: shown to no person

    def is_of(self, member_id: MemberId, article_id: ArticleId, channel: Channel) -> bool:
        """Say whether it is the link of these three."""
        return (self.member_id, self.article_id, self.channel) == (member_id, article_id, channel)


def slug_candidates(secret: bytes, member_id: MemberId, article_id: ArticleId, channel: Channel) -> list[str]:
    """Derive the slugs that may stand for a member, an article and a channel, in the order of preference."""
    key = hmac.digest(secret, b"lantoa link slug", "sha256")
    told = f"{member_id}\n{article_id}\n{channel}"
    return [_spelled(hmac.digest(key, f"{told}\n{n}".encode(), hashlib.sha256)) for n in range(CANDIDATES)]


def canary_slug(drawn: bytes) -> str:
    """Spell the slug of a canary, of drawn bytes: nobody could derive it."""
    return _spelled(drawn)


def is_slug(text: str) -> bool:
    """Say whether a text could be a slug."""
    return _SLUG.fullmatch(text) is not None


def link_url(base_url: str, slug: str) -> str:
    """Give the address a member passes on."""
    return f"{base_url.rstrip('/')}/s/{slug}"


def _spelled(digest: bytes) -> str:
    number = int.from_bytes(digest[:SLUG_LENGTH], "big")
    return "".join(ALPHABET[number >> _BITS * place & len(ALPHABET) - 1] for place in range(SLUG_LENGTH))
