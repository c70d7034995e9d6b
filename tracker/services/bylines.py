"""Bylines of collected articles weighed against the roster: who is to be asked «is this yours?».

Called where an article is collected or its page was read, not for a person; it credits nobody. What speaks for a
member, tracker/domain/authorship.py says; only members who agreed to the processing of their data are compared at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tracker.domain.authorship import (
    NOTED_AT,
    Author,
    OutletKind,
    Piece,
    Press,
    Reason,
    ReasonCode,
    is_single,
    match_piece,
    name_keys,
)
from tracker.domain.authorship_units import find_named, unit_key
from tracker.domain.catalogue import OutletClass
from tracker.domain.names import fold
from tracker.domain.periods import local_date
from tracker.store import roster
from tracker.store import suggestions as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tracker.domain.authorship import Match
    from tracker.store.db import Tx
    from tracker.store.roster import Bearer
    from tracker.store.suggestions import NotedPiece, PieceRow

RIVALS_MOST: Final = 9  # who shares a name with more is not noted unless offered
PATIENCE: Final = 5  # so many pieces that wait for the member's answer say nothing against them
_TIED, _ELSEWHERE, _WAITING = "home", "elsewhere", "waiting"
_HOME: Final = frozenset({ReasonCode.UNIT_NAMED, ReasonCode.UNIT_OWNER, ReasonCode.UNIT_COLLEAGUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """An article whose byline is known now; `unit` as the byline names it."""

    article_id: int
    authors: tuple[str, ...]
    unit: str | None = None


def offer(tx: Tx, collected: Sequence[Collected], *, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Weigh articles for the members who answer to their bylines; one look-up of names for all of them.

    The unit that a byline names is kept with its article, for whoever is compared with it later.
    """
    units = {one.article_id: one.unit for one in collected if name_keys(one.authors)}
    if not units:
        return
    store.record_units(tx, units)
    told = {one.article_id: one.authors for one in collected if one.article_id in units}
    keys = name_keys(name for authors in told.values() for name in authors)
    given = _given_names(tx, units, told)
    bearers = roster.list_bearers(tx, keys, given)
    if bearers:
        _weigh(tx, store.list_pieces(tx, units), units, bearers, now, zone)


def _given_names(tx: Tx, units: Mapping[int, str | None], told: Mapping[int, tuple[str, ...]]) -> set[str]:
    """Give the last words of names that may be the end of a longer one: only where a unit can speak for them."""
    spoken = {article_id for article_id, unit in units.items() if unit}
    silent = units.keys() - spoken
    if silent:
        spoken |= {row.article_id for row in store.list_pieces(tx, silent) if row.outlet_class == OutletClass.OWN}
    named = (name for article_id in spoken for name in told[article_id] if name_keys([name]))
    return {name.split()[-1] for name in named if not is_single(name)}


def _weigh(
    tx: Tx,
    pieces: Sequence[PieceRow],
    units: Mapping[int, str | None],
    bearers: Sequence[Bearer],
    now: dt.datetime,
    zone: dt.tzinfo,
) -> None:
    names = roster.list_unit_names(tx, {stay.unit_id for bearer in bearers for stay in bearer.stays})
    keys = _UnitKeys(names)
    owners = _site_owners(tx, pieces)
    noted = store.list_noted(tx, [bearer.member_id for bearer in bearers])
    rows: list[dict[str, Any]] = []
    for row in pieces:
        day = local_date(row.published_at, zone)
        authors = [author for bearer in bearers if (author := _author(bearer, day)) is not None]
        piece = _piece(row, units[row.article_id] or row.author_unit, keys, owners)
        press = _press(row, authors, noted)
        rows += [_row(row, match, now) for match in match_piece(piece, authors, press) if _is_noted(match)]
    store.note(tx, rows)


class _UnitKeys:
    """What units are called, for finding those that some words name: under every name they ever had."""

    def __init__(self, names: Mapping[int, Sequence[str]]) -> None:
        listed = [(unit_id, unit_key(name)) for unit_id, called in names.items() for name in called]
        self._keys = {number: key for number, (_, key) in enumerate(listed)}
        self._units = {number: unit_id for number, (unit_id, _) in enumerate(listed)}

    def find(self, text: str | None) -> frozenset[int]:
        """Find the units that some words name."""
        return frozenset(self._units[number] for number in find_named(text, self._keys))


