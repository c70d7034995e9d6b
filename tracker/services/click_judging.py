"""Judging requests of tracked links in batches: alone in one process's memory, or in turn with other processes.

A reader is known by a token of the link and the local day, whose secret nobody keeps past midnight.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain.clicks import ClickJudge, ClickVerdict, Judged, Visit, day_token, is_of_birth, network_of
from tracker.domain.periods import local_date
from tracker.store import click_memory
from tracker.store.clicks import ClickCount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.links import TrackedLink
    from tracker.domain.types import MemberId
    from tracker.store.db import Tx

METHOD = "1"  # of judging, as product.md describes it; the lists' versions stand beside it
SECRET_BYTES = 32
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One answered request of a tracked link. `credentials` are what a browser sent of a session, '' for none."""

    link: TrackedLink
    at: dt.datetime
    method: str
    address: str
    agent: str
    prefetch: bool
    speaks: bool = True  # that a language was asked for, as browsers do
    credentials: str = ""


Counts = dict[tuple[str, dt.date, ClickVerdict], ClickCount]


class Judging:
    """Turns requests into visits and verdicts into counts. `agents` gives the classifier, slow the first time."""

    def __init__(self, zone: dt.tzinfo, agents: Callable[[], AgentClassifier]) -> None:
        self.zone = zone
        self.agents = agents
        self._judge = ClickJudge(zone)
        self._secret = (dt.date.min, b"")  # of the local day; in memory only
        self._first: dict[str, dt.datetime] = {}  # requests of links that had none before, since midnight

    def forget_past_days(self, now: dt.datetime) -> None:
        """Forget the readers of days that are over, and the secret of their tokens."""
        self._judge.forget_past_days(now)
        if self._secret[0] < local_date(now, self.zone):
            self._secret = (dt.date.min, b"")
            self._first.clear()

    def judge_alone(self, requests: Iterable[Request], members: Mapping[str, MemberId | None]) -> Counts:
        """Judge requests by what this process knows."""
        counts: Counts = {}
        for request in requests:
            day = local_date(request.at, self.zone)
            visit = self._visit(request, self._own_secret(day), members)
            self._add(counts, request, day, self._judge.judge(visit))
        return counts

    def judge_in_turn(
        self, tx: Tx, requests: Iterable[Request], members: Mapping[str, MemberId | None], *, now: dt.datetime
    ) -> Counts:
        """Judge requests by what all processes know, in a transaction that keeps the others waiting."""
        click_memory.lock(tx)
        today = local_date(now, self.zone)
        click_memory.forget_before(tx, today)
        by_day: dict[dt.date, list[Request]] = {}
        for request in requests:
            by_day.setdefault(local_date(request.at, self.zone), []).append(request)
        counts: Counts = {}
        for day, listed in sorted(by_day.items()):
            add(counts, self._judge_day(tx, day, listed, members, kept=day >= today))
        return counts

    def _judge_day(
        self, tx: Tx, day: dt.date, requests: list[Request], members: Mapping[str, MemberId | None], *, kept: bool
    ) -> Counts:
        """Judge one local day's requests; what is known of a day that is over is not kept."""
        fresh = secrets.token_bytes(SECRET_BYTES)
        secret = click_memory.get_secret(tx, day, fresh) if kept else fresh
        visits = [self._visit(r, secret, members) for r in requests]
        networks = {(v.slug, v.network) for v in visits if v.network is not None}
        judge = ClickJudge(self.zone)
        judge.take_over(click_memory.recall(tx, day, {v.token for v in visits}, networks))
        counts: Counts = {}
        for request, visit in zip(requests, visits, strict=True):
            self._add(counts, request, day, judge.judge(visit))
        if kept:
            click_memory.remember(tx, judge.hand_over())
        return counts

    def _visit(self, request: Request, secret: bytes, members: Mapping[str, MemberId | None]) -> Visit:
        member_id = members.get(request.credentials) if request.credentials else None
        network = network_of(request.address)
        return Visit(
            slug=request.link.slug,
            at=request.at,
            token=day_token(secret, request.link.slug, request.address, request.agent),
            network=None if network is None else hmac.digest(secret, b"network" + network, "sha256")[:TOKEN_BYTES],
            agent=self.agents().classify(request.agent),
            method=request.method,
            prefetch=request.prefetch,
            own=member_id is not None and member_id == request.link.member_id,
        )

    def _own_secret(self, day: dt.date) -> bytes:
        """Give this process's secret of a local day; that of the day before is gone."""
        if self._secret[0] != day:
            self._secret = (day, secrets.token_bytes(SECRET_BYTES))
        return self._secret[1]

    def _add(self, counts: Counts, request: Request, day: dt.date, judged: Judged) -> None:
        link, valid = request.link, judged.verdict is ClickVerdict.COUNTED
        first_at = link.first_at or self._first.setdefault(link.slug, request.at)
        count = ClickCount(
            slug=link.slug,
            member_id=link.member_id,
            article_id=link.article_id,
            channel=link.channel.value,
            day=day,
            verdict=judged.verdict.value,
            method=f"{METHOD}; {self.agents().list_version}",
            valid=valid,
            request_count=1,
            person_day_count=int(judged.new_person),
            birth_count=int(valid and is_of_birth(request.at, first_at, speaks=request.speaks)),
            first_at=first_at if link.first_at is None else None,
        )
        add(counts, {(link.slug, day, judged.verdict): count})


def add(counts: Counts, more: Counts) -> None:
    """Add counts to counts."""
    for key, count in more.items():
        before = counts.get(key)
        counts[key] = count if before is None else _sum(before, count)


def _sum(one: ClickCount, two: ClickCount) -> ClickCount:
    return replace(
        two,
        request_count=one.request_count + two.request_count,
        person_day_count=one.person_day_count + two.person_day_count,
        birth_count=one.birth_count + two.birth_count,
        first_at=one.first_at or two.first_at,
    )
