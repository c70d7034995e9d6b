"""The register of directives on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.day_marks import after_day, mark_day
from api.http import Call, OfficerCall, ReadCall, mark, path_id
from api.route import Route
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR
from tracker.services import directives
from web import flash, forms, render
from web.forms import LONG_MOST, Fields
from web.saving import check_version, save

if TYPE_CHECKING:
    from tracker.services.directives import Directive
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50
CODE_MOST = 200


@router.get("/directives")
def directives_page(call: ReadCall) -> Response:
    """List directives in the order of their days."""
    return _list(call, Fields())


@router.post("/directives")
def add_directive(call: OfficerCall) -> Response:
    """Register a directive."""
    form = forms.read(call)
    values = _read(form)

    def work(tx: Tx) -> str:
        directives.create(tx, call.viewer, directives.NewDirective(**values), now=call.now)
        return "/directives"

    return save(call, form, work, lambda status: _list(call, form, status))


@router.get("/directives/{directive_id}")
def directive_page(call: ReadCall, directive_id: str) -> Response:
    """Show a directive."""
    return _one(call, _load(call, directive_id), Fields())


@router.post("/directives/{directive_id}")
def change_directive(call: OfficerCall, directive_id: str) -> Response:
    """Change a directive."""
    current, form = _load(call, directive_id), forms.read(call)
    values = _read(form)
    check_version(call, form, current.version)

    def work(tx: Tx) -> str:
        directives.change(tx, call.viewer, current, values, now=call.now)
        return f"/directives/{current.directive_id}"

    return save(call, form, work, lambda status: _one(call, current, form, status))


@router.post("/directives/{directive_id}/remove")
def remove_directive(call: OfficerCall, directive_id: str) -> Response:
    """Remove a directive that no programme cites."""
    current = _load(call, directive_id)

    def work(tx: Tx) -> None:
        directives.remove(tx, call.viewer, current, now=call.now)

    return flash.act(call, "/directives", "deleted", work)


def _read(form: Fields) -> dict[str, Any]:
    return {
        "code": form.text("code", needed=True, most=CODE_MOST),
        "issued_on": form.day("issued_on", needed=True),
        "issuer": form.text("issuer") or None,
        "abstract": form.text("abstract", most=LONG_MOST) or None,
    }


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(year=call.query("year"))
    year = asked.whole("year", least=FIRST_YEAR, most=LAST_YEAR)
    with call.read() as tx:
        found, more = directives.list_page(tx, call.viewer, year=year, after=after_day(call.page()), limit=PAGE_SIZE)
    after = mark_day(more)
    cursor = None if after is None else mark(*after)
    return render.page(call, "directives.html", status=status, form=form, asked=asked, found=found, cursor=cursor)


def _one(call: Call, directive: Directive, form: Fields, status: int = 200) -> Response:
    if not form.sent:
        form = Fields.filled(
            code=directive.code,
            issued_on=directive.issued_on,
            issuer=None if directive.issuer == directive.issuer_code else directive.issuer,
            abstract=directive.abstract,
        )
    return render.page(call, "directive.html", status=status, directive=directive, form=form)


def _load(call: Call, directive_id: str) -> Directive:
    with call.read() as tx:
        return directives.get(tx, call.viewer, path_id(directive_id))
