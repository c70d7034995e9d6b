"""Callers who ask a server again and again, in a process of their own; each waits for its answer before it asks anew.

Run as `python -m bench.asking PORT PATH TOKEN CALLERS TIMES`; prints `median_ms items`, the items of the last answer.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

TIMEOUT_S = 60


def ask(port: int, path: str, token: str, times: int) -> tuple[list[float], int]:
    """Ask so many times over one connection; give the seconds of each answer, and how many items the last one held."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    took, body = [], b""
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != http.client.OK:
            msg = f"{path} answered {answer.status}: {body[:200]!r}"
            raise RuntimeError(msg)
    connection.close()
    return took, len(json.loads(body)["items"])


def main(port: int, path: str, token: str, callers: int, times: int) -> None:
    with ThreadPoolExecutor(callers) as threads:
        asked = list(threads.map(lambda _: ask(port, path, token, times), range(callers)))
    took = [seconds for each, _ in asked for seconds in each]
    sys.stdout.write(f"{statistics.median(took) * 1000:.3f} {max(count for _, count in asked)}\n")


if __name__ == "__main__":
    port, path, token, callers, times = sys.argv[1:]
    main(int(port), path, token, int(callers), int(times))
