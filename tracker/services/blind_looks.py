"""What somebody who may look at a decision a second time must not know: the decision.

Who may give a second look is nobody in particular before they do, so whoever of the office could give it is kept from
the first decision, unless they ask to read it: from then on the look is somebody else's.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.store import audit
from tracker.store import second_looks as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from tracker.domain.second_looks import SecondLook
    from tracker.domain.types import ClaimId, Viewer
    from tracker.store.db import Tx


def list_blind(tx: Tx, viewer: Viewer, claim_ids: Collection[ClaimId], *, today: dt.date) -> set[ClaimId]:
    """Tell of which claims the viewer must not know the decision, for they may look at it a second time."""
    return {look.claim_id for look in _list(tx, viewer, claim_ids, today)}


def record_read(
    tx: Tx, viewer: Viewer, claim_ids: Collection[ClaimId], *, now: dt.datetime, today: dt.date
) -> set[ClaimId]:
    """Write down that the viewer reads these first decisions: their second looks are somebody else's; tell of which."""
    read = set()
    for look in _list(tx, viewer, claim_ids, today):
        if store.add_reader(tx, look, viewer.account_id, at=now):
            subject = f"claim:{look.claim_id}"
            audit.record(tx, at=now, actor=viewer.account_id, action="second_look.read", subject=subject)
            read.add(look.claim_id)
    return read


@contextlib.contextmanager
def unspoken(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> Iterator[None]:
    """Say nothing of a claim's state in a refusal to who must not know its decision."""
    try:
        yield
    except AppError as refusal:
        if refusal.code is Code.CLAIM_STATE and list_blind(tx, viewer, [claim_id], today=today):
            raise AppError(Code.CLAIM_STATE, "as the claim stands, this cannot be done") from None
        raise


def _list(tx: Tx, viewer: Viewer, claim_ids: Collection[ClaimId], today: dt.date) -> list[SecondLook]:
    if not rights.allows(Right.OFFICER, viewer):
        return []
    scope = rights.officer_scope(viewer, today)
    return store.list_blind(tx, scope, claim_ids, account_id=viewer.account_id, member_id=viewer.member_id)
