"""`lantoa inspect authors`: which members of a roster would be asked of a byline «is this yours?»."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from lantoa.cli.inspect.lines import bodies, files_argument, say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tracker.domain.authorship import Author, Match, Piece, Press

_COLUMNS: Final = ("code", "full_name", "unit_code", "unit_name", "since", "status", "pen_names")


_ELSEWHERE: Final = "elsewhere"
_UNKNOWN_UNIT: Final = -1  # owns an outlet, and has no member on the roster


class _Roster:
    """The members of a file, by number, and the units they stand in."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        from tracker.domain.authorship import Author
        from tracker.domain.authorship_units import unit_key
        from tracker.domain.names import fold

        self.codes: list[str] = []
        self.unit_ids: dict[str, int] = {}
        self.units: dict[int, tuple[str, ...]] = {}
        self._by_key: dict[str, list[Author]] = {}
        for number, row in enumerate(rows):
            unit_id = self.unit_ids.setdefault(row["unit_code"], len(self.unit_ids))
            self.units[unit_id] = unit_key(row["unit_name"])
            self.codes.append(row["code"])
            author = Author(
                member_id=number,
                full_name=row["full_name"],
                pen_names=tuple(filter(None, (n.strip() for n in row["pen_names"].replace(",", ";").split(";")))),
                unit_ids=frozenset({unit_id}),
            )
            words = fold(row["full_name"]).split()
            ends = {" ".join(words[n:]) for n in range(max(1, len(words) - 1))}
            for key in ends | {fold(name) for name in author.pen_names}:
                self._by_key.setdefault(key, []).append(author)

    def list_authors(self, names: Iterable[str]) -> list[Author]:
        """List who may answer to some names."""
        from tracker.domain.names import fold

        found = {author.member_id: author for name in names for author in self._by_key.get(fold(name), ())}
        return [found[number] for number in sorted(found)]


@click.command("authors")
@click.option("--roster", required=True, type=click.Path(), help="The members: CSV with " + ",".join(_COLUMNS) + ".")
@files_argument
def inspect_authors(roster: str, files: tuple[str, ...]) -> None:
    """Tell which members would be asked of bylines (JSON lines, all read before answering)."""
    from tracker.domain.authorship import match_piece

    known = _Roster(_read_roster(roster))
    asked = [_read(line, known) for name, body in bodies(files) for line in _lines(name, body)]
    press = _count_press(piece for _, piece in asked if not isinstance(piece, str))
    for told, piece in asked:
        if isinstance(piece, str):
            say({"id": told, "suggestions": [], "error": {"code": "line.unreadable", "message": piece}})
            continue
        others = _without(press, piece, known.units)
        found = match_piece(piece, known.list_authors(piece.names), others)
        say({"id": told, "suggestions": [_suggestion(match, known) for match in found]})


def _read_roster(name: str) -> list[dict[str, str]]:
    """Read the roster, or refuse a file that is none."""
    from tracker.domain.errors import AppError, Code

    try:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise AppError(Code.FIELD_INVALID, f"{name} cannot be read as CSV", field="roster") from error
    if not rows or not {"code", "full_name"} <= rows[0].keys():
        raise AppError(Code.FIELD_INVALID, f"the roster needs the columns {', '.join(_COLUMNS)}", field="roster")
    return [{column: (row.get(column) or "").strip() for column in _COLUMNS} for row in rows]


def _lines(name: str, body: bytes | None) -> list[str]:
    if body is None:
        say({"id": None, "suggestions": [], "error": {"code": "file.unreadable", "message": f"{name} cannot be read"}})
        return []
    return [line for line in body.decode("utf-8", "replace").split("\n") if line.strip()]


def _read(line: str, known: _Roster) -> tuple[Any, Piece | str]:
    """Read a line: its id, and the piece or why there is none."""
    from crawler.byline import parse_byline, person_names
    from tracker.domain.authorship import OutletKind, Piece
    from tracker.domain.authorship_units import find_named

    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None, "no JSON"
    if not isinstance(told, dict) or not isinstance(told.get("byline"), str):
        return told.get("id") if isinstance(told, dict) else None, "no object with a byline"
    kind = told.get("outlet_kind")
    if not isinstance(kind, str) or kind not in set(OutletKind):
        return told.get("id"), f"outlet_kind is one of {', '.join(OutletKind)}"
    byline = parse_byline(told["byline"])
    owner = known.unit_ids.get(str(told.get("unit_code")))
    piece = Piece(
        names=person_names([told["byline"]]),
        outlet=OutletKind(kind),
        owner_ids=_owners(told, owner, known),
        named_unit_ids=find_named(byline.unit, known.units),
        names_a_unit=byline.unit is not None,
    )
    return told.get("id"), piece


def _owners(told: Mapping[str, Any], owner: int | None, known: _Roster) -> frozenset[int]:
    """Tell whose an own outlet is: by code; one that the roster does not know is still another's."""
    from tracker.domain.authorship_units import find_named

    if owner is not None:
        return frozenset({owner})
    if told["outlet_kind"] != "own":
        return frozenset()
    if told.get("unit_code"):
        return frozenset({_UNKNOWN_UNIT})
    return find_named(str(told.get("outlet") or ""), known.units)


def _count_press(pieces: Iterable[Piece]) -> Counter[tuple[str, str | int]]:
    """Count the pieces under each name by what ties them: a unit, none, or one that is none of ours."""
    return Counter(key for piece in pieces for key in _press_keys(piece))


def _press_keys(piece: Piece) -> set[tuple[str, str | int]]:
    from tracker.domain.authorship import name_keys

    ties: Collection[str | int] = {piece.outlet.value}
    if piece.names_a_unit:
        ties = piece.named_unit_ids or {_ELSEWHERE}
    elif piece.owner_ids:
        ties = piece.owner_ids
    return {(name, tie) for name in name_keys(piece.names) for tie in ties}


def _without(press: Mapping[tuple[str, str | int], int], piece: Piece, unit_ids: Iterable[int]) -> dict[str, Press]:
    """Give how often others sign as this piece does, itself left out."""
    from tracker.domain.authorship import OutletKind, Press, name_keys

    own = _press_keys(piece)

    def others(name: str, *ties: str | int) -> int:
        return sum(press.get((name, tie), 0) - ((name, tie) in own) for tie in ties)

    return {
        name: Press(
            provincial_count=others(name, OutletKind.PROVINCIAL, OutletKind.OWN),
            national_count=others(name, OutletKind.NATIONAL),
            elsewhere_count=others(name, _ELSEWHERE, _UNKNOWN_UNIT),
            unit_counts={unit_id: count for unit_id in unit_ids if (count := others(name, unit_id))},
        )
        for name in name_keys(piece.names)
    }


def _suggestion(match: Match, known: _Roster) -> dict[str, Any]:
    from tracker.domain.authorship_words import reason_words

    return {
        "member_code": known.codes[match.member_id],
        "score": match.score / 100,
        "offered": match.is_offered,
        "reasons": [reason_words(reason, "vi") for reason in match.reasons],
    }
