"""Home: where a member stands, what waits for an officer, which set-up steps are open for an administrator."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, SignedInCall
from api.route import Route
from tracker.domain import rights
from tracker.domain.articles import ArticleFilter
from tracker.domain.authorship_words import told_words
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import Action, ClaimState
from tracker.domain.periods import PeriodKind, containing
from tracker.domain.programmes import AssignmentState
from tracker.domain.rights import Right
from tracker.domain.types import Role
from tracker.services import (
    accounts,
    articles,
    assignments,
    claims,
    coauthors,
    consents,
    feeds,
    members,
    pen_names,
    progress,
    republication_queue,
    review_queue,
    second_looks,
    suggestions,
    summaries,
    targets,
    units,
)
from web import render
from web.tallies import Show, boards
from web.words import mark

if TYPE_CHECKING:
    from tracker.domain.articles import Article
    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.services.assignments import AssignmentRow
    from tracker.services.claims import ClaimView
    from tracker.services.targets import TargetRow
    from tracker.store.db import Tx
    from web.tallies import Board

router = APIRouter(route_class=Route)

SUGGESTED, LATEST = 5, 5
TURNS_MOST = 50
RECKONED_MOST = 300  # members; the first page of more tells what was done, progress tells who has not met what
WRITTEN_MOST = 2
ASSISTED_MOST, ASSISTED_DAYS = 5, 92
STEPS = (
    ("units", "/units", mark("Enter the units")),
    ("members", "/members", mark("Enter the members, one by one or from a spreadsheet")),
    ("feeds", "/feeds", mark("Add the news sources")),
    ("programmes", "/programmes", mark("Register a programme and its targets")),
    ("accounts", "/accounts", mark("Make accounts for officers and members")),
)


@router.get("/")
def home(call: SignedInCall) -> Response:
    """Show what matters to this person now."""
    with call.read() as tx:
        values: dict[str, Any] = {
            "mine": _mine(call, tx) if call.viewer.member_id is not None else None,
            "office": _office(call, tx) if rights.allows(Right.READ, call.viewer) else None,
            "steps": _steps(call, tx) if rights.allows(Right.ADMIN, call.viewer) else [],
            "suggested": _articles(call, tx, ArticleFilter(featured=True), SUGGESTED),
            "latest": _articles(call, tx, ArticleFilter(), LATEST),
        }
    return render.page(call, "home.html", month=containing(PeriodKind.MONTH, call.today), **values)


def _mine(call: Call, tx: Tx) -> dict[str, Any]:
    """Gather where a member stands: targets of the running periods, open turns, what waits for them."""
    viewer = replace(call.viewer, role=Role.MEMBER, unit_id=None)  # as the member, whatever else the account may do
    month = containing(PeriodKind.MONTH, call.today)
    view = progress.get(tx, viewer, None, month, now=call.now, zone=call.deps.zone)
    asked = ClaimFilter(member_id=viewer.member_id)
    offered = suggestions.list_open(tx, viewer, after=None, limit=WRITTEN_MOST)
    named = coauthors.list_mine(tx, viewer, open_only=True, after=None, limit=WRITTEN_MOST)
    shown = boards(view, render.language_of(call.request), call.today)
    met = {(b.target.target_id, one.period, one.row.slot) for b in shown for one in b.shown(Show.MET)}
    return {
        "boards": [b for b in shown if b.rows or b.others],
        "turns": [
            (one, asked)
            for one, asked in _open_turns(call, tx)
            if (one.turn.target_id, one.turn.period, one.turn.slot) not in met
        ],
        "counts": claims.count_by_state(tx, viewer, asked, today=call.today),
        "assisted": _assisted(call, tx, viewer),
        "written": [(row, told_words(row.reasons, call.language)) for row in offered.items],
        "more_written": offered.after is not None,
        "named": named.items,
        "more_named": named.after is not None,
        "consented": all(s.given_at for s in consents.list_current(tx, call.viewer) if s.notice.required),
    }


def _assisted(call: Call, tx: Tx, viewer: Viewer) -> list[ClaimView]:
    """List what officers entered for a member lately and the member may still object to."""
    since = call.today - dt.timedelta(days=ASSISTED_DAYS)
    asked = ClaimFilter(member_id=viewer.member_id, assisted=True, from_on=since)
    found = claims.list_page(tx, viewer, asked, after=None, limit=ASSISTED_MOST, now=call.now, today=call.today)
    return [view for view in found.items if Action.OBJECT in view.actions]


def _open_turns(call: Call, tx: Tx) -> list[tuple[AssignmentRow, TargetRow]]:
    """List the turns a member has still to take, with the target each is of."""
    found, _ = assignments.list_page(
        tx, call.viewer, member_id=call.viewer.member_id, after=None, limit=TURNS_MOST, today=call.today
    )
    open_ones = [a for a in found if a.turn.state is AssignmentState.GIVEN and a.turn.period.end_on > call.today]
    asked = {
        target_id: targets.get(tx, call.viewer, target_id, today=call.today)
        for target_id in {one.turn.target_id for one in open_ones}
    }
    return [(one, asked[one.turn.target_id]) for one in open_ones]


def _office(call: Call, tx: Tx) -> dict[str, Any]:
    """Gather what an officer looks at first: the queue and its age, the month's progress, the sources' health."""
    month = containing(PeriodKind.MONTH, call.today)
    waiting = ClaimFilter(state=ClaimState.PENDING)
    oldest = claims.list_page(tx, call.viewer, waiting, after=None, limit=1, now=call.now, today=call.today).items
    overview = summaries.get_overview(tx, call.viewer, month, today=call.today)
    return {
        "waiting": claims.count_by_state(tx, call.viewer, ClaimFilter(), today=call.today).get(ClaimState.PENDING, 0),
        "overdue": review_queue.count_overdue(tx, call.viewer, today=call.today, zone=call.deps.zone),
        "looks": _looks(call, tx),
        "carried": republication_queue.count_waiting(tx, call.viewer, today=call.today),
        "asked_for": coauthors.count_asked(tx, call.viewer, today=call.today),
        "pen_names": pen_names.count_waiting(tx, call.viewer, today=call.today),
        "oldest": oldest[0].claim.filed_at if oldest else None,
        "overview": overview,
        "boards": _boards(call, tx, month) if overview.member_count <= RECKONED_MOST else None,
        "health": feeds.count_by_health(tx),
    }


def _boards(call: Call, tx: Tx, month: Period) -> list[Board]:
    """Reckon the month's targets; of a large office that is the work of its own page."""
    view = progress.get(tx, call.viewer, None, month, now=call.now, zone=call.deps.zone)
    return boards(view, render.language_of(call.request), call.today)


def _looks(call: Call, tx: Tx) -> int:
    """Count the second looks that wait for an officer."""
    if not rights.allows(Right.OFFICER, call.viewer):
        return 0
    return second_looks.count_open(tx, call.viewer, today=call.today)


def _steps(call: Call, tx: Tx) -> list[tuple[str, str, bool]]:
    """List the steps of setting up, and which are done; none once all are."""
    viewer, today = call.viewer, call.today
    done = {
        "units": bool(units.list_page(tx, viewer, today=today, limit=1)[0]),
        "members": bool(members.list_page(tx, viewer, today=today, limit=1)[0]),
        "feeds": bool(feeds.list_page(tx, viewer, after=None, limit=1).items),
        "programmes": bool(
            targets.list_page(tx, viewer, programme_id=None, unit_id=None, after=None, limit=1, today=today)[0]
        ),
        "accounts": len(accounts.list_page(tx, viewer, after=None, limit=2).items) > 1,
    }
    return [] if all(done.values()) else [(path, words, done[name]) for name, path, words in STEPS]


def _articles(call: Call, tx: Tx, wanted: ArticleFilter, limit: int) -> list[Article]:
    return articles.list_page(tx, call.viewer, wanted, after=None, limit=limit, today=call.today).items
