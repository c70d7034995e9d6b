"""Progress, contributions and why a result is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import ReadOrSelfCall, listed, one
from api.progress_pages import page_of, part_of
from api.route import Route
from api.routes.assignments import get_period
from api.routes.claims import figure_json
from api.times import day
from tracker.domain.errors import AppError, Code
from tracker.services import contributions, explain, progress

if TYPE_CHECKING:
    from api.progress_pages import ItemPart
    from tracker.domain.progress import Coverage, ProgressRow
    from tracker.services.contributions import ContributionRow
    from tracker.services.explain import ExplainView
    from tracker.services.progress import ProgressView

router = APIRouter(tags=["progress"], route_class=Route)


@router.get("/progress")
def get_progress(call: ReadOrSelfCall) -> Response:
    """Tell done, wanted, met and counted for each target and own period, with the rows behind them.

    A page holds so many rows; an item may go on on the next one, with the same totals.
    """
    period = get_period(call)
    with call.read() as tx:
        view = progress.get(tx, call.viewer, call.query_id("unit"), period, now=call.now, zone=call.deps.zone)
    page = page_of(call, view)
    return listed(
        [_item_json(view, part) for part in page.items],
        page.after,
        coverage=[_coverage_json(view, row) for row in page.coverage],
        closed=view.close is not None,
    )


@router.get("/contributions")
def get_contributions(call: ReadOrSelfCall) -> Response:
    """Tell what each member gave, and which obligations were met."""
    period = get_period(call)
    with call.read() as tx:
        view = contributions.get(tx, call.viewer, call.query_id("unit"), period, now=call.now, zone=call.deps.zone)
    totals = {
        "members": view.member_count,
        "shares": view.total.shares,
        "authored": view.total.authored,
        "presentations": view.total.presentations,
    }
    rows, after = part_of(call, view.rows, lambda row: row.given.member_id)
    return listed([_contribution_json(row) for row in rows], after, totals=totals, closed=view.close is not None)


@router.get("/explain")
def get_explanation(call: ReadOrSelfCall) -> Response:
    """Tell why a member's result for a target is what it is."""
    period, target_id = get_period(call), call.query_id("target")
    member_id = call.query_id("member") or call.viewer.member_id
    if target_id is None or member_id is None:
        raise AppError(Code.FIELD_INVALID, "name the member (member=) and the target (target=)")
    with call.read() as tx:
        view = explain.get(
            tx,
            call.viewer,
            member_id,
            target_id,
            period,
            lang="vi" if call.language == "vi" else "en",
            now=call.now,
            zone=call.deps.zone,
        )
    return one(_explanation_json(view), 0)


def _item_json(view: ProgressView, part: ItemPart) -> dict[str, Any]:
    target, item = part.target, part.item
    programme = view.programmes[target.programme_id]
    return {
        "target_id": target.target_id,
        "programme_id": target.programme_id,
        "programme": programme.name,
        "unit_id": view.unit_id,
        "who": target.who.value,
        "what": target.what.value,
        "per": target.per.value,
        "minimum": target.minimum,
        "aim": target.aim,
        "period": str(item.period),
        "counted": item.counted,
        "met": item.met,
        "aim_met": item.aim_met,
        "done": item.done,
        "wanted": item.wanted,
        "row_count": len(item.rows),
        "rows": [_row_json(view, row) for row in part.rows],
        "others": [_row_json(view, row) for row in part.others],
    }


def _row_json(view: ProgressView, row: ProgressRow) -> dict[str, Any]:
    whose = {"unit_id": row.unit_id} if row.member_id is None else {"member_id": row.member_id, "unit_id": row.unit_id}
    told = {"full_name": view.name_of(row), "done": row.done, "wanted": row.wanted, "state": row.state.value}
    return whose | told | ({} if row.slot is None else {"slot": row.slot})


def _coverage_json(view: ProgressView, row: Coverage) -> dict[str, Any]:
    return {
        "target_id": row.target_id,
        "unit_id": row.unit_id,
        "unit_name": view.unit_names.get(row.unit_id, ""),
        "per": row.per.value,
        "periods": row.period_count,
        "covered": row.covered,
        "missing": [str(period) for period in row.missing],
    }


def _contribution_json(row: ContributionRow) -> dict[str, Any]:
    return {
        "member_id": row.given.member_id,
        "full_name": row.full_name,
        "unit_id": row.given.unit_id,
        "unit_name": row.unit_name,
        "counted": row.counted,
        "shares": row.given.shares,
        "authored": row.given.authored,
        "presentations": row.given.presentations,
        "due": row.given.due,
        "met": row.given.met,
        "figures": [figure_json(f) for f in row.figures],
    }


def _explanation_json(view: ExplainView) -> dict[str, Any]:
    why = view.why
    return {
        "member_id": view.member_id,
        "full_name": view.full_name,
        "target_id": view.target.target_id,
        "period": str(view.period),
        "closed": view.closed,
        "result": why.result.value,
        "done": why.done,
        "wanted": why.wanted,
        "rule": why.rule,
        "words": why.words,
        "policy": view.policy,
        "membership": [
            {
                "unit_id": stay.unit_id,
                "unit_name": view.unit_names.get(stay.unit_id, ""),
                "since": day(stay.since),
                "until": day(stay.until),
                "status": stay.status.value,
                "temporary": stay.temporary,
            }
            for stay in why.membership
        ],
        "absences": [
            {"from": day(away.from_on), "until": day(away.until_on), "reason": away.reason} for away in why.absences
        ],
        "claims": [
            {
                "id": str(claim.fact.claim),
                "kind": claim.fact.kind.value,
                "title": claim.title,
                "url": claim.url,
                "happened_on": day(claim.fact.happened_on),
                "late": claim.late,
            }
            for claim in view.claims
        ],
    }
