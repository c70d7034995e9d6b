"""By what the articles of one source are known again, found in what the source itself prints, and told in words.

The number inside an address comes first, then the address, with its query where only that differs; a guid only where
the addresses tell nothing apart, for guids change and are used again. Keys of addresses come from urls: what a member
pastes must meet what a feed told, so no source has address keys of its own.
"""

from __future__ import annotations

import enum
import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.urls_parts import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ENOUGH: Final = 3  # items; two of one address may as well be one article told twice
_NUMBER_SIGN: Final = "#"


class Identity(enum.StrEnum):
    """What names an article of a source (feed, `identity`)."""

    NUMBER = "number"
    ADDRESS = "address"
    QUERY = "query"
    GUID = "guid"


IDENTITY_WORDS: Final[Mapping[Identity, str]] = {
    Identity.NUMBER: "By the article number inside the address: a new title or section leaves it the same article.",
    Identity.ADDRESS: "By the address without its query: a changed address is a new article.",
    Identity.QUERY: "By the address with its query, which alone tells the articles of this source apart.",
    Identity.GUID: "By the identifier in the feed, because its articles share one address.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What one item says of itself: its address as kept and its key (urls), its guid as written."""

    url: str
    key: str
    guid: str | None


def find_identity(signs: Sequence[Sign], *, home: str | None = None) -> Identity:
    """Find what names the articles; `home` is the key of the source's own page."""
    if not signs:
        return Identity.ADDRESS
    if _share_an_address(signs, home):
        return Identity.GUID
    numbered = sum(has_number(sign.key) for sign in signs)
    if numbered * 2 > len(signs):
        return Identity.NUMBER
    return Identity.QUERY if _differ_by_query(signs) else Identity.ADDRESS


def has_number(key: str) -> bool:
    """Tell whether a key of urls is a number within a host."""
    host, sign, number = key.rpartition(_NUMBER_SIGN)
    return bool(sign) and "/" not in host and number.isalnum()


def key_of(sign: Sign, identity: Identity) -> str:
    """Give the key under which the article is known."""
    if identity is not Identity.GUID or not sign.guid:
        return sign.key
    address = parse_address(sign.url)
    host = address.host if isinstance(address, Address) else ""
    return f"guid:{host}:{hashlib.sha256(sign.guid.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _share_an_address(signs: Sequence[Sign], home: str | None) -> bool:
    """Tell whether nearly all items lead to one place and only their guids differ; one's own page is none of theirs."""
    (key, count), *_ = Counter(sign.key for sign in signs).most_common(1)
    guids = {sign.guid for sign in signs if sign.key == key and sign.guid}
    return len(guids) == count and count * 5 >= len(signs) * 4 and (count >= _ENOUGH or key == home)


def _differ_by_query(signs: Sequence[Sign]) -> bool:
    """Tell whether most items share their path with another item, so that only the query differs."""
    paths = Counter(sign.key.partition("?")[0] for sign in signs)
    together = sum(count for count in paths.values() if count > 1)
    return together * 2 > len(signs) and len({sign.key for sign in signs}) > len(paths)
