from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.agents import agent_classifier
from tracker.domain import clicks
from tracker.domain.agents import AgentKind, AgentVerdict
from tracker.domain.clicks import (
    BURST_ABOVE,
    ClickJudge,
    ClickVerdict,
    Judged,
    Visit,
    caller_of,
    is_prefetch,
)

V = ClickVerdict
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = dt.datetime(2026, 11, 20, 10, 1, tzinfo=ZONE).astimezone(dt.UTC)
PERSON = AgentVerdict(kind=AgentKind.PERSON)


def visit(
    seconds: float = 0,
    *,
    token: bytes = b"reader",
    network: bytes | None = None,
    agent: AgentVerdict = PERSON,
    method: str = "GET",
    prefetch: bool = False,
    own: bool = False,
    slug: str = "abc",
    since: dt.datetime = MORNING,
) -> Visit:
    at = since + dt.timedelta(seconds=seconds)
    return Visit(slug=slug, at=at, token=token, network=network, agent=agent, method=method, prefetch=prefetch, own=own)


def day_token(secret: bytes, slug: str, address: str, agent: str) -> bytes:
    return clicks.day_token(secret, slug, caller_of(address).reader, agent)


def network_of(address: str) -> bytes | None:
    return caller_of(address).network


def verdicts(*visits: Visit) -> list[ClickVerdict]:
    judge = ClickJudge(ZONE)
    return [judge.judge(v).verdict for v in visits]


def of_agent(user_agent: str | None) -> AgentVerdict:
    return agent_classifier().classify(user_agent)


def test_a_network_that_asks_once_as_robot_and_three_times_by_head_gives_no_click() -> None:
    phone = of_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1")
    heads = [visit(n, agent=phone, method="HEAD") for n in range(3)]
    assert verdicts(visit(agent=of_agent("Twitterbot/1.0")), *heads) == [V.PREVIEW, V.METHOD, V.METHOD, V.METHOD]


@pytest.mark.parametrize(
    ("user_agent", "verdict"),
    [
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", V.PREVIEW),
        ("meta-externalagent/1.1", V.PREVIEW),
        ("curl/8.5.0", V.ROBOT),
        ("", V.EMPTY),
        (None, V.EMPTY),
        ("Mozilla/5.0 (Linux; Android 12; CUBOT P80) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", V.COUNTED),
        ("Mozilla/5.0 (Linux; Android 13; X; wv) AppleWebKit/537.36 Chrome/120.0 Zalo android/24110", V.COUNTED),
        ("Mozilla/5.0 (Linux; Android 13; X; wv) AppleWebKit/537.36 Chrome/120.0 [FB_IAB/FB4A;FBAV/480;]", V.COUNTED),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/130.0 Chrome/124.0", V.COUNTED),
    ],
)
def test_machines_give_no_click_and_people_in_their_apps_one(user_agent: str | None, verdict: ClickVerdict) -> None:
    assert verdicts(visit(agent=of_agent(user_agent))) == [verdict]


def test_a_second_click_within_30_seconds_is_a_repeat_and_each_repeat_starts_the_30_seconds_anew() -> None:
    assert verdicts(visit(), visit(29)) == [V.COUNTED, V.REPEAT]
    assert verdicts(visit(), visit(30)) == [V.COUNTED, V.REPEAT]
    assert verdicts(visit(), visit(35)) == [V.COUNTED, V.COUNTED]
    assert verdicts(visit(), visit(29), visit(35)) == [V.COUNTED, V.REPEAT, V.REPEAT]


def test_midnight_is_the_local_one() -> None:
    midnight = dt.datetime(2026, 11, 1, tzinfo=ZONE).astimezone(dt.UTC)
    judge = ClickJudge(ZONE)
    before, after = judge.judge(visit(-1, since=midnight)), judge.judge(visit(0, since=midnight))
    at_half_past_six = judge.judge(visit(6.5 * 3600, since=midnight))
    counted = Judged(verdict=V.COUNTED, new_person=True)
    assert (before, after) == (counted, counted)
    assert at_half_past_six == Judged(verdict=V.COUNTED, new_person=False)


def test_one_reader_s_tokens_on_two_links_have_nothing_in_common() -> None:
    one, other = (day_token(b"secret of the day", slug, "203.0.113.7", "Firefox") for slug in ("abc", "abd"))
    assert one != other
    assert b"203" not in one
    assert len(one) == len(other) == 16


