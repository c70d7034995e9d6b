"""Hundreds of rows inserted at once: PostgreSQL takes them as one value.

A statement with thousands of parameters costs its driver more time than the server; SQLite has no such distance.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.types import Text, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table
    from sqlalchemy.dialects.postgresql import Insert

    from tracker.store.db import Tx

ROWS = "told_rows"


def insertion(tx: Tx, table: Any, rows: Sequence[dict[str, Any]]) -> tuple[Insert, Any]:
    """Begin an INSERT of rows that name the same columns; give it and its parameters.

    On PostgreSQL no two rows may meet in one ON CONFLICT DO UPDATE.
    """
    if tx.dialect != "postgresql":
        return tx.insert(table), rows
    told: Table = table.__table__
    names = list(rows[0])
    given = func.json_to_recordset(cast(bindparam(ROWS, type_=Text), JSON))
    listed = given.table_valued(*(column(name, told.c[name].type) for name in names))
    listed = listed.render_derived(name="told", with_types=True)
    return tx.insert(table).from_select(names, select(*listed.c)), {ROWS: _as_json(tx, told, rows)}


def _as_json(tx: Tx, table: Table, rows: Sequence[dict[str, Any]]) -> str:
    """Write rows as they would be bound, one by one."""
    dialect = tx.connection.dialect
    binding = {c.name: c.type.process_bind_param for c in table.c if isinstance(c.type, TypeDecorator)}
    bound = [
        {name: binding[name](value, dialect) if name in binding else value for name, value in row.items()}
        for row in rows
    ]
    return json.dumps(bound, ensure_ascii=False, separators=(",", ":"), default=_as_words)


def _as_words(value: Any) -> str:
    if isinstance(value, dt.date):  # or an instant
        return value.isoformat()
    raise TypeError(value)
