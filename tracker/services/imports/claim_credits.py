"""Further authors of accepted pieces, credited by an import on the office's word, and taken back with it.

Whatever the day: closed periods are restated. Each credit, and each that is taken back, raises the version of its piece
by one (undo.py counts on it). What members and officers say of co-authors stands in services/coauthors.py.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.claims import ClaimState
from tracker.domain.coauthors import CREDITED, CoauthorState
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.domain.types import UnitId
from tracker.services import closes
from tracker.store import audit, import_claims
from tracker.store import import_credits as store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tracker.domain.types import ClaimId
    from tracker.services.imports.plans import Stamp
    from tracker.store.db import Tx
    from tracker.store.import_claims import KnownClaim
    from tracker.store.import_credits import Pair

    Held = Mapping[ClaimId, KnownClaim]

_ACCEPTED = ClaimState.ACCEPTED


def enter(tx: Tx, pairs: Collection[Pair], stamp: Stamp) -> dict[Pair, CoauthorState | None]:
    """Credit co-authors of accepted pieces; give how each stood to the piece before."""
    rights.require(Right.ADMIN, stamp.viewer)
    if not pairs:
        return {}
    listed = sorted(pairs)
    closes.hold(tx)
    wanted = {claim_id for claim_id, _ in listed}
    held = import_claims.hold(tx, wanted)
    states = store.list_states(tx, wanted)
    if held.keys() != wanted or any(claim.state is not _ACCEPTED for claim in held.values()):
        raise _busy()
    if any(states.get(pair) in CREDITED for pair in listed):
        raise _busy()
    store.credit(tx, listed)
    store.put(tx, dict.fromkeys(listed, CoauthorState.AGREED), at=stamp.now, by=stamp.viewer.account_id)
    import_claims.count(tx, _months(held, listed), sign=1)
    _tell(tx, listed, "coauthor_accept", stamp)
    _restate(tx, held, listed, stamp, credited=True)
    return {pair: states.get(pair) for pair in listed}


def take_back(tx: Tx, before: Mapping[Pair, CoauthorState | None], held: Held, stamp: Stamp) -> None:
    """Take back what an import had entered, where nothing else happened to the pieces since: each stands as before."""
    rights.require(Right.ADMIN, stamp.viewer)
    if not before:
        return
    listed = sorted(before)
    _restate(tx, held, listed, stamp, credited=False)  # while those who lose their credit are known by it
    store.uncredit(tx, listed)
    store.put(tx, {p: state for p, state in before.items() if state is not None}, at=stamp.now, by=None)
    import_claims.count(tx, _months(held, listed), sign=-1)
    _tell(tx, listed, "coauthor_undo", stamp)


def _months(held: Held, pairs: Sequence[Pair]) -> Counter[import_claims.Month]:
    return Counter((int(member_id), held[claim_id].month, held[claim_id].kind) for claim_id, member_id in pairs)


def _tell(tx: Tx, pairs: Sequence[Pair], action: str, stamp: Stamp) -> None:
    """Give the pieces their versions, history and events."""
    claim_ids, state = [claim_id for claim_id, _ in pairs], _ACCEPTED.value
    store.touch(tx, claim_ids)
    told = {"at": stamp.now, "actor_id": stamp.viewer.account_id, "from_state": state, "to_state": state}
    store.record_steps(tx, claim_ids, told | {"action": action})
    subjects = [f"claim:{claim_id}" for claim_id in claim_ids]
    facts = {"before": state, "after": state}
    audit.record_all(tx, subjects, at=stamp.now, actor=stamp.viewer.account_id, action=f"claim.{action}", **facts)


def _restate(tx: Tx, held: Held, pairs: Sequence[Pair], stamp: Stamp, *, credited: bool) -> None:
    """Tell the closed periods of the units of all authors."""
    if not import_claims.has_closes(tx):
        return
    units = store.list_units(tx, {claim_id for claim_id, _ in pairs})
    for claim_id, member_id in pairs:
        told = {"state": _ACCEPTED.value, "coauthor": int(member_id)}
        closes.restate(
            tx,
            stamp.viewer,
            UnitId(held[claim_id].unit_id),
            held[claim_id].happened_on,
            also=units.get(claim_id, ()),
            subject=f"claim:{claim_id}",
            before=told | {"credited": not credited},
            after=told | {"credited": credited},
            reason=None,
            now=stamp.now,
        )


def _busy() -> AppError:
    return AppError(Code.STORE_BUSY, "somebody decided on one of these pieces just now; import again")