def test_a_token_is_one_reader_s_for_one_day() -> None:
    token = day_token(b"today", "abc", "203.0.113.7", "Firefox")
    assert token == day_token(b"today", "abc", "203.0.113.7", "Firefox")
    assert token == day_token(b"today", "abc", "::ffff:203.0.113.7", "Firefox")
    others = [
        day_token(b"tomorrow", "abc", "203.0.113.7", "Firefox"),
        day_token(b"today", "abc", "203.0.113.8", "Firefox"),
        day_token(b"today", "abc", "203.0.113.7", "Chrome"),
        day_token(b"today", "abc", "a socket", "Firefox"),
    ]
    assert len({token, *others}) == 5


def test_an_ipv6_reader_is_known_by_the_first_64_bits() -> None:
    tokens = {
        day_token(b"s", "abc", a, "x") for a in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::1%eth0")
    }
    assert len(tokens) == 1
    assert day_token(b"s", "abc", "2001:db8:1:3::1", "x") not in tokens


def test_parts_of_a_token_do_not_run_into_each_other() -> None:
    assert day_token(b"s", "ab", "unix", "x") != day_token(b"s", "a", "unix", "bx")
    assert day_token(b"s", "abc", "203.0.113.7", "\ud800") == day_token(b"s", "abc", "203.0.113.7", "?")


def test_a_neighbourhood_is_a_24_or_a_48() -> None:
    assert network_of("203.0.113.7") == network_of("203.0.113.250") == network_of("::ffff:203.0.113.1")
    assert network_of("203.0.114.7") != network_of("203.0.113.7")
    assert network_of("2001:db8:1::1") == network_of("2001:db8:1:ffff::1") != network_of("2001:db8:2::1")
    assert network_of("testclient") is None
    assert network_of("") is None


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"sec-purpose": "prefetch;prerender"}, True),
        ({"purpose": "Prefetch"}, True),
        ({"x-purpose": "preview"}, True),
        ({"x-moz": "prefetch"}, True),
        ({"sec-purpose": "navigate"}, False),
        ({"accept": "prefetch"}, False),
        ({}, False),
    ],
)
def test_purpose_headers_say_that_nobody_reads_yet(headers: dict[str, str], told: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_prefetch(headers) is told


def test_the_reasons_are_asked_in_the_product_s_order() -> None:
    robot = AgentVerdict(kind=AgentKind.ROBOT)
    assert verdicts(
        visit(method="POST", prefetch=True, agent=robot, own=True),
        visit(prefetch=True, agent=robot, own=True),
        visit(agent=robot, own=True),
        visit(own=True),
        visit(),
        visit(1, own=True),
        visit(2),
    ) == [V.METHOD, V.PREFETCH, V.ROBOT, V.OWN, V.COUNTED, V.OWN, V.REPEAT]


def test_what_was_rejected_makes_no_later_click_a_repeat() -> None:
    assert verdicts(visit(own=True), visit(1, prefetch=True), visit(2)) == [V.OWN, V.PREFETCH, V.COUNTED]


def burst(
    count: int, *, apart: float = 1, start: float = 0, slug: str = "abc", network: bytes | None = b"net"
) -> list[Visit]:
    return [visit(start + n * apart, token=f"{start}-{n}".encode(), network=network, slug=slug) for n in range(count)]


def test_after_twenty_clicks_in_ten_minutes_a_network_s_clicks_are_held() -> None:
    assert verdicts(*burst(22)) == [V.COUNTED] * BURST_ABOVE + [V.HELD] * 2


def test_a_burst_is_of_one_network_on_one_link() -> None:
    assert verdicts(*burst(20), *burst(1, start=30, network=b"other")) == [V.COUNTED] * 21
    assert verdicts(*burst(20), *burst(1, start=30, slug="other")) == [V.COUNTED] * 21
    assert verdicts(*burst(25, network=None)) == [V.COUNTED] * 25


def test_a_steady_stream_below_the_burst_is_never_held() -> None:
    assert set(verdicts(*burst(200, apart=30))) == {V.COUNTED}


def test_a_burst_that_ended_is_forgotten_after_ten_minutes() -> None:
    assert verdicts(*burst(20), *burst(1, start=599))[-1] is V.HELD
    assert verdicts(*burst(20), *burst(1, start=620))[-1] is V.COUNTED


def test_a_repeat_of_a_held_click_is_a_repeat_and_a_held_click_is_no_person() -> None:
    judge = ClickJudge(ZONE)
    for one in burst(20):
        judge.judge(one)
    late = visit(25, token=b"late", network=b"net")
    assert judge.judge(late) == Judged(verdict=V.HELD)
    assert judge.judge(visit(26, token=b"late", network=b"net")) == Judged(verdict=V.REPEAT)
    assert judge.judge(visit(2000, token=b"late", network=b"net")) == Judged(verdict=V.COUNTED, new_person=True)


def test_a_person_is_new_once_a_day_and_link() -> None:
    judge = ClickJudge(ZONE)
    assert [judge.judge(visit(n * 60)).new_person for n in range(3)] == [True, False, False]


def test_a_visit_that_arrives_after_its_day_is_over_is_judged_without_memory() -> None:
    judge = ClickJudge(ZONE)
    judge.judge(visit())
    assert judge.judge(visit(-86_400)) == Judged(verdict=V.COUNTED)
    assert judge.judge(visit(1)) == Judged(verdict=V.REPEAT)


def test_tokens_die_at_local_midnight_even_when_nobody_visits() -> None:
    judge = ClickJudge(ZONE)
    judge.judge(visit(network=b"net"))
    judge.forget_past_days(dt.datetime(2026, 11, 20, 16, 59, 59, tzinfo=dt.UTC))
    assert judge._readers
    judge.forget_past_days(dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC))
    assert not judge._readers
    assert not judge._bursts


