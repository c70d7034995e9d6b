"""The catalogue and topic rules over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lantoa.catalogue import shipped_catalogue
from tests import make
from tests.api.conftest import make_deps
from tests.application import application
from tracker.domain.types import Role
from tracker.services import rule_runs

if TYPE_CHECKING:
    from tests.api.conftest import Api, Caller


@pytest.fixture
def admin(api: Api) -> Caller:
    api.app = application(make_deps(api.db, api.clock, catalogue=shipped_catalogue))
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


@pytest.fixture
def officer(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "canbo", Role.OFFICER, unit_id=make.unit(tx, "T"))
    return api.as_viewer(viewer)


def add(admin: Caller, **body: Any) -> dict[str, Any]:
    answer = admin.post("/topic-rules", json={"topic": "Phản bác", "any_of": ["luận điệu"]} | body)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "etag": answer.headers["etag"]}


def put_articles(api: Api, *titles: str) -> list[int]:
    with api.db.write() as tx:
        return [make.article(tx, number, title) for number, title in enumerate(titles, 1)]


def test_the_catalogue_is_listed_and_narrowed(admin: Caller) -> None:
    everything = admin.get("/catalogue").json()
    assert (everything["next"], len(everything["items"])) == (None, len(shipped_catalogue().entries))
    found = admin.get("/catalogue", params={"q": "nhan dan", "class": "central"}).json()["items"]
    assert "nhandan" in [entry["key"] for entry in found]
    assert {entry["class"] for entry in found} == {"central"}
    assert admin.get("/catalogue", params={"installed": "true"}).json()["items"] == []
    assert admin.get("/catalogue", params={"class": "x"}).status_code == 422
    assert admin.get("/catalogue/nhandan").json()["hosts"] == ["nhandan.vn", "nhandan.com.vn", "nhandan.org.vn"]
    assert admin.get("/catalogue/x").status_code == 404


def test_an_outlet_is_installed_once_and_its_sources_are_sources(admin: Caller) -> None:
    url = "https://nhandan.vn/rss/xay-dung-dang-1179.rss"
    first = admin.post("/catalogue/nhandan/install", json={"feeds": [url]})
    assert first.status_code == 200
    (feed_id,) = first.json()["added"]
    again = admin.post("/catalogue/nhandan/install", json={"feeds": [url]}).json()
    assert again["added"] == []
    assert again["entry"] == first.json()["entry"]
    assert admin.get(f"/feeds/{feed_id}").json()["title"] == "Báo Nhân Dân – Xây dựng Đảng"
    assert admin.post("/catalogue/baochinhphu/install").json()["added"] != []
    orders = {feed["date_order"] for feed in admin.get("/feeds").json()["items"]}
    assert orders == {"auto", "mdy"}


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("x", {}, 404),
        ("nhandan", {"feeds": ["https://la.example/"]}, 422),
        ("nhandan", {"feeds": "x"}, 422),
        ("nhandan", {"take_over": "yes"}, 422),
        ("nhandan", {"more": 1}, 422),
        ("vks-tinh", {}, 422),
    ],
)
def test_what_cannot_be_installed_is_refused(admin: Caller, key: str, body: dict[str, Any], status: int) -> None:
    assert admin.post(f"/catalogue/{key}/install", json=body).status_code == status


def work_off(api: Api) -> None:
    """Take the steps of all runs, as the worker does."""
    now = api.clock.now
    with api.db.write() as tx:
        while (held := rule_runs.lease(tx, "w", now=now)) is not None:
            rule_runs.work(tx, held, now=now)


def test_a_rule_is_made_shown_changed_applied_and_removed(api: Api, admin: Caller) -> None:
    one, two = put_articles(api, "Luận điệu", "Xuyên tạc")
    made = add(admin)
    assert {k: made[k] for k in ("topic", "any_of", "none_of", "feed_ids", "created_at")} == {
        "topic": "Phản bác",
        "any_of": ["luận điệu"],
        "none_of": [],
        "feed_ids": [],
        "created_at": "2026-11-22T03:00:00Z",
    }
    path = f"/topic-rules/{made['id']}"
    assert admin.get(path).headers["etag"] == made["etag"]
    assert admin.get(f"{path}/apply").status_code == 404
    asked = admin.post(f"{path}/apply")
    assert (asked.status_code, asked.json()["state"], asked.json()["article_count"]) == (202, "waiting", 2)
    work_off(api)
    assert admin.get(f"{path}/apply").json() == {
        "state": "done",
        "asked_at": "2026-11-22T03:00:00Z",
        "looked_at": 2,
        "article_count": 2,
        "percent": 100,
        "added": 1,
        "taken": 0,
    }
    assert admin.get(f"/articles/{one}").json()["topics"] == ["Phản bác"]
    (row,) = admin.get("/topic-rules").json()["items"]
    assert row["given"] == 1
    body = {"any_of": ["xuyên tạc"]}
    assert admin.patch(path, json=body).status_code == 428
    assert admin.patch(path, json=body, headers={"If-Match": '"9"'}).status_code == 412
    changed = admin.patch(path, json=body, headers={"If-Match": made["etag"]})
    assert (changed.status_code, changed.json()["any_of"]) == (200, ["xuyên tạc"])
    admin.post(f"{path}/apply")
    work_off(api)
    again = admin.get(f"{path}/apply").json()
    assert (again["added"], again["taken"]) == (1, 1)
    gone = admin.delete(path, params={"take_back": "true"}, headers={"If-Match": changed.headers["etag"]})
    assert (gone.status_code, admin.get(path).status_code) == (204, 404)
    work_off(api)
    assert admin.get(f"/articles/{two}").json()["topics"] == []


def test_a_rule_removed_leaves_what_it_gave(api: Api, admin: Caller) -> None:
    (one,) = put_articles(api, "Luận điệu")
    made = add(admin)
    admin.post(f"/topic-rules/{made['id']}/apply")
    work_off(api)
    assert admin.delete(f"/topic-rules/{made['id']}", headers={"If-Match": made["etag"]}).status_code == 204
    assert admin.get(f"/articles/{one}").json()["topics"] == ["Phản bác"]


def test_a_preview_tells_and_stores_nothing(api: Api, admin: Caller) -> None:
    one, _ = put_articles(api, "Luận điệu", "Bóng đá")
    body = {"topic": "Mới", "any_of": ["luan dieu"], "none_of": ["bóng đá"], "last": 100}
    answer = admin.post("/topic-rules/preview", json=body)
    assert answer.json() == {
        "looked_at": 2,
        "matches": 1,
        "adds": 1,
        "loses": 0,
        "refused": 0,
        "items": [{"article_id": one, "title": "Luận điệu", "outcome": "adds"}],
    }
    assert admin.get("/topic-rules").json()["items"] == []
    assert admin.get("/topics").json()["items"] == []


def test_rules_are_offered_until_they_are_taken(admin: Caller) -> None:
    offered = admin.get("/topic-rules").json()["offered"]
    assert len(offered) == len(shipped_catalogue().starters)
    first = offered[0]
    add(admin, **{name: first[name] for name in ("topic", "any_of", "none_of")})
    assert first["key"] not in [one["key"] for one in admin.get("/topic-rules").json()["offered"]]


def test_the_same_key_makes_one_rule(admin: Caller) -> None:
    body, key = {"topic": "Một", "any_of": ["một"]}, {"Idempotency-Key": "k1"}
    answers = [admin.post("/topic-rules", json=body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(admin.get("/topic-rules").json()["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"topic": "a"},
        {"topic": "", "any_of": ["a"]},
        {"topic": "a", "any_of": ["…"]},
        {"topic": "a", "any_of": ["a" * 101]},
        {"topic": "a", "any_of": [1]},
        {"topic": "a", "feed_ids": [99]},
        {"topic": "a", "any_of": ["a"], "more": 1},
    ],
)
def test_a_body_that_is_no_rule_is_refused(admin: Caller, body: dict[str, Any]) -> None:
    assert admin.post("/topic-rules", json=body).status_code == 422


def test_officers_keep_neither_rules_nor_sources(officer: Caller) -> None:
    for path in ("/catalogue", "/catalogue/nhandan", "/topic-rules", "/topic-rules/1", "/topic-rules/1/apply"):
        assert officer.get(path).status_code == 403
    for path in ("/catalogue/nhandan/install", "/topic-rules", "/topic-rules/preview", "/topic-rules/1/apply"):
        assert officer.post(path, json={}).status_code == 403
