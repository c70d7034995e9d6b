"""Runs of topic rules over what was collected before: one job a topic, with how far it has come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from tracker.domain.jobs import ATTEMPTS_MOST, DUE, JobKind
from tracker.domain.rule_runs import RuleRun, RunState
from tracker.domain.types import AccountId, TopicId
from tracker.store import jobs
from tracker.store.tables.feeds import Article, Topic
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.domain.jobs import JobLease
    from tracker.store.db import Tx

_SHOWN = (Job.subject, Job.payload, Job.done_at, Job.attempts)
_OPEN_MOST = 500


def ask(tx: Tx, topic_id: int, payload: dict[str, Any], *, now: dt.datetime) -> None:
    """Have a topic's rules applied from the first article on, whatever an earlier run has come to."""
    jobs.enqueue(tx, JobKind.TOPICS_APPLY, [str(topic_id)], due_at=now, payload=payload)
    jobs.set_standing(tx, JobKind.TOPICS_APPLY, str(topic_id), due_at=now)
    mine = (Job.kind == JobKind.TOPICS_APPLY, Job.subject == str(topic_id), Job.slot == DUE)
    tx.changed(update(Job).where(*mine).values(payload=payload, failed_reason=None))


def lease(tx: Tx, owner: str, *, now: dt.datetime) -> JobLease | None:
    """Lease the run that has waited longest."""
    found = jobs.lease(tx, owner, kinds=[JobKind.TOPICS_APPLY], now=now, limit=1)
    return found[0] if found else None


def record_step(tx: Tx, held: JobLease, payload: dict[str, Any], *, now: dt.datetime, is_last: bool) -> bool:
    """Keep how far a run has come; False: it was asked for anew, or another worker has it."""
    still = (Job.job_id == held.job_id, Job.owner == held.owner, Job.fence == held.fence)
    if tx.changed(update(Job).where(*still).values(payload=payload)) != 1:
        return False
    return jobs.finish(tx, held, now=now) if is_last else jobs.rearm(tx, held, due_at=now)


def list_runs(tx: Tx, topic_ids: Collection[int] | None = None) -> list[RuleRun]:
    """List the runs of these topics; without any, those that have not ended."""
    query = select(*_SHOWN).where(Job.kind == JobKind.TOPICS_APPLY, Job.slot == DUE)
    if topic_ids is None:
        query = query.where(Job.done_at.is_(None)).order_by(Job.due_at, Job.job_id).limit(_OPEN_MOST)
    else:
        query = query.where(Job.subject.in_([str(topic_id) for topic_id in topic_ids]))
    rows = tx.all(query)
    ids = [int(row.subject) for row in rows]
    names = {
        row.topic_id: row.name for row in tx.all(select(Topic.topic_id, Topic.name).where(Topic.topic_id.in_(ids)))
    }
    return [_run(row, names.get(int(row.subject), "")) for row in rows]


def count_articles(tx: Tx) -> int:
    """Count the articles that rules judge."""
    return int(tx.scalar(select(func.count()).select_from(Article).where(Article.listed.is_(True))) or 0)


def _run(row: Any, topic: str) -> RuleRun:
    told = row.payload
    return RuleRun(
        topic_id=TopicId(int(row.subject)),
        topic=topic,
        rule_id=told["rule_id"],
        actor_id=AccountId(told["actor_id"]),
        state=_state(row),
        asked_at=dt.datetime.fromisoformat(told["asked_at"]),
        after_id=told["after_id"],
        looked_at=told["looked_at"],
        article_count=told["article_count"],
        added=told["added"],
        taken=told["taken"],
    )


def _state(row: Any) -> RunState:
    if row.done_at is not None:
        return RunState.DONE
    if row.attempts >= ATTEMPTS_MOST:
        return RunState.STUCK
    return RunState.RUNNING if row.payload["looked_at"] else RunState.WAITING
