"""Where everything is put together: settings to engine, clock, web client, sandbox and application.

The only module that reads the clock. Each part is imported when it is asked for, so that a command imports only what it
runs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.types import AccountId, Role, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from starlette.types import ASGIApp

    from config.settings import Settings
    from crawler.run import Crawler
    from sandbox.pool import Sandbox
    from tracker.services.evidence_files import FileRoom
    from tracker.store.db import Database

PROGRAM = "lantoa"
SWITCH_S = 0.0005  # a redirect, or a fetch, waits no longer for a thread that reckons (Python's own: ten times that)


def clock() -> dt.datetime:
    """Read the clock: aware, UTC."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place


def console_viewer() -> Viewer:
    """Give whoever sits at the machine: acts with an administrator's rights, and stands in the audit as account 0."""
    return Viewer(account_id=AccountId(0), role=Role.ADMIN)


@dataclass(frozen=True, kw_only=True)
class House:
    """The parts of one process; each is made on first use and lives until the house is closed."""

    settings: Settings
    db: Database
    secret: bytes
    closing: contextlib.ExitStack

    @property
    def zone(self) -> ZoneInfo:
        """Give the zone of periods."""
        return self.settings.timezone

    def clock(self) -> dt.datetime:
        """Read the clock."""
        return clock()

    def today(self) -> dt.date:
        """Give the local day."""
        return clock().astimezone(self.zone).date()

    def check_ready(self) -> None:
        """Refuse a database that is away, behind or newer."""
        from tracker.migrations.upgrade import check

        check(self.db)

    @functools.cached_property
    def sandbox(self) -> Sandbox:
        """Give the worker processes for dangerous input."""
        from crawler.drafting import DRAFT_FEED
        from crawler.pages.listing_reading import LISTING_TASKS
        from crawler.parse import PARSE_TASKS
        from crawler.previewing import PREVIEW_TASKS
        from crawler.robots import ROBOTS_TASKS
        from sandbox.pool import Sandbox
        from tracker.services.evidence_files import UPLOAD_TASKS
        from tracker.services.imports.reading import SHEET_TASKS

        readers = (*PARSE_TASKS, DRAFT_FEED, *LISTING_TASKS, *PREVIEW_TASKS, *ROBOTS_TASKS)
        tasks = (*readers, *SHEET_TASKS, *UPLOAD_TASKS)
        return self.closing.enter_context(Sandbox(tasks=tasks))

    @functools.cached_property
    def page_sandbox(self) -> Sandbox:
        """Give the worker process that reads articles' pages: a large one, begun with the first page."""
        from crawler.page_facts import PAGE_FACTS_TASKS
        from sandbox.pool import Sandbox

        return self.closing.enter_context(Sandbox(tasks=PAGE_FACTS_TASKS))

    @functools.cached_property
    def files(self) -> FileRoom:
        """Give the folder of files that members send."""
        from tracker.services.evidence_files import FileRoom

        return FileRoom(self.settings.data / "evidence", self.sandbox)

    @functools.cached_property
    def crawler(self) -> Crawler:
        """Give the crawler: guard, politeness and sandbox as set."""
        from crawler.address import AddressPolicy
        from crawler.headers import user_agent
        from crawler.run import Crawler, CrawlSettings

        crawl = CrawlSettings(
            policy=AddressPolicy.parse(self.settings.allow_private_hosts),
            user_agent=user_agent(program_version(), self.settings.base_url),
            host_delay_s=self.settings.host_delay_s,
            host_concurrency=self.settings.host_concurrency,
            zone=self.zone,
        )
        return Crawler(self.db, self.sandbox, crawl, clock=clock, page_sandbox=self.page_sandbox)

    def application(self) -> ASGIApp:
        """Assemble web, API and the redirects in front of them."""
        from lantoa.application import assemble

        return assemble(self)


@contextlib.contextmanager
def open_house(*, base_url: str | None = None, ready: bool = True) -> Iterator[House]:
    """Open the house as the settings say; `ready` refuses a database that is not up to date.

    `base_url` stands in where none was set: the address the web server really listens on.
    """
    from config.logging import configure_logging
    from config.secret import ensure_data_folder, ensure_secret
    from config.settings import SettingsError

    configure_logging()
    sys.setswitchinterval(SWITCH_S)
    try:
        settings = _settings(base_url)
        ensure_data_folder(settings)
        secret = ensure_secret(settings)
    except SettingsError as error:
        raise AppError(Code.SETTINGS_INVALID, str(error)) from error
    with contextlib.ExitStack() as closing:
        db = _database(settings)
        closing.callback(db.close)
        house = House(settings=settings, db=db, secret=secret, closing=closing)
        if ready:
            _make_ready(house)
        yield house


def _database(settings: Settings) -> Database:
    """Open the database; an address that its driver cannot read is a wrong setting."""
    from sqlalchemy.exc import ArgumentError

    from tracker.store.db import Database

    try:
        return Database(settings.database_url)
    except (ArgumentError, ValueError):  # their words may hold parts of the address
        raise AppError(Code.SETTINGS_INVALID, "LANTOA_DATABASE_URL: the address cannot be read") from None


def _make_ready(house: House) -> None:
    """Lay the tables of a new installation; refuse one that is behind or newer."""
    from tracker.migrations.upgrade import check, is_empty, migrate

    if is_empty(house.db):
        migrate(house.db)
    check(house.db)


def program_version() -> str:
    """Give the version of the program that is installed."""
    return version(PROGRAM)


def _settings(base_url: str | None) -> Settings:
    from config.settings import load_settings

    settings = load_settings()
    if base_url is None or "base_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"base_url": base_url})
