"""RSS 0.9x to 2.0, RSS 1.0 (RDF) and Atom read from a tree that libxml2 built, broken ends included.

Only the walk stands here. The text comes mended and without prolog (xmltext); plain texts and addresses are made later
(feed_raw). No entity is ever expanded: the prolog that could declare one is gone, and the parser would not.
"""

from __future__ import annotations

import base64
import functools
import html
import re
from typing import TYPE_CHECKING

from lxml import etree

from crawler.feed_raw import MAX_ITEMS, RawFeed, RawItem, text_as_markup

if TYPE_CHECKING:
    from collections.abc import Iterable

    Element = etree._Element  # noqa: SLF001 - lxml's public class has no public name
    Fields = dict[str, list[Element]]

_FATAL = 3
_NO_PAGE = 2
_FORMATS = {"rss": "rss", "rdf": "rdf", "feed": "atom"}

# Elements are known by a short prefix of ours and their local name; RSS's own and Atom's have none.
_PREFIXES = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/net/rss1.1#": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss": "media:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
# Names without a namespace are read in any case, as Apple's readers do; this is how they are spelled here.
_SPELLED = {"pubdate": "pubDate"}
_OWN_PREFIXES = frozenset(_PREFIXES.values()) - {""}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ITEM_TAG = re.compile(r"<(?P<close>/?)(?:[A-Za-z_][\w.-]*:)?(?:item|entry)(?=[\s>/])")
_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)", re.IGNORECASE)
_XHTML_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]*:|\sxmlns(?::[\w.-]+)?=\"[^\"]*\"")


def read_tree(text: str, root_name: str, base_url: str | None) -> RawFeed:
    """Read the feed as far as the tree goes; the text begins with the root's tag, so there always is a root."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(text.encode(), parser, base_url=base_url or "")
    _adopt_namespace(root)
    feed = _read_root(root, _FORMATS[root_name], base_url)
    if any(entry.level >= _FATAL for entry in parser.error_log):
        feed.warnings.append("partial")
    return feed


def count_whole_items(text: str) -> int:
    """Count in the text itself what opens an entry and does not break off, to see how many a broken tree lost."""
    opened, is_closed = 0, True
    for match in _ITEM_TAG.finditer(text):
        is_closed = bool(match["close"])
        opened += not is_closed
    return opened if is_closed else opened - 1


def _read_root(root: Element, format_: str, base_url: str | None) -> RawFeed:
    """Read the feed's own fields and all its entries."""
    head = root if format_ == "atom" else next(root.iter("{*}channel"), root)
    fields = _fields_of(head)
    links = _page_links(fields)
    base = base_url or next((link for link in _self_links(fields) + links if link.startswith("http")), None)
    feed = RawFeed(
        format=format_,
        base=base,
        title=_title(fields),
        link=next(iter(links), ""),
        language=_text(fields, "language", "dc:language") or root.get(_XML_LANG) or head.get(_XML_LANG) or "",
        generator=_text(fields, "generator", "atom:generator"),
    )
    elements = _entries(root)
    feed_authors = _authors(fields) if format_ == "atom" else []
    feed.items = [_read_item(element, base, feed_authors) for element in elements[: MAX_ITEMS + 1]]
    return feed


def _entries(root: Element) -> list[Element]:
    """Give the entries: RSS's items or Atom's, wherever they stand (RSS 1.0 keeps them beside the channel)."""
    elements = root.iter("{*}item", "{*}entry")
    return [element for element in elements if _short_name(str(element.tag)) in {"item", "atom:entry", "entry"}]


def _adopt_namespace(root: Element) -> None:
    """Read a root in a namespace of nobody's as what its name says."""
    namespace, brace, local = str(root.tag)[1:].rpartition("}")
    if brace and namespace.lower() not in _PREFIXES:
        own = "{http://www.w3.org/2005/Atom}" if local.lower() == "feed" else ""
        for element in root.iter(f"{{{namespace}}}*"):
            element.tag = own + str(element.tag).rpartition("}")[2]


