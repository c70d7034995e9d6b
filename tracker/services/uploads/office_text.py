"""The text of DOCX and ODT: paragraphs of all parts, headers and stamps included. Run only in the sandbox."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from tracker.services.uploads.documents import DocumentText, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ENDINGS = {DOCX: ".docx", ODT: ".odt"}
PARTS_MOST = 2_000
UNPACKED_MOST = 100 * 1024 * 1024
RATIO_MOST = 200  # of the whole; more is a bomb
PART_MOST = 20 * 1024 * 1024
_TEXT_PARTS = {DOCX: "word/", ODT: ""}
_ODT_TEXTS = frozenset({"content.xml", "styles.xml", "meta.xml"})
_PARAGRAPHS = frozenset({"p", "h"})
_RUNS = frozenset({"t", "span"})
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " "}


def read(payload: bytes) -> DocumentText:
    """Read every part that holds text; refuses bombs, programs and archives of other kinds."""
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        media_type = _kind(archive)
        lines: list[str] = []
        for info in archive.infolist():
            if _holds_text(info.filename, media_type):
                lines += _lines(_part(archive, info))
    shows = any(c.isalnum() for line in lines for c in line)
    return DocumentText(media_type=media_type, lines=lines, page_count=1, unread_count=0 if shows else 1)


def _kind(archive: zipfile.ZipFile) -> str:
    """Judge the archive by its directory, before anything is unpacked."""
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), max(1, sum(p.compress_size for p in parts))
    if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST or unpacked > packed * RATIO_MOST:
        msg = "the document unpacks to far more than it should"
        raise UnreadableError(msg)
    names = {p.filename for p in parts}
    if any(p.flag_bits & 1 for p in parts) or any(n.lower().endswith("vbaproject.bin") for n in names):
        msg = "the document is locked or carries programs"
        raise UnreadableError(msg)
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return DOCX
    if {"mimetype", "content.xml"} <= names and archive.read("mimetype").strip() == ODT.encode():
        return ODT
    msg = "documents are PDF, DOCX, ODT or plain text"
    raise UnreadableError(msg)


def _holds_text(name: str, media_type: str) -> bool:
    if media_type == ODT:
        return name in _ODT_TEXTS
    return name.startswith(_TEXT_PARTS[DOCX]) and name.endswith(".xml")


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one part, but no more of it than a part may be; its directory may lie."""
    with archive.open(info) as part:
        content = part.read(PART_MOST + 1)
    if len(content) > PART_MOST:
        msg = "the document is too long"
        raise UnreadableError(msg)
    return content


def _lines(part: bytes) -> Iterator[str]:
    """Give the text of each paragraph, and the words of stamps that are drawn (VML text paths)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        msg = "the document is broken"
        raise UnreadableError(msg) from error
    paragraphs: dict[etree._Element, list[str]] = {}
    for element in root.iter("*"):
        name = etree.QName(element).localname
        if name == "textpath":
            yield element.get("string", "")
        if words := _own_words(element, name):
            paragraphs.setdefault(_paragraph_of(element), []).append(words)
        if element.tail and element.tail.strip():
            paragraphs.setdefault(_paragraph_of(element.getparent()), []).append(element.tail)
    for told in paragraphs.values():
        yield from "".join(told).splitlines()


def _own_words(element: etree._Element, name: str) -> str:
    """Give what an element itself says; spaces count within a run of text, not between elements."""
    if name in _BREAKS:
        return _BREAKS[name]
    words = element.text or ""
    return words if name in _RUNS or words.strip() else ""


def _paragraph_of(element: etree._Element | None) -> etree._Element:
    """Give the nearest paragraph around an element, else the element itself."""
    if element is None:
        raise ValueError
    around = element
    while etree.QName(around).localname not in _PARAGRAPHS:
        above = around.getparent()
        if above is None:
            return element
        around = above
    return around
