"""Which of a page's several titles is the article's: the heading that readers see, as far as the head bears it out."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEPARATOR = re.compile(r"\s+[|»«·•–—:/>-]+\s+|\s*[|»]\s*|\s*::\s*")
_WORD = re.compile(r"\w+")
_BORNE_OUT = 3  # of the 6 points of _fit
_LABEL_WORDS = 2  # so few words are a label, not a title
_MOST_CHARS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleClues:
    """Every title that a page gives itself; "" where it gives none."""

    ruled: str  # by the rule of its family
    headings: tuple[str, ...]  # h1, in page order
    lesser: tuple[str, ...]  # h2, in page order
    shared: str  # og:title and its like
    described: str  # JSON-LD
    window: str  # <title>
    site_name: str


def choose_title(clues: TitleClues) -> str:
    """Give the title of the article, without the name of its site."""
    if clues.ruled:
        return clues.ruled[:_MOST_CHARS]
    stated = _without_site(clues.shared or clues.described or clues.window, clues)
    heading = _heading(clues)
    title = _without_kicker(heading, clues) if heading else stated or next(iter(clues.headings), "")
    return title[:_MOST_CHARS]


def _heading(clues: TitleClues) -> str:
    """Find the heading that the head bears out most; one alone is believed unless it names the site."""
    told = [text for text in (clues.shared, clues.described) if text]
    parts = [part for part in _SEPARATOR.split(clues.window[:_MOST_CHARS]) if part]
    headings = [heading for heading in clues.headings if not _names_site(heading, clues, parts)]
    scored = [(_fit(heading, told, parts), len(heading), -place, heading) for place, heading in enumerate(headings)]
    if scored and max(scored)[0] >= _BORNE_OUT:
        return max(scored)[-1]
    if len(clues.headings) == len(headings) == 1 and len(_WORD.findall(headings[0])) > 1:
        return headings[0]
    wanted = {_squash(text) for text in (*told, *parts) if len(_WORD.findall(text)) > _LABEL_WORDS}
    return next((heading for heading in clues.lesser if _squash(heading) in wanted), "")


def _fit(heading: str, told: list[str], parts: list[str]) -> int:
    """Score 0 to 6: how much of the heading stands in the head (2), how much of a title there in the heading (4)."""
    held = max((_share(heading, text) for text in (*told, " ".join(parts))), default=0)
    titles = [part for place, part in enumerate(parts) if not place or len(_WORD.findall(part)) > _LABEL_WORDS]
    holds = max((_share(text, heading) for text in (*told, *titles)), default=0)
    return (held * 2 + holds * 4) // 100


def _share(of: str, within: str) -> int:
    """Give how many in a hundred of a text's words stand in another."""
    words, others = _WORD.findall(of.casefold()), set(_WORD.findall(within.casefold()))
    return sum(word in others for word in words) * 100 // len(words) if words else 0


def _names_site(heading: str, clues: TitleClues, parts: list[str]) -> bool:
    """Tell whether a heading is the site's name: said so, or a later and no longer part of the window's title.

    Of several headings that stand in the window's title the later ones may well be the article's.
    """
    name = _squash(heading)
    if name == _squash(clues.site_name):
        return name != _squash(clues.shared)
    if clues.shared:
        return not _share(heading, clues.shared) and not _share(heading, clues.described)
    is_later = name in [_squash(part) for part in parts[1:]]
    return len(clues.headings) == 1 and is_later and len(_WORD.findall(parts[0])) >= len(_WORD.findall(heading))


def _without_kicker(heading: str, clues: TitleClues) -> str:
    """Take a kicker off a heading that ends with what the head tells as its title."""
    told = [_without_site(text, clues) for text in (clues.shared, clues.described)]
    ends = [t for t in told if len(_WORD.findall(t)) > _LABEL_WORDS and _squash(heading).endswith(_squash(t))]
    return min((heading, *ends), key=len)


def _without_site(title: str, clues: TitleClues) -> str:
    """Take the site's name off the end or start of a title: what is named so, or what the only heading says."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:  # noqa: PLR2004 - nothing to take off
        return title
    names = {_squash(clues.site_name), *(_squash(h) for h in clues.headings if len(clues.headings) == 1)} - {""}
    if _squash(parts[-1]) in names:
        return title[: title.rindex(parts[-1])].rstrip(" |»«·•–—:/>-")
    if _squash(parts[0]) in names:
        return title[len(parts[0]) :].lstrip(" |»«·•–—:/>-")
    return title


def _squash(text: str) -> str:
    """Give letters and digits only, to compare."""
    return re.sub(r"\W+", "", text).casefold()
