"""The main text of a page: by the rule of its family, by trafilatura, or by what the page states for machines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from trafilatura import bare_extraction

from crawler.pages.tree import classes, line_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

    from crawler.pages.families import Family

MAX_TEXT_CHARS: Final = 400_000
_MOST_ELEMENTS = 16_000  # beyond it trafilatura may take longer than a page is given
_MOST_PARAGRAPHS = 4_000  # beyond it without what trafilatura falls back on: that compares each with all around it
_LEAST_CHARS = 250  # a shorter text is doubted
_LINK_CHARS = 20  # of a link that may be a headline
_LINK_RUN = 3
_START_CHARS = 25  # by which a line is known again
_WEIGHED_CHARS = 1000
_ASIDE = re.compile(
    r"related|lien-?quan|tin-?khac|read-?more|xem-?them|caption|relate|share|social|comment|advert|\bads?\b|tags?\b|newsletter|"
    r"\bvideo\b|embed|breadcrumb|toolbar|signup|rating"
)
_PARAGRAPH_TAGS = (
    "p",
    "div",
    "li",
    "td",
    "th",
    "tr",
    "dd",
    "dt",
    "option",
    "blockquote",
    "pre",
    "br",
    "h2",
    "h3",
    "h4",
)
_ASIDE_TAGS = frozenset(("figure", "figcaption", "form", "button", "aside", "nav", "footer", "iframe", "select"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MainText:
    """The main text, and the element that holds it (None where no single one does)."""

    text: str
    holder: html.HtmlElement | None


def main_text(root: html.HtmlElement, family: Family, stated: str) -> MainText:
    """Find the main text; `stated` is what JSON-LD gives as the body."""
    ruled = _by_rule(root, family)
    if ruled is not None and len(ruled.text) >= _LEAST_CHARS:
        return ruled
    found = _extracted(root) if _counts_at_most(root.iter(), _MOST_ELEMENTS) else ""
    text = _prefer(found, stated)
    if ruled is not None and (len(text) < len(ruled.text) or ruled.text[:40] in text):
        return ruled
    if len(text) < _LEAST_CHARS:
        dense = _densest(root)
        if dense is not None and len(dense.text) > len(text) * 2:
            return dense
    return MainText(text=text[:MAX_TEXT_CHARS], holder=_holder(root, text))


def _by_rule(root: html.HtmlElement, family: Family) -> MainText | None:
    """Give the text of the element that a family's rule names, without what it lists beside the article."""
    holders = family.find_all(root, "body")
    if not holders:
        return None
    holder = max(holders, key=lambda element: len(element.text_content()))
    text = "\n".join(lines_of(holder, [*family.find_each(holder, "drop"), *_asides(holder)]))
    return MainText(text=text[:MAX_TEXT_CHARS], holder=holder)


def _asides(holder: html.HtmlElement) -> list[html.HtmlElement]:
    """Find what stands in a body without being its text: figures, boxes of related pieces, forms."""
    return [
        element
        for element in holder.iterdescendants()
        if isinstance(element.tag, str)
        and (
            element.tag in _ASIDE_TAGS
            or (element.tag in {"div", "ul", "section", "table"} and _ASIDE.search(classes(element)))
        )
    ]


def _extracted(root: html.HtmlElement) -> str:
    """Let trafilatura find the text."""
    is_fast = not _counts_at_most(root.iter(*_PARAGRAPH_TAGS), _MOST_PARAGRAPHS)
    document = bare_extraction(root, with_metadata=False, fast=is_fast)
    text = "" if document is None or isinstance(document, dict) else document.text or ""
    return _without_link_lists(text, root)


def _without_link_lists(text: str, root: html.HtmlElement) -> str:
    """Take out runs of lines that are nothing but links: lists of other articles, which extractors take for text."""
    links = {line for element in root.iter("a") if len(line := line_of(element)) > _LINK_CHARS}
    kept: list[str] = []
    run: list[str] = []
    for line in (*text.split("\n"), ""):
        if line.removeprefix("- ") in links:
            run.append(line)
            continue
        kept.extend(run if len(run) < _LINK_RUN else ())
        kept.append(line)
        run = []
    return "\n".join(kept[:-1])


def _prefer(found: str, stated: str) -> str:
    """Choose between what was found and what is stated: the statement where less than half of it was found."""
    is_same = "".join(found.split()) == "".join(stated.split())  # but for its paragraphs
    return stated if is_same or (len(stated) >= _LEAST_CHARS and len(found) * 2 < len(stated)) else found


def _counts_at_most(elements: Iterator[html.HtmlElement], most: int) -> bool:
    """Tell whether there are no more elements than that, without counting them all."""
    return next(islice(elements, most, None), None) is None


def _densest(root: html.HtmlElement) -> MainText | None:
    """Give the element whose own paragraphs hold most text: for pages that no extractor takes for an article."""
    weights: Counter[html.HtmlElement] = Counter()
    for element in root.iter("p", "br"):
        parent = element.getparent()
        if parent is not None:
            weights[parent] += len((element.tail or "").strip() if element.tag == "br" else element.text_content())
    if not weights:
        return None
    holder = weights.most_common(1)[0][0]
    lines = [line for child in holder.iterchildren("p") for line in lines_of(child)] or lines_of(holder)
    return MainText(text="\n".join(lines)[:MAX_TEXT_CHARS], holder=holder)


def _holder(root: html.HtmlElement, text: str) -> html.HtmlElement | None:
    """Find the element that holds most of the text's lines."""
    starts = {line.removeprefix("- ")[:_START_CHARS] for line in text.split("\n")}
    weights: Counter[html.HtmlElement] = Counter()
    for element in root.iter("p", "div", "h2", "h3", "li", "blockquote", "br"):
        own = " ".join(((element.tail if element.tag == "br" else element.text) or "")[:_WEIGHED_CHARS].split())
        if len(own) > _START_CHARS and own[:_START_CHARS] in starts:
            parent = element.getparent()
            weights[element if element.tag == "div" or parent is None else parent] += len(own)
    return weights.most_common(1)[0][0] if weights else None
