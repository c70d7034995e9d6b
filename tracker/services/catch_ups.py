"""Bylines collected before somebody could be asked about them: looked through once a member comes to be asked.

That is so when a member agrees to the processing of their data, gets a pen name or another name, or is put down. Done
by the worker in small steps, each in one transaction with where it ended: a step that was cut off is taken again, and
one taken twice changes nothing. What becomes of a piece, bylines.py says, as for an article that comes in today.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.names import fold
from tracker.services import bylines
from tracker.services.bylines import Collected
from tracker.store import catch_ups as store
from tracker.store import roster, suggestions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.store.catch_ups import Signed
    from tracker.store.db import Tx
    from tracker.store.roster import Bearer

BACK_DAYS: Final = 400
ARTICLES_MOST: Final = 100  # looked at for one member in one step
WORK_MOST: Final = 20  # what one step may cost, in bylines weighed: 0.1 s of one transaction at the most
SEARCH_WORK: Final = 2  # what it costs to look for the names of one member
END_WORDS: Final = 2  # the end of a name that may stand for it


def ask(tx: Tx, member_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Have earlier bylines looked through for those of these members who agreed to it.

    What waits for their answer under a name that they no longer bear is withdrawn at once.
    """
    agreed = roster.list_consented(tx, member_ids)
    store.ask(tx, agreed, at=now)
    _withdraw(tx, agreed)


def work(tx: Tx, now: dt.datetime, zone: dt.tzinfo) -> int:
    """Take a step; give how many articles were looked at and searches ended: 0 where nothing is left to do."""
    due = store.list_due(tx, limit=WORK_MOST // SEARCH_WORK)
    bearers = {bearer.member_id: bearer for bearer in roster.list_these(tx, [one.member_id for one in due])}
    since = now - dt.timedelta(days=BACK_DAYS)
    left, done = WORK_MOST, 0
    for one in due:
        left -= SEARCH_WORK
        if left <= 0:
            break
        bearer = bearers.get(one.member_id)
        found = _Found() if bearer is None else _find(tx, bearer, since, one.before_id, most=left)
        for piece in found.theirs:
            bylines.offer(tx, [piece], now=now, zone=zone)  # one by one: each counts in how often a name is met
        left -= len(found.theirs)
        done += found.looked_count
        if found.ended_at is None:
            store.end(tx, one)
            done += 1
        else:
            store.go_on(tx, one, found.ended_at)
    return done


def _withdraw(tx: Tx, member_ids: Iterable[int]) -> None:
    waiting = suggestions.list_waiting(tx, member_ids)
    for bearer in roster.list_these(tx, waiting):
        bylines_of = waiting[bearer.member_id]
        gone = [article_id for article_id, authors in bylines_of.items() if not _may_be(bearer, authors)]
        suggestions.withdraw(tx, bearer.member_id, gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a step weighs for one member; `ended_at` is the last article it looked at, None where no more follow."""

    theirs: tuple[Collected, ...] = ()
    looked_count: int = 0
    ended_at: int | None = None


def _find(tx: Tx, bearer: Bearer, since: dt.datetime, before_id: int | None, *, most: int) -> _Found:
    """Look at a member's next articles, as far as there are not more than `most` bylines to weigh."""
    signed = _list_signed(tx, bearer, since, before_id)
    theirs = [place for place, one in enumerate(signed) if _may_be(bearer, one.authors)]
    looked = signed if len(theirs) <= most else signed[: theirs[most]]
    goes_on = len(looked) < len(signed) or len(signed) == ARTICLES_MOST
    return _Found(
        theirs=tuple(_collected(signed[place]) for place in theirs[:most]),
        looked_count=len(looked),
        ended_at=looked[-1].article_id if goes_on else None,
    )


def _collected(signed: Signed) -> Collected:
    return Collected(article_id=signed.article_id, authors=signed.authors, unit=signed.author_unit)


def _list_signed(tx: Tx, bearer: Bearer, since: dt.datetime, before_id: int | None) -> list[Signed]:
    """List the articles in which the words of a member's names stand; an article that bears one has them all."""
    names = {tuple(fold(bearer.full_name).split()[-END_WORDS:])} | {tuple(fold(n).split()) for n in bearer.pen_names}
    names.discard(())
    return store.list_signed(tx, names, since=since, before_id=before_id, limit=ARTICLES_MOST) if names else []


def _may_be(bearer: Bearer, authors: Iterable[str]) -> bool:
    """Tell whether a byline bears a name of a member, or the end of one."""
    full, pens = fold(bearer.full_name), {fold(name) for name in bearer.pen_names}
    said = {fold(name) for name in authors}
    return not said.isdisjoint({full, *pens}) or any(full.endswith(f" {name}") for name in said)
