"""The registers as rows for reports: what the units below another registered for some days.

One statement or two a register, whatever the number of rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from tracker.domain.awards import AwardState, AwardWho
from tracker.domain.channels import MONTH_MEASURES, ChannelKind, MonthTotal
from tracker.domain.figures import Figure, Grade, Measure
from tracker.domain.ledger import Span, UnitRecord
from tracker.domain.meetings import in_order
from tracker.domain.numbers import Qualifier
from tracker.domain.period_ranges import range_inside
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.registers import (
    ActivityRecord,
    AwardRecord,
    ChannelRecord,
    DirectiveRecord,
    MeetingRecord,
    PostDay,
    ProgrammeCard,
)
from tracker.domain.tree import UnitVersion
from tracker.domain.types import Channel, MemberId, ProgrammeId, UnitId
from tracker.store import register_rows
from tracker.store.channels_posts import latest_readings
from tracker.store.scope import units_below
from tracker.store.standings import units_of
from tracker.store.tables.organisation import Member, Unit, UnitAncestry
from tracker.store.tables.organisation import UnitVersion as Version
from tracker.store.tables.programmes import Programme, ProgrammeDirective, ProgrammeMeasure
from tracker.store.tables.registers import (
    Activity,
    Award,
    ChannelMonth,
    ChannelPost,
    ChannelReading,
    Directive,
    Meeting,
    MeetingPeriod,
    UnitChannel,
)
from tracker.store.units import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from tracker.store.db import Tx
    from tracker.store.standings import Territory


def list_awards(tx: Tx, territory: Territory, asked: Period) -> list[AwardRecord]:
    """List the awards of a period and of those inside it, in the order they were registered."""
    columns = (Award.award_id, Award.unit_id, Award.period, Award.who, Award.member_id, Member.party_role)
    query = (
        select(*columns, Award.title, Award.state, Award.decision, Award.decided_on)
        .outerjoin(Member, Member.member_id == Award.member_id)
        .where(_of_units(Award.unit_id, territory), register_rows.period_inside(Award.period, asked))
    )
    return [
        AwardRecord(
            award_id=row.award_id,
            unit_id=UnitId(row.unit_id),
            period=Period.parse(row.period),
            who=AwardWho(row.who),
            member_id=None if row.member_id is None else MemberId(row.member_id),
            party_role=row.party_role,
            title=row.title,
            state=AwardState(row.state),
            decision=row.decision,
            decided_on=row.decided_on,
        )
        for row in tx.all(query.order_by(Award.award_id))
    ]


def list_meetings(tx: Tx, territory: Territory, asked: Period) -> list[MeetingRecord]:
    """List the meetings that stand in a period or in one inside it, by day."""
    inside = select(MeetingPeriod.meeting_id).where(register_rows.period_inside(MeetingPeriod.period, asked))
    wanted = and_(_of_units(Meeting.unit_id, territory), Meeting.meeting_id.in_(inside))
    joined = select(MeetingPeriod.meeting_id, MeetingPeriod.period).join(
        Meeting, Meeting.meeting_id == MeetingPeriod.meeting_id
    )
    periods: dict[int, list[Period]] = defaultdict(list)
    for row in tx.all(joined.where(wanted)):
        periods[row.meeting_id].append(Period.parse(row.period))
    columns = (Meeting.meeting_id, Meeting.unit_id, Meeting.held_on, Meeting.kind, Meeting.title, Meeting.speaker_id)
    query = select(*columns, Meeting.lesson).where(wanted).order_by(Meeting.held_on, Meeting.meeting_id)
    return [
        MeetingRecord(
            meeting_id=row.meeting_id,
            unit_id=UnitId(row.unit_id),
            held_on=row.held_on,
            periods=tuple(in_order(periods[row.meeting_id])),
            kind=row.kind,
            title=row.title,
            speaker_id=None if row.speaker_id is None else MemberId(row.speaker_id),
            lesson=row.lesson,
        )
        for row in tx.all(query)
    ]


def list_activities(tx: Tx, territory: Territory, asked: Period) -> list[ActivityRecord]:
    """List the activities of a period and of those inside it, in the order they were registered."""
    columns = (Activity.activity_id, Activity.unit_id, Activity.name, Activity.period, Activity.activity_count)
    query = select(*columns, Activity.participant_count).where(
        _of_units(Activity.unit_id, territory), register_rows.period_inside(Activity.period, asked)
    )
    return [
        ActivityRecord(
            activity_id=row.activity_id,
            unit_id=UnitId(row.unit_id),
            name=row.name,
            period=Period.parse(row.period),
            activity_count=row.activity_count,
            participant_count=row.participant_count,
        )
        for row in tx.all(query.order_by(Activity.activity_id))
    ]


def list_programmes(tx: Tx, territory: Territory, asked: Period) -> list[ProgrammeCard]:
    """List the programmes that run in a period, in the order they were registered."""
    wanted = _running(territory, asked)
    said = _gathered(
        tx,
        select(ProgrammeMeasure.programme_id, ProgrammeMeasure.words)
        .join(Programme, Programme.programme_id == ProgrammeMeasure.programme_id)
        .where(wanted)
        .order_by(ProgrammeMeasure.programme_id, ProgrammeMeasure.position),
    )
    cited = _gathered(
        tx,
        select(ProgrammeDirective.programme_id, ProgrammeDirective.directive_id)
        .join(Programme, Programme.programme_id == ProgrammeDirective.programme_id)
        .where(wanted)
        .order_by(ProgrammeDirective.programme_id, ProgrammeDirective.directive_id),
    )
    columns = (Programme.programme_id, Programme.unit_id, Programme.name, Programme.from_on, Programme.until_on)
    outcome = (Programme.outcome_amount, Programme.outcome_qualifier, Programme.outcome_words)
    query = select(*columns, Programme.is_new, *outcome).where(wanted).order_by(Programme.programme_id)
    return [
        ProgrammeCard(
            programme_id=ProgrammeId(row.programme_id),
            unit_id=UnitId(row.unit_id),
            name=row.name,
            from_on=row.from_on,
            until_on=row.until_on,
            is_new=row.is_new,
            amount=row.outcome_amount,
            qualifier=Qualifier(row.outcome_qualifier) if row.outcome_qualifier else None,
            words=row.outcome_words,
            measures=tuple(said.get(row.programme_id, ())),
            directive_ids=tuple(cited.get(row.programme_id, ())),
        )
        for row in tx.all(query)
    ]


def list_directives(tx: Tx, territory: Territory, asked: Period) -> list[DirectiveRecord]:
    """List the directives that the programmes running in a period cite, in the order of their days."""
    cited = (
        select(ProgrammeDirective.directive_id)
        .join(Programme, Programme.programme_id == ProgrammeDirective.programme_id)
        .where(_running(territory, asked))
    )
    query = select(Directive.directive_id, Directive.code, Directive.issued_on).where(Directive.directive_id.in_(cited))
    return [
        DirectiveRecord(directive_id=row.directive_id, code=row.code, issued_on=row.issued_on)
        for row in tx.all(query.order_by(Directive.issued_on, Directive.directive_id))
    ]


def list_channels(tx: Tx, territory: Territory, asked: Period) -> list[ChannelRecord]:
    """List the pages and groups with the months stated for a period and the single posts of its days."""
    wanted = _of_units(UnitChannel.unit_id, territory)
    months, days = _list_months(tx, wanted, asked), _list_days(tx, wanted, asked)
    columns = (UnitChannel.channel_id, UnitChannel.unit_id, UnitChannel.name, UnitChannel.platform, UnitChannel.kind)
    query = select(*columns, UnitChannel.follower_count).where(wanted).order_by(UnitChannel.channel_id)
    return [
        ChannelRecord(
            channel_id=row.channel_id,
            unit_id=UnitId(row.unit_id),
            name=row.name,
            platform=Channel(row.platform),
            kind=ChannelKind(row.kind),
            follower_count=row.follower_count,
            months=tuple(months.get(row.channel_id, ())),
            days=tuple(days.get(row.channel_id, ())),
        )
        for row in tx.all(query)
    ]


def list_above(tx: Tx, unit_ids: Iterable[int]) -> dict[UnitId, list[Span]]:
    """List who ever stood above units, themselves included, by unit."""
    columns = (UnitAncestry.unit_id, UnitAncestry.ancestor_id, UnitAncestry.valid_from, UnitAncestry.valid_to)
    found: dict[UnitId, list[Span]] = defaultdict(list)
    for ids in chunks(unit_ids):
        query = select(*columns).where(UnitAncestry.unit_id.in_(ids))
        for row in tx.all(query.order_by(UnitAncestry.unit_id, UnitAncestry.ancestor_id, UnitAncestry.valid_from)):
            span = Span(unit_id=UnitId(row.ancestor_id), valid_from=row.valid_from, valid_to=row.valid_to)
            found[UnitId(row.unit_id)].append(span)
    return dict(found)


def list_units(tx: Tx, unit_ids: Iterable[int]) -> dict[UnitId, UnitRecord]:
    """List units with what they were called, whenever."""
    columns = (Unit.unit_id, Unit.code, Version.valid_from, Version.valid_to, Version.name, Version.kind)
    codes: dict[UnitId, str] = {}
    versions: dict[UnitId, list[UnitVersion]] = defaultdict(list)
    for ids in chunks(unit_ids):
        query = select(*columns, Version.parent_id).join(Version, Version.unit_id == Unit.unit_id)
        for row in tx.all(query.where(Unit.unit_id.in_(ids)).order_by(Unit.unit_id, Version.valid_from)):
            key, days = UnitId(row.unit_id), {"valid_from": row.valid_from, "valid_to": row.valid_to}
            codes[key] = row.code
            versions[key].append(UnitVersion(name=row.name, kind=row.kind, parent_id=row.parent_id, **days))
    return {key: UnitRecord(unit_id=key, code=code, versions=tuple(versions[key])) for key, code in codes.items()}


def _of_units(column: Any, territory: Territory) -> ColumnElement[bool]:
    """The unit stood in the territory in its days, or ended before and stood there last."""
    if territory.unit_id is None:
        raise AssertionError
    last_day = territory.end_on - dt.timedelta(days=1)
    return or_(column.in_(units_of(territory)), column.in_(units_below(territory.unit_id, last_day)))


def _running(territory: Territory, asked: Period) -> ColumnElement[bool]:
    return and_(
        _of_units(Programme.unit_id, territory),
        or_(Programme.from_on.is_(None), Programme.from_on < asked.end_on),
        or_(Programme.until_on.is_(None), Programme.until_on >= asked.start_on),
    )


def _gathered(tx: Tx, query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows: Any = tx.all(query)
    for key, value in rows:
        found[key].append(value)
    return found


def _list_months(tx: Tx, wanted: ColumnElement[bool], asked: Period) -> dict[int, list[MonthTotal]]:
    bounds = range_inside(PeriodKind.MONTH, asked)
    if bounds is None:
        return {}
    query = (
        select(ChannelMonth)
        .join(UnitChannel, UnitChannel.channel_id == ChannelMonth.channel_id)
        .where(wanted, ChannelMonth.month >= str(bounds[0]), ChannelMonth.month <= str(bounds[1]))
        .order_by(ChannelMonth.channel_id, ChannelMonth.month)
        .with_only_columns(*ChannelMonth.__table__.columns)
    )
    found: dict[int, list[MonthTotal]] = defaultdict(list)
    for row in tx.all(query):
        found[row.channel_id].append(
            MonthTotal(
                channel_id=row.channel_id,
                month=row.month,
                post_count=row.post_count,
                entered_at=row.entered_at,
                version=row.version,
                values={measure: getattr(row, measure.value) for measure in MONTH_MEASURES},
            )
        )
    return found


def _list_days(tx: Tx, wanted: ColumnElement[bool], asked: Period) -> dict[int, list[PostDay]]:
    in_days = and_(wanted, ChannelPost.happened_on >= asked.start_on, ChannelPost.happened_on < asked.end_on)
    told = latest_readings().join(ChannelPost, ChannelPost.post_id == ChannelReading.post_id)
    told = told.join(UnitChannel, UnitChannel.channel_id == ChannelPost.channel_id).where(in_days)
    figures: dict[tuple[int, dt.date], list[Figure]] = defaultdict(list)
    for row in tx.all(told.add_columns(ChannelPost.channel_id, ChannelPost.happened_on)):
        figure = Figure(measure=Measure(row.measure), grade=Grade.VERIFIED, value=row.value, as_of=row.added_at)
        figures[row.channel_id, row.happened_on].append(figure)
    counts = (func.count().label("posts"), func.count(ChannelPost.article_id).label("passed_on"))
    query = select(ChannelPost.channel_id, ChannelPost.happened_on, *counts).join(
        UnitChannel, UnitChannel.channel_id == ChannelPost.channel_id
    )
    keys = (ChannelPost.channel_id, ChannelPost.happened_on)
    found: dict[int, list[PostDay]] = defaultdict(list)
    for row in tx.all(query.where(in_days).group_by(*keys).order_by(*keys)):
        told_then = sorted(figures[row.channel_id, row.happened_on], key=_order)
        day = PostDay(day=row.happened_on, post_count=row.posts, passed_on=row.passed_on, figures=tuple(told_then))
        found[row.channel_id].append(day)
    return found


def _order(figure: Figure) -> tuple[int, int, dt.datetime]:
    return list(Measure).index(figure.measure), figure.value or 0, figure.as_of
