"""The pages as people meet them, on a fresh database with a small organisation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.application import Api, Clock, application, make_deps
from tests.web.browser import Browser, sign_in
from tracker.domain.types import ArticleId, FeedId, MemberId, Role, UnitId, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.store.db import Database

ROLES = ("member", "officer", "admin", "auditor")


@dataclass(frozen=True)
class Office:
    """A unit with one below it, a member there, one account of each role, an article and a source."""

    site: Api
    unit: UnitId
    branch: UnitId
    member: MemberId
    article: ArticleId
    feed: FeedId
    viewers: dict[str, Viewer]

    def browser(self, role: str, language: str = "vi") -> Browser:
        """Give the browser of somebody of a role."""
        return sign_in(self.site, self.viewers[role], language)


@pytest.fixture
def site(sqlite_db: Database) -> Iterator[Api]:
    """Give the application on a fresh SQLite database; what differs between databases is tried in tests/api."""
    clock, loop = Clock(), asyncio.new_event_loop()
    yield Api(application(make_deps(sqlite_db, clock)), sqlite_db, clock, loop)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture
def office(site: Api) -> Office:
    """Give the application with a small organisation in it."""
    return furnish(site)


def furnish(site: Api, *, name: str = "Nguyễn Văn An", title: str = "Bài viết mẫu") -> Office:
    """Put a small organisation in; names may be hostile."""
    with site.db.write() as tx:
        unit = make.unit(tx, "DU", f"Đảng ủy {name}")
        branch = make.unit(tx, "CB1", f"Chi bộ {name}", above=(unit,))
        member = make.member(tx, branch, "001", name)
        make.consents(tx, member)
        viewers = {
            "member": make.account(tx, "an", Role.MEMBER, member_id=member),
            "officer": make.account(tx, "canbo", Role.OFFICER, unit_id=unit),
            "admin": make.account(tx, "quantri", Role.ADMIN, password_hash=make.HASH),
            "auditor": make.account(tx, "kiemtra", Role.AUDITOR, unit_id=unit),
        }
        article, feed = make.article(tx, title=title), make.feed(tx)
    return Office(site, unit, branch, member, article, feed, viewers)
