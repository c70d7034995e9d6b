"""How many programmes stand and how many are new, by kind of unit: counted by the database. On both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, update

from tests import make
from tracker.domain.programmes import ProgrammeTotals
from tracker.services import programmes
from tracker.store.tables.organisation import UnitVersion
from tracker.store.tables.programmes import Programme

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import UnitId
    from tracker.services.programmes import ProgrammePage

D = dt.date


def put(house: ClaimsHouse, *rows: tuple[UnitId, bool, dt.date | None, dt.date | None]) -> None:
    made: dict[str, Any] = {"name": "Mô hình", "created_at": make.NOW}
    told = [made | {"unit_id": u, "is_new": new, "from_on": first, "until_on": last} for u, new, first, last in rows]
    with house.db.write() as tx:
        tx.execute(update(UnitVersion).where(UnitVersion.unit_id == house.committee).values(kind="đảng ủy"))
        tx.execute(insert(Programme), told)


def show(house: ClaimsHouse, year: int | None, *, new_only: bool = False) -> ProgrammePage:
    with house.db.read() as tx:
        return programmes.list_page(
            tx, house.admin, unit_id=None, year=year, new_only=new_only, after=None, limit=2, today=house.today
        )


def totals(count: int, new: int, **by_kind: tuple[int, int]) -> ProgrammeTotals:
    named = tuple((kind.replace("_", " "), *counts) for kind, counts in by_kind.items())
    return ProgrammeTotals(count=count, new=new, by_kind=named)


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (None, totals(5, 4, chi_bộ=(3, 3), đảng_ủy=(2, 1))),
        (2022, totals(2, 0, chi_bộ=(1, 0), đảng_ủy=(1, 0))),
        (2023, totals(4, 2, chi_bộ=(3, 2), đảng_ủy=(1, 0))),
        (2024, totals(5, 1, chi_bộ=(3, 0), đảng_ủy=(2, 1))),
        (2025, totals(4, 0, chi_bộ=(2, 0), đảng_ủy=(2, 0))),
    ],
)
@pytest.mark.parametrize("new_only", [False, True])
def test_programmes_are_counted_by_kind_of_unit_and_new_only_in_the_year_in_which_they_began(
    house: ClaimsHouse,
    year: int | None,
    told: ProgrammeTotals,
    new_only: bool,  # noqa: FBT001 - pytest names it
) -> None:
    put(
        house,
        (house.branch, True, D(2023, 1, 1), None),
        (house.other_branch, True, D(2023, 12, 31), D(2024, 2, 28)),
        (house.branch, True, None, None),  # older than known
        (house.committee, False, D(2022, 5, 1), None),
        (house.committee, True, D(2024, 3, 1), None),
    )
    found = show(house, year, new_only=new_only)
    assert found.totals == told  # of what stands, whatever is listed
    assert len(found.items) == min(2, told.new if new_only else told.count)


def test_counting_costs_as_many_statements_whatever_stands(house: ClaimsHouse) -> None:
    def cost() -> int:
        sent: list[object] = []

        def note(*arguments: object) -> None:
            sent.append(arguments[2])

        event.listen(house.db.engine, "before_cursor_execute", note)
        show(house, 2024)
        event.remove(house.db.engine, "before_cursor_execute", note)
        return len(sent)

    put(house, (house.branch, True, None, None))
    few = cost()
    put(house, *[(house.committee, False, None, None)] * 60)
    assert cost() == few
