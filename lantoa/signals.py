"""Stopping on a signal, for loops that wait."""

from __future__ import annotations

import signal
import threading


def stop_event() -> threading.Event:
    """Give an event that SIGTERM and SIGINT set; to be called in the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
