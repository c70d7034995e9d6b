"""What the subjects of restatements are called: one statement a sort. People and units are named elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.store.tables.feeds import Article
from tracker.store.tables.programmes import Programme, Target
from tracker.store.tables.registers import Activity, Award, Directive, Meeting, UnitChannel

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.store.db import Tx

_NAMES: dict[str, tuple[Any, Any]] = {
    "programme": (Programme.programme_id, Programme.name),
    "award": (Award.award_id, Award.title),
    "meeting": (Meeting.meeting_id, Meeting.title),
    "activity": (Activity.activity_id, Activity.name),
    "channel": (UnitChannel.channel_id, UnitChannel.name),
    "directive": (Directive.directive_id, Directive.code),
    "article": (Article.article_id, Article.title),
}
SORTS = frozenset({*_NAMES, "target"})


def list_names(tx: Tx, sort: str, ids: Collection[int]) -> dict[int, str]:
    """Name things of one sort by id; a target by its programme. What is no more has no name."""
    if sort == "target":
        query = select(Target.target_id, Programme.name).join(Programme, Programme.programme_id == Target.programme_id)
        rows: Any = tx.all(query.where(Target.target_id.in_(ids)))
    else:
        key, name = _NAMES[sort]
        rows = tx.all(select(key, name).where(key.in_(ids)))
    return {key: name or "" for key, name in rows}
