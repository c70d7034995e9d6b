"""Second looks as stored. One waits only while its decision stands: what was appealed or reversed since is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, or_, select, tuple_, update

from tracker.domain.claims import Verdict
from tracker.domain.coauthors import READS
from tracker.domain.second_looks import STANDS_AS, Agreement, SecondLook
from tracker.domain.types import AccountId, ClaimId, MemberId
from tracker.store.scope import unit_in_scope
from tracker.store.tables.claims import Claim, ClaimCredit, Coauthorship
from tracker.store.tables.organisation import UnitVersion
from tracker.store.tables.second_looks import SecondLook as Row
from tracker.store.tables.second_looks import SecondLookReader

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

LookMark = tuple["dt.datetime", int, int]  # first_at, member and number of a page's last one

_OWN = (
    *(Row.member_id, Row.number, Row.step, Row.first_verdict, Row.first_by, Row.first_at, Row.second_verdict),
    *(Row.second_reason, Row.second_by, Row.second_at, Row.settled_at),
)


def add(tx: Tx, look: SecondLook, *, unit_id: int) -> None:
    """Put a decision down for a second look."""
    row = {
        "member_id": look.claim_id.member_id,
        "number": look.claim_id.number,
        "step": look.step,
        "unit_id": unit_id,
        "first_verdict": look.first_verdict.value,
        "first_by": look.first_by,
        "first_at": look.first_at,
    }
    tx.execute(tx.insert(Row), row)


def find(tx: Tx, claim_id: ClaimId) -> SecondLook | None:
    """Find the open second look of a claim whose decision still stands, and hold it until the transaction ends."""
    of_claim = (Row.member_id == claim_id.member_id, Row.number == claim_id.number)
    row = tx.first(_open().where(*of_claim).with_for_update(of=Row))
    return None if row is None else _look(row)


def list_waiting(
    tx: Tx, scope: Scope, *, account_id: int, member_id: int | None, after: LookMark | None, limit: int
) -> list[SecondLook]:
    """List what somebody may look at a second time, oldest decision first: not their own, nor read before."""
    query = _in_turn(_open().where(*_waits_for(account_id)), scope, member_id, after)
    return [_look(row) for row in tx.all(query.limit(limit))]


def list_blind(
    tx: Tx, scope: Scope, claim_ids: Collection[ClaimId], *, account_id: int, member_id: int | None
) -> list[SecondLook]:
    """List those of some claims' decisions that somebody may look at a second time, and so must not know."""
    named = tuple_(Row.member_id, Row.number).in_([(c.member_id, c.number) for c in claim_ids])
    query = _in_turn(_open().where(*_waits_for(account_id), named), scope, member_id, None)
    return [_look(row) for row in tx.all(query)] if claim_ids else []


def add_reader(tx: Tx, look: SecondLook, account_id: int, *, at: dt.datetime) -> bool:
    """Write down that an account read a first decision; False where it did before."""
    claim_id = look.claim_id
    key = {"member_id": claim_id.member_id, "number": claim_id.number, "step": look.step, "account_id": account_id}
    added = tx.insert(SecondLookReader).values(key | {"read_at": at}).on_conflict_do_nothing()
    return tx.scalar(added.returning(SecondLookReader.step)) is not None


def has_read(tx: Tx, look: SecondLook, account_id: int) -> bool:
    """Tell whether an account read a first decision before its second look."""
    reader = (SecondLookReader.member_id == look.claim_id.member_id, SecondLookReader.number == look.claim_id.number)
    query = select(SecondLookReader.step).where(*reader, SecondLookReader.step == look.step)
    return tx.first(query.where(SecondLookReader.account_id == account_id)) is not None


def list_disagreed(
    tx: Tx, scope: Scope, *, account_id: int | None, member_id: int | None, after: LookMark | None, limit: int
) -> list[SecondLook]:
    """List disagreements that somebody may settle: none of theirs, unless `account_id` is None (an administrator)."""
    query = _in_turn(_open().where(Row.second_at.is_not(None)), scope, member_id, after)
    if account_id is not None:
        query = query.where(Row.first_by != account_id, Row.second_by != account_id)
    return [_look(row) for row in tx.all(query.limit(limit))]


def count_open(tx: Tx, scope: Scope, *, account_id: int, member_id: int | None, administers: bool) -> int:
    """Count what somebody may look at a second time or settle."""
    theirs = or_(Row.first_by == account_id, and_(Row.second_by.is_not(None), Row.second_by == account_id))
    settles = Row.second_at.is_not(None) if administers else and_(Row.second_at.is_not(None), ~theirs)
    looks = and_(*_waits_for(account_id))
    query = _in_turn(_open().where(or_(looks, settles)), scope, member_id, None).order_by(None)
    return tx.scalar(select(func.count()).select_from(query.subquery())) or 0


