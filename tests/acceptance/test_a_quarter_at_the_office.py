"""One quarter at an office from founding to the restated close: each route on people, obligations, claims and periods.

What each answers in detail is tried in tests/api and tests/e2e; here they are walked in the order of the work, and at
the end it is held that none was left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tests.acceptance.office import CONSENTS, good, refused
from tests.application import Caller

if TYPE_CHECKING:
    import httpx

    from tests.acceptance.office import Office

ROUTES = """
GET /me | GET /me/record | POST /me/erasure | GET /me/consents | POST /me/consents | DELETE /me/consents/_
POST /members/_/consents | POST /members/_/erasure | GET /topics
GET /claims | POST /claims | GET /claims/_ | PATCH /claims/_ | POST /claims/_/withdraw | POST /claims/_/appeal
POST /claims/_/objection | POST /claims/_/figures | POST /claims/_/reviews | POST /reviews
GET /units | POST /units | GET /units/_ | PATCH /units/_ | POST /units/_/groups | GET /units/coverage
GET /members | POST /members | GET /members/_ | PATCH /members/_ | POST /members/_/memberships
POST /members/_/absences | POST /imports/members | GET /imports | POST /imports/_/undo
GET /programmes | POST /programmes | GET /programmes/_ | PATCH /programmes/_ | DELETE /programmes/_
GET /targets | POST /targets | GET /targets/_ | PATCH /targets/_ | DELETE /targets/_
GET /assignments | POST /assignments | GET /assignments/_ | PATCH /assignments/_ | DELETE /assignments/_
GET /assignments/suggest | GET /directives | POST /directives | GET /meetings | POST /meetings
GET /activities | POST /activities | GET /awards | POST /awards | GET /channels | POST /channels
POST /channels/_/months | GET /channels/_/months | POST /channels/_/posts | GET /channels/_/posts | GET /channels/posts
GET /progress | GET /contributions | GET /reach | GET /explain | GET /periods | POST /periods/_/close
POST /periods/_/reopen | GET /periods/_/restatements | GET /reports/quarter | GET /audit
GET /accounts | POST /accounts | GET /accounts/_ | PATCH /accounts/_
"""
FRESH = {"If-Match": "*"}


@dataclass
class Recorder(Caller):
    """A caller who notes which routes were called and answered well."""

    seen: set[str] = field(default_factory=set)

    @override
    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request; note it without its ids."""
        answer = super().request(method, path, **more)
        if answer.is_success:
            bare = re.sub(r"/(?:\d[\w-]*|\d{4}-Q\d|processing)(?=/|$)", "/_", path.partition("?")[0])
            self.seen.add(f"{method} {bare}")
        return answer


def watched(caller: Caller, seen: set[str]) -> Recorder:
    return Recorder(caller.app, caller.loop, caller.headers, seen)


