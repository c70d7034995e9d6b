"""What `lantoa doctor` and `lantoa verify` look at; each finding is ok, warn or fail, with words on what to do."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError

if TYPE_CHECKING:
    from lantoa.wiring import House

FREE_LEAST_BYTES = 1 << 30
CLOCK_EARLIEST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # this program did not exist before


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; state is `ok`, `warn` or `fail`."""

    name: str
    state: str
    words: str


def doctor(house: House) -> list[Finding]:
    """Look over settings, database, clock, disk and feeds."""
    database = _database(house)
    findings = [_settings(house), database, _clock(house), _disk(house)]
    return [*findings, _feeds(house)] if database.state == "ok" else findings


def verify(house: House) -> list[Finding]:
    """Check what the database says of itself: integrity, the audit chain, roll-ups against what they sum."""
    return [_integrity(house), _audit(house), _claims(house), _files(house), *_totals(house)]


def _settings(house: House) -> Finding:
    told = ", ".join(f"{name}={value}" for name, value in house.settings.shown().items())
    return Finding(name="settings", state="ok", words=told)


def _database(house: House) -> Finding:
    try:
        house.check_ready()
    except AppError as refusal:
        return Finding(name="database", state="fail", words=f"{refusal.code}: {refusal.detail}")
    return Finding(name="database", state="ok", words=f"{house.db.dialect}, up to date")


def _clock(house: House) -> Finding:
    now = house.clock()
    words = f"{now:%Y-%m-%dT%H:%M:%SZ}, local day {house.today()}"
    if now < CLOCK_EARLIEST:
        return Finding(name="clock", state="fail", words=f"{words}: the machine's clock is wrong; set it")
    return Finding(name="clock", state="ok", words=words)


def _disk(house: House) -> Finding:
    free = shutil.disk_usage(house.settings.data).free
    words = f"{free // (1 << 20)} MiB free in {house.settings.data}"
    state = "ok" if free >= FREE_LEAST_BYTES else "warn"
    return Finding(name="disk", state=state, words=words if state == "ok" else f"{words}: make room")


def _feeds(house: House) -> Finding:
    from tracker.services import feeds

    with house.db.read() as tx:
        states = feeds.count_by_health(tx)
    told = ", ".join(f"{count} {health}" for health, count in sorted(states.items())) or "none yet"
    ill = sum(count for health, count in states.items() if health not in ("working", "quiet"))
    return Finding(name="feeds", state="warn" if ill else "ok", words=told)


def _integrity(house: House) -> Finding:
    with house.db.read() as tx:
        problems = tx.integrity_problems()
    return Finding(name="integrity", state="fail" if problems else "ok", words="; ".join(problems[:5]) or "whole")


def _audit(house: House) -> Finding:
    from tracker.services import trail

    with house.db.read() as tx:
        broken = trail.find_break(tx)
    if broken is None:
        return Finding(name="audit", state="ok", words="the chain holds")
    words = f"event {broken} was altered or moved" if broken > 0 else "a sealed event was removed"
    return Finding(name="audit", state="fail", words=words)


def _claims(house: House) -> Finding:
    from tracker.services import trail

    with house.db.read() as tx:
        altered, unsealed = trail.list_altered(tx), trail.count_unsealed(tx)
    if altered:
        return Finding(name="claims", state="fail", words=f"altered behind the audit chain: {', '.join(altered)}")
    words = "as the audit chain knows them"
    return Finding(
        name="claims",
        state="warn" if unsealed else "ok",
        words=f"{words}; {unsealed} stand in no link of it (yet)" if unsealed else words,
    )


def _files(house: House) -> Finding:
    from tracker.services import evidence

    damaged = evidence.find_damaged(house.db, house.files)
    if damaged:
        words = f"missing or altered: {', '.join(damaged[:20])}"
        return Finding(name="files", state="fail", words=words)
    return Finding(name="files", state="ok", words="every kept file is there and as it was written down")


def _totals(house: House) -> list[Finding]:
    from tracker.services import rollups

    with house.db.read() as tx:
        differences = rollups.compare(tx)
    words = "equal what they sum" if not differences else "differ: " + "; ".join(differences[:5])
    return [Finding(name="roll-ups", state="fail" if differences else "ok", words=words)]
