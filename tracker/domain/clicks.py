"""Which visits of a tracked link count (product.md, Counting a click). Pure: no storage, no clock.

A reader is known only as a token that is made anew each local day for each link, and only until that day's end. What is
made for every request is a named tuple: a frozen dataclass takes twice as long to make.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac
import socket
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tracker.domain.agents import AgentKind, AgentVerdict
from tracker.domain.periods import LocalDays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

K = TypeVar("K")
V = TypeVar("V")

REPEAT_WITHIN = dt.timedelta(seconds=30)
BIRTH_WITHIN = dt.timedelta(seconds=20)
BURST_WITHIN = dt.timedelta(minutes=10)
BURST_ABOVE = 20
MOST_TOKENS = 200_000  # about 40 MB; beyond, the reader seen longest ago is forgotten and may count as new
MOST_NETWORKS = 20_000
TOKEN_BYTES = 16
_AGENT_CHARACTERS = 256
_MAPPED = bytes(10) + b"\xff\xff"  # what stands before an IPv4 address that an IPv6 one carries
PURPOSE_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_NOT_YET_READ = ("prefetch", "preview", "prerender")


class ClickVerdict(enum.StrEnum):
    """What one request of a tracked link is; all but COUNTED are shown under their reason."""

    COUNTED = "counted"
    REPEAT = "repeat"
    ROBOT = "robot"
    PREVIEW = "preview"
    PREFETCH = "prefetch"
    METHOD = "method"
    EMPTY = "empty"
    OWN = "own"
    HELD = "held"


_BY_AGENT = {
    AgentKind.EMPTY: ClickVerdict.EMPTY,
    AgentKind.ROBOT: ClickVerdict.ROBOT,
    AgentKind.PREVIEW: ClickVerdict.PREVIEW,
}


class Visit(NamedTuple):
    """One request of a tracked link. `token` is `day_token` of it, `network` is `network_token` of its address."""

    slug: str
    at: dt.datetime
    token: bytes
    network: bytes | None
    agent: AgentVerdict
    method: str
    prefetch: bool = False
    own: bool = False


class Judged(NamedTuple):
    """A visit's verdict; `new_person` says that its click is the link's first of this token today (a person-day)."""

    verdict: ClickVerdict
    new_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickMemory:
    """What a judge knows of one local day: readers by token (last seen, counted yet), clicks by link and network.

    Several judges in turn share it; it is as short-lived as the tokens in it.
    """

    day: dt.date
    readers: Mapping[bytes, tuple[dt.datetime, bool]]
    bursts: Mapping[tuple[str, bytes], Sequence[dt.datetime]]


class ClickJudge:
    """Judges visits in the order they are handed in, with a memory of one local day and of bounded size.

    The same visits in the same order give the same verdicts. A visit of a day that is already over is judged without
    memory, for its tokens are gone. One caller at a time: whoever serves several threads guards it with a lock.
    """

    def __init__(self, zone: dt.tzinfo, *, most_tokens: int = MOST_TOKENS, most_networks: int = MOST_NETWORKS) -> None:
        self._days = LocalDays(zone)
        self._most_tokens = most_tokens
        self._most_networks = most_networks
        self._day = dt.date.min
        self._readers: OrderedDict[bytes, tuple[dt.datetime, bool]] = OrderedDict()  # when last, and counted yet
        self._bursts: OrderedDict[tuple[str, bytes], deque[dt.datetime]] = OrderedDict()

    def judge(self, visit: Visit) -> Judged:
        """Give the verdict of one visit, and remember it."""
        if plain := _by_itself(visit):
            return Judged(verdict=plain)
        self.forget_past_days(visit.at)
        if self._days.of(visit.at) < self._day:
            return Judged(verdict=ClickVerdict.COUNTED)
        return self._with_memory(visit)

    def forget_past_days(self, now: dt.datetime) -> None:
        """Drop every token of a local day that is over; called at midnight too, when nobody visits."""
        day = self._days.of(now)
        if day > self._day:
            self._day = day
            self._readers.clear()
            self._bursts.clear()

    def take_over(self, memory: ClickMemory) -> None:
        """Go on from what another judge knew, in place of one's own memory."""
        self._day = memory.day
        self._readers = OrderedDict(memory.readers)
        self._bursts = OrderedDict((key, deque(times, maxlen=BURST_ABOVE)) for key, times in memory.bursts.items())

    def hand_over(self) -> ClickMemory:
        """Give what is known, for the next judge."""
        bursts = {key: tuple(times) for key, times in self._bursts.items()}
        return ClickMemory(day=self._day, readers=dict(self._readers), bursts=bursts)

    def _with_memory(self, visit: Visit) -> Judged:
        last, known = self._readers.get(visit.token, (None, False))
        repeat = last is not None and visit.at - last <= REPEAT_WITHIN
        verdict = ClickVerdict.REPEAT if repeat else self._unless_burst(visit)
        counted = verdict is ClickVerdict.COUNTED
        self._readers[visit.token] = (max(visit.at, last or visit.at), known or counted)
        self._readers.move_to_end(visit.token)
        _shorten(self._readers, self._most_tokens)
        return Judged(verdict=verdict, new_person=counted and not known)

    def _unless_burst(self, visit: Visit) -> ClickVerdict:
        """Hold what comes after the twentieth click of ten minutes from one network on one link."""
        if visit.network is None:
            return ClickVerdict.COUNTED
        key = (visit.slug, visit.network)
        times = self._bursts.setdefault(key, deque(maxlen=BURST_ABOVE))
        held = len(times) == BURST_ABOVE and visit.at - times[0] < BURST_WITHIN
        times.append(visit.at)
        self._bursts.move_to_end(key)
        _shorten(self._bursts, self._most_networks)
        return ClickVerdict.HELD if held else ClickVerdict.COUNTED


