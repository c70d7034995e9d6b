"""Canaries and the office's own list of agents, for administrators."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Response

from api.http import AdminCall, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.agents import TEXT_MOST, LocalText, LocalVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.links import is_slug, link_url
from tracker.domain.types import ArticleId, Channel
from tracker.services import canaries
from web import flash, forms, render
from web.forms import Fields

router = APIRouter(route_class=Route)


@router.get("/canaries")
def canaries_page(call: AdminCall) -> Response:
    """Show the canaries, who followed them, and the texts by which agents are told; `article=` is filled in."""
    return _page(call, Fields.filled(article_id=call.query_id("article")))


@router.post("/canaries")
def add_canary(call: AdminCall) -> Response:
    """Make a canary for a channel."""
    form = forms.read(call)
    article, channel = form.identity("article_id", needed=True), form.choice("channel", Channel, needed=True)
    if article is None or channel is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            canaries.add_canary(tx, call.viewer, ArticleId(article), channel, draw=secrets.token_bytes, now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code])
    return flash.go("/canaries", "saved")


@router.post("/canaries/{slug}/withdraw")
def withdraw_canary(call: AdminCall, slug: str) -> Response:
    """Withdraw a canary."""
    if not is_slug(slug):
        raise AppError(Code.NOT_FOUND)
    return flash.act(
        call, "/canaries", "withdrawn", lambda tx: canaries.withdraw_canary(tx, call.viewer, slug, now=call.now)
    )


@router.post("/local-agents")
def add_agent(call: AdminCall) -> Response:
    """Enter a text by which agents are told."""
    form = forms.read(call)
    text, verdict = form.text("text", needed=True, most=TEXT_MOST), form.choice("verdict", LocalVerdict, needed=True)
    if not form.sound or verdict is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    entry = LocalText(text=text, verdict=verdict)
    try:
        with call.write() as tx:
            canaries.add_agent(tx, call.viewer, entry, common=call.deps.common_agents(), now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code])
    return flash.go("/canaries", "saved")


@router.post("/local-agents/{agent_id}/drop")
def drop_agent(call: AdminCall, agent_id: str) -> Response:
    """Take a text out of the list."""
    asked = path_id(agent_id)
    return flash.act(call, "/canaries", "deleted", lambda tx: canaries.drop_agent(tx, call.viewer, asked, now=call.now))


def _page(call: AdminCall, form: Fields, status: int = 200) -> Response:
    classifier = call.deps.agents()
    with call.read() as tx:
        flying = canaries.list_canaries(tx, call.viewer)
        machines = canaries.list_machines(tx, call.viewer, classifier, today=call.today)
        texts = canaries.list_agents(tx, call.viewer)
    return render.page(
        call,
        "canaries.html",
        status=status,
        form=form,
        canaries=[(row, link_url(call.deps.base_url, row.slug)) for row in flying],
        machines=machines,
        texts=texts,
        list_version=classifier.list_version,
    )
