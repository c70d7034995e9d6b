"""The roster as bylines are compared with it: who answers to a name, with pen names and units of a day.

Only members who agreed to the processing of their data are found: to nobody else anything is offered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, or_, select, union

from tracker.domain.names import collation_key
from tracker.domain.types import Channel
from tracker.store.tables.accounts import Consent
from tracker.store.tables.organisation import Member, Membership, PenName, UnitAncestry, UnitVersion
from tracker.store.tables.registers import UnitChannel
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Select

    from tracker.store.db import Tx

NAMESAKES_MOST: Final = 400  # of one given name; where there are more, the end of a name tells nobody apart
_PROCESSING: Final = "processing"
_AFTER: Final = "~"  # sorts after every key that begins alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """That a member stood in a unit, below others, in [since, until)."""

    unit_id: int
    since: dt.date
    until: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether it was so on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(slots=True, kw_only=True)
class Bearer:
    """A member who answers to a name."""

    member_id: int
    full_name: str
    pen_names: list[str] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    def list_units(self, day: dt.date) -> frozenset[int]:
        """List where they stood on a day, and all above it."""
        return frozenset(stay.unit_id for stay in self.stays if stay.holds_on(day))


def list_bearers(tx: Tx, names: Collection[str], given_names: Collection[str] = ()) -> list[Bearer]:
    """List who bears one of some folded names, as full name or pen name, or has one of some given names."""
    return list_these(tx, _named_ids(tx, names) | _given_ids(tx, given_names))


def list_these(tx: Tx, member_ids: Collection[int]) -> list[Bearer]:
    """List members with all that is compared; who was erased or did not agree is left out."""
    found: dict[int, Bearer] = {}
    for part in chunks(sorted(set(member_ids))):
        columns = select(Member.member_id, Member.full_name)
        for row in tx.all(columns.where(Member.member_id.in_(part), Member.erased_at.is_(None), _consented())):
            found[row.member_id] = Bearer(member_id=row.member_id, full_name=row.full_name)
    _add_pen_names(tx, found)
    _add_stays(tx, found)
    return list(found.values())


def list_consented(tx: Tx, member_ids: Iterable[int]) -> list[int]:
    """List those of these members who agreed to the processing of their data."""
    return [
        member_id
        for part in chunks(sorted(set(member_ids)))
        for member_id in tx.scalars(select(Member.member_id).where(Member.member_id.in_(part), _consented()))
    ]


def list_unit_names(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[str]]:
    """List what units are and were called: a piece may name them as they were."""
    found: dict[int, list[str]] = {}
    for part in chunks(sorted(set(unit_ids))):
        query = select(UnitVersion.unit_id, UnitVersion.name).where(UnitVersion.unit_id.in_(part))
        for row in tx.all(query.order_by(UnitVersion.unit_id, UnitVersion.valid_from)):
            found.setdefault(row.unit_id, []).append(row.name)
    return found


def list_site_owners(tx: Tx) -> list[tuple[str, int]]:
    """List the sites that units registered as their own, with the unit."""
    query = select(UnitChannel.url, UnitChannel.unit_id)
    found = query.where(UnitChannel.platform == Channel.WEB, UnitChannel.url.is_not(None))
    return [(row.url, row.unit_id) for row in tx.all(found.order_by(UnitChannel.channel_id)) if row.url]


def _named_ids(tx: Tx, names: Collection[str]) -> set[int]:
    found: set[int] = set()
    for part in _parts(names):
        full = select(Member.member_id).where(Member.name_folded.in_(part))
        pen = select(PenName.member_id).where(PenName.name_folded.in_(part))
        found.update(tx.scalars(union(full, pen)))
    return found


def _given_ids(tx: Tx, given_names: Collection[str]) -> set[int]:
    """Find members by the last word of their names, by the index that sorts them; too many are nobody."""
    found: set[int] = set()
    for name in sorted(given_names):
        key = collation_key(name).split("!")[0]
        in_range = and_(Member.name_sort >= key, Member.name_sort < key + _AFTER)
        ids = list(tx.scalars(_by_sort().where(in_range).limit(NAMESAKES_MOST + 1)))
        if len(ids) <= NAMESAKES_MOST:
            found.update(ids)
    return found


def _by_sort() -> Select[Any]:
    return select(Member.member_id).order_by(Member.name_sort)


def _consented() -> ColumnElement[bool]:
    standing = and_(Consent.member_id == Member.member_id, Consent.kind == _PROCESSING, Consent.withdrawn_at.is_(None))
    return select(Consent.member_id).where(standing).exists()


def _add_pen_names(tx: Tx, found: dict[int, Bearer]) -> None:
    for part in chunks(sorted(found)):
        query = select(PenName.member_id, PenName.name).where(PenName.member_id.in_(part))
        for row in tx.all(query.order_by(PenName.member_id, PenName.name)):
            found[row.member_id].pen_names.append(row.name)


def _add_stays(tx: Tx, found: dict[int, Bearer]) -> None:
    """Add where members stood and what stood above, each as long as both were so."""
    overlap = and_(
        UnitAncestry.unit_id == Membership.unit_id,
        or_(Membership.until.is_(None), UnitAncestry.valid_from < Membership.until),
        or_(UnitAncestry.valid_to.is_(None), UnitAncestry.valid_to > Membership.since),
    )
    columns = (Membership.member_id, Membership.since, Membership.until)
    above = (UnitAncestry.ancestor_id, UnitAncestry.valid_from, UnitAncestry.valid_to)
    for part in chunks(sorted(found)):
        query = select(*columns, *above).join(UnitAncestry, overlap).where(Membership.member_id.in_(part))
        for row in tx.all(query):
            ends = [day for day in (row.until, row.valid_to) if day is not None]
            stay = Stay(
                unit_id=row.ancestor_id, since=max(row.since, row.valid_from), until=min(ends) if ends else None
            )
            found[row.member_id].stays.append(stay)


def _parts(names: Collection[str]) -> Iterable[list[str]]:
    listed = sorted(names)
    for at in range(0, len(listed), 500):
        yield listed[at : at + 500]
