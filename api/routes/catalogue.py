"""The catalogue of official sources, for administrators: what is offered, and installing it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeVar

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.catalogue_answers import entry_json, installed_json
from api.http import AdminCall, Call, listed, takes
from api.route import Route
from api.schemas.catalogue import InstallIn
from tracker.domain.catalogue import Confidence, OutletClass
from tracker.domain.errors import AppError, Code
from tracker.services import catalogue
from tracker.services.catalogue import CatalogueFilter

if TYPE_CHECKING:
    from tracker.store.db import Tx

E = TypeVar("E", bound=enum.StrEnum)

router = APIRouter(tags=["catalogue"], route_class=Route)


@router.get("/catalogue")
def list_entries(call: AdminCall) -> Response:
    """List the entries, narrowed by `q`, `class`, `confidence` and `installed`; all on one page."""
    asked = CatalogueFilter(
        find=call.query("q") or "",
        outlet_class=_one_of(call, "class", OutletClass),
        confidence=_one_of(call, "confidence", Confidence),
        installed=call.query_flag("installed"),
    )
    with call.read() as tx:
        found = catalogue.list_entries(tx, call.viewer, call.deps.catalogue(), asked, today=call.today)
    return listed([entry_json(view) for view in found])


@router.get("/catalogue/{key}")
def get_entry(call: AdminCall, key: str) -> Response:
    """Get an entry."""
    with call.read() as tx:
        found = catalogue.get_entry(tx, call.viewer, call.deps.catalogue(), key, today=call.today)
    return JSONResponse(entry_json(found))


@router.post("/catalogue/{key}/install", openapi_extra=takes(InstallIn))
def install_entry(call: AdminCall, key: str) -> Response:
    """Install an outlet with addresses of it; again changes nothing."""
    with call.read() as tx:
        catalogue.get_entry(tx, call.viewer, call.deps.catalogue(), key, today=call.today)
    body = call.body(InstallIn)

    def work(tx: Tx) -> Response:
        done = catalogue.install(
            tx,
            call.viewer,
            call.deps.catalogue(),
            key,
            body.feeds,
            take_over=body.take_over,
            now=call.now,
            zone=call.deps.zone,
        )
        return JSONResponse(installed_json(done))

    return call.create(work)


def _one_of(call: Call, name: str, options: type[E]) -> E | None:
    text = call.query(name)
    if text is None:
        return None
    if text not in set(options):
        raise AppError(Code.FIELD_INVALID, f"{name} is one of {', '.join(options)}")
    return options(text)
