"""What an undone import takes away again: units and members that nothing else has come to need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tracker.store.tables.accounts import Account, Consent, PersonalRequest
from tracker.store.tables.claims import Claim, ClaimCredit, Coauthorship, Suggestion, SuggestionCatchUp
from tracker.store.tables.links import Link
from tracker.store.tables.organisation import (
    Absence,
    Member,
    Membership,
    MemberTag,
    MemberTitle,
    PenName,
    PenNameProposal,
    Unit,
    UnitAncestry,
    UnitGroup,
    UnitSuccessor,
    UnitVersion,
)
from tracker.store.tables.programmes import Assignment
from tracker.store.units import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.store.db import Tx

# A claim and what hangs on it have no foreign key to the member (they are sharded), so each is asked.
_USES: Sequence[Any] = (
    Claim.member_id,
    ClaimCredit.member_id,
    Coauthorship.member_id,
    Assignment.member_id,
    Link.member_id,
    Consent.member_id,
    PersonalRequest.member_id,
    Absence.member_id,
    Account.member_id,
)
_OF_MEMBER: Sequence[Any] = (
    *(Suggestion, SuggestionCatchUp, PenNameProposal),
    *(PenName, MemberTag, MemberTitle, Membership, Member),
)


def are_members_used(tx: Tx, member_ids: Iterable[int]) -> bool:
    """Tell whether claims, links, accounts or the like have come to stand on members."""
    return any(
        tx.first(select(column).where(column.in_(ids)).limit(1)) is not None
        for ids in chunks(member_ids)
        for column in _USES
    )


def are_units_used(tx: Tx, unit_ids: Iterable[int]) -> bool:
    """Tell whether groups or successors have come to stand on units; other needs show when they are removed."""
    columns: Sequence[Any] = (UnitGroup.unit_id, UnitSuccessor.unit_id, UnitSuccessor.successor_id, Claim.unit_id)
    return any(
        tx.first(select(column).where(column.in_(ids)).limit(1)) is not None
        for ids in chunks(unit_ids)
        for column in columns
    )


def remove_members(tx: Tx, member_ids: Sequence[int]) -> bool:
    """Remove members; False (and nothing is removed) where something still needs one."""
    return _removed(tx, [(table, table.member_id) for table in _OF_MEMBER], member_ids)


def remove_units(tx: Tx, unit_ids: Sequence[int]) -> bool:
    """Remove units; False (and nothing is removed) where something still needs one."""
    tables: list[tuple[Any, Any]] = [
        (UnitAncestry, UnitAncestry.unit_id),
        (UnitVersion, UnitVersion.unit_id),
        (Unit, Unit.unit_id),
    ]
    return _removed(tx, tables, unit_ids)


def _removed(tx: Tx, tables: Sequence[tuple[Any, Any]], ids: Sequence[int]) -> bool:
    try:
        with tx.savepoint():
            for table, column in tables:
                for part in chunks(ids):
                    tx.execute(delete(table).where(column.in_(part)))
    except IntegrityError:
        return False
    return True
