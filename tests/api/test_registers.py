"""Directives, meetings, activities and awards as scripts enter and read them."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import event

from sandbox.pool import Sandbox
from tests import make, make_claims
from tests.api.cell import made_of
from tests.application import make_deps
from tracker.domain.types import Role
from tracker.services.evidence_files import UPLOAD_TASKS, FileRoom

if TYPE_CHECKING:
    from pathlib import Path

    from tests.application import Api, Caller
    from tracker.domain.types import MemberId, UnitId


@dataclass
class House:
    """A committee with two branches, an officer at each place, an auditor and a member of the first branch."""

    api: Api
    committee: UnitId
    branch: UnitId
    other: UnitId
    member: MemberId
    above: Caller
    officer: Caller
    stranger: Caller
    auditor: Caller
    as_member: Caller


@pytest.fixture
def house(api: Api) -> House:
    with api.db.write() as tx:
        committee = make.unit(tx, "DU", "Đảng ủy")
        branch, other = make.unit(tx, "CB1", above=(committee,)), make.unit(tx, "CB2", above=(committee,))
        member = make.member(tx, branch, "A")
        viewers = [
            make.account(tx, "above", Role.OFFICER, unit_id=committee),
            make.account(tx, "officer", Role.OFFICER, unit_id=branch),
            make.account(tx, "stranger", Role.OFFICER, unit_id=other),
            make.account(tx, "auditor", Role.AUDITOR, unit_id=committee),
            make.account(tx, "member", Role.MEMBER, member_id=member),
        ]
    return House(api, committee, branch, other, member, *(api.as_viewer(v) for v in viewers))


def _items(caller: Caller, path: str) -> list[dict[str, Any]]:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_directive_is_read_in_number_type_and_issuer(house: House) -> None:
    """Show 000-01 and 004-70."""
    made = made_of(house.officer.post("/directives", json={"code": "67-KH/BTCTU", "issued_on": "12/02/2025"}))
    assert (made["number"], made["type"], made["issuer"], made["issued_on"]) == (67, "KH", "BTCTU", "2025-02-12")
    made = made_of(house.officer.post("/directives", json={"code": "118-HD/BTGTU", "issued_on": "2024-01-05"}))
    assert (made["number"], made["type"], made["issuer"], made["warnings"]) == (118, "HD", "BTGTU", [])


def test_both_systems_of_numbers_sort_by_their_day(house: House) -> None:
    """Show 000-02 and 002-25."""
    for code, on in (("1015-CV/BTCHU", "2025-02-19"), ("91/KH-VKSTC", "2024-06-30"), ("67-KH/BTCTU", "2025-02-12")):
        made_of(house.officer.post("/directives", json={"code": code, "issued_on": on}))
    found = _items(house.auditor, "/directives")
    assert [d["code"] for d in found] == ["91/KH-VKSTC", "67-KH/BTCTU", "1015-CV/BTCHU"]
    first = house.auditor.get("/directives?limit=2").json()
    rest = house.auditor.get(f"/directives?limit=2&cursor={first['next']}").json()
    assert [d["code"] for d in first["items"] + rest["items"]] == [d["code"] for d in found]
    assert rest["next"] is None
    for cursor in ("e30", "WyJ4IiwxXQ", "WzEsMl0"):
        assert house.auditor.get(f"/directives?cursor={cursor}").json()["code"] == "cursor.invalid"


def test_a_programme_cites_directives_and_a_cited_one_stays(house: House) -> None:
    first, second = (
        made_of(house.officer.post("/directives", json={"code": code, "issued_on": on}))
        for code, on in (("67-KH/BTCTU", "2025-02-12"), ("1015-CV/BTCHU", "2025-02-19"))
    )
    body = {"name": "Mô hình", "unit_id": house.branch, "from": "2025-01-01", "is_new": True}
    made = made_of(house.officer.post("/programmes", json=body | {"directive_ids": [second["id"], first["id"]]}))
    assert made["directive_ids"] == [first["id"], second["id"]]
    refused = house.officer.delete(f"/directives/{first['id']}", headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "thing.in_use")
    unknown = house.officer.post("/programmes", json=body | {"directive_ids": [999]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "field.invalid")


def test_what_should_be_looked_at_again_is_said_and_refused_by_nothing(house: House) -> None:
    """A code of the centre named as the province's; one entered twice; one that follows no system."""
    body = {"code": "23-CT/TW", "issued_on": "2018-02-09", "issuer": "Tỉnh ủy"}
    made = made_of(house.officer.post("/directives", json=body))
    assert (made["issuer"], made["issuer_code"], made["warnings"]) == ("Tỉnh ủy", "TW", ["issuer.differs"])
    path = f"/directives/{made['id']}"
    mended = house.officer.patch(path, json={"issuer": None}, headers={"If-Match": '"1"'}).json()
    assert (mended["issuer"], mended["warnings"]) == ("TW", [])
    again = made_of(house.officer.post("/directives", json={"code": "Số 23 -CT/TW", "issued_on": "09/02/2018"}))
    assert (again["code"], again["warnings"]) == ("23-CT/TW", ["directive.repeated"])
    odd = made_of(house.officer.post("/directives", json={"code": "theo lời dặn", "issued_on": "2018-02-09"}))
    assert (odd["number"], odd["type"], odd["warnings"]) == (None, None, ["code.unread"])
    assert house.officer.delete(f"/directives/{odd['id']}", headers={"If-Match": '"1"'}).status_code == 204
    assert house.officer.get(f"/directives/{odd['id']}").status_code == 404


