"""Whether roll-ups equal what they sum; for `lantoa verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.clicks import ClickVerdict
from tracker.store import rollups as store

if TYPE_CHECKING:
    from tracker.store.db import Tx
    from tracker.store.rollups import Sums


def compare(tx: Tx) -> list[str]:
    """Compare every roll-up with its source in one snapshot; give a line for each row that differs."""
    return [
        *_differences(
            "member-day", store.member_days_kept(tx), store.member_days_summed(tx, str(ClickVerdict.COUNTED))
        ),
        *_differences("article-day", store.article_days_kept(tx), store.article_days_summed(tx)),
        *_differences("member-month clicks", store.month_clicks_kept(tx), store.month_clicks_summed(tx)),
        *_differences("member-month claims", store.month_claims_kept(tx), store.month_claims_summed(tx)),
    ]


def _differences(name: str, kept: Sums, summed: Sums) -> list[str]:
    """Name the keys whose kept sums are not the true ones; a row of zeros equals no row."""
    rows = []
    for key in sorted(kept.keys() | summed.keys()):
        have, want = kept.get(key, ()), summed.get(key, ())
        if have != want and (any(have) or any(want)):
            rows.append(f"{name} {'/'.join(str(k) for k in key)}: {list(have)} is kept, {list(want)} is true")
    return rows
