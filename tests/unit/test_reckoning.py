"""Reckoning and reach from a ledger put together by hand: what binds whom, and what nobody can name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from tests.unit.obligations import MAY, TODAY, A, B, D, Facts, target
from tracker.domain.figures import Measure
from tracker.domain.ledger import (
    Binding,
    ClaimRecord,
    ClickDay,
    Ledger,
    PersonRecord,
    ProgrammeRecord,
    Span,
    UnitRecord,
    narrow_to_member,
    narrow_to_unit,
)
from tracker.domain.organisation import MemberHistory, Membership, MemberStatus
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.reach import ReachBy, reach, totals
from tracker.domain.reckoning import Reckoner, reading_days
from tracker.domain.tree import UnitVersion
from tracker.domain.types import ArticleId, Channel, MemberId, ProgrammeId, UnitId

AT = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
ALWAYS = D(2020, 1, 1)
AN, BINH = MemberId(1), MemberId(2)


def _span(unit: UnitId) -> Span:
    return Span(unit_id=unit, valid_from=ALWAYS, valid_to=None)


def _unit(unit: UnitId, parent: UnitId | None) -> UnitRecord:
    version = UnitVersion(valid_from=ALWAYS, valid_to=None, name=f"Đơn vị {unit}", kind="chi bộ", parent_id=parent)
    return UnitRecord(unit_id=unit, code=str(unit), versions=(version,))


def _person(member: MemberId, unit: UnitId) -> PersonRecord:
    stay = Membership(unit_id=unit, status=MemberStatus.OFFICIAL, since=ALWAYS)
    return PersonRecord(member_id=member, party_role=None, history=MemberHistory(memberships=(stay,)))


def _ledger(claims: tuple[ClaimRecord, ...] = (), clicks: tuple[ClickDay, ...] = ()) -> Ledger:
    """Give a ledger of unit A with B below it, one member in each; a programme of A asks a share a month."""
    programme = ProgrammeRecord(
        programme_id=ProgrammeId(1), unit_id=A, name="Mô hình", from_on=None, until_on=None, is_new=True
    )
    return Ledger(
        unit_id=A,
        member_id=None,
        start_on=MAY.start_on,
        end_on=MAY.end_on,
        today=TODAY,
        cut_off_at=AT,
        spans=(_span(A), _span(B)),
        bindings={A: Binding(spans=(_span(A),), whole=True)},
        units={A: _unit(A, None), B: _unit(B, A)},
        programmes={ProgrammeId(1): programme},
        targets=[target()],
        assignments=[],
        people={AN: _person(AN, A), BINH: _person(BINH, B)},
        names={AN: "An", BINH: "Bình"},
        claims=claims,
        topics={},
        clicks=clicks,
    )


def _claim(facts: Facts, member: int, day: dt.date, unit: UnitId = A, **more: Any) -> ClaimRecord:
    told: dict[str, Any] = {"title": "Bài", "url": None, "article_id": None, "article_url": None, "channel": None}
    return ClaimRecord(fact=facts.add(member, day, unit=unit), **(told | more))


def test_a_programme_whose_unit_binds_nobody_here_asks_nothing() -> None:
    ledger = replace(_ledger(), bindings={})
    assert Reckoner(ledger).progresses(MAY) == []
    assert Reckoner(_ledger()).progresses(MAY)[0][1].counted == 2
    future = Period.parse("2026-02")
    assert len(Reckoner(_ledger()).progresses(future)) == 1
    assert Reckoner(_ledger()).progresses(future, begun_only=True) == []
    later = replace(_ledger(), bindings={A: Binding(spans=(replace(_span(A), valid_from=D(2026, 1, 1)),), whole=True)})
    assert Reckoner(later).progresses(MAY) == []


def test_a_part_of_a_ledger_is_reckoned_as_the_unit_or_member_alone() -> None:
    facts = Facts()
    ledger = _ledger((_claim(facts, AN, D(2025, 5, 1)), _claim(facts, BINH, D(2025, 5, 2), B)))
    part = Reckoner(narrow_to_unit(ledger, B))
    assert (part.member_count(MAY), part.total(MAY).shares) == (1, 1)
    own = Reckoner(narrow_to_member(ledger, AN))
    assert [given.member_id for given in own.contributions(MAY)] == [AN]
    assert own.total(MAY).shares == 1
    assert own.coverages(MAY) == []
    nobody = narrow_to_member(ledger, MemberId(9))
    assert (nobody.people, nobody.claims, nobody.spans) == ({}, [], ())


def test_a_period_reads_the_days_of_the_own_periods_that_hold_it() -> None:
    quarterly, weekly = target(per="quarter"), target(per="week")
    assert reading_days([], MAY) == (D(2025, 5, 1), D(2025, 6, 1))
    assert reading_days([quarterly], MAY) == (D(2025, 4, 1), D(2025, 7, 1))
    april = Period.parse("2025-04")
    assert reading_days([weekly], april) == (D(2025, 3, 31), D(2025, 5, 1))
    assert reading_days([weekly], april, whole=True) == (D(2025, 3, 31), D(2025, 5, 5))


def test_what_has_no_source_channel_or_share_stands_under_no_subject_and_in_the_totals() -> None:
    facts = Facts()
    click = ClickDay(
        member_id=AN,
        day=D(2025, 5, 3),
        article_id=ArticleId(7),
        channel=Channel.ZALO,
        click_count=6,
        person_day_count=5,
    )
    reckoner = Reckoner(_ledger((_claim(facts, AN, D(2025, 5, 1)),), (click,)))
    assert reach(reckoner, MAY, ReachBy.SOURCE) == []
    assert [item.key for item in reach(reckoner, MAY, ReachBy.CHANNEL)] == ["zalo"]
    assert [(item.title, item.clicks) for item in reach(reckoner, MAY, ReachBy.ARTICLE)] == [("7", 6)]
    assert [(item.title, item.clicks) for item in reach(reckoner, MAY, ReachBy.CLAIM)] == [("Bài", 0)]
    assert {f.measure: f.value for f in totals(reckoner, MAY)} == {Measure.VALID_CLICKS: 6, Measure.PERSON_DAYS: 5}


def test_a_click_belongs_to_the_share_of_its_month_or_the_last_before_it() -> None:
    facts = Facts()
    link: dict[str, Any] = {"article_id": ArticleId(7), "channel": Channel.ZALO}
    claims = tuple(_claim(facts, AN, day, **link) for day in (D(2025, 4, 20), D(2025, 5, 20)))
    clicks = tuple(
        ClickDay(member_id=AN, day=day, click_count=n, person_day_count=n, **link)
        for day, n in ((D(2025, 4, 2), 1), (D(2025, 5, 2), 2), (D(2025, 6, 2), 4), (D(2025, 3, 2), 8))
    )
    spring = Period(kind=PeriodKind.SPAN, start_on=D(2025, 3, 1), end_on=D(2025, 7, 1), unit=PeriodKind.MONTH)
    found = reach(Reckoner(_ledger(claims, clicks)), spring, ReachBy.CLAIM)
    assert [item.clicks for item in found] == [1, 6]


def test_what_was_reckoned_once_is_not_reckoned_again() -> None:
    reckoner = Reckoner(_ledger())
    first = reckoner.progresses(MAY, begun_only=True)
    again = reckoner.progresses(MAY)
    assert [item for _, item in first] == [item for _, item in again]
    assert all(one is two for (_, one), (_, two) in zip(first, again, strict=True))
