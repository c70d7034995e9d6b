"""Judging requests of tracked links: alone in one process's memory, or in turn with other processes.

A reader is known by a token of the link and the local day, whose secret nobody keeps past midnight. A request is read
(its address and agent become tokens and a verdict on the agent) as soon as it comes; what waits is no more than that.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tracker.domain.clicks import (
    ClickJudge,
    ClickVerdict,
    Judged,
    Visit,
    caller_of,
    day_token,
    is_of_birth,
    network_token,
    verdict_by_itself,
)
from tracker.domain.periods import LocalDays, local_date
from tracker.store import click_memory
from tracker.store.clicks import ClickCount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.links import TrackedLink
    from tracker.store.db import Tx

METHOD = "1"  # of judging, as product.md describes it; the lists' versions stand beside it
SECRET_BYTES = 32


@dataclass(slots=True, kw_only=True)  # a frozen one takes twice as long to make, and one is made for every request
class Request:
    """One answered request of a tracked link. `credentials` are what a browser sent of a session, '' for none.

    What tells a reader apart is not shown where a request is printed: prints end in logs.
    """

    link: TrackedLink
    at: dt.datetime
    method: str
    address: str = field(repr=False)
    agent: str = field(repr=False)
    prefetch: bool
    speaks: bool = True  # that a language was asked for, as browsers do
    credentials: str = field(default="", repr=False)


class Arrival(NamedTuple):
    """A request as it was read: nothing in it tells who it was once the day's secret is gone."""

    link: TrackedLink
    day: dt.date  # local
    visit: Visit
    speaks: bool
    method: str  # the version of the lists that its agent was held against


Key = tuple[str, dt.date, ClickVerdict, str]  # slug, local day, verdict, method


@dataclass(slots=True, kw_only=True)
class Tally:
    """Requests on one link on one local day under one verdict and one method, as they add up."""

    link: TrackedLink
    request_count: int = 0
    person_day_count: int = 0
    birth_count: int = 0
    first_at: dt.datetime | None = None


Counts = dict[Key, Tally]
DaySecret = tuple[dt.date, bytes]


