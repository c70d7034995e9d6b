"""Canaries, the machines they caught, and the office's own list of agents: for administrators."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.schemas.canaries import AgentIn, CanaryIn
from api.times import instant
from tracker.domain.errors import AppError, Code
from tracker.domain.links import is_slug, link_url
from tracker.domain.types import ArticleId
from tracker.services import canaries

if TYPE_CHECKING:
    from tracker.domain.canaries import CanaryRow, LocalAgentRow
    from tracker.store.db import Tx

router = APIRouter(tags=["canaries"], route_class=Route)


@router.get("/canaries")
def list_canaries(call: AdminCall) -> Response:
    """List the canaries, newest first."""
    with call.read() as tx:
        found = canaries.list_canaries(tx, call.viewer)
    return listed([_canary(call.deps.base_url, row) for row in found])


@router.post("/canaries", status_code=201, openapi_extra=takes(CanaryIn))
def add_canary(call: AdminCall) -> Response:
    """Make a link that no person is to be shown."""
    body = call.body(CanaryIn)

    def work(tx: Tx) -> Response:
        slug = canaries.add_canary(
            tx, call.viewer, ArticleId(body.article_id), body.channel, draw=secrets.token_bytes, now=call.now
        )
        return one(
            {"slug": slug, "url": link_url(call.deps.base_url, slug), "channel": body.channel.value}, 1, status=201
        )

    return call.create(work)


@router.post("/canaries/{slug}/withdraw", status_code=204)
def withdraw_canary(call: AdminCall, slug: str) -> Response:
    """Withdraw a canary; what it caught stays."""
    if not is_slug(slug):
        raise AppError(Code.NOT_FOUND)
    with call.write() as tx:
        canaries.withdraw_canary(tx, call.viewer, slug, now=call.now)
    return no_content()


@router.get("/canaries/machines")
def list_machines(call: AdminCall) -> Response:
    """List who followed canaries, and what the lists take them for."""
    classifier = call.deps.agents()
    with call.read() as tx:
        found = canaries.list_machines(tx, call.viewer, classifier, today=call.today)
    return listed(
        [
            {
                "agent": machine.seen.agent,
                "channel": machine.seen.channel,
                "requests": machine.seen.request_count,
                "last_on": machine.seen.last_on.isoformat(),
                "verdict": machine.kind.value,
            }
            for machine in found
        ]
    )


@router.get("/local-agents")
def list_agents(call: AdminCall) -> Response:
    """List the office's own texts."""
    with call.read() as tx:
        found = canaries.list_agents(tx, call.viewer)
    return listed([_agent(row) for row in found])


@router.post("/local-agents", status_code=201, openapi_extra=takes(AgentIn))
def add_agent(call: AdminCall) -> Response:
    """Enter a text; it holds in every process within a minute."""
    body = call.body(AgentIn)

    def work(tx: Tx) -> Response:
        agent_id = canaries.add_agent(tx, call.viewer, body.entry(), common=call.deps.common_agents(), now=call.now)
        return one({"id": agent_id, "text": body.text, "verdict": body.verdict.value}, 1, status=201)

    return call.create(work)


@router.delete("/local-agents/{agent_id}", status_code=204)
def drop_agent(call: AdminCall, agent_id: str) -> Response:
    """Take a text out of the list."""
    asked = path_id(agent_id)
    call.if_match(1)
    with call.write() as tx:
        canaries.drop_agent(tx, call.viewer, asked, now=call.now)
    return no_content()


def _canary(base_url: str, row: CanaryRow) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "url": link_url(base_url, row.slug),
        "article_id": row.article_id,
        "channel": row.channel,
        "created_at": instant(row.created_at),
        "withdrawn_at": None if row.withdrawn_at is None else instant(row.withdrawn_at),
    }


def _agent(row: LocalAgentRow) -> dict[str, Any]:
    return {"id": row.agent_id, "text": row.text, "verdict": row.verdict.value, "added_at": instant(row.added_at)}
