"""Figures: grades kept apart, tallies, small ones hidden."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import AppError, Code
from tracker.domain.figures import (
    Figure,
    Grade,
    Measure,
    allowed_grades,
    declared_grade,
    hide_small,
    is_additive,
    tally,
)

AS_OF = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


def figure(
    measure: str,
    grade: str,
    value: int | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
    *,
    unknown: int = 0,
    hour: int = 0,
) -> Figure:
    return Figure(
        measure=Measure(measure),
        grade=Grade(grade),
        value=value,
        at_least=at_least,
        at_most=at_most,
        unknown_count=unknown,
        as_of=AS_OF + dt.timedelta(hours=hour),
    )


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    measure = draw(st.sampled_from(Measure))
    grade = draw(st.sampled_from(sorted(allowed_grades(measure))))
    least, most = sorted(draw(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))))
    value, low, high = draw(
        st.sampled_from(
            [(least, None, None), (None, least, most), (None, least, None), (None, None, most), (None, None, None)]
        )
    )
    return figure(measure, grade, value, low, high, hour=draw(st.integers(0, 99)))


def test_figures_have_no_plus() -> None:
    clicks, views = figure("valid_clicks", "A", 7), figure("page_views", "A", 9)
    with pytest.raises(TypeError):
        clicks + views  # type: ignore[operator]
    with pytest.raises(TypeError):
        sum([clicks, clicks])  # type: ignore[list-item]


def test_every_measure_bears_its_grades_only() -> None:
    assert {m: "".join(sorted(allowed_grades(m))) for m in Measure} == {
        **dict.fromkeys(["valid_clicks", "person_days", "page_views", "comments", "rating_sum", "rating_votes"], "A"),
        "republications": "A",
        **dict.fromkeys(["reach", "impressions", "engagements", "reach_engagements"], "BC"),
        **dict.fromkeys(["potential", "followers"], "D"),
    }
    assert [m for m in Measure if not is_additive(m)] == ["reach", "potential", "followers"]
    with pytest.raises(AppError) as refusal:
        figure("reach", "A", 5)
    assert refusal.value.code is Code.FIELD_INVALID


@pytest.mark.parametrize(("value", "low", "high"), [(-1, None, None), (None, -1, None), (None, None, -1), (None, 5, 4)])
def test_impossible_figures_are_refused(value: int | None, low: int | None, high: int | None) -> None:
    with pytest.raises(AppError):
        figure("impressions", "C", value, low, high)


def test_additive_measures_are_summed_within_a_grade_and_never_across() -> None:
    found = tally(
        [
            figure("engagements", "C", 20, hour=1),
            figure("engagements", "B", 10),
            figure("valid_clicks", "A", 3),
            figure("engagements", "C", 22, hour=5),
            figure("person_days", "A", 4),
        ]
    )
    assert found == [
        figure("valid_clicks", "A", 3),
        figure("person_days", "A", 4),
        figure("engagements", "B", 10),
        figure("engagements", "C", 42, hour=5),
    ]


def test_reach_of_several_is_at_least_the_largest_and_at_most_the_sum() -> None:
    assert tally([figure("reach", "C", 300), figure("reach", "C", 500), figure("reach", "C", 0)]) == [
        figure("reach", "C", None, 500, 800)
    ]
    assert tally([figure("followers", "D", 1), figure("followers", "D", None, 2)]) == [
        figure("followers", "D", None, 2)
    ]
    assert tally([figure("reach", "B", 300)]) == [figure("reach", "B", 300)]


def test_unknown_is_not_zero() -> None:
    assert tally([figure("page_views", "A")]) == [figure("page_views", "A", None, unknown=1)]
    assert tally([figure("page_views", "A"), figure("page_views", "A", 9)]) == [figure("page_views", "A", 9, unknown=1)]
    assert tally([figure("reach", "C"), figure("reach", "C", 9)]) == [figure("reach", "C", 9, unknown=1)]
    assert tally([figure("page_views", "A", 0)]) == [figure("page_views", "A", 0)]
    assert tally([]) == []


def test_bounded_figures_of_an_additive_measure_add_their_bounds() -> None:
    more = figure("impressions", "C", None, 5000)
    assert tally([more, figure("impressions", "C", 7)]) == [figure("impressions", "C", None, 5007)]
    assert tally([more]) == [more]
    fewer = figure("impressions", "C", None, None, 300)
    assert tally([fewer, figure("impressions", "C", 7)]) == [figure("impressions", "C", None, 7, 307)]


@given(st.lists(figures()), st.integers(0, 20))
def test_a_tally_is_free_of_order_and_of_grouping(found: list[Figure], cut: int) -> None:
    whole = tally(found)
    shuffled = sorted(found, key=lambda f: (f.as_of, f.value or 0, f.measure))
    assert tally(shuffled) == tally(found[::-1]) == whole
    assert tally([*tally(found[:cut]), *tally(found[cut:])]) == whole


@given(st.lists(figures()))
def test_a_tally_has_one_figure_for_each_measure_and_grade(found: list[Figure]) -> None:
    keys = [(f.measure, f.grade) for f in tally(found)]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(f.measure, f.grade) for f in found}


@pytest.mark.parametrize(
    ("measure", "grade", "value", "hidden"),
    [
        ("valid_clicks", "A", 0, True),
        ("valid_clicks", "A", 4, True),
        ("valid_clicks", "A", 5, False),
        ("person_days", "A", 4, True),
        ("page_views", "A", 4, False),
        ("engagements", "C", 4, False),
        ("valid_clicks", "A", None, False),
    ],
)
def test_click_figures_under_five_are_hidden_from_officers(
    measure: str, grade: str, value: int | None, *, hidden: bool
) -> None:
    seen = hide_small(figure(measure, grade, value), may_see_all=False)
    assert (seen.hidden, seen.value) == (hidden, None if hidden else value)
    assert hide_small(figure(measure, grade, value), may_see_all=True) == figure(measure, grade, value)


def test_a_hidden_figure_stays_hidden_in_a_tally_of_its_own_and_is_unknown_among_others() -> None:
    small = hide_small(figure("valid_clicks", "A", 4), may_see_all=False)
    (alone,) = tally([small])
    (among,) = tally([small, figure("valid_clicks", "A", 7)])
    assert (alone.value, alone.hidden) == (None, True)
    assert (among.value, among.hidden, among.unknown_count) == (7, False, 1)


def test_what_a_member_typed_is_declared_until_accepted_with_evidence() -> None:
    assert declared_grade(Measure.REACH, verified=False) is Grade.DECLARED
    assert declared_grade(Measure.REACH, verified=True) is Grade.VERIFIED
    assert declared_grade(Measure.FOLLOWERS, verified=True) is Grade.POTENTIAL
    with pytest.raises(AppError) as refusal:
        declared_grade(Measure.VALID_CLICKS, verified=True)
    assert refusal.value.code is Code.FIELD_INVALID
