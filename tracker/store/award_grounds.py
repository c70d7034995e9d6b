"""What awards rest on: counted claims of their days and programmes that ran then, counted, and listed part by part.

An award of a large unit may rest on all that a province shared in a year: nothing here gives more rows than asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, func, literal, or_, select, union_all

from tracker.domain.awards import Grounds
from tracker.domain.types import ClaimId, MemberId, ProgrammeId
from tracker.store.scope import valid_on
from tracker.store.tables.claims import ClaimCredit, counted_claims
from tracker.store.tables.organisation import UnitAncestry
from tracker.store.tables.programmes import Programme

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import CTE, ColumnElement, Select

    from tracker.store.db import Tx

C = counted_claims.c
AWARDS_AT_ONCE = 100  # named in one statement
_CLAIM = (C.happened_on, C.member_id, C.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Honoured:
    """Whose deeds of which days [start_on, end_on) an award honours: of a member, else of a unit and all below it."""

    award_id: int
    unit_id: int
    member_id: int | None
    start_on: dt.date
    end_on: dt.date


def list_first(tx: Tx, awards: Sequence[Honoured], *, most: int) -> dict[int, Grounds]:
    """Give the first grounds of awards, `most` claims and programmes of each, and how many they are in all."""
    claims: dict[int, list[Any]] = {}
    programmes: dict[int, list[Any]] = {}
    for start in range(0, len(awards), AWARDS_AT_ONCE):
        part = awards[start : start + AWARDS_AT_ONCE]
        people = [award for award in part if award.member_id is not None]
        units = [award for award in part if award.member_id is None]
        if people:
            _gather(tx, _credited(people), _CLAIM, most, claims)
        if units:
            _gather(tx, _below(units), _CLAIM, most, claims)
            _gather(tx, _ran(units), (Programme.programme_id,), most, programmes)
    return {a.award_id: _grounds(claims.get(a.award_id, []), programmes.get(a.award_id, [])) for a in awards}


def list_claims(tx: Tx, award: Honoured, *, offset: int, limit: int) -> list[ClaimId]:
    """List claims an award rests on from a place on, in the order of their days."""
    source = _below([award]) if award.member_id is None else _credited([award])
    rows = tx.all(source.order_by(*_CLAIM).offset(offset).limit(limit)) if limit > 0 else []
    return [ClaimId(MemberId(row.member_id), row.number) for row in rows]


def list_programmes(tx: Tx, award: Honoured, *, offset: int, limit: int) -> list[ProgrammeId]:
    """List programmes a collective's award rests on from a place on."""
    if award.member_id is not None or limit <= 0:
        return []
    rows = tx.all(_ran([award]).order_by(Programme.programme_id).offset(offset).limit(limit))
    return [ProgrammeId(row.programme_id) for row in rows]


def _gather(tx: Tx, source: Select[Any], order: Sequence[Any], most: int, found: dict[int, list[Any]]) -> None:
    """Read the first rows of each award, each with how many the award has."""
    rows = source.subquery()
    keys = [rows.c[column.name] for column in order]
    place = func.row_number().over(partition_by=rows.c.award_id, order_by=keys).label("place")
    total = func.count().over(partition_by=rows.c.award_id).label("total")
    placed = select(rows, place, total).subquery()
    for row in tx.all(select(placed).where(placed.c.place <= most).order_by(placed.c.award_id, placed.c.place)):
        found.setdefault(row.award_id, []).append(row)


def _grounds(claims: Sequence[Any], programmes: Sequence[Any]) -> Grounds:
    return Grounds(
        claims=tuple(ClaimId(MemberId(row.member_id), row.number) for row in claims),
        programmes=tuple(ProgrammeId(row.programme_id) for row in programmes),
        claim_count=claims[0].total if claims else 0,
        programme_count=programmes[0].total if programmes else 0,
    )


def _credited(awards: Sequence[Honoured]) -> Select[Any]:
    """Select the claims credited to the members of awards, co-authored ones too."""
    asked = _asked(awards)
    of_credit = and_(C.member_id == ClaimCredit.owner_id, C.number == ClaimCredit.number)
    return (
        select(asked.c.award_id, *_CLAIM)
        .join_from(asked, ClaimCredit, ClaimCredit.member_id == asked.c.whose)
        .join(counted_claims, of_credit)
        .where(C.happened_on >= asked.c.start_on, C.happened_on < asked.c.end_on)
    )


def _below(awards: Sequence[Honoured]) -> Select[Any]:
    """Select the claims of the units of awards and of all that stood below them on each claim's day."""
    asked = _asked(awards)
    here = valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, C.happened_on)
    return (
        select(asked.c.award_id, *_CLAIM)
        .join_from(asked, UnitAncestry, UnitAncestry.ancestor_id == asked.c.whose)
        .join(counted_claims, and_(C.unit_id == UnitAncestry.unit_id, here))
        .where(C.happened_on >= asked.c.start_on, C.happened_on < asked.c.end_on)
    )


def _ran(awards: Sequence[Honoured]) -> Select[Any]:
    """Select the programmes of the units of awards and of all below them that ran there on a day of the award's."""
    asked, there = _asked(awards), UnitAncestry
    return (
        select(asked.c.award_id, Programme.programme_id)
        .join_from(asked, there, there.ancestor_id == asked.c.whose)
        .join(Programme, Programme.unit_id == there.unit_id)
        .where(there.valid_from < asked.c.end_on, or_(there.valid_to.is_(None), there.valid_to > asked.c.start_on))
        .where(_ran_in(asked.c.start_on, asked.c.end_on), _ran_in(there.valid_from, there.valid_to))
        .distinct()
    )


def _ran_in(start_on: Any, end_on: Any) -> ColumnElement[bool]:
    """The programme ran on a day of [start_on, end_on), open where there is no end."""
    begun = or_(Programme.from_on.is_(None), end_on.is_(None), Programme.from_on < end_on)
    return and_(begun, or_(Programme.until_on.is_(None), Programme.until_on >= start_on))


def _asked(awards: Sequence[Honoured]) -> CTE:
    """Name the awards within a statement: their periods differ."""
    rows = [
        select(
            literal(award.award_id).label("award_id"),
            literal(award.unit_id if award.member_id is None else award.member_id).label("whose"),
            literal(award.start_on, Date).label("start_on"),
            literal(award.end_on, Date).label("end_on"),
        )
        for award in awards
    ]
    return union_all(*rows).cte("asked")
