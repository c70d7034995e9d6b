"""The overview of a month for the first page: the totals that contributions tell, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from tests import make, make_claims
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period
from tracker.domain.types import Role, UnitId, Viewer
from tracker.services import contributions, summaries

if TYPE_CHECKING:
    from typing import Any

    from tracker.store.db import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOVEMBER = Period.parse("2026-11")


@pytest.fixture
def viewers(db: Database) -> dict[str, Viewer]:
    """Give an organisation of two branches; a member moved between them this month, one has left, one is exempt."""
    with db.write() as tx:
        top = make.unit(tx, "DU")
        first, second = (make.unit(tx, f"CB{n}", above=(top,)) for n in (1, 2))
        people = [make.member(tx, (first, second)[n % 2], f"M{n}", f"Người {n}") for n in range(5)]
        make.member(tx, first, "X", "Người miễn", status="exempt")
        make_claims.transfer(tx, people[0], second, dt.date(2026, 11, 10))
        for n, member_id in enumerate(people):
            unit = (first, second)[n % 2]
            for day in (dt.date(2026, 10, 31), dt.date(2026, 11, 1), dt.date(2026, 11, 2)):
                make_claims.claim(tx, member_id, unit, day)
        make_claims.claim(tx, people[0], second, dt.date(2026, 11, 12), kind="presentation")
        make_claims.claim(tx, people[1], second, dt.date(2026, 11, 3), kind="authored", coauthors=(people[2],))
        return {
            "admin": make.account(tx, "admin", Role.ADMIN),
            "above": make.account(tx, "above", Role.OFFICER, unit_id=top),
            "first": make.account(tx, "first", Role.OFFICER, unit_id=first),
            "second": make.account(tx, "second", Role.AUDITOR, unit_id=second),
            "nobody": make.account(tx, "nobody", Role.OFFICER, unit_id=UnitId(make.unit(tx, "KHAC"))),
            "member": make.account(tx, "member", Role.MEMBER, member_id=people[0]),
        }


@pytest.mark.parametrize("who", ["admin", "above", "first", "second", "nobody"])
def test_the_overview_agrees_with_contributions(db: Database, viewers: dict[str, Viewer], who: str) -> None:
    with db.read() as tx:
        seen = summaries.get_overview(tx, viewers[who], NOVEMBER, today=make.TODAY)
        told = contributions.get(tx, viewers[who], None, NOVEMBER, now=make.NOW, zone=ZONE)
    assert (seen.total, seen.member_count) == (told.total, told.member_count)


def test_it_takes_as_many_statements_for_few_as_for_many(db: Database, viewers: dict[str, Viewer]) -> None:
    counts = []
    for who in ("first", "admin"):
        said: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_more: Any, told: list[str] = said) -> None:
            told.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        with db.read() as tx:
            summaries.get_overview(tx, viewers[who], NOVEMBER, today=make.TODAY)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len([one for one in said if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 4


def test_a_member_has_no_overview(db: Database, viewers: dict[str, Viewer]) -> None:
    with db.read() as tx, pytest.raises(AppError) as refused:
        summaries.get_overview(tx, viewers["member"], NOVEMBER, today=make.TODAY)
    assert refused.value.code is Code.RIGHT_MISSING
