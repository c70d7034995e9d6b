"""Judges that hand their memory on judge as one would."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.agents import AgentKind, AgentVerdict
from tracker.domain.clicks import ClickJudge, Judged, Visit

START = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
visits = st.lists(
    st.builds(
        lambda pause, reader, slug: (pause, f"{slug}{reader}".encode(), slug),
        st.integers(0, 40),
        st.integers(0, 30),
        st.sampled_from("ab"),
    ),
    max_size=60,
)


def visit(at: dt.datetime, token: bytes, slug: str) -> Visit:
    person = AgentVerdict(kind=AgentKind.PERSON)
    return Visit(slug=slug, at=at, token=token, network=b"n", agent=person, method="GET")


@given(visits, st.integers(1, 7))
def test_judges_in_turn_on_one_memory_are_one_judge(told: list[tuple[int, bytes, str]], batch: int) -> None:
    at, alone, judge = START, ClickJudge(dt.UTC), ClickJudge(dt.UTC)
    one: list[Judged] = []
    many: list[Judged] = []
    for n, (pause, token, slug) in enumerate(told):
        at += dt.timedelta(seconds=pause)
        if n % batch == 0:
            following = ClickJudge(dt.UTC)
            following.take_over(judge.hand_over())
            judge = following
        one.append(alone.judge(visit(at, token, slug)))
        many.append(judge.judge(visit(at, token, slug)))
    assert many == one