def test_visits_that_overtake_each_other_are_still_repeats() -> None:
    assert verdicts(visit(10), visit(0), visit(38)) == [V.COUNTED, V.REPEAT, V.REPEAT]


def test_memory_is_bounded_and_forgets_who_was_seen_longest_ago() -> None:
    judge = ClickJudge(ZONE, most_tokens=3, most_networks=2)
    for n in range(10):
        judge.judge(visit(n, token=bytes([n]), network=bytes([n])))
    assert len(judge._readers) == 3
    assert len(judge._bursts) == 2
    assert judge.judge(visit(11, token=bytes([9]))).verdict is V.REPEAT
    assert judge.judge(visit(12, token=bytes([0]))).verdict is V.COUNTED


VISITS = st.lists(
    st.builds(
        visit,
        st.integers(0, 90_000),
        token=st.binary(min_size=1, max_size=1),
        network=st.sampled_from([None, b"a", b"b"]),
        agent=st.sampled_from([AgentVerdict(kind=kind) for kind in AgentKind]),
        method=st.sampled_from(["GET", "HEAD"]),
        prefetch=st.booleans(),
        own=st.booleans(),
        slug=st.sampled_from(["abc", "abd"]),
    ),
    max_size=60,
)


@given(VISITS)
def test_the_same_visits_give_the_same_verdicts(visits: list[Visit]) -> None:
    assert verdicts(*visits) == verdicts(*visits)


@given(VISITS)
def test_every_visit_has_one_verdict_and_only_a_person_s_get_counts(visits: list[Visit]) -> None:
    for one, verdict in zip(visits, verdicts(*visits), strict=True):
        able = one.method == "GET" and not one.prefetch and not one.own and one.agent.kind is AgentKind.PERSON
        assert able == (verdict in {V.COUNTED, V.REPEAT, V.HELD})


@given(VISITS)
def test_rejected_visits_change_no_other_verdict(visits: list[Visit]) -> None:
    told = list(zip(visits, verdicts(*visits), strict=True))
    kept = [(one, verdict) for one, verdict in told if verdict in {V.COUNTED, V.REPEAT, V.HELD}]
    assert verdicts(*(one for one, _ in kept)) == [verdict for _, verdict in kept]


@given(VISITS)
def test_persons_are_never_more_than_clicks_nor_than_readers(visits: list[Visit]) -> None:
    judge = ClickJudge(ZONE)
    judged = [judge.judge(one) for one in sorted(visits, key=lambda one: one.at)]
    persons = sum(j.new_person for j in judged)
    assert persons <= sum(j.verdict is V.COUNTED for j in judged)
    days = {(one.at.astimezone(ZONE).date(), one.token) for one in visits}
    assert persons <= len(days)
