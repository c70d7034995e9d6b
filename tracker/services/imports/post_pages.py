"""The pages and groups that a spreadsheet of posts names: found by their names, or registered with their first post.

All lies in the scope of who imports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import fold
from tracker.services.channels import NewChannel
from tracker.services.imports.cells import CodeBook
from tracker.services.imports.outcomes import Note, Refused, Said
from tracker.store import channels as store
from tracker.store import scoping, units
from tracker.store.channels import ChannelFilter, ChannelRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.services.imports.plans import Stamp
    from tracker.services.imports.post_rows import PostRecord
    from tracker.store.db import Tx

CHANNELS_MOST = 100_000
NAMES_SHOWN = 5


class Pages:
    """The pages and groups of a scope by name, and those a file registers: numbered down from -1."""

    def __init__(self, tx: Tx, stamp: Stamp) -> None:
        self._tx, self._stamp = tx, stamp
        self._scope = rights.officer_scope(stamp.viewer, stamp.today)
        self._codes = CodeBook(units.list_codes(tx).items())
        self._reached: dict[int, bool] = {}
        self._named: dict[str, list[tuple[int, int, str]]] = {}
        self.new: dict[int, NewChannel] = {}
        rows = store.list_page(tx, self._scope, ChannelFilter(), after=None, limit=CHANNELS_MOST)
        for row in rows:
            self._add(row.channel_id, row)

    def find(self, record: PostRecord) -> int:
        """Find the channel that a row means, or take it down as a new one."""
        unit_id = self._unit(record.unit_code) if record.unit_code else None
        said = record.platform if record.platform_said else None
        fitting = [
            channel_id
            for channel_id, unit, platform in self._named.get(fold(record.page), ())
            if unit_id in {None, unit} and (said is None or said == platform)
        ]
        if len(fitting) > 1:
            raise Refused(Code.FIELD_INVALID, Said.UNCLEAR_PAGE, column="page", value=record.page[:40])
        return fitting[0] if fitting else self._register(record, unit_id)

    def _register(self, record: PostRecord, unit_id: int | None) -> int:
        runs = unit_id if unit_id is not None else self._stamp.viewer.unit_id
        if runs is None:
            raise Refused(Code.FIELD_INVALID, Said.PAGE_UNIT, column="unit_code")
        if record.platform is None:
            raise Refused(Code.FIELD_INVALID, Said.PAGE_NETWORK, column="platform")
        new = NewChannel(unit_id=runs, name=record.page, platform=record.platform, kind=record.kind)
        number = -len(self.new) - 1
        self.new[number] = new
        self._add(number, new)
        return number

    def _unit(self, code: str) -> int:
        unit_id = self._codes.get(code, "unit_code")
        if unit_id not in self._reached:
            self._reached[unit_id] = scoping.has_unit(self._tx, unit_id, self._scope)
        if not self._reached[unit_id]:
            raise Refused(Code.NOT_FOUND, Said.UNKNOWN_CODE, column="unit_code", value=code[:40])
        return unit_id

    def _add(self, channel_id: int, row: ChannelRow | NewChannel) -> None:
        self._named.setdefault(fold(row.name), []).append((channel_id, row.unit_id, str(row.platform)))


def register(tx: Tx, new: NewChannel, stamp: Stamp) -> int:
    """Register a page; give its id."""
    told = columns_of(new) | {"platform": str(new.platform), "kind": str(new.kind)}
    return store.add(tx, told | {"created_at": stamp.now})


def remove(tx: Tx, channel_ids: Iterable[int], stamp: Stamp) -> None:
    """Remove the pages that an import registered; refuses where one was changed or something was entered for it."""
    scope = rights.officer_scope(stamp.viewer, stamp.today)
    for channel_id in channel_ids:
        row = store.find(tx, channel_id, scope, lock=True)
        if row is None or row.version != 1 or store.is_used(tx, channel_id):
            raise AppError(Code.IMPORT_CHANGED, "pages were changed or used since the import")
        store.remove(tx, channel_id, row.version)


def notes(registered: Iterable[NewChannel]) -> list[Note]:
    """Say which pages a file registers."""
    names = [new.name for new in registered]
    if not names:
        return []
    shown = ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
    return [Note(said=Said.PAGES_NEW, values={"count": len(names), "names": shown})]
