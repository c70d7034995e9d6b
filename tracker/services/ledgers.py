"""Opening the ledger of a unit and a period: from the database while it is open, from frozen rows once it is closed.

A fixed number of statements, whatever the number of members.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain.ledger import Binding, Ledger
from tracker.domain.organisation import deciding_day, main_membership
from tracker.domain.periods import Period
from tracker.domain.reckoning import Reckoner, reading_days
from tracker.services import freezing, office_rules
from tracker.services.asked import Asked
from tracker.store import assignments, channels_facts, counted, freezes, members, programmes, standings, targets
from tracker.store.standings import Territory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from tracker.domain.ledger import ProgrammeRecord, Span
    from tracker.domain.types import ProgrammeId, UnitId
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ledger ready to be reckoned from; `close` where its rows are frozen."""

    reckoner: Reckoner
    close: CloseRow | None

    @property
    def ledger(self) -> Ledger:
        """Give the ledger itself."""
        return self.reckoner.ledger


def open_ledger(tx: Tx, asked: Asked, period: Period, *, now: dt.datetime, zone: ZoneInfo, figures: bool) -> Opened:
    """Open the ledger of what is asked; `figures`: with clicks, readings and articles."""
    today = now.astimezone(zone).date()
    close = find_close(tx, asked, period, today=today)
    if close is None:
        return Opened(
            reckoner=Reckoner(read_live(tx, asked, period, now=now, today=today, figures=figures)), close=None
        )
    unit_id = asked.unit_id if asked.member_id is None else _home(tx, asked, deciding_day(period, today))
    ledger = freezing.thaw(tx, close, zone, unit_id=unit_id, member_id=asked.member_id, figures=figures)
    return Opened(reckoner=Reckoner(ledger), close=close)


def open_frame(
    tx: Tx, asked: Asked, period: Period, *, now: dt.datetime, zone: ZoneInfo, people: bool = True
) -> Opened | None:
    """Open what is open of a period without claims and clicks: who stood where and owes what; None where it is closed.

    For what sums tell as well as every row; `people`: with those who stood in the units.
    """
    today = now.astimezone(zone).date()
    if find_close(tx, asked, period, today=today) is not None:
        return None
    frame = _read_frame(tx, asked, period, now=now, today=today, people=people)
    return Opened(reckoner=Reckoner(frame), close=None)


def complete(tx: Tx, frame: Opened, *, figures: bool) -> Opened:
    """Read the claims to what was opened without them, where sums do not tell what is asked for."""
    return Opened(reckoner=Reckoner(_with_claims(tx, frame.ledger, figures=figures)), close=None)


def find_close(tx: Tx, asked: Asked, period: Period, *, today: dt.date) -> CloseRow | None:
    """Find the close whose frozen rows answer for a period: the earliest of the unit or one above it that holds it."""
    day = deciding_day(period, today)
    unit_id = asked.unit_id if asked.member_id is None else _home(tx, asked, day)
    if unit_id is None:
        return None
    standing = freezes.list_closed_above(tx, unit_id, day)
    holding = [close for close in standing if period.lies_in(Period.parse(close.period))]
    return min(holding, key=lambda close: (close.closed_at, close.close_id), default=None)


def read_live(
    tx: Tx, asked: Asked, period: Period, *, now: dt.datetime, today: dt.date, figures: bool, whole: bool = False
) -> Ledger:
    """Read the ledger from the database; `whole`: so that every period inside can be reckoned from it later."""
    return _with_claims(tx, _read_frame(tx, asked, period, now=now, today=today, whole=whole), figures=figures)


def _with_claims(tx: Tx, frame: Ledger, *, figures: bool) -> Ledger:
    asked = Asked(unit_id=frame.unit_id, member_id=frame.member_id)
    territory = _territory(asked, frame.start_on, frame.end_on)
    claims = counted.list_claims(tx, territory, figures=figures)
    strangers = {m for claim in claims for m in claim.fact.credited_ids} - frame.names.keys()
    names = {**frame.names, **standings.list_names(tx, strangers)}
    ledger = replace(frame, names=names, claims=claims, waiting=counted.list_waiting(tx, territory))
    return _with_figures(tx, ledger, territory) if figures else ledger


def _read_frame(
    tx: Tx,
    asked: Asked,
    period: Period,
    *,
    now: dt.datetime,
    today: dt.date,
    whole: bool = False,
    people: bool = True,
) -> Ledger:
    """Read who stood where, and what programmes asked of them: all of a ledger but what was done."""
    years = _territory(asked, dt.date(period.start_on.year, 1, 1), dt.date(period.last_day.year + 1, 1, 1))
    above = standings.list_above(tx, years)
    running = programmes.list_binding(tx, years, above)
    goals = targets.list_of(tx, running)
    territory = _territory(asked, *reading_days(goals, period, whole=whole))
    there, names = standings.list_people(tx, territory) if people else ({}, {})
    return Ledger(
        unit_id=asked.unit_id,
        member_id=asked.member_id,
        start_on=territory.start_on,
        end_on=territory.end_on,
        today=today,
        cut_off_at=now,
        spans=tuple(standings.list_spans(tx, territory)),
        bindings=_bindings(tx, asked, running, above, territory),
        units=standings.list_units(tx, territory),
        programmes=running,
        targets=goals,
        assignments=assignments.list_turns(tx, territory, [goal.target_id for goal in goals]),
        people=there,
        names=names,
        claims=(),
        topics=counted.list_topic_names(tx),
        rules=office_rules.book(tx),
    )


def _with_figures(tx: Tx, ledger: Ledger, territory: Territory) -> Ledger:
    clicks = counted.list_clicks(tx, territory)
    named = {c.article_id for c in clicks} | {c.article_id for c in ledger.claims if c.article_id is not None}
    posts = channels_facts.list_posts(tx, territory)
    named |= {post.article_id for post in posts if post.article_id is not None}
    return replace(ledger, clicks=clicks, articles=counted.list_articles(tx, named), channel_posts=posts)


def _bindings(
    tx: Tx,
    asked: Asked,
    running: Mapping[ProgrammeId, ProgrammeRecord],
    above: Mapping[UnitId, list[Span]],
    territory: Territory,
) -> dict[UnitId, Binding]:
    """Tell which units each programme's unit binds: all asked about where it stands above them, else those below it."""
    of_unit = asked.member_id is None
    found = {unit_id: Binding(spans=tuple(spans), whole=of_unit) for unit_id, spans in above.items()}
    below = standings.list_below(tx, {p.unit_id for p in running.values()} - above.keys(), territory)
    return found | {unit_id: Binding(spans=tuple(spans), whole=False) for unit_id, spans in below.items()}


def _territory(asked: Asked, start_on: dt.date, end_on: dt.date) -> Territory:
    return Territory(unit_id=asked.unit_id, member_id=asked.member_id, start_on=start_on, end_on=end_on)


def _home(tx: Tx, asked: Asked, day: dt.date) -> UnitId | None:
    """Find the unit in which a member's obligation of a day counts."""
    if asked.member_id is None:
        raise AssertionError
    held = main_membership(members.list_stays(tx, [asked.member_id]).get(asked.member_id, []), day)
    return held.unit_id if held else asked.unit_id
