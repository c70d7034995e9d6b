"""One piece, one declaration that counts: a colleague's found before filing, joined in place of a second one.

Whose a piece is, an officer says: a declaration of one's own stays possible beside a colleague's, else whoever was
first could keep the author out. Of several only one is accepted; the others' authors are its co-authors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.claims import Action, ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import local_date
from tracker.domain.urls import url_key
from tracker.services import blind_looks, claim_steps, claims, closes, coauthors, filing
from tracker.store import claim_facts, claims_read
from tracker.store import claims as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.filing import ClaimDraft
    from tracker.domain.types import ClaimId, MemberId, Viewer
    from tracker.store.db import Tx


def find_colleagues(tx: Tx, member_id: MemberId, draft: ClaimDraft) -> ClaimId | None:
    """Find the live claim of a piece that credits others only."""
    return _find(tx, member_id, _list_keys(tx, draft))


def hold_colleagues(tx: Tx, member_id: MemberId, draft: ClaimDraft) -> ClaimId | None:
    """Find it, and let nobody else file that piece meanwhile."""
    keys = _list_keys(tx, draft)
    store.lock_filing(tx, member_id)
    _lock(tx, keys)
    return _find(tx, member_id, keys)


def join(tx: Tx, viewer: Viewer, draft: ClaimDraft, *, now: dt.datetime, zone: dt.tzinfo) -> ClaimId:
    """Say of a piece that one wrote it with the colleague who has claimed it; an officer decides on that."""
    today = local_date(now, zone)
    owner = filing.get_owner(tx, viewer, None, today=today)
    closes.hold(tx)
    other = hold_colleagues(tx, owner.member_id, draft)
    if other is None:
        raise AppError(Code.CLAIM_STATE, "no colleague's claim of this piece stands any more")
    coauthors.join(tx, viewer, other, offered=False, now=now, today=today)
    return other


def join_instead(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, now: dt.datetime, zone: dt.tzinfo) -> ClaimId:
    """Withdraw one's own claim of a piece, and ask to be a co-author in a colleague's."""
    today = local_date(now, zone)
    closes.hold(tx)
    row, credited = claim_steps.get_for(tx, viewer, claim_id, Action.WITHDRAW, today=today)
    _lock(tx, _keys_of(row))
    other = find_other(tx, row)
    if other is None or viewer.member_id != row.member_id:
        raise AppError(Code.CLAIM_STATE, "no colleague's claim of this piece stands any more", state=row.state.value)
    claim_steps.take(tx, viewer, row, credited, Action.WITHDRAW, now=now)
    coauthors.join(tx, viewer, other, offered=False, now=now, today=today)
    return other


def find_other(tx: Tx, row: ClaimRecord) -> ClaimId | None:
    """Find another live claim of the piece of an undecided one, the first filed."""
    if row.state not in claims.UNDECIDED:
        return None
    return claims_read.find_live_piece(tx, None, _keys_of(row), but=row.claim_id)


def is_open_to(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> bool:
    """Say whether the other claim of a piece lies where the viewer may read it: else it is another office's."""
    return claims_read.find(tx, claim_id, rights.scope_of(viewer, today)) is not None


def hold_all(tx: Tx, rows: Iterable[ClaimRecord]) -> None:
    """Let nobody else accept or file the pieces of claims: of all at once, so that two batches do not cross."""
    keys = {key for row in rows for key in _keys_of(row)}
    if keys:
        closes.hold(tx)
        _lock(tx, keys)


def require_uncounted(tx: Tx, viewer: Viewer, row: ClaimRecord, *, today: dt.date) -> None:
    """Refuse to accept a held piece that another accepted claim counts already.

    Which one is told to who may read it and know what was decided on it.
    """
    if row.state not in claims.UNDECIDED:
        return
    other = claims_read.find_live_piece(tx, None, _keys_of(row), but=row.claim_id, accepted=True)
    if other is None:
        return
    if blind_looks.list_blind(tx, viewer, [other], today=today) or not is_open_to(tx, viewer, other, today=today):
        raise AppError(Code.PIECE_COUNTED, "the piece counts already by another claim")
    detail = f"the piece counts already by claim {other}: its author is to be a co-author there"
    raise AppError(Code.PIECE_COUNTED, detail, claim_id=str(other))


def _find(tx: Tx, member_id: MemberId, keys: Collection[str]) -> ClaimId | None:
    if not keys or claims_read.find_live_piece(tx, [member_id], keys) is not None:
        return None
    return claims_read.find_live_piece(tx, None, keys)


def _lock(tx: Tx, keys: Collection[str]) -> None:
    for key in sorted(keys):
        store.lock_piece(tx, key)


def _list_keys(tx: Tx, draft: ClaimDraft) -> list[str]:
    """Give the address keys under which a piece that is to be filed may stand."""
    if draft.kind is not ClaimKind.AUTHORED:
        return []
    named = [key for text in (draft.article_url, draft.url) if text and (key := url_key(text)) is not None]
    if draft.article_id is not None:
        article = claim_facts.find_article(tx, draft.article_id)
    else:
        article = claim_facts.find_article_at(tx, named[0]) if named else None
    return [*([] if article is None else [article.url_key]), *named]


def _keys_of(row: ClaimRecord) -> list[str]:
    if row.kind is not ClaimKind.AUTHORED:
        return []
    return [key for key in (row.article_key, row.url_key) if key is not None]