def test_a_quarter_from_founding_to_the_restated_close(office: Office) -> None:  # noqa: PLR0915 - one story, in order
    seen: set[str] = set()
    admin = office.admin = watched(office.admin, seen)
    top, unit = office.unit("Đảng ủy"), office.unit("Chi bộ 1")
    good(admin.patch(f"/units/{unit['id']}", json={"parent_id": top["id"], "since": "2024-01-01"}, headers=FRESH))
    good(admin.get(f"/units/{unit['id']}?on=2025-01-01"))
    good(admin.post(f"/units/{unit['id']}/groups", json={"kind": "Tổ 03", "established_on": "2024-05-01"}), 201)
    assert good(admin.get(f"/units/coverage?group=Tổ 03&unit={top['id']}"))["percent"] == 100.0
    people = [office.member(unit, name) for name in ("Lê Bé", "Võ An", "Trần Ánh")]
    assert [m["full_name"] for m in good(admin.get(f"/members?unit={unit['id']}"))["items"]] == [
        "Võ An",
        "Trần Ánh",
        "Lê Bé",
    ]
    good(admin.patch(f"/members/{people[0]['id']}", json={"titles": ["Bí thư"]}, headers=FRESH))
    content = f"mã,họ và tên,mã chi bộ\nX1,Phan Tốt,{unit['code']}\n".encode()
    done = good(admin.post("/imports/members", files={"file": ("m.csv", content)}), 201)
    good(admin.post(f"/imports/{done['id']}/undo"))
    assert len(good(admin.get("/imports"))["items"]) == 1
    officer, second = (watched(office.officer(top), seen) for _ in range(2))
    office.officer(unit)  # whose scope is widened: they sign in anew
    account = good(admin.get("/accounts"))["items"][-1]
    good(admin.patch(f"/accounts/{account['id']}", json={"unit_id": top["id"]}, headers=FRESH))
    good(admin.get(f"/accounts/{account['id']}"))
    be, an = (watched(office.person(m), seen) for m in people[:2])
    for kind, version in CONSENTS.items():
        anh = {"kind": kind, "version": version, "given_on": "2025-01-01"}
        good(officer.post(f"/members/{people[2]['id']}/consents", json=anh), 201)
    assert good(be.get("/me"))["member_id"] == people[0]["id"]
    assert len(good(officer.get("/units"))["items"]) == 2
    caller = watched(office.person(people[2], ()), seen)
    good(caller.post("/me/consents", json={"kind": "processing", "version": 2}), 201)

    programme = office.programme(officer, top, name="Mô hình")
    target = office.target(officer, programme, aim=2)
    piece = office.target(officer, programme, who="assigned", what="authored", per="quarter")
    good(officer.patch(f"/programmes/{programme['id']}", json={"measures": ["Một"]}, headers=FRESH))
    good(officer.patch(f"/targets/{target['id']}", json={"aim": 3}, headers=FRESH))
    spare = office.programme(officer, top, name="Nhầm")
    mistaken = office.target(officer, spare)
    for path in (f"/targets/{mistaken['id']}", f"/programmes/{spare['id']}"):
        good(officer.get(path))
        assert officer.delete(path, headers=FRESH).status_code == 204
    assert len(good(officer.get("/programmes?year=2025"))["items"]) == 1
    assert len(good(officer.get(f"/targets?programme={programme['id']}"))["items"]) == 2
    first = good(officer.get(f"/assignments/suggest?target={piece['id']}&period=2025-Q1"))["items"][0]
    turn = {"target_id": piece["id"], "member_id": first["member_id"], "period": "2025-Q1"}
    given = good(officer.post("/assignments", json=turn), 201)
    refused(officer.post("/assignments", json=turn | {"member_id": people[0]["id"]}), 409, "assignment.already_given")
    swap = {"member_id": people[0]["id"]}
    good(officer.patch(f"/assignments/{given['id']}", json=swap, headers=FRESH))
    good(officer.get(f"/assignments/{given['id']}"))
    later = good(officer.post("/assignments", json=turn | {"period": "2025-Q2"}), 201)
    assert officer.delete(f"/assignments/{later['id']}", headers=FRESH).status_code == 204
    assert len(good(be.get("/assignments?period=2025"))["items"]) == 1
    away = {"from": "2025-02-01", "until": "2025-02-28", "reason": "công tác"}
    good(officer.post(f"/members/{people[1]['id']}/absences", json=away), 201)

    office.at(2025, 3, 20)
    share = office.share(be, "2025-03-03", topics=["Phản bác"], figures=[{"measure": "reach", "value": 40}])
    good(be.patch(f"/claims/{share['id']}", json={"note": "đã gửi"}, headers=FRESH))
    good(be.post(f"/claims/{share['id']}/figures", json={"measure": "engagements", "value": 5}), 201)
    gone, wrong = office.share(be, "2025-03-04"), office.share(an, "2025-03-05")
    good(be.post(f"/claims/{gone['id']}/withdraw"))
    refused(officer.post(f"/claims/{wrong['id']}/reviews", json={"verdict": "reject"}), 422, "reason.missing")
    good(officer.post(f"/claims/{wrong['id']}/reviews", json={"verdict": "reject", "reason": "Sai ngày"}))
    good(an.post(f"/claims/{wrong['id']}/appeal", json={"reason": "Đúng ngày"}))
    refused(officer.post(f"/claims/{wrong['id']}/reviews", json={"verdict": "accept"}), 403, "claim.own")
    good(second.post(f"/claims/{wrong['id']}/reviews", json={"verdict": "accept"}))
    helped = office.share(officer, "2025-03-06", member_id=people[0]["id"])
    good(be.post(f"/claims/{helped['id']}/objection", json={"reason": "Không phải tôi"}))
    written = office.piece(be, "2025-03-10")
    office.accept(officer, share, written)
    assert good(be.get(f"/claims/{share['id']}"))["state"] == "accepted"
    assert len(good(officer.get("/claims?state=accepted&period=2025-Q1"))["items"]) == 3
    assert "Phản bác" in [t["name"] for t in good(officer.get("/topics"))["items"]]

    body: dict[str, Any] = {"unit_id": unit["id"]}
    good(officer.post("/directives", json={"code": "67-KH/BTCTU", "issued_on": "2025-02-12"}), 201)
    good(officer.post("/meetings", json=body | {"held_on": "2025-03-05", "periods": ["2025-02"]}), 201)
    good(officer.post("/activities", json=body | {"name": "Học tập", "period": "2025-03", "count": 2_261}), 201)
    honour = {"period": "2025-Q1", "who": "individual", "member_id": people[0]["id"], "title": "Giấy khen"}
    award = good(officer.post("/awards", json=body | honour), 201)
    assert {g["claim_id"] for g in award["grounds"] if "claim_id" in g} == {share["id"], written["id"]}
    page = {"name": "Trang", "platform": "facebook", "kind": "page"}
    channel = good(officer.post("/channels", json=body | page), 201)
    good(officer.post(f"/channels/{channel['id']}/months", json={"month": "2025-03", "posts": 300}), 201)
    good(officer.post(f"/channels/{channel['id']}/posts", json={"happened_on": "2025-03-04"}), 201)
    for path in ("/directives", "/meetings", "/activities", "/awards", "/channels", "/channels/posts"):
        assert len(good(officer.get(path))["items"]) == 1, path
    for path in ("months", "posts"):
        assert good(officer.get(f"/channels/{channel['id']}/{path}"))["items"], path

    office.at(2025, 4, 2)
    asked = f"period=2025-Q1&unit={top['id']}"
    months = [m for m in good(officer.get(f"/progress?{asked}"))["items"] if m["target_id"] == target["id"]]
    assert [(m["met"], m["counted"]) for m in months] == [(0, 3), (0, 2), (2, 3)]
    told = good(officer.get(f"/explain?member={people[1]['id']}&period=2025-02&target={target['id']}"))
    assert (told["result"], len(told["absences"])) == ("excused", 1)
    sums = good(officer.get(f"/contributions?{asked}"))["items"]
    assert (sum(i["shares"] for i in sums), sum(i["authored"] for i in sums)) == (2, 1)
    for by in ("article", "unit", "channel", "day", "source", "claim"):
        reach = good(officer.get(f"/reach?{asked}&by={by}"))
        assert {(f["measure"], f["grade"]) for f in reach["totals"]} >= {("reach", "C"), ("engagements", "C")}, by
    refused(officer.post("/periods/2025-Q2/close", json={"unit": top["id"]}), 409, "period.running")
    good(officer.post("/periods/2025-Q1/close", json={"unit": top["id"]}))
    before = officer.get(f"/reports/quarter?{asked}&format=json").content
    refused(
        be.post(
            "/claims",
            json={"kind": "share", "article_url": office.article_url(), "channel": "zalo", "happened_on": "2025-03-30"},
        ),
        409,
        "period.closed",
    )
    good(second.post(f"/claims/{share['id']}/reviews", json={"verdict": "reverse", "reason": "Trùng"}))
    moved = {"unit_id": top["id"], "since": "2025-03-15"}
    good(admin.post(f"/members/{people[2]['id']}/memberships", json=moved), 201)
    assert officer.get(f"/reports/quarter?{asked}&format=json").content == before
    assert {r["reason"] for r in good(officer.get(f"/periods/2025-Q1/restatements?unit={top['id']}"))["items"]} >= {
        "Trùng"
    }
    good(officer.post("/periods/2025-Q1/reopen", json={"unit": top["id"], "reason": "Bổ sung"}))
    assert good(officer.get(f"/periods?unit={top['id']}"))["items"][0]["state"] == "open"
    assert officer.get(f"/reports/quarter?{asked}&format=json").content != before

    assert good(be.get("/me/record"))
    good(be.post("/me/erasure"), 202)
    good(an.get("/me/consents"))
    assert an.delete("/me/consents/processing", headers=FRESH).status_code == 204
    good(admin.post(f"/members/{people[0]['id']}/erasure"))
    assert good(admin.get(f"/members/{people[0]['id']}"))["full_name"] is None
    assert {"period.close", "period.reopen"} <= {row["action"] for row in good(admin.get("/audit?limit=200"))["items"]}
    expected = {route.strip() for line in ROUTES.strip().splitlines() for route in line.split("|")}
    assert sorted(expected - seen) == []
