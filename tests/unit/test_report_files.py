"""Words and files of reports: every word in Vietnamese, no cell a formula, the same cells give the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tracker.domain.figures import Figure, Grade, Measure
from tracker.reports.csv import guarded, write_csv
from tracker.reports.figure_words import figure_words
from tracker.reports.tables import ReportTable
from tracker.reports.words import WARNINGS, Word, say
from tracker.reports.xlsx import write_xlsx

AT = dt.datetime(2026, 7, 1, 3, 0, tzinfo=dt.UTC)
CELLS = st.one_of(st.integers(0, 10**9), st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20))


def _table(rows: list[tuple[int | str, ...]]) -> ReportTable:
    return ReportTable(sheet="Tổng hợp", title="Tựa", notes=("Một", "Hai"), columns=("A", "B"), rows=tuple(rows))


@pytest.mark.parametrize("word", list(Word))
def test_every_word_is_printed_in_vietnamese(word: Word) -> None:
    assert not say(word).startswith("Report:")


def test_every_warning_has_its_words() -> None:
    assert set(WARNINGS) == {"limits.empty", "claims.pending", "period.running", "targets.none"}


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-1", "@x", "\t=1", " =1", "＝1"])
def test_a_text_that_a_sheet_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_both_files_carry_the_same_cells(rows: list[tuple[int | str, ...]]) -> None:
    table = _table(rows)
    printed = list(csv.reader(io.StringIO(write_csv([table]).decode("utf-8-sig"))))[4 : 4 + len(rows)]
    assert printed == [[str(guarded(cell)) for cell in row] for row in rows]
    sheet = load_workbook(io.BytesIO(write_xlsx([table], made_at=AT)))["Tổng hợp"]
    read = [
        tuple("" if cell.value is None else cell.value for cell in row) for row in sheet.iter_rows(min_row=6, max_col=2)
    ]
    assert read[: len(rows)] == rows
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_same_tables_give_the_same_workbook() -> None:
    assert write_xlsx([_table([(1, "x")])], made_at=AT) == write_xlsx([_table([(1, "x")])], made_at=AT)


def test_a_wide_table_stays_readable_on_a_printed_page_with_the_margins_of_an_office() -> None:
    columns = ("STT", *(f"Cột {n}" for n in range(1, 10)))
    table = ReportTable(sheet="Rộng", title="Tựa", notes=(), columns=columns, rows=((1, *("một hai ba " * 6,) * 9),))
    sheet = load_workbook(io.BytesIO(write_xlsx([table], made_at=AT)))["Rộng"]
    widths = [sheet.column_dimensions[get_column_letter(n)].width for n in range(1, 11)]
    assert sum(widths) <= 160
    assert widths[0] < widths[1]
    assert sheet.cell(4, 1).alignment.horizontal == "center"
    edges = sheet.page_margins
    assert [round(edge * 25.4) for edge in (edges.left, edges.right, edges.top, edges.bottom)] == [30, 15, 20, 20]
    assert sheet.oddHeader is not None
    assert sheet.oddHeader.center.text == "&P"


def test_figures_are_printed_with_their_grade_and_never_in_one_number() -> None:
    figures = [
        Figure(measure=Measure.REACH, grade=Grade.VERIFIED, value=None, as_of=AT, at_least=500, at_most=1820),
        Figure(measure=Measure.REACH, grade=Grade.DECLARED, value=3945, as_of=AT),
        Figure(measure=Measure.ENGAGEMENTS, grade=Grade.DECLARED, value=1, as_of=AT),
    ]
    first, second = figure_words(figures, dt.UTC, Measure.REACH).split("; ")
    assert first.startswith("500 – 1.820 (")
    assert second.startswith("3.945 (")
    assert figure_words(figures, dt.UTC, Measure.IMPRESSIONS) == "không đo được"
    hidden = Figure(measure=Measure.VALID_CLICKS, grade=Grade.MEASURED, value=None, as_of=AT, hidden=True)
    assert figure_words([hidden], dt.UTC, Measure.VALID_CLICKS).startswith("dưới 5 (")
