"""«What is held about me»: everything, as plain values in sections. Words for it are the pages'."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.privacy import RequestKind
from tracker.domain.rights import Right
from tracker.store import account_lists, audit
from tracker.store import record as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.domain.privacy import PersonalRequest
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

READ = "evidence.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is held about a person; sections without rows are there too."""

    member_id: int | None
    account_id: int | None
    sections: Mapping[str, Sequence[Mapping[str, Any]]]

    def json(self) -> dict[str, Any]:
        """Give the record as JSON values."""
        return {"member_id": self.member_id, "account_id": self.account_id} | {
            name: [{key: _plain(value) for key, value in row.items()} for row in rows]
            for name, rows in self.sections.items()
        }


def get(tx: Tx, viewer: Viewer) -> Record:
    """Give all that is held about the viewer and their account."""
    rights.require(Right.SIGNED_IN, viewer)
    return _gather(tx, viewer.member_id, viewer.account_id)


def hand_out(tx: Tx, viewer: Viewer, request: PersonalRequest, *, now: dt.datetime) -> Record:
    """Give all that is held about a member who asked on paper for a copy, while that is open; it is noted."""
    rights.require(Right.ADMIN, viewer)
    if request.kind is not RequestKind.EXPORT or request.done_at is not None:
        raise AppError(Code.NOT_FOUND)
    member_id = request.member_id
    subject = f"member:{member_id}"
    audit.record(tx, at=now, actor=viewer.account_id, action="member.hand_out", subject=subject, number=request.number)
    accounts = account_lists.list_of_member(tx, member_id)
    return _gather(tx, member_id, accounts[0][0] if accounts else None)


def _gather(tx: Tx, member_id: int | None, account_id: int | None) -> Record:
    sections = store.list_sections(tx, member_id, account_id)
    events = store.list_audit(tx, member_id, account_id, [row["slug"] for row in sections["links"]])
    sections["audit"] = events
    sections["readers"] = [_reader(e) for e in events if e["action"] == READ and e["actor_id"] != account_id]
    if member_id is not None:
        sections["closed_periods"] = store.list_closes(tx, member_id)
        sections["imports"] = store.list_imports(tx, member_id)
        sections["restatements"] = store.list_restatements(tx, member_id)
    return Record(member_id=member_id, account_id=account_id, sections=sections)


def _reader(event: Mapping[str, Any]) -> dict[str, Any]:
    """Say who looked at which evidence, and when."""
    return {"at": event["at"], "account_id": event["actor_id"], "evidence": event["subject"].partition(":")[2]}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, dt.date) else value
