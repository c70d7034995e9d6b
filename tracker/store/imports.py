"""Imports as stored: the result of each row, and what each changed so that it can be taken back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, not_, select, update

from tracker.domain.imports import Change, ImportRow, ImportSeen
from tracker.store.scope import unit_in_scope
from tracker.store.tables.operations import Import, ImportChange
from tracker.store.tables.registers import UnitChannel

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


_COLUMNS = (
    Import.import_id,
    Import.what,
    Import.file_name,
    Import.at,
    Import.account_id,
    Import.applied,
    Import.undone_at,
    Import.result,
)


def lock(tx: Tx) -> None:
    """Wait until nobody else imports or undoes."""
    tx.lock("imports")


def record(tx: Tx, row: dict[str, Any], changes: Sequence[Change]) -> int:
    """Keep an import and its changes; give its id."""
    import_id: int = tx.scalar(tx.insert(Import).values(row).returning(Import.import_id))
    tx.insert_rows(
        ImportChange,
        (
            {"import_id": import_id, "position": n, "subject": c.subject, "before": c.before, "after": c.after}
            for n, c in enumerate(changes)
        ),
    )
    return import_id


def find(tx: Tx, import_id: int) -> ImportRow | None:
    """Find an import."""
    row = tx.first(select(*_COLUMNS).where(Import.import_id == import_id))
    return None if row is None else ImportRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def list_page(tx: Tx, *, after: int | None, limit: int) -> list[ImportRow]:
    """List imports, the latest first, below an id."""
    query = select(*_COLUMNS).order_by(Import.import_id.desc()).limit(limit)
    if after is not None:
        query = query.where(Import.import_id < after)
    return [ImportRow(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - the same


def list_of(tx: Tx, account_id: int, what: str, *, limit: int) -> list[ImportSeen]:
    """List the last imports of one kind by one account, the latest first."""
    columns = (Import.import_id, Import.file_name, Import.at, Import.applied, Import.undone_at)
    query = select(*columns).where(Import.account_id == account_id, Import.what == what)
    rows = tx.all(query.order_by(Import.import_id.desc()).limit(limit))
    return [ImportSeen(**row._mapping) for row in rows]  # noqa: SLF001 - the same


def list_reaching_out(tx: Tx, import_ids: Collection[int], scope: Scope) -> set[int]:
    """List those imports of posts that name a page which stands outside a scope."""
    page = ImportChange.after["channel_id"].as_integer()
    query = select(ImportChange.import_id).join(UnitChannel, UnitChannel.channel_id == page)
    outside = (ImportChange.import_id.in_(import_ids), not_(unit_in_scope(UnitChannel.unit_id, scope)))
    return set(tx.scalars(query.where(*outside).distinct()))


def list_changes(tx: Tx, import_id: int) -> list[Change]:
    """List what an import changed, in the order of its rows."""
    columns = (ImportChange.subject, ImportChange.before, ImportChange.after)
    query = select(*columns).where(ImportChange.import_id == import_id).order_by(ImportChange.position)
    return [Change(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - the same


def count_undone(tx: Tx, prefix: str, *, since: int) -> Counter[str]:
    """Count by subject what imports after one had changed before they were undone, of subjects with a prefix."""
    query = select(ImportChange.subject).join(Import, Import.import_id == ImportChange.import_id)
    later = (Import.import_id > since, Import.undone_at.is_not(None))
    return Counter(tx.scalars(query.where(*later, ImportChange.subject.startswith(prefix, autoescape=True))))


def record_undone(tx: Tx, import_id: int, *, at: dt.datetime) -> bool:
    """Mark an import as taken back; False when it already was."""
    statement = update(Import).where(Import.import_id == import_id, Import.undone_at.is_(None))
    return tx.changed(statement.values(undone_at=at)) == 1


def forget(tx: Tx, subject: str) -> None:
    """Drop what imports keep of one thing (`member:40`): an erased person's name stands in no import."""
    tx.execute(delete(ImportChange).where(ImportChange.subject == subject))
