"""What an award rests on, row by row: for the page that drills down from an award."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.rights import Right
from tracker.store import claims_read, programmes

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.claims import ClaimKind
    from tracker.domain.types import Viewer
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


def list_rows(tx: Tx, viewer: Viewer, card: AwardCard, *, most: int, today: dt.date) -> list[GroundRow]:
    """List the programmes and the first claims that an award rests on, in order."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    wanted = card.grounds.claims[:most]
    read = {row.claim_id: row for row in claims_read.list_rows(tx, wanted, scope)} if wanted else {}
    rows = []
    for claim_id in wanted:
        row = read.get(claim_id)
        rows.append(
            GroundRow(
                claim_id=str(claim_id) if row else None,
                programme_id=None,
                kind=row.kind if row else None,
                title=(row.title or row.article_title or row.article_url or row.url or "") if row else "",
                full_name=(row.member_name or "") if row else "",
                happened_on=row.happened_on if row else None,
            )
        )
    names = programmes.list_titles(tx, card.grounds.programmes)
    return [
        GroundRow(claim_id=None, programme_id=p, kind=None, title=names.get(p, ""), full_name="", happened_on=None)
        for p in card.grounds.programmes
    ] + rows
