from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.answer import MAX_WAIT_S, WALL_PREFIX_BYTES, http_date, is_wall, retry_after_s, status_problem
from crawler.headers import user_agent
from tracker.domain.feeds import FetchErrorCode

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
DATE = "Sun, 22 Nov 2026 03:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 2),
        ("0", None),
        ("-5", None),
        ("abc", None),
        ("", None),
        ("1e3", None),
        ("１２０", None),
        ("99999999", MAX_WAIT_S),
        ("9" * 5000, MAX_WAIT_S),
        ("Sun, 22 Nov 2026 03:02:00 GMT", 120),
        ("Sunday, 22-Nov-26 03:02:00 GMT", 120),
        ("Sun Nov 22 03:02:00 2026", 120),
        ("Sun, 22 Nov 2026 10:02:00 +0700", 120),
        ("Sun, 22 Nov 2026 02:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT_S),
        ("Sun, 99 Nov 2026 03:02:00 GMT", None),
        ("Sun, 22 Nov 2026 03:02:00 +9999", None),
    ],
)
@pytest.mark.parametrize("date", [DATE, None, "garbage"])
def test_every_form_of_a_wait_is_read(value: str, wait: int | None, date: str | None) -> None:
    assert retry_after_s([value], date=date, now=NOW) == wait


def test_a_clock_that_is_wrong_does_not_change_a_wait() -> None:
    value, date = "Fri, 01 Jan 1999 00:02:00 GMT", "Fri, 01 Jan 1999 00:00:00 GMT"
    assert retry_after_s([value], date=date, now=NOW) == 120


def test_the_longest_of_several_waits_counts() -> None:
    assert retry_after_s(["5", "60", "rubbish"], date=None, now=NOW) == 60
    assert retry_after_s([], date=None, now=NOW) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_wait(text: str) -> None:
    wait = retry_after_s([text], date=text, now=NOW)
    assert wait is None or 0 < wait <= MAX_WAIT_S
    found = http_date(text)
    assert found is None or found.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"cf-mitigated": "challenge"}, b""),
        ({"x-amzn-waf-action": "captcha"}, b""),
        ({}, b"<!DOCTYPE html><html><head><title>Just a moment...</title><script>window._cf_chl_opt={}</script>"),
        ({}, b"\n<html><body><script>document.cookie = 'D1N=1';location.reload()</script></body></html>"),
        ({}, b"<script>document.cookie='x=1';window.location.href='/'</script>"),
        ({}, b"\r\n \xef\xbb\xbf\n <html><body>Request unsuccessful. Incapsula incident ID: 1</body></html>"),
        ({}, b"\xef\xbb\xbf<html><body>Request unsuccessful. Incapsula incident ID: 1</body></html>"),
    ],
)
def test_a_wall_against_robots_is_known(headers: dict[str, str], body: bytes) -> None:
    assert is_wall(headers, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<rss><description>document.cookie= location.reload() window._cf_chl_opt</description></rss>",
        b'<?xml version="1.0"?><feed/>',
        b'{"version":"https://jsonfeed.org/version/1.1"}',
        b"<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><h1>Tin</h1></html>",
        b"<html><script>document.cookie='a=1';location.href='/x'</script>" + b"<p>Tin</p>" * 1000,
    ],
)
def test_news_are_not_taken_for_a_wall(body: bytes) -> None:
    assert not is_wall({"server": "cloudflare"}, body)


def test_a_body_of_blanks_is_judged_at_once() -> None:
    began = time.process_time()
    assert not is_wall({}, b" " * WALL_PREFIX_BYTES)
    assert time.process_time() - began < 0.5


def test_a_problem_carries_its_status_and_wait_and_no_address() -> None:
    problem = status_problem(429, wall=False, retry_after=30)
    assert (problem.code, problem.http_status, problem.retry_after_s) == (FetchErrorCode.HTTP, 429, 30)
    assert "\n" not in problem.message


def test_our_name_stays_one_line_whatever_the_contact() -> None:
    assert (
        user_agent("1.0", "https://x.vn/\r\nEvil: (1);") == "Mozilla/5.0 (compatible; Lantoa/1.0; +https://x.vn/Evil:1)"
    )
