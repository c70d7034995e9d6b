"""Reading a document's text for a secrecy marking, run only in the sandbox: bytes in, a few flags out.

Of the text nothing comes out. PDF, DOCX and ODT are told by their content, plain text by its name as well.
"""

from __future__ import annotations

import codecs
import json
import zipfile
from typing import TYPE_CHECKING, Any

from tracker.domain.secrecy import is_marked
from tracker.services.uploads import office_text, pdf_text
from tracker.services.uploads.documents import DocumentText, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_TYPE = "text/plain; charset=utf-8"
_NO_TEXT = ("<", "%!", "{\\rtf", "SIMPLE  =", "GIF8")  # texts that are programs, pages or pictures
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = frozenset(chr(n) for n in range(32)) - {"\t", "\n", "\r", "\f"}


def read_document(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Give `{"media_type", "page_count", "unread_count", "secret"}`, or `{"refused": words}`."""
    try:
        found = _read(payload, str(options.get("name", "")).lower())
    except UnreadableError as refusal:
        return json.dumps({"refused": str(refusal)}).encode()
    told = {
        "media_type": found.media_type,
        "page_count": found.page_count,
        "unread_count": found.unread_count,
        "secret": is_marked(found.lines),
    }
    if not told["secret"] and not _fits(str(options.get("name", "")).lower(), found.media_type):
        return json.dumps({"refused": "the file is not what its name says"}).encode()
    return json.dumps(told).encode()


def _read(payload: bytes, name: str) -> DocumentText:
    if payload.startswith(b"%PDF-"):
        return pdf_text.read(payload)
    if payload.startswith(b"PK\x03\x04"):
        try:
            return office_text.read(payload)
        except zipfile.BadZipFile as error:
            msg = "the document is broken"
            raise UnreadableError(msg) from error
    if name.endswith(".txt"):
        return _read_plain(payload)
    msg = "documents are PDF, DOCX, ODT or plain text"
    raise UnreadableError(msg)


def _read_plain(payload: bytes) -> DocumentText:
    try:
        text = payload.decode("utf-16" if payload.startswith(_BOMS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        msg = "the letters are not UTF-8"
        raise UnreadableError(msg) from error
    if text.lstrip().startswith(_NO_TEXT) or not _CONTROLS.isdisjoint(text):
        msg = "this is no plain text"
        raise UnreadableError(msg)
    return DocumentText(media_type=TEXT_TYPE, lines=text.splitlines(), page_count=1, unread_count=0)


def _fits(name: str, media_type: str) -> bool:
    """Tell whether a name, where it has an ending, is one of its kind: no PDF is called .png."""
    wanted = {pdf_text.MEDIA_TYPE: ".pdf", TEXT_TYPE: ".txt"} | office_text.ENDINGS
    _, dot, ending = name.rpartition(".")
    return not dot or f".{ending}" == wanted[media_type]
