"""Registers, programmes and targets changed after a close: each change stands in the restatement of what it touches."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tracker.domain.awards import AwardState, AwardWho
from tracker.domain.channels import ChannelKind
from tracker.domain.claims import ClaimKind
from tracker.domain.figures import Measure
from tracker.domain.methods import MethodVersions
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Channel
from tracker.services import (
    activities,
    awards,
    channels,
    channels_months,
    channels_posts,
    closing,
    directives,
    meetings,
    programmes,
    targets,
)
from tracker.services.activities import NewActivity
from tracker.services.awards import NewAward
from tracker.services.channels import NewChannel
from tracker.services.channels_months import NewMonth
from tracker.services.channels_posts import NewPost
from tracker.services.directives import NewDirective
from tracker.services.meetings import NewMeeting
from tracker.services.programmes import NewProgramme
from tracker.services.targets import NewTarget

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import UnitId, Viewer
    from tracker.services.channels import ChannelRow
    from tracker.services.programmes import ProgrammeRow
    from tracker.services.targets import TargetRow
    from tracker.store.db import Tx
    from tracker.store.freezes import RestatementRow

OCTOBER, SEPTEMBER = Period.parse("2026-10"), Period.parse("2026-09")
METHOD = MethodVersions(bot_list="một danh sách")


def close(house: ClaimsHouse, unit_id: UnitId, period: Period = OCTOBER) -> None:
    with house.db.write() as tx:
        closing.close_period(tx, house.admin, unit_id, period, method=METHOD, now=house.now, today=house.today)


def told(
    house: ClaimsHouse, unit_id: UnitId, period: Period = OCTOBER, *, by: Viewer | None = None
) -> list[RestatementRow]:
    with house.db.read() as tx:
        rows, _ = closing.list_restatements(
            tx, by or house.admin, unit_id, period, after=None, limit=50, today=house.today
        )
    return rows


def programme(house: ClaimsHouse, tx: Tx, unit_id: UnitId) -> ProgrammeRow:
    new = NewProgramme(name="Mô hình", unit_id=unit_id, is_new=True, from_on=dt.date(2026, 1, 1))
    return programmes.create(tx, house.admin, new, now=house.now, today=house.today)


def target(house: ClaimsHouse, tx: Tx, programme_id: int) -> TargetRow:
    new = NewTarget(
        programme_id=programme_id,
        who=TargetWho.EACH_MEMBER,
        what=ClaimKind.SHARE,
        minimum=1,
        per=PeriodKind.MONTH,
    )
    return targets.create(tx, house.admin, new, now=house.now, today=house.today)


@pytest.fixture
def set_up(house: ClaimsHouse) -> tuple[ProgrammeRow, TargetRow]:
    with house.db.write() as tx:
        made = programme(house, tx, house.committee)
        return made, target(house, tx, made.programme_id)


def test_a_target_changed_after_the_close_is_told_with_what_was_and_what_is(
    house: ClaimsHouse, set_up: tuple[ProgrammeRow, TargetRow]
) -> None:
    close(house, house.committee)
    with house.db.write() as tx:
        targets.change(tx, house.admin, set_up[1], {"minimum": 2}, now=house.now, today=house.today)
    (row,) = told(house, house.committee)
    assert (row.subject, row.actor_id) == (f"target:{set_up[1].target.target_id}", house.admin.account_id)
    assert (row.before, row.after) == ({"minimum": 1}, {"minimum": 2})


def test_what_binds_from_above_is_told_to_a_branch_that_closed_by_itself_and_to_one_closed_from_above(
    house: ClaimsHouse, set_up: tuple[ProgrammeRow, TargetRow]
) -> None:
    close(house, house.branch, SEPTEMBER)
    close(house, house.committee)
    with house.db.write() as tx:
        programmes.change(
            tx, house.admin, set_up[0], {"until_on": dt.date(2026, 12, 31)}, now=house.now, today=house.today
        )
    (row,) = told(house, house.branch, SEPTEMBER)
    assert (row.before, row.after) == ({"until": None}, {"until": "2026-12-31"})
    assert [r.subject for r in told(house, house.other_branch, by=house.other_officer)] == [row.subject]
    assert told(house, house.other_branch, SEPTEMBER) == []


def test_a_programme_of_other_days_restates_nothing(house: ClaimsHouse) -> None:
    close(house, house.committee)
    with house.db.write() as tx:
        new = NewProgramme(name="Sau", unit_id=house.branch, is_new=True, from_on=dt.date(2026, 11, 1))
        programmes.create(tx, house.admin, new, now=house.now, today=house.today)
    assert told(house, house.committee) == []


def test_a_programme_and_a_target_made_or_removed_later_are_told(house: ClaimsHouse) -> None:
    close(house, house.committee)
    with house.db.write() as tx:
        made = programme(house, tx, house.branch)
        goal = target(house, tx, made.programme_id)
        targets.remove(tx, house.admin, goal, now=house.now)
        programmes.remove(tx, house.admin, made, now=house.now)
    rows = told(house, house.branch)
    sides = [(r.subject.partition(":")[0], r.before is None, r.after is None) for r in rows]
    assert sides == [
        ("programme", True, False),
        ("target", True, False),
        ("target", False, True),
        ("programme", False, True),
    ]
    assert told(house, house.other_branch) == []


def test_a_change_that_changes_nothing_restates_nothing(
    house: ClaimsHouse, set_up: tuple[ProgrammeRow, TargetRow]
) -> None:
    close(house, house.committee)
    with house.db.write() as tx:
        targets.change(tx, house.admin, set_up[1], {"minimum": 1}, now=house.now, today=house.today)
    assert told(house, house.committee) == []


def test_a_directive_that_a_programme_cites_is_told(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        new = NewDirective(code="67-KH/BTCTU", issued_on=dt.date(2025, 2, 12))
        cited = directives.create(tx, house.admin, new, now=house.now)
        made = programme(house, tx, house.branch)
        changes = {"directive_ids": (cited.directive_id,)}
        programmes.change(tx, house.admin, made, changes, now=house.now, today=house.today)
    close(house, house.branch)
    with house.db.write() as tx:
        directives.change(tx, house.admin, cited, {"issued_on": dt.date(2025, 2, 13)}, now=house.now)
    (row,) = told(house, house.branch)
    assert (row.before, row.after) == ({"issued_on": "2025-02-12"}, {"issued_on": "2025-02-13"})


def test_awards_meetings_and_activities_are_told_where_the_closed_period_holds_them(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        new = NewAward(unit_id=house.branch, period=OCTOBER, who=AwardWho.COLLECTIVE, title="Giấy khen")
        award = awards.create(tx, house.admin, new, now=house.now, today=house.today).award
        held = NewMeeting(unit_id=house.branch, held_on=dt.date(2026, 11, 2), periods=(OCTOBER,))
        meeting = meetings.create(tx, house.admin, held, now=house.now, today=house.today)
    close(house, house.committee)
    november = Period.parse("2026-11")
    with house.db.write() as tx:
        awards.change(tx, house.admin, award, {"state": AwardState.AWARDED}, now=house.now, today=house.today)
        meetings.change(tx, house.admin, meeting, {"periods": (november,)}, now=house.now, today=house.today)
        activity = NewActivity(unit_id=house.branch, name="Thi", period=Period.parse("2026"), activity_count=3)
        activities.create(tx, house.admin, activity, now=house.now, today=house.today)
    given, moved = told(house, house.branch)
    assert (given.before, given.after) == ({"state": "proposed"}, {"state": "awarded"})
    assert (moved.before["periods"], moved.after) == (["2026-10"], None)


@pytest.fixture
def page(house: ClaimsHouse) -> ChannelRow:
    with house.db.write() as tx:
        new = NewChannel(unit_id=house.branch, name="Trang", platform=Channel.FACEBOOK, kind=ChannelKind.PAGE)
        return channels.create(tx, house.admin, new, now=house.now, today=house.today)


def test_a_month_of_a_page_stated_anew_or_taken_back_is_told(house: ClaimsHouse, page: ChannelRow) -> None:
    at = {"now": house.now, "today": house.today}
    with house.db.write() as tx:
        channels_months.put(tx, house.admin, page, NewMonth(month=OCTOBER, post_count=10), **at)  # type: ignore[arg-type]  # an instant and a day
    close(house, house.committee)
    with house.db.write() as tx:
        new = NewMonth(month=OCTOBER, post_count=12, values={Measure.REACH: 900})
        stated = channels_months.put(tx, house.admin, page, new, **at)  # type: ignore[arg-type]  # the same
        channels_months.put(tx, house.admin, page, NewMonth(month=Period.parse("2026-11"), post_count=1), **at)  # type: ignore[arg-type]  # the same
        channels_months.remove(tx, house.admin, page, stated, now=house.now)
    changed, removed = told(house, house.branch)
    assert changed.before == {"month": "2026-10", "posts": 10, "reach": None}
    assert changed.after == {"month": "2026-10", "posts": 12, "reach": 900}
    assert (removed.before["posts"], removed.after) == (12, None)


def test_a_post_that_comes_into_or_leaves_a_closed_day_is_told(house: ClaimsHouse, page: ChannelRow) -> None:
    close(house, house.committee)
    at = {"now": house.now, "today": house.today}
    with house.db.write() as tx:
        post = channels_posts.add(
            tx,
            house.admin,
            page,
            NewPost(happened_on=dt.date(2026, 10, 3), title="Bài"),
            **at,  # type: ignore[arg-type]  # an instant and a day
        )
        moved = channels_posts.change(tx, house.admin, page, post, {"happened_on": dt.date(2026, 11, 3)}, **at)  # type: ignore[arg-type]  # the same
        channels_posts.remove(tx, house.admin, moved, now=house.now)
    came, left = told(house, house.branch)
    assert (came.before, came.after["post"], came.after["on"]) == (None, "Bài", "2026-10-03")
    assert (left.before["on"], left.after) == ("2026-10-03", None)
