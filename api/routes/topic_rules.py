"""Topic rules, for administrators: kept, looked at before they are saved, applied to what was collected before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.http import AdminCall, Call, listed, no_content, one, path_id, takes
from api.route import Route
from api.schemas.topic_rules import PreviewIn, RuleIn, RulePatch
from api.times import instant
from tracker.domain.errors import AppError, Code
from tracker.services import rule_runs, topic_rules

if TYPE_CHECKING:
    from tracker.domain.rule_runs import RuleRun
    from tracker.domain.topic_rules import TopicRule
    from tracker.services.topic_rules import Preview
    from tracker.store.db import Tx

router = APIRouter(tags=["topic rules"], route_class=Route)


@router.get("/topic-rules")
def list_rules(call: AdminCall) -> Response:
    """List all rules by topic, and those that are offered: `offered`."""
    with call.read() as tx:
        rows = topic_rules.list_rules(tx, call.viewer)
        starters = topic_rules.list_starters(tx, call.viewer, call.deps.catalogue())
    offered = [{"key": s.key, "topic": s.topic, "any_of": list(s.any_of), "none_of": list(s.none_of)} for s in starters]
    return listed([rule_json(row.rule) | {"given": row.given} for row in rows], offered=offered)


@router.post("/topic-rules", status_code=201, openapi_extra=takes(RuleIn))
def create_rule(call: AdminCall) -> Response:
    """Add a rule; it holds for what is collected from now on."""
    body = call.body(RuleIn)
    words = body.to_words()

    def work(tx: Tx) -> Response:
        made = topic_rules.create(tx, call.viewer, body.topic, words, now=call.now)
        return one(rule_json(made), made.version, status=201)

    return call.create(work)


@router.post("/topic-rules/preview", openapi_extra=takes(PreviewIn))
def preview_rule(call: AdminCall) -> Response:
    """Tell what a rule would match, add and take away; nothing is stored."""
    body = call.body(PreviewIn)
    with call.read() as tx:
        seen = topic_rules.preview(
            tx, call.viewer, body.topic, body.to_words(), rule_id=body.rule_id, now=call.now, last=body.last
        )
    return JSONResponse(_preview_json(seen))


@router.get("/topic-rules/{rule_id}")
def get_rule(call: AdminCall, rule_id: str) -> Response:
    """Get a rule."""
    found = _load(call, rule_id)
    return one(rule_json(found), found.version)


@router.patch("/topic-rules/{rule_id}", openapi_extra=takes(RulePatch))
def change_rule(call: AdminCall, rule_id: str) -> Response:
    """Change what a rule asks for; it holds for what is collected from now on."""
    current = _load(call, rule_id)
    call.if_match(current.version)
    words = call.body(RulePatch).to_words(current.words)
    with call.write() as tx:
        changed = topic_rules.change(tx, call.viewer, current, words, now=call.now)
    return one(rule_json(changed), changed.version)


@router.delete("/topic-rules/{rule_id}", status_code=204)
def remove_rule(call: AdminCall, rule_id: str) -> Response:
    """Remove a rule; the topics it gave stay, unless `take_back` is true."""
    current = _load(call, rule_id)
    call.if_match(current.version)
    take_back = bool(call.query_flag("take_back"))
    with call.write() as tx:
        topic_rules.remove(tx, call.viewer, current, now=call.now, take_back=take_back)
    return no_content()


@router.post("/topic-rules/{rule_id}/apply", status_code=202)
def apply_rule(call: AdminCall, rule_id: str) -> Response:
    """Have the rules of this one's topic applied to what was collected before; the worker does it step by step."""
    current = _load(call, rule_id)
    with call.write() as tx:
        run = rule_runs.ask(tx, call.viewer, current, now=call.now)
    return JSONResponse(_run_json(run), status_code=202)


@router.get("/topic-rules/{rule_id}/apply")
def get_run(call: AdminCall, rule_id: str) -> Response:
    """Tell how far that has come; 404 where it was never asked for."""
    current = _load(call, rule_id)
    with call.read() as tx:
        run = rule_runs.find(tx, call.viewer, current.topic_id)
    if run is None:
        raise AppError(Code.NOT_FOUND)
    return JSONResponse(_run_json(run))


def rule_json(rule: TopicRule) -> dict[str, Any]:
    """Give a rule as the API answers it."""
    return {
        "id": rule.rule_id,
        "topic": rule.topic,
        "any_of": list(rule.words.any_of),
        "none_of": list(rule.words.none_of),
        "feed_ids": list(rule.words.feed_ids),
        "created_at": instant(rule.created_at),
    }


def _run_json(run: RuleRun) -> dict[str, Any]:
    return {
        "state": run.state.value,
        "asked_at": instant(run.asked_at),
        "looked_at": run.looked_at,
        "article_count": run.article_count,
        "percent": run.percent,
        "added": run.added,
        "taken": run.taken,
    }


def _preview_json(seen: Preview) -> dict[str, Any]:
    return {
        "looked_at": seen.looked_at,
        "matches": seen.matches,
        "adds": seen.adds,
        "loses": seen.loses,
        "refused": seen.refused,
        "items": [{"article_id": s.article_id, "title": s.title, "outcome": s.outcome} for s in seen.items],
    }


def _load(call: Call, rule_id: str) -> TopicRule:
    with call.read() as tx:
        return topic_rules.get(tx, call.viewer, path_id(rule_id))
