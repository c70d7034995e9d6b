"""Topic rules applied to what was collected before: asked for by administrators, done by the worker in small steps.

A run is of a topic: all its rules together say what has it. Asked for anew it begins again; a step that was cut off is
taken again, and one taken twice changes nothing. What a person decided stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tracker.domain import rights
from tracker.domain.rights import Right
from tracker.domain.rule_runs import RunStep, begin, go_on
from tracker.domain.topic_rules import book_of
from tracker.domain.types import AccountId, TopicId
from tracker.store import audit
from tracker.store import rule_runs as store
from tracker.store import topic_rules as rules

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.jobs import JobLease
    from tracker.domain.rule_runs import RuleRun
    from tracker.domain.topic_rules import RuleBook, TopicRule
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

STEP: Final = 500  # articles of one transaction: sources wait for its end on SQLite


def ask(tx: Tx, viewer: Viewer, rule: TopicRule, *, now: dt.datetime) -> RuleRun:
    """Have the rules of a rule's topic applied to all articles collected before."""
    rights.require(Right.ADMIN, viewer)
    payload = begin(rule.rule_id, viewer.account_id, article_count=store.count_articles(tx), asked_at=now)
    store.ask(tx, rule.topic_id, payload, now=now)
    _note(tx, viewer.account_id, "topic_rule.apply", rule.rule_id, now, topic_id=rule.topic_id)
    return store.list_runs(tx, [rule.topic_id])[0]


def find(tx: Tx, viewer: Viewer, topic_id: TopicId) -> RuleRun | None:
    """Find how far the last run of a topic has come."""
    rights.require(Right.ADMIN, viewer)
    return next(iter(store.list_runs(tx, [topic_id])), None)


def list_open(tx: Tx, viewer: Viewer) -> list[RuleRun]:
    """List the runs that have not ended."""
    rights.require(Right.ADMIN, viewer)
    return store.list_runs(tx)


def lease(tx: Tx, owner: str, *, now: dt.datetime) -> JobLease | None:
    """Lease a run for its next step; for the worker."""
    return store.lease(tx, owner, now=now)


def make_ready(tx: Tx, held: JobLease) -> None:
    """Make the rules of a run ready in a reading transaction, so that nobody waits for it to write."""
    _ready(tx, TopicId(int(held.subject)))


def work(tx: Tx, held: JobLease, *, now: dt.datetime) -> bool:
    """Take the next step of a run; False: it was asked for anew meanwhile, which judges these articles again."""
    topic_id, kept = TopicId(int(held.subject)), held.payload
    step = _step(tx, topic_id, _ready(tx, topic_id), kept["after_id"])
    kept = go_on(kept, step)
    is_last = step.after_id is None
    if not store.record_step(tx, held, kept, now=now, is_last=is_last):
        return False
    if is_last:
        facts = {"looked_at": kept["looked_at"], "added": kept["added"], "taken": kept["taken"]}
        _note(tx, AccountId(kept["actor_id"]), "topic_rule.applied", kept["rule_id"], now, **facts)
    return True


def _ready(tx: Tx, topic_id: TopicId) -> RuleBook:
    return book_of(tuple(rules.list_all(tx, topic_id)))


def _step(tx: Tx, topic_id: TopicId, book: RuleBook, after: int) -> RunStep:
    articles = rules.list_after(tx, after, limit=STEP, feed_ids=book.feed_ids)
    ids = [article.article_id for article in articles]
    wanted: dict[int, int] = {
        article.article_id: found[0].rule_id
        for article in articles
        if (found := book.judge(article.title, article.summary, article.feed_ids))
    }
    held = rules.list_held(tx, topic_id, ids)
    refused = {article_id for article_id, _ in rules.list_refused(tx, ids, [topic_id])}
    new: dict[tuple[int, int], int] = {
        (a, topic_id): rule for a, rule in wanted.items() if a not in held and a not in refused
    }
    added = rules.give(tx, new)
    taken = rules.take_back(tx, topic_id, [a for a, rule in held.items() if rule is not None and a not in wanted])
    given_by = {a: rule for a, rule in held.items() if rule is not None and a in wanted}
    rules.hand_over(tx, topic_id, {a: wanted[a] for a, rule in given_by.items() if wanted[a] != rule})
    return RunStep(after_id=ids[-1] if len(ids) == STEP else None, looked_at=len(ids), added=added, taken=taken)


def _note(tx: Tx, actor_id: AccountId, action: str, rule_id: int, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=actor_id, action=action, subject=f"topic_rule:{rule_id}", **facts)
