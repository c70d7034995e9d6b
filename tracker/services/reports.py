"""Reports of a period: what they say is reckoned from the ledger, frozen where the period is closed.

Everybody gets the same bytes: click figures below five are hidden from all alike.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.rights import Right
from tracker.reports.contents import ReportData, ReportHead, ReportKind
from tracker.reports.csv import write_csv
from tracker.reports.json import write_json
from tracker.reports.register_contents import Sections
from tracker.reports.register_tables import register_tables
from tracker.reports.section_tables import section_tables
from tracker.reports.tables import tables
from tracker.reports.xlsx import write_xlsx
from tracker.services import registers, report_lines, report_registers
from tracker.services.asked import Asked, get_unit
from tracker.services.ledgers import open_ledger

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from tracker.domain.methods import MethodVersions
    from tracker.domain.types import Viewer
    from tracker.reports.tables import ReportTable
    from tracker.services.ledgers import Opened
    from tracker.store.db import Tx

__all__ = ["ReportData", "ReportKind"]  # its callers know what a report says, not how it is written

FORMATS = ("docx", "xlsx", "pdf", "csv", "json")
_PERIODS = {  # which period a report is of; the others are of any
    ReportKind.MONTH: PeriodKind.MONTH,
    ReportKind.QUARTER: PeriodKind.QUARTER,
    ReportKind.HALF: PeriodKind.HALF,
    ReportKind.YEAR: PeriodKind.YEAR,
}
_FILE_NAMES = {
    ReportKind.COMMENDATION: "khen-thuong",
    ReportKind.MEETING: "sinh-hoat",
    ReportKind.PROGRAMMES: "mo-hinh",
}


class ReportFormat(enum.StrEnum):
    """The formats that are written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


MEDIA_TYPES = {
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.JSON: "application/json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A report as a file."""

    name: str
    media_type: str
    body: bytes


def make_file(
    tx: Tx,
    viewer: Viewer,
    kind: str,
    period: Period,
    unit_id: int | None,
    wanted: str,
    *,
    method: MethodVersions,
    now: dt.datetime,
    zone: ZoneInfo,
) -> ReportFile:
    """Make the file of a report of a unit and all below it; of a closed period always the same bytes."""
    rights.require(Right.READ, viewer)
    asked_kind, asked_format = get_kind(kind), get_format(wanted)
    data = get_data(tx, viewer, asked_kind, period, unit_id, method=method, now=now, zone=zone)
    code = "".join(c if c.isascii() and c.isalnum() else "-" for c in data.head.unit_code)
    return ReportFile(
        name=f"{_FILE_NAMES.get(asked_kind, 'bao-cao')}-{code}-{period}.{asked_format}",
        media_type=MEDIA_TYPES[asked_format],
        body=_body(data, asked_format),
    )


def get_data(
    tx: Tx,
    viewer: Viewer,
    kind: ReportKind,
    period: Period,
    unit_id: int | None,
    *,
    method: MethodVersions,
    now: dt.datetime,
    zone: ZoneInfo,
) -> ReportData:
    """Get what a report says, for a page or a file."""
    rights.require(Right.READ, viewer)
    if period.kind not in {_PERIODS.get(kind, period.kind), PeriodKind.SPAN}:
        raise AppError(Code.PERIOD_INVALID, f"the report of a {kind} is of a {kind} or of a span", value=str(period))
    unit = get_unit(tx, viewer, unit_id, period, today=now.astimezone(zone).date())
    asked = Asked(unit_id=unit)
    opened = open_ledger(tx, asked, period, now=now, zone=zone, figures=True)
    registered = registers.open_registers(tx, opened, unit, period)
    data = report_lines.build(opened.reckoner, _head(opened, asked, kind, period, method, zone))
    return replace(data, annex=report_registers.build(registered, opened.reckoner, data.head))


def get_kind(kind: str) -> ReportKind:
    """Read the kind of a report."""
    if kind in set(ReportKind):
        return ReportKind(kind)
    raise AppError(Code.NOT_FOUND, f"there is no report «{kind[:20]}»")


def get_format(wanted: str) -> ReportFormat:
    """Read the format of a report."""
    if wanted in set(ReportFormat):
        return ReportFormat(wanted)
    raise AppError(Code.REPORT_FORMAT, f"a report is written as {', '.join(ReportFormat)}, not as «{wanted[:20]}»")


def _head(
    opened: Opened, asked: Asked, kind: ReportKind, period: Period, method: MethodVersions, zone: ZoneInfo
) -> ReportHead:
    ledger, close = opened.ledger, opened.close
    if asked.unit_id is None:
        raise AssertionError
    unit = ledger.units.get(asked.unit_id)
    return ReportHead(
        kind=kind,
        period=period,
        unit_id=asked.unit_id,
        unit_code=unit.code if unit else "",
        unit_name=opened.reckoner.unit_name(asked.unit_id, period.last_day),
        closed=close is not None,
        version=close.version if close else None,
        cut_off_at=ledger.cut_off_at,
        cut_off_local=ledger.cut_off_at.astimezone(zone),
        method=close.method if close else method,
    )


def _body(data: ReportData, wanted: ReportFormat) -> bytes:
    match wanted:
        case ReportFormat.JSON:
            return write_json(data)
        case ReportFormat.CSV:
            return write_csv(_tables(data))
        case ReportFormat.XLSX:
            return write_xlsx(_tables(data), made_at=data.head.cut_off_at)
    assert_never(wanted)


def _tables(data: ReportData) -> list[ReportTable]:
    match data.annex:
        case None:
            return tables(data)
        case Sections():
            return section_tables(data, data.annex)
        case _:
            return register_tables(data, data.annex)
