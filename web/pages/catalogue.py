"""The catalogue of official sources: what is offered, what of it is installed, installing it, taking over changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AdminCall, Call
from api.problems import STATUS
from api.route import Route
from tracker.domain.catalogue import Confidence, OutletClass
from tracker.domain.errors import AppError, Code
from tracker.services import catalogue
from tracker.services.catalogue import CatalogueFilter
from web import flash, forms, render
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.services.catalogue import EntryView

router = APIRouter(route_class=Route)

STATES = {"yes": True, "no": False}


@router.get("/feeds/catalogue")
def catalogue_page(call: AdminCall) -> Response:
    """List the entries."""
    filled = Fields.filled(
        q=call.query("q"),
        outlet_class=call.query("outlet_class"),
        confidence=call.query("confidence"),
        installed=call.query("installed"),
    )
    asked = CatalogueFilter(
        find=filled.text("q"),
        outlet_class=filled.choice("outlet_class", OutletClass),
        confidence=filled.choice("confidence", Confidence),
        installed=STATES.get(filled.get("installed")),
    )
    with call.read() as tx:
        found = catalogue.list_entries(tx, call.viewer, call.deps.catalogue(), asked, today=call.today)
    return render.page(call, "catalogue.html", filled=filled, found=found)


@router.get("/feeds/catalogue/{key}")
def entry_page(call: AdminCall, key: str) -> Response:
    """Show an entry, its addresses and what is installed of it."""
    return _one(call, _load(call, key), Fields())


@router.post("/feeds/catalogue/{key}")
def install_entry(call: AdminCall, key: str) -> Response:
    """Install the ticked addresses, or take over what the catalogue says now."""
    view, form = _load(call, key), forms.read(call)
    take_over = form.get("act") == "take_over"
    if not take_over and view.outlet is not None and not form.get("feed"):
        form.errors["feed"] = forms.NOTHING_TICKED
        return _one(call, view, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            done = catalogue.install(
                tx,
                call.viewer,
                call.deps.catalogue(),
                key,
                [] if take_over else form.sent.get("feed", []),
                take_over=take_over,
                now=call.now,
                zone=call.deps.zone,
            )
    except AppError as error:
        form.refuse(error, call.language)
        return _one(call, view, form, STATUS[error.code])
    to = f"/feeds/catalogue/{view.entry.key}"
    if take_over:
        return flash.go(to, "taken_over")
    return flash.go(to, "installed", len(done.added), done.article_count)


def _one(call: Call, view: EntryView, form: Fields, status: int = 200) -> Response:
    if not form.sent and form.sound:
        form = Fields({"feed": [offer.feed.url for offer in view.offers if offer.first_choice]})
    topics = {starter.key: starter.topic for starter in call.deps.catalogue().starters}
    return render.page(call, "catalogue_entry.html", status=status, view=view, form=form, topics=topics)


def _load(call: Call, key: str) -> EntryView:
    with call.read() as tx:
        return catalogue.get_entry(tx, call.viewer, call.deps.catalogue(), key, today=call.today)
