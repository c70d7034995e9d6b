"""Co-authors and pen names through the API; the blind second look; republications that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from tests import make
from tracker.domain.types import Role
from tracker.services import second_looks
from tracker.store.tables.claims import Suggestion
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from tests.api.conftest import Api
    from tracker.domain.types import ArticleId, Viewer

PIECE = {"kind": "authored", "url": "https://baotinh.vn/xay-dung-dang/bai-viet-12345.html"}


@dataclass
class Cell:
    """Two members of a unit, its officer, one of another unit, an administrator, an article."""

    api: Api
    be: Viewer
    tu: Viewer
    officer: Viewer
    stranger: Viewer
    admin: Viewer
    article: ArticleId

    def file(self, **more: Any) -> dict[str, Any]:
        answer = self.api.as_viewer(self.be).post("/claims", json=PIECE | more)
        assert answer.status_code == 201, answer.text
        claim: dict[str, Any] = answer.json()
        return claim

    def offer(self, viewer: Viewer) -> str:
        with self.api.db.write() as tx:
            row: dict[str, Any] = {"member_id": viewer.member_id, "article_id": self.article, "reasons": []}
            tx.execute(insert(Suggestion), row | {"score_percent": 90, "offered_at": make.NOW})
        return f"/suggestions/{viewer.member_id}-{self.article}"


@pytest.fixture
def cell(api: Api) -> Cell:
    with api.db.write() as tx:
        unit_id, other = make.unit(tx, "U1"), make.unit(tx, "U2")
        people = [make.member(tx, unit_id, f"{n}", name) for n, name in enumerate(("Lê Văn Bé", "Trần Thị Tư"))]
        for member_id in people:
            make.consents(tx, member_id)
        article = make.article(tx, 1)
        tx.execute(update(Article).where(Article.article_id == article).values(authors=["Lê Văn Bé", "Trần Thị Tư"]))
        return Cell(
            api,
            make.account(tx, "be", Role.MEMBER, member_id=people[0]),
            make.account(tx, "tu", Role.MEMBER, member_id=people[1]),
            make.account(tx, "canbo", Role.OFFICER, unit_id=unit_id),
            make.account(tx, "khac", Role.OFFICER, unit_id=other),
            make.account(tx, "quantri", Role.ADMIN),
            article,
        )


def test_a_claim_tells_how_each_co_author_stands_and_they_answer(cell: Cell) -> None:
    claim = cell.file(coauthor_ids=[cell.tu.member_id])
    assert claim["coauthor_ids"] == [cell.tu.member_id]
    assert [c["state"] for c in claim["coauthors"]] == ["named"]
    caller = cell.api.as_viewer(cell.tu)
    (item,) = caller.get("/coauthorships").json()["items"]
    assert (item["claim_id"], item["owner_name"], item["state"]) == (claim["id"], "Lê Văn Bé", "named")
    answer = caller.post(f"/coauthorships/{claim['id']}", json={"answer": "agree"})
    assert (answer.status_code, answer.json()["state"]) == (200, "agreed")
    assert caller.get(f"/claims/{claim['id']}").json()["coauthors"][0]["state"] == "agreed"
    assert caller.post(f"/coauthorships/{claim['id']}", json={"answer": "object"}).json()["state"] == "objected"
    assert caller.get(f"/claims/{claim['id']}").status_code == 404


def test_with_what_names_one_not_one_has_nothing_to_do(cell: Cell) -> None:
    claim = cell.file()
    caller = cell.api.as_viewer(cell.tu)
    assert caller.post(f"/coauthorships/{claim['id']}", json={"answer": "agree"}).status_code == 404
    assert caller.post(f"/coauthorships/{claim['id']}", json={"answer": "perhaps"}).status_code == 404
    assert cell.api.as_viewer(cell.officer).get("/coauthorships").status_code == 403
    assert cell.api.anyone.get("/coauthorships").status_code == 401


def test_the_second_who_says_mine_joins_the_first_claim(cell: Cell) -> None:
    first = cell.api.as_viewer(cell.be).post(cell.offer(cell.be), json={"answer": "mine"}).json()
    answer = cell.api.as_viewer(cell.tu).post(cell.offer(cell.tu), json={"answer": "mine"})
    assert answer.status_code == 201, answer.text
    joined = answer.json()
    assert (joined["id"], joined["state"]) == (first["id"], "pending")
    assert joined["coauthor_ids"] == [cell.tu.member_id]


def test_who_says_mine_after_the_acceptance_is_decided_on_by_an_officer(cell: Cell) -> None:
    first = cell.api.as_viewer(cell.be).post(cell.offer(cell.be), json={"answer": "mine"}).json()
    officer = cell.api.as_viewer(cell.officer)
    officer.post(f"/claims/{first['id']}/reviews", json={"verdict": "accept"})
    answer = cell.api.as_viewer(cell.tu).post(cell.offer(cell.tu), json={"answer": "mine"})
    assert (answer.status_code, answer.json()["coauthor_ids"]) == (201, [])
    (item,) = officer.get("/coauthors/asked").json()["items"]
    assert item["member_name"] == "Trần Thị Tư"
    path = f"/claims/{first['id']}/coauthors/{cell.tu.member_id}"
    assert cell.api.as_viewer(cell.be).post(path, json={"verdict": "accept"}).status_code == 403
    assert cell.api.as_viewer(cell.stranger).post(path, json={"verdict": "accept"}).status_code == 404
    assert officer.post(path, json={"verdict": "perhaps"}).status_code == 422
    assert officer.post(path, json={"verdict": "accept"}).json()["state"] == "agreed"
    assert officer.get("/coauthors/asked").json()["items"] == []
    assert officer.get(f"/claims/{first['id']}").json()["coauthor_ids"] == [cell.tu.member_id]


def test_pen_names_are_proposed_and_decided_on(cell: Cell) -> None:
    member, officer = cell.api.as_viewer(cell.be), cell.api.as_viewer(cell.officer)
    made = member.post("/me/pen-names", json={"name": "  Lam   Giang "})
    assert (made.status_code, made.json()["name"], made.json()["state"]) == (201, "Lam Giang", "waiting")
    assert member.post("/me/pen-names", json={"name": "T.N"}).status_code == 422
    assert member.post("/me/pen-names", json={"name": "Lê Văn Bé"}).status_code == 422
    (item,) = officer.get("/pen-names").json()["items"]
    assert (item["name"], item["member_name"]) == ("Lam Giang", "Lê Văn Bé")
    assert cell.api.as_viewer(cell.stranger).get("/pen-names").json()["items"] == []
    said = {"member_id": cell.be.member_id, "name": "Lam Giang"}
    assert officer.post("/pen-names", json=said | {"verdict": "refuse"}).status_code == 422
    assert officer.post("/pen-names", json=said | {"verdict": "refuse", "reason": "Chưa rõ"}).status_code == 204
    assert member.get("/me/pen-names").json()["items"][0]["reason"] == "Chưa rõ"
    assert member.post("/me/pen-names", json={"name": "Lam Giang"}).status_code == 201
    assert officer.post("/pen-names", json=said | {"verdict": "confirm"}).status_code == 204
    assert [one["state"] for one in member.get("/me/pen-names").json()["items"]] == ["confirmed"]
    assert officer.get(f"/members/{cell.be.member_id}").json()["pen_names"] == ["Lam Giang"]
    assert officer.post("/pen-names", json=said | {"verdict": "confirm"}).status_code == 404


def test_a_proposal_is_taken_back(cell: Cell) -> None:
    member = cell.api.as_viewer(cell.be)
    member.post("/me/pen-names", json={"name": "Lam Giang"})
    assert member.post("/me/pen-names/drop", json={"name": "Lam Giang"}).status_code == 204
    assert member.post("/me/pen-names/drop", json={"name": "Lam Giang"}).status_code == 404
    assert member.get("/me/pen-names").json()["items"] == []


@pytest.mark.parametrize("path", ["/claims/{}", "/claims?kind=authored"])
def test_who_reads_a_first_decision_here_cannot_look_at_it_a_second_time(cell: Cell, path: str) -> None:
    with cell.api.db.write() as tx:
        second_looks.set_percent(tx, cell.admin, 100, now=make.NOW, today=make.TODAY)
    claim = cell.file()
    officer, admin = cell.api.as_viewer(cell.officer), cell.api.as_viewer(cell.admin)
    assert officer.post(f"/claims/{claim['id']}/reviews", json={"verdict": "accept"}).status_code == 200
    with cell.api.db.read() as tx:
        assert second_looks.count_open(tx, cell.admin, today=make.TODAY) == 1
    assert admin.get(path.format(claim["id"])).status_code == 200
    with cell.api.db.read() as tx:
        assert second_looks.count_open(tx, cell.admin, today=make.TODAY) == 0


def test_who_states_figures_of_a_declaration_reads_its_decision_in_the_answer(cell: Cell) -> None:
    with cell.api.db.write() as tx:
        second_looks.set_percent(tx, cell.admin, 100, now=make.NOW, today=make.TODAY)
    claim = cell.file()
    officer, admin = cell.api.as_viewer(cell.officer), cell.api.as_viewer(cell.admin)
    officer.post(f"/claims/{claim['id']}/reviews", json={"verdict": "accept"})
    stated = {"figures": [{"measure": "reach", "value": 120}]}
    told = admin.post(f"/claims/{claim['id']}/figures", json=stated)
    assert (told.status_code, told.json()["state"]) == (201, "accepted")
    with cell.api.db.read() as tx:
        assert second_looks.count_open(tx, cell.admin, today=make.TODAY) == 0
