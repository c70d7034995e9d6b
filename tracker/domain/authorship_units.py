"""Whether words name a unit: «Viện Kiểm sát nhân dân huyện Hớn Quản» is «Viện KSND Hớn Quản». Pure; no storage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORD: Final = re.compile(r"[^\W_]+")
_JOINED: Final = re.compile(r"\s*&\s*|\s*-\s*|\s*\+\s*")  # GD&ĐT, GD-ĐT
_SHORT: Final[Mapping[str, str]] = {
    "ksnd": "kiem sat nhan dan",
    "vksnd": "vien kiem sat nhan dan",
    "vks": "vien kiem sat nhan dan",
    "tand": "toa an nhan dan",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "ubmttq": "uy ban mat tran to quoc",
    "mttq": "mat tran to quoc",
    "ubmttqvn": "uy ban mat tran to quoc viet nam",
    "mttqvn": "mat tran to quoc viet nam",
    "lhpn": "lien hiep phu nu",
    "hlhpn": "hoi lien hiep phu nu",
    "hnd": "hoi nong dan",
    "ccb": "cuu chien binh",
    "hccb": "hoi cuu chien binh",
    "ldld": "lien doan lao dong",
    "gddt": "giao duc va dao tao",
    "vhtt": "van hoa thong tin",
    "vhttdl": "van hoa the thao va du lich",
    "tttt": "thong tin va truyen thong",
    "nnptnt": "nong nghiep va phat trien nong thon",
    "tnmt": "tai nguyen va moi truong",
    "ldtbxh": "lao dong thuong binh va xa hoi",
    "btg": "ban tuyen giao",
    "btgdv": "ban tuyen giao va dan van",
    "btc": "ban to chuc",
    "ubkt": "uy ban kiem tra",
    "bchqs": "ban chi huy quan su",
    "tt": "trung tam",
    "ttct": "trung tam chinh tri",
    "ttyt": "trung tam y te",
    "tncshcm": "thanh nien cong san ho chi minh",
    "tncs": "thanh nien cong san",
    "thpt": "trung hoc pho thong",
    "thcs": "trung hoc co so",
    "cb": "chi bo",
    "db": "dang bo",
    "du": "dang uy",
    "p": "phong",
    "h": "huyen",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tinhdoan": "tinh doan",
    "huyendoan": "huyen doan",
}
_LEVELS: Final = frozenset({"huyen", "tinh", "xa", "phuong", "quan", "thi", "tran", "thanh", "pho"})
_TWO_WORD_LEVELS: Final = (("thi", "xa"), ("thi", "tran"), ("thanh", "pho"))
_NOT_A_LEVEL_BEFORE: Final = frozenset({"doan", "uy", "hoi", "doi"})  # huyện đoàn, tỉnh uỷ, quân đội: part of the name
_AND: Final = "va"
_LEAST_WORDS: Final = 3  # of a name that may stand inside a longer line
_LEAST_INITIALS: Final = 4


def unit_key(name: str) -> tuple[str, ...]:
    """Give the words of a unit's name as they are compared: abbreviations written out, levels and «và» left out."""
    words = [
        part
        for word in _WORD.findall(_JOINED.sub(_joint, fold(name)))
        for part in _SHORT.get(word, word).split()
        if part != _AND
    ]
    return tuple(_without_levels(words)) or tuple(words)


def find_named(text: str | None, units: Mapping[int, tuple[str, ...]]) -> frozenset[int]:
    """Tell which units (keys by id) some words name: wholly, or the longest that stand within them.

    Initials stand for a name («P.TCCB-LĐ») where no other unit of the list has the same.
    """
    if not text:
        return frozenset()
    said = unit_key(text)
    same = {unit_id for unit_id, key in units.items() if key == said}
    if same:
        return frozenset(same)
    inside = {unit_id: key for unit_id, key in units.items() if len(key) >= _LEAST_WORDS and _contains(said, key)}
    if inside:
        longest = max(map(len, inside.values()))
        return frozenset(unit_id for unit_id, key in inside.items() if len(key) == longest)
    return _by_initials(said, units)


def is_any(unit_ids: Iterable[int], among: Iterable[int]) -> bool:
    """Tell whether two sets of units have one in common."""
    return not set(unit_ids).isdisjoint(among)


def _joint(found: re.Match[str]) -> str:
    """Join what abbreviations join; between words a dash parts."""
    return "" if found[0].strip() in {"&", "+"} or found[0] == "-" else " "


def _without_levels(words: list[str]) -> list[str]:
    """Leave out huyện, tỉnh, thị xã …: one writes them, another does not."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        follows = words[at + 1] if at + 1 < len(words) else ""
        after = words[at + 2] if at + 2 < len(words) else ""
        if (words[at], follows) in _TWO_WORD_LEVELS and after not in _NOT_A_LEVEL_BEFORE:
            at += 2
            continue
        is_level = words[at] in _LEVELS and words[at] not in {"thi", "thanh", "pho", "tran"}
        if not is_level or not kept or follows in _NOT_A_LEVEL_BEFORE:
            kept.append(words[at])
        at += 1
    return kept


def _contains(said: tuple[str, ...], key: tuple[str, ...]) -> bool:
    return any(said[n : n + len(key)] == key for n in range(len(said) - len(key) + 1))


def _by_initials(said: tuple[str, ...], units: Mapping[int, tuple[str, ...]]) -> frozenset[int]:
    letters = "".join(said[1:] if said[:1] == ("phong",) else said)
    if len(letters) < _LEAST_INITIALS:
        return frozenset()
    short = {
        unit_id
        for unit_id, key in units.items()
        if letters == "".join(word[0] for word in (key[1:] if key[:1] == ("phong",) else key))
    }
    return frozenset(short) if len(short) == 1 else frozenset()
