"""Members' requests about their own data, keyed by the member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, or_, select, tuple_, update

from tracker.domain.privacy import Outcome, PersonalRequest, RequestKind
from tracker.store.scope import member_in_scope
from tracker.store.tables.accounts import PersonalRequest as Row
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

_COLUMNS = (
    *(Row.member_id, Row.number, Row.kind, Row.words, Row.made_at, Row.answer_due_on, Row.due_on),
    *(Row.answered_at, Row.done_at, Row.outcome, Row.reply, Row.entered_by),
    *(Member.full_name.label("member_name"), Member.code.label("member_code")),
)


def lock(tx: Tx, member_id: int) -> None:
    """Wait until nobody else makes or answers requests of a member."""
    tx.lock("personal_request", str(member_id))


def add(tx: Tx, request: PersonalRequest) -> None:
    """Add a request under the member's next number, which the caller took with `next_number`."""
    row = {
        "member_id": request.member_id,
        "number": request.number,
        "kind": str(request.kind),
        "words": request.words,
        "made_at": request.made_at,
        "answer_due_on": request.answer_due_on,
        "due_on": request.due_on,
        "entered_by": request.entered_by,
    }
    tx.execute(tx.insert(Row), row)


def next_number(tx: Tx, member_id: int) -> int:
    """Give the number of a member's next request; hold the member's lock."""
    return (tx.scalar(select(func.max(Row.number)).where(Row.member_id == member_id)) or 0) + 1


def list_of(tx: Tx, member_id: int, *, after: int | None, limit: int) -> list[PersonalRequest]:
    """List a member's requests, the latest first, below the number `after`."""
    query = _query().where(Row.member_id == member_id).order_by(Row.number.desc()).limit(limit)
    return [_request(r) for r in tx.all(query if after is None else query.where(Row.number < after))]


def find_open(tx: Tx, member_id: int, kind: RequestKind, words: str | None) -> PersonalRequest | None:
    """Find what a member asked for in these words, the first of it, while that is open."""
    same = (Row.kind == str(kind), Row.words.is_not_distinct_from(words))
    row = tx.first(_query().where(Row.member_id == member_id, Row.done_at.is_(None), *same).order_by(Row.number))
    return None if row is None else _request(row)


def find(tx: Tx, member_id: int, number: int, scope: Scope) -> PersonalRequest | None:
    """Find a request of a member in a scope."""
    here = (Row.member_id == member_id, Row.number == number, member_in_scope(Row.member_id, scope))
    row = tx.first(_query().where(*here))
    return None if row is None else _request(row)


def list_open(
    tx: Tx,
    scope: Scope,
    kinds: Collection[RequestKind],
    *,
    after: tuple[dt.date, int, int] | None,
    limit: int,
) -> list[PersonalRequest]:
    """List open requests of some kinds, the one that is due first in front."""
    order = (Row.due_on, Row.member_id, Row.number)
    query = _query().where(
        Row.done_at.is_(None), Row.kind.in_([str(k) for k in kinds]), member_in_scope(Row.member_id, scope)
    )
    query = query if after is None else query.where(tuple_(*order) > after)
    return [_request(r) for r in tx.all(query.order_by(*order).limit(limit))]


def record_answer(tx: Tx, member_id: int, number: int, *, at: dt.datetime) -> bool:
    """Note that the office answered; False where it had."""
    here = (Row.member_id == member_id, Row.number == number, Row.answered_at.is_(None))
    return tx.changed(update(Row).where(*here).values(answered_at=at)) == 1


def end(tx: Tx, member_id: int, number: int, outcome: Outcome, *, at: dt.datetime, by: int, reply: str | None) -> bool:
    """End an open request; False where it was ended meanwhile."""
    here = (Row.member_id == member_id, Row.number == number, Row.done_at.is_(None))
    ended: dict[str, Any] = {"done_at": at, "done_by": by, "outcome": str(outcome), "reply": reply}
    return tx.changed(update(Row).where(*here).values(**ended, answered_at=func.coalesce(Row.answered_at, at))) == 1


def end_all(tx: Tx, member_id: int, *, handed_out: Collection[int], at: dt.datetime, by: int) -> int:
    """End what an erased person had asked and take its words away; give how many were open.

    Done is the erasure, and a copy that was handed out; anything else has lapsed.
    """
    own = Row.member_id == member_id
    done = or_(Row.kind == str(RequestKind.ERASURE), Row.number.in_(handed_out))
    ended = {"done_at": at, "done_by": by, "outcome": case((done, str(Outcome.DONE)), else_=str(Outcome.LAPSED))}
    count = tx.changed(update(Row).where(own, Row.done_at.is_(None)).values(**ended))
    tx.execute(update(Row).where(own).values(words=None, reply=None))
    return count


def _query() -> Any:
    return select(*_COLUMNS).join(Member, Member.member_id == Row.member_id)


def _request(row: Any) -> PersonalRequest:
    return PersonalRequest(
        **{
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name
            "kind": RequestKind(row.kind),
            "outcome": None if row.outcome is None else Outcome(row.outcome),
        }
    )
