"""Lists handed to a statement as one value: however long they are, it stays one statement with one place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from tracker.store.db import Tx


def rows_of(tx: Tx, texts: Collection[str]) -> Select[Any]:
    """Select the texts, a row each, for an IN or NOT IN."""
    return _listed(tx, texts, Text)


def ids_of(tx: Tx, ids: Collection[int]) -> Select[Any]:
    """Select the ids, a row each, for an IN or NOT IN."""
    return _listed(tx, ids, BigInteger)


def _listed(tx: Tx, values: Collection[Any], kind: type[Text | BigInteger]) -> Select[Any]:
    if tx.dialect == "postgresql":
        given = bindparam(None, list(values), type_=ARRAY(kind), unique=True)
        return select(func.unnest(given).column_valued())
    dumped = bindparam(None, json.dumps(list(values)), type_=Text, unique=True)
    return select(func.json_each(dumped).table_valued("value").c.value)
