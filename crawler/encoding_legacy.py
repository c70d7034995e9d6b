"""Vietnamese in encodings of before Unicode (TCVN3, VNI), or spoilt twice: told by its letters, never guessed at.

Such text decodes without a fault and looks like nonsense in Latin letters. What it was cannot be known for certain, so
it is refused with a name to look for, not stored and not converted.
"""

from __future__ import annotations

import re
from typing import Final

_SAMPLE_CHARS = 20_000
_FEWEST_WORDS = 12
_SHARE = 5  # one word in so many; in real text of these kinds it is every second
_KINDS_OF_PAIR = 4  # different ones: a language that has some of these pairs has few of them

_UNICODE = re.compile("[ƠơƯưĐđ\u1ea0-\u1ef9]")  # whoever writes these has no legacy font
_SIGNS: Final = {
    # Signs that no language writes inside a word stand for letters: "§¶ng", "x· héi", "®Êt n­íc".
    "TCVN3": re.compile("[A-Za-zÀ-ÿ][µ¸¶·¹»¾¼½¨©ª«¬®]|[®§µ¸¶·¹»¾¼½¨©ª«¬](?=[A-Za-zÀ-ÿ])"),
    # Each mark is a character after its vowel: "Coäng hoøa xaõ hoäi", "nöôùc".
    "VNI": re.compile("[aeiouyAEIOUYöôÖÔ][ØÙÕÛÏøùõûïÂÊÔâêôÄËÅÆäëåæÁÀÃáàãéèüú]"),
    # UTF-8 read as windows-1252 and written again: "Viá»‡t Nam".
    "UTF-8 read as windows-1252": re.compile("á[º»]|Ä[‘\x90]|Æ[°¡¯]"),
}


def find_legacy(text: str) -> str | None:
    """Name the encoding that a text seems to be in; None for everything else."""
    text = text[:_SAMPLE_CHARS]
    if text.isascii() or _UNICODE.search(text):
        return None
    word_count = len(text.split())
    return next((name for name, sign in _SIGNS.items() if _is_full_of(text, word_count, sign)), None)


def _is_full_of(text: str, word_count: int, sign: re.Pattern[str]) -> bool:
    """Tell whether a text shows a sign in many of its words, and in several forms."""
    if word_count < _FEWEST_WORDS:
        return False
    found = sign.findall(text)
    return len(found) * _SHARE >= word_count and len(set(found)) >= _KINDS_OF_PAIR
