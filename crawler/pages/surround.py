"""The lines around a body: between title and text, and its last ones. Dates, names and counters stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.pages.tree import following, is_within, line_of, lines_of, preceding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

HEAD_LINES: Final = 25
TAIL_LINES: Final = 6
SHORT: Final = 120
_BEFORE = 8
_LOOKED_AT = 2_000  # elements that may hold a line: most hold none on some pages
_LINE_HOLDERS = (
    "div",
    "p",
    "span",
    "time",
    "li",
    "a",
    "em",
    "strong",
    "h2",
    "h3",
    "h4",
    "td",
    "address",
    "b",
    "i",
    "label",
)
_TITLE_HOLDERS = ("div", "p", "span", "h3", "h4", "strong", "b", "td", "a")
_FOREIGN = frozenset({"nav", "footer", "aside"})


def heading_of(root: html.HtmlElement, title: str) -> html.HtmlElement | None:
    """Find the element that shows the title: the heading with its words, else the first h1, else any with its words."""
    wanted = _squash(title)
    headings = list(root.iter("h1", "h2"))
    shown = (e for e in headings if wanted and _squash(line_of(e)).endswith(wanted))
    chosen = next(shown, next((e for e in headings if e.tag == "h1" and line_of(e)), None))
    if chosen is not None or not wanted:
        return chosen
    return next((e for e in root.iter(*_TITLE_HOLDERS) if _squash(e.text or "") == wanted), None)


def head_lines(heading: html.HtmlElement | None, holder: html.HtmlElement | None) -> tuple[str, ...]:
    """Give the short lines between the title and the text, then those just before the title."""
    if heading is None:
        return ()
    after = list(_lines_after(heading, holder))
    return tuple(dict.fromkeys((*after, *_lines_before(heading))))


def _lines_after(heading: html.HtmlElement, holder: html.HtmlElement | None) -> Iterator[str]:
    """Give short lines that follow the heading, up to the text itself: its element, or its second long paragraph."""
    given = long = looked_at = 0
    around = set() if holder is None else set(holder.iterancestors())
    for element in following(heading):
        is_long = len((element.text or "").strip()) > SHORT
        long += is_long
        if element is holder or given >= HEAD_LINES or long > 1 or looked_at >= _LOOKED_AT:
            return
        if is_long or element.tag not in _LINE_HOLDERS or element in around:
            continue
        words = element.text_content()
        if not words or words.isspace() or len(words) > SHORT * 3:
            continue
        looked_at += 1
        line = line_of(element)
        if line and len(line) <= SHORT:
            given += 1
            yield line


def _lines_before(heading: html.HtmlElement) -> list[str]:
    """Give the short lines just before the heading, nearest first, out of its nearest few forebears."""
    lines: list[str] = []
    for element in preceding(heading):
        if len(lines) >= _BEFORE:
            break
        if (
            element.tag in _LINE_HOLDERS
            and len(element.text_content()) <= SHORT
            and not any(a.tag in _FOREIGN for a in element.iterancestors())
        ):
            lines.extend(lines_of(element)[:1])
    return lines


def tail_lines(holder: html.HtmlElement | None, text: str) -> tuple[str, ...]:
    """Give the last short lines of the text's element, as they stand; of the text where no element holds it."""
    lines = text.split("\n") if holder is None else lines_of(holder)
    return tuple(line for line in lines[-TAIL_LINES:] if line and len(line) <= SHORT)


def container_of(heading: html.HtmlElement | None, holder: html.HtmlElement | None) -> html.HtmlElement | None:
    """Find the smallest element that holds both title and text."""
    if heading is None or holder is None:
        return None
    around = set(heading.iterancestors())
    return next((element for element in (holder, *holder.iterancestors()) if element in around), None)


def loose_lines(container: html.HtmlElement, holder: html.HtmlElement) -> Iterator[str]:
    """Give the short lines of a container that stand neither in the text nor in a list, an aside, a foot or a form."""
    foreign = {holder, *container.iterdescendants("aside", "footer", "nav", "ul", "ol", "form", "table")}
    for element in container.iterdescendants("div", "p", "span", "em", "small"):
        if len(element.text_content()) <= SHORT and not is_within(element, foreign):
            yield line_of(element)


def _squash(text: str) -> str:
    """Give the text without white space and case, to compare."""
    return "".join(text.casefold().split())
