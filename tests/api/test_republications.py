"""GET /claims/{id}/republications, POST /republications/{id}: proposed, confirmed in scope, credited once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from tests import make, texts
from tests.application import ZONE
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Role
from tracker.services import clusters, filing
from tracker.services.filing import Filed
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from tests.api.conftest import Api
    from tracker.domain.types import ArticleId, ClaimId, Viewer

STORY = texts.words(300, seed=1)
HOUR = dt.timedelta(hours=1)


@dataclass
class Press:
    """A member's piece and whoever carries its text."""

    api: Api
    member: Viewer
    officer: Viewer
    stranger: Viewer
    piece: ArticleId
    claim_id: ClaimId

    def carry(self, number: int, host: str, *, hours: int = 1, text: str = STORY) -> ArticleId:
        with self.api.db.write() as tx:
            article_id = make.article(tx, number, f"Bài {number}", published_at=make.NOW + hours * HOUR)
            tx.execute(update(Article).where(Article.article_id == article_id).values(host=host, source=host))
        edited = texts.print_of(texts.edited(text, 4, seed=number))
        with self.api.db.write() as tx:
            clusters.assign(tx, article_id, edited, now=make.NOW)
        return article_id

    def items(self, viewer: Viewer | None = None) -> list[dict[str, Any]]:
        answer = self.api.as_viewer(viewer or self.officer).get(f"/claims/{self.claim_id}/republications")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def say(self, article_id: int, verdict: str, viewer: Viewer | None = None) -> Any:
        caller = self.api.as_viewer(viewer or self.officer)
        return caller.post(f"/republications/{self.claim_id}-{article_id}", json={"verdict": verdict})

    def counted(self) -> list[tuple[int, str]]:
        claim = self.api.as_viewer(self.officer).get(f"/claims/{self.claim_id}").json()
        return [(f["value"], f["grade"]) for f in claim["figures"] if f["measure"] == "republications"]


def file(api: Api, viewer: Viewer, article_id: ArticleId) -> ClaimId:
    with api.db.write() as tx:
        owner = filing.get_owner(tx, viewer, None, today=make.TODAY)
        draft = ClaimDraft(kind=ClaimKind.AUTHORED, article_id=article_id)
        filed = filing.submit(tx, viewer, owner, draft, now=make.NOW, zone=ZONE)
    assert isinstance(filed, Filed)
    return filed.claim_id


@pytest.fixture
def press(api: Api) -> Press:
    with api.db.write() as tx:
        unit_id, other = make.unit(tx, "U1"), make.unit(tx, "U2")
        member_id = make.member(tx, unit_id, "1", "Lê Văn Bé")
        make.consents(tx, member_id)
        member = make.account(tx, "be", Role.MEMBER, member_id=member_id)
        officer = make.account(tx, "canbo", Role.OFFICER, unit_id=unit_id)
        stranger = make.account(tx, "khac", Role.OFFICER, unit_id=other)
        piece = make.article(tx, 1, "Bài 1")
    with api.db.write() as tx:
        clusters.assign(tx, piece, texts.print_of(STORY), now=make.NOW)
    return Press(api, member, officer, stranger, piece, file(api, member, piece))


def test_other_outlets_of_the_same_text_are_proposed_earliest_first(press: Press) -> None:
    assert press.items() == []
    late, early = press.carry(2, "baotinh.vn", hours=9), press.carry(3, "xaben.gov.vn", hours=2)
    before = press.carry(4, "goc.vn", hours=-3)
    press.carry(5, "nhandan.vn")  # the same outlet again is no republication
    press.carry(6, "khac.vn", text=texts.words(300, seed=2))  # nor is another text
    items = press.items()
    assert [item["article_id"] for item in items] == [before, early, late]
    assert [item["earlier"] for item in items] == [True, False, False]
    assert {item["state"] for item in items} == {"proposed"}
    assert items[1]["similarity"] > 0.7
    assert press.counted() == []


def test_an_outlet_that_prints_twice_carried_it_once(press: Press) -> None:
    first = press.carry(2, "baotinh.vn", hours=2)
    press.carry(3, "www.baotinh.vn", hours=3)
    assert [item["article_id"] for item in press.items()] == [first]
    assert press.say(first, "confirm").status_code == 200
    assert [item["article_id"] for item in press.items()] == [first]


def test_what_an_officer_confirms_is_counted_and_what_is_refused_is_not(press: Press) -> None:
    yes, no = press.carry(2, "baotinh.vn"), press.carry(3, "xaben.gov.vn", hours=2)
    answer = press.say(yes, "confirm")
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    assert answer.headers["etag"]
    assert press.say(no, "refuse").json()["state"] == "refused"
    assert press.counted() == [(1, "A")]
    assert [item["state"] for item in press.items()] == ["confirmed", "refused"]
    assert press.say(yes, "confirm").status_code == 200  # again: nothing more
    assert press.counted() == [(1, "A")]
    assert press.say(yes, "refuse").json()["state"] == "refused"
    assert press.counted() == []


