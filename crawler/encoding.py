"""Bytes to text: which encoding a document is in. Knows nothing of what the text means.

Order of belief: byte order mark, then a strict reading as UTF-8 (which other bytes all but never pass by chance), then
the document's own declaration, the header, and a guess. Only codecs of the allow-list are used: Python also has `zip`,
`hex`, `utf-7` and others that a stranger must not choose.
"""

from __future__ import annotations

import codecs
import re

import charset_normalizer

_SAMPLE_BYTES = 1 << 16
_TOLERATED_SHARE = 20  # one unreadable character in so many still is UTF-8 with a fault

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_MULTIBYTE = frozenset(
    {"gb18030", "big5", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949", "johab", "hz"},
)
_SINGLE_BYTE = frozenset(
    {
        *(f"cp{number}" for number in (437, 850, 852, 855, 866, 874, *range(1250, 1259))),
        *(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))),
        "koi8-r",
        "koi8-t",
        "koi8-u",
        "mac-cyrillic",
        "mac-roman",
        "tis-620",
    },
)
# Labels name the smaller set where writers mean the larger (WHATWG Encoding Standard).
_WIDENED = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_ALLOWED = _MULTIBYTE | _SINGLE_BYTE | {"utf-8"}
_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


def decode(body: bytes, content_type: str = "") -> tuple[str, bool]:
    """Give the text, and whether its encoding is in doubt; never fails."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), False
    wide = _find_wide(body)
    if wide:
        return body.decode(wide, "replace"), False
    declared = _find_codec(_DECLARATION.search(body[:2048]) or _META.search(body[:2048]))
    header = _find_codec(_HEADER.search(content_type))
    return _decode_narrow(body, [codec for codec in (declared, header) if codec])


def _decode_narrow(body: bytes, told: list[str]) -> tuple[str, bool]:
    """Decode a body whose markup is ASCII, given the codecs it is said to be in."""
    multibyte = next((codec for codec in told if codec in _MULTIBYTE), None)
    for codec in (multibyte, "utf-8", *told):
        text = _decode_as(body, codec)
        if text is not None:
            return text, False
    loose = body.decode("utf-8", "replace")
    if loose.count("\ufffd") * _TOLERATED_SHARE <= sum(not character.isascii() for character in loose):
        return loose, True
    return _guess(body) or loose, True


def _decode_as(body: bytes, codec: str | None) -> str | None:
    """Decode strictly, or None."""
    if codec is None:
        return None
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return body.decode("iso8859-1") if codec == "cp1252" else None


def _find_wide(body: bytes) -> str | None:
    """Find UTF-16 or UTF-32 without a mark by how the first character of markup lies."""
    head = body[:64].lstrip(b" \t\r\n")
    return next((codec for start, codec in _WIDE_STARTS if head.startswith(start)), None)


def _find_codec(match: re.Match[bytes] | re.Match[str] | None) -> str | None:
    """Find the allowed codec that a label names."""
    if match is None:
        return None
    label = match[1] if isinstance(match[1], str) else match[1].decode("ascii")
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _WIDENED.get(name, name)
    return name if name in _ALLOWED else None


def _guess(body: bytes) -> str | None:
    """Guess from the letters themselves."""
    best = charset_normalizer.from_bytes(body[:_SAMPLE_BYTES], cp_isolation=_guessable()).best()
    codec = None if best is None else codecs.lookup(best.encoding).name
    return None if codec is None else body.decode(codec, "replace")


def _guessable() -> list[str]:
    """Give the codecs a guess may fall on, as Python spells them."""
    return sorted(codec.replace("-", "_") for codec in _ALLOWED)