def test_31_5_2023_and_31_05_2023_are_the_same_day(house: House) -> None:
    """Show 001-15."""
    for text in ("31/5/2023", "31/05/2023", "2023-05-31"):
        made = made_of(house.officer.post("/directives", json={"code": "42-KH/CB", "issued_on": text}))
        assert (made["issued_on"], made["issuer"]) == ("2023-05-31", "CB")
    wrong: list[Any] = ["31/6/2023", "2023", 20230531.5, "31-05", True]
    for one in wrong:
        assert house.officer.post("/directives", json={"code": "1-KH/CB", "issued_on": one}).status_code == 422


def test_a_meeting_stands_in_each_of_its_periods(house: House) -> None:
    """Show 001-17 and 001-18: held on 8 June, the meeting of May and the thematic one of the second quarter."""
    body = {
        "unit_id": house.branch,
        "held_on": "08/6/2023",
        "periods": ["2023-Q2", "2023-05"],
        "title": "Học Bác dám nghĩ, dám nói",
        "speaker_id": house.member,
        "lesson": "Dám nghĩ, dám nói, dám làm",
    }
    made = made_of(house.officer.post("/meetings", json=body))
    assert (made["held_on"], made["periods"]) == ("2023-06-08", ["2023-05", "2023-Q2"])
    assert made["labels"] == ["Tháng 5/2023", "Quý II/2023"]
    assert (made["speaker"], made["lesson"]) == ("Nguyễn Văn An", "Dám nghĩ, dám nói, dám làm")
    for period in ("2023-05", "2023-Q2", "2023-H1", "2023", "2022..2023", "2023-05..2023-06", "2023-05-01..2023-05-31"):
        assert [m["id"] for m in _items(house.above, f"/meetings?period={period}")] == [made["id"]], period
    for period in ("2023-06", "2023-Q1", "2022", "2023-05-08", "2023-W23"):
        assert _items(house.above, f"/meetings?period={period}") == [], period
    assert len(_items(house.above, f"/meetings?unit={house.committee}&period=2023")) == 1
    assert _items(house.above, f"/meetings?unit={house.other}") == []
    assert _items(house.stranger, "/meetings") == []


def test_a_meeting_is_changed_by_its_version(house: House) -> None:
    body = {"unit_id": house.branch, "held_on": "2026-11-02", "periods": ["2026-10"]}
    made = made_of(house.officer.post("/meetings", json=body))
    path = f"/meetings/{made['id']}"
    assert house.officer.patch(path, json={"title": "X"}).status_code == 428
    changed = house.officer.patch(path, json={"periods": ["2026-11"]}, headers={"If-Match": '"1"'})
    assert (changed.json()["periods"], changed.headers["etag"]) == (["2026-11"], '"2"')
    assert house.officer.patch(path, json={"title": "X"}, headers={"If-Match": '"1"'}).status_code == 412
    wrong: list[dict[str, Any]] = [
        {"periods": []},
        {"periods": ["2026-11", "2026-11"]},
        {"periods": ["tháng 5"]},
        {"speaker_id": 999},
        {"held_on": None},
        {"unit_id": house.other},
    ]
    for one in wrong:
        assert house.officer.patch(path, json=one, headers={"If-Match": '"2"'}).status_code == 422, one
    assert house.stranger.get(path).status_code == 404
    assert house.stranger.delete(path, headers={"If-Match": '"2"'}).status_code == 404
    assert house.officer.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert house.officer.get(path).status_code == 404


