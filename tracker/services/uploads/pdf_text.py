"""The text of a PDF: its lines, its single pieces, its stamps. Run only in the sandbox."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from tracker.services.uploads.documents import DocumentText, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

MEDIA_TYPE = "application/pdf"
PAGES_MOST = 200


def read(payload: bytes) -> DocumentText:
    """Read all pages; refuses what is locked, broken, or carries programs or further files."""
    try:
        reader = PdfReader(io.BytesIO(payload), strict=False)
        _check(reader)
        lines: list[str] = []
        unread = 0
        for page in reader.pages:
            found = list(_lines(page))
            unread += not any(any(c.isalnum() for c in line) for line in found)
            lines += found
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        msg = "the PDF cannot be read"
        raise UnreadableError(msg) from error
    return DocumentText(media_type=MEDIA_TYPE, lines=lines, page_count=len(reader.pages), unread_count=unread)


def _check(reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        msg = "the PDF is locked with a password"
        raise UnreadableError(msg)
    if not 1 <= len(reader.pages) <= PAGES_MOST:
        msg = f"a PDF has 1 to {PAGES_MOST} pages"
        raise UnreadableError(msg)
    root = reader.root_object
    names = _plain(root.get("/Names"))
    opening = _plain(root.get("/OpenAction"))
    acts = isinstance(opening, dict) and opening.get("/S") in {"/JavaScript", "/Launch"}
    if acts or (isinstance(names, dict) and ("/JavaScript" in names or "/EmbeddedFiles" in names)):
        msg = "the PDF carries programs or further files"
        raise UnreadableError(msg)


def _lines(page: PageObject) -> Iterator[str]:
    """Give the text as it stands in lines, each piece by itself (a stamp beside other words), and what is stuck on."""
    pieces: list[str] = []
    yield from page.extract_text(visitor_text=lambda text, *_: pieces.append(text)).splitlines()
    for piece in pieces:
        yield from piece.splitlines()
    for note in page.get("/Annots") or ():
        told = _plain(note)
        if isinstance(told, dict) and isinstance(told.get("/Contents"), str):
            yield from str(told["/Contents"]).splitlines()


def _plain(value: Any) -> Any:
    """Follow a reference to what it names."""
    return value.get_object() if hasattr(value, "get_object") else value