def _read_item(element: Element, base: str | None, feed_authors: list[str]) -> RawItem:
    """Read one entry; Atom's entries without an author have the feed's (RFC 4287 §4.2.1)."""
    fields = _fields_of(element)
    guid = _text(fields, "guid", "atom:id", "dc:identifier") or element.get(_RDF + "about") or ""
    return RawItem(
        base=element.base if element.base and element.base.startswith("http") else base,
        guid=guid,
        links=[*_page_links(fields), *_permalinks(fields, guid)],
        title=_title(fields),
        summary=_markup(fields, "description", "atom:summary", "dc:description", "itunes:summary", "media:description"),
        content=_markup(fields, "content:encoded", "atom:content", "xhtml:body", "xhtml:div", "body", "fullitem"),
        authors=_authors(fields) or feed_authors,
        published=_text(fields, "pubDate", "atom:published", "atom:issued", "dc:date", "dcterms:issued")
        or _text(fields, "dcterms:created", "atom:created", "published", "date"),
        updated=_text(fields, "atom:updated", "atom:modified", "dcterms:modified", "dc:date", "updated"),
        images=_images(fields),
        categories=_categories(fields),
        enclosures=_enclosures(fields),
    )


def _fields_of(element: Element) -> Fields:
    """Give the children by their short names."""
    fields: Fields = {}
    for child in element.iterchildren("*"):
        fields.setdefault(_short_name(str(child.tag)), []).append(child)
    if "media:group" in fields:
        for group in fields["media:group"]:
            for child in group:
                fields.setdefault(_short_name(str(child.tag)), []).append(child)
    return fields


@functools.lru_cache(maxsize=1024)
def _short_name(tag: str) -> str:
    """Give prefix and local name; a prefix that the document forgot to declare is taken by its usual meaning."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        prefix = _PREFIXES.get(namespace.lower(), "?:")
        return prefix + local if prefix else _spelled(local)
    prefix, colon, local = tag.partition(":")
    if not colon:
        return _spelled(tag)
    return tag if prefix + ":" in _OWN_PREFIXES else "?:" + local


def _spelled(name: str) -> str:
    """Give a name of RSS's own in the case that is looked for."""
    return _SPELLED.get(name.lower(), name.lower())


def _string(element: Element) -> str:
    """Give all text of an element."""
    return (element.text or "") if not len(element) else "".join(str(part) for part in element.itertext())


def _text(fields: Fields, *names: str) -> str:
    """Give the first text that is not empty under these names."""
    for name in names:
        for element in fields.get(name, ()):
            text = _string(element).strip()
            if text:
                return text
    return ""


def _title(fields: Fields) -> str:
    """Give the title; what stands inside as elements is markup."""
    for name in ("title", "atom:title", "dc:title", "media:title", "itunes:title"):
        for element in fields.get(name, ()):
            text = _inner(element) if len(element) else _written(element)
            if text.strip():
                return text
    return ""


def _markup(fields: Fields, *names: str) -> str:
    """Give the first text under these names as HTML."""
    for name in names:
        for element in fields.get(name, ()):
            markup = _element_markup(element, is_atom=name.startswith("atom:"))
            if markup.strip():
                return markup
    return ""


def _element_markup(element: Element, *, is_atom: bool) -> str:
    """Give an element's content as HTML: escaped markup, markup as elements, or Atom's plain text."""
    if len(element):
        return _inner(element)
    text = _written(element)
    kind = element.get("type", "text")
    if is_atom and kind in {"text", "text/plain"} and element.get("mode") != "escaped":
        return text_as_markup(text)
    return text


def _written(element: Element) -> str:
    """Give an element's own text; Atom may write it in base64."""
    text = element.text or ""
    if element.get("mode") != "base64" and not element.get("type", "").startswith(("application/octet", "image/")):
        return text
    try:
        return base64.b64decode(text, validate=False).decode()
    except ValueError:
        return text


