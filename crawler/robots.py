"""robots.txt of the sites whose pages are read: fetched, kept for a day for all processes, and asked before each page.

A refusal of the file (4xx) allows everything; a file that cannot be had (5xx, no connection) lets the pages wait. The
file is read in the sandbox only. No HTTP here: the fetcher is handed in as a function.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import json
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, assert_never

from crawler.headers import PRODUCT
from crawler.types import Cookies, Fetched, FetchFailed, FetchRequest
from sandbox import SandboxFailed
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.sites import RobotsFile, RobotsState
from tracker.services import sites

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from crawler.types import FetchOutcome
    from sandbox import Sandbox
    from tracker.store.db import Database

    Ask = Callable[[FetchRequest], Awaitable[FetchOutcome]]

JUDGE_URL: Final = "crawler.robots_worker:judge_url"
ROBOTS_TASKS: Final = (JUDGE_URL,)
PATH: Final = "/robots.txt"

BODY_MOST: Final = 512 * 1024  # RFC 9309 §2.5; what stands behind is not read
DELAY_MOST_S: Final = 60  # of a Crawl-delay; one of an hour would let no page be read
KEPT: Final = dt.timedelta(days=1)
WAIT_S: Final = 3600  # until a file that could not be had is asked for again
WAIT_UNREACHED_S: Final = 600
CPU_MOST_MS: Final = 500  # a file that costs more is not asked a second time that day
REMEMBERED_MOST: Final = 256

_UNREACHED: Final = frozenset({FetchErrorCode.DNS, FetchErrorCode.CONNECT, FetchErrorCode.TLS, FetchErrorCode.TIMEOUT})
# Whatever else is amiss, the site has a web server that has no such file for us.
_NONE_CODES: Final = frozenset({FetchErrorCode.REDIRECT, FetchErrorCode.ADDRESS_REFUSED})
_CLIENT_ERRORS: Final = range(400, 500)
_TOO_MANY: Final = 429

DISALLOWED: Final = FetchProblem(
    code=FetchErrorCode.ROBOTS, message="The site's robots.txt asks robots not to read this page."
)


class Robots:
    """The robots.txt files of all sites; made once for a batch, in its event loop."""

    def __init__(self, db: Database, sandbox: Sandbox, clock: Callable[[], dt.datetime]) -> None:
        self._db, self._sandbox, self._clock = db, sandbox, clock
        self._known: OrderedDict[str, RobotsFile] = OrderedDict()
        self._asking: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def judge(self, url: str, site: str, ask: Ask) -> FetchProblem | float:
        """Say why an address may not be asked for, or how many seconds the site wants between two pages.

        `site` is `scheme://host:port`; `ask` fetches its file where none is known.
        """
        file = await self._get(site, ask)
        if isinstance(file, FetchProblem):
            return file
        match file.state:
            case RobotsState.NONE:
                return 0
            case RobotsState.WAIT:
                return self._waiting(file)
            case RobotsState.RULES:
                return await self._apply(file, url)
            case _:
                assert_never(file.state)

    async def _get(self, site: str, ask: Ask) -> RobotsFile | FetchProblem:
        """Give a site's file: remembered, kept by any process, or asked for now, once however many want it.

        A problem where the site's host wants all of us to wait, its robots.txt included.
        """
        async with self._asking.setdefault(site, asyncio.Lock()):  # lives as long as somebody waits at it
            now, key = self._clock(), site.partition("://")[2]
            file = self._known.get(key)
            if file is None or file.until <= now:
                file = await asyncio.to_thread(self._find, key, now)
            if file is None:
                outcome = await ask(_request(site))
                if isinstance(outcome, FetchFailed) and not outcome.was_asked:
                    return outcome.problem  # nothing was asked, so nothing is known of the file
                file = read_outcome(key, outcome, now)
                await self._keep(file)
            self._remember(file)
            return file

    async def _apply(self, file: RobotsFile, url: str) -> FetchProblem | float:
        answer = await self._sandbox.acall(JUDGE_URL, file.body.encode(), {"url": url, "agent": PRODUCT})
        if isinstance(answer, SandboxFailed):
            return await self._give_up(file)
        verdict = json.loads(answer)
        if verdict["cpu_ms"] > CPU_MOST_MS:
            await self._give_up(file)
        if not verdict["allowed"]:
            return DISALLOWED
        return min(float(verdict["delay_s"]), DELAY_MOST_S)

    async def _give_up(self, file: RobotsFile) -> FetchProblem:
        """Let a site's pages wait whose file cannot be read within bounds."""
        now = self._clock()
        spoilt = _wait(file.host_key, FetchErrorCode.ROBOTS, now, int(KEPT.total_seconds()))
        await self._keep(spoilt)
        self._remember(spoilt)
        return self._waiting(spoilt)

    def _waiting(self, file: RobotsFile) -> FetchProblem:
        left_s = max(1, int((file.until - self._clock()).total_seconds()))
        words = "The site's robots.txt cannot be read now, so its pages wait."
        return FetchProblem(code=FetchErrorCode(file.body), message=words, retry_after_s=left_s)

    def _remember(self, file: RobotsFile) -> None:
        self._known[file.host_key] = file
        self._known.move_to_end(file.host_key)
        if len(self._known) > REMEMBERED_MOST:
            self._known.popitem(last=False)

    def _find(self, key: str, now: dt.datetime) -> RobotsFile | None:
        with self._db.read() as tx:
            return sites.find_robots(tx, key, now=now)

    async def _keep(self, file: RobotsFile) -> None:
        record = functools.partial(sites.record_robots, file=file)
        await asyncio.to_thread(self._db.write_retrying, record)


def _request(site: str) -> FetchRequest:
    return FetchRequest(
        url=f"{site}{PATH}", accept="text/plain, */*;q=0.5", cookies=Cookies.NONE, keeps_first=BODY_MOST
    )


def read_outcome(key: str, outcome: FetchOutcome, now: dt.datetime) -> RobotsFile:
    """Give what the answer to a request for robots.txt means (RFC 9309 §2.3)."""
    if isinstance(outcome, Fetched):
        text = _whole_lines(outcome.body).decode("utf-8-sig", "replace").replace("\0", "")
        return _kept(key, RobotsState.RULES if text.strip() else RobotsState.NONE, text, now)
    problem = outcome.problem if isinstance(outcome, FetchFailed) else None
    if problem is None or _is_absent(problem):
        return _kept(key, RobotsState.NONE, "", now)
    if problem.code in _UNREACHED:
        return _wait(key, problem.code, now, WAIT_UNREACHED_S)
    return _wait(key, FetchErrorCode.ROBOTS, now, max(problem.retry_after_s or 0, WAIT_S))


def _is_absent(problem: FetchProblem) -> bool:
    status = problem.http_status
    return problem.code in _NONE_CODES or (status in _CLIENT_ERRORS and status != _TOO_MANY)


def _kept(key: str, state: RobotsState, body: str, now: dt.datetime) -> RobotsFile:
    return RobotsFile(host_key=key, state=state, body=body, fetched_at=now, until=now + KEPT)


def _wait(key: str, code: FetchErrorCode, now: dt.datetime, wait_s: int) -> RobotsFile:
    until = now + min(dt.timedelta(seconds=wait_s), KEPT)
    return RobotsFile(host_key=key, state=RobotsState.WAIT, body=code.value, fetched_at=now, until=until)


def _whole_lines(body: bytes) -> bytes:
    """Leave a line aside that the limit has cut: half a rule says something else."""
    return body if len(body) < BODY_MOST else body[: body.rfind(b"\n") + 1]
