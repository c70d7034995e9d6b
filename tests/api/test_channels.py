"""A unit's own pages and groups as scripts enter and read them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.api.cell import made_of
from tests.api.channels_house import HEAD, NAME, House, got, house, sandbox, send
from tracker.domain.channels import say_about
from tracker.domain.urls import url_key
from tracker.store.tables.registers import ChannelPost, UnitChannel

__all__ = ["house", "sandbox"]


def test_two_pages_of_a_committee_keep_their_names_as_they_are(house: House) -> None:
    """Show 004-47."""
    made = made_of(
        house.above.post(
            "/channels",
            json={
                "name": NAME,
                "platform": "facebook",
                "kind": "page",
                "unit_id": house.committee,
                "url": "https://www.facebook.com/binhphuockhoi",
                "followers": 12_000,
            },
        )
    )
    house.channel(name="Đoàn Khối _ Bình Phước", kind="group")
    found = got(house.above, "/channels")
    assert [c["name"] for c in found["items"]] == [NAME, "Đoàn Khối _ Bình Phước"]
    assert found["totals"] == {"posts": None, "channels": 2}
    assert found["items"][0] == made | {"unit_name": "Đảng ủy"}
    assert made["followers"] == 12_000
    assert got(house.above, "/channels?kind=group")["totals"] == {"posts": None, "channels": 1}
    assert got(house.above, "/channels?platform=zalo")["items"] == []
    first = got(house.above, "/channels?limit=1")
    assert first["totals"]["channels"] == 2
    assert len(got(house.above, f"/channels?limit=1&cursor={first['next']}")["items"]) == 1


def test_seventeen_monthly_totals_make_one_sum_of_posts(house: House) -> None:
    """Show 004-48, 004-49 and 004-50: 5.012 posts, 1.590.000, in a free period of 17 months."""
    channel, path = house.channel(), ""
    path = f"/channels/{channel}/months"
    months = [f"2023-{m:02d}" for m in range(1, 13)] + [f"2024-{m:02d}" for m in range(1, 6)]
    for n, month in enumerate(months):
        body = {
            "month": month,
            "posts": 294 + (14 if n == 0 else 0),
            "reach_engagements": 93_529 + (7 if n == 0 else 0),
        }
        made = made_of(house.officer.post(path, json=body))
        assert (made["month"], made["reach"]) == (month, None)
    found = got(house.auditor, f"{path}?period=2023-01..2024-05")
    assert found["totals"] == {"posts": 5012, "channels": 1}
    (figure,) = found["figures"]
    assert (figure["measure"], figure["grade"], figure["value"]) == ("reach_engagements", "C", 1_590_000)
    assert [say_about(n) for n in (5012, 1_590_000, 350)] == ["hơn 5.000", "gần 1,6 triệu", "350"]
    assert len(got(house.officer, f"{path}?period=2023")["items"]) == 12
    assert got(house.officer, f"{path}?period=2025")["totals"] == {"posts": 0, "channels": 0}
    assert got(house.officer, "/channels")["totals"]["posts"] is None
    assert got(house.officer, "/channels/posts?period=2023-01..2024-05")["totals"] == {"posts": 0, "channels": 0}


def test_a_month_stated_again_stands_in_place_of_what_stood_before(house: House) -> None:
    path = f"/channels/{house.channel()}/months"
    made_of(house.officer.post(path, json={"month": "2024-05", "posts": 10, "reach": 500, "engagements": 40}))
    again = house.officer.post(path, json={"month": "2024-05", "posts": 12, "reach": 600})
    assert (again.status_code, again.json()["engagements"], again.headers["etag"]) == (201, None, '"2"')
    assert house.officer.post(path, json={"month": "2024-05", "posts": 12, "reach": 600}).headers["etag"] == '"2"'
    (month,) = got(house.officer, path)["items"]
    assert (month["posts"], month["reach"], month["engagements"]) == (12, 600, None)
    assert house.officer.delete(f"{path}/2024-05", headers={"If-Match": '"1"'}).status_code == 412
    assert house.officer.delete(f"{path}/2024-05", headers={"If-Match": '"2"'}).status_code == 204
    assert house.officer.get(f"{path}/2024-05").status_code == 404


def test_reach_of_several_months_has_bounds_and_engagements_a_sum(house: House) -> None:
    path = f"/channels/{house.channel()}/months"
    for month, reach, engagements in (("2024-04", 500, 40), ("2024-05", 800, 60)):
        body = {"month": month, "posts": 10, "reach": reach, "engagements": engagements}
        made_of(house.officer.post(path, json=body))
    reach, engagements = got(house.officer, path)["figures"]
    assert (reach["value"], reach["at_least"], reach["at_most"]) == (None, 800, 1300)
    assert engagements["value"] == 100


def _again(house: House, key: Any, number: int, changes: list[dict[str, Any]]) -> list[int]:
    """Put a row that was entered in again, once for each of the changes; give the new numbers."""
    table = key.table
    with house.api.db.write() as tx:
        row = tx.first(select(table).where(key == number))
        assert row is not None
        kept = {name: value for name, value in row._mapping.items() if name != key.name}
        tx.insert_rows(table, [kept | change for change in changes])
        return list(tx.scalars(select(key).where(key > number).order_by(key)))


def test_350_posts_on_196_channels_are_never_added_to_5000(house: House) -> None:
    """Show 004-54 and 004-55."""
    kinds = ("page", "group", "association")
    first = house.channel(name="Kênh 0", kind=kinds[0])
    more = [{"name": f"Kênh {n}", "kind": kinds[n % 3]} for n in range(1, 196)]
    channels = [first, *_again(house, UnitChannel.channel_id, first, more)]
    running = {"name": "Cuộc vận động", "unit_id": house.committee, "from": "2024-01-01", "is_new": True}
    programme = made_of(house.above.post("/programmes", json=running))["id"]
    made_of(house.above.post(f"/channels/{channels[0]}/months", json={"month": "2024-03", "posts": 5000}))
    body = {"happened_on": "2024-03-08", "programme_id": programme, "url": "https://example.vn/bai-0.html"}
    post = made_of(house.above.post(f"/channels/{first}/posts", json=body))["id"]
    urls = {n: f"https://example.vn/bai-{n}.html" for n in range(1, 350)}
    others = [{"channel_id": channels[n % 196], "url": url, "url_key": url_key(url)} for n, url in urls.items()]
    _again(house, ChannelPost.post_id, post, others)
    made_of(house.above.post(f"/channels/{channels[5]}/posts", json={"happened_on": "2024-03-09"}))
    asked = got(house.above, f"/channels/posts?period=2024-03&unit={house.committee}&programme={programme}&limit=1")
    assert asked["totals"] == {"posts": 350, "channels": 196}
    assert asked["next"] is not None
    assert got(house.above, "/channels/posts?period=2024-03")["totals"] == {"posts": 351, "channels": 196}
    assert got(house.above, "/channels?limit=1")["totals"] == {"posts": None, "channels": 196}
    one = got(house.above, f"/channels/{channels[0]}/posts?period=2024")
    assert one["totals"] == {"posts": 2, "channels": 1}


def test_posts_page_through_by_day_the_latest_first(house: House) -> None:
    path = f"/channels/{house.channel()}/posts"
    for day in ("2024-05-02", "2024-05-04", "2024-05-03", "2024-05-03"):
        made_of(house.officer.post(path, json={"happened_on": day}))
    first = got(house.officer, f"{path}?limit=2")
    rest = got(house.officer, f"{path}?limit=2&cursor={first['next']}")
    days = [p["happened_on"] for p in first["items"] + rest["items"]]
    assert days == ["2024-05-04", "2024-05-03", "2024-05-03", "2024-05-02"]
    assert house.officer.get(f"{path}?cursor=x").json()["code"] == "cursor.invalid"


def test_a_post_stands_once_in_its_channel_and_finds_its_article(house: House) -> None:
    url = got(house.officer, f"/articles/{house.article}")["url"]
    channel = house.channel()
    path = f"/channels/{channel}/posts"
    made = made_of(house.officer.post(path, json={"happened_on": "2024-05-02", "url": f"{url}?utm_source=fb"}))
    assert made["article_id"] == house.article
    again = house.officer.post(path, json={"happened_on": "2024-05-03", "url": url})
    assert (again.status_code, again.json()["code"], again.json()["post_id"]) == (409, "post.taken", made["id"])
    elsewhere = made_of(
        house.officer.post(f"/channels/{house.channel()}/posts", json={"happened_on": "2024-05-03", "url": url})
    )
    assert elsewhere["id"] != made["id"]
    one = f"{path}/{made['id']}"
    changed = house.officer.patch(one, json={"article_id": None, "title": "Tin"}, headers={"If-Match": '"1"'})
    assert (changed.json()["article_id"], changed.json()["title"], changed.headers["etag"]) == (None, "Tin", '"2"')
    second = made_of(house.officer.post(path, json={"happened_on": "2024-05-03"}))
    clash = house.officer.patch(f"{path}/{second['id']}", json={"url": url}, headers={"If-Match": '"1"'})
    assert (clash.status_code, clash.json()["code"]) == (409, "post.taken")
    assert house.officer.delete(one, headers={"If-Match": '"1"'}).status_code == 412
    assert house.officer.delete(one, headers={"If-Match": '"2"'}).status_code == 204
    assert house.officer.get(one).status_code == 404


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("", {"name": "", "platform": "facebook", "kind": "page"}),
        ("", {"name": "K", "platform": "myspace", "kind": "page"}),
        ("", {"name": "K", "platform": "facebook", "kind": "fanpage"}),
        ("", {"name": "K", "platform": "facebook", "kind": "page", "url": "javascript:alert(1)"}),
        ("", {"name": "K", "platform": "facebook", "kind": "page", "followers": -1}),
        ("/1/months", {"month": "2024", "posts": 1}),
        ("/1/months", {"month": "2027-01", "posts": 1}),
        ("/1/months", {"month": "2024-05", "posts": -1}),
        ("/1/months", {"month": "2024-05", "posts": 2**31}),
        ("/1/months", {"month": "2024-05", "posts": True}),
        ("/1/months", {"month": "2024-05", "posts": 1, "reach": 1.5}),
        ("/1/posts", {"happened_on": "2027-01-01"}),
        ("/1/posts", {"happened_on": "2024-05-01", "url": "không"}),
        ("/1/posts", {"happened_on": "2024-05-01", "article_id": 999}),
        ("/1/posts", {"happened_on": "2024-05-01", "programme_id": 999}),
        ("/1/posts", {"url": "https://a.vn/1"}),
    ],
)
def test_what_cannot_be_is_refused(house: House, part: str, body: dict[str, Any]) -> None:
    channel = house.channel()
    path = f"/channels{part.replace('1', str(channel), 1)}"
    more = {"unit_id": house.branch} if not part else {}
    assert house.officer.post(path, json=body | more).status_code == 422


def test_channels_are_kept_in_scope_and_read_by_auditors(house: House) -> None:
    channel = house.channel()
    body = {"name": "K", "platform": "zalo", "kind": "group", "unit_id": house.branch}
    assert house.stranger.post("/channels", json=body).status_code == 404
    assert house.auditor.post("/channels", json=body).status_code == 403
    assert house.member.get("/channels").status_code == 403
    assert house.api.anyone.get("/channels").status_code == 401
    assert got(house.stranger, "/channels")["items"] == []
    assert house.stranger.get(f"/channels?unit={house.branch}").status_code == 404
    for part in ("", "/months", "/posts", "/insights"):
        assert house.stranger.get(f"/channels/{channel}{part}").status_code == 404
        assert house.auditor.get(f"/channels/{channel}{part}").status_code == 200
    assert house.stranger.post(f"/channels/{channel}/months", json={"x": 1}).status_code == 404
    assert house.stranger.post(f"/channels/{channel}/posts", json={"x": 1}).status_code == 404
    assert send(house.stranger, channel, b"\x00\x01").status_code == 404
    assert send(house.auditor, channel, HEAD).status_code == 403
    assert house.officer.get("/channels/999").status_code == 404


def test_a_channel_is_changed_and_only_an_unused_one_removed(house: House) -> None:
    channel = house.channel()
    path = f"/channels/{channel}"
    assert house.officer.patch(path, json={"kind": "association"}).status_code == 428
    changed = house.officer.patch(path, json={"kind": "association", "followers": 5}, headers={"If-Match": '"1"'})
    assert (changed.json()["kind"], changed.json()["followers"], changed.json()["name"]) == ("association", 5, NAME)
    assert house.officer.patch(path, json={"name": None}, headers={"If-Match": '"2"'}).status_code == 422
    made_of(house.officer.post(f"{path}/months", json={"month": "2024-05", "posts": 1}))
    used = house.officer.delete(path, headers={"If-Match": '"2"'})
    assert (used.status_code, used.json()["code"]) == (409, "thing.in_use")
    assert house.officer.delete(f"{path}/months/2024-05", headers={"If-Match": '"1"'}).status_code == 204
    assert house.officer.delete(path, headers={"If-Match": '"2"'}).status_code == 204


def test_creating_twice_under_one_key_gives_one_channel(house: House) -> None:
    body = {"name": NAME, "platform": "facebook", "kind": "page", "unit_id": house.branch}
    first, again = (made_of(house.officer.post("/channels", json=body, headers={"Idempotency-Key": "k"})) for _ in "12")
    assert first == again
    assert got(house.officer, "/channels")["totals"]["channels"] == 1
