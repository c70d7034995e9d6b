"""Near duplicates: the fingerprint of a text, and texts in the order of their appearing put into clusters.

Titles say nothing here: outlets give a copy another title, and press releases share one over different texts. When two
fingerprints are copies is decided in tracker/domain/fingerprints.py. Keeps no text, knows no store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rensa import RMinHash  # type: ignore[import-untyped]  # ships no types; this is its one importer

from tracker.domain.fingerprints import HASHES, MEMBERS_COMPARED, Fingerprint, alike_permille, bands, choose
from tracker.domain.names import fold

# Fingerprints of another way of making them cannot be compared: the library's own changes count as well.
METHOD: Final = f"words5-minhash{HASHES}x8-1-rensa{RMinHash.ALGORITHM_VERSION}"

_SEED: Final = 1
_SHINGLE_WORDS: Final = 5
_SHINGLES_LEAST: Final = 40  # of fewer, one word changed is a tenth of all: no verdict
_LEAD_WORDS_MOST: Final = 120
_BODY_TO_LEAD: Final = 2
_CHARS_MOST: Final = 200_000
_WORD: Final = re.compile(r"\w+")


def fingerprint(text: str) -> Fingerprint | None:
    """Make the fingerprint of a text, paragraphs parted by line ends; None where it is too short to tell anything.

    Marks, case and punctuation do not count, nor does the lead.
    """
    words = _body_words(text[:_CHARS_MOST])
    shingles = dict.fromkeys(
        " ".join(words[at : at + _SHINGLE_WORDS]).encode() for at in range(len(words) - _SHINGLE_WORDS + 1)
    )
    if len(shingles) < _SHINGLES_LEAST:
        return None
    sketch = RMinHash(HASHES, _SEED)
    sketch.update(list(shingles))
    signature = bytes(value & 0xFF for value in sketch.digest())
    return Fingerprint(method=METHOD, signature=signature, word_count=len(words))


def _body_words(text: str) -> list[str]:
    """Give the words without the lead.

    Each newsroom writes its own lead over a text it takes over: left in, a copy of 300 words looks like another text.
    A first paragraph is a lead where it is no more than one and the rest is at least twice as long.
    """
    paragraphs = [words for line in text.split("\n") if (words := _WORD.findall(fold(line)))]
    body = [word for words in paragraphs[1:] for word in words]
    lead = paragraphs[0] if paragraphs else []
    if len(lead) <= _LEAD_WORDS_MOST and len(body) >= max(_BODY_TO_LEAD * len(lead), _SHINGLES_LEAST * 2):
        return body
    return lead + body


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a text came to stand: its cluster, the place of the earliest text in it, and how much both share.

    `alike_permille` is None for a text too short to tell: it stands alone.
    """

    cluster: int
    first: int
    alike_permille: int | None


class Clusters:
    """Texts in the order of their appearing; the same rules as the store's, in memory."""

    def __init__(self) -> None:
        self._count = 0
        self._members: list[list[int]] = []  # places, by cluster
        self._signatures: dict[int, bytes] = {}  # by place
        self._buckets: dict[tuple[int, int], set[int]] = {}  # clusters

    def place(self, text: str) -> Placed:
        """Put the next text into the cluster it belongs to, or into one of its own."""
        found = fingerprint(text)
        place = self._count
        self._count += 1
        if found is None:
            return Placed(cluster=self._open(place), first=place, alike_permille=None)
        self._signatures[place] = found.signature
        cluster = self._find(found.signature)
        if cluster is None:
            cluster = self._open(place)
        else:
            self._members[cluster].append(place)
        for bucket in bands(found.signature):
            self._buckets.setdefault(bucket, set()).add(cluster)
        first = self._members[cluster][0]
        alike = alike_permille(found.signature, self._signatures[first])
        return Placed(cluster=cluster, first=first, alike_permille=alike)

    def _open(self, place: int) -> int:
        self._members.append([place])
        return len(self._members) - 1

    def _find(self, signature: bytes) -> int | None:
        """Find the cluster a text belongs to among those that have a bucket in common with it."""
        near = set().union(*(self._buckets.get(bucket, ()) for bucket in bands(signature)))
        return choose(signature, {c: self._earliest(c) for c in sorted(near)})

    def _earliest(self, cluster: int) -> list[bytes]:
        return [self._signatures[place] for place in self._members[cluster][:MEMBERS_COMPARED]]
