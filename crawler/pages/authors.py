"""Who wrote a page, chosen among the places that say so. Pure; what one byline means is read in crawler/byline.py.

The first place that names a person wins: elements and metas that say "author", then the lines that newspapers sign
with, below the title or at the end of the text. Better no author than a wrong one: the name of the site, its sections
and desks, buttons and persons whom the article is about are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.byline import Byline, parse_byline
from crawler.byline_labels import Role, split_labels
from crawler.byline_names import Kind, is_common_name, is_vietnamese, judge, may_be_handle
from crawler.byline_noise import drop_noise, has_time, tidy_line
from tracker.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.pages.clues import AuthorClues

_MOST_NAMES: Final = 20
_MOST_LINE_CHARS: Final = 160
_MOST_ROLE_CHARS: Final = 12
_FEWEST_TOPICS: Final = 3
_WROTE: Final = frozenset({Role.PLAIN, Role.TEXT})
_HANDLE: Final = re.compile(r"[^\W\d_][\w.-]{1,24}")
_LOOSE_NAME: Final = re.compile(r"(?:[^\W\d_]{3,20} ){1,2}[^\W\d_]{3,20}")
_BEFORE_HANDLE: Final = re.compile(r"\W*(?:by|von|par|por|posted by|written by)\b", re.IGNORECASE)
_NOT_WORD: Final = re.compile(r"\W+")
_BARE_LEAD: Final = re.compile(
    r"(?:by|von|par|por|di|autor(?:in|/in)?|tác giả|auteur|author|written by|text|posted by)\s*:?", re.IGNORECASE
)
_END_OF_SIGNING: Final = re.compile(
    r"(?:từ khóa|từ khoá|tags?|chủ đề|schlagworte|themen|topics?|related|tin liên quan)\b", re.IGNORECASE
)
_MENTION_BEFORE: Final = re.compile(r"[\w,;“\"']\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAuthors:
    """The authors of a page: `byline` is the raw line that named them ("" if none did)."""

    names: tuple[str, ...]
    byline: str = ""
    unit: str | None = None
    source: str | None = None


def page_authors(clues: AuthorClues) -> PageAuthors:
    """Choose the authors of a page; none where nothing names a person."""
    site = _Site(clues)
    found = next((read for read in _readings(clues, site) if read[1]), None)
    said = _said(clues)
    source = next((byline.source for byline in said if byline.source and not site.is_own(byline.source)), None)
    if found is None:
        return PageAuthors(names=(), source=source, unit=next((b.unit for b in said if b.unit), None))
    line, names, byline = found
    line, names = _completed(clues, site, line, names)
    return PageAuthors(names=names[:_MOST_NAMES], byline=line, unit=byline.unit, source=byline.source or source)


_Reading = tuple[str, tuple[str, ...], Byline]


def _readings(clues: AuthorClues, site: _Site) -> Iterator[_Reading]:
    """Read the places one by one, the most trusted first."""
    yield _read_all(clues.jsonld_authors, site)
    yield from (_read(line, site) for line in _labelled(clues.head_lines))
    yield from (_read(text, site) for text in clues.marked)
    yield from (_read(text, site) for text in clues.meta_authors)
    yield from (_read(line, site) for line in _signed(clues))
    yield from (_read(line, site) for line in _beside_a_time(clues))
    marked = (*clues.jsonld_authors, *clues.marked, *_labelled(clues.head_lines))
    yield from (_read_handle(text, site, _HANDLE, _LOOSE_NAME) for text in marked)
    yield from (_read_handle(text, site, _HANDLE) for text in clues.meta_authors)


def _read(text: str, site: _Site) -> _Reading:
    """Read one place that may name authors."""
    byline = parse_byline(text)
    names = tuple(_once(name for name in byline.names if site.admits(name)))
    is_list_of_topics = len(names) >= _FEWEST_TOPICS and not any(" " in name for name in names)
    return text, () if is_list_of_topics else names, byline


def _read_all(texts: Sequence[str], site: _Site) -> _Reading:
    """Read names that stand one by one."""
    read = [_read(text, site) for text in texts]
    names = tuple(_once(name for _, found, _ in read for name in found))
    byline = next((byline for _, found, byline in read if found), Byline())
    return ", ".join(texts), names, byline


def _read_handle(text: str, site: _Site, *shapes: re.Pattern[str]) -> _Reading:
    """Read what the page itself marks as its author's name as a member of it: a word in any spelling, or a few."""
    if len(text) > _MOST_LINE_CHARS:
        return text, (), Byline()
    line = drop_noise(tidy_line(text))
    told = next((part.text for part in split_labels(line) if part.role in _WROTE), "").strip(" |·,")
    is_led = told != line and ":" not in line and not _BEFORE_HANDLE.match(line)
    is_handle = not is_led and any(shape.fullmatch(told) for shape in shapes) and may_be_handle(told)
    return text, (told,) if is_handle and not site.is_vietnamese and site.admits(told) else (), Byline()


def _labelled(lines: Sequence[str]) -> Iterator[str]:
    """Give the lines that say who wrote, the label on a line of its own joined to the next."""
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        if len(line) > _MOST_LINE_CHARS:
            continue
        if _BARE_LEAD.fullmatch(line):
            yield f"{line} {after}"
        elif any(part.role is Role.TEXT for part in split_labels(tidy_line(line))):
            yield line


