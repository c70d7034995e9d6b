"""The rows behind a total of progress, a page at a time: obligations of a target, units, members, declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, ReadOrSelfCall
from api.route import Route
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.explain_words import rule_words
from tracker.domain.periods import Period
from tracker.domain.types import MemberId, Role, UnitId
from tracker.services import contributions, progress, progress_rows, scoped
from tracker.services.progress_rows import ClaimsAsked
from web import render
from web.pages.progress import asked_period
from web.tallies import Show, boards
from web.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.tallies import Board

router = APIRouter(route_class=Route)

PAGE_SIZE = 100
ASKED = ("period", "unit", "target", "show", "own", "kind", "member", "late", "counted")
CLAIMS, MEMBERS, UNITS = "claims", "members", "units"
TITLES = {
    CLAIMS: mark("Declarations that count"),
    MEMBERS: mark("Contributions"),
    UNITS: mark("By unit"),
    Show.BELOW.value: mark("Not met yet"),
    Show.MET.value: mark("Met it"),
    Show.AIM.value: mark("Reached the aim"),
    Show.EXCUSED.value: mark("Excused"),
    Show.COUNTED.value: mark("Asked to meet it"),
    Show.ALL.value: mark("All rows"),
    Show.OTHERS.value: mark("Listed apart, in no ratio"),
}


@router.get("/progress/rows")
def rows_page(call: ReadOrSelfCall) -> Response:
    """List the rows behind one total; which, the address says."""
    period, show, start = asked_period(call), call.query("show") or CLAIMS, call.query_id("from") or 0
    listed, about = _listed(call, period, show, start)
    return render.page(
        call,
        "progress_rows.html",
        period=period,
        show=show,
        title=TITLES[show],
        reads=call.viewer.role is not Role.MEMBER,
        found=listed[start : start + PAGE_SIZE],
        count=len(listed),
        start=start,
        following=start + PAGE_SIZE if len(listed) > start + PAGE_SIZE else None,
        here=_here(call),
        own=_own(call),
        **{"kind": None, "member": None, "rule": ""} | about,
    )


def _listed(call: Call, period: Period, show: str, start: int) -> tuple[Sequence[Any], dict[str, Any]]:
    if show == CLAIMS:
        return _claims(call, period)
    if show == MEMBERS:
        return _members(call, period, start)
    board, about = _board(call, period)
    if show == UNITS:
        return board.units, about
    if show in set(Show):
        return board.shown(Show(show), _own(call)), about
    raise AppError(Code.NOT_FOUND)


def _own(call: Call) -> Period | None:
    own = call.query("own")
    return None if own is None else Period.parse(own)


def _claims(call: Call, period: Period) -> tuple[Sequence[Any], dict[str, Any]]:
    unit_id, member_id = call.query_id("unit"), call.query_id("member")
    kind = call.query("kind")
    if kind is not None and kind not in set(ClaimKind):
        raise AppError(Code.NOT_FOUND)
    asked = ClaimsAsked(
        target_id=call.query_id("target"),
        kind=None if kind is None else ClaimKind(kind),
        member_id=member_id,
        own=_own(call),
        late=bool(call.query_flag("late")),
    )
    with call.read() as tx:
        view = progress_rows.list_claims(tx, call.viewer, unit_id, period, asked, now=call.now, zone=call.deps.zone)
    return view.claims, {
        "view": view,
        "kind": kind,
        "member": None if member_id is None else view.names.get(MemberId(member_id), ""),
        "unit_name": _unit_name(view.unit_names, unit_id),
        "rule": "" if view.target is None else rule_words(view.target, render.language_of(call.request)),
    }


def _members(call: Call, period: Period, start: int) -> tuple[Sequence[Any], dict[str, Any]]:
    unit_id = call.query_id("unit")
    with call.read() as tx:
        view, given = contributions.get_with_progress(
            tx, call.viewer, unit_id, period, now=call.now, zone=call.deps.zone
        )
        rows = [row for row in given.rows if row.counted or not call.query_flag("counted")]
        shown_ids = [row.given.member_id for row in rows[start : start + PAGE_SIZE]]
        reads = call.viewer.role is not Role.MEMBER
        known = scoped.list_known(tx, call.viewer, shown_ids, call.today) if reads else frozenset()
    return rows, {"view": view, "given": given, "known": known, "unit_name": _unit_name(view.unit_names, unit_id)}


def _board(call: Call, period: Period) -> tuple[Board, dict[str, Any]]:
    unit_id, target_id = call.query_id("unit"), call.query_id("target")
    with call.read() as tx:
        view = progress.get(tx, call.viewer, unit_id, period, now=call.now, zone=call.deps.zone)
    found = boards(view, render.language_of(call.request), call.today, target_id=target_id)
    if target_id is None or not found:
        raise AppError(Code.NOT_FOUND)
    board = found[0]
    return board, {"view": view, "board": board, "rule": board.rule, "unit_name": _unit_name(view.unit_names, unit_id)}


def _unit_name(names: Mapping[UnitId, str], unit_id: int | None) -> str:
    return "" if unit_id is None else names.get(UnitId(unit_id), "")


def _here(call: Call) -> dict[str, str | None]:
    """Give what the address asks for, to be asked for again on the next page."""
    return {name: call.query(name) for name in ASKED}
