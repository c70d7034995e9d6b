"""What a source shows as a whole once its entries are made into drafts. Pure.

How long a source's list takes to be renewed decides how often it must be asked so that nothing is missed.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tracker.domain.feed_findings import Findings
from tracker.domain.feeds import ArticleDraft, DateQuality

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from crawler.normalise import Normalised
    from crawler.types import ParsedFeed
    from tracker.domain.feeds import Skipped

DATED_LEAST: Final = 9
DAY_S: Final = 24 * 3600
STRAY_S: Final = DAY_S  # a feed may lead with what it deems important: hours are no contradiction, days are
STRAY_SHARE: Final = 5
TIMED: Final = frozenset({DateQuality.EXACT, DateQuality.LOCAL, DateQuality.ORDER})


def find_out(feed: ParsedFeed, found: Normalised) -> Findings:
    """Give what a source showed."""
    told = Counter(found.orders).most_common(1)
    order, by = told[0][0] if told else (None, None)
    return Findings(
        format=feed.format,
        generator=feed.generator,
        link=feed.link,
        entry_count=len(feed.items),
        span_s=renewal_s(found.drafts),
        date_order="" if order is None else order.value,
        order_by="" if by is None else by.value,
    )


def renewal_s(drafts: Sequence[ArticleDraft | Skipped]) -> int | None:
    """Give in how many seconds two thirds of a list were published; None where too few of its times are known.

    The oldest third is left aside: lists keep single old articles.
    """
    times = sorted(_times(drafts))
    if len(times) < DATED_LEAST:
        return None
    return int((times[-1] - times[len(times) // 3]).total_seconds())


def go_back_and_forth(drafts: Sequence[ArticleDraft | Skipped]) -> bool:
    """Tell whether dates contradict the order of the entries, newest or oldest first, by more than a day each."""
    times = _times(drafts)
    if len(times) < DATED_LEAST:
        return False
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    strays = min(sum(step > STRAY_S for step in steps), sum(step < -STRAY_S for step in steps))
    return strays * STRAY_SHARE > len(steps)


def _times(drafts: Sequence[ArticleDraft | Skipped]) -> list[dt.datetime]:
    timed = (draft for draft in drafts if isinstance(draft, ArticleDraft) and draft.date_quality in TIMED)
    return [draft.published_at for draft in timed if draft.published_at is not None]
