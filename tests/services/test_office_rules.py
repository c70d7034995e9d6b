"""The organisation's rules: who changes them, from when on they hold, and that services judge by them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select

from tests import make
from tests.services.claims_house import ZONE
from tests.services.test_claim_races import at_once
from tracker.domain.errors import AppError, Code
from tracker.domain.methods import MethodVersions
from tracker.domain.office_rules import DEFAULTS, Rule, RuleBook, RuleEntry
from tracker.domain.periods import Period
from tracker.domain.privacy import RequestKind
from tracker.services import closing, ledgers, office_rules, requests, review_queue, sessions
from tracker.services.asked import Asked
from tracker.store.tables.office import OrganisationRule
from tracker.store.tables.operations import AuditEvent
from tracker.store.tables.organisation import Absence
from tracker.store.tables.periods import FrozenRow

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer
    from tracker.services.office_rules import RuleView

NOVEMBER, DECEMBER = Period.parse("2026-11"), Period.parse("2026-12")


def set_rule(
    house: ClaimsHouse, rule: Rule, value: int, *, by: Viewer | None = None, at: dt.date | None = None, **more: Any
) -> RuleView:
    with house.db.write() as tx:
        return office_rules.change(
            tx, by or house.admin, rule, value, valid_from=at, now=house.now, today=house.today, **more
        )


def book(house: ClaimsHouse) -> RuleBook:
    with house.db.read() as tx:
        return office_rules.book(tx)


def test_without_a_change_the_defaults_hold(house: ClaimsHouse) -> None:
    assert book(house).on(house.today) == DEFAULTS
    with house.db.read() as tx:
        found = office_rules.list_rules(tx, house.as_an, today=house.today)
    assert [view.rule for view in found] != []
    assert {view.rule: view.value for view in found} == {rule: DEFAULTS.value(rule) for rule in Rule}
    assert {view.version for view in found} == {0}


def test_an_administrator_sets_a_rule_and_it_is_told_in_the_audit_trail(house: ClaimsHouse) -> None:
    changed = set_rule(house, Rule.OLDEST_DAYS, 100)
    assert (changed.value, changed.default, changed.version, changed.changed_by) == (
        100,
        400,
        1,
        house.admin.account_id,
    )
    with house.db.read() as tx:
        event = tx.all(select(AuditEvent).where(AuditEvent.action == "setting.change"))[-1]
    assert (event.subject, event.facts) == (
        "setting:oldest_days",
        {"value": 100, "valid_from": house.today.isoformat()},
    )


@pytest.mark.parametrize("who", ["as_an", "officer", "auditor"])
def test_nobody_else_sets_a_rule(house: ClaimsHouse, who: str) -> None:
    with pytest.raises(AppError) as refusal:
        set_rule(house, Rule.OLDEST_DAYS, 100, by=getattr(house, who))
    assert refusal.value.code is Code.RIGHT_MISSING


def test_a_change_of_what_was_changed_meanwhile_is_refused(house: ClaimsHouse) -> None:
    set_rule(house, Rule.OLDEST_DAYS, 100, version=0)
    with pytest.raises(AppError) as refusal:
        set_rule(house, Rule.OLDEST_DAYS, 200, version=0)
    assert refusal.value.code is Code.ETAG_STALE
    assert set_rule(house, Rule.OLDEST_DAYS, 200, version=1).version == 2
    assert book(house).on(house.today).oldest_days == 200


def test_of_two_who_change_a_rule_at_once_one_is_told(house: ClaimsHouse) -> None:
    def work() -> int:
        return set_rule(house, Rule.OLDEST_DAYS, 100, version=0).version

    assert sorted(str(told) for told in at_once(work, work)) == ["1", str(Code.ETAG_STALE)]


def test_a_planned_change_is_shown_and_a_later_one_takes_its_place(house: ClaimsHouse) -> None:
    january = dt.date(2027, 1, 1)
    planned = set_rule(house, Rule.LATE_AFTER_DAYS, 3, at=january)
    assert (planned.value, planned.planned) == (5, (RuleEntry(january, Rule.LATE_AFTER_DAYS, 3),))
    again = set_rule(house, Rule.LATE_AFTER_DAYS, 7, at=dt.date(2026, 12, 1))
    assert again.planned == (RuleEntry(dt.date(2026, 12, 1), Rule.LATE_AFTER_DAYS, 7),)
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(OrganisationRule)) == 1


def test_a_rule_that_is_no_longer_known_is_left_alone(house: ClaimsHouse) -> None:
    row = {"name": "gone", "valid_from": house.today, "value": 1, "version": 1, "changed_at": house.now}
    with house.db.write() as tx:
        tx.execute(insert(OrganisationRule), row)
    assert book(house) == RuleBook()


def test_a_claim_is_judged_by_what_the_office_set(house: ClaimsHouse) -> None:
    set_rule(house, Rule.OLDEST_DAYS, 62)
    old = house.share(happened_on=house.today - dt.timedelta(days=63))
    with pytest.raises(AppError) as refusal:
        house.file(house.as_an, old)
    assert refusal.value.code is Code.CLAIM_DATE
    october = house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 31)))
    assert house.show(house.as_an, october).claim.late
    set_rule(house, Rule.LATE_AFTER_DAYS, 0, at=dt.date(2026, 12, 1))
    november = house.file(house.as_an, house.share(1, happened_on=dt.date(2026, 11, 20)))
    house.now += dt.timedelta(days=13)  # 5 December: in time by the rules of November
    other = house.file(house.as_an, house.share(2, happened_on=dt.date(2026, 11, 20)))
    assert [house.show(house.as_an, c).claim.late for c in (november, other)] == [False, False]


def away(house: ClaimsHouse, period: Period, days: int) -> None:
    until = period.start_on + dt.timedelta(days=days - 1)
    row = {"member_id": house.an, "from_on": period.start_on, "until_on": until, "reason": "công tác"}
    with house.db.write() as tx:
        tx.execute(insert(Absence), row | {"entered_at": make.NOW})


def excused(house: ClaimsHouse, period: Period) -> bool:
    with house.db.read() as tx:
        opened = ledgers.open_ledger(tx, Asked(unit_id=house.branch), period, now=house.now, zone=ZONE, figures=False)
    return opened.reckoner.standings(period)[house.an].excused


def test_a_change_leaves_what_began_before_as_it_was_closed_or_not(house: ClaimsHouse) -> None:
    away(house, NOVEMBER, 12)
    away(house, DECEMBER, 12)
    house.now += dt.timedelta(days=1)
    set_rule(house, Rule.EXCUSED_OVER_PERCENT, 30)
    house.now += dt.timedelta(days=60)
    assert [excused(house, period) for period in (NOVEMBER, DECEMBER)] == [False, True]


def test_a_close_keeps_the_rules_it_was_reckoned_by(house: ClaimsHouse) -> None:
    away(house, DECEMBER, 12)
    set_rule(house, Rule.EXCUSED_OVER_PERCENT, 30)
    house.now += dt.timedelta(days=60)
    method = MethodVersions(bot_list="1")
    with house.db.write() as tx:
        closing.close_period(tx, house.admin, house.branch, DECEMBER, method=method, now=house.now, today=house.today)
        tx.connection.exec_driver_sql("DELETE FROM organisation_rules")  # as if nothing had been set
    assert excused(house, DECEMBER)
    with house.db.write() as tx:  # a close of before there were rules
        tx.connection.exec_driver_sql("DELETE FROM frozen_rows WHERE kind = 'rules'")
    assert not excused(house, DECEMBER)
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(FrozenRow)) > 0


def test_signing_in_requests_and_the_queue_follow_the_rules(house: ClaimsHouse) -> None:
    set_rule(house, Rule.MEMBER_SESSION_DAYS, 10)
    set_rule(house, Rule.OFFICE_SESSION_DAYS, 1)
    set_rule(house, Rule.ERASURE_DAYS, 5)
    set_rule(house, Rule.ANSWER_WORKING_DAYS, 1)
    set_rule(house, Rule.REVIEW_WORKING_DAYS, 1)
    with house.db.write() as tx:
        member = sessions.open_session(tx, house.as_an.account_id, kind="web", now=house.now)
        officer = sessions.open_session(tx, house.officer.account_id, kind="web", now=house.now)
        asked = requests.ask(tx, house.as_an, RequestKind.ERASURE, now=house.now, today=house.today)
    assert (member.expires_at - house.now).days == 10
    assert (officer.expires_at - house.now).days == 1
    assert (asked.due_on, asked.answer_due_on) == (dt.date(2026, 11, 27), dt.date(2026, 11, 23))
    house.file(house.as_an)
    house.now += dt.timedelta(days=3)
    with house.db.read() as tx:
        found = review_queue.count_overdue(tx, house.officer, today=house.today, zone=ZONE)
    assert (found.count, found.working_days) == (1, 1)
