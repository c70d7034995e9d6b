"""Sums of whole months in place of a ledger's claims and clicks, where they tell the same; None where they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind
from tracker.domain.contribution import UnitTotal
from tracker.domain.month_sums import ProgressSums, progress_wanted, sums_wanted
from tracker.store import counted, sums
from tracker.store.standings import Territory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.domain.figures import Figure
    from tracker.domain.month_sums import MemberSums
    from tracker.domain.periods import Period
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import ClaimId, UnitId
    from tracker.store.db import Tx
    from tracker.store.sums import DayClaims


def find_members(tx: Tx, reckoner: Reckoner, asked: Period) -> MemberSums | None:
    """Find the sums from which contributions of a period are reckoned."""
    wanted = sums_wanted(reckoner, asked)
    return None if wanted is None else sums.sum_members(tx, territory_of(reckoner), asked, wanted)


def find_progress(tx: Tx, reckoner: Reckoner, asked: Period) -> ProgressSums | None:
    """Find the sums from which progress and contributions of a period are reckoned."""
    wanted, territory = progress_wanted(reckoner, asked), territory_of(reckoner)
    if wanted is None:
        return None
    return ProgressSums(
        members=sums.sum_members(tx, territory, asked, wanted.members),
        units=sums.count_unit_claims(tx, territory, wanted.units),
        credits=sums.list_credits(tx, territory, wanted.assigned),
    )


def get_total(tx: Tx, reckoner: Reckoner, asked: Period) -> UnitTotal:
    """Count the accepted claims of a period of whole months by kind, each once."""
    counts: Counter[ClaimKind] = Counter()
    for (_, kind), count in count_by_unit(tx, reckoner, asked).items():
        counts[kind] += count
    shares, authored, presentations = (
        counts[kind] for kind in (ClaimKind.SHARE, ClaimKind.AUTHORED, ClaimKind.PRESENTATION)
    )
    return UnitTotal(shares=shares, authored=authored, presentations=presentations)


def list_stated(tx: Tx, reckoner: Reckoner, asked: Period) -> dict[ClaimId, list[Figure]]:
    """List the claims' own figures that may enter a period."""
    return counted.list_figures(tx, days_of(reckoner, asked))


def count_by_unit(tx: Tx, reckoner: Reckoner, asked: Period) -> Counter[tuple[UnitId, ClaimKind]]:
    """Count the claims that count in the units asked about by unit and kind."""
    found: Counter[tuple[UnitId, ClaimKind]] = Counter()
    for unit_id, kind, count in sums.count_claims(tx, days_of(reckoner, asked), but=odd_units(reckoner, asked)):
        found[unit_id, kind] += count
    for row in list_day_claims(tx, reckoner, asked):
        found[row.unit_id, row.kind] += row.count
    return found


def list_day_claims(tx: Tx, reckoner: Reckoner, asked: Period) -> Iterator[DayClaims]:
    """Give the claims of units that were not there all the time, of the days on which they were."""
    for row in sums.list_day_claims(tx, days_of(reckoner, asked), odd_units(reckoner, asked)):
        if row.unit_id in reckoner.units_on(row.on):
            yield row


def odd_units(reckoner: Reckoner, asked: Period) -> list[UnitId]:
    """Give the units that were not there all the time, or at several places."""
    return sorted(reckoner.ledger.units.keys() - reckoner.steady_units(asked))


def territory_of(reckoner: Reckoner) -> Territory:
    """Give whose rows the ledger holds, and of which days."""
    ledger = reckoner.ledger
    return Territory(unit_id=ledger.unit_id, member_id=ledger.member_id, start_on=ledger.start_on, end_on=ledger.end_on)


def days_of(reckoner: Reckoner, asked: Period) -> Territory:
    """Give the same of the days asked about."""
    return replace(territory_of(reckoner), start_on=asked.start_on, end_on=asked.end_on)
