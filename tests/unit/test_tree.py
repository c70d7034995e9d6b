"""The dated tree of units."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import AppError, Code
from tracker.domain.tree import (
    EARLIEST,
    Ancestor,
    Place,
    UnitVersion,
    ancestry,
    begin_versions,
    change_version,
    descendants,
    end_versions,
    version_on,
)

Y20, Y21, Y22, Y23, Y24 = (dt.date(year, 1, 1) for year in range(2020, 2025))
FIRST = UnitVersion(valid_from=Y20, valid_to=None, name="Chi bộ 1", kind="chi bộ", parent_id=9)


def place(parent_id: int | None, start: dt.date = EARLIEST, end: dt.date | None = None) -> Place:
    return Place(valid_from=start, valid_to=end, parent_id=parent_id)


def above(rows: list[Ancestor], day: dt.date) -> list[int]:
    """List the ancestors of a day, nearest first."""
    held = [r for r in rows if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)]
    return [r.ancestor_id for r in sorted(held, key=lambda r: r.depth)]


def test_a_rename_closes_the_old_name_on_its_day() -> None:
    before, after = change_version([FIRST], Y22, name="Chi bộ 1 mới")
    assert (before.name, before.valid_from, before.valid_to) == ("Chi bộ 1", Y20, Y22)
    assert (after.name, after.valid_from, after.valid_to) == ("Chi bộ 1 mới", Y22, None)
    assert version_on([before, after], Y22 - dt.timedelta(days=1)) == before
    assert version_on([before, after], Y22) == after
    assert version_on([before, after], EARLIEST) == before


def test_a_change_on_the_first_day_corrects_in_place() -> None:
    (only,) = change_version([FIRST], Y20, kind="đảng bộ", parent=(None,))
    assert (only.kind, only.parent_id, only.valid_from) == ("đảng bộ", None, Y20)


def test_a_change_to_what_already_is_changes_nothing() -> None:
    assert change_version([FIRST], Y22, name="Chi bộ 1", parent=(9,)) == [FIRST]


def test_a_change_in_the_past_reaches_as_far_as_the_old_value_did() -> None:
    renamed = change_version([FIRST], Y23, name="Mới")
    moved = change_version(renamed, Y21, parent=(5,))
    assert [(v.valid_from, v.name, v.parent_id) for v in moved] == [
        (Y20, "Chi bộ 1", 9),
        (Y21, "Chi bộ 1", 5),
        (Y23, "Mới", 5),
    ]
    again = change_version(moved, Y20, name="Cũ")
    assert [v.name for v in again] == ["Cũ", "Cũ", "Mới"]


def test_nothing_changes_outside_the_days_of_a_unit() -> None:
    ended = end_versions([FIRST], Y23)
    for day in (Y20 - dt.timedelta(days=1), Y23):
        with pytest.raises(AppError) as refused:
            change_version(ended, day, name="x")
        assert refused.value.code is Code.DATE_ORDER


def test_a_unit_ends_reopens_and_begins_earlier() -> None:
    assert end_versions(end_versions([FIRST], Y23), None) == [FIRST]
    assert begin_versions([FIRST], EARLIEST)[0].valid_from == EARLIEST
    with pytest.raises(AppError, match="cannot end"):
        end_versions([FIRST], Y20)


def test_a_unit_stands_below_all_above_its_parent() -> None:
    places = {1: [place(None)], 2: [place(1)], 3: [place(2)]}
    assert [(r.ancestor_id, r.depth) for r in ancestry(3, places)] == [(3, 0), (2, 1), (1, 2)]


def test_a_move_of_the_parent_is_seen_from_its_day_only() -> None:
    places = {1: [place(None)], 2: [place(None)], 3: [place(1, end=Y22), place(2, start=Y22)], 4: [place(3, start=Y21)]}
    rows = ancestry(4, places)
    assert above(rows, Y21) == [4, 3, 1]
    assert above(rows, Y22) == [4, 3, 2]
    assert above(rows, Y20) == []
    assert len([r for r in rows if r.ancestor_id == 3]) == 1


def test_a_parent_that_ended_stands_above_nothing_any_more() -> None:
    places = {1: [place(None, end=Y22)], 2: [place(1)]}
    rows = ancestry(2, places)
    assert above(rows, Y21) == [2, 1]
    assert above(rows, Y22) == [2]


def test_a_circle_of_the_same_days_is_refused() -> None:
    places = {1: [place(2)], 2: [place(1)]}
    with pytest.raises(AppError) as refused:
        ancestry(1, places)
    assert refused.value.code is Code.UNIT_CIRCLE
    with pytest.raises(AppError):
        ancestry(3, places | {3: [place(1)]})


def test_two_units_may_change_places_on_a_day() -> None:
    places = {1: [place(None, end=Y22), place(2, start=Y22)], 2: [place(1, end=Y22), place(None, start=Y22)]}
    assert above(ancestry(1, places), Y23) == [1, 2]
    assert above(ancestry(2, places), Y21) == [2, 1]


def test_all_that_ever_stood_below_is_found() -> None:
    places = {1: [place(None)], 2: [place(1, end=Y22), place(3, start=Y22)], 3: [place(None)], 4: [place(2)]}
    assert descendants([1], places) == {1, 2, 4}
    assert descendants([3], places) == {3, 2, 4}
    assert descendants([1, 2, 4], places) == {1, 2, 4}


@given(st.data())
def test_the_closure_says_on_every_day_what_walking_up_says(data: st.DataObject) -> None:
    days = [Y20, Y21, Y22, Y23]
    places: dict[int, list[Place]] = {}
    for unit_id in range(1, 7):  # a parent has a smaller number, so there is no circle
        parents = st.none() | st.integers(1, unit_id - 1) if unit_id > 1 else st.none()
        bounds = [*sorted(data.draw(st.sets(st.sampled_from(days), min_size=1))), data.draw(st.none() | st.just(Y24))]
        places[unit_id] = [
            Place(valid_from=start, valid_to=end, parent_id=data.draw(parents))
            for start, end in itertools.pairwise(bounds)
            if start is not None
        ]
    for day in [*days, Y24]:
        standing = {u: p for u, ps in places.items() for p in ps if p.valid_from <= day and (p.valid_to or day) >= day}
        standing = {u: p for u, p in standing.items() if p.valid_to is None or day < p.valid_to}
        for unit_id in places:
            walked, at = [], unit_id
            while at in standing:
                walked.append(at)
                at = standing[at].parent_id or 0
            assert above(ancestry(unit_id, places), day) == walked
