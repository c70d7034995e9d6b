"""Links, claims and reviews through the API."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from tests.services.claims_house import ClaimsHouse, build
from tracker.store.tables.accounts import Consent

if TYPE_CHECKING:
    import httpx

    from tests.application import Api, Caller
    from tracker.domain.types import Viewer

POST = "https://www.facebook.com/nguyen.van.a/posts/1234567890123456"
PROFILE = "https://www.facebook.com/nguyen.van.a"


@pytest.fixture
def house(api: Api) -> ClaimsHouse:
    return build(api.db)


def share(house: ClaimsHouse, article: int = 0, **more: Any) -> dict[str, Any]:
    return {"kind": "share", "article_id": house.articles[article], "channel": "zalo"} | more


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), told
    return told


def file(caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    answer = caller.post("/claims", json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_claim_is_answered_as_the_contract_says(api: Api, house: ClaimsHouse) -> None:
    body = share(house, url=POST, topics=["Chuyển đổi số"], figures=[{"measure": "reach", "value": 120}], contest=True)
    answer = api.as_viewer(house.as_an).post("/claims", json=body)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    told = answer.json()
    expected = {
        "id": f"{house.an}-1",
        "kind": "share",
        "state": "pending",
        "member_id": house.an,
        "unit_id": house.branch,
        "article_id": house.articles[0],
        "url": POST,
        "channel": "facebook",
        "happened_on": "2026-11-22",
        "period": "2026-11",
        "assisted": False,
        "late": False,
        "topics": ["Chuyển đổi số"],
        "coauthor_ids": [],
        "evidence": [],
        "checks": [],
        "contest": True,
    }
    assert {name: told[name] for name in expected} == expected
    assert told["figures"][-1] == {"measure": "reach", "grade": "C", "value": 120, "as_of": "2026-11-22T03:00:00Z"}
    assert [h["action"] for h in told["history"]] == ["submit"]
    assert api.as_viewer(house.officer).get(f"/claims/{told['id']}").json()["id"] == told["id"]


def test_checks_speak_the_callers_language(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    claim_id = file(caller, share(house))["id"]
    vietnamese = caller.get(f"/claims/{claim_id}").json()["checks"][0]
    english = caller.get(f"/claims/{claim_id}", headers={"accept-language": "en"}).json()["checks"][0]
    assert (vietnamese["code"], vietnamese["level"]) == (english["code"], english["level"]) == ("evidence.none", "warn")
    assert vietnamese["words"].startswith("Chưa có")
    assert english["words"].startswith("Neither")


def test_a_repeat_is_refused_with_the_first_ones_id_and_stays_in_its_history(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    first = file(caller, share(house))
    told = problem(caller.post("/claims", json=share(house)), 409, "claim.duplicate")
    assert told["claim_id"] == first["id"]
    history = caller.get(f"/claims/{first['id']}").json()["history"]
    assert [h["action"] for h in history] == ["submit", "repeat"]


def test_one_idempotency_key_has_one_effect(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    key = {"Idempotency-Key": "k1"}
    answers = [caller.post("/claims", json=share(house), headers=key) for _ in range(3)]
    assert {(a.status_code, a.content, a.headers["etag"]) for a in answers} == {(201, answers[0].content, '"1"')}
    problem(caller.post("/claims", json=share(house, 1), headers=key), 422, "idempotency.mismatch")
    refused = [caller.post("/claims", json=share(house), headers={"Idempotency-Key": "k2"}) for _ in range(2)]
    assert {a.json()["code"] for a in refused} == {"claim.duplicate"}


def test_rights_then_consent_then_body_then_link_then_day(api: Api, house: ClaimsHouse) -> None:
    problem(api.anyone.post("/claims", json={}), 401, "session.missing")
    problem(api.as_viewer(house.auditor).post("/claims", json={}), 403, "right.missing")
    problem(api.as_viewer(house.as_an).post("/claims", json={"member_id": house.binh}), 403, "right.missing")
    problem(api.as_viewer(house.stranger).post("/claims", json={"member_id": house.an}), 404, "thing.not_found")
    caller = api.as_viewer(house.as_an)
    problem(caller.post("/claims", json={"nonsense": 1}), 422, "body.invalid")
    problem(caller.post("/claims", content=b"[" * 100_000), 422, "body.invalid")
    problem(
        caller.post("/claims", json={"kind": "share", "url": PROFILE, "happened_on": "2030-01-01"}), 422, "claim.link"
    )
    problem(caller.post("/claims", json=share(house, happened_on="2030-01-01")), 422, "claim.date")
    problem(caller.post("/claims", json={"kind": "presentation", "title": "x"}), 422, "claim.lesson_missing")
    with api.db.write() as tx:
        tx.execute(delete(Consent))
    problem(caller.post("/claims", json={"nonsense": 1}), 403, "consent.missing")
    problem(api.as_viewer(house.officer).post("/claims", json={"member_id": house.an}), 403, "consent.missing")


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "myspace"},
        {"happened_on": "2026-02-30"},
        {"happened_at": "2026-11-01T00:00:00"},
        {"happened_at": "0001-01-01T00:00:00Z"},
        {"figures": [{"measure": "reach", "value": -1}]},
        {"figures": [{"measure": "reach", "value": 2**60}]},
        {"figures": [{"measure": "reach", "value": 1.5}]},
        {"topics": [" "]},
        {"topics": ["a"] * 21},
        {"title": "x" * 501},
        {"article_id": 2**60},
        {"article_id": "1; DROP TABLE claims"},
        {"coauthor_ids": [0]},
        {"member_id": True},
        {"member_id": "1"},
    ],
)
def test_a_body_out_of_bounds_is_refused(api: Api, house: ClaimsHouse, wrong: dict[str, Any]) -> None:
    problem(api.as_viewer(house.as_an).post("/claims", json=share(house) | wrong), 422, "body.invalid")


def test_completing_a_claim_needs_its_current_version(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    path = f"/claims/{file(caller, share(house))['id']}"
    problem(caller.patch(path, json={"note": "a"}), 428, "etag.missing")
    problem(caller.patch(path, json={"note": "a"}, headers={"If-Match": '"9"'}), 412, "etag.stale")
    problem(api.as_viewer(house.as_binh).patch(path, json={}, headers={"If-Match": "*"}), 404, "thing.not_found")
    problem(api.as_viewer(house.officer).patch(path, json={}, headers={"If-Match": "*"}), 403, "right.missing")
    problem(caller.patch(path, json={"kind": "authored"}, headers={"If-Match": '"1"'}), 422, "body.invalid")
    answer = caller.patch(path, json={"note": "a", "title": None}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"], answer.json()["note"]) == (200, '"2"', "a")
    assert answer.json()["title"] == "Bài 1"


def test_the_members_own_steps(api: Api, house: ClaimsHouse) -> None:
    caller, officer = api.as_viewer(house.as_an), api.as_viewer(house.officer)
    paths = [f"/claims/{file(caller, share(house, n))['id']}" for n in range(2)]
    assert caller.post(f"{paths[0]}/withdraw").json()["state"] == "withdrawn"
    assert officer.post(f"{paths[1]}/reviews", json={"verdict": "reject", "reason": "?"}).json()["state"] == "rejected"
    problem(caller.post(f"{paths[1]}/appeal", json={}), 422, "reason.missing")
    assert caller.post(f"{paths[1]}/appeal", json={"reason": "Còn bài"}).json()["state"] == "pending"
    problem(officer.post(f"{paths[1]}/reviews", json={"verdict": "accept"}), 403, "claim.own")
    assisted = file(officer, share(house, 2, member_id=house.an))
    assert assisted["assisted"] is True
    answer = caller.post(f"/claims/{assisted['id']}/objection", json={"reason": "Không phải tôi"})
    assert answer.json()["state"] == "withdrawn"


def test_figures_are_added_as_a_list_or_alone(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    path = f"/claims/{file(caller, share(house))['id']}/figures"
    answer = caller.post(path, json={"figures": [{"measure": "reach", "value": 9}]})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    told = caller.post(path, json={"measure": "engagements", "value": 3}).json()["figures"]
    assert [(f["measure"], f["value"]) for f in told if f["grade"] == "C"] == [("reach", 9), ("engagements", 3)]
    twice = {"figures": [{"measure": "reach", "value": 1}], "value": 1}
    wrongs: list[dict[str, Any]] = [{}, {"figures": []}, {"measure": "reach"}, twice]
    for wrong in wrongs:
        problem(caller.post(path, json=wrong), 422, "body.invalid")
    problem(caller.post(path, json={"measure": "valid_clicks", "value": 1}), 422, "field.invalid")
    problem(api.as_viewer(house.auditor).post(path, json={}), 403, "right.missing")
    problem(api.as_viewer(house.as_binh).post(path, json={}), 404, "thing.not_found")


def test_reviews_judge_rights_before_the_body(api: Api, house: ClaimsHouse) -> None:
    path = f"/claims/{file(api.as_viewer(house.as_an), share(house))['id']}/reviews"
    problem(api.anyone.post(path, json={}), 401, "session.missing")
    for viewer in (house.as_an, house.auditor):
        problem(api.as_viewer(viewer).post(path, json={}), 403, "right.missing")
    problem(api.as_viewer(house.stranger).post(path, json={}), 404, "thing.not_found")
    officer = api.as_viewer(house.officer)
    problem(officer.post("/claims/1-99/reviews", json={}), 404, "thing.not_found")
    problem(officer.post("/claims/nonsense/reviews", json={}), 404, "thing.not_found")
    problem(officer.post(path, json={}), 422, "body.invalid")
    problem(officer.post(path, json={"verdict": "return"}), 422, "reason.missing")
    assert officer.post(path, json={"verdict": "accept", "topics": ["Biển đảo"]}).json()["topics"] == ["Biển đảo"]
    told = problem(officer.post(path, json={"verdict": "accept"}), 409, "claim.state")
    assert told["state"] == "accepted"


def test_a_batch_answers_each_claim_alone(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    ids = [file(caller, share(house, n))["id"] for n in range(2)]
    body = {"claim_ids": [ids[1], "1-999", "x", ids[0]], "verdict": "accept"}
    answer = api.as_viewer(house.officer).post("/reviews", json=body)
    assert answer.status_code == 200
    told = [(i["claim_id"], i["state"], i["error"] and i["error"]["code"]) for i in answer.json()["items"]]
    missing = (None, "thing.not_found")
    assert told == [(ids[1], "accepted", None), ("1-999", *missing), ("x", *missing), (ids[0], "accepted", None)]
    problem(api.as_viewer(house.officer).post("/reviews", json=body | {"verdict": "reject"}), 422, "reason.missing")
    problem(caller.post("/reviews", json={}), 403, "right.missing")


def test_claims_are_listed_page_by_page_in_scope(api: Api, house: ClaimsHouse) -> None:
    caller = api.as_viewer(house.as_an)
    filed = []
    for n in range(3):
        api.clock.now += dt.timedelta(seconds=1)
        filed.append(file(caller, share(house, n))["id"])
    officer = api.as_viewer(house.officer)
    first = officer.get("/claims?state=pending&limit=2").json()
    rest = officer.get(f"/claims?state=pending&limit=2&cursor={first['next']}").json()
    assert [c["id"] for c in first["items"] + rest["items"]] == filed
    assert rest["next"] is None
    assert api.as_viewer(house.stranger).get("/claims").json()["items"] == []
    assert len(officer.get(f"/claims?member={house.an}&period=2026-Q4&contest=no&kind=share").json()["items"]) == 3
    for wrong, code in (
        ("state=x", "field.invalid"),
        ("member=x", "field.invalid"),
        ("period=2026-13", "period.invalid"),
        ("cursor=WzFd", "cursor.invalid"),
        ("cursor=WyJ4IiwxLDFd", "cursor.invalid"),
        ("limit=0", "field.invalid"),
    ):
        problem(officer.get(f"/claims?{wrong}"), 422, code)


def test_a_link_is_made_once_and_only_by_members(api: Api, house: ClaimsHouse) -> None:
    path = f"/articles/{house.articles[0]}/links"
    caller = api.as_viewer(house.as_an)
    first, again = (caller.post(path, json={"channel": "zalo"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    slug = first.json()["slug"]
    assert first.json()["url"] == f"http://127.0.0.1:8000/s/{slug}"
    problem(caller.post("/articles/999999/links", json={}), 404, "thing.not_found")
    problem(caller.post("/articles/x/links", json={}), 404, "thing.not_found")
    problem(caller.post(path, json={"channel": "x.com"}), 422, "body.invalid")
    problem(api.as_viewer(house.officer).post(path, json={"channel": "zalo"}), 403, "right.missing")
    problem(api.anyone.post(path, json={"channel": "zalo"}), 401, "session.missing")


def test_another_members_claim_does_not_exist(api: Api, house: ClaimsHouse) -> None:
    claim_id = file(api.as_viewer(house.as_an), share(house))["id"]
    others: list[Viewer] = [house.as_binh, house.stranger]
    for viewer in others:
        caller = api.as_viewer(viewer)
        problem(caller.get(f"/claims/{claim_id}"), 404, "thing.not_found")
        problem(caller.post(f"/claims/{claim_id}/withdraw"), 404, "thing.not_found")
        problem(caller.post(f"/claims/{claim_id}/figures", json={}), 404, "thing.not_found")
    for step in ("appeal", "objection"):
        problem(api.as_viewer(house.as_binh).post(f"/claims/{claim_id}/{step}", json={"x": 1}), 404, "thing.not_found")
