"""When two texts are copies of one: comparing fingerprints, finding candidates, and which cluster a text belongs to.

Pure, and without the texts: how a fingerprint is made of one stands in crawler/duplicates.py. The figures were fixed on
labelled Vietnamese articles, see docs/decisions/0011.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from operator import eq
from typing import TYPE_CHECKING, Final, NewType, TypeVar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.types import ArticleId

ClusterId = NewType("ClusterId", int)
K = TypeVar("K")

HASHES: Final = 512  # an estimate is off by 2 in 100 where two texts share 7 parts in 10
_VALUES: Final = 256  # of which a hash keeps its lowest 8 bits: 1 in 256 agrees by chance
BANDS: Final = 16
_BAND_BYTES: Final = 3  # 16 bands of 3 find 997 of 1,000 pairs at the threshold, and next to none of strangers
COPY_PERMILLE: Final = 670  # shared word sequences of all, on the mean of a cluster
LEAST_PERMILLE: Final = 500  # and with each of its members
MEMBERS_COMPARED: Final = 32  # the earliest of a cluster; a notice that hundreds carry is not compared with all

COMPARED_MOST: Final = 10_000  # fingerprints for one text: a quarter of a second, in which no other can be placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is kept of an article's text: enough to tell a copy, too little to tell a word of it.

    Only fingerprints of one method can be compared; `signature` has a byte for each of its HASHES.
    """

    method: str
    signature: bytes
    word_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMember:
    """An article of a cluster; `alike_permille` is what it shares with the earliest, None where that cannot be told."""

    article_id: ArticleId
    published_at: dt.datetime
    alike_permille: int | None


def alike_permille(one: bytes, other: bytes) -> int:
    """Estimate which part of all word sequences of two texts both have (Jaccard), less what agrees by chance."""
    if len(one) != HASHES or len(other) != HASHES:
        raise ValueError("a signature of another length")
    agreeing: int = sum(map(eq, one, other))
    return max(0, (agreeing * _VALUES - HASHES) * 1000 // (HASHES * (_VALUES - 1)))


def bands(signature: bytes) -> list[tuple[int, int]]:
    """Give band and bucket of each part of a signature: copies have one in common."""
    starts = range(0, BANDS * _BAND_BYTES, _BAND_BYTES)
    return [(band, int.from_bytes(signature[at : at + _BAND_BYTES], "big")) for band, at in enumerate(starts)]


def first_affordable(groups: Mapping[K, int], most: int = COMPARED_MOST) -> list[K]:
    """Give the first of these groups, each with how many of its members count, that may be compared with one text."""
    return [group for group, so_far in zip(groups, accumulate(groups.values()), strict=True) if so_far <= most]


def choose(signature: bytes, groups: Mapping[K, Sequence[bytes]]) -> K | None:
    """Choose the group a text belongs to: the most alike on the mean, the first named of equals.

    The mean keeps a chain of small changes from growing on by its last member; the least that is asked with each keeps
    any two members of a group recognisably one text, in whatever order they came.
    """
    best: tuple[int, K] | None = None
    for key, others in groups.items():
        likeness = _mean_permille(signature, others[:MEMBERS_COMPARED])
        if likeness is not None and likeness >= COPY_PERMILLE and (best is None or likeness > best[0]):
            best = likeness, key
    return None if best is None else best[1]


def _mean_permille(signature: bytes, others: Iterable[bytes]) -> int | None:
    """Give the mean likeness to the others; None where there is none, or one is too far."""
    found = [alike_permille(signature, other) for other in others]
    return sum(found) // len(found) if found and min(found) >= LEAST_PERMILLE else None
