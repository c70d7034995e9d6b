"""Whether roll-ups equal what they sum, and putting them right; for `lantoa verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.clicks import ClickVerdict
from tracker.domain.rights import Right
from tracker.store import audit
from tracker.store import rollups as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.rollups import Sums

    Put = Callable[[Tx, Sums], None]


def compare(tx: Tx) -> list[str]:
    """Compare every roll-up with its source in one snapshot; give a line for each row that differs."""
    return [line for name, kept, summed, _ in _each(tx) for line in _differences(name, kept, summed)]


def rebuild(tx: Tx, viewer: Viewer, *, now: dt.datetime) -> list[str]:
    """Put every row right that differs from what it sums; give the lines of what was wrong.

    Each roll-up is compared after those it is made from were put right.
    """
    rights.require(Right.ADMIN, viewer)
    store.hold_still(tx)
    lines: list[str] = []
    for name, kept, summed, put in _each(tx):
        wrong = _differing(kept, summed)
        put(tx, {key: summed.get(key, ()) for key in wrong})
        lines += _differences(name, kept, summed)
    if lines:
        audit.record(
            tx, at=now, actor=viewer.account_id, action="rollups.rebuild", subject="rollups", row_count=len(lines)
        )
    return lines


def _each(tx: Tx) -> Iterator[tuple[str, Sums, Sums, Put]]:
    """Read the roll-ups with what they sum, one after the other, each after those it is made from."""
    valid = str(ClickVerdict.COUNTED)
    yield "member-day", store.member_days_kept(tx), store.member_days_summed(tx, valid), store.put_member_days
    yield "article-day", store.article_days_kept(tx), store.article_days_summed(tx), store.put_article_days
    yield "member-month clicks", store.month_clicks_kept(tx), store.month_clicks_summed(tx), store.put_month_clicks
    yield "member-month claims", store.month_claims_kept(tx), store.month_claims_summed(tx), store.put_month_claims


def _differing(kept: Sums, summed: Sums) -> list[tuple[object, ...]]:
    """Give the keys whose kept sums are not the true ones; a row of zeros equals no row."""
    wrong = []
    for key in kept.keys() | summed.keys():
        have, want = kept.get(key, ()), summed.get(key, ())
        if have != want and (any(have) or any(want)):
            wrong.append(key)
    return sorted(wrong)


def _differences(name: str, kept: Sums, summed: Sums) -> list[str]:
    lines = []
    for key in _differing(kept, summed):
        have, want = list(kept.get(key, ())), list(summed.get(key, ()))
        lines.append(f"{name} {'/'.join(str(k) for k in key)}: {have} is kept, {want} is true")
    return lines
