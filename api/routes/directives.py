"""The register of directives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.day_marks import after_day, mark_day
from api.http import OfficerCall, ReadCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.schemas.directives import DirectiveIn, DirectivePatch
from api.times import day
from tracker.services import directives
from tracker.store.db import Tx

if TYPE_CHECKING:
    from tracker.services.directives import Directive

router = APIRouter(tags=["directives"], route_class=Route)


@router.get("/directives")
def list_directives(call: ReadCall) -> Response:
    """List directives in the order of their days."""
    page = call.page()
    with call.read() as tx:
        found, more = directives.list_page(tx, call.viewer, after=after_day(page), limit=page.limit)
    return listed([directive_json(d) for d in found], mark_day(more))


@router.post("/directives", status_code=201, openapi_extra=takes(DirectiveIn))
def create_directive(call: OfficerCall) -> Response:
    """Register a directive."""
    new = call.body(DirectiveIn).to_new()

    def work(tx: Tx) -> Response:
        made = directives.create(tx, call.viewer, new, now=call.now)
        return one(directive_json(made), made.version, status=201)

    return call.create(work)


@router.get("/directives/{directive_id}")
def get_directive(call: ReadCall, directive_id: str) -> Response:
    """Get a directive."""
    with call.read() as tx:
        found = directives.get(tx, call.viewer, path_id(directive_id))
    return one(directive_json(found), found.version)


@router.patch("/directives/{directive_id}", openapi_extra=takes(DirectivePatch))
def change_directive(call: OfficerCall, directive_id: str) -> Response:
    """Change a directive."""
    with call.write() as tx:
        current = directives.get(tx, call.viewer, path_id(directive_id))
        call.if_match(current.version)
        changes = call.body(DirectivePatch).to_changes()
        changed = directives.change(tx, call.viewer, current, changes, now=call.now)
    return one(directive_json(changed), changed.version)


@router.delete("/directives/{directive_id}", status_code=204)
def remove_directive(call: OfficerCall, directive_id: str) -> Response:
    """Remove a directive that no programme cites."""
    with call.write() as tx:
        current = directives.get(tx, call.viewer, path_id(directive_id))
        call.if_match(current.version)
        directives.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def directive_json(directive: Directive) -> dict[str, Any]:
    """Give a directive as the API answers it."""
    return {
        "id": directive.directive_id,
        "code": directive.code,
        "numbering": None if directive.numbering is None else directive.numbering.value,
        "number": directive.number,
        "type": directive.document_type,
        "issuer": directive.issuer,
        "issuer_code": directive.issuer_code,
        "issued_on": day(directive.issued_on),
        "abstract": directive.abstract,
        "warnings": [warning.value for warning in directive.warnings],
    }
