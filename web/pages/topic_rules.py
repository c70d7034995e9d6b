"""Topic rules: written in plain words, looked at before they are saved, applied to older articles on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.articles import TOPIC_MOST
from tracker.domain.errors import AppError, Code
from tracker.domain.topic_rules import PHRASES_MOST, read_words
from tracker.domain.types import FeedId
from tracker.services import feeds, rule_runs, topic_rules
from web import flash, forms, render
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.domain.sources import Feed
    from tracker.domain.topic_rules import RuleWords, TopicRule
    from tracker.services.topic_rules import Preview

router = APIRouter(route_class=Route)

FEEDS_SHOWN = 200


@router.get("/topic-rules")
def rules_page(call: AdminCall) -> Response:
    """List the rules, and those that are offered."""
    with call.read() as tx:
        found = topic_rules.list_rules(tx, call.viewer)
        starters = topic_rules.list_starters(tx, call.viewer, call.deps.catalogue())
        names = {feed.feed_id: feed.title for feed in feeds.list_all(tx, call.viewer)}
        runs = rule_runs.list_open(tx, call.viewer)
    return render.page(call, "topic_rules.html", found=found, starters=starters, names=names, runs=runs)


@router.get("/topic-rules/new")
def new_page(call: AdminCall) -> Response:
    """Show an empty form, or one filled in with an offered rule; `feed` makes it a rule for all of one source."""
    asked, feed_id = call.query("starter"), call.query_id("feed")
    starter = next((s for s in call.deps.catalogue().starters if s.key == asked), None)
    form = Fields()
    if starter is not None:
        words = {} if feed_id is not None else {"any_of": starter.any_of, "none_of": starter.none_of}
        form = Fields.filled(topic=starter.topic, feed_id=feed_id, **words)
    return _form(call, form)


@router.post("/topic-rules")
def add_rule(call: AdminCall) -> Response:
    """Look at a rule, or add it."""
    form = forms.read(call)
    topic, words = form.text("topic", needed=True, most=TOPIC_MOST), _words(call, form)
    if not form.sound or words is None:
        return _form(call, form, STATUS[Code.FIELD_INVALID])
    try:
        if form.get("act") == "look":
            return _form(call, form, seen=_look(call, topic, words, None))
        with call.write() as tx:
            made = topic_rules.create(tx, call.viewer, topic, words, now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _form(call, form, STATUS[error.code])
    return flash.go(f"/topic-rules/{made.rule_id}", "saved")


@router.get("/topic-rules/{rule_id}")
def rule_page(call: AdminCall, rule_id: str) -> Response:
    """Show a rule with what it matches."""
    rule = _load(call, rule_id)
    return _form(call, Fields(), rule=rule, seen=_look(call, rule.topic, rule.words, rule))


@router.post("/topic-rules/{rule_id}")
def change_rule(call: AdminCall, rule_id: str) -> Response:
    """Look at a change of a rule, or save it."""
    rule, form = _load(call, rule_id), forms.read(call)
    words = _words(call, form)
    if form.sound and form.get("act") != "look" and form.whole("version") != rule.version:
        form.refuse(AppError(Code.ETAG_STALE), call.language)
    if not form.sound or words is None:
        return _form(call, form, STATUS[Code.FIELD_INVALID], rule=rule)
    try:
        if form.get("act") == "look":
            return _form(call, form, rule=rule, seen=_look(call, rule.topic, words, rule))
        with call.write() as tx:
            topic_rules.change(tx, call.viewer, rule, words, now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _form(call, form, STATUS[error.code], rule=rule)
    return flash.go(f"/topic-rules/{rule.rule_id}", "saved")


@router.post("/topic-rules/{rule_id}/apply")
def apply_rule(call: AdminCall, rule_id: str) -> Response:
    """Have the rules of this one's topic applied to what was collected before."""
    rule = _load(call, rule_id)
    to = f"/topic-rules/{rule.rule_id}"
    return flash.act(call, to, "rule_asked", lambda tx: rule_runs.ask(tx, call.viewer, rule, now=call.now))


@router.get("/topic-rules/{rule_id}/remove")
def remove_page(call: AdminCall, rule_id: str) -> Response:
    """Ask once more before a rule is removed."""
    return render.page(call, "topic_rule_remove.html", rule=_load(call, rule_id))


@router.post("/topic-rules/{rule_id}/remove")
def remove_rule(call: AdminCall, rule_id: str) -> Response:
    """Remove a rule; its topics stay, or are taken back from the articles it gave them to."""
    rule, take_back = _load(call, rule_id), forms.read(call).has("take_back")
    return flash.act(
        call,
        "/topic-rules",
        "deleted",
        lambda tx: topic_rules.remove(tx, call.viewer, rule, now=call.now, take_back=take_back),
    )


def _words(call: Call, form: Fields) -> RuleWords | None:
    any_of, none_of = (form.lines(name, most=PHRASES_MOST) for name in ("any_of", "none_of"))
    chosen = form.many("feed_id")
    if not all(text.isascii() and text.isdigit() for text in chosen):
        form.errors["feed_id"] = forms.NOT_LISTED
        return None
    try:
        return read_words(any_of, none_of, [FeedId(path_id(text)) for text in chosen])
    except AppError as error:
        form.refuse(error, call.language)
        return None


def _look(call: Call, topic: str, words: RuleWords, rule: TopicRule | None) -> Preview:
    rule_id = None if rule is None else rule.rule_id
    with call.read() as tx:
        return topic_rules.preview(tx, call.viewer, topic, words, rule_id=rule_id, now=call.now)


def _form(
    call: Call, form: Fields, status: int = 200, *, rule: TopicRule | None = None, seen: Preview | None = None
) -> Response:
    if not form.sent and rule is not None:
        form = Fields.filled(any_of=rule.words.any_of, none_of=rule.words.none_of)
        form.sent["feed_id"] = [str(feed_id) for feed_id in rule.words.feed_ids]
    with call.read() as tx:
        listed = feeds.list_all(tx, call.viewer)
        run = None if rule is None else rule_runs.find(tx, call.viewer, rule.topic_id)
    return render.page(
        call, "topic_rule.html", status=status, rule=rule, form=form, seen=seen, feeds=_offered(listed, form), run=run
    )


def _offered(listed: list[Feed], form: Fields) -> list[Feed]:
    """Give the sources to choose from: the chosen ones first, then by name, as many as a page bears."""
    ordered = sorted(listed, key=lambda feed: (not form.has("feed_id", feed.feed_id), feed.title.casefold()))
    return ordered[:FEEDS_SHOWN]


def _load(call: Call, rule_id: str) -> TopicRule:
    with call.read() as tx:
        return topic_rules.get(tx, call.viewer, path_id(rule_id))
