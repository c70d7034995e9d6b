"""Credits of co-authors that an import enters and takes back, written in batches; the claims are held meanwhile."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, select, tuple_, update

from tracker.domain.coauthors import CoauthorState
from tracker.domain.types import ClaimId, MemberId, UnitId
from tracker.store.claims_read import among
from tracker.store.scope import valid_on
from tracker.store.tables.claims import Claim, ClaimCredit, Coauthorship, ReviewEvent
from tracker.store.tables.organisation import Membership

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tracker.store.db import Tx

    Pair = tuple[ClaimId, MemberId]  # the claim, and who is credited with it beside its owner

KEYS_AT_ONCE = 250
_COAUTHOR = "coauthor"


def list_states(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[Pair, CoauthorState]:
    """Tell how everybody beside their owners stands to claims."""
    credits_, said = dict[Any, CoauthorState](), dict[Any, CoauthorState]()
    credited = select(ClaimCredit.owner_id, ClaimCredit.number, ClaimCredit.member_id)
    for part in _parts(sorted(claim_ids)):
        rows = tx.all(
            credited.where(among(ClaimCredit.owner_id, ClaimCredit.number, part), ClaimCredit.role == _COAUTHOR)
        )
        credits_ |= {_pair(row): CoauthorState.NAMED for row in rows}
        of_part = select(Coauthorship).where(among(Coauthorship.owner_id, Coauthorship.number, part))
        said |= {_pair(row): CoauthorState(row.state) for row in tx.all(of_part)}
    return credits_ | said


def list_units(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, list[UnitId]]:
    """List where those who are credited with others' claims stand on their days, temporary stays left aside."""
    found: dict[ClaimId, list[UnitId]] = {}
    query = (
        select(ClaimCredit.owner_id, ClaimCredit.number, Membership.unit_id)
        .join(Claim, and_(Claim.member_id == ClaimCredit.owner_id, Claim.number == ClaimCredit.number))
        .join(Membership, Membership.member_id == ClaimCredit.member_id)
        .where(ClaimCredit.role == _COAUTHOR, ~Membership.temporary)
        .where(valid_on(Membership.since, Membership.until, Claim.happened_on))
    )
    for part in _parts(sorted(claim_ids)):
        rows = query.where(among(ClaimCredit.owner_id, ClaimCredit.number, part)).distinct()
        for row in tx.all(rows.order_by(Membership.unit_id)):
            found.setdefault(ClaimId(MemberId(row.owner_id), row.number), []).append(UnitId(row.unit_id))
    return found


def credit(tx: Tx, pairs: Sequence[Pair]) -> None:
    """Credit co-authors who are not credited yet."""
    tx.insert_rows(ClaimCredit, (_key(pair) | {"role": _COAUTHOR} for pair in pairs))


def uncredit(tx: Tx, pairs: Sequence[Pair]) -> None:
    """Take credits away, with what was said of them."""
    for part in _parts(pairs):
        keys = [(m, i.member_id, i.number) for i, m in part]
        for table in (ClaimCredit, Coauthorship):
            tx.execute(delete(table).where(tuple_(table.member_id, table.owner_id, table.number).in_(keys)))


def put(tx: Tx, states: Mapping[Pair, CoauthorState], *, at: dt.datetime, by: int | None) -> None:
    """Write down how members stand to claims, in place of what stood."""
    if not states:
        return
    told = {"since_at": at, "decided_by": by, "named_before": False}
    insert = tx.insert(Coauthorship)
    names = ("state", *told)
    statement = insert.on_conflict_do_update(
        index_elements=["member_id", "owner_id", "number"], set_={name: insert.excluded[name] for name in names}
    )
    tx.execute(statement, [_key(pair) | {"state": state.value} | told for pair, state in states.items()])


def touch(tx: Tx, claim_ids: Sequence[ClaimId]) -> None:
    """Give claims a new version, one for each time they are named."""
    claims: Any = Claim.__table__
    here = (claims.c.member_id == bindparam("owner"), claims.c.number == bindparam("claim"))
    raised = update(claims).where(*here).values(version=claims.c.version + bindparam("times"))
    counted = sorted(Counter(claim_ids).items())
    tx.execute(raised, [{"owner": i.member_id, "claim": i.number, "times": n} for i, n in counted])


def record_steps(tx: Tx, claim_ids: Sequence[ClaimId], told: Mapping[str, Any]) -> None:
    """Write the next step into the history of claims, one for each time they are named; they are accepted."""
    last: dict[ClaimId, int] = {}
    steps = select(ReviewEvent.member_id, ReviewEvent.number, func.max(ReviewEvent.step).label("last"))
    for part in _parts(sorted(set(claim_ids))):
        of_part = steps.where(among(ReviewEvent.member_id, ReviewEvent.number, part))
        for row in tx.all(of_part.group_by(ReviewEvent.member_id, ReviewEvent.number)):
            last[ClaimId(MemberId(row.member_id), row.number)] = row.last
    rows = []
    for claim_id in claim_ids:
        last[claim_id] = step = last.get(claim_id, 0) + 1
        rows.append({"member_id": claim_id.member_id, "number": claim_id.number, "step": step} | dict(told))
    tx.insert_rows(ReviewEvent, rows)


def _key(pair: Pair) -> dict[str, Any]:
    claim_id, member_id = pair
    return {"member_id": member_id, "owner_id": claim_id.member_id, "number": claim_id.number}


def _pair(row: Any) -> Pair:
    return ClaimId(MemberId(row.owner_id), row.number), MemberId(row.member_id)


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), KEYS_AT_ONCE):
        yield values[start : start + KEYS_AT_ONCE]
