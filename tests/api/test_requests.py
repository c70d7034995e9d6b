"""What a request may hold: cursors, filters, paths and texts that no database takes are refusals, never faults."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests import make
from tests.services.claims_house import build
from tracker.domain.types import Role
from tracker.store.tables.operations import IdempotencyKey

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from tests.application import Api, Caller

LISTS = (
    *("/accounts", "/articles", "/assignments", "/audit", "/claims", "/feeds", "/imports", "/members"),
    *("/periods?unit={unit}", "/periods/2026-01/restatements?unit={unit}", "/programmes", "/targets", "/topics"),
    "/units",
)
HUGE = 10**30
CURSORS: tuple[tuple[Any, ...], ...] = (
    *((HUGE,), (HUGE, 1), (1, HUGE, 1), ("x", HUGE), ("2026-01-01T00:00:00+00:00", 1, HUGE), ("2026-01-01", HUGE)),
    *(("a\0",), ("a\0", 1), ("\ud800",), ("\ud800", 1), (True, 1)),
    *(("0001-01-01T00:00:00+14:00", 1, 1), ("9999-12-31T23:59:59-14:00", 1, 1)),
)


@pytest.fixture
def admin(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


@pytest.mark.parametrize("path", LISTS)
def test_a_made_up_cursor_is_refused(api: Api, admin: Caller, path: str) -> None:
    with api.db.write() as tx:
        path = path.format(unit=make.unit(tx, "CB1"))
    for values in CURSORS:
        cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        answer = admin.get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor.invalid"), values


@pytest.mark.parametrize("limit", ["0", "201", "000000001999", "9" * 5000, "-1", "٣"])
def test_a_page_is_never_longer_than_the_most(admin: Caller, limit: str) -> None:
    assert admin.get(f"/units?limit={limit}").json()["code"] == "field.invalid"


@pytest.mark.parametrize(
    "query", ["members?q=a%00b", "units?q=%00", "claims?topic=a%00", "audit?action=%00", "units/coverage?group=%00"]
)
def test_a_filter_with_a_nul_is_refused(admin: Caller, query: str) -> None:
    assert admin.get(f"/{query}").json()["code"] == "field.invalid"


@pytest.mark.parametrize("path", ["/assignments/1-%00", "/claims/%00", "/units/1%00", "/reports/%00"])
def test_a_path_with_a_nul_leads_nowhere(admin: Caller, path: str) -> None:
    assert admin.get(f"{path}?period=2026-01").json()["code"] == "thing.not_found"


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00%2B14:00", "x"])
@pytest.mark.parametrize("path", ["/articles", "/audit"])
def test_an_instant_out_of_all_reach_is_refused(admin: Caller, path: str, since: str) -> None:
    assert admin.get(f"{path}?since={since}").json()["code"] == "field.invalid"


def test_a_nul_inside_a_text_is_dropped(api: Api) -> None:
    member = api.as_viewer(build(api.db).as_an)
    words = {"title": "Kể\0 chuyện", "lesson": "Học\0", "note": "\0ghi", "witness": "Bé\0", "topics": ["Văn\0 hoá"]}
    told = member.post("/claims", json={"kind": "presentation"} | words)
    assert told.status_code == 201, told.text
    assert told.json() | {"title": "Kể chuyện", "lesson": "Học", "note": "ghi", "topics": ["Văn hoá"]} == told.json()


def test_what_is_kept_of_a_request_is_no_plain_hash_of_its_password(api: Api, admin: Caller) -> None:
    body = json.dumps({"login": "moi", "password": "mot mat khau dai 17", "role": "admin"}).encode()
    assert admin.post("/accounts", content=body, headers={"Idempotency-Key": "k"}).status_code == 201
    with api.db.read() as tx:
        kept = tx.scalar(select(IdempotencyKey.request_hash))
    assert kept != hashlib.sha256(b"POST /api/v1/accounts?\n" + body).hexdigest()


def test_a_claim_named_twice_is_decided_once(api: Api) -> None:
    house = build(api.db)
    made = api.as_viewer(house.as_an).post(
        "/claims", json={"kind": "share", "article_id": house.articles[0], "channel": "zalo"}
    )
    claim_id = made.json()["id"]
    asked = {"claim_ids": [claim_id, f"0{claim_id}"], "verdict": "accept"}
    items = api.as_viewer(house.officer).post("/reviews", json=asked).json()["items"]
    assert [(i["claim_id"], i["state"], i["error"]) for i in items] == [
        (claim_id, "accepted", None),
        (f"0{claim_id}", "accepted", None),
    ]


def test_a_body_that_breaks_off_is_no_fault_of_ours(
    api: Api, admin: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    for kind in (b"application/json", b"multipart/form-data; boundary=x"):
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/api/v1/feeds/opml",
            "raw_path": b"/api/v1/feeds/opml",
            "query_string": b"",
            "headers": [(b"authorization", admin.headers["Authorization"].encode()), (b"content-type", kind)],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
        }
        api.loop.run_until_complete(api.app(scope, receive, send))
    assert [m["status"] for m in sent if m["type"] == "http.response.start"] == [422, 422]
    assert "request.failed" not in capsys.readouterr().out
