"""«What is held about me»: everything, as plain values in sections. Words for it are the pages'."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import requests
from tracker.store import account_lists
from tracker.store import record as store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.domain.privacy import PersonalRequest
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.record import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is held about a person, read a part at a time while the transaction is open."""

    tx: Tx
    member_id: int | None
    account_id: int | None
    queries: Mapping[str, Query]

    def list_rows(self, section: str) -> Iterator[Mapping[str, Any]]:
        """Give all rows of a section."""
        return (_row(section, row) for row in store.stream(self.tx, self.queries[section]))

    def list_first(self, section: str, most: int) -> tuple[int, list[Mapping[str, Any]]]:
        """Count a section's rows and give the first of them."""
        rows = store.list_first(self.tx, self.queries[section], most + 1)
        count = len(rows) if len(rows) <= most else store.count(self.tx, self.queries[section])
        return count, [_row(section, row) for row in rows[:most]]

    def as_json(self) -> bytes:
        """Write the whole record as JSON, a line a row; sections without rows are there too."""
        return b"".join(part.encode() for part in self._json())

    def _json(self) -> Iterator[str]:
        yield f'{{"member_id": {_dump(self.member_id)},\n"account_id": {_dump(self.account_id)}'
        for section in self.queries:
            yield f',\n"{section}": ['
            between = "\n"
            for row in self.list_rows(section):
                yield between + _dump({key: _plain(value) for key, value in row.items()})
                between = ",\n"
            yield "]"
        yield "}\n"


def get(tx: Tx, viewer: Viewer) -> Record:
    """Give all that is held about the viewer and their account."""
    rights.require(Right.SIGNED_IN, viewer)
    return _gather(tx, viewer.member_id, viewer.account_id)


def get_handed_out(tx: Tx, viewer: Viewer, request: PersonalRequest) -> Record:
    """Give all that is held about a member who asked on paper for a copy, once it is noted that it is handed out."""
    rights.require(Right.ADMIN, viewer)
    member_id = request.member_id
    if request.number not in requests.list_handed_out(tx, member_id):
        raise AppError(Code.NOT_FOUND)
    accounts = account_lists.list_of_member(tx, member_id)
    return _gather(tx, member_id, accounts[0][0] if accounts else None)


def _gather(tx: Tx, member_id: int | None, account_id: int | None) -> Record:
    queries = store.list_queries(member_id, account_id)
    return Record(tx=tx, member_id=member_id, account_id=account_id, queries=queries)


def _row(section: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a row as it is told; of who read evidence only who looked at which, and when."""
    if section != "readers":
        return row
    return {"at": row["at"], "account_id": row["actor_id"], "evidence": row["subject"].partition(":")[2]}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, dt.date) else value