def record_second(
    tx: Tx, look: SecondLook, verdict: Verdict, *, reason: str | None, by: int, at: dt.datetime, agreed: bool
) -> bool:
    """Write down what the second officer says; False when somebody did meanwhile."""
    values: dict[str, Any] = {
        "second_verdict": verdict.value,
        "second_reason": reason,
        "second_by": by,
        "second_at": at,
        "settled_at": at if agreed else None,
    }
    return tx.changed(update(Row).where(*_is(look), Row.second_at.is_(None)).values(**values)) == 1


def settle(tx: Tx, look: SecondLook, *, by: int, at: dt.datetime) -> bool:
    """Write down that a disagreement was settled; False when it was meanwhile."""
    settled = update(Row).where(*_is(look), Row.settled_at.is_(None)).values(settled_at=at, settled_by=by)
    return tx.changed(settled) == 1


def list_disputed(tx: Tx, claim_ids: Collection[ClaimId]) -> set[ClaimId]:
    """Tell which rejected claims a second officer would have accepted."""
    named = tuple_(Row.member_id, Row.number).in_([(c.member_id, c.number) for c in claim_ids])
    query = select(Row.member_id, Row.number).where(
        named, Row.first_verdict == Verdict.REJECT.value, Row.second_verdict == Verdict.ACCEPT.value
    )
    return {ClaimId(MemberId(row.member_id), row.number) for row in tx.all(query)}


def tally(tx: Tx, scope: Scope, *, since: dt.datetime) -> list[Agreement]:
    """Count by unit how often two officers agreed since an instant, and what waits; units by name."""
    stands = exists().where(*_standing())
    looked, agreed = Row.second_at.is_not(None), Row.second_verdict == Row.first_verdict
    names = select(UnitVersion.name).where(UnitVersion.unit_id == Row.unit_id).order_by(UnitVersion.valid_from.desc())
    name = func.coalesce(names.limit(1).scalar_subquery(), "").label("unit_name")
    query = (
        select(
            Row.unit_id,
            name,
            _count(looked, "looked"),
            _count(agreed, "agreed"),
            _count(and_(Row.second_at.is_(None), stands), "waiting"),
        )
        .where(unit_in_scope(Row.unit_id, scope), or_(Row.second_at >= since, Row.second_at.is_(None)))
        .group_by(Row.unit_id)
    )
    rows = [
        Agreement(unit_id=r.unit_id, unit_name=r.unit_name, looked=r.looked, agreed=r.agreed, waiting=r.waiting)
        for r in tx.all(query)
    ]
    return sorted((r for r in rows if r.looked or r.waiting), key=lambda r: (r.unit_name, r.unit_id))


def _count(condition: Any, label: str) -> Any:
    return func.sum(case((condition, 1), else_=0)).label(label)


def _is(look: SecondLook) -> tuple[Any, ...]:
    claim_id = look.claim_id
    return Row.member_id == claim_id.member_id, Row.number == claim_id.number, Row.step == look.step


def _standing() -> tuple[Any, ...]:
    """The decision that was chosen is the one by which the claim stands today."""
    as_decided = [
        and_(Row.first_verdict == verdict.value, Claim.state == state.value) for verdict, state in STANDS_AS.items()
    ]
    same = (Claim.member_id == Row.member_id, Claim.number == Row.number, Claim.decided_at == Row.first_at)
    return (*same, or_(*as_decided))


def _open() -> Any:
    return select(*_OWN).join(Claim, and_(*_standing())).where(Row.settled_at.is_(None))


def _waits_for(account_id: int) -> tuple[Any, ...]:
    """Nobody has looked at it a second time, and this account neither decided it nor has read the decision."""
    reader = (SecondLookReader.member_id == Row.member_id, SecondLookReader.number == Row.number)
    same = (*reader, SecondLookReader.step == Row.step, SecondLookReader.account_id == account_id)
    return Row.second_at.is_(None), Row.first_by != account_id, ~exists().where(*same)


def _in_turn(query: Any, scope: Scope, member_id: int | None, after: LookMark | None) -> Any:
    key = (Row.first_at, Row.member_id, Row.number)
    query = query.where(unit_in_scope(Row.unit_id, scope)).order_by(*key)
    if member_id is not None:
        credited = exists().where(
            *(ClaimCredit.owner_id == Row.member_id, ClaimCredit.number == Row.number),
            ClaimCredit.member_id == member_id,
        )
        named = exists().where(
            *(Coauthorship.owner_id == Row.member_id, Coauthorship.number == Row.number),
            *(Coauthorship.member_id == member_id, Coauthorship.state.in_(sorted(state.value for state in READS))),
        )
        query = query.where(~credited, ~named)
    return query if after is None else query.where(tuple_(*key) > after)


def _look(row: Any) -> SecondLook:
    return SecondLook(
        claim_id=ClaimId(MemberId(row.member_id), row.number),
        step=row.step,
        first_verdict=Verdict(row.first_verdict),
        first_by=AccountId(row.first_by),
        first_at=row.first_at,
        second_verdict=None if row.second_verdict is None else Verdict(row.second_verdict),
        second_reason=row.second_reason,
        second_by=None if row.second_by is None else AccountId(row.second_by),
        second_at=row.second_at,
        settled_at=row.settled_at,
    )