def _beside_a_time(clues: AuthorClues) -> Iterator[str]:
    """Give the one line below the title that is but full names and stands beside the time of publication."""
    lines = [line for line in clues.head_lines if len(line) > 1]
    timed = [n for n, line in enumerate(lines) if has_time(line)]
    near = [line for n, line in enumerate(lines) if any(abs(n - at) <= 1 for at in timed) and _is_full_name(line)]
    if len({fold(line) for line in near}) == 1 and not _is_mentioned(near[0], clues.text):
        yield near[0]


def _is_full_name(line: str) -> bool:
    """Tell whether a line is names of two words and more, with nothing beside them but roles and times."""
    names = parse_byline(line).names
    told = _squash(drop_noise(line))
    return (
        bool(names)
        and "," not in line
        and all(" " in name for name in names)
        and len(told) <= len(_squash("".join(names))) + _MOST_ROLE_CHARS
    )


def _signed(clues: AuthorClues) -> Iterator[str]:
    """Give the lines at the end that sign the text: labelled ones, then the only one that is but a common name."""
    lines = list(_before_tags(clues.tail_lines))
    yield from _labelled(lines)
    bare = [line for line in lines if _is_signature(line)]
    if len({fold(line) for line in bare}) == 1 and not _is_mentioned(bare[0], clues.text):
        yield bare[0]


def _before_tags(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if _END_OF_SIGNING.match(line):
            return
        if len(line) <= _MOST_LINE_CHARS:
            yield line


def _is_signature(line: str) -> bool:
    """Tell whether a line without a label is made of names as Vietnamese people bear, initials, or a source."""
    byline = parse_byline(line)
    return bool(byline.names) and all(is_common_name(name) for name in byline.names)


def _is_mentioned(line: str, text: str) -> bool:
    """Tell whether the text speaks of whom the line names: then the line is a caption or a heading, no signature."""
    names = parse_byline(line).names
    return any(
        _MENTION_BEFORE.search(text[max(0, found.start() - 3) : found.start()])
        for name in names
        for found in re.finditer(re.escape(name), text)
    )


def _completed(clues: AuthorClues, site: _Site, line: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Take the longest list of one place that holds all names found: metas often name the first author only."""
    had = {fold(name) for name in names}
    for text in (*clues.marked[:3], *clues.meta_authors, *_labelled(clues.head_lines)):
        _, found, _ = _read(text, site)
        if len(found) > len(names) and had <= {fold(name) for name in found}:
            line, names = text, found
    if line in clues.marked:
        names = (*names, *_beside(clues, site, line, names))
    return line, names


def _beside(clues: AuthorClues, site: _Site, line: str, names: tuple[str, ...]) -> Iterator[str]:
    """Give the names that the marked elements next to the first hold, where the lines below the title hold them too."""
    head = fold("\n".join(clues.head_lines))
    at = clues.marked.index(line)
    for text in clues.marked[at + 1 :]:
        _, found, _ = _read(text, site)
        if len(found) != 1 or _squash(found[0]) != _squash(text) or fold(found[0]) not in head:
            return
        if fold(found[0]) not in {fold(name) for name in names}:
            yield found[0]


def _said(clues: AuthorClues) -> list[Byline]:
    """Read all lines that could name a source."""
    lines = (*clues.marked, *_labelled(clues.head_lines), *_before_tags(clues.tail_lines))
    return [byline for byline in map(parse_byline, lines) if byline.source or byline.unit]


def _once(names: Iterable[str]) -> Iterator[str]:
    """Give each name once, in whatever spelling."""
    seen: set[str] = set()
    for name in names:
        key = fold(name)
        if key not in seen:
            seen.add(key)
            yield name


class _Site:
    """The names of the site itself, which no author bears."""

    def __init__(self, clues: AuthorClues) -> None:
        host = (urlsplit(clues.url).hostname or "").removeprefix("www.") if "//" in clues.url else ""
        labels = [label for label in host.split(".")[:-1] if len(label) > 2]  # noqa: PLR2004 - not co, vn
        self._own = {key for key in map(_squash, (clues.site_name, host, *labels)) if key}
        self.is_vietnamese = clues.language.casefold().startswith("vi") or host.endswith(".vn")

    def is_own(self, name: str) -> bool:
        """Tell whether a name is the site's."""
        key = _squash(name)
        may_be_part = len(key) > 3 and not _is_syllable(name)  # noqa: PLR2004 - not by chance
        return any(key == own or (may_be_part and (own.startswith(key) or own.endswith(key))) for own in self._own)

    def admits(self, name: str) -> bool:
        """Tell whether a name may be a person's here."""
        return judge(name) is not Kind.COLLECTIVE and not self.is_own(name)


def _is_syllable(name: str) -> bool:
    """Tell whether a name is one Vietnamese syllable, as many pen names are; the names of sites are made of several."""
    return " " not in name.strip() and is_vietnamese(name)


def _squash(text: str) -> str:
    return _NOT_WORD.sub("", fold(text))


__all__ = ["PageAuthors", "page_authors"]
