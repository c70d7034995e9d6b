"""The reports of registers as tables: proposed awards with their grounds, the sheet for a meeting, programmes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from tracker.domain.claims import ClaimKind
from tracker.domain.numbers import format_amount, format_prose_count
from tracker.domain.periods import format_day
from tracker.domain.privacy import ERASED
from tracker.reports.register_contents import Commendation, MeetingSheet, ProgrammeList
from tracker.reports.tables import table_of
from tracker.reports.words import Word, name, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tracker.domain.awards import AwardTotals
    from tracker.reports.contents import ReportData
    from tracker.reports.register_contents import (
        AwardLine,
        DirectiveLine,
        DueLine,
        GroundLine,
        MeetingLine,
        ProgrammeLine,
        TurnLine,
    )
    from tracker.reports.tables import ReportTable, Row

_SHEET_COLUMNS = (Word.PART, Word.FULL_NAME, Word.CONTENT, Word.WHEN, Word.RESULT_SO_FAR)


def register_tables(data: ReportData, annex: Commendation | MeetingSheet | ProgrammeList) -> list[ReportTable]:
    """Give the tables of a report of a register."""
    match annex:
        case Commendation():
            return [_awards(data, annex), _grounds(data, annex)]
        case MeetingSheet():
            return [_sheet(data, annex)]
        case ProgrammeList():
            return [programmes_table(data, annex), _by_kind(data, annex)]
    assert_never(annex)


def award_totals(counted: AwardTotals) -> str:
    """Print how many there are: `20 tập thể, 40 cá nhân`."""
    collective, individual = counted.collective, counted.individual
    return say(Word.AWARDS_FOOT, collective=format_prose_count(collective), individual=format_prose_count(individual))


def programme_totals(count: int, new: int) -> str:
    """Print how many programmes there are: `95 mô hình (có 18 mô hình mới)`."""
    return say(Word.PROGRAMMES_FOOT, count=format_prose_count(count), new=format_prose_count(new))


def _awards(data: ReportData, annex: Commendation) -> ReportTable:
    words = (Word.NUMBER, Word.HONOURED, Word.ROLE_AND_UNIT, Word.ACHIEVEMENT, Word.AWARD_FORM)
    lines = (*annex.collectives, *annex.individuals)
    rows: list[Row] = [(n, *award_cells(line)) for n, line in enumerate(lines, start=1)]
    rows.append(("", award_totals(annex.totals), "", "", ""))
    return table_of(data.head, Word.AWARDS_SHEET, say(Word.AWARDS), columns_of(words), rows)


def award_cells(line: AwardLine) -> tuple[str, str, str, str]:
    """Print whom an award honours, of what office and unit, for what in short, and its form."""
    role = [name("party_role", line.party_role)] if line.party_role else []
    parts = (
        (Word.ACHIEVED_SHARES, line.count(ClaimKind.SHARE)),
        (Word.ACHIEVED_PIECES, line.count(ClaimKind.AUTHORED)),
        (Word.ACHIEVED_PRESENTATIONS, line.count(ClaimKind.PRESENTATION)),
        (Word.ACHIEVED_PROGRAMMES, line.programme_count),
    )
    told = "; ".join(say(word, count=format_prose_count(count)) for word, count in parts if count)
    if line.member_id is None:
        return line.unit_name, "", told, line.title
    return line.full_name or ERASED, ", ".join([*role, line.unit_name]), told, line.title


def _grounds(data: ReportData, annex: Commendation) -> ReportTable:
    words = (Word.NUMBER, Word.HONOURED, Word.KIND, Word.TITLE, Word.DAY, Word.PROOF)
    lines = (*annex.collectives, *annex.individuals)
    cells = [(_honoured(line), *_ground_cells(row)) for line in lines for row in line.rows]
    rows: list[Row] = [(n, *row) for n, row in enumerate(cells, start=1)]
    return table_of(data.head, Word.GROUNDS_SHEET, say(Word.GROUNDS), columns_of(words), rows)


def _honoured(line: AwardLine) -> str:
    return line.unit_name if line.member_id is None else line.full_name or ERASED


def _ground_cells(row: GroundLine) -> tuple[str, str, str, str]:
    kind = say(Word.PROGRAMME) if row.kind is None else name("claim_kind", row.kind)
    return kind, row.title, format_day(row.happened_on) if row.happened_on else "", row.url or ""


def _sheet(data: ReportData, annex: MeetingSheet) -> ReportTable:
    """Lay out the one page: what was shared and written, who is due, who has a turn next."""
    rows = [*_done_rows(data), *(_due_row(line) for line in annex.due), *(_turn_row(line) for line in annex.turns)]
    rows += [_meeting_row(line) for line in annex.meetings]
    title = say(Word.MEETING_SHEET, period=data.head.period.label("vi"))
    return table_of(data.head, Word.MEETING_SHEET_NAME, title, columns_of(_SHEET_COLUMNS), rows)


def _done_rows(data: ReportData) -> Iterator[Row]:
    for share in data.shares:
        where = name("channel", share.channel) if share.channel else ""
        told = share.title or share.article_url or share.url or ""  # what nothing names is found by its link
        yield say(Word.PART_SHARED), share.full_name, told, format_day(share.happened_on), where
    for piece in data.authored:
        told = ", ".join(piece.authors)
        yield say(Word.PART_WRITTEN), told, piece.title or piece.url or "", format_day(piece.happened_on), piece.source


def _due_row(line: DueLine) -> Row:
    what = _what(line.what, line.slot)
    return (
        say(Word.PART_DUE),
        line.full_name or line.unit_name,
        what,
        line.period.label("vi"),
        f"{line.done:02d}/{line.wanted:02d}",
    )


def _turn_row(line: TurnLine) -> Row:
    when = format_day(line.due_on) if line.due_on else line.period.label("vi")
    return say(Word.PART_NEXT), line.full_name, _what(line.what, line.slot, line.topic), when, ""


def _meeting_row(line: MeetingLine) -> Row:
    stands = ", ".join(period.label("vi") for period in line.periods)
    return say(Word.PART_MEETING), line.speaker or "", line.title or line.unit_name, format_day(line.held_on), stands


def _what(kind: ClaimKind, *more: str | None) -> str:
    return ", ".join([name("claim_kind", kind), *(words for words in more if words)])


def programmes_table(data: ReportData, annex: ProgrammeList) -> ReportTable:
    """Lay out the list of programmes with its foot and the documents behind them."""
    words = (Word.NUMBER, Word.PROGRAMME_NAME, Word.UNIT, Word.REGISTERED_IN, Word.NEW_OR_NOT, Word.BENEFIT)
    rows: list[Row] = [(n, *_programme_cells(line)) for n, line in enumerate(annex.programmes, start=1)]
    foot = programme_totals(annex.totals.count, annex.totals.new)
    rows.append(("", say(Word.PROGRAMMES_SUM, told=foot), *[""] * 6))
    columns = columns_of((*words, Word.OUTCOME, Word.NOTE))
    table = table_of(data.head, Word.PROGRAMMES_SHEET, say(Word.PROGRAMMES), columns, rows)
    cited = (say(Word.CITED, told=_cited(annex.directives)),) if annex.directives else ()
    return replace(table, notes=(*table.notes, *cited))


def _programme_cells(line: ProgrammeLine) -> tuple[str, ...]:
    return (
        line.name,
        line.unit_name,
        str(line.from_on.year) if line.from_on else "",
        say(Word.NEW if line.new else Word.CONTINUED),
        _money(line),
        _words(line),
        _cited(line.directives),
    )


def brought(line: ProgrammeLine) -> str:
    """Print what a programme brought in one line: `hơn 2,1 tỷ đồng`, with the words stated where they say more."""
    return "; ".join(told for told in (_money(line), _words(line)) if told)


def _money(line: ProgrammeLine) -> str:
    return "" if line.amount is None else say(Word.MONEY, amount=format_amount(line.amount, line.qualifier))


def _words(line: ProgrammeLine) -> str:
    """Give the words stated, but for those that say the amount alone."""
    words = line.words or ""
    return "" if words.strip().casefold() == _money(line).casefold() else words


def _cited(directives: Sequence[DirectiveLine]) -> str:
    """Print documents in the order of their days."""
    return "; ".join(say(Word.DOCUMENT, code=d.code, day=format_day(d.issued_on)) for d in directives)


def _by_kind(data: ReportData, annex: ProgrammeList) -> ReportTable:
    totals = annex.totals
    rows: list[Row] = [
        (n, kind or say(Word.NO_KIND), count, new) for n, (kind, count, new) in enumerate(totals.by_kind, start=1)
    ]
    rows.append(("", say(Word.SUM), totals.count, totals.new))
    columns = columns_of((Word.NUMBER, Word.UNIT_KIND, Word.PROGRAMME_COUNT, Word.NEW_COUNT))
    return table_of(data.head, Word.BY_KIND_SHEET, say(Word.BY_KIND), columns, rows)


def columns_of(words: Iterable[Word]) -> tuple[str, ...]:
    """Give the headings of a table."""
    return tuple(say(word) for word in words)
