"""The queue of waiting claims at a glance: by article, and what has waited too long. Decisions stand in reviews.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.review_queue import overdue_before
from tracker.domain.rights import Right
from tracker.services import office_rules, scoped
from tracker.store import review_queue as store

if TYPE_CHECKING:
    from tracker.domain.review_queue import ArticleGroup
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

GROUPS_MOST = 100


def list_groups(tx: Tx, viewer: Viewer, *, unit_id: int | None, today: dt.date) -> list[ArticleGroup]:
    """List the articles whose claims wait in the viewer's scope, the most waiting ones first."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    return store.list_groups(tx, scope, unit_id=unit_id, limit=GROUPS_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """How many claims have waited for more than so many working days."""

    count: int
    working_days: int


def count_overdue(tx: Tx, viewer: Viewer, *, today: dt.date, zone: dt.tzinfo) -> Overdue:
    """Count the claims of the viewer's scope that have waited for more working days than the office set."""
    rights.require(Right.READ, viewer)
    most = office_rules.latest(tx).review_working_days
    before = dt.datetime.combine(overdue_before(today, most), dt.time.min, zone).astimezone(dt.UTC)
    count = store.count_filed_before(tx, rights.officer_scope(viewer, today), before)
    return Overdue(count=count, working_days=most)
