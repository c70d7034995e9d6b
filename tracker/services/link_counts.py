"""What was counted on tracked links beside what was not, and why; bursts that are held until an officer looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.clicks import ClickVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import SMALLEST_SHOWN
from tracker.domain.rights import Right, Scope, officer_scope
from tracker.domain.types import MemberId, Role, UnitId
from tracker.services import closes, scoped
from tracker.store import audit
from tracker.store import link_counts as store

if TYPE_CHECKING:
    from tracker.domain.link_counts import CountedLink, HoldMark
    from tracker.domain.periods import Period
    from tracker.domain.types import ArticleId, Viewer
    from tracker.store.db import Tx

DECIDED_WITHIN = dt.timedelta(days=31)  # of a held burst; after that it stays what it is: shown, and not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCount:
    """Requests under one verdict; None where there are too few to be shown to this viewer."""

    verdict: ClickVerdict
    requests: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A held burst as a viewer sees it; `held` is None where it is too small to be shown to them."""

    slug: str
    day: dt.date
    member_id: MemberId
    full_name: str
    article_id: int
    title: str
    channel: str
    held: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPage:
    """Held bursts, the latest first, and where the next page begins."""

    items: list[Hold]
    next: HoldMark | None


def list_own(tx: Tx, viewer: Viewer, article_id: ArticleId) -> list[CountedLink]:
    """List one's own links to an article with every request on them, counted or not."""
    rights.require(Right.MEMBER, viewer)
    return [] if viewer.member_id is None else store.list_of_article(tx, viewer.member_id, article_id)


def tally_requests(
    tx: Tx, viewer: Viewer, unit_id: UnitId | None, period: Period, *, today: dt.date
) -> list[VerdictCount]:
    """Sum the requests of a period by verdict, over the links of those who stood in a unit or below on the day."""
    rights.require(Right.READ, viewer)
    found = store.sum_by_verdict(tx, _territory(tx, viewer, unit_id, today), period.start_on, period.end_on)
    hides = viewer.role is not Role.ADMIN
    return [
        VerdictCount(verdict=verdict, requests=None if hides and 0 < count < SMALLEST_SHOWN else count)
        for verdict in ClickVerdict
        for count in (found.get(verdict.value, 0),)
    ]


def list_holds(
    tx: Tx, viewer: Viewer, unit_id: UnitId | None, *, after: HoldMark | None, limit: int, today: dt.date
) -> HoldPage:
    """List the bursts that may still be released."""
    rights.require(Right.READ, viewer)
    scope = _territory(tx, viewer, unit_id, today)
    rows = store.list_holds(tx, scope, since=today - DECIDED_WITHIN, after=after, limit=limit + 1)
    items = [
        Hold(
            slug=row.slug,
            day=row.day,
            member_id=MemberId(row.member_id),
            full_name=row.full_name,
            article_id=row.article_id,
            title=row.title,
            channel=row.channel,
            held=row.held_count if viewer.role is Role.ADMIN or row.held_count >= SMALLEST_SHOWN else None,
        )
        for row in rows[:limit]
    ]
    more = len(rows) > limit
    return HoldPage(items=items, next=(items[-1].day.isoformat(), items[-1].slug) if more else None)


def release(tx: Tx, viewer: Viewer, slug: str, day: dt.date, *, now: dt.datetime, today: dt.date) -> int:
    """Let a held burst count as the clicks of people; give how many.

    Nobody does this for their own link (`claim.own`), nor in a closed period (`period.closed`): those figures stand.
    """
    rights.require(Right.OFFICER, viewer)
    found = store.find_hold(tx, officer_scope(viewer, today), slug, day)
    if found is None or day < today - DECIDED_WITHIN:
        raise AppError(Code.NOT_FOUND)
    link, _ = found
    if link.member_id == viewer.member_id:
        raise AppError(Code.CLAIM_OWN, "the burst is on one's own link")
    unit_id = store.find_unit_on(tx, link.member_id, day)
    if unit_id is not None:
        closes.require_open(tx, UnitId(unit_id), day)
    count = store.release(tx, link, day)
    if not count:  # another officer was quicker
        raise AppError(Code.NOT_FOUND)
    audit.record(
        tx, at=now, actor=viewer.account_id, action="click.release", subject=f"link:{slug}", day=str(day), count=count
    )
    return count


def _territory(tx: Tx, viewer: Viewer, unit_id: UnitId | None, today: dt.date) -> Scope:
    """Give the scope of a question about a unit; one outside the viewer's scope is `thing.not_found`."""
    scope = officer_scope(viewer, today)
    if unit_id is None:
        return scope
    scoped.require_unit(tx, unit_id, scope)
    return Scope(on=today, unit_id=unit_id)
