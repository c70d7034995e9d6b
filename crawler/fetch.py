"""The one door to the outside web: fetches one address; whatever a site does is a value, never an exception.

Limits, redirects and refusals stand here; the judgement of addresses in crawler/address.py, robots.txt in
crawler/robots.py, cookies in crawler/trip.py. No parsing, no retry: whoever plans decides when to come again.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import ssl
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

import httpcore
import httpx
import structlog
from typing_extensions import override

from crawler.address import (
    AddressPolicy,
    AddressRefusedError,
    GuardedBackend,
    GuardedStream,
    NameUnknownError,
    SystemResolver,
)
from crawler.answer import (
    HOLD_OFF_S,
    TOO_MANY_REQUESTS,
    WALL_PREFIX_BYTES,
    WALL_STATUSES,
    held_off,
    is_tls,
    is_wall,
    retry_after_s,
    status_problem,
)
from crawler.coding import CodingError, Inflater, TooLargeError, coding_of, pour
from crawler.gate import NoGate
from crawler.headers import MAX_CONTENT_TYPE, MAX_VALIDATOR, location, request_headers, verbatim
from crawler.journey import Journey, Onward, refusal
from crawler.spelling import DEFAULT_PORTS
from crawler.trip import Trip
from crawler.types import Fetched, FetchFailed, NotModified
from crawler.wire import WireLimitError
from tracker.domain.errors import AppError
from tracker.domain.feeds import FetchErrorCode, FetchProblem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator
    from types import TracebackType

    from crawler.address import Resolver
    from crawler.gate import HostGate
    from crawler.robots import Robots
    from crawler.trip import KeptJars
    from crawler.types import FetchOutcome, FetchRequest

TOTAL_DEADLINE_S: Final = 30
ROBOTS_DEADLINE_S: Final = 10  # of those, for one robots.txt
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_HOPS: Final = 5
MAX_CONNECTIONS: Final = 100
WIRE_SLACK: Final = 128 * 1024  # chunk sizes and one read
WALL_S: Final = 5

WITH_BODY: Final = frozenset({200, 203})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED: Final = 304

log = structlog.get_logger(__name__)


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """Give the one TLS context: verification always on, the public roots and those the machine trusts."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1, a connection a request, each through the guard: no proxy, no environment, no jar, no pool to search."""

    def __init__(self, policy: AddressPolicy, resolver: Resolver, tls: ssl.SSLContext | None = None) -> None:
        self._backend = GuardedBackend(policy, resolver)
        self._tls = tls

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        secure = url.scheme == b"https"
        connection = httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=(self._tls or ssl_context()) if secure else None, network_backend=self._backend
        )
        asked = httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        try:
            answer = await connection.handle_async_request(asked)
        except BaseException:
            await connection.aclose()
            raise
        body = _Body(answer, connection)
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)


class _Body(httpx.AsyncByteStream):
    """The bytes of an answer as they come; closing it closes the connection."""

    def __init__(self, answer: httpcore.Response, connection: httpcore.AsyncHTTPConnection) -> None:
        self._answer = answer
        self._connection = connection

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    @override
    async def aclose(self) -> None:
        await self._connection.aclose()


async def no_names(host: str, port: int) -> list[str]:  # noqa: ARG001 - a resolver's signature
    """Know no name."""
    return []


async def check_guard(policy: AddressPolicy | None = None) -> None:
    """Try the guard on our own machine: a library that one day dials past it is found out before it is used."""
    transport = GuardedTransport(policy or AddressPolicy(), no_names)
    try:
        with contextlib.suppress(httpcore.NetworkError):
            await transport.handle_async_request(httpx.Request("GET", "http://127.0.0.1:9/"))
    except AddressRefusedError:
        return
    raise RuntimeError("the guard of outgoing connections does not stand")


