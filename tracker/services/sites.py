"""robots.txt and cookies of sites, kept for all processes. Called by the crawler for itself, not for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.store import sites as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.sites import RobotsFile
    from tracker.store.db import Tx


def find_robots(tx: Tx, host_key: str, *, now: dt.datetime) -> RobotsFile | None:
    """Find a site's robots.txt that still holds."""
    return store.find_robots(tx, host_key, now=now)


def record_robots(tx: Tx, file: RobotsFile) -> None:
    """Keep a site's robots.txt."""
    store.record_robots(tx, file)


def find_cookies(tx: Tx, host_key: str) -> list[dict[str, Any]]:
    """Find the cookies of a site."""
    return store.find_cookies(tx, host_key)


def record_cookies(tx: Tx, host_key: str, cookies: list[dict[str, Any]], *, now: dt.datetime) -> None:
    """Keep the cookies of a site."""
    store.record_cookies(tx, host_key, cookies, now=now)
