"""Changes of people and units after a close: whom they touch, and what then stands in the restatement.

Memberships are written here, because a claim counts in the unit of its owner on its day: where the stay of a day
changes, the claims of that day move along. Changes of claims are restated by closes.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain.organisation import unit_on
from tracker.domain.restatement import Days, Holding, changed_days
from tracker.store import claim_homes
from tracker.store import closes as store
from tracker.store import members as member_store
from tracker.store.closes import Restated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tracker.domain.organisation import Membership
    from tracker.domain.tree import UnitVersion
    from tracker.domain.types import Viewer
    from tracker.store.claim_homes import ClaimHome
    from tracker.store.closes import Above, StandingClose
    from tracker.store.db import Tx

    Stays = Mapping[int, Sequence[Membership]]
    Place = tuple[Sequence[Membership], Sequence[ClaimHome]]
    Versions = Mapping[int, Sequence[UnitVersion]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The standing closes, and who stood above the units that are changed."""

    closes: Mapping[int, Sequence[StandingClose]]  # by the unit that closed
    above: Mapping[int, Sequence[Above]]

    def touched(self, unit_id: int, days: Sequence[Days]) -> list[StandingClose]:
        """Give the closes of a unit, or of one above it on the day, that hold one of these days."""
        found: dict[int, StandingClose] = {}
        for row in self.above.get(unit_id, ()):
            there = [met for d in days if (met := d.meet(row.valid_from, row.valid_to))]
            for close in self.closes.get(row.ancestor_id, ()):
                if any(met.meet(close.start_on, close.end_on) for met in there):
                    found[close.close_id] = close
        return [found[close_id] for close_id in sorted(found)]


def record_stays(tx: Tx, viewer: Viewer, before: Stays, after: Stays, *, now: dt.datetime) -> None:
    """Put the memberships of members in place of those they had; their claims of changed days move along.

    Each close that is touched is told in each unit that was: its stays, and how many accepted claims count there.
    """
    store.hold(tx)
    member_store.record_stays(tx, after)
    changed = [m for m in after if before.get(m)]  # who is new has claimed nothing yet
    homes = claim_homes.list_homes(tx, changed)
    moved = [_home(home, after[home.member_id]) for home in homes]
    claim_homes.record_homes(tx, (new for old, new in zip(homes, moved, strict=True) if old != new))
    closed = _closed(tx, {stay.unit_id for listed in (*before.values(), *after.values()) for stay in listed})
    if closed.closes:
        old, new = _by_member(homes), _by_member(moved)
        rows = [
            row
            for m in after
            for row in _stays_restated(closed, m, (before.get(m, ()), old.get(m, ())), (after[m], new.get(m, ())))
        ]
        store.record_restated(tx, rows, at=now, actor=viewer.account_id, reason=None)


def restate_absence(
    tx: Tx,
    viewer: Viewer,
    member_id: int,
    stays: Sequence[Membership],
    *,
    before: Days | None,
    after: Days | None,
    now: dt.datetime,
) -> None:
    """Tell the closes that hold days of an absence which was put down, changed or removed after them.

    None is «no absence»; days that are away before and after change nothing. Why somebody is away is not told.
    """
    store.hold(tx)
    closed = _closed(tx, {stay.unit_id for stay in stays})
    changed = changed_days(_away(before), _away(after))
    rows = [
        Restated(
            close_id=close.close_id,
            unit_id=unit_id,
            subject=f"member:{member_id}",
            before=_absent(before),
            after=_absent(after),
        )
        for unit_id in sorted({stay.unit_id for stay in stays})
        for close in closed.touched(unit_id, [met for days in changed for met in _there(stays, unit_id, days)])
    ]
    store.record_restated(tx, rows, at=now, actor=viewer.account_id, reason=None)