class Fetcher:
    """Fetches under one policy; made once for a batch of any size, used as an async context manager."""

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        user_agent: str,
        resolver: Resolver | None = None,
        gate: HostGate | None = None,
        robots: Robots | None = None,
        jars: KeptJars | None = None,
        tls: ssl.SSLContext | None = None,
        total_deadline_s: float = TOTAL_DEADLINE_S,
        max_bytes: int = MAX_BYTES,
        max_hops: int = MAX_HOPS,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._policy = policy
        self._user_agent = user_agent.encode("ascii")
        self._system_resolver = SystemResolver()
        self._transport = GuardedTransport(policy, resolver or self._system_resolver, tls)
        self._gate = gate or NoGate()
        self._robots, self._jars = robots, jars
        self._places = asyncio.Semaphore(max_connections)
        self._total_deadline_s = total_deadline_s
        self._max_bytes = max_bytes
        self._max_hops = max_hops

    async def __aenter__(self) -> Self:
        """Open for a batch, the guard tried first."""
        await check_guard()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let the resolver's threads go; no connection outlives its fetch."""
        self._system_resolver.close()

    async def fetch(self, request: FetchRequest, *, now: dt.datetime) -> FetchOutcome:
        """Fetch one address; whatever the site does is a value. `now` counts for a Retry-After date and for cookies.

        An AppError of the gate (the database is away) says nothing about the site and is raised.
        """
        if request.obeys_robots and self._robots is None:
            raise TypeError("this fetcher was not given what it needs to read robots.txt")
        return await self._fetch(request, now, self._total_deadline_s)

    async def _fetch(self, request: FetchRequest, now: dt.datetime, deadline_s: float) -> FetchOutcome:
        journey = Journey(policy=self._policy, max_hops=self._max_hops)
        trip = Trip(request=request, now=now, deadline_s=deadline_s, journey=journey, kept=self._jars)
        try:
            return await self._travel(trip)
        except AppError:
            raise
        except Exception as exc:  # noqa: BLE001 - the boundary: nothing a site sends may stop a batch
            return trip.failed(problem_of(exc))

    async def _travel(self, trip: Trip) -> FetchOutcome:
        problem = trip.journey.start(trip.request.url)
        while problem is None:
            step = await self._visit(trip)
            if not isinstance(step, Onward):
                return step
            problem = trip.journey.follow(step)
        return trip.failed(problem)

    async def _visit(self, trip: Trip) -> FetchOutcome | Onward:
        url = _connection_url(trip.journey)
        if url is None:
            return trip.failed(refusal())
        pause = await self._ask_robots(trip)
        if isinstance(pause, FetchProblem):
            return trip.failed(pause)
        host_port = trip.journey.host_port
        held_s = await self._gate.enter(host_port, self._places, insists=trip.request.insists)
        if held_s is not None:
            return trip.failed(held_off(held_s))
        try:
            return await self._timed(trip, url)
        finally:
            self._places.release()
            await self._gate.leave(host_port, pause_s=pause)

    async def _ask_robots(self, trip: Trip) -> FetchProblem | float:
        """Say why the next address is not asked for, or the pause its site wants; the time it takes is the trip's."""
        if self._robots is None or not trip.request.obeys_robots:
            return 0
        whole_s = min(ROBOTS_DEADLINE_S, self._total_deadline_s)

        async def ask(request: FetchRequest) -> FetchOutcome:
            left_s = max(trip.left_s, 0)
            asked = replace(request, insists=trip.request.insists)
            outcome = await self._fetch(asked, trip.now, min(whole_s, left_s))
            trip.spent_s += outcome.duration_ms / 1000
            if left_s < whole_s and isinstance(outcome, FetchFailed) and outcome.problem.code is FetchErrorCode.TIMEOUT:
                raise TimeoutError  # the time went before it was asked: nothing is to be kept of this site
            return outcome

        return await self._robots.judge(trip.journey.url, trip.journey.site, ask)

    async def _timed(self, trip: Trip, url: httpx.URL) -> FetchOutcome | Onward:
        with trip.hop():
            async with asyncio.timeout(max(trip.left_s, 0)):
                return await self._ask(trip, url)

    async def _ask(self, trip: Trip, url: httpx.URL) -> FetchOutcome | Onward:
        headers = request_headers(trip.request, host=url.netloc, agent=self._user_agent)
        if (cookies := await trip.cookie_header()) is not None:
            headers.append((b"Cookie", cookies))
        request = httpx.Request("GET", url, headers=headers, stream=httpx.ByteStream(b""))
        response = await self._transport.handle_async_request(request)
        try:
            await trip.take_cookies(response.headers.get_list("set-cookie"))
            return await self._answer(trip, response)
        finally:
            await response.aclose()

    async def _answer(self, trip: Trip, response: httpx.Response) -> FetchOutcome | Onward:
        self._allow_body(response)
        status = response.status_code
        if status in REDIRECTS:
            return _onward(response)
        if status == NOT_MODIFIED and trip.conditional:
            return _not_modified(trip, response)
        if status in WITH_BODY:
            return await self._fetched(trip, response)
        return await self._refused(trip, response)

    def _allow_body(self, response: httpx.Response) -> None:
        stream = response.extensions.get("network_stream")
        if isinstance(stream, GuardedStream):
            stream.wire.allow(self._max_bytes + WIRE_SLACK)

    async def _fetched(self, trip: Trip, response: httpx.Response) -> FetchOutcome:
        body = await self._body(response, trip.request.keeps_first)
        if is_wall(response.headers, body):
            return trip.failed(status_problem(response.status_code, wall=True, retry_after=None))
        if trip.journey.downgraded:
            log.warning("fetch.downgraded", status=response.status_code)
        raw = response.headers.raw
        return Fetched(
            url=trip.journey.url,
            status=response.status_code,
            body=body,
            content_type=verbatim(raw, b"content-type", MAX_CONTENT_TYPE) or "",
            etag=verbatim(raw, b"etag", MAX_VALIDATOR),
            last_modified=verbatim(raw, b"last-modified", MAX_VALIDATOR),
            body_hash=hashlib.sha256(body).hexdigest(),
            permanent_url=trip.journey.permanent_url,
            duration_ms=trip.duration_ms,
        )

    async def _body(self, response: httpx.Response, keeps_first: int | None) -> bytes:
        most = keeps_first or self._max_bytes
        inflater = Inflater(coding_of(response.headers.get_list("content-encoding")), most)
        declared = response.headers.get("content-length", "")
        if keeps_first is None and declared.isdigit() and int(declared) > most:
            raise TooLargeError
        try:
            await pour(response.aiter_raw(), inflater)
        except (TooLargeError, WireLimitError):
            if keeps_first is None:
                raise
            return inflater.so_far
        return inflater.finish()

    async def _refused(self, trip: Trip, response: httpx.Response) -> FetchFailed:
        status = response.status_code
        start = await _first_bytes(response) if status in WALL_STATUSES else b""
        wait = retry_after_s(response.headers.get_list("retry-after"), date=response.headers.get("date"), now=trip.now)
        if status == TOO_MANY_REQUESTS:
            await self._gate.hold_off(trip.journey.host_port, wait or HOLD_OFF_S)
        return trip.failed(status_problem(status, wall=is_wall(response.headers, start), retry_after=wait))


