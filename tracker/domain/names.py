"""Vietnamese text as the house stores, finds and sorts it: cleaning, search form, tone form, sort keys.

Pure functions on strings. What a byline means lives in the crawler; what a column is called lives in tracker/labels.py.
"""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?")
_ACCENTS = re.compile("[\u0300-\u036f]+")  # all marks of Vietnamese; the rare others are looked up one by one
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
# Never wanted in stored text: controls but tab and newline, surrogates, marks that turn the reading direction, what
# cannot be seen (zero width space, word joiner, byte order mark) and what XML refuses.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\ufffe\uffff]"
)
# After casefold: Đ, and the Ð and Ɖ that old keyboards and converters leave in its place.
_D_STROKE = str.maketrans("đðɖ", "ddd")

_TONES = {
    "\u0300": 1,
    "\u0309": 2,
    "\u0303": 3,
    "\u0301": 4,
    "\u0323": 5,
}  # huyền hỏi ngã sắc nặng: the order of sorting
_OTHER_MARK = 6
_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
# The letters that follow their plain letter: a ă â, d đ, e ê, o ô ơ, u ư.
_LETTERS = {"a" + _BREVE: "a1", "a" + _CIRCUMFLEX: "a2", "e" + _CIRCUMFLEX: "e1", "o" + _CIRCUMFLEX: "o1"} | {
    "o" + _HORN: "o2",
    "u" + _HORN: "u1",
}
_LEVEL, _PART = "!", " "  # between the levels of a key, between the parts of a name; both sort below every code


def clean_text(text: str, max_len: int | None = None) -> str:
    r"""Make text fit to store: NFC, `\n` line ends, nothing invisible, trimmed, at most `max_len` characters."""
    kept = unicodedata.normalize("NFC", _UNWANTED.sub("", _BREAKS.sub("\n", text))).strip()
    if max_len is None or len(kept) <= max_len:
        return kept
    cut = max_len
    while cut and unicodedata.combining(kept[cut]):  # a letter is not parted from its marks
        cut -= 1
    return kept[:cut].strip()


def fold(text: str) -> str:
    """Give the form that search and name matching compare: lower case, no diacritics, single spaces.

    Idempotent; the same for NFC, NFD and the unmarked spelling. Punctuation stays.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFC", text).casefold().translate(_D_STROKE)
    bare = _BEYOND_ASCII.sub(_unmarked, _ACCENTS.sub("", unicodedata.normalize("NFD", plain)))
    return " ".join((bare if bare.isascii() else unicodedata.normalize("NFC", bare)).split())


def _unmarked(found: re.Match[str]) -> str:
    return "" if unicodedata.category(found[0]) in {"Mn", "Cf"} else found[0]


def tone_key(text: str) -> str:
    """Give the form in which hòa and hoà are one word: every syllable without its tone, then the tone as a digit.

    Letters keep their quality (ơ is not o, đ is not d, y is not i); case and spacing do not count.
    """
    out: list[str] = []
    tones = ""
    for char in unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold()):
        if char in _TONES:
            tones += str(_TONES[char])
            continue
        if unicodedata.category(char)[0] not in "LM":
            out.append(tones)
            tones = ""
        out.append(char)
    return " ".join(unicodedata.normalize("NFC", "".join([*out, tones])).split())


def collation_key(text: str) -> str:
    """Give a key whose byte order is the Vietnamese order: a à ả ã á ạ ă â b c d đ e ê, case last.

    Printable ASCII only, so that SQL sorts it alike everywhere ("C" collation on PostgreSQL, BINARY on SQLite).
    """
    letters, tones, cases = [], [], []
    for cluster in _clusters(text):
        code, tone = _weigh(cluster.casefold())
        letters.append(code)
        tones.append(str(tone))
        cases.append("0" if cluster == cluster.lower() else "1")
    levels = ("".join(letters), "".join(tones).rstrip("0"), "".join(cases).rstrip("0"))
    return _LEVEL.join(levels).rstrip(_LEVEL)


def name_sort_key(full_name: str) -> str:
    """Give the key that sorts people as a Vietnamese list does: by given name (the last word), then by the rest.

    What follows a bracket tells namesakes apart and is compared last. Any text has a key, an empty one too.
    """
    name, bracket, note = full_name.partition("(")
    words = name.split()
    if not words:
        return collation_key(full_name)
    parts = (words[-1], " ".join(words[:-1]), bracket + note)
    return _PART.join(collation_key(part) for part in parts).rstrip(_PART)


def _clusters(text: str) -> list[str]:
    """Part text into letters with their marks (NFD), white space collapsed."""
    out: list[str] = []
    for char in unicodedata.normalize("NFD", " ".join(text.split())):
        if out and unicodedata.combining(char):
            out[-1] += char
        else:
            out.append(char)
    return out


def _weigh(cluster: str) -> tuple[str, int]:
    """Give a letter's place in the alphabet and its tone."""
    letter, tone = cluster[:1], 0
    for mark in cluster[1:]:
        if mark in _TONES:
            tone = max(tone, _TONES[mark])
        elif letter + mark in _LETTERS:
            letter += mark
        else:
            tone = _OTHER_MARK
    return _place(letter), tone


def _place(letter: str) -> str:
    """Give the code of a letter: space, then signs, digits, Latin letters, all other letters."""
    if letter in _LETTERS:
        return _LETTERS[letter]
    if letter == "đ":
        return "d1"
    if letter == " ":
        return '"0'
    if letter.isascii() and letter.isalnum():
        return letter + "0"
    return f"{'~' if letter.isalpha() else '#'}{ord(letter):06x}"
