"""Secrecy markings in a text: is there a line that says MẬT, TỐI MẬT or TUYỆT MẬT and nothing else?

Pure. A marking stands alone, in capitals, as a stamp does; the words within a sentence, or "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
are no marking. Reading files is not done here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# The stamp without its spaces (it is often letter-spaced); the same in the fonts of before Unicode, TCVN3 and VNI,
# whose letters other programs show as these.
_STAMPS = frozenset({"MẬT", "TỐIMẬT", "TUYỆTMẬT", "MAÄT", "TOÁIMAÄT", "TUYEÄTMAÄT"})
_OLD_STAMPS = frozenset({"mËt", "MËT", "tèimËt", "TèIMËT", "tuyÖtmËt", "TUYÖTMËT"})
_COPY = re.compile(r"\W*\b(?:bản\s+số|số\s+bản|số)\b.*$", re.IGNORECASE)  # "TỐI MẬT - Bản số: 02"
_LABEL = re.compile(r"\b(?:độ|mức\s+độ|mức|dấu(?:\s+chỉ)?(?:\s+độ)?)\s+mật\s*[:：]\s*(?P<said>.*)", re.IGNORECASE)
_LABELLED = re.compile(r"\W*(?:mật|tối\s*mật|tuyệt\s*mật)\b(?!\s+ong)", re.IGNORECASE)
_COLUMNS = re.compile(r"\t|\s{3,}|[|│]")  # what stands beside each other in a table or a letter's head
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
LINE_MOST = 400  # a stamp is short; what is longer is running text, of which the beginning is looked at


def is_marked(lines: Iterable[str]) -> bool:
    """Tell whether any line is a secrecy marking."""
    return any(is_mark(part) for line in lines for part in line.splitlines() or [""])


def is_mark(line: str) -> bool:
    """Tell whether a line, or a column of it, is a secrecy marking."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", line[:LINE_MOST])).replace("\u00a0", " ")
    label = _LABEL.search(text)
    if label is not None and _LABELLED.match(label["said"]):
        return True
    return _is_stamp(text) or any(_is_stamp(part) for part in _COLUMNS.split(text))


def _is_stamp(text: str) -> bool:
    for said in (text, _COPY.sub("", text)):
        letters = "".join(c for c in said if c.isalnum())
        if letters in _STAMPS or letters in _OLD_STAMPS:
            return True
    return False