class Judging:
    """Turns requests into arrivals and arrivals into counts.

    `agents` gives the classifier; it may look things up, so it is asked by `refresh` alone. `shared`: the secret of a
    day is that of all processes: `open_day` gives it, `learn` takes it up.
    """

    def __init__(self, zone: dt.tzinfo, agents: Callable[[], AgentClassifier], *, shared: bool) -> None:
        self._zone = zone
        self._agents = agents
        self._shared = shared
        self._lists: tuple[AgentClassifier, str] | None = None  # and what they and the method are called
        self._days = LocalDays(zone)
        self._judge = ClickJudge(zone)
        self._own_secret: DaySecret = (dt.date.min, b"")  # of the local day; in memory only
        self._shared_secret: DaySecret = (dt.date.min, b"")
        self._first: dict[str, dt.datetime] = {}  # requests of links that had none before, since midnight
        self._first_of = dt.date.min  # the local day of which it holds nothing earlier

    def refresh(self) -> tuple[AgentClassifier, str]:
        """Take up the lists as they stand now; the first time is slow."""
        lists = self._agents()
        self._lists = found = (lists, f"{METHOD}; {lists.list_version}")
        return found

    def forget_past_days(self, now: dt.datetime) -> None:
        """Forget the readers of days that are over, and the secrets of their tokens."""
        self._judge.forget_past_days(now)
        today = self._days.of(now)
        if self._shared_secret[0] < today:
            self._shared_secret = (dt.date.min, b"")
        if self._own_secret[0] < today:
            self._own_secret = (dt.date.min, b"")
        if self._first_of < today:
            self._first = {slug: at for slug, at in self._first.items() if self._days.of(at) >= today}
            self._first_of = today

    def knows_secret(self, now: dt.datetime) -> bool:
        """Tell whether requests of the local day can be read for all processes."""
        return self._shared_secret[0] == local_date(now, self._zone)

    def wait_for_turn(self, tx: Tx) -> None:
        """Keep the other processes waiting until the transaction ends."""
        click_memory.lock(tx)

    def open_day(self, tx: Tx, now: dt.datetime) -> DaySecret:
        """Give, in one's turn, the secret that all processes use on the local day.

        Whoever finds none makes it, and whoever is new to the day sees that nothing of the days before is left. It is
        theirs once the transaction has ended well: to `learn` it before would tell our readers from theirs.
        """
        today = local_date(now, self._zone)
        secret = click_memory.find_secret(tx, today)  # also of a known day: the database forgets it when it was killed
        if secret is None or not self.knows_secret(now):
            click_memory.forget_before(tx, today)
        return today, secret or click_memory.add_secret(tx, today, _drawn())

    def learn(self, secret: DaySecret) -> None:
        """Take up a local day's secret."""
        self._shared_secret = secret

    def read(self, request: Request, *, own: bool = False) -> Arrival | None:
        """Read a request; None while the lists or the day's secret are not known yet."""
        if self._lists is None:
            return None
        if not self._shared:
            return self.read_alone(request, own=own)
        day = self._days.of(request.at)
        known, secret = self._shared_secret
        if day > known:
            return None
        return self._arrival(request, day, secret if day == known else _drawn(), own=own)

    def read_alone(self, request: Request, *, own: bool = False) -> Arrival:
        """Read a request with a secret of this process's own."""
        day = self._days.of(request.at)
        if day > self._own_secret[0]:
            self._own_secret = (day, _drawn())
        known, secret = self._own_secret
        return self._arrival(request, day, secret if day == known else _drawn(), own=own)

    def _arrival(self, request: Request, day: dt.date, secret: bytes, *, own: bool) -> Arrival:
        """Read a request with its day's secret; for a day that is over any will do: its tokens are never met again."""
        lists, method = self._lists or self.refresh()
        caller, slug = caller_of(request.address), request.link.slug
        if request.link.first_at is None:
            self._first.setdefault(slug, request.at)  # it is judged later, perhaps after one that came later
        visit = Visit(
            slug=slug,
            at=request.at,
            token=day_token(secret, slug, caller.reader, request.agent),
            network=None if caller.network is None else network_token(secret, caller.network),
            agent=lists.classify(request.agent),
            method=request.method,
            prefetch=request.prefetch,
            own=own,
        )
        return Arrival(link=request.link, day=day, visit=visit, speaks=request.speaks, method=method)

    def judge_by_itself(self, request: Request, counts: Counts) -> bool:
        """Judge and count what no person asked for: it needs no token. False where it takes more, or the lists."""
        if self._lists is None:
            return False
        lists, method = self._lists
        verdict = verdict_by_itself(request.method, lists.classify(request.agent), prefetch=request.prefetch)
        if verdict is None:
            return False
        self._tally(counts, request.link, (self._days.of(request.at), verdict, method), request.at)
        return True

    def judge_alone(self, arrival: Arrival, counts: Counts) -> None:
        """Judge by what this process knows, and count."""
        self._add(counts, arrival, self._judge.judge(arrival.visit))

    def judge_in_turn(self, tx: Tx, arrivals: Iterable[Arrival], *, now: dt.datetime) -> Counts:
        """Judge, in one's turn, by what all processes know."""
        today = local_date(now, self._zone)
        by_day: dict[dt.date, list[Arrival]] = {}
        for arrival in arrivals:
            by_day.setdefault(arrival.day, []).append(arrival)
        counts: Counts = {}
        for day, listed in sorted(by_day.items()):
            self._judge_day(tx, day, listed, counts, kept=day >= today)
        return counts

    def _judge_day(self, tx: Tx, day: dt.date, arrivals: list[Arrival], counts: Counts, *, kept: bool) -> None:
        """Judge one local day's requests; what is known of a day that is over is not kept."""
        visits = [arrival.visit for arrival in arrivals]
        networks = {(v.slug, v.network) for v in visits if v.network is not None}
        judge = ClickJudge(self._zone)
        judge.take_over(click_memory.recall(tx, day, {v.token for v in visits}, networks))
        for arrival in arrivals:
            self._add(counts, arrival, judge.judge(arrival.visit))
        if kept:
            click_memory.remember(tx, judge.hand_over())

    def _add(self, counts: Counts, arrival: Arrival, judged: Judged) -> None:
        at = arrival.visit.at
        tally = self._tally(counts, arrival.link, (arrival.day, judged.verdict, arrival.method), at)
        tally.person_day_count += judged.new_person
        if judged.verdict is ClickVerdict.COUNTED:
            first_at = arrival.link.first_at or self._first.get(arrival.link.slug, at)
            tally.birth_count += is_of_birth(at, first_at, speaks=arrival.speaks)

    def _tally(
        self, counts: Counts, link: TrackedLink, judged: tuple[dt.date, ClickVerdict, str], at: dt.datetime
    ) -> Tally:
        """Count a request under its local day, verdict and method; give the tally it went to."""
        key = (link.slug, *judged)
        tally = counts.get(key)
        if tally is None:
            tally = counts[key] = Tally(link=link)
        tally.request_count += 1
        if link.first_at is None:
            tally.first_at = self._first.setdefault(link.slug, at)
        return tally


def _drawn() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def add(counts: Counts, more: Counts) -> None:
    """Add counts to counts."""
    for key, tally in more.items():
        known = counts.setdefault(key, tally)
        if known is not tally:
            known.request_count += tally.request_count
            known.person_day_count += tally.person_day_count
            known.birth_count += tally.birth_count
            known.first_at = known.first_at or tally.first_at


def as_rows(counts: Counts) -> list[ClickCount]:
    """Give counts as they are written."""
    return [
        ClickCount(
            slug=slug,
            member_id=tally.link.member_id,
            article_id=tally.link.article_id,
            channel=tally.link.channel.value,
            day=day,
            verdict=verdict.value,
            method=method,
            valid=verdict is ClickVerdict.COUNTED,
            request_count=tally.request_count,
            person_day_count=tally.person_day_count,
            birth_count=tally.birth_count,
            first_at=tally.first_at,
        )
        for (slug, day, verdict, method), tally in counts.items()
    ]
