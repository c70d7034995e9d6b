"""Clicks for the office: what counted beside what did not and why, held bursts; a link as a QR code for meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, OfficerCall, ReadCall, mark
from api.places import hold_key, hold_mark
from api.route import Route
from tracker.domain.clicks import ClickVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.links import is_slug, link_url
from tracker.domain.periods import Period, PeriodKind, containing
from tracker.domain.types import UnitId
from tracker.services import link_counts, links
from web import flash, qr_codes, render
from web.forms import Fields
from web.period_choice import report_periods
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.link_counts import VerdictCount

router = APIRouter(route_class=Route)

PAGE_SIZE = 50


@router.get("/clicks")
def clicks_page(call: ReadCall) -> Response:
    """Show a period's requests by verdict, and the bursts that wait for an officer."""
    period, unit_id = _period(call), call.query_id("unit")
    language = render.language_of(call.request)
    unit = None if unit_id is None else UnitId(unit_id)
    with call.read() as tx:
        tally = link_counts.tally_requests(tx, call.viewer, unit, period, today=call.today)
        holds = link_counts.list_holds(
            tx, call.viewer, unit, after=hold_mark(call.page()), limit=PAGE_SIZE, today=call.today
        )
        units = unit_options(tx, call.viewer, today=call.today)
    return render.page(
        call,
        "clicks.html",
        asked=Fields.filled(period=period, unit=unit_id),
        query={"period": period, "unit": unit_id},
        period=period,
        periods=report_periods(call.today, period, language),
        units=units,
        counted=_of(tally, ClickVerdict.COUNTED),
        rejected=[row for row in tally if row.verdict is not ClickVerdict.COUNTED],
        holds=holds.items,
        cursor=None if holds.next is None else mark(*holds.next),
        within_days=link_counts.DECIDED_WITHIN.days,
    )


@router.post("/clicks/{slug}/{day}/release")
def release_hold(call: OfficerCall, slug: str, day: str) -> Response:
    """Let a held burst count."""
    asked = hold_key(slug, day)
    return flash.act(
        call,
        "/clicks",
        "released",
        lambda tx: link_counts.release(tx, call.viewer, *asked, now=call.now, today=call.today),
    )


@router.get("/links/{slug}/qr.svg")
def qr_code(call: MemberCall, slug: str) -> Response:
    """Draw one's own link as a QR code, to be shown or printed at a meeting."""
    with call.read() as tx:
        link = links.list_targets(tx, [slug]).get(slug) if is_slug(slug) else None
    if link is None or link.canary or link.member_id != call.viewer.member_id:
        raise AppError(Code.NOT_FOUND)
    return Response(qr_codes.draw(link_url(call.deps.base_url, link.slug)), media_type="image/svg+xml")


def _period(call: Call) -> Period:
    asked = call.query("period")
    return containing(PeriodKind.MONTH, call.today) if asked is None else Period.parse(asked)


def _of(tally: list[VerdictCount], verdict: ClickVerdict) -> VerdictCount:
    return next(row for row in tally if row.verdict is verdict)
