"""Opening the registers of a unit and a period for reports: as they stand, or as a close froze them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain.registers import Registers, narrow
from tracker.services import freezing_registers
from tracker.store import freezes, standings
from tracker.store import register_facts as store
from tracker.store.standings import Territory

if TYPE_CHECKING:
    from tracker.domain.periods import Period
    from tracker.domain.types import UnitId
    from tracker.services.ledgers import Opened
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


def open_registers(tx: Tx, opened: Opened, unit_id: UnitId, period: Period) -> Registers:
    """Open the registers of a unit and all below it in a period, beside its ledger; the caller may read the unit."""
    found = None if opened.close is None else _thaw(tx, opened, opened.close)
    if found is None:
        found = read_live(tx, unit_id, period)
    return narrow(found, unit_id, period, today=opened.ledger.today)


def read_live(tx: Tx, unit_id: UnitId, period: Period) -> Registers:
    """Read the registers of a unit and of all that stood below it in some days of a period, or ended there before."""
    territory = Territory(unit_id=unit_id, member_id=None, start_on=period.start_on, end_on=period.end_on)
    read = Registers(
        awards=store.list_awards(tx, territory, period),
        meetings=store.list_meetings(tx, territory, period),
        activities=store.list_activities(tx, territory, period),
        programmes=store.list_programmes(tx, territory, period),
        directives=store.list_directives(tx, territory, period),
        channels=store.list_channels(tx, territory, period),
    )
    return replace(
        read,
        names=standings.list_names(tx, read.member_ids),
        units=store.list_units(tx, sorted(read.unit_ids)),
        above=store.list_above(tx, sorted(read.unit_ids)),
    )


def freeze(tx: Tx, close: CloseRow, registers: Registers) -> None:
    """Keep registers as frozen rows of a close; their names are frozen with the ledger's."""
    freezes.freeze(tx, close.close_id, freezing_registers.pack(registers))


def _thaw(tx: Tx, opened: Opened, close: CloseRow) -> Registers | None:
    """Give the registers of a close, whoever was erased since without a name; None where it froze none."""
    found = freezing_registers.unpack(freezes.list_frozen(tx, close.close_id, freezing_registers.KINDS))
    return None if found is None else replace(found, names=opened.ledger.names)
