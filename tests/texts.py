"""Made-up texts of Vietnamese syllables for near duplicates: every one seeded, none anybody's article."""

from __future__ import annotations

import random  # noqa: TID251 - only in seeded instances
import re
from typing import TYPE_CHECKING

from crawler.duplicates import fingerprint
from tracker.domain.names import fold

if TYPE_CHECKING:
    from tracker.domain.fingerprints import Fingerprint

PINNED = "8bd41eb752e69d9a1afb5dc4e9e75b2b"

_HEADS = (
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
)
_TAILS = (
    "a",
    "á",
    "ạ",
    "ai",
    "am",
    "ang",
    "anh",
    "âu",
    "em",
    "eo",
    "ên",
    "ia",
    "iên",
    "inh",
    "oan",
    "ông",
    "ươi",
    "ương",
)


def words(count: int, *, seed: int) -> str:
    """Make a text of so many syllables; one seed gives one text."""
    chance = random.Random(seed)  # noqa: S311 - made-up texts
    return " ".join(_syllable(chance) for _ in range(count))


def edited(text: str, count: int, *, seed: int) -> str:
    """Change so many words of a text, here and there."""
    chance, found = random.Random(seed), text.split()  # noqa: S311 - made-up texts
    for at in chance.sample(range(len(found)), count):
        found[at] = _syllable(chance)
    return " ".join(found)


def shingles(text: str) -> set[tuple[str, ...]]:
    """Give all sequences of five words."""
    found = re.findall(r"\w+", fold(text))
    return {tuple(found[at : at + 5]) for at in range(len(found) - 4)}


def print_of(text: str) -> Fingerprint:
    """Make the fingerprint of a text that must have one."""
    found = fingerprint(text)
    assert found is not None
    return found


def _syllable(chance: random.Random) -> str:
    return chance.choice(_HEADS) + chance.choice(_TAILS)
