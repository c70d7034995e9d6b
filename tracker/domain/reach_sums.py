"""What was reached in whole months by all, from sums: the items and totals of reach.py without a row a click. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.reach import Pile, ReachBy, items_of, post_key, posts_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tracker.domain.figures import Figure
    from tracker.domain.periods import Period
    from tracker.domain.reach import Key, ReachItem
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import ArticleId, UnitId

SUMMED = frozenset({ReachBy.ARTICLE, ReachBy.UNIT})  # the others ask for the rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFigures:
    """The own figures of one claim that counts, with the subjects under which they come."""

    unit_id: UnitId
    article_id: ArticleId | None
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachSums:
    """Sums of a period by a kind of subject, with the subjects' titles.

    `clicks`: clicks and person-days, `total` over all (None: there are none); `shares` of each subject of a claim.
    """

    clicks: Mapping[Key, tuple[int, int]]
    shares: Mapping[Key, int]
    claims: Sequence[ClaimFigures]
    total: tuple[int, int] | None
    titles: Mapping[Key, str]


def reach(reckoner: Reckoner, asked: Period, by: ReachBy, sums: ReachSums) -> tuple[list[ReachItem], list[Figure]]:
    """Put sums together by a kind of subject, and over all; posts of channels are the ledger's."""
    piles: dict[Key, Pile] = defaultdict(Pile)
    for key, counts in sums.clicks.items():
        piles[key].add_clicks(*counts)
    for key, shares in sums.shares.items():
        piles[key].shares += shares
    whole = Pile()
    if sums.total is not None:
        whole.add_clicks(*sums.total)
    for subject, figures in _stated(reckoner, asked, by, sums):
        whole.figures += figures
        if subject is not None:
            piles[subject].figures += figures
    at = reckoner.ledger.cut_off_at
    return items_of(piles, by, at, sums.titles, {}), list(whole.tallied(at))


def _stated(
    reckoner: Reckoner, asked: Period, by: ReachBy, sums: ReachSums
) -> Iterator[tuple[Key | None, Sequence[Figure]]]:
    """Give the figures of claims and of posts, with their subject."""
    for claim in sums.claims:
        yield claim.article_id if by is ReachBy.ARTICLE else claim.unit_id, claim.figures
    for post in posts_in(reckoner, asked):
        yield post_key(reckoner.ledger, post, by), post.figures
