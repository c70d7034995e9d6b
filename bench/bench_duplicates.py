"""Finding copies among texts: fingerprints and their buckets, against comparing every text with all earlier ones."""

from __future__ import annotations

import re
import statistics

from bench.measure import insist, interleave, ratio, tell
from bench.prose import pick
from crawler.duplicates import Clusters
from tracker.domain.names import fold

TEXTS = 400
WORDS = 400
COPY_EACH = 5  # every fifth text is a copy of the one before it
CHANGE_EACH = 60  # with every sixtieth word changed
ROUNDS = 3
SYLLABLES = tuple(
    head + tail
    for head in ("b", "c", "ch", "đ", "gi", "h", "kh", "l", "m", "ngh", "nh", "ph", "qu", "s", "th", "tr", "v", "x")
    for tail in ("a", "án", "ang", "ăn", "ây", "em", "ếch", "iên", "inh", "ong", "ổn", "ơi", "uân", "ưng", "ươc", "ý")
)


def main() -> None:
    rounds = [[text(turn, number) for number in range(TEXTS)] for turn in range(ROUNDS + 1)]
    copies = [number for number in range(TEXTS) if number % COPY_EACH == COPY_EACH - 1]
    for name, found in (("clusters", by_fingerprints(rounds[ROUNDS])), ("sets", by_comparing(rounds[ROUNDS]))):
        insist(found == copies, f"{name} did not find the copies, and nothing but them")
    spent = interleave(
        ROUNDS,
        {"clusters": lambda turn: by_fingerprints(rounds[turn]), "sets": lambda turn: by_comparing(rounds[turn])},
    )
    rate = TEXTS / statistics.median(spent["clusters"])
    tell("duplicates", rate, "texts/s", times=ratio(spent["sets"], spent["clusters"]), floor="comparing all")


def text(turn: int, number: int) -> str:
    """Make a text; a copy has the words of the one before, but a few."""
    source = number - (number % COPY_EACH == COPY_EACH - 1)
    changed = number if source != number else None
    words = (pick(SYLLABLES, turn, at, changed if changed and at % CHANGE_EACH == 0 else source) for at in range(WORDS))
    return " ".join(words)


def by_fingerprints(texts: list[str]) -> list[int]:
    """Give the places of the texts that join an earlier one."""
    clusters = Clusters()
    return [place for place, told in enumerate(texts) if clusters.place(told).first != place]


def by_comparing(texts: list[str]) -> list[int]:
    """Give the same by the plain way: the exact share with every text before."""
    earlier: list[set[tuple[str, ...]]] = []
    found = []
    for place, told in enumerate(texts):
        words = re.findall(r"\w+", fold(told))
        mine = {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
        if any(len(mine & other) / len(mine | other) >= 0.67 for other in earlier):
            found.append(place)
        earlier.append(mine)
    return found


if __name__ == "__main__":
    main()
