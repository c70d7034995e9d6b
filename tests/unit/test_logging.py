"""Logging: one line an event, and nothing in it that tells of a person."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config import redact
from config.logging import configure_logging

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    configure_logging(stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


PASSWORD = "opensesame"


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_document_on_one_line(stream: io.StringIO) -> None:
    structlog.get_logger("crawler").info("feed fetched", feed_id=7, new=3, url="https://example.org/rss")
    (event,) = events(stream)
    assert event["event"] == "feed fetched"
    assert (event["feed_id"], event["new"], event["url"]) == (7, 3, "https://example.org/rss")
    assert (event["level"], event["logger"]) == ("info", "crawler")
    assert event["timestamp"].endswith("Z")


def test_the_standard_library_logs_through_the_same_chain(stream: io.StringIO) -> None:
    logging.getLogger("other").warning("from %s", "https://user:pw@example.org/\nINFO fake")
    (event,) = events(stream)
    assert event["event"] == "from https://example.org/\\nINFO fake"


def test_an_access_line_with_a_readers_address_is_never_written(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").error('%s - "GET /"', "203.0.113.9:1234")
    assert stream.getvalue() == ""


def fail(password: str) -> None:
    raise ValueError(f"length {len(password)}\r\nINFO fake\x1b[31m")


def test_a_traceback_is_kept_without_local_values(stream: io.StringIO) -> None:
    try:
        fail(PASSWORD)
    except ValueError:
        structlog.get_logger().exception("a job failed")
    (event,) = events(stream)
    assert event["exception"].endswith("ValueError: length 10\\r\n    INFO fake\\x1b[31m")
    assert PASSWORD not in stream.getvalue()


def test_people_get_lines_of_their_own_when_asked(stream: io.StringIO) -> None:
    configure_logging(stream=stream, console=True)
    structlog.get_logger("x").info("started\nfake", token="abc")
    assert stream.getvalue().count("\n") == 1
    assert "abc" not in stream.getvalue()


@pytest.mark.parametrize(
    "key",
    [
        *("password", "new_password", "token", "accessToken", "cookie", "Set-Cookie", "Authorization", "secret_key"),
        *("ip", "client_ip", "clientIp", "X-Forwarded-For", "user_agent", "address", "Referer", "visitor_key"),
        *("session_id", "email", "phone", "full_name", "login", "body"),
    ],
)
def test_what_tells_of_a_person_is_left_out_by_its_key(key: str) -> None:
    assert redact.clean(key, "value") == redact.LEFT_OUT
    assert redact.clean("outer", [{key: "value"}]) == [{key: redact.LEFT_OUT}]


@pytest.mark.parametrize("key", ["url", "feed_id", "description", "zip", "recipes", "status", "shipped", "member_id"])
def test_what_tells_of_no_person_stays(key: str) -> None:
    assert redact.clean(key, "value") == "value"


def test_objects_are_named_by_their_kind_and_depth_has_an_end() -> None:
    assert redact.clean("what", object()) == "<object>"
    assert redact.clean("what", b"bytes") == "<bytes>"
    assert redact.clean("where", Path("/tmp/x")) == "/tmp/x"  # noqa: S108 - a path to print, not to write
    deep: object = "secret at the bottom"
    for _ in range(9):
        deep = [deep]
    assert "bottom" not in str(redact.clean("what", deep))


@given(st.text())
def test_text_stays_on_one_line_whatever_it_holds(text: str) -> None:
    clean = redact.on_one_line(text)
    assert clean.splitlines() in ([], [clean])
    assert clean.encode() is not None
    assert "\x1b" not in clean
