"""The figures of claims: clicks of their links (A), what officers verified (B), what members stated (C, D).

Also writing stated figures down. Totals over claims are put together by tracker.domain.figures.tally.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Figure, Grade, Measure, declared_grade, hide_small
from tracker.domain.types import Role
from tracker.store import claim_facts, clicks, links, readings
from tracker.store.readings import NewReading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.filing import StatedFigure
    from tracker.domain.types import ClaimId, Viewer
    from tracker.store.clicks import MonthClicks
    from tracker.store.db import Tx
    from tracker.store.links import Triple
    from tracker.store.readings import ReadingRow

OPEN_STATES = frozenset({ClaimState.PENDING, ClaimState.RETURNED, ClaimState.ACCEPTED})
_RANK = {Grade.MEASURED: 0, Grade.VERIFIED: 1, Grade.DECLARED: 2, Grade.POTENTIAL: 3}


def list_figures(
    tx: Tx, viewer: Viewer, claims: Sequence[ClaimRecord], *, now: dt.datetime
) -> dict[ClaimId, list[Figure]]:
    """List the figures of claims as the viewer may see them, in the order of measures and grades."""
    stated = readings.list_latest(tx, [c.claim_id for c in claims])
    carried = readings.count_republications(tx, [c.claim_id for c in claims if c.kind is ClaimKind.AUTHORED])
    clicked = _clicks(tx, claims, now)
    found: dict[ClaimId, list[Figure]] = {}
    for claim in claims:
        figures = clicked.get(claim.claim_id, []) + _stated(stated.get(claim.claim_id, []))
        if claim.claim_id in carried:
            count, at = carried[claim.claim_id]
            figures.append(Figure(measure=Measure.REPUBLICATIONS, grade=Grade.MEASURED, value=count, as_of=at))
        sees_all = may_see_all(viewer, claim)
        found[claim.claim_id] = [hide_small(f, may_see_all=sees_all) for f in sorted(figures, key=_order)]
    return found


def may_see_all(viewer: Viewer, claim: ClaimRecord) -> bool:
    """Say whether click figures under 5 are shown: to the sharer and to administrators."""
    return viewer.role is Role.ADMIN or viewer.member_id == claim.member_id


def record_stated(
    tx: Tx,
    viewer: Viewer,
    claim_id: ClaimId,
    figures: Iterable[StatedFigure],
    *,
    verified: bool,
    now: dt.datetime,
) -> None:
    """Write figures down as typed: declared (C, D), or verified (B) where an officer accepted them with evidence."""
    new = [
        NewReading(measure=f.measure, grade=declared_grade(f.measure, verified=verified), value=f.value)
        for f in figures
    ]
    provenance = "confirmed" if verified else "declared"
    readings.add(tx, claim_id, new, provenance=provenance, at=now, actor=viewer.account_id)


def confirm_stated(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, now: dt.datetime) -> None:
    """Write what is declared down once more as verified: an officer accepted it with evidence."""
    rows = readings.list_latest(tx, [claim_id]).get(claim_id, [])
    new = [
        NewReading(measure=r.measure, grade=Grade.VERIFIED, value=r.value, at_least=r.at_least, at_most=r.at_most)
        for r in _standing(rows)
        if r.grade is Grade.DECLARED
    ]
    readings.add(tx, claim_id, new, provenance="confirmed", at=now, actor=viewer.account_id)


def require_open(claim: ClaimRecord) -> None:
    """Refuse figures of a claim that is over."""
    if claim.state not in OPEN_STATES:
        raise AppError(Code.CLAIM_STATE, f"a claim that is {claim.state} takes no figures", state=claim.state.value)


def _standing(rows: Sequence[ReadingRow]) -> list[ReadingRow]:
    """Leave aside what was declared and verified since: it says nothing more."""
    verified = {r.measure: r.reading for r in rows if r.grade is Grade.VERIFIED}
    return [r for r in rows if r.grade is not Grade.DECLARED or r.reading > verified.get(r.measure, 0)]


def _stated(rows: Sequence[ReadingRow]) -> list[Figure]:
    return [
        Figure(
            measure=r.measure,
            grade=r.grade,
            value=r.value,
            as_of=r.read_at,
            at_least=r.at_least,
            at_most=r.at_most,
        )
        for r in _standing(rows)
    ]


def _clicks(tx: Tx, claims: Sequence[ClaimRecord], now: dt.datetime) -> dict[ClaimId, list[Figure]]:
    """Give the clicks of shares' links, from the claim's month to before the next share of the same.

    Where no link was made, they are unknown.
    """
    shares = [c for c in claims if _triple(c) is not None]
    triples = {t for c in shares if (t := _triple(c)) is not None}
    if not triples:
        return {}
    linked = links.list_of(tx, triples)
    months = clicks.clicks_by_month(tx, triples)
    following = claim_facts.next_months(tx, shares)
    found = {}
    for claim in shares:
        triple = _triple(claim)
        if triple is None:
            continue
        counted = [m for m in months.get(triple, ()) if claim.month <= m.month < following.get(claim.claim_id, "9")]
        found[claim.claim_id] = _click_figures(counted, known=triple in linked or bool(counted), now=now)
    return found


def _click_figures(counted: Sequence[MonthClicks], *, known: bool, now: dt.datetime) -> list[Figure]:
    sums = {
        Measure.VALID_CLICKS: sum(m.click_count for m in counted),
        Measure.PERSON_DAYS: sum(m.person_day_count for m in counted),
    }
    return [
        Figure(measure=measure, grade=Grade.MEASURED, value=value if known else None, as_of=now)
        for measure, value in sums.items()
    ]


def _triple(claim: ClaimRecord) -> Triple | None:
    if claim.kind is not ClaimKind.SHARE or claim.article_id is None or claim.channel is None:
        return None
    return claim.member_id, claim.article_id, claim.channel.value


def _order(figure: Figure) -> tuple[int, int]:
    return list(Measure).index(figure.measure), _RANK[figure.grade]
