"""Totals of the register of activities: over all that is asked for, bounded, in one statement. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event, insert

from tracker.domain.activities import ActivityTotal
from tracker.services import activities
from tracker.services.activities import TOTALS_MOST
from tracker.store.tables.registers import Activity

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.services.activities import ActivityPage


def put(house: ClaimsHouse, names: int) -> None:
    """Register activities of so many names, each twice: the first once each time, the next twice, and so on."""
    rows = [
        {
            "unit_id": unit_id,
            "name": f"Tên {n}",
            "period": "2026-11",
            "activity_count": n,
            "participant_count": people,
            "created_at": house.now,
        }
        for n in range(1, names + 1)
        for unit_id, people in ((house.branch, 10 * n), (house.other_branch, None))
    ]
    with house.db.write() as tx:
        tx.execute(insert(Activity), rows)


def show(house: ClaimsHouse, name: str | None = None) -> ActivityPage:
    with house.db.read() as tx:
        return activities.list_page(
            tx, house.admin, unit_id=None, period=None, name=name, after=None, limit=3, today=house.today
        )


def test_totals_are_over_all_pages_in_as_many_statements_whatever_is_registered(house: ClaimsHouse) -> None:
    put(house, 2)
    found, cost = counted(house)
    assert found.totals == [
        ActivityTotal(name="Tên 1", count=2, participants=10),
        ActivityTotal(name="Tên 2", count=4, participants=20),
    ]
    assert (len(found.items), found.totals_cut) == (3, False)
    put(house, TOTALS_MOST)
    assert counted(house)[1] == cost


def test_of_more_names_those_that_were_counted_most_are_summed_and_others_when_asked_for(house: ClaimsHouse) -> None:
    put(house, TOTALS_MOST)
    assert not show(house).totals_cut
    put(house, TOTALS_MOST + 1)
    found = show(house)
    assert found.totals_cut
    assert len(found.totals) == TOTALS_MOST
    assert "Tên 1" not in {total.name for total in found.totals}
    assert show(house, "Tên 1").totals == [ActivityTotal(name="Tên 1", count=4, participants=20)]


def counted(house: ClaimsHouse) -> tuple[ActivityPage, int]:
    """Show the first page and count what it asked the database."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(house.db.engine, "before_cursor_execute", note)
    found = show(house)
    event.remove(house.db.engine, "before_cursor_execute", note)
    return found, len(sent)
