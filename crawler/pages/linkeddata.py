"""The article that a page describes in JSON-LD: found in graphs and lists, read from broken JSON as far as it goes."""

from __future__ import annotations

import html as entities
import json
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.plaintext import plain_title, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

_MAX_BLOCK_CHARS = 1_000_000
_MAX_BLOCKS = 40
_MAX_NODES = 3000
_MAX_AUTHORS = 20
_ARTICLES = re.compile(r"(?:article|blogposting|report|reportage|recipe|liveblog|review|newsitem)", re.IGNORECASE)
_PAGES = frozenset({"webpage", "itempage"})
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*(?:;\s*)?$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE = r'"{0}"\s*:\s*"((?:[^"\\]|\\.){{1,{1}}})"'
_LOOSE_FIELDS = tuple(
    (name, re.compile(_LOOSE.format(name, length)))
    for name, length in (("headline", 500), ("datePublished", 60), ("dateModified", 60), ("articleBody", 200_000))
)
_BLOCK_END = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]{0,100}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedArticle:
    """What JSON-LD says of the article; "" or empty where it says nothing."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    body: str = ""
    section: str = ""
    image: str = ""
    description: str = ""
    publisher: str = ""


def described_article(root: html.HtmlElement, titles: tuple[str, ...]) -> DescribedArticle:
    """Find the article that the page is about: of several the one whose headline is among `titles`, else the first."""
    blocks = [
        (element.text or "")[:_MAX_BLOCK_CHARS]
        for element in root.iter("script")
        if "ld+json" in element.get("type", "").lower()
    ][:_MAX_BLOCKS]
    nodes = [node for block in blocks for node in _nodes(block)][:_MAX_NODES]
    known = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    articles = [node for node in nodes if _ARTICLES.search(_kind(node))] or [n for n in nodes if _kind(n) in _PAGES]
    if not articles:
        return _loosely(blocks)
    wanted = {_squash(title) for title in titles}
    matching = [node for node in articles if _squash(_text(node.get("headline"))) in wanted]
    return _article((matching or articles)[0], known)


def _nodes(block: str) -> Iterator[dict[str, Any]]:
    """Give every object of a block, outer before inner."""
    waiting, seen = deque([_loads(block)]), 0
    while waiting and seen < _MAX_NODES:
        found, seen = waiting.popleft(), seen + 1
        if isinstance(found, dict):
            yield found
            waiting.extend(value for value in found.values() if isinstance(value, dict | list))
        elif isinstance(found, list):
            waiting.extend(found[:_MAX_NODES])


def _loads(block: str) -> Any:
    """Read JSON, mending what is commonly wrong; None where it stays broken."""
    bare = _WRAPPING.sub("", block).strip().rstrip(";")
    for text in (bare, _TRAILING_COMMA.sub(r"\1", bare)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _loosely(blocks: list[str]) -> DescribedArticle:
    """Take single fields out of blocks that are no JSON."""
    broken = [block for block in blocks if _loads(block) is None]
    found: dict[str, str] = {}
    for name, pattern in _LOOSE_FIELDS:
        match = next((m for m in map(pattern.search, broken) if m), None)
        found[name] = "" if match is None else match[1].replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n")
    return DescribedArticle(
        headline=plain_title(found["headline"]),
        published=tidy(found["datePublished"]),
        modified=tidy(found["dateModified"]),
        body=_prose(found["articleBody"]),
    )


def _article(node: dict[str, Any], known: dict[str, dict[str, Any]]) -> DescribedArticle:
    """Read one article's fields."""
    return DescribedArticle(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        published=_text(node.get("datePublished")) or _text(node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        authors=_authors(node.get("author") or node.get("creator"), known),
        body=_prose(str(node.get("articleBody") or "")),
        section=_text(node.get("articleSection")),
        image=_address(node.get("image") or node.get("thumbnailUrl")),
        description=_text(node.get("description")),
        publisher=next(iter(_authors(node.get("publisher"), known)), ""),
    )


def _authors(told: Any, known: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """Give the names in an author field: words, objects, references, or lists of these."""
    names: list[str] = []
    for one in (told if isinstance(told, list) else [told])[:_MAX_AUTHORS]:
        author = known.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        name = author.get("name") if isinstance(author, dict) else author
        names.extend(_text(part) for part in (name if isinstance(name, list) else [name]))
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("http")))


def _kind(node: dict[str, Any]) -> str:
    """Give what a node is, in lower case without its vocabulary."""
    told = node.get("@type")
    kinds = told if isinstance(told, list) else [told]
    return " ".join(str(kind).rsplit("/", 1)[-1].lower() for kind in kinds if kind)


def _text(value: Any) -> str:
    """Give a plain line of what may be words, an object with a name, or a list of these."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or ""
    return plain_title(str(value)) if isinstance(value, str | int) else ""


def _address(value: Any) -> str:
    """Give the address of an image: words, an object with a url, or a list of these."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or ""
        value = value[0] if isinstance(value, list) and value else value
    return tidy(entities.unescape(value)) if isinstance(value, str) else ""


def _prose(body: str) -> str:
    """Give a body as plain paragraphs."""
    text = _TAG.sub("", _BLOCK_END.sub("\n", entities.unescape(body)))
    return "\n".join(line for line in map(tidy, text.split("\n")) if line)


def _squash(text: str) -> str:
    """Give letters and digits only, to compare."""
    return re.sub(r"\W+", "", text).casefold()
