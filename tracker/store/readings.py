"""Readings of claims' figures, append-only, and the files behind them as far as figures ask."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from tracker.domain.claim_records import EvidenceFile
from tracker.domain.claims import ClaimState
from tracker.domain.figures import Grade, Measure
from tracker.domain.types import ClaimId, MemberId
from tracker.store.claims_read import among
from tracker.store.tables.claims import Claim, Evidence, Reading, Republication

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx

PAGE = "page"  # the provenance of what a page printed
LOWER = "lower"  # the qualifier of a value below an earlier one: a counter that was set back, or another one
TO_CHECK = "to_check"  # of one that does not agree with what else the page printed
RECENT_CLAIMS = 2_000  # of the organisation, to tell what is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """The latest reading of one measure of one claim at one grade."""

    measure: Measure
    grade: Grade
    value: int | None
    at_least: int | None
    at_most: int | None
    read_at: dt.datetime
    reading: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """A figure to be written down."""

    measure: Measure
    grade: Grade
    value: int | None
    at_least: int | None = None
    at_most: int | None = None


def add(
    tx: Tx, claim_id: ClaimId, readings: Iterable[NewReading], *, provenance: str, at: dt.datetime, actor: AccountId
) -> None:
    """Write readings after those that stand; the caller holds the claim's row."""
    of_claim = (Reading.member_id == claim_id.member_id, Reading.number == claim_id.number)
    last = tx.scalar(select(func.max(Reading.reading)).where(*of_claim)) or 0
    rows = [
        {
            "member_id": claim_id.member_id,
            "number": claim_id.number,
            "reading": last + n,
            "measure": r.measure.value,
            "grade": r.grade.value,
            "value": r.value,
            "at_least": r.at_least,
            "at_most": r.at_most,
            "provenance": provenance,
            "read_at": at,
            "entered_by": actor,
        }
        for n, r in enumerate(readings, start=1)
    ]
    tx.insert_rows(Reading, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What a page printed of one measure, and where that was read."""

    measure: Measure
    value: int
    rule: str | None
    raw_text: str
    to_check: bool = False


def add_read(tx: Tx, claim_id: ClaimId, found: Iterable[PageReading], *, at: dt.datetime) -> None:
    """Write down what a claim's page printed, after what stands; one to be doubted is marked so."""
    of_claim = (Reading.member_id == claim_id.member_id, Reading.number == claim_id.number)
    last = tx.scalar(select(func.max(Reading.reading)).where(*of_claim)) or 0
    columns = (Reading.measure, func.max(Reading.value).label("highest"))
    read = select(*columns).where(*of_claim, Reading.provenance == PAGE).group_by(Reading.measure)
    highest = {row.measure: row.highest for row in tx.all(read)}
    rows = [
        {
            "member_id": claim_id.member_id,
            "number": claim_id.number,
            "reading": last + n,
            "measure": one.measure.value,
            "grade": Grade.MEASURED.value,
            "value": one.value,
            "qualifier": _qualifier(one, highest.get(one.measure.value, 0)),
            "provenance": PAGE,
            "rule": one.rule,
            "raw_text": one.raw_text,
            "read_at": at,
        }
        for n, one in enumerate(found, start=1)
    ]
    tx.insert_rows(Reading, rows)


def _qualifier(one: PageReading, highest: int) -> str | None:
    """Give the words of doubt that stand with a value."""
    words = [word for word, holds in ((LOWER, one.value < highest), (TO_CHECK, one.to_check)) if holds]
    return " ".join(words) or None


def list_read(tx: Tx, claim_id: ClaimId, *, limit: int) -> list[ReadFigure]:
    """List what a claim's page printed, the latest first."""
    columns = (Reading.measure, Reading.value, Reading.qualifier, Reading.rule, Reading.raw_text, Reading.read_at)
    of_claim = (Reading.member_id == claim_id.member_id, Reading.number == claim_id.number, Reading.provenance == PAGE)
    query = select(*columns).where(*of_claim).order_by(Reading.reading.desc())
    return [
        ReadFigure(
            measure=Measure(row.measure),
            value=row.value,
            is_lower=LOWER in (row.qualifier or "").split(),
            to_check=TO_CHECK in (row.qualifier or "").split(),
            rule=row.rule,
            raw_text=row.raw_text,
            read_at=row.read_at,
        )
        for row in tx.all(query.limit(limit))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFigure:
    """One figure as a page printed it; `is_lower`: below what the page said before.

    `to_check`: it does not agree with what else the page printed then.
    """

    measure: Measure
    value: int
    is_lower: bool
    to_check: bool
    rule: str | None
    raw_text: str | None
    read_at: dt.datetime


def list_latest(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, list[ReadingRow]]:
    """List the latest reading of each measure and grade of claims."""
    columns = (Reading.member_id, Reading.number, Reading.reading, Reading.measure, Reading.grade)
    bounds = (Reading.value, Reading.at_least, Reading.at_most, Reading.read_at)
    query = select(*columns, *bounds).where(among(Reading.member_id, Reading.number, claim_ids))
    found: dict[ClaimId, dict[tuple[str, str], ReadingRow]] = {}
    for row in tx.all(query.order_by(Reading.member_id, Reading.number, Reading.reading)):
        of_claim = found.setdefault(ClaimId(MemberId(row.member_id), row.number), {})
        of_claim[row.measure, row.grade] = ReadingRow(
            measure=Measure(row.measure),
            grade=Grade(row.grade),
            value=row.value,
            at_least=row.at_least,
            at_most=row.at_most,
            read_at=row.read_at,
            reading=row.reading,
        )
    return {claim_id: list(rows.values()) for claim_id, rows in found.items()}


def list_evidence(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, list[EvidenceFile]]:
    """List the files of claims that were not purged."""
    columns = (Evidence.member_id, Evidence.number, Evidence.evidence_number, Evidence.kind, Evidence.media_type)
    more = (Evidence.byte_count, Evidence.added_at, Evidence.original_name, Evidence.facts)
    query = select(*columns, *more, Evidence.source_sha256, Evidence.pixels_sha256).where(
        among(Evidence.member_id, Evidence.number, claim_ids), Evidence.purged_at.is_(None)
    )
    found: dict[ClaimId, list[EvidenceFile]] = {}
    for row in tx.all(query.order_by(Evidence.member_id, Evidence.number, Evidence.evidence_number)):
        kept = EvidenceFile(
            evidence_number=row.evidence_number,
            kind=row.kind,
            media_type=row.media_type,
            byte_count=row.byte_count,
            added_at=row.added_at,
            original_name=row.original_name,
            is_read=not row.facts.get("unread_count"),
            digests=tuple(d for d in (row.source_sha256, row.pixels_sha256) if d is not None),
        )
        found.setdefault(ClaimId(MemberId(row.member_id), row.number), []).append(kept)
    return found


def count_republications(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, tuple[int, dt.datetime]]:
    """Count the confirmed republications of claims, with the time of the last confirmation."""
    count = func.count().label("found")
    query = (
        select(Republication.member_id, Republication.number, count, func.max(Republication.decided_at).label("at"))
        .where(among(Republication.member_id, Republication.number, claim_ids), Republication.state == "confirmed")
        .group_by(Republication.member_id, Republication.number)
    )
    return {ClaimId(MemberId(r.member_id), r.number): (r.found, r.at) for r in tx.all(query) if r.at is not None}


def list_usual(tx: Tx, measures: Collection[Measure]) -> dict[Measure, int]:
    """Give the median figure of each measure over the claims accepted for the latest days."""
    if not measures:
        return {}
    recent = (
        select(Claim.member_id, Claim.number)
        .where(Claim.state == ClaimState.ACCEPTED.value)
        .order_by(Claim.happened_on.desc())
        .limit(RECENT_CLAIMS)
        .subquery()
    )
    query = (
        select(Reading.measure, Reading.value)
        .join(recent, and_(recent.c.member_id == Reading.member_id, recent.c.number == Reading.number))
        .where(Reading.measure.in_([m.value for m in measures]), Reading.value.is_not(None))
    )
    values: dict[Measure, list[int]] = {}
    for row in tx.all(query):
        values.setdefault(Measure(row.measure), []).append(row.value)
    return {measure: int(statistics.median(found)) for measure, found in values.items()}
