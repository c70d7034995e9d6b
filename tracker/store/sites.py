"""What is kept of a site for all processes: its robots.txt and the cookies it gave us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tracker.domain.sites import RobotsFile, RobotsState
from tracker.store.tables.feeds import CookieJar
from tracker.store.tables.feeds import RobotsFile as RobotsRow

if TYPE_CHECKING:
    import datetime as dt

    from tracker.store.db import Tx


def find_robots(tx: Tx, host_key: str, *, now: dt.datetime) -> RobotsFile | None:
    """Find a site's robots.txt that still holds."""
    row = tx.first(
        select(RobotsRow.host_key, RobotsRow.state, RobotsRow.body, RobotsRow.fetched_at, RobotsRow.until).where(
            RobotsRow.host_key == host_key, RobotsRow.until > now
        )
    )
    if row is None:
        return None
    return RobotsFile(
        host_key=row.host_key,
        state=RobotsState(row.state),
        body=row.body,
        fetched_at=row.fetched_at,
        until=row.until,
    )


def record_robots(tx: Tx, file: RobotsFile) -> None:
    """Keep a site's robots.txt in place of what was known; those that hold no more are forgotten."""
    tx.changed(delete(RobotsRow).where(RobotsRow.until <= file.fetched_at, RobotsRow.host_key != file.host_key))
    values: dict[str, Any] = {
        "state": file.state.value,
        "body": file.body,
        "fetched_at": file.fetched_at,
        "until": file.until,
    }
    made = tx.insert(RobotsRow).values(host_key=file.host_key, **values)
    tx.execute(made.on_conflict_do_update(index_elements=["host_key"], set_=values))


def find_cookies(tx: Tx, host_key: str) -> list[dict[str, Any]]:
    """Find the cookies of a site, as they were kept."""
    return list(tx.scalar(select(CookieJar.cookies).where(CookieJar.host_key == host_key)) or [])


def record_cookies(tx: Tx, host_key: str, cookies: list[dict[str, Any]], *, now: dt.datetime) -> None:
    """Keep the cookies of a site in place of those known."""
    values = {"cookies": cookies, "updated_at": now}
    made = tx.insert(CookieJar).values(host_key=host_key, **values)
    tx.execute(made.on_conflict_do_update(index_elements=["host_key"], set_=values))