def _onward(response: httpx.Response) -> Onward:
    headers = response.headers
    return Onward(status=response.status_code, location=location(headers.raw), sets_cookie="set-cookie" in headers)


def _not_modified(trip: Trip, response: httpx.Response) -> NotModified:
    raw = response.headers.raw
    return NotModified(
        url=trip.journey.url,
        etag=verbatim(raw, b"etag", MAX_VALIDATOR),
        last_modified=verbatim(raw, b"last-modified", MAX_VALIDATOR),
        duration_ms=trip.duration_ms,
    )


async def _first_bytes(response: httpx.Response) -> bytes:
    """Read enough of an error page to know a wall; a page that cannot be read is simply none."""
    try:
        inflater = Inflater(coding_of(response.headers.get_list("content-encoding")), WALL_PREFIX_BYTES)
    except CodingError:
        return b""
    with contextlib.suppress(*_UNREADABLE):
        async with asyncio.timeout(WALL_S):
            await pour(response.aiter_raw(), inflater)
    return inflater.so_far


_UNREADABLE: Final = (
    CodingError,
    TooLargeError,
    WireLimitError,
    TimeoutError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
)


def _connection_url(journey: Journey) -> httpx.URL | None:
    """Give the URL as the connection will read it; None where it would read another host or port than was judged."""
    target = journey.target
    try:
        url = httpx.URL(journey.url)
    except httpx.InvalidURL:
        return None
    if target is None or url.userinfo or url.scheme != target.scheme:
        return None
    same = (
        url.raw_host.decode("ascii").lower() == target.host and (url.port or DEFAULT_PORTS[url.scheme]) == target.port
    )
    return url if same else None


def problem_of(exc: Exception) -> FetchProblem:
    """Name what went wrong on the way; anything not foreseen is a bug of ours and logged as one."""
    if is_tls(exc):
        return FetchProblem(code=FetchErrorCode.TLS, message="The site's certificate or encryption is not in order.")
    for kinds, code, words in _PROBLEMS:
        if isinstance(exc, kinds):
            return FetchProblem(code=code, message=words)
    frame = traceback.extract_tb(exc.__traceback__)[-1]
    log.error("fetch.bug", error=type(exc).__name__, at=f"{frame.name}:{frame.lineno}")
    return FetchProblem(code=FetchErrorCode.HTTP, message="The answer could not be handled.")


_PROBLEMS: Final[tuple[tuple[tuple[type[Exception], ...], FetchErrorCode, str], ...]] = (
    ((AddressRefusedError,), refusal().code, refusal().message),
    ((NameUnknownError,), FetchErrorCode.DNS, "The site's name has no address."),
    ((TimeoutError, httpcore.TimeoutException), FetchErrorCode.TIMEOUT, "The site took too long."),
    ((TooLargeError, WireLimitError), FetchErrorCode.TOO_LARGE, "The answer is larger than is read."),
    ((CodingError,), FetchErrorCode.ENCODING, "The answer is compressed in a way that was not asked for."),
    ((httpcore.NetworkError,), FetchErrorCode.CONNECT, "The connection to the site failed."),
    ((httpcore.RemoteProtocolError,), FetchErrorCode.HTTP, "The site does not speak HTTP as it should."),
)