def _author(bearer: Bearer, day: dt.date) -> Author | None:
    """Give a member as they stood on a day; None where they stood nowhere."""
    unit_ids = bearer.list_units(day)
    if not unit_ids:
        return None
    return Author(
        member_id=bearer.member_id,
        full_name=bearer.full_name,
        pen_names=tuple(bearer.pen_names),
        unit_ids=unit_ids,
    )


def _piece(row: PieceRow, unit: str | None, keys: _UnitKeys, owners: Mapping[str, frozenset[int]]) -> Piece:
    kind = _kind(row.outlet_class)
    owner_ids = owners.get(row.host, frozenset())
    if not owner_ids and kind is OutletKind.OWN:
        owner_ids = keys.find(row.outlet_name)
    return Piece(
        names=row.authors,
        outlet=kind,
        owner_ids=owner_ids,
        named_unit_ids=keys.find(unit),
        names_a_unit=bool(unit),
    )


def _kind(outlet_class: str | None) -> OutletKind:
    """Tell whose an outlet is; one that nobody has classed may well be the province's."""
    match outlet_class:
        case OutletClass.OWN:
            return OutletKind.OWN
        case OutletClass.CENTRAL:
            return OutletKind.NATIONAL
        case _:
            return OutletKind.PROVINCIAL


def _site_owners(tx: Tx, pieces: Iterable[PieceRow]) -> dict[str, frozenset[int]]:
    """Tell which units registered the hosts of pieces as their own sites."""
    hosts = {_bare(piece.host): piece.host for piece in pieces}
    found: dict[str, set[int]] = {}
    for url, unit_id in roster.list_site_owners(tx):
        host = hosts.get(_bare(urlsplit(url).hostname or ""))
        if host is not None:
            found.setdefault(host, set()).add(unit_id)
    return {host: frozenset(unit_ids) for host, unit_ids in found.items()}


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _press(row: PieceRow, authors: Collection[Author], noted: Iterable[NotedPiece]) -> dict[str, Press]:
    """Tell how often the names of a piece were met before, and in what company."""
    others = [one for one in noted if one.article_id != row.article_id]
    found: dict[str, Press] = {}
    for name in name_keys(row.authors):
        bearing = {a.member_id: a for a in authors if name in {fold(n) for n in (a.full_name, *a.pen_names)}}
        found[name] = _tally([one for one in others if one.member_id in bearing], bearing)
    return found


def _tally(noted: Iterable[NotedPiece], bearing: Mapping[int, Author]) -> Press:
    """Count pieces, each once however many share the name: whose it is known to be goes before what was guessed."""
    ties: dict[int, str] = {}
    homes: Counter[int] = Counter()
    for one in sorted(noted, key=lambda n: (n.mine is not True, not n.codes & _HOME)):
        if one.article_id in ties:
            continue
        ties[one.article_id] = tie = _tie(one)
        if tie == _TIED:
            homes[min(bearing[one.member_id].unit_ids)] += 1
    counts = Counter(ties.values())
    return Press(
        provincial_count=counts[OutletKind.PROVINCIAL] + counts[OutletKind.OWN] + max(0, counts[_WAITING] - PATIENCE),
        national_count=counts[OutletKind.NATIONAL],
        elsewhere_count=counts[_ELSEWHERE],
        unit_counts=dict(homes),
    )


def _tie(one: NotedPiece) -> str:
    if one.mine or (one.mine is None and one.codes & _HOME):
        return _TIED
    if one.mine is False or ReasonCode.UNIT_OTHER in one.codes:
        return _ELSEWHERE
    return _WAITING if one.is_offered else _kind(one.outlet_class)


def _is_noted(match: Match) -> bool:
    """Tell whether a match is kept: what is offered, and whole names as far as they tell how often they are met."""
    if match.is_offered:
        return True
    codes = {reason.code: reason.count for reason in match.reasons}
    return (
        match.score >= NOTED_AT
        and ReasonCode.NAME_PART not in codes
        and (codes.get(ReasonCode.NAME_SHARED) or 0) <= RIVALS_MOST
    )


def _row(row: PieceRow, match: Match, now: dt.datetime) -> dict[str, Any]:
    return {
        "member_id": match.member_id,
        "article_id": row.article_id,
        "score_percent": match.score,
        "reasons": [_told(reason) for reason in match.reasons],
        "offered_at": now,
    }


def _told(reason: Reason) -> list[Any]:
    return [reason.code.value, reason.count]
