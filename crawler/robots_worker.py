"""What runs in the sandbox: a robots.txt and one address to whether we may, and how long to pause.

Imported by the worker process only: a file of many groups and rules can cost any amount of time and memory.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from protego import Protego

if TYPE_CHECKING:
    from collections.abc import Mapping


def judge_url(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Judge one address by a robots.txt. Options: `url`, `agent`.

    Answers `{"allowed", "delay_s", "cpu_ms"}`; the delay is the longer of Crawl-delay and Request-rate.
    """
    begun = time.process_time()
    rules, agent = Protego.parse(payload.decode("utf-8-sig", "replace")), str(options["agent"])
    rate = rules.request_rate(agent)
    delays = (rules.crawl_delay(agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
    allowed = rules.can_fetch(str(options["url"]), agent)
    cpu_ms = round((time.process_time() - begun) * 1000)
    return json.dumps({"allowed": allowed, "delay_s": min(max(delays), 1e6), "cpu_ms": cpu_ms}).encode()
