"""GET /suggestions, POST /suggestions/{id}: only one's own, one claim whoever asks twice, no second asking."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests import make
from tests.application import ZONE
from tracker.domain.types import MemberId, Role
from tracker.services import bylines, suggestions
from tracker.services.bylines import Collected
from tracker.services.filing import Filed, Repeated
from tracker.store.tables.claims import Claim
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from tests.api.conftest import Api, Caller
    from tracker.domain.types import Viewer

RARE = "Đỗ Thanh Hương"


def _member(api: Api, code: str, name: str) -> Viewer:
    with api.db.write() as tx:
        unit_id = make.unit(tx, f"U{code}", f"Chi bộ {code}")
        member_id = make.member(tx, unit_id, code, name)
        make.consents(tx, member_id)
        return make.account(tx, f"m{code}", Role.MEMBER, member_id=member_id)


def _collect(api: Api, number: int, name: str = RARE) -> int:
    with api.db.write() as tx:
        article_id = make.article(tx, number, f"Bài {number}")
        tx.execute(update(Article).where(Article.article_id == article_id).values(authors=[name]))
        signed = Collected(article_id=article_id, authors=(name,))
        bylines.offer(tx, [signed], now=api.clock.now, zone=ZONE)
    return article_id


@pytest.fixture
def viewer(api: Api) -> Viewer:
    return _member(api, "1", RARE)


@pytest.fixture
def huong(api: Api, viewer: Viewer) -> Caller:
    return api.as_viewer(viewer)


def _items(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = caller.get(f"/suggestions{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_an_offered_piece_has_the_fields_of_the_contract(api: Api, huong: Caller, viewer: Viewer) -> None:
    article_id = _collect(api, 1)
    (item,) = _items(huong)
    assert item["id"] == f"{viewer.member_id}-{article_id}"
    assert (item["article_id"], item["title"]) == (article_id, "Bài 1")
    assert 0.75 <= item["score"] <= 1
    assert item["reasons"][0] == "Tên tác giả trùng họ và tên"


def test_mine_makes_a_pending_claim_of_the_day_it_was_published(api: Api, huong: Caller) -> None:
    article_id = _collect(api, 1)
    answer = huong.post(f"/suggestions/{_items(huong)[0]['id']}", json={"answer": "mine"})
    assert answer.status_code == 201, answer.text
    claim = answer.json()
    assert (claim["kind"], claim["state"], claim["article_id"]) == ("authored", "pending", article_id)
    assert claim["happened_on"] == "2026-11-22"
    assert claim["url"].startswith("https://nhandan.vn/")
    assert answer.headers["etag"]
    assert _items(huong) == []


def test_not_mine_is_never_offered_again(api: Api, huong: Caller) -> None:
    article_id = _collect(api, 1)
    (item,) = _items(huong)
    answer = huong.post(f"/suggestions/{item['id']}", json={"answer": "not_mine"})
    assert (answer.status_code, answer.content) == (204, b"")
    with api.db.write() as tx:
        bylines.offer(tx, [Collected(article_id=article_id, authors=(RARE,))], now=api.clock.now, zone=ZONE)
    assert _items(huong) == []
    for again in ("mine", "not_mine"):
        assert huong.post(f"/suggestions/{item['id']}", json={"answer": again}).status_code == 404


def test_saying_mine_twice_names_the_claim_that_stands(api: Api, huong: Caller) -> None:
    _collect(api, 1)
    (item,) = _items(huong)
    first = huong.post(f"/suggestions/{item['id']}", json={"answer": "mine"}).json()
    second = huong.post(f"/suggestions/{item['id']}", json={"answer": "mine"})
    assert second.status_code == 409
    assert (second.json()["code"], second.json()["claim_id"]) == ("claim.duplicate", first["id"])
    assert huong.post(f"/suggestions/{item['id']}", json={"answer": "not_mine"}).status_code == 404


def test_the_same_key_gives_the_same_answer(api: Api, huong: Caller) -> None:
    _collect(api, 1)
    (item,) = _items(huong)
    answers = [
        huong.post(f"/suggestions/{item['id']}", json={"answer": "mine"}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_a_suggestion_of_another_member_is_not_found(api: Api, huong: Caller) -> None:
    _collect(api, 1)
    (item,) = _items(huong)
    other = api.as_viewer(_member(api, "2", "Lê Văn Bé"))
    assert _items(other) == []
    for suggestion_id in (item["id"], "1-999", "x", "1", "9" * 30):
        assert other.post(f"/suggestions/{suggestion_id}", json={"answer": "mine"}).status_code == 404


def test_who_is_no_member_is_refused(api: Api) -> None:
    with api.db.write() as tx:
        admin = make.account(tx, "admin", Role.ADMIN)
    assert api.as_viewer(admin).get("/suggestions").status_code == 403
    assert api.anyone.get("/suggestions").status_code == 401


@pytest.mark.parametrize("body", [{}, {"answer": "perhaps"}, {"answer": "mine", "more": 1}, []])
def test_another_answer_is_refused(api: Api, huong: Caller, body: Any) -> None:
    _collect(api, 1)
    answer = huong.post(f"/suggestions/{_items(huong)[0]['id']}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "body.invalid")


def test_what_the_member_claimed_themselves_is_offered_no_more(api: Api, huong: Caller) -> None:
    article_id = _collect(api, 1)
    assert huong.post("/claims", json={"kind": "authored", "article_id": article_id}).status_code == 201
    assert _items(huong) == []


def test_a_withdrawn_consent_takes_back_what_was_offered(api: Api, huong: Caller) -> None:
    _collect(api, 1)
    assert huong.delete("/me/consents/processing", headers={"If-Match": "*"}).status_code == 204
    assert _items(huong) == []


def test_pages_of_suggestions_follow_each_other(api: Api, huong: Caller) -> None:
    ids = [_collect(api, number) for number in (1, 2)]
    first = huong.get("/suggestions?limit=1").json()
    second = huong.get(f"/suggestions?limit=1&cursor={first['next']}").json()
    assert [one["article_id"] for one in (*first["items"], *second["items"])] == ids[::-1]
    assert second["next"] is None


def test_two_processes_that_answer_at_once_make_one_claim(api: Api, viewer: Viewer) -> None:
    article_id = _collect(api, 1)
    barrier, results = threading.Barrier(8), []

    def answer() -> None:
        barrier.wait()
        results.append(
            api.db.write_retrying(
                lambda tx: suggestions.accept(
                    tx, viewer, viewer.member_id or MemberId(0), article_id, now=api.clock.now, zone=ZONE
                )
            )
        )

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, Filed) for one in results) == 1
    assert sum(isinstance(one, Repeated) for one in results) == 7
    with api.db.read() as tx:
        assert len(tx.all(select(Claim.number))) == 1
