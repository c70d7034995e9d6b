"""A page as a tree, and the plain lines in its parts. Knows markup, not what any of it means.

Nothing here recurses: a stranger chooses how deep a tree is.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree, html

from crawler.plaintext import tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet

_BLOCK_NAMES = (
    "address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section select summary table tbody td "
    "tfoot th thead tr ul video"
)
_SILENT_NAMES = "head iframe math noscript object script style svg template textarea title"
_BLOCKS, _SILENT = frozenset(_BLOCK_NAMES.split()), frozenset(_SILENT_NAMES.split())
_UNSOUND = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_MAX_ELEMENTS = 40_000  # a long article's page has some thousands
_GIANT_TAG = re.compile(
    r"<[A-Za-z][^<>]{60000,}>"
)  # attributes are compared with each other; images written out go too
_XML_PROLOG = re.compile(r"\A[\s\ufeff]*<\?xml[^>]{0,300}>")
_LINE_ELEMENTS = 300  # of an element read as one line: elements lie in one another, and each may be asked for its line
_LINE_CHARS = 2_000


def grow(text: str) -> html.HtmlElement | None:
    """Give the tree of a page; None where nothing of one is left."""
    sound = _GIANT_TAG.sub(" ", _UNSOUND.sub(" ", _XML_PROLOG.sub("", text, count=1)))
    if not sound.strip():
        return None
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_pis=True, remove_comments=True, collect_ids=False
    )
    try:
        root = html.document_fromstring(sound.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    _cut(root)
    return root


def _cut(root: html.HtmlElement) -> None:
    """Cut off what follows the last element that a page is given."""
    last = next(islice(root.iter(), _MAX_ELEMENTS, None), None)
    if last is None:
        return
    for place in (last, *last.iterancestors()):
        parent = place.getparent()
        if parent is not None:
            del parent[parent.index(place) + 1 :]


def pieces(
    root: html.HtmlElement, without: Collection[html.HtmlElement] = (), *, most: int = _MAX_ELEMENTS
) -> Iterator[str]:
    """Give the pieces of text in order, a line feed at each block's edge; `without` and what nobody sees left out.

    Nothing more comes after `most` elements.
    """
    dropped = set(without)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            most -= 1
            if most < 0:
                return
            if element.tag in _SILENT or element in dropped:
                walker.skip_subtree()
                continue
            if element.tag in _BLOCKS:
                yield "\n"
            yield element.text or ""
            continue
        if element.tag in _BLOCKS:
            yield "\n"
        if element is not root:
            yield element.tail or ""


def lines_of(root: html.HtmlElement, without: Collection[html.HtmlElement] = ()) -> list[str]:
    """Give the lines of text in an element, none empty."""
    return _in_lines(pieces(root, without))


def line_of(root: html.HtmlElement) -> str:
    """Give the text of an element on one line; of what is far more than a line, its beginning."""
    begun = (piece[:_LINE_CHARS] for piece in pieces(root, most=_LINE_ELEMENTS))
    return tidy(" ".join(_in_lines(begun))[:_LINE_CHARS])


def _in_lines(told: Iterable[str]) -> list[str]:
    text = "".join(piece if piece == "\n" else piece.replace("\n", " ") for piece in told)
    return [line for line in map(tidy, text.split("\n")) if line]


def classes(element: html.HtmlElement) -> str:
    """Give class and id in lower case, to look for words in."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def is_within(element: html.HtmlElement, others: AbstractSet[html.HtmlElement]) -> bool:
    """Tell whether an element is one of the others or lies in one."""
    return element in others or any(ancestor in others for ancestor in element.iterancestors())


def following(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Give the elements that come after one, in page order, its own parts left out."""
    for place in (element, *element.iterancestors()):
        for sibling in place.itersiblings():
            yield from sibling.iter(etree.Element)


def preceding(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Give the elements that come before one, nearest first, those that hold it left out."""
    for place in (element, *element.iterancestors()):
        for sibling in place.itersiblings(preceding=True):
            yield from reversed(list(sibling.iter(etree.Element)))
