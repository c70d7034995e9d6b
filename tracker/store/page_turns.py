"""Whose turn it is to be read: of the pages that are due the next of each host, found without looking at the others.

A host is found from the one before it, and its next page by its place in the index: what this costs grows with the
hosts that have pages due, not with the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from tracker.domain.page_reads import ReadState
from tracker.store.columns import UTCDateTime
from tracker.store.hosts import HELD_OFF
from tracker.store.tables.feeds import HostPause, PageRead

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import CTE, BindParameter, ColumnElement, ScalarSelect, Select

    from tracker.store.db import Tx

    Now = dt.datetime | BindParameter[dt.datetime]


def list_next(tx: Tx, *, now: dt.datetime, limit: int, full_hosts: Collection[str]) -> Sequence[int]:
    """List the articles whose pages come next, one of a host: first those that people caused, then the longest due.

    Full hosts are left out, and those that asked all of us to wait.
    """
    return tx.execute(NEXT_PAGES, {"now": now, "most": limit, "full_hosts": list(full_hosts)}).scalars().all()


def is_due(now: Now, page: type[PageRead] = PageRead) -> tuple[ColumnElement[bool], ...]:
    """Tell that a page may be read now: its time has come and nobody has it."""
    free = or_(page.lease_until.is_(None), page.lease_until < now)
    return page.state == ReadState.DUE, page.due_at <= now, free


def _hosts() -> CTE:
    """Select the hosts with pages in state due, each the next after the one before."""
    page = aliased(PageRead)
    least = select(func.min(PageRead.host_key).label("host_key")).where(PageRead.state == ReadState.DUE)
    hosts = least.cte("hosts", recursive=True)
    above = (page.state == ReadState.DUE, page.host_key > hosts.c.host_key)
    following = select(func.min(page.host_key)).where(*above).scalar_subquery()
    return hosts.union_all(select(following).where(hosts.c.host_key.is_not(None)))


def _first_of(hosts: CTE, now: Now, *, by_source: bool) -> ScalarSelect[Any]:
    page = aliased(PageRead)
    mine = (page.host_key == hosts.c.host_key, page.by_source == by_source, *is_due(now, page))
    return select(page.article_id).where(*mine).order_by(page.due_at, page.article_id).limit(1).scalar_subquery()


def _next_pages() -> Select[Any]:
    """Select what `list_next` lists; made once, for making it costs more than running it."""
    hosts, now = _hosts(), bindparam("now", type_=UTCDateTime)
    asked_to_wait = select(HostPause.host_key).where(
        HostPause.host_key == hosts.c.host_key, HostPause.slot == HELD_OFF, HostPause.next_at > now
    )
    first = func.coalesce(*(_first_of(hosts, now, by_source=by_source) for by_source in (False, True)))
    full = hosts.c.host_key.in_(bindparam("full_hosts", expanding=True))
    chosen = select(first.label("article_id")).where(~full, ~asked_to_wait.exists()).cte("chosen")
    order = (PageRead.by_source, PageRead.due_at, PageRead.article_id)
    query = select(PageRead.article_id).join(chosen, chosen.c.article_id == PageRead.article_id)
    return query.order_by(*order).limit(bindparam("most", type_=Integer))


NEXT_PAGES: Final = _next_pages()
