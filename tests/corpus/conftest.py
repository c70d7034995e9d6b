"""A local news site and a crawler on a fresh database of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.page_facts import PAGE_FACTS_TASKS
from sandbox import Sandbox
from tests.corpus.house import CrawlHouse
from tests.corpus.newsroom import Newsroom
from tests.corpus.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.store.db import Database


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Leave a crawler at work on a site out of the fast loop; what it reads there is tried there byte by byte."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if item.path.is_relative_to(Path(__file__).parent) and not {"site", "house"}.isdisjoint(asked):
            item.add_marker("thorough")


@pytest.fixture
def site() -> Iterator[Site]:
    """Give a news site without pages."""
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture
def house(db: Database, sandbox: Sandbox) -> CrawlHouse:
    """Give a crawler on a fresh database; the test runs on SQLite and PostgreSQL."""
    return CrawlHouse(db, sandbox)


@pytest.fixture(scope="package")
def pages() -> Iterator[Sandbox]:
    """Give the worker process that pages are read in."""
    with Sandbox(tasks=PAGE_FACTS_TASKS) as opened:
        yield opened


@pytest.fixture
def news(house: CrawlHouse, site: Site, pages: Sandbox) -> Newsroom:
    """Give a site whose pages are read."""
    return Newsroom(house, site, pages)
