"""Co-authors as stored: credits, and what stands between a member and a piece where that is more or less than one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from tracker.domain.claims import LIVE_STATES, ClaimState
from tracker.domain.coauthors import CREDITED, OPEN, READS, Coauthor, Coauthorship, CoauthorState
from tracker.domain.types import ClaimId, MemberId, UnitId
from tracker.store.claims_read import among
from tracker.store.scope import unit_in_scope
from tracker.store.tables.claims import Claim, ClaimCredit
from tracker.store.tables.claims import Coauthorship as Row
from tracker.store.tables.organisation import Member, UnitVersion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from sqlalchemy import Select

    from tracker.domain.coauthors import CoauthorMark
    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

_COAUTHOR = "coauthor"
_SAID = and_(
    Row.member_id == ClaimCredit.member_id, Row.owner_id == ClaimCredit.owner_id, Row.number == ClaimCredit.number
)


def list_states(tx: Tx, claim_id: ClaimId) -> dict[MemberId, CoauthorState]:
    """Tell how everybody beside its owner stands to a claim."""
    of_claim = (ClaimCredit.owner_id == claim_id.member_id, ClaimCredit.number == claim_id.number)
    credited = tx.scalars(select(ClaimCredit.member_id).where(*of_claim, ClaimCredit.role == _COAUTHOR))
    said = tx.all(select(Row.member_id, Row.state).where(*_of(claim_id)))
    known = {MemberId(member_id): CoauthorState.NAMED for member_id in credited}
    return known | {MemberId(row.member_id): CoauthorState(row.state) for row in said}


def list_named(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, list[Coauthor]]:
    """List whom claims name, and who asks to be named, in the order of their names."""
    who = (Member.member_id, Member.full_name, Member.name_sort)
    credited = (
        select(ClaimCredit.owner_id, ClaimCredit.number, func.coalesce(Row.state, "named").label("state"), *who)
        .join(Member, Member.member_id == ClaimCredit.member_id)
        .outerjoin(Row, _SAID)
        .where(among(ClaimCredit.owner_id, ClaimCredit.number, claim_ids), ClaimCredit.role == _COAUTHOR)
    )
    others = (
        select(Row.owner_id, Row.number, Row.state, *who)
        .join(Member, Member.member_id == Row.member_id)
        .where(among(Row.owner_id, Row.number, claim_ids), Row.state.in_(_words(READS - CREDITED)))
    )
    found: dict[ClaimId, list[Coauthor]] = {}
    for row in sorted((*tx.all(credited), *tx.all(others)), key=lambda r: (r.name_sort, r.member_id)):
        one = Coauthor(member_id=MemberId(row.member_id), full_name=row.full_name, state=CoauthorState(row.state))
        found.setdefault(ClaimId(MemberId(row.owner_id), row.number), []).append(one)
    return found


def list_of_member(
    tx: Tx, member_id: int, *, open_only: bool, after: CoauthorMark | None, limit: int
) -> list[Coauthorship]:
    """List the pieces of others that name a member, the latest first; `open_only`: live and to be answered."""
    credited = (
        select(
            ClaimCredit.member_id,
            ClaimCredit.owner_id,
            ClaimCredit.number,
            func.coalesce(Row.state, "named").label("state"),
            func.coalesce(Row.since_at, Claim.filed_at).label("since_at"),
        )
        .join(Claim, and_(Claim.member_id == ClaimCredit.owner_id, Claim.number == ClaimCredit.number))
        .outerjoin(Row, _SAID)
        .where(ClaimCredit.member_id == member_id, ClaimCredit.role == _COAUTHOR)
    )
    others = select(Row.member_id, Row.owner_id, Row.number, Row.state, Row.since_at).where(
        Row.member_id == member_id, Row.state.not_in(_words(CREDITED))
    )
    found = union_all(credited, others).subquery()
    query = _shown(found)
    if open_only:
        query = query.where(found.c.state.in_(_words(OPEN)), Claim.state.in_(sorted(LIVE_STATES)))
    key = (found.c.since_at, found.c.owner_id, found.c.number, found.c.member_id)
    if after is not None:
        query = query.where(tuple_(*key) < after)
    return [_coauthorship(row) for row in tx.all(query.order_by(*(c.desc() for c in key)).limit(limit))]


def list_asked(tx: Tx, scope: Scope, *, but: int | None, after: CoauthorMark | None, limit: int) -> list[Coauthorship]:
    """List who says of accepted pieces of a scope that they are theirs too, the oldest first.

    `but`: left out is every piece with which this member has to do, for they decide nothing of it.
    """
    found = select(Row).where(*_asked(scope, but)).subquery()
    key = (found.c.since_at, found.c.owner_id, found.c.number, found.c.member_id)
    query = _shown(found)
    if after is not None:
        query = query.where(tuple_(*key) > after)
    return [_coauthorship(row) for row in tx.all(query.order_by(*key).limit(limit))]


def count_asked(tx: Tx, scope: Scope, *, but: int | None) -> int:
    """Count them."""
    return tx.scalar(select(func.count()).select_from(Row).where(*_asked(scope, but))) or 0


def set_named(
    tx: Tx, claim_id: ClaimId, waiting: Iterable[MemberId], *, gone: Iterable[MemberId], at: dt.datetime
) -> None:
    """Write down who is named without a credit, and forget what is of those who are named no more."""
    tx.execute(delete(Row).where(*_of(claim_id), Row.member_id.in_(sorted(gone))))
    for member_id in sorted(waiting):
        put(tx, claim_id, member_id, CoauthorState.WAITING, at=at)


def is_only_asking(tx: Tx, claim_id: ClaimId, member_id: int) -> bool:
    """Tell whether somebody asks to be named whom nobody else ever named."""
    asking = (Row.state == CoauthorState.ASKED.value, ~Row.named_before)
    return tx.first(select(Row.member_id).where(*_of(claim_id), Row.member_id == member_id, *asking)) is not None


def put(
    tx: Tx,
    claim_id: ClaimId,
    member_id: int,
    state: CoauthorState,
    *,
    at: dt.datetime,
    by: int | None = None,
    named_before: bool = False,
) -> None:
    """Write down how somebody stands to a claim, in place of what stood."""
    values: dict[str, Any] = {"state": state.value, "since_at": at, "decided_by": by, "named_before": named_before}
    row = {"member_id": member_id, "owner_id": claim_id.member_id, "number": claim_id.number}
    key = [Row.member_id, Row.owner_id, Row.number]
    tx.execute(tx.insert(Row).values(row | values).on_conflict_do_update(index_elements=key, set_=values))


def drop(tx: Tx, claim_id: ClaimId, member_id: int) -> None:
    """Forget how somebody stands to a claim beside their credit."""
    tx.execute(delete(Row).where(*_of(claim_id), Row.member_id == member_id))


def credit(tx: Tx, claim_id: ClaimId, member_id: int) -> bool:
    """Credit a co-author; False where they are credited already."""
    row = {"member_id": member_id, "owner_id": claim_id.member_id, "number": claim_id.number, "role": _COAUTHOR}
    done = tx.insert(ClaimCredit).values(row).on_conflict_do_nothing().returning(ClaimCredit.member_id)
    return tx.scalar(done) is not None


def uncredit(tx: Tx, claim_id: ClaimId, member_id: int) -> bool:
    """Take a co-author's credit away; False where there was none."""
    here = (ClaimCredit.member_id == member_id, ClaimCredit.owner_id == claim_id.member_id)
    statement = delete(ClaimCredit).where(*here, ClaimCredit.number == claim_id.number, ClaimCredit.role == _COAUTHOR)
    return tx.changed(statement) == 1


