"""What all registers share: a row changed or removed by its version, and periods found by their texts."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update

from tracker.domain.period_ranges import range_inside
from tracker.domain.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.domain.periods import Period
    from tracker.store.db import Tx

# How the texts of each kind look to LIKE, where _ is any character; none of these forms matches another's texts.
_FORMS = {
    PeriodKind.DAY: "____-__-__",
    PeriodKind.WEEK: "____-W__",
    PeriodKind.MONTH: "____-__",
    PeriodKind.QUARTER: "____-Q_",
    PeriodKind.HALF: "____-H_",
    PeriodKind.YEAR: "____",
}
_DOTS = ".."


def columns_of(new: Any) -> dict[str, Any]:
    """Give the fields of a dataclass by name, as they stand: the columns of a row to be added."""
    return {field.name: getattr(new, field.name) for field in dataclasses.fields(new)}


def add(tx: Tx, key: Any, values: dict[str, Any]) -> int:
    """Add a row; give the id its table put into the key column."""
    made: int = tx.scalar(tx.insert(key.class_).values(values).returning(key))
    return made


def hold(tx: Tx, key: Any, identities: Collection[int]) -> int:
    """Keep rows from being removed until the transaction ends, for something is about to name them; give how many."""
    query = select(key).where(key.in_(sorted(set(identities))))
    return len(tx.scalars(query.with_for_update(read=True, key_share=True)))


def seize(tx: Tx, key: Any, identity: int) -> bool:
    """Let nobody else change a row, or begin to name it, until the transaction ends; False where it is gone."""
    return tx.first(select(key).where(key == identity).with_for_update()) is not None


def change(tx: Tx, key: Any, identity: int, version: int, values: dict[str, Any]) -> bool:
    """Change the row whose key column holds an id; False when someone else changed it meanwhile."""
    table = key.class_
    at = update(table).where(key == identity, table.version == version)
    return tx.changed(at.values(version=version + 1, **values)) == 1


def remove(tx: Tx, key: Any, identity: int, version: int) -> bool:
    """Remove the row whose key column holds an id; False when someone else changed it meanwhile."""
    table = key.class_
    return tx.changed(delete(table).where(key == identity, table.version == version)) == 1


def period_inside(column: Any, asked: Period) -> ColumnElement[bool]:
    """The period whose text stands in `column` lies in the asked one, or is it."""
    parts = [_of_kind(column, kind, asked) for kind in _FORMS]
    return or_(column == str(asked), *parts)


def _of_kind(column: Any, kind: PeriodKind, asked: Period) -> ColumnElement[bool]:
    """The text is of a period of one kind inside the asked one, or of a span of such periods."""
    found = range_inside(kind, asked)
    if found is None:
        return false()
    first, last, form = str(found[0]), str(found[1]), _FORMS[kind]
    single = and_(_looks(column, form), column >= first, column <= last)
    begins, ends = func.substr(column, 1, len(form)), func.substr(column, len(form) + len(_DOTS) + 1)
    return or_(single, and_(_looks(column, form + _DOTS + form), begins >= first, ends <= last))


def _looks(column: Any, form: str) -> ColumnElement[bool]:
    """The text has a form; that of months would also match quarters and half-years."""
    same = column.like(form)
    months = form.startswith(_FORMS[PeriodKind.MONTH]) and not form.startswith(_FORMS[PeriodKind.DAY])
    return and_(same, ~column.like("%-Q%"), ~column.like("%-H%")) if months else same
