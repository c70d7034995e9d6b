"""A report as tables: what every file format prints, cell for cell. Text or whole numbers, no formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.figures import Measure
from tracker.domain.numbers import format_int, format_percent
from tracker.domain.periods import PeriodKind, format_day
from tracker.domain.privacy import ERASED
from tracker.reports.figure_words import figure_name, figure_value, figure_words
from tracker.reports.words import WARNINGS, Word, name, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.domain.figures import Figure
    from tracker.domain.periods import Period
    from tracker.domain.types import UnitId
    from tracker.reports.contents import MemberLine, PieceLine, ReportData, ReportHead, ShareLine, WideLine

Cell = int | str
Row = tuple[Cell, ...]
_THOUSAND = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table: what stands above it, its headings and its rows."""

    sheet: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(data: ReportData, more: Sequence[Row] = ()) -> list[ReportTable]:
    """Give the tables of a report: the summary (with more rows of what stands beside claims), then the annexes."""
    found = [_summary(data, more), _pieces(data), _shares(data), _members(data), _wide(data)]
    return [*found, _presentations(data)] if data.presentations else found


def _summary(data: ReportData, more: Sequence[Row]) -> ReportTable:
    totals = data.totals
    rows: list[Row] = [
        (say(Word.MEMBER_COUNT), totals.members),
        (say(Word.SHARES_DONE), totals.shares),
        (say(Word.PIECES_DONE), totals.authored),
        (say(Word.PRESENTATIONS_DONE), totals.presentations),
    ]
    if totals.by_others:
        rows.append((say(Word.BY_OTHERS), totals.by_others))
    rows += _target_rows(data)
    zone = data.head.cut_off_local.tzinfo
    rows += [(figure_name(f, zone), figure_value(f)) for f in data.figures]
    rows += [(say(Word.TOPIC_COUNT, topic=t.topic, unit=t.unit_name), t.claim_count) for t in data.topics]
    rows += more
    rows += [(say(Word.WARNING), say(WARNINGS[code])) for code in data.warnings]
    title = say(Word.SUMMARY, period=data.head.period.label("vi"))
    return table_of(data.head, Word.SUMMARY_SHEET, title, (say(Word.WHAT), say(Word.VALUE)), rows)


def _target_rows(data: ReportData) -> Iterable[Row]:
    for line in data.targets:
        what = name("claim_kind", line.target.what)
        for item in line.periods:
            told = {"what": what, "period": item.period.label("vi")}
            yield say(Word.TARGET_DONE, **told), item.done
            yield say(Word.TARGET_MET, **told), _share_of(item.met, item.counted)
            if line.target.aim is not None:
                yield say(Word.TARGET_AIM, **told), _share_of(item.aim_met, item.counted)


def _share_of(part: int, whole: int) -> str:
    """Print `09/10 (90,0%)`: the bare fraction a sheet would take for a date."""
    return f"{_count_of(part)}/{_count_of(whole)} ({format_percent(part, whole)})"


def _count_of(number: int) -> str:
    """Print a count as offices do: two digits at least, thousands apart."""
    return f"{number:02d}" if number < _THOUSAND else format_int(number)


def _pieces(data: ReportData) -> ReportTable:
    words = (Word.NUMBER, Word.PIECE_TITLE, Word.AUTHORS, Word.TOPIC, Word.PUBLISHED_AT, Word.PUBLISHED_ON)
    more = (Word.ADDRESS, Word.VIEWS, Word.ENGAGEMENTS, Word.NOTE)
    columns = tuple(say(word) for word in (*words, *more))
    zone = data.head.cut_off_local.tzinfo
    rows = [_piece_row(n, line, zone) for n, line in enumerate(data.authored, start=1)]
    return table_of(data.head, Word.PIECES_SHEET, say(Word.PIECES), columns, rows)


def _piece_row(number: int, line: PieceLine, zone: dt.tzinfo | None) -> Row:
    return (
        number,
        line.title,
        ", ".join(line.authors),
        ", ".join(line.topics),
        line.source,
        format_day(line.happened_on),
        line.url or "",
        figure_words(line.figures, zone, Measure.PAGE_VIEWS),
        figure_words(line.figures, zone, Measure.ENGAGEMENTS),
        "",
    )


def _shares(data: ReportData) -> ReportTable:
    words = (Word.NUMBER, Word.FULL_NAME, Word.SHARED_TITLE, Word.SOURCE, Word.PLATFORM, Word.SHARED_ON)
    columns = tuple(say(word) for word in (*words, Word.PROOF, Word.ENGAGEMENTS, Word.STATE))
    zone = data.head.cut_off_local.tzinfo
    rows = [_share_row(n, line, zone) for n, line in enumerate(data.shares, start=1)]
    return table_of(data.head, Word.SHARES_SHEET, say(Word.SHARES), columns, rows)


