"""What an award rests on, row by row: for the page that drills down from an award."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.rights import Right
from tracker.services import awards
from tracker.store import award_grounds as store
from tracker.store import claims_read, programmes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.claims import ClaimKind
    from tracker.domain.types import ProgrammeId, Viewer
    from tracker.services.awards import AwardCard
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundRow:
    """A claim or a programme; without a title one of another unit that the viewer may not open."""

    claim_id: str | None
    programme_id: int | None
    kind: ClaimKind | None
    title: str
    full_name: str
    happened_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundPage:
    """Some of what an award rests on, and how much that is in all; `after` where more follows."""

    items: list[GroundRow]
    count: int
    after: int | None


def list_page(tx: Tx, viewer: Viewer, card: AwardCard, *, after: int | None, limit: int, today: dt.date) -> GroundPage:
    """List what an award rests on from a place on, programmes before claims, each in its order."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    whose, ran_count, count = awards.honoured(card.award), card.grounds.programme_count, card.grounds.count
    start = min(max(after or 0, 0), count)
    end = min(start + limit, count)
    shown = store.list_programmes(tx, whose, offset=start, limit=min(end, ran_count) - start)
    first = max(start, ran_count)
    wanted = store.list_claims(tx, whose, offset=first - ran_count, limit=end - first)
    names = programmes.list_titles(tx, shown) if shown else {}
    read = {row.claim_id: row for row in claims_read.list_rows(tx, wanted, scope)} if wanted else {}
    rows = [*(_programme_row(p, names) for p in shown), *(_claim_row(read.get(c)) for c in wanted)]
    return GroundPage(items=rows, count=count, after=end if end < count else None)


def _programme_row(programme_id: ProgrammeId, names: Mapping[int, str]) -> GroundRow:
    title = names.get(programme_id, "")
    return GroundRow(claim_id=None, programme_id=programme_id, kind=None, title=title, full_name="", happened_on=None)


def _claim_row(row: ClaimRecord | None) -> GroundRow:
    """Give a claim as a row; of one that the viewer may not open there is nothing to tell."""
    if row is None:
        return GroundRow(claim_id=None, programme_id=None, kind=None, title="", full_name="", happened_on=None)
    return GroundRow(
        claim_id=str(row.claim_id),
        programme_id=None,
        kind=row.kind,
        title=row.title or row.article_title or row.article_url or row.url or "",
        full_name=row.member_name or "",
        happened_on=row.happened_on,
    )
