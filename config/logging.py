"""How the program logs: JSON lines on standard error, coloured lines on a terminal.

One summary event a feed, request and job. What tells of a person (a name, an address, a session) is taken out here,
whoever logs it; log files outlive accounts.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TextIO

import structlog

from config import redact

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

KEPT = frozenset({"_record", "_from_structlog"})  # structlog's own, taken off before rendering
TRACEBACKS = frozenset({"exception", "stack"})

# Their own lines name the reader's address (uvicorn.access) or every address asked for (httpx).
QUIETENED = {
    "uvicorn.access": logging.CRITICAL,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "apscheduler": logging.WARNING,
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}


def configure_logging(*, stream: TextIO | None = None, console: bool | None = None, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's events through one chain to `stream` (standard error).

    `console` is whether people read it; by default, whether the stream is a terminal. May be called again.
    """
    out = stream or sys.stderr
    people = out.isatty() if console is None else console
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(people=people, colours=people and out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIETENED.items():
        logging.getLogger(name).setLevel(least)


def _shared() -> list[Processor]:
    """List what every event passes through, ours and the standard library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        clean_event,
    ]


def _formatter(*, people: bool, colours: bool) -> logging.Formatter:
    """Make the last step: one JSON document a line, or lines for people."""
    last: Processor = structlog.processors.JSONRenderer(sort_keys=True)
    if people:
        last = structlog.dev.ConsoleRenderer(colors=colours)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def clean_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out what may not be logged and make control characters visible."""
    return {redact.on_one_line(key): _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: object) -> object:
    if key in KEPT:
        return value
    if key in TRACEBACKS and isinstance(value, str):
        return redact.indented(value)
    return redact.clean(key, value)