class Caller(NamedTuple):
    """What counts of an address: `reader` is an IPv4 address or an IPv6 one's /64, `network` the /24 or /48 around it.

    What is no IP address (a socket, a test client) stands for itself and has no network.
    """

    reader: bytes
    network: bytes | None


def caller_of(address: str) -> Caller:
    """Read the address that a request came from."""
    try:
        if ":" not in address:
            four = socket.inet_pton(socket.AF_INET, address)
        else:
            six = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
            if not six.startswith(_MAPPED):
                return Caller(reader=six[:8], network=six[:6])
            four = six[len(_MAPPED) :]
    except (OSError, ValueError):
        return Caller(reader=address.encode(errors="replace"), network=None)
    return Caller(reader=four, network=four[:3])


def day_token(secret: bytes, slug: str, reader: bytes, agent: str) -> bytes:
    """Make the token of one reader, one link and one day: `secret` is the local day's.

    With the link inside, one reader's tokens on two links have nothing in common.
    """
    told = b"\0".join((slug.encode(), reader.hex().encode(), agent[:_AGENT_CHARACTERS].encode(errors="replace")))
    return hmac.digest(secret, told, "sha256")[:TOKEN_BYTES]


def network_token(secret: bytes, network: bytes) -> bytes:
    """Make the name under which the burst rule knows a network for one day."""
    return hashlib.blake2b(network, key=secret, digest_size=TOKEN_BYTES).digest()


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser or an app says that nobody asked for the page yet; header names in small letters."""
    told = " ".join(headers.get(name, "") for name in PURPOSE_HEADERS).lower()
    return any(word in told for word in _NOT_YET_READ)


def is_of_birth(at: dt.datetime, first_at: dt.datetime, *, speaks: bool) -> bool:
    """Tell a counted click that may be a previewer's at the link's birth: a hint to show apart, never a verdict.

    Networks fetch a link the moment it is posted, some in a browser's name; what they leave out is a language.
    """
    return not speaks and dt.timedelta() <= at - first_at <= BIRTH_WITHIN


def verdict_by_itself(method: str, agent: AgentVerdict, *, prefetch: bool) -> ClickVerdict | None:
    """Give the verdict on a request that no person made, in the order of product.md: the first rules need no memory."""
    if method != "GET":
        return ClickVerdict.METHOD
    if prefetch:
        return ClickVerdict.PREFETCH
    return _BY_AGENT.get(agent.kind)


def _by_itself(visit: Visit) -> ClickVerdict | None:
    if verdict := verdict_by_itself(visit.method, visit.agent, prefetch=visit.prefetch):
        return verdict
    return ClickVerdict.OWN if visit.own else None


def _shorten(memory: OrderedDict[K, V], most: int) -> None:
    while len(memory) > most:
        memory.popitem(last=False)
