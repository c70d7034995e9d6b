"""The memory of the click judges of several web processes: unlogged, of one local day, tokens only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, tuple_

from tracker.domain.clicks import ClickMemory
from tracker.store.tables.links import ClickBurst, ClickReader, ClickSecret

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.store.db import Tx


def lock(tx: Tx) -> None:
    """Wait until no other process judges."""
    tx.lock("clicks")


def find_secret(tx: Tx, day: dt.date) -> bytes | None:
    """Find the secret of a local day."""
    secret: bytes | None = tx.scalar(select(ClickSecret.secret).where(ClickSecret.day == day))
    return secret


def add_secret(tx: Tx, day: dt.date, fresh: bytes) -> bytes:
    """Make `fresh` the secret of a local day that has none; give it."""
    tx.execute(tx.insert(ClickSecret).values(day=day, secret=fresh))
    return fresh


def forget_before(tx: Tx, day: dt.date) -> None:
    """Forget secrets, readers and networks of the days before a local day."""
    for table in (ClickSecret, ClickReader, ClickBurst):
        tx.execute(delete(table).where(table.day < day))


def recall(tx: Tx, day: dt.date, tokens: Collection[bytes], networks: Collection[tuple[str, bytes]]) -> ClickMemory:
    """Give what is known of these readers, and of these links and networks, on a day."""
    readers = select(ClickReader.token, ClickReader.last_at, ClickReader.counted).where(
        ClickReader.day == day, ClickReader.token.in_(tokens)
    )
    bursts = select(ClickBurst.slug, ClickBurst.network, ClickBurst.times).where(
        ClickBurst.day == day, tuple_(ClickBurst.slug, ClickBurst.network).in_(networks)
    )
    return ClickMemory(
        day=day,
        readers={r.token: (r.last_at, r.counted) for r in tx.all(readers)},
        bursts={(r.slug, r.network): tuple(dt.datetime.fromisoformat(t) for t in r.times) for r in tx.all(bursts)},
    )


def remember(tx: Tx, memory: ClickMemory) -> None:
    """Keep what is known after judging."""
    readers = [
        {"token": token, "day": memory.day, "last_at": last_at, "counted": counted}
        for token, (last_at, counted) in memory.readers.items()
    ]
    bursts = [
        {"slug": slug, "network": network, "day": memory.day, "times": [at.isoformat() for at in times]}
        for (slug, network), times in memory.bursts.items()
    ]
    statement = tx.insert(ClickReader)
    seen = {"day": statement.excluded.day, "last_at": statement.excluded.last_at, "counted": statement.excluded.counted}
    if readers:
        tx.execute(statement.on_conflict_do_update(index_elements=["token"], set_=seen), readers)
    statement = tx.insert(ClickBurst)
    times = {"day": statement.excluded.day, "times": statement.excluded.times}
    if bursts:
        tx.execute(statement.on_conflict_do_update(index_elements=["slug", "network"], set_=times), bursts)
