"""A committee with branches that run pages and groups, for tests of channels and of their exports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from sandbox.pool import Sandbox
from tests import make
from tests.api.cell import made_of
from tests.application import make_deps
from tracker.domain.types import Role
from tracker.domain.urls import url_key
from tracker.services.evidence_files import FileRoom
from tracker.services.imports.reading import SHEET_TASKS
from tracker.store.tables.feeds import ArticleAddress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.application import Api, Caller
    from tracker.domain.types import ArticleId, UnitId

NAME = "Bình Phước _ Khối Cơ quan và Doanh nghiệp"
HEAD = "Post ID,Permalink,Publish time,Title,Description,Reach,Reactions,Comments,Shares"


@dataclass
class House:
    """A committee with two branches, an officer at each place, an auditor and a member."""

    api: Api
    files: Path
    committee: UnitId
    branch: UnitId
    other: UnitId
    article: ArticleId
    above: Caller
    officer: Caller
    stranger: Caller
    auditor: Caller
    member: Caller

    def channel(self, **more: Any) -> int:
        body = {"name": NAME, "platform": "facebook", "kind": "page", "unit_id": self.branch}
        made: int = made_of(self.above.post("/channels", json=body | more))["id"]
        return made


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1, tasks=SHEET_TASKS) as made:
        yield made


@pytest.fixture
def house(api: Api, sandbox: Sandbox, tmp_path: Path) -> House:
    room = FileRoom(tmp_path / "evidence", sandbox)
    api.app.state.deps = replace(make_deps(api.db, api.clock), files=room, sandbox=sandbox)
    with api.db.write() as tx:
        committee = make.unit(tx, "DU", "Đảng ủy")
        branch, other = make.unit(tx, "CB1", above=(committee,)), make.unit(tx, "CB2", above=(committee,))
        person = make.member(tx, branch, "A")
        article = make.article(tx)
        url = "https://nhandan.vn/bai-1-post100001.html"
        tx.execute(insert(ArticleAddress), {"url_key": url_key(url), "url": url, "article_id": article})
        viewers = [
            make.account(tx, "above", Role.OFFICER, unit_id=committee),
            make.account(tx, "officer", Role.OFFICER, unit_id=branch),
            make.account(tx, "stranger", Role.OFFICER, unit_id=other),
            make.account(tx, "auditor", Role.AUDITOR, unit_id=committee),
            make.account(tx, "member", Role.MEMBER, member_id=person),
        ]
    callers = [api.as_viewer(viewer) for viewer in viewers]
    return House(api, tmp_path / "evidence", committee, branch, other, article, *callers)


def got(caller: Caller, path: str) -> dict[str, Any]:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def send(caller: Caller, channel: int, text: str | bytes, **data: str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return caller.post(f"/channels/{channel}/insights", files={"file": ("xuat.csv", content)}, data=data)
