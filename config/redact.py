"""What may not stand in a log line, and how text is kept on its line. Pure: takes values, gives values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

LEFT_OUT = "(left out)"
MAX_TEXT = 4000
MAX_DEPTH = 4

# A key is judged by its words: `X-Forwarded-For` and `clientIp` are both caught.
FORBIDDEN_WORDS = frozenset(
    {
        *("auth", "authorization", "authorisation", "cookie", "cookies", "csrf", "passwd", "password", "secret"),
        *("session", "token", "apikey", "email", "phone", "ip", "login", "referer", "referrer", "useragent", "visitor"),
    }
)
FORBIDDEN_KEYS = frozenset(
    {
        *("address", "addr", "api_key", "body", "byline", "client", "forwarded", "headers", "host_address", "peer"),
        *("full_name", "given_name", "member_name", "pen_name", "pen_names", "person", "user", "user_agent"),
        *("remote_addr", "x_forwarded_for", "x_real_ip"),
    }
)
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")

# Line ends, and all that moves a terminal's cursor or turns text round.
UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
UNSAFE_BUT_LINE_FEED = re.compile(UNSAFE.pattern.replace("\x0a-", "\x0b-"))
USER_INFO = re.compile(r"(?<=://)[^\s/?#@]*@")


def forbidden(key: str) -> bool:
    """Say whether a key's value may not be logged."""
    words = [word.lower() for word in WORD.findall(key)]
    return "_".join(words) in FORBIDDEN_KEYS or not FORBIDDEN_WORDS.isdisjoint(words)


def clean(key: str, value: object, depth: int = 0) -> Any:
    """Give a value as it may be logged, at any depth; an object of unknown kind is named by its kind alone."""
    if forbidden(key):
        return LEFT_OUT
    match value:
        case None | bool() | int() | float():
            return value
        case str() | BaseException() | PurePath() | dt.date() | dt.time() | dt.timedelta():
            return on_one_line(str(value))
        case Mapping() | list() | tuple() | set() | frozenset():
            return _clean_inside(value, depth + 1) if depth < MAX_DEPTH else LEFT_OUT
        case _:
            return f"<{type(value).__name__}>"


def _clean_inside(
    value: Mapping[Any, Any] | list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any], depth: int
) -> Any:
    if isinstance(value, Mapping):
        return {on_one_line(str(key)): clean(str(key), item, depth) for key, item in value.items()}
    return [clean("", item, depth) for item in value]


def on_one_line(text: str) -> str:
    """Escape control characters, drop credentials out of addresses, cut what is endless."""
    return UNSAFE.sub(_escape, USER_INFO.sub("", text[:MAX_TEXT]))


def indented(text: str) -> str:
    """Keep the lines of a traceback, indented so that none can pass for an event of its own."""
    return UNSAFE_BUT_LINE_FEED.sub(_escape, USER_INFO.sub("", text)).replace("\n", "\n    ")


def _escape(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")
