"""A bounded errand: a few fetches within one deadline, for somebody who waits for the answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from crawler.types import FetchRequest

if TYPE_CHECKING:
    import datetime as dt

    from crawler.fetch import Fetcher
    from crawler.types import FetchOutcome

FETCHES_MOST: Final = 12
DEADLINE_S: Final = 45.0


class Errand:
    """Fetches until its number or its time is used up; waiting for a host's turn counts as time."""

    def __init__(
        self, fetcher: Fetcher, now: dt.datetime, *, fetches: int = FETCHES_MOST, deadline_s: float = DEADLINE_S
    ) -> None:
        self._fetcher, self.now = fetcher, now
        self.fetches_left = fetches
        self._until = asyncio.get_running_loop().time() + deadline_s

    async def fetch(self, url: str, *, accept: str | None = None, is_asked_for: bool = False) -> FetchOutcome | None:
        """Fetch one address; None where nothing more may be fetched. What nobody asked for by name heeds robots.txt."""
        if self.fetches_left <= 0:
            return None
        self.fetches_left -= 1
        plain = FetchRequest(url=url, obeys_robots=not is_asked_for)
        request = plain if accept is None else FetchRequest(url=url, obeys_robots=not is_asked_for, accept=accept)
        try:
            async with asyncio.timeout_at(self._until):
                return await self._fetcher.fetch(request, now=self.now)
        except TimeoutError:
            self.fetches_left = 0
            return None
