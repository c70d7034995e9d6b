"""The single posts of all pages and groups in one's scope, and a spreadsheet of them taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.day_marks import after_day, mark_day
from api.http import Call, Form, OfficerCall, ReadCall, mark, needs_form
from api.problems import STATUS
from api.route import Route
from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import channels_posts
from tracker.services.channels_posts import PostFilter
from tracker.services.imports import run
from tracker.services.imports.columns import What
from web import flash, forms, render, sheets
from web.forms import Fields
from web.programme_choice import programme_options
from web.typed_period import one_of
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.imports.run import ImportResult

router = APIRouter(route_class=Route)

PAGE_SIZE = 50
OWN_SHOWN = 5  # of one's own last imports

Upload = Annotated[tuple[Call, Form], Depends(needs_form(Right.OFFICER))]


@router.get("/channel-posts")
def posts_page(call: ReadCall) -> Response:
    """List the posts of the channels in one's scope."""
    return _page(call, Fields())


@router.get("/channel-posts/blank.csv")
def blank_file(call: OfficerCall) -> Response:
    """Give a file with nothing but the headings, to be filled in."""
    return sheets.blank(What.POSTS, call.language)


@router.post("/channel-posts")
def import_posts(sent: Upload) -> Response:
    """Show what a spreadsheet of posts would do, row by row, or take it in."""
    call, uploaded = sent
    form = forms.of(uploaded.fields)
    name, content = sheets.read_file(uploaded, form)
    if not form.sound:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    dry_run = form.get("act") != "apply"
    try:
        sheet = run.open_sheet(What.POSTS, name, content, call.deps.sandbox)
        with call.write() as tx:
            result = run.run(
                tx, call.viewer, sheet, dry_run=dry_run, partial=form.has("partial"), now=call.now, today=call.today
            )
    except AppError as error:
        form.refuse(error, call.language)
        form.problem = sheets.what_to_do(error, What.POSTS, call.language) or form.problem
        return _page(call, form, STATUS[error.code])
    if result.applied:
        counts = result.totals()
        return flash.go("/channel-posts", "imported", *(counts[status] for status in ("new", "changed", "same")))
    return _page(call, form, 200 if dry_run else 422, result=result, name=name, kept=sheets.keep(content))


def _page(
    call: Call, form: Fields, status: int = 200, *, result: ImportResult | None = None, name: str = "", kept: str = ""
) -> Response:
    told: dict[str, Any] | None = None if result is None else run.result_json(result, call.language)
    asked = Fields.filled(**{name: call.query(name) for name in ("period", "unit", "programme")})
    wanted = PostFilter(
        unit_id=asked.identity("unit"), programme_id=asked.identity("programme"), period=one_of(asked, "period")
    )
    with call.read() as tx:
        found = channels_posts.list_page(
            tx, call.viewer, wanted, after=after_day(call.page()), limit=PAGE_SIZE, today=call.today
        )
        units = unit_options(tx, call.viewer, today=call.today)
        known = programme_options(tx, call.viewer, chosen=wanted.programme_id, today=call.today)
        imports = rights.allows(Right.OFFICER, call.viewer)
        own = run.list_own_posts(tx, call.viewer, limit=OWN_SHOWN, today=call.today) if imports else []
    last = mark_day(found.after)
    return render.page(
        call,
        "channel_posts.html",
        status=status,
        form=form,
        asked=asked,
        found=found,
        units=units,
        programmes=known,
        columns=sheets.columns(What.POSTS, call.language),
        told=told,
        rows=[] if told is None else sheets.shown_rows(told["rows"]),
        name=name,
        kept=kept,
        own=own,
        cursor=None if last is None else mark(*last),
    )