def _inner(element: Element) -> str:
    """Give what stands inside an element as HTML, prefixes of namespaces taken off."""
    parts = [text_as_markup(element.text or "")]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return _XHTML_PREFIX.sub(lambda match: match[1] or "", "".join(parts))


def _page_links(fields: Fields) -> list[str]:
    """Give the addresses of a page, the likeliest first."""
    plain = [_string(element).strip() or element.get("href", "") for element in fields.get("link", ())]
    pages = sorted((e for e in fields.get("atom:link", ()) if _link_rank(e) < _NO_PAGE), key=_link_rank)
    atom = [element.get("href", "") or _string(element).strip() for element in pages]
    return [link for link in (*plain, *atom, _text(fields, "feedburner:origLink")) if link]


def _self_links(fields: Fields) -> list[str]:
    """Give where the feed says that it lives itself."""
    return [element.get("href", "") for element in fields.get("atom:link", ()) if element.get("rel") == "self"]


def _link_rank(element: Element) -> int:
    """Rank an Atom link: a page, then any alternate; other relations lead elsewhere."""
    rel = element.get("rel", "alternate").rpartition("/")[2]
    if rel == "alternate":
        return 0 if element.get("type", "text/html") in {"text/html", "application/xhtml+xml"} else 1
    return _NO_PAGE


def _permalinks(fields: Fields, guid: str) -> Iterable[str]:
    """Give what else may be the address: a guid that says so or looks so, an RDF name."""
    is_permalink = all(element.get("isPermaLink", "true").lower() != "false" for element in fields.get("guid", ()))
    if is_permalink and guid.startswith(("http://", "https://")):
        yield guid


def _authors(fields: Fields) -> list[str]:
    """Give the authors as written, one a name element."""
    names: list[str] = []
    for key in ("author", "atom:author"):
        for element in fields.get(key, ()):
            inner = [_string(child) for child in element if _short_name(str(child.tag)).rpartition(":")[2] == "name"]
            names += inner or ([_string(element)] if not len(element) else [])
    names += [_string(element) for key in ("dc:creator", "dc:author") for element in fields.get(key, ())]
    return [name for name in names if name.strip()] or [_string(element) for element in fields.get("itunes:author", ())]


def _categories(fields: Fields) -> list[str]:
    """Give the categories' words."""
    elements = [e for key in ("category", "atom:category", "dc:subject", "media:category") for e in fields.get(key, ())]
    words = [word for element in fields.get("tags", ()) for word in _string(element).split(",")]
    words += [element.get("term") or element.get("label") or _string(element) for element in elements[: MAX_ITEMS + 1]]
    return words + [element.get("text", "") for element in fields.get("itunes:category", ())]


def _enclosures(fields: Fields) -> list[str]:
    """Give the files that come with an entry."""
    attached = [element for element in fields.get("atom:link", ()) if element.get("rel") == "enclosure"]
    return [e.get("url") or e.get("href") or "" for e in (*fields.get("enclosure", ()), *attached)]


def _images(fields: Fields) -> list[str]:
    """Give the pictures that an entry names, its own before thumbnails."""
    media = [e.get("url", "") for e in (*fields.get("media:content", ()), *fields.get("enclosure", ())) if _is_image(e)]
    media += [e.get("url", "") for e in fields.get("media:thumbnail", ())]
    named = (*fields.get("itunes:image", ()), *fields.get("image", ()), *fields.get("thumb", ()))
    for element in named:
        inner = next((_string(child) for child in element if _short_name(str(child.tag)) == "url"), "")
        media.append(element.get("href") or element.get("url") or inner or _string(element))
    return [html.unescape(link.strip()) for link in media if link.strip()]


def _is_image(element: Element) -> bool:
    """Tell whether a file is a picture, by what is said of it, else by its name."""
    said = element.get("medium") or element.get("type") or ""
    return said.startswith("image") if said else bool(_PICTURE_NAME.search(element.get("url", "")))