def _shown(found: Any) -> Select[Any]:
    """Give what people read of pieces, beside what `found` selects."""
    owner, who = aliased(Member), aliased(Member)
    standing = and_(
        UnitVersion.unit_id == Claim.unit_id,
        UnitVersion.valid_from <= Claim.happened_on,
        or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to > Claim.happened_on),
    )
    columns = (Claim.unit_id, Claim.title, Claim.url, Claim.happened_on, Claim.state.label("claim_state"))
    names = (owner.full_name.label("owner_name"), who.full_name.label("member_name"), UnitVersion.name)
    return (
        select(found.c.member_id, found.c.owner_id, found.c.number, found.c.state, found.c.since_at, *columns, *names)
        .join(Claim, and_(Claim.member_id == found.c.owner_id, Claim.number == found.c.number))
        .join(owner, owner.member_id == found.c.owner_id)
        .join(who, who.member_id == found.c.member_id)
        .outerjoin(UnitVersion, standing)
    )


def _asked(scope: Scope, but: int | None) -> list[Any]:
    of_claim = (Claim.member_id == Row.owner_id, Claim.number == Row.number)
    accepted = select(Claim.member_id).where(
        *of_claim, Claim.state == ClaimState.ACCEPTED.value, unit_in_scope(Claim.unit_id, scope)
    )
    found: list[Any] = [Row.state == CoauthorState.ASKED.value, accepted.exists()]
    if but is not None:
        mine = select(ClaimCredit.member_id).where(
            *(ClaimCredit.owner_id == Row.owner_id, ClaimCredit.number == Row.number, ClaimCredit.member_id == but)
        )
        said = aliased(Row)
        mine_too = select(said.member_id).where(
            *(said.owner_id == Row.owner_id, said.number == Row.number, said.member_id == but)
        )
        found += [~mine.exists(), ~mine_too.exists()]
    return found


def _coauthorship(row: Any) -> Coauthorship:
    return Coauthorship(
        claim_id=ClaimId(MemberId(row.owner_id), row.number),
        member_id=MemberId(row.member_id),
        member_name=row.member_name,
        owner_name=row.owner_name,
        unit_id=UnitId(row.unit_id),
        unit_name=row.name or "",
        title=row.title,
        url=row.url,
        happened_on=row.happened_on,
        claim_state=ClaimState(row.claim_state),
        state=CoauthorState(row.state),
        since_at=row.since_at,
    )


def _of(claim_id: ClaimId) -> tuple[Any, ...]:
    return Row.owner_id == claim_id.member_id, Row.number == claim_id.number


def _words(states: Iterable[CoauthorState]) -> list[str]:
    return sorted(state.value for state in states)
