"""Who of the roster may have written a collected piece: names weighed with unit, outlet, namesakes and the press.

A score is a number from 0 to 100 that orders and offers, never a credit: the member answers, an officer decides.
What it rests on, in order of weight:

- the unit: named in the byline, or owner of the outlet. A byline that names another unit speaks against it;
- whole name, pen name, or the end of a name («Văn Xuyên» of «Nguyễn Văn Xuyên»), which alone is too little;
- a name of one word («Hoài») is anybody's: it counts where it is the member's pen name or whole name, mark for mark,
  and the unit is named or owns the outlet, and nowhere else;
- how many of the roster answer to the name there;
- where no unit is told: how often others sign so in the press. Where one name stands again and again, a journalist
  is likelier than a member.

Initials and collectives (PV, BBT, TTXVN) are never matched. Pure; bylines are read by whoever calls.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tracker.domain.names import fold, tone_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OFFERED_AT: Final = 75
NOTED_AT: Final = 1
PART_WORDS: Final = 2  # an end of a name has at least so many


class OutletKind(enum.StrEnum):
    """Whose outlet a piece stands at."""

    OWN = "own"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class NameMatch(enum.StrEnum):
    """How a byline's name and a member's agree."""

    PEN = "pen"
    FULL = "full"
    PART = "part"


class Place(enum.StrEnum):
    """What ties a piece to where a member stands."""

    NAMED = "named"  # the byline names the member's unit
    OWNER = "owner"  # the outlet belongs to the member's unit
    COLLEAGUE = "colleague"  # at an own outlet, together with a member of the unit that owns it
    PRESS = "press"  # nothing is told, at an outlet of the province
    NATION = "nation"  # nothing is told, at an outlet of the whole country
    ELSEWHERE = "elsewhere"  # another unit's


class ReasonCode(enum.StrEnum):
    """Why a piece is offered or not; put into words by tracker/services."""

    NAME_FULL = "name.full"
    NAME_PEN = "name.pen"
    NAME_PART = "name.part"
    NAME_UNMARKED = "name.unmarked"
    UNIT_NAMED = "unit.named"
    UNIT_OWNER = "unit.owner"
    UNIT_COLLEAGUE = "unit.colleague"
    UNIT_NONE = "unit.none"
    UNIT_OTHER = "unit.other"
    NAME_ONLY_ONE = "name.only_one"
    NAME_SHARED = "name.shared"
    PRESS_SELDOM = "press.seldom"
    PRESS_OFTEN = "press.often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, with the number it speaks of."""

    code: ReasonCode
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A member as matching sees them on the day of the piece; `unit_ids`: where they stand and all above it."""

    member_id: int
    full_name: str
    pen_names: tuple[str, ...] = ()
    unit_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A collected piece: its byline read, and what is known of its place.

    `named_unit_ids` are units of the organisation that the byline names; `names_a_unit` also where it is none of them.
    """

    names: tuple[str, ...]
    outlet: OutletKind
    owner_ids: frozenset[int] = frozenset()
    named_unit_ids: frozenset[int] = frozenset()
    names_a_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """How many other pieces bear one name: those that a member said were theirs are left out.

    `elsewhere_count` are pieces of units that are not the organisation's: somebody of that name writes there.
    `unit_counts` are pieces tied to units of the organisation: whose member writes there at all, and who is another.
    """

    provincial_count: int = 0
    national_count: int = 0
    elsewhere_count: int = 0
    unit_counts: Mapping[int, int] = field(default_factory=dict)

    def count_home(self, unit_ids: frozenset[int]) -> int:
        """Count the pieces that are tied to some units."""
        return sum(count for unit_id, count in self.unit_counts.items() if unit_id in unit_ids)

    def count_others(self, unit_ids: frozenset[int]) -> int:
        """Count the pieces that are tied to any other unit."""
        return self.elsewhere_count + sum(self.unit_counts.values()) - self.count_home(unit_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A member who may have written a piece."""

    member_id: int
    name: str
    score: int
    reasons: tuple[Reason, ...]

    @property
    def is_offered(self) -> bool:
        """Whether the member is asked."""
        return self.score >= OFFERED_AT


@dataclass(slots=True)
class _Found:
    """One member under one name of the byline, while it is weighed."""

    author: Author
    name: str
    match: NameMatch
    is_unmarked: bool
    place: Place
    rival_count: int = 0
    score: int = 0
    reasons: list[Reason] = field(default_factory=list)


_BASE: Final[Mapping[tuple[NameMatch, Place], int]] = {
    (NameMatch.FULL, Place.NAMED): 97,
    (NameMatch.FULL, Place.OWNER): 96,
    (NameMatch.FULL, Place.COLLEAGUE): 86,
    (NameMatch.FULL, Place.PRESS): 82,
    (NameMatch.FULL, Place.NATION): 40,
    (NameMatch.FULL, Place.ELSEWHERE): 20,
    (NameMatch.PEN, Place.NAMED): 99,
    (NameMatch.PEN, Place.OWNER): 97,
    (NameMatch.PEN, Place.COLLEAGUE): 90,
    (NameMatch.PEN, Place.PRESS): 80,
    (NameMatch.PEN, Place.NATION): 80,
    (NameMatch.PEN, Place.ELSEWHERE): 30,
    (NameMatch.PART, Place.NAMED): 86,
    (NameMatch.PART, Place.OWNER): 80,
    (NameMatch.PART, Place.COLLEAGUE): 30,
    (NameMatch.PART, Place.PRESS): 15,
    (NameMatch.PART, Place.NATION): 5,
    (NameMatch.PART, Place.ELSEWHERE): 5,
}
_AT_HOME: Final = frozenset({Place.NAMED, Place.OWNER})
_UNMARKED_COSTS: Final = 8
_PROVINCIAL_COSTS: Final = 8
_NATIONAL_COSTS: Final = 12
_SELDOM_MOST: Final = 2
_WRITES_GAINS: Final = 6
# Who shares a name by chance: two in five are Nguyễn, one in four Trần, Lê or Phạm, and with nothing but Văn or Thị
# between surname and given name there are thousands of each.
_SURNAME_COSTS: Final[Mapping[str, int]] = {"nguyen": 8, "tran": 5, "le": 5, "pham": 5}
_PLAIN_MIDDLE: Final = frozenset({"van", "thi"})
_PLAIN_MIDDLE_COSTS: Final = 8
_PLAIN_WORDS: Final = 3
_GENERIC: Final = "thi"  # «Thị Lan» is no name anybody chooses to sign with
_GENERIC_COSTS: Final = 10
_SINGLE_COSTS: Final = 12
_INITIALS: Final = re.compile(r"(?:[^\W\d_]{1,2}\.\s*)+[^\W\d_]{0,2}\.?|[A-ZĐÂĂÊÔƠƯ]{1,5}")
_COLLECTIVES: Final = frozenset(
    {"pv", "ptv", "btv", "ctv", "bbt", "ban bien tap", "phong vien", "nhom pv", "nhom phong vien", "ttxvn", "tong hop"}
)

_NAME_REASON: Final = {
    NameMatch.FULL: ReasonCode.NAME_FULL,
    NameMatch.PEN: ReasonCode.NAME_PEN,
    NameMatch.PART: ReasonCode.NAME_PART,
}
_PLACE_REASON: Final = {
    Place.NAMED: ReasonCode.UNIT_NAMED,
    Place.OWNER: ReasonCode.UNIT_OWNER,
    Place.COLLEAGUE: ReasonCode.UNIT_COLLEAGUE,
    Place.PRESS: ReasonCode.UNIT_NONE,
    Place.NATION: ReasonCode.UNIT_NONE,
    Place.ELSEWHERE: ReasonCode.UNIT_OTHER,
}


def is_matchable(name: str) -> bool:
    """Tell whether a name can stand for one person: no initials, no collective."""
    words = fold(name).split()
    return bool(words) and not _INITIALS.fullmatch(name.strip()) and " ".join(words) not in _COLLECTIVES


def is_single(name: str) -> bool:
    """Tell whether a name is one word, which only a unit can make somebody's."""
    return len(fold(name).split()) == 1


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """Give the folded names under which members are looked up."""
    return frozenset(fold(name) for name in names if is_matchable(name))


def match_piece(piece: Piece, authors: Sequence[Author], press: Mapping[str, Press]) -> list[Match]:
    """Weigh the members whose names agree with a piece's byline; `press` is keyed by folded name.

    The best first; each member once; who is worth no note is left out.
    """
    found = [one for name in piece.names if is_matchable(name) for one in _find(name, piece, authors)]
    _find_colleagues(found, piece)
    for one in found:
        one.rival_count = _count_rivals(one, found)
        _weigh(one, press.get(fold(one.name), Press()))
    best: dict[int, Match] = {}
    for one in sorted(found, key=lambda f: (-f.score, f.author.member_id)):
        if one.score >= NOTED_AT:
            match = Match(member_id=one.author.member_id, name=one.name, score=one.score, reasons=tuple(one.reasons))
            best.setdefault(one.author.member_id, match)
    return list(best.values())


def _find(name: str, piece: Piece, authors: Sequence[Author]) -> list[_Found]:
    """Find who answers to a name; ends of names only where nobody bears the whole."""
    agreeing = [(author, agreed) for author in authors if (agreed := _agree(name, author)) is not None]
    whole = any(match is not NameMatch.PART for _, (match, _) in agreeing)
    found = [
        _Found(author=author, name=name, match=match, is_unmarked=unmarked, place=_place(author, piece))
        for author, (match, unmarked) in agreeing
        if match is not NameMatch.PART or not whole
    ]
    if is_single(name):
        return [one for one in found if one.place in _AT_HOME and not one.is_unmarked]
    return found


def _agree(name: str, author: Author) -> tuple[NameMatch, bool] | None:
    """Tell how a name and a member's agree, and whether the marks had to be left aside."""
    for known, match in (*((pen, NameMatch.PEN) for pen in author.pen_names), (author.full_name, NameMatch.FULL)):
        if fold(known) == fold(name) and (same := _same_marks(known, name)) is not None:
            return match, not same
    words, said = author.full_name.split(), name.split()
    if len(said) < PART_WORDS:
        return None
    end = " ".join(words[len(words) - len(said) :])
    if len(said) < len(words) and fold(end) == fold(name) and _same_marks(end, name):
        return NameMatch.PART, False
    return None


def _same_marks(known: str, said: str) -> bool | None:
    """Tell whether two names of one folded form are one: with marks True, one without any False, else None."""
    if tone_key(known) == tone_key(said):
        return True
    return False if said.isascii() or known.isascii() else None


def _place(author: Author, piece: Piece) -> Place:
    if piece.names_a_unit or piece.named_unit_ids:
        is_there = not author.unit_ids.isdisjoint(piece.named_unit_ids)
        return Place.NAMED if is_there else Place.ELSEWHERE
    if piece.owner_ids:
        return Place.OWNER if not author.unit_ids.isdisjoint(piece.owner_ids) else Place.ELSEWHERE
    return Place.NATION if piece.outlet is OutletKind.NATIONAL else Place.PRESS


def _find_colleagues(found: Iterable[_Found], piece: Piece) -> None:
    """Let who signs with a member of the unit count as their colleague: pieces are written across units."""
    one_of_many = len(piece.names) > 1
    at_home = {one.name for one in found if one.place in _AT_HOME and one.match is not NameMatch.PART}
    for one in found:
        if one_of_many and one.place is Place.ELSEWHERE and at_home - {one.name}:
            one.place = Place.COLLEAGUE


def _count_rivals(one: _Found, found: Iterable[_Found]) -> int:
    """Count the others who answer to the same name at least as well, and from as near."""
    same = [other for other in found if other.name == one.name and other.author.member_id != one.author.member_id]
    if one.place in _AT_HOME:
        return sum(other.place in _AT_HOME for other in same)
    return len(same)


def _weigh(one: _Found, press: Press) -> None:
    score = _BASE[one.match, one.place] - (_UNMARKED_COSTS if one.is_unmarked else 0)
    one.reasons.append(Reason(code=_NAME_REASON[one.match]))
    if one.is_unmarked:
        one.reasons.append(Reason(code=ReasonCode.NAME_UNMARKED))
    one.reasons.append(Reason(code=_PLACE_REASON[one.place]))
    if one.match is NameMatch.PART and one.place is Place.OWNER and fold(one.name).split()[0] == _GENERIC:
        score -= _GENERIC_COSTS
    if is_single(one.name):
        score -= _SINGLE_COSTS
    if one.place not in _AT_HOME:
        score += _weigh_press(one, press)
    if one.rival_count:
        score //= one.rival_count + 1
        one.reasons.append(Reason(code=ReasonCode.NAME_SHARED, count=one.rival_count))
    else:
        one.reasons.append(Reason(code=ReasonCode.NAME_ONLY_ONE))
    one.score = max(0, score)


def _weigh_press(one: _Found, press: Press) -> int:
    """Tell what others of the name add to a score, or take from it, where no unit speaks for the member."""
    others = press.count_others(one.author.unit_ids)
    count = press.provincial_count + press.national_count + others
    often = ReasonCode.PRESS_OFTEN if count > _SELDOM_MOST else ReasonCode.PRESS_SELDOM
    one.reasons.append(Reason(code=often, count=count))
    writes = one.place is Place.PRESS and press.count_home(one.author.unit_ids)
    costs = _PROVINCIAL_COSTS * press.provincial_count + _NATIONAL_COSTS * (press.national_count + others)
    return (_WRITES_GAINS if writes else 0) - costs - _commonness(one)


def _commonness(one: _Found) -> int:
    """Tell what it takes from a whole name, where no unit stands by it, that many bear it."""
    words = fold(one.name).split()
    if one.match is not NameMatch.FULL or one.place is Place.COLLEAGUE:
        return 0
    plain = len(words) == _PLAIN_WORDS and words[1] in _PLAIN_MIDDLE
    return _SURNAME_COSTS.get(words[0], 0) + (_PLAIN_MIDDLE_COSTS if plain else 0)