def _share_row(number: int, line: ShareLine, zone: dt.tzinfo | None) -> Row:
    return (
        number,
        line.full_name or ERASED,
        line.title or line.article_url or "",
        line.source,
        name("channel", line.channel) if line.channel else "",
        format_day(line.happened_on),
        line.url or "",
        figure_words(line.figures, zone, Measure.ENGAGEMENTS),
        say(Word.ACCEPTED),
    )


def _members(data: ReportData) -> ReportTable:
    months = [period for period, _ in data.members[0].months] if data.members else []
    columns = (
        say(Word.NUMBER),
        say(Word.FULL_NAME),
        say(Word.PARTY_ROLE),
        *(say(Word.SHARES_OF_MONTH, month=_short(month)) for month in months),
        say(Word.SUM),
        say(Word.MONTHS_MET, minimum=f"{data.month_minimum:02d}"),
        say(Word.PIECE_COUNT),
        say(Word.RESULT),
        say(Word.NOTE),
    )
    rows = [_member_row(n, line, data.head.unit_id) for n, line in enumerate(data.members, start=1)]
    return table_of(data.head, Word.MEMBERS_SHEET, say(Word.MEMBERS), columns, rows)


def _member_row(number: int, line: MemberLine, unit_id: UnitId) -> Row:
    """Print a member; who stands in a unit below is told apart from namesakes by its name."""
    below = line.unit_name if line.unit_id != unit_id else ""
    return (
        number,
        line.full_name or ERASED,
        name("party_role", line.party_role) if line.party_role else "",
        *(shares for _, shares in line.months),
        line.shares,
        line.months_met,
        line.authored,
        name("row_state", line.state) if line.state else "",
        "; ".join(words for words in (below, "" if line.counted else say(Word.APART)) if words),
    )


def _wide(data: ReportData) -> ReportTable:
    words = (Word.NUMBER, Word.TITLE, Word.PIECE_AUTHOR, Word.PUBLISHED_AT, Word.SHARE_COUNT, Word.CLICKS)
    columns = tuple(say(word) for word in (*words, Word.REACH, Word.ENGAGEMENTS, Word.ORIGIN))
    zone = data.head.cut_off_local.tzinfo
    rows = [_wide_row(n, line, zone) for n, line in enumerate(data.wide, start=1)]
    return table_of(data.head, Word.WIDE_SHEET, say(Word.WIDE), columns, rows)


def _wide_row(number: int, line: WideLine, zone: dt.tzinfo | None) -> Row:
    clicks = next((f for f in line.figures if f.measure is Measure.VALID_CLICKS), None)
    return (
        number,
        line.title,
        ", ".join(line.authors),
        line.source,
        line.shares,
        _count(clicks),
        figure_words(line.figures, zone, Measure.REACH),
        figure_words(line.figures, zone, Measure.ENGAGEMENTS),
        ", ".join(dict.fromkeys(name("grade", f.grade) for f in line.figures)),
    )


def _presentations(data: ReportData) -> ReportTable:
    words = (Word.NUMBER, Word.PRESENTED_ON, Word.FULL_NAME, Word.SLOT, Word.TITLE, Word.TOPIC)
    rows: list[Row] = [
        (
            n,
            format_day(line.happened_on),
            line.full_name or ERASED,
            line.slot or "",
            line.title,
            ", ".join(line.topics),
        )
        for n, line in enumerate(data.presentations, start=1)
    ]
    columns = tuple(say(word) for word in words)
    return table_of(data.head, Word.PRESENTATIONS_SHEET, say(Word.PRESENTATIONS), columns, rows)


def table_of(head: ReportHead, sheet: Word, title: str, columns: tuple[str, ...], rows: Sequence[Row]) -> ReportTable:
    """Give a table under whose title stand the unit, the period and how its figures were made."""
    closed = say(Word.CLOSED, version=head.version) if head.closed else say(Word.OPEN)
    cut_off = say(
        Word.CUT_OFF,
        at=f"{head.cut_off_local:%H:%M} {format_day(head.cut_off_local.date())}",
        method=head.method.method,
        bot_list=head.method.bot_list,
    )
    notes = (f"{head.unit_name} ({head.unit_code}). {head.period.label('vi')}", cut_off, closed)
    return ReportTable(sheet=say(sheet), title=title, notes=notes, columns=columns, rows=tuple(rows))


def _count(figure: Figure | None) -> Cell:
    """Give a measured count as a number, or the words for why there is none."""
    if figure is None:
        return say(Word.UNKNOWN)
    return figure_value(figure) if figure.value is None else figure.value


def _short(month: Period) -> str:
    return f"T{month.start_on.month}" if month.kind is PeriodKind.MONTH else month.label("vi")
