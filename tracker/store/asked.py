"""Lists of texts handed to a statement as one value: however long they are, it stays one statement with one place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from tracker.store.db import Tx


def rows_of(tx: Tx, texts: Collection[str]) -> Select[Any]:
    """Select the texts, a row each, for an IN or NOT IN."""
    if tx.dialect == "postgresql":
        given = bindparam(None, list(texts), type_=ARRAY(Text), unique=True)
        return select(func.unnest(given).column_valued())
    dumped = bindparam(None, json.dumps(list(texts)), type_=Text, unique=True)
    return select(func.json_each(dumped).table_valued("value").c.value)