def test_a_decision_stays_where_the_cluster_changes_later(press: Press) -> None:
    article_id = press.carry(2, "baotinh.vn")
    press.say(article_id, "confirm")
    with press.api.db.write() as tx:
        clusters.assign(tx, article_id, texts.print_of(texts.words(300, seed=3)), now=make.NOW)
    assert [item["state"] for item in press.items()] == ["confirmed"]
    assert press.counted() == [(1, "A")]


def test_one_article_is_credited_to_one_claim(press: Press) -> None:
    article_id = press.carry(2, "baotinh.vn")
    second = press.carry(3, "xaben.gov.vn", hours=2)
    with press.api.db.write() as tx:
        unit_id = press.officer.unit_id
        assert unit_id is not None
        other_id = make.member(tx, unit_id, "2", "Trần Thị Tư")
        make.consents(tx, other_id)
        other = make.account(tx, "tu", Role.MEMBER, member_id=other_id)
    other_claim = file(press.api, other, second)
    assert press.say(article_id, "confirm").status_code == 200
    caller = press.api.as_viewer(press.officer)
    answer = caller.post(f"/republications/{other_claim}-{article_id}", json={"verdict": "confirm"})
    assert (answer.status_code, answer.json()["claim_id"]) == (409, str(press.claim_id))


def test_the_member_sees_where_it_went_and_nobody_else_does(press: Press) -> None:
    article_id = press.carry(2, "baotinh.vn")
    assert len(press.items(press.member)) == 1
    strange = press.api.as_viewer(press.stranger)
    assert strange.get(f"/claims/{press.claim_id}/republications").status_code == 404
    assert press.say(article_id, "confirm", press.stranger).status_code == 404
    assert press.say(article_id, "confirm", press.member).status_code == 403
    assert press.api.anyone.get(f"/claims/{press.claim_id}/republications").status_code == 401


def test_nobody_decides_on_their_own_piece(press: Press) -> None:
    article_id = press.carry(2, "baotinh.vn")
    with press.api.db.write() as tx:
        unit_id = press.officer.unit_id
        assert unit_id is not None
        member_id = make.member(tx, unit_id, "9", "Lê Thị Chín")
        make.consents(tx, member_id)
        own = make.account(tx, "chin", Role.OFFICER, unit_id=unit_id, member_id=member_id)
    claim_id = file(press.api, own, article_id)
    answer = press.api.as_viewer(own).post(f"/republications/{claim_id}-{press.piece}", json={"verdict": "confirm"})
    assert (answer.status_code, answer.json()["code"]) == (403, "claim.own")


@pytest.mark.parametrize("suffix", ["999", "x", ""])
def test_what_carries_no_such_text_is_not_found(press: Press, suffix: str) -> None:
    caller = press.api.as_viewer(press.officer)
    answer = caller.post(f"/republications/{press.claim_id}-{suffix}", json={"verdict": "confirm"})
    assert answer.status_code == 404


def test_a_withdrawn_claim_takes_no_republication(press: Press) -> None:
    article_id = press.carry(2, "baotinh.vn")
    assert press.api.as_viewer(press.member).post(f"/claims/{press.claim_id}/withdraw").status_code == 200
    answer = press.say(article_id, "confirm")
    assert (answer.status_code, answer.json()["code"]) == (409, "claim.state")
    assert press.say(article_id, "perhaps").status_code == 422


def test_what_waits_is_listed_in_scope_the_longest_waiting_first(press: Press) -> None:
    caller = press.api.as_viewer(press.officer)
    assert caller.get("/republications").json()["items"] == []
    first = press.carry(2, "baotinh.vn")
    press.carry(3, "www.baotinh.vn", hours=2)
    second = press.carry(4, "xaben.gov.vn", hours=3)
    (item,) = caller.get("/republications").json()["items"]
    assert (item["claim_id"], item["member_name"]) == (str(press.claim_id), "Lê Văn Bé")
    assert [one["article_id"] for one in item["republications"]] == [first, second]
    assert press.api.as_viewer(press.stranger).get("/republications").json()["items"] == []
    assert press.api.as_viewer(press.member).get("/republications").status_code == 403
    press.say(first, "confirm")
    (item,) = caller.get("/republications").json()["items"]
    assert [one["article_id"] for one in item["republications"]] == [second]
    press.say(second, "refuse")
    assert caller.get("/republications").json()["items"] == []


def test_pages_of_what_waits_cost_the_same_however_long_and_follow_one_another(press: Press) -> None:
    others = []
    for n in range(10, 13):
        with press.api.db.write() as tx:
            article_id = make.article(tx, n, f"Bài {n}")
        text = texts.words(300, seed=n)
        with press.api.db.write() as tx:
            clusters.assign(tx, article_id, texts.print_of(text), now=make.NOW)
        others.append(file(press.api, press.member, article_id))
        press.carry(100 + n, f"bao{n}.vn", text=text)
    press.carry(2, "baotinh.vn")
    caller, seen = press.api.as_viewer(press.officer), []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(f"/republications?limit=1{cursor and f'&cursor={cursor}'}").json()
        seen += [item["claim_id"] for item in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == sorted([str(press.claim_id), *(str(c) for c in others)])
    assert caller.get("/republications?cursor=x").status_code == 422
