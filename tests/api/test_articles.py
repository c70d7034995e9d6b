"""Articles and topics over the API."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.make import NOW
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.api.conftest import Api, Caller


@pytest.fixture
def officer(api: Api) -> Caller:
    with api.db.write() as tx:
        unit_id = make.unit(tx, "C")
        viewer = make.account(tx, "officer", Role.OFFICER, unit_id=unit_id)
        make.account(tx, "member", Role.MEMBER, member_id=make.member(tx, unit_id, "1"))
        for number in range(3):
            make.article(tx, number, f"Bài số {number}", published_at=NOW - dt.timedelta(hours=number * 12))
    return api.as_viewer(viewer)


def test_an_article_is_answered_in_the_promised_fields(officer: Caller) -> None:
    found = officer.get("/articles?limit=1").json()["items"][0]
    assert found == {
        "id": found["id"],
        "title": "Bài số 0",
        "url": "https://nhandan.vn/bai-0-post100000.html",
        "source": "Nhân Dân",
        "summary": "Tóm tắt",
        "published_at": "2026-11-22T03:00:00Z",
        "date_quality": "exact",
        "first_seen_at": "2026-11-22T03:00:00Z",
        "topics": [],
        "featured": False,
        "hidden": False,
        "authors": [],
        "image": None,
    }
    assert officer.get(f"/articles/{found['id']}").json() == found


def test_a_hidden_article_is_answered_to_members_as_hidden_and_no_link_to_it_is_given(
    api: Api, officer: Caller
) -> None:
    with api.db.write() as tx:
        unit_id = officer.get("/me").json()["unit_id"]
        viewer = make.account(tx, "shares", Role.MEMBER, member_id=make.member(tx, unit_id, "2"))
    member = api.as_viewer(viewer)
    path = f"/articles/{officer.get('/articles?limit=1').json()['items'][0]['id']}"
    made = member.post(f"{path}/links", json={"channel": "zalo"})
    assert made.status_code == 201
    officer.patch(path, json={"hidden": True}, headers={"If-Match": officer.get(path).headers["etag"]})
    assert path.rsplit("/", 1)[1] not in [str(a["id"]) for a in member.get("/articles").json()["items"]]
    assert member.get(path).json()["hidden"]
    assert member.post(f"{path}/links", json={"channel": "zalo"}).status_code == 404
    assert [one["slug"] for one in member.get(f"{path}/links").json()["items"]] == [made.json()["slug"]]


def test_pages_follow_each_other(officer: Caller) -> None:
    seen: list[str] = []
    query = "limit=1"
    while query:
        page = officer.get(f"/articles?{query}").json()
        seen += [article["title"] for article in page["items"]]
        query = f"limit=1&cursor={page['next']}" if page["next"] else ""
    assert seen == ["Bài số 0", "Bài số 1", "Bài số 2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=bai+so+1", ["Bài số 1"]),
        ("q=%25", []),
        ("q=%CC%81", []),
        ("since=2026-11-22", ["Bài số 0"]),
        ("since=2026-11-21T22:00:00%2B07:00", ["Bài số 0", "Bài số 1"]),
        ("featured=true", []),
        ("topic=x", []),
        ("feed=99", []),
    ],
)
def test_a_list_is_narrowed(officer: Caller, query: str, found: list[str]) -> None:
    assert [article["title"] for article in officer.get(f"/articles?{query}").json()["items"]] == found


@pytest.mark.parametrize(
    "query",
    [
        "since=never",
        "feed=x",
        "featured=maybe",
        "cursor=abc",
        "cursor=WzEsMl0",
        "cursor=WzAsOTk5OTk5OTk5OTk5OTk5OTk5LDFd",
        "limit=0",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(officer: Caller, query: str) -> None:
    assert officer.get(f"/articles?{query}").status_code == 422


def test_an_officer_features_hides_and_labels(officer: Caller) -> None:
    answer = officer.get("/articles/1")
    body = {"featured": True, "topics": ["Xây dựng Đảng"]}
    assert officer.patch("/articles/1", json=body).status_code == 428
    changed = officer.patch("/articles/1", json=body, headers={"If-Match": answer.headers["etag"]})
    assert changed.status_code == 200
    assert (changed.json()["featured"], changed.json()["topics"]) == (True, ["Xây dựng Đảng"])
    stale = officer.patch("/articles/1", json={"hidden": True}, headers={"If-Match": answer.headers["etag"]})
    assert stale.status_code == 412
    assert officer.get("/topics").json()["items"] == [{"id": 1, "name": "Xây dựng Đảng"}]
    assert [a["id"] for a in officer.get("/articles?topic=xay+dung+dang&featured=1").json()["items"]] == [1]


@pytest.mark.parametrize("body", [{"featured": "yes"}, {"topics": [""]}, {"topics": ["x"] * 21}, {"title": "x"}])
def test_a_change_of_another_shape_is_refused(officer: Caller, body: dict[str, object]) -> None:
    assert officer.patch("/articles/1", json=body, headers={"If-Match": "*"}).json()["code"] == "body.invalid"


def test_an_article_that_does_not_exist_is_not_found(officer: Caller) -> None:
    for path in ("/articles/999", "/articles/x", "/articles/99999999999999999999"):
        assert officer.get(path).status_code == 404


def test_only_who_signed_in_sees_articles_and_only_officers_change_them(api: Api, officer: Caller) -> None:
    assert api.anyone.get("/articles").status_code == api.anyone.get("/topics").status_code == 401
    with api.db.write() as tx:
        unit_id = make.unit(tx, "D")
        viewer = make.account(tx, "second", Role.MEMBER, member_id=make.member(tx, unit_id, "2"))
    member = api.as_viewer(viewer)
    assert len(member.get("/articles").json()["items"]) == 3
    refused = member.patch("/articles/1", json={"x": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "right.missing")
