"""What stands in the registers as tables of the usual reports: meetings, activities, programmes, awards, pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain.figures import Measure
from tracker.domain.periods import format_day
from tracker.domain.privacy import ERASED
from tracker.reports import register_tables
from tracker.reports.figure_words import figure_words
from tracker.reports.tables import table_of, tables
from tracker.reports.words import Word, name, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tracker.domain.awards import AwardTotals
    from tracker.reports.contents import ReportData
    from tracker.reports.register_contents import AwardLine, ChannelLine, MeetingLine, Sections
    from tracker.reports.tables import ReportTable, Row


def section_tables(data: ReportData, annex: Sections) -> list[ReportTable]:
    """Give the tables of a usual report with a table for each register in which something stands."""
    made = tables(data, list(_summed(annex)))
    if annex.meetings:
        made.append(_meetings(data, annex))
    if annex.activities:
        made.append(_activities(data, annex))
    if annex.programmes.programmes:
        made.append(register_tables.programmes_table(data, annex.programmes))
    if annex.awards:
        made.append(_awards(data, annex))
    if annex.channels:
        made.append(_channels(data, annex))
    return made


def _summed(annex: Sections) -> Iterator[Row]:
    """Give the rows of the summary: what each register comes to, and what each programme brought."""
    yield say(Word.MEETING_COUNT), len(annex.meetings)
    for total in annex.activity_totals:
        yield say(Word.ACTIVITY_TIMES, name=total.name), total.count
        if total.participants is not None:
            yield say(Word.ACTIVITY_PEOPLE, name=total.name), total.participants
    totals = annex.programmes.totals
    yield say(Word.PROGRAMMES_RUN), register_tables.programme_totals(totals.count, totals.new)
    for line in annex.programmes.programmes:
        if brought := register_tables.brought(line):
            yield say(Word.BROUGHT, name=line.name), brought
    for word, counted in ((Word.AWARDS_PROPOSED, annex.proposed), (Word.AWARDS_GIVEN, annex.awarded)):
        if counted.collective or counted.individual:
            yield say(word), register_tables.award_totals(counted)
    yield from _posts_summed(annex)


def _posts_summed(annex: Sections) -> Iterator[Row]:
    """Give what pages and groups come to: single posts and stated months apart, as different counters."""
    if not annex.channels:
        return
    yield say(Word.CHANNEL_COUNT), len(annex.channels)
    yield say(Word.POST_COUNT), sum(line.post_count for line in annex.channels)
    stated = [line.month_post_count for line in annex.channels if line.month_post_count is not None]
    if stated:
        yield say(Word.MONTH_POST_COUNT), sum(stated)


def _meetings(data: ReportData, annex: Sections) -> ReportTable:
    words = (Word.NUMBER, Word.HELD_ON, Word.UNIT, Word.MEETING_TITLE, Word.STANDS_IN, Word.SPEAKER, Word.LESSON)
    rows: list[Row] = [(n, *_meeting_cells(line)) for n, line in enumerate(annex.meetings, start=1)]
    columns = register_tables.columns_of(words)
    return table_of(data.head, Word.MEETINGS_SHEET, say(Word.MEETINGS), columns, rows)


def _meeting_cells(line: MeetingLine) -> tuple[str, ...]:
    return (
        format_day(line.held_on),
        line.unit_name,
        line.title or line.kind or "",
        ", ".join(period.label("vi") for period in line.periods),
        "" if line.speaker is None else line.speaker or ERASED,
        line.lesson or "",
    )


def _activities(data: ReportData, annex: Sections) -> ReportTable:
    words = (Word.NUMBER, Word.ACTIVITY, Word.UNIT, Word.PERIOD, Word.TIMES, Word.TOOK_PART)
    rows: list[Row] = [
        (n, a.name, a.unit_name, a.period.label("vi"), a.activity_count, _known(a.participant_count))
        for n, a in enumerate(annex.activities, start=1)
    ]
    rows += [("", f"{say(Word.SUM)}: {t.name}", "", "", t.count, _known(t.participants)) for t in annex.activity_totals]
    columns = register_tables.columns_of(words)
    return table_of(data.head, Word.ACTIVITIES_SHEET, say(Word.ACTIVITIES), columns, rows)


def _known(count: int | None) -> int | str:
    return say(Word.UNKNOWN) if count is None else count


def _awards(data: ReportData, annex: Sections) -> ReportTable:
    words = (Word.NUMBER, Word.HONOURED, Word.ROLE_AND_UNIT, Word.ACHIEVEMENT, Word.AWARD_FORM)
    rows: list[Row] = [
        (n, *register_tables.award_cells(line), name("award_state", line.state), _decision(line))
        for n, line in enumerate(annex.awards, start=1)
    ]
    rows.append(("", _award_foot(annex.proposed, annex.awarded), "", "", "", "", ""))
    columns = register_tables.columns_of((*words, Word.STATE, Word.DECISION))
    return table_of(data.head, Word.GIVEN_SHEET, say(Word.GIVEN), columns, rows)


def _award_foot(proposed: AwardTotals, awarded: AwardTotals) -> str:
    told = {"proposed": register_tables.award_totals(proposed), "awarded": register_tables.award_totals(awarded)}
    return say(Word.GIVEN_FOOT, **told)


def _decision(line: AwardLine) -> str:
    day = format_day(line.decided_on) if line.decided_on else ""
    if line.decision and day:
        return say(Word.DOCUMENT, code=line.decision, day=day)
    return line.decision or day


def _channels(data: ReportData, annex: Sections) -> ReportTable:
    words = (Word.NUMBER, Word.CHANNEL_NAME, Word.KIND, Word.KEEPER, Word.FOLLOWERS, Word.POSTS, Word.PASSED_ON)
    more = (Word.POSTS_REACH, Word.POSTS_ENGAGEMENTS, Word.MONTH_POSTS, Word.MONTH_FIGURES)
    zone = data.head.cut_off_local.tzinfo
    rows: list[Row] = [(n, *_channel_cells(line, zone)) for n, line in enumerate(annex.channels, start=1)]
    title, columns = say(Word.CHANNELS), register_tables.columns_of((*words, *more))
    table = table_of(data.head, Word.CHANNELS_SHEET, title, columns, rows)
    return replace(table, notes=(*table.notes, say(Word.MONTHS_APART)))


def _channel_cells(line: ChannelLine, zone: dt.tzinfo | None) -> tuple[int | str, ...]:
    stated = [f"{name('measure', f.measure)}: {figure_words([f], zone, f.measure)}" for f in line.month_figures]
    return (
        line.name,
        ", ".join((name("channel_kind", line.kind), name("channel", line.platform))),
        line.unit_name,
        say(Word.UNKNOWN) if line.follower_count is None else line.follower_count,
        line.post_count,
        line.passed_on,
        figure_words(line.figures, zone, Measure.REACH),
        figure_words(line.figures, zone, Measure.ENGAGEMENTS),
        "" if line.month_post_count is None else line.month_post_count,
        "; ".join(stated),
    )
