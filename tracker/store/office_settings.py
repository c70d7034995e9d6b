"""Settings of the organisation: defaults of the product that this office set otherwise, one JSON value a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.store.tables.operations import OrganisationSetting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.store.db import Tx


def list_values(tx: Tx, names: Collection[str]) -> dict[str, Any]:
    """List those of these settings that were set."""
    query = select(OrganisationSetting.name, OrganisationSetting.value).where(OrganisationSetting.name.in_(names))
    return {row.name: row.value for row in tx.all(query)}


def put(tx: Tx, name: str, value: Any, *, now: dt.datetime, by: int | None) -> None:
    """Set a value."""
    statement = tx.insert(OrganisationSetting)
    row = {"name": name, "value": value, "changed_at": now, "changed_by": by}
    told = {column: statement.excluded[column] for column in ("value", "changed_at", "changed_by")}
    tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=told), row)


def add(tx: Tx, name: str, value: Any, *, now: dt.datetime) -> None:
    """Set a value unless somebody set one meanwhile, which then stays."""
    row = {"name": name, "value": value, "changed_at": now, "changed_by": None}
    tx.execute(tx.insert(OrganisationSetting).on_conflict_do_nothing(), row)
