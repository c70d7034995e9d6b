"""Pen names that members propose, keyed by the member, and the ones that were confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, select, tuple_, update

from tracker.domain.names import fold
from tracker.domain.pen_names import PenNameProposal
from tracker.domain.types import MemberId
from tracker.store.scope import member_in_scope, valid_on
from tracker.store.tables.organisation import Member, Membership, PenName, UnitVersion
from tracker.store.tables.organisation import PenNameProposal as Row

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.pen_names import ProposalMark
    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

_COLUMNS = (Row.member_id, Row.name, Row.proposed_at, Row.refused_at, Row.reason)


def lock(tx: Tx, member_id: int) -> None:
    """Wait until nobody else changes a member's pen names."""
    tx.lock("pen_names", str(member_id))


def list_confirmed(tx: Tx, member_id: int) -> list[str]:
    """List a member's pen names."""
    return list(tx.scalars(select(PenName.name).where(PenName.member_id == member_id).order_by(PenName.name)))


def find_full_name(tx: Tx, member_id: int) -> str | None:
    """Find a member's name; None where they were erased or are not there."""
    name: str | None = tx.scalar(
        select(Member.full_name).where(Member.member_id == member_id, Member.erased_at.is_(None))
    )
    return name


def list_of(tx: Tx, member_id: int) -> list[PenNameProposal]:
    """List what a member proposed, refused ones too."""
    rows = tx.all(select(*_COLUMNS).where(Row.member_id == member_id).order_by(Row.proposed_at, Row.name))
    return [_proposal(row) for row in rows]


def find(tx: Tx, member_id: int, name: str) -> PenNameProposal | None:
    """Find what a member proposed, and hold it."""
    here = (Row.member_id == member_id, Row.name == name)
    row = tx.first(select(*_COLUMNS).where(*here).with_for_update())
    return None if row is None else _proposal(row)


def list_waiting(
    tx: Tx, scope: Scope, *, but: int | None, after: ProposalMark | None, limit: int
) -> list[PenNameProposal]:
    """List what members of a scope propose, the oldest first; but one member's own."""
    key = (Row.proposed_at, Row.member_id, Row.name)
    standing = and_(
        Membership.member_id == Row.member_id,
        ~Membership.temporary,
        valid_on(Membership.since, Membership.until, scope.on),
    )
    version = and_(
        UnitVersion.unit_id == Membership.unit_id, valid_on(UnitVersion.valid_from, UnitVersion.valid_to, scope.on)
    )
    query = (
        select(*_COLUMNS, Member.full_name, func.max(UnitVersion.name).label("unit_name"))
        .join(Member, Member.member_id == Row.member_id)
        .outerjoin(Membership, standing)
        .outerjoin(UnitVersion, version)
        .where(*_waits(scope, but))
        .group_by(*_COLUMNS, Member.full_name)
    )
    if after is not None:
        query = query.where(tuple_(*key) > after)
    rows = tx.all(query.order_by(*key).limit(limit))
    taken = _count_taken(tx, {fold(row.name) for row in rows})
    return [
        _proposal(
            row,
            member_name=row.full_name,
            unit_name=row.unit_name or "",
            taken_count=len(taken.get(fold(row.name), set()) - {row.member_id}),
        )
        for row in rows
    ]


def count_waiting(tx: Tx, scope: Scope, *, but: int | None) -> int:
    """Count them."""
    return tx.scalar(select(func.count()).select_from(Row).where(*_waits(scope, but))) or 0


def propose(tx: Tx, member_id: int, name: str, *, at: dt.datetime) -> None:
    """Put a name down that waits for an officer; one that was refused waits anew."""
    values: dict[str, Any] = {"proposed_at": at, "refused_at": None, "refused_by": None, "reason": None}
    insert = tx.insert(Row).values({"member_id": member_id, "name": name} | values)
    tx.execute(insert.on_conflict_do_update(index_elements=[Row.member_id, Row.name], set_=values))


def remove(tx: Tx, member_id: int, name: str) -> bool:
    """Remove a proposal; False where there is none."""
    return tx.changed(delete(Row).where(Row.member_id == member_id, Row.name == name)) == 1


def confirm(tx: Tx, member_id: int, name: str) -> None:
    """Let a proposal be a pen name of the member; what is known of the person has another version then."""
    remove(tx, member_id, name)
    row = {"member_id": member_id, "name": name, "name_folded": fold(name)}
    tx.execute(tx.insert(PenName).values(row).on_conflict_do_nothing())
    tx.execute(update(Member).where(Member.member_id == member_id).values(version=Member.version + 1))


def refuse(tx: Tx, member_id: int, name: str, *, at: dt.datetime, by: int, reason: str) -> None:
    """Say no to a proposal; the member reads why."""
    here = (Row.member_id == member_id, Row.name == name)
    tx.execute(update(Row).where(*here).values(refused_at=at, refused_by=by, reason=reason))


def _waits(scope: Scope, but: int | None) -> list[Any]:
    found = [Row.refused_at.is_(None), member_in_scope(Row.member_id, scope)]
    return found if but is None else [*found, Row.member_id != but]


def _count_taken(tx: Tx, names: Collection[str]) -> dict[str, set[int]]:
    """Tell which members bear folded names already, as pen name or whole name."""
    found: dict[str, set[int]] = {}
    for table in (PenName, Member):
        for row in tx.all(select(table.name_folded, table.member_id).where(table.name_folded.in_(names))):
            found.setdefault(row.name_folded, set()).add(row.member_id)
    return found


def _proposal(row: Any, **more: Any) -> PenNameProposal:
    return PenNameProposal(
        member_id=MemberId(row.member_id),
        name=row.name,
        proposed_at=row.proposed_at,
        refused_at=row.refused_at,
        reason=row.reason,
        **more,
    )
