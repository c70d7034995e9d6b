"""Bylines collected before somebody could be asked about them: looked through once a member comes to be asked.

That is so when a member agrees to the processing of their data, gets a pen name or another name, or is put down. Done
by the worker in small steps, each in one transaction with where it ended: a step that was cut off is taken again, and
one taken twice changes nothing. What becomes of a piece, bylines.py says, as for an article that comes in today.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from tracker.domain.names import fold
from tracker.services import bylines
from tracker.services.bylines import Collected
from tracker.store import catch_ups as store
from tracker.store import roster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.store.catch_ups import Signed
    from tracker.store.db import Tx
    from tracker.store.roster import Bearer

BACK_DAYS: Final = 400
MEMBERS_MOST: Final = 50  # in one step
ARTICLES_MOST: Final = 100  # looked at for one member in one step
WEIGHED_MOST: Final = 100  # bylines of one step, so that no transaction is long
END_WORDS: Final = 2  # the end of a name that may stand for it


def ask(tx: Tx, member_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Have earlier bylines looked through for those of these members who agreed to it."""
    store.ask(tx, roster.list_consented(tx, member_ids), at=now)


def work(tx: Tx, now: dt.datetime, zone: dt.tzinfo) -> int:
    """Take a step; give how many articles were looked at and searches ended."""
    due = store.list_due(tx, limit=MEMBERS_MOST)
    bearers = {bearer.member_id: bearer for bearer in roster.list_these(tx, [one.member_id for one in due])}
    since = now - dt.timedelta(days=BACK_DAYS)
    weighed = done = 0
    for one in due:
        if weighed >= WEIGHED_MOST:
            break
        bearer = bearers.get(one.member_id)
        found = [] if bearer is None else _list_signed(tx, bearer, since, one.before_id)
        done += len(found)
        for signed in found:
            if bearer is not None and _may_be(bearer, signed):
                piece = Collected(article_id=signed.article_id, authors=signed.authors, unit=signed.author_unit)
                bylines.offer(tx, [piece], now=now, zone=zone)  # one by one: each counts in how often a name is met
                weighed += 1
        if len(found) < ARTICLES_MOST:
            store.end(tx, one)
            done += 1
        else:
            store.go_on(tx, one, found[-1].article_id)
    return done


def _list_signed(tx: Tx, bearer: Bearer, since: dt.datetime, before_id: int | None) -> list[Signed]:
    """List the articles in which the words of a member's names stand; an article that bears one has them all."""
    names = {tuple(fold(bearer.full_name).split()[-END_WORDS:])} | {tuple(fold(n).split()) for n in bearer.pen_names}
    names.discard(())
    return store.list_signed(tx, names, since=since, before_id=before_id, limit=ARTICLES_MOST) if names else []


def _may_be(bearer: Bearer, signed: Signed) -> bool:
    """Tell whether a byline bears a name of a member, or the end of one."""
    full, pens = fold(bearer.full_name), {fold(name) for name in bearer.pen_names}
    said = {fold(name) for name in signed.authors}
    return not said.isdisjoint({full, *pens}) or any(full.endswith(f" {name}") for name in said)