def restate_units(
    tx: Tx, viewer: Viewer, before: Versions, after: Versions, *, closed_before: Closed, now: dt.datetime
) -> None:
    """Tell the closes that hold days on which a unit is now called otherwise, stands elsewhere, began or ended.

    `closed_before` is what `find_closed` gave before the tree was changed. A unit that no longer stands below the one
    that closed is told in that one.
    """
    if not closed_before.closes:
        return
    closed_after = find_closed(tx, after)
    rows = []
    for unit_id, versions in after.items():
        had = before.get(unit_id, ())
        days = changed_days(_named(had), _named(versions))
        still = {close.close_id for close in closed_after.touched(unit_id, days)}
        touched = {c.close_id: c for c in (*closed_before.touched(unit_id, days), *closed_after.touched(unit_id, days))}
        rows += [
            Restated(
                close_id=close_id,
                unit_id=unit_id if close_id in still else close.unit_id,
                subject=f"unit:{unit_id}",
                before=_versions(had),
                after=_versions(versions),
            )
            for close_id, close in sorted(touched.items())
        ]
    store.record_restated(tx, rows, at=now, actor=viewer.account_id, reason=None)


def find_closed(tx: Tx, unit_ids: Iterable[int]) -> Closed:
    """Find what is closed, with who stands above some units now; nothing is closed until the transaction ends."""
    store.hold(tx)
    return _closed(tx, set(unit_ids))


def _closed(tx: Tx, unit_ids: set[Any]) -> Closed:
    closes: dict[int, list[StandingClose]] = {}
    for close in store.list_standing(tx):
        closes.setdefault(close.unit_id, []).append(close)
    return Closed(closes=closes, above=store.list_above(tx, sorted(unit_ids)) if closes else {})


def _by_member(homes: Iterable[ClaimHome]) -> dict[int, list[ClaimHome]]:
    found: dict[int, list[ClaimHome]] = {}
    for home in homes:
        found.setdefault(home.member_id, []).append(home)
    return found


def _home(home: ClaimHome, stays: Sequence[Membership]) -> ClaimHome:
    """Give where a claim counts by these stays; of a day on which its owner stands nowhere, where it did."""
    unit_id = unit_on(stays, home.happened_on)
    return home if unit_id is None else replace(home, unit_id=unit_id)


def _stays_restated(closed: Closed, member_id: int, before: Place, after: Place) -> Iterator[Restated]:
    for unit_id in sorted({stay.unit_id for stay in (*before[0], *after[0])}):
        days = changed_days(_standing(before[0], unit_id), _standing(after[0], unit_id))
        for close in closed.touched(unit_id, days):
            yield Restated(
                close_id=close.close_id,
                unit_id=unit_id,
                subject=f"member:{member_id}",
                before=_there_told(before, unit_id, close),
                after=_there_told(after, unit_id, close),
            )


def _there_told(place: Place, unit_id: int, close: StandingClose) -> dict[str, Any]:
    """Tell of one member in one unit and closed period: the stays there, and the accepted claims that count there."""
    stays, homes = place
    inside = Days(from_on=close.start_on, until_on=close.end_on)
    return {
        "stays": [
            {"since": _text(s.since), "until": _text(s.until), "status": str(s.status), "temporary": s.temporary}
            for s in stays
            if s.unit_id == unit_id and inside.meet(s.since, s.until)
        ],
        "claims": sum(h.counted for h in homes if h.unit_id == unit_id and close.holds(h.happened_on)),
    }


def _standing(stays: Iterable[Membership], unit_id: int) -> list[Holding]:
    return [
        Holding(valid_from=s.since, valid_to=s.until, what=(s.status, s.temporary))
        for s in stays
        if s.unit_id == unit_id
    ]


def _away(days: Days | None) -> list[Holding]:
    return [] if days is None else [Holding(valid_from=days.from_on, valid_to=days.until_on, what="away")]


def _absent(days: Days | None) -> dict[str, Any] | None:
    if days is None:
        return None
    until = None if days.until_on is None else _before(days.until_on)
    return {"absent": {"from": _text(days.from_on), "until": _text(until)}}


def _there(stays: Iterable[Membership], unit_id: int, days: Days) -> list[Days]:
    return [met for s in stays if s.unit_id == unit_id and (met := days.meet(s.since, s.until))]


def _named(versions: Iterable[UnitVersion]) -> list[Holding]:
    return [Holding(valid_from=v.valid_from, valid_to=v.valid_to, what=(v.name, v.kind, v.parent_id)) for v in versions]


def _versions(versions: Iterable[UnitVersion]) -> list[dict[str, Any]]:
    return [
        {"from": _text(v.valid_from), "to": _text(v.valid_to), "name": v.name, "kind": v.kind, "parent_id": v.parent_id}
        for v in versions
    ]


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1)