def test_totals_of_activities_stand_by_name_over_all_units_below(house: House) -> None:
    """Show 004-51 and 004-52: 2.261 sessions with 38.773 participants."""
    name = "Đợt học tập và làm theo"
    for unit, count, people in ((house.branch, 2000, 30_000), (house.other, 261, 8_773)):
        body = {"unit_id": unit, "name": name, "period": "2025-Q1", "count": count, "participants": people}
        made_of(house.above.post("/activities", json=body))
    unknown = {"unit_id": house.branch, "name": "Hội thi", "period": "2025-02", "count": 3}
    assert made_of(house.above.post("/activities", json=unknown))["participants"] is None
    answer = house.auditor.get(f"/activities?period=2025&unit={house.committee}&limit=1").json()
    assert answer["totals"] == [
        {"name": name, "count": 2261, "participants": 38_773},
        {"name": "Hội thi", "count": 3, "participants": None},
    ]
    assert answer["next"] is not None
    assert [a["count"] for a in _items(house.officer, "/activities?period=2025-Q1")] == [2000, 3]
    assert house.officer.get("/activities?period=2025-02").json()["totals"][0]["name"] == "Hội thi"
    assert _items(house.officer, "/activities?period=2024") == []


def test_an_activity_is_changed_and_removed_in_scope_alone(house: House) -> None:
    body = {"unit_id": house.branch, "name": "Hội  thi", "period": "2025-Q1", "count": 1}
    made = made_of(house.officer.post("/activities", json=body))
    assert made["name"] == "Hội thi"
    path = f"/activities/{made['id']}"
    changed = house.officer.patch(path, json={"count": 2, "participants": 9}, headers={"If-Match": '"1"'}).json()
    assert (changed["count"], changed["participants"], changed["period"]) == (2, 9, "2025-Q1")
    for one in ({"count": -1}, {"count": True}, {"count": 2**31}, {"programme_id": 9}, {"name": None}, {"period": "x"}):
        assert house.officer.patch(path, json=one, headers={"If-Match": '"2"'}).status_code == 422, one
    assert house.stranger.patch(path, json={"count": 3}, headers={"If-Match": '"2"'}).status_code == 404
    assert house.officer.delete(path, headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize("thing", ["directives", "meetings", "activities", "awards"])
def test_registers_are_read_by_auditors_and_kept_by_officers(house: House, thing: str) -> None:
    assert house.auditor.get(f"/{thing}").status_code == 200
    assert house.auditor.post(f"/{thing}", json={"x": 1}).status_code == 403
    assert house.as_member.get(f"/{thing}").status_code == 403
    assert house.api.anyone.get(f"/{thing}").status_code == 401
    assert house.officer.get(f"/{thing}/999").status_code == 404
    refused = house.officer.post(f"/{thing}", json={"x": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "body.invalid")
    assert house.officer.get(f"/{thing}?cursor=x").status_code == 422


@pytest.mark.parametrize(
    ("thing", "body"),
    [
        ("meetings", {"held_on": "2026-11-02", "periods": ["2026-10"]}),
        ("activities", {"name": "Hội thi", "period": "2026", "count": 1}),
        ("awards", {"period": "2026", "who": "collective", "title": "Giấy khen"}),
    ],
)
def test_a_register_of_units_is_kept_in_scope_and_once_a_key(house: House, thing: str, body: dict[str, Any]) -> None:
    stranger = house.stranger.post(f"/{thing}", json=body | {"unit_id": house.branch})
    assert stranger.status_code == 404
    mine, key = body | {"unit_id": house.branch}, {"Idempotency-Key": "k1"}
    first = made_of(house.officer.post(f"/{thing}", json=mine, headers=key))
    assert made_of(house.officer.post(f"/{thing}", json=mine, headers=key)) == first
    assert len(_items(house.officer, f"/{thing}")) == 1
    got = house.officer.get(f"/{thing}/{first['id']}")
    assert (got.status_code, got.headers["etag"]) == (200, '"1"')
    assert house.officer.get(f"/{thing}?unit={house.other}").status_code == 404


def _propose(house: House, **more: Any) -> dict[str, Any]:
    body = {"unit_id": house.branch, "period": "2026-Q3", "who": "individual", "title": "Giấy khen"}
    return made_of(house.above.post("/awards", json=body | more))


def test_an_award_rests_on_what_was_accepted_in_its_period(house: House) -> None:
    with house.api.db.write() as tx:
        fellow = make.member(tx, house.branch, "B")
        far = make.member(tx, house.other, "C")
        own = make_claims.claim(tx, house.member, house.branch, dt.date(2026, 7, 1))
        piece = make_claims.claim(
            tx, fellow, house.branch, dt.date(2026, 9, 30), kind="authored", coauthors=(house.member,)
        )
        for day, state in ((dt.date(2026, 6, 30), "accepted"), (dt.date(2026, 8, 1), "pending")):
            make_claims.claim(tx, house.member, house.branch, day, state=state)
        elsewhere = make_claims.claim(tx, far, house.other, dt.date(2026, 8, 8))
    running = {"name": "Mô hình", "unit_id": house.branch, "from": "2026-01-01", "until": "2026-12-31", "is_new": True}
    programme = made_of(house.above.post("/programmes", json=running))["id"]
    made_of(house.above.post("/programmes", json=running | {"until": "2026-06-30"}))
    one = _propose(house, member_id=house.member)
    assert one["grounds"] == [{"claim_id": str(own)}, {"claim_id": str(piece)}]
    assert (one["state"], one["full_name"]) == ("proposed", "Nguyễn Văn An")
    whole = _propose(house, who="collective")
    assert whole["grounds"] == [{"claim_id": str(own)}, {"claim_id": str(piece)}, {"programme_id": programme}]
    above = _propose(house, who="collective", unit_id=house.committee)
    assert {"claim_id": str(elsewhere)} in above["grounds"]
    listed = house.above.get("/awards?period=2026").json()
    assert listed["totals"] == {"collective": 2, "individual": 1}
    assert [a["grounds"] for a in listed["items"]] == [one["grounds"], whole["grounds"], above["grounds"]]


def test_a_list_tells_the_first_grounds_of_each_award_and_the_award_gives_them_all_page_by_page(house: House) -> None:
    with house.api.db.write() as tx:
        made = [
            str(make_claims.claim(tx, house.member, house.branch, dt.date(2026, 7, 1) + dt.timedelta(days=n)))
            for n in range(25)
        ]
    running = {"name": "Mô hình", "unit_id": house.branch, "from": "2026-01-01", "until": "2026-12-31", "is_new": True}
    programme = made_of(house.above.post("/programmes", json=running))["id"]
    award = _propose(house, who="collective")
    (listed,) = _items(house.above, "/awards?period=2026")
    assert (len(listed["grounds"]), listed["ground_count"]) == (20, 26)
    assert award["grounds"] == [*({"claim_id": c} for c in made), {"programme_id": programme}]
    found: list[str | None] = []
    more = ""
    while True:
        answer = house.above.get(f"/awards/{award['id']}/grounds?limit=10{more}").json()
        assert (len(answer["items"]) <= 10, answer["totals"]) == (True, {"grounds": 26})
        found += [row["claim_id"] for row in answer["items"]]
        if answer["next"] is None:
            break
        more = f"&cursor={answer['next']}"
    assert found == [None, *made]
    assert house.stranger.get(f"/awards/{award['id']}/grounds").status_code == 404


def test_a_transferred_member_keeps_what_they_gave_and_the_old_unit_its_claims(house: House) -> None:
    with house.api.db.write() as tx:
        claim = make_claims.claim(tx, house.member, house.branch, dt.date(2026, 7, 1))
        make_claims.transfer(tx, house.member, house.other, dt.date(2026, 8, 1))
    assert _propose(house, who="collective")["grounds"] == [{"claim_id": str(claim)}]
    assert _propose(house, who="collective", unit_id=house.other)["grounds"] == []
    assert _propose(house, member_id=house.member, unit_id=house.other)["grounds"] == [{"claim_id": str(claim)}]


def test_an_award_is_given_by_a_decision(house: House) -> None:
    """Show 003-35: the register holds decision, day and title."""
    made = _propose(house, member_id=house.member)
    path, given = f"/awards/{made['id']}", {"state": "awarded", "decision": "45-QĐ/ĐU", "decided_on": "05/12/2026"}
    changed = house.above.patch(path, json=given, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    told = changed.json()
    assert (told["state"], told["decision"], told["decided_on"]) == ("awarded", "45-QĐ/ĐU", "2026-12-05")
    assert _items(house.above, "/awards?state=proposed") == []
    assert len(_items(house.above, "/awards?state=awarded&who=individual")) == 1
    assert house.above.get("/awards?state=lost").status_code == 422
    back = house.above.patch(path, json={"state": "proposed"}, headers={"If-Match": '"2"'})
    assert (back.status_code, back.json()["code"]) == (422, "field.invalid")
    assert house.stranger.patch(path, json={"title": "X"}, headers={"If-Match": '"2"'}).status_code == 404
    assert house.above.delete(path, headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize("more", [{"who": "individual"}, {"who": "collective", "member_id": 1}, {"who": "team"}])
def test_an_award_honours_a_unit_or_one_of_its_members(house: House, more: dict[str, Any]) -> None:
    body = {"unit_id": house.branch, "period": "2026", "title": "Giấy khen"}
    assert house.officer.post("/awards", json=body | more).status_code == 422
    outside = body | {"who": "individual", "member_id": 999}
    assert house.officer.post("/awards", json=outside).status_code == 404


def test_a_list_of_awards_costs_the_same_statements_whatever_its_length(house: House) -> None:
    for who in ({"member_id": house.member}, {"who": "collective"}):
        _propose(house, **who)
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    def cost() -> int:
        sent.clear()
        assert house.above.get("/awards?period=2026").status_code == 200
        return len(sent)

    event.listen(house.api.db.engine, "before_cursor_execute", note)
    few = cost()
    for _ in range(15):
        _propose(house, member_id=house.member)
        _propose(house, who="collective")
    assert cost() == few
    event.remove(house.api.db.engine, "before_cursor_execute", note)


def _picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, kind)
    return out.getvalue()


def test_a_photo_of_a_meeting_is_kept_with_its_caption(house: House, tmp_path: Path) -> None:
    """Show 002-27."""
    with Sandbox(workers=1, tasks=UPLOAD_TASKS) as sandbox:
        deps = make_deps(house.api.db, house.api.clock)
        house.api.app.state.deps = replace(deps, files=FileRoom(tmp_path / "evidence", sandbox))
        body = {"unit_id": house.branch, "held_on": "2026-11-02", "periods": ["2026-11"]}
        path = f"/meetings/{made_of(house.officer.post('/meetings', json=body))['id']}"
        caption = "Chi bộ họp quán triệt kế hoạch"
        sent: dict[str, Any] = {"files": {"file": ("anh.png", _picture())}, "data": {"caption": caption}}
        made = made_of(house.officer.post(f"{path}/photos", **sent))
        assert made["caption"] == caption
        (photo,) = house.auditor.get(path).json()["photos"]
        assert photo == made
        seen = house.auditor.get(f"{path}/photos/{made['id']}")
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
        assert seen.content.startswith(b"\xff\xd8")
        assert house.stranger.get(f"{path}/photos/{made['id']}").status_code == 404
        assert house.stranger.post(f"{path}/photos", **sent).status_code == 404
        broken = {"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}}
        assert house.stranger.post(f"{path}/photos", **broken).status_code == 404  # judged before the form is read
        assert house.officer.get(f"/meetings/999/photos/{made['id']}").status_code == 404
        for wrong, status in (
            ({"files": {"file": ("x.png", b"GIF89a")}, "data": {"caption": "x"}}, 415),
            ({"files": {"file": ("x.png", _picture())}, "data": {"caption": " "}}, 422),
            ({"files": {"other": ("x.png", _picture())}, "data": {"caption": "x"}}, 422),
        ):
            assert house.officer.post(f"{path}/photos", **wrong).status_code == status
        gone = house.officer.delete(f"{path}/photos/{made['id']}", headers={"If-Match": "*"})
        assert gone.status_code == 204
        assert house.auditor.get(path).json()["photos"] == []
        assert house.officer.delete(f"{path}/photos/{made['id']}", headers={"If-Match": "*"}).status_code == 404
