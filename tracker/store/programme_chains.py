"""What a programme continues and what continues it: the chain of the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import literal, select

from tracker.domain.types import ProgrammeId
from tracker.store.programmes import reads
from tracker.store.tables.programmes import Programme

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

LINKS_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """A programme of a chain; `place` is below zero for what came before, above it for what followed."""

    programme_id: ProgrammeId
    name: str
    from_on: dt.date | None
    until_on: dt.date | None
    place: int


def list_chain(tx: Tx, programme_id: int, scope: Scope) -> list[ChainLink]:
    """List the programmes that one continues and those that continue it, earliest first, as far as they may be read."""
    return [*reversed(_walk(tx, programme_id, scope, back=True)), *_walk(tx, programme_id, scope, back=False)]


def _walk(tx: Tx, programme_id: int, scope: Scope, *, back: bool) -> list[ChainLink]:
    step = -1 if back else 1
    start = select(Programme.programme_id, Programme.continues_id, literal(0).label("place"))
    found = start.where(Programme.programme_id == programme_id).cte("chain", recursive=True)
    joined = Programme.programme_id == found.c.continues_id if back else Programme.continues_id == found.c.programme_id
    place = (found.c.place + step).label("place")
    bound = found.c.place > -LINKS_MOST if back else found.c.place < LINKS_MOST
    found = found.union_all(
        select(Programme.programme_id, Programme.continues_id, place).join(found, joined).where(bound)
    )
    query = (
        select(Programme.programme_id, Programme.name, Programme.from_on, Programme.until_on, found.c.place)
        .join(found, found.c.programme_id == Programme.programme_id)
        .where(found.c.place != 0, reads(Programme.unit_id, scope))
        .order_by(found.c.place.desc() if back else found.c.place, Programme.programme_id)
    )
    return [
        ChainLink(
            programme_id=ProgrammeId(row.programme_id),
            name=row.name,
            from_on=row.from_on,
            until_on=row.until_on,
            place=row.place,
        )
        for row in tx.all(query)
    ]
