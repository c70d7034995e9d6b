"""Whether a few words are a person's name, a body, an outlet, or neither; by their shape and by lists, never by lookup.

Precision before recall: what could as well be a heading, a section or a button is no name.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import Final

from crawler import byline_words as words

_MOST_WORDS: Final = 6
_MOST_CHARS: Final = 60
_MOST_CASELESS_CHARS: Final = 24
_WORD: Final = re.compile(r"(?:[^\W\d_]|[.'’‘`´·-])+")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.?-?){1,4}")
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\.){1,4}")
_LETTERS: Final = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\.?")
_OUTLET_HEAD: Final = re.compile(rf"(?:{words.OUTLET_HEADS})(?!\w)", re.IGNORECASE)
_BODY_HEAD: Final = re.compile(rf"(?:{words.BODY_HEADS})(?:(?<=\.)|(?!\w))", re.IGNORECASE)
_DOMAIN: Final = re.compile(rf"(?:https?:|www\.|\S+\.(?:{words.DOMAIN_ENDINGS})(?:/\S*)?$)", re.IGNORECASE)
_SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvxđ])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_TONES: Final = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


class Kind(enum.Enum):
    """What a few words are."""

    NAME = "name"
    COLLECTIVE = "collective"  # PV, Ban Biên tập: those who wrote, unnamed
    BODY = "body"
    OUTLET = "outlet"
    NOTHING = "nothing"


def judge(piece: str) -> Kind:
    """Tell what a piece of a byline is."""
    told = piece.casefold()
    if told in words.COLLECTIVES:
        return Kind.COLLECTIVE
    if is_outlet(piece):
        return Kind.OUTLET
    if is_body(piece):
        return Kind.BODY
    return Kind.NAME if has_shape(piece) else Kind.NOTHING


def is_outlet(piece: str) -> bool:
    """Tell whether this names an agency, a newspaper, a site."""
    told = piece.casefold().strip(" .")
    if told in words.AGENCIES or told in words.OUTLETS or _DOMAIN.match(told):
        return True
    return bool(_OUTLET_HEAD.match(piece)) and " " in piece


def is_body(piece: str) -> bool:
    """Tell whether this names a body: an office, a unit, a firm, a desk."""
    if _LETTERS.fullmatch(piece):
        return False  # P.H is somebody, P.TCCB an office
    if _BODY_HEAD.match(piece):
        return True
    return any(word.strip(".,()").casefold() in words.BODY_WORDS for word in re.split(r"[\s-]+", piece))


def has_shape(piece: str) -> bool:
    """Tell whether this is written as a name is."""
    if not 1 < len(piece) <= _MOST_CHARS or piece.casefold() in words.SECTIONS:
        return False
    split = piece.split()
    if len(split) > _MOST_WORDS or not all(_WORD.fullmatch(word) for word in split):
        return False
    if not _is_cased(piece):
        return len(piece) <= _MOST_CASELESS_CHARS
    if split[0].casefold().strip(".") in words.NEVER_FIRST or any(w.casefold() in words.NEVER for w in split):
        return False
    return _is_capitalised(split)


def is_initials(name: str) -> bool:
    """Tell whether a name is initials only: Đ.H, T.L., NVA."""
    return len(name) > 1 and name == name.upper() and bool(_INITIALS.fullmatch(name.replace(" ", "")))


def may_be_handle(text: str) -> bool:
    """Tell whether a word or two in any spelling may be what a member of a site is called."""
    told = text.casefold()
    split = told.split()
    if told in words.SECTIONS or "admin" in told or split[0] in words.NEVER_FIRST or words.NEVER.intersection(split):
        return False
    return judge(text) in {Kind.NAME, Kind.NOTHING} if len(split) == 1 else judge(text.title()) is Kind.NAME


def is_vietnamese(name: str) -> bool:
    """Tell whether every word of a name is a Vietnamese syllable."""
    return all(_SYLLABLE.fullmatch(_toneless(word)) for word in name.split())


def is_common_name(name: str) -> bool:
    """Tell whether a name is one as Vietnamese people bear: known surname or given name first, given name last."""
    told = name.casefold().split()
    if not 1 < len(told) <= _MOST_WORDS - 1 or is_place(name) or not has_shape(name) or not is_vietnamese(name):
        return False
    if told[-1] not in words.GIVEN and (len(told) > 2 or told[-1] not in words.SURNAMES):  # noqa: PLR2004 - Đoàn Loan
        return False
    return told[0] in words.SURNAMES or (len(told) <= _MOST_WORDS // 2 and told[0] in words.GIVEN)


def is_place(name: str) -> bool:
    """Tell whether these words are a place that datelines name."""
    return name.casefold() in words.PLACES


def proper_case(name: str) -> str:
    """Give a name that is written in capitals as names are written; one word may be an abbreviation and stays."""
    split = name.split()
    if not name.isupper() or sum(len(word) > 1 and not _DOTTED.fullmatch(word) for word in split) < 2:  # noqa: PLR2004 - two words
        return name
    return " ".join(word if _DOTTED.fullmatch(word) else _capitalised(word) for word in split)


def _capitalised(word: str) -> str:
    """Give the word with a capital after its start, a hyphen, an apostrophe or a dot."""
    return "".join(char if n == 0 or word[n - 1] in "-.'’‘" else char.lower() for n, char in enumerate(word))


def _is_cased(text: str) -> bool:
    """Tell whether a script with capitals is used."""
    return any(char.lower() != char.upper() for char in text)


def _is_capitalised(split: list[str]) -> bool:
    """Tell whether each word begins with a capital, particles aside, and one of them is more than a letter."""
    plain = [word for word in split if word not in words.PARTICLES]
    if not plain or split[-1] in words.PARTICLES or not all(_begins_high(word) for word in plain):
        return False
    return any(sum(map(str.isalpha, word)) > 1 for word in plain)


def _begins_high(word: str) -> bool:
    """Tell whether a word begins with a capital; d'Ancona and al-Assad do after their particle."""
    letters = word.lstrip(".'’‘`´·-")
    if not letters:
        return False
    head, mark, tail = letters.partition("-") if "-" in letters else letters.partition("’" if "’" in letters else "'")
    if mark and tail and head.casefold() in {"d", "l", "al", "el", "o", "t", "s", "n"}:
        return tail[0].upper() == tail[0]
    return letters[0].upper() == letters[0]


def _toneless(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.casefold()).translate(_TONES))
