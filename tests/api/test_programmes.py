"""Programmes, targets and who may see and change them; coverage of regular campaigns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from tests import make, make_claims
from tests.api.cell import made_of
from tracker.domain.types import Role
from tracker.store.tables.organisation import UnitVersion
from tracker.store.tables.programmes import Programme

if TYPE_CHECKING:
    from tests.application import Api, Caller
    from tracker.domain.types import MemberId, UnitId


@dataclass
class House:
    """A committee with two branches, an officer at each place, and a member of the first branch."""

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

    def programme(self, caller: Caller, unit_id: UnitId, **more: Any) -> dict[str, Any]:
        body = {"name": "Mỗi ngày một tin tốt", "unit_id": unit_id, "from": "2025-01-01", "is_new": True}
        return made_of(caller.post("/programmes", json=body | more))

    def target(self, caller: Caller, programme: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"programme_id": programme["id"], "who": "each_member", "what": "share", "minimum": 1, "per": "month"}
        return made_of(caller.post("/targets", json=body | more))


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


def test_a_programme_is_changed_by_its_version_and_answered_whole(house: House) -> None:
    outcome = {"amount": 2_100_000_000, "qualifier": ">", "words": "hơn 2,1 tỷ đồng"}
    first = house.programme(house.officer, house.branch, outcome=outcome, measures=["Một", "Hai", "Ba"])
    assert (first["measures"], first["outcome"], first["kind"]) == (["Một", "Hai", "Ba"], outcome, "chi bộ")
    path = f"/programmes/{first['id']}"
    assert house.officer.patch(path, json={"name": "Khác"}).status_code == 428
    changed = house.officer.patch(
        path, json={"name": "Khác", "until": "2025-12-31", "outcome": None}, headers={"If-Match": '"1"'}
    )
    assert (changed.json()["name"], changed.json()["until"], changed.json()["outcome"]) == ("Khác", "2025-12-31", None)
    assert changed.json()["measures"] == ["Một", "Hai", "Ba"]
    assert house.officer.patch(path, json={"name": "X"}, headers={"If-Match": '"1"'}).status_code == 412
    for body in ({"name": None}, {"until": "2024-12-31"}, {"continues_id": first["id"]}, {"unit_id": 1}, {"x": 1}):
        assert house.officer.patch(path, json=body, headers={"If-Match": '"2"'}).status_code == 422, body
    continued = house.programme(house.officer, house.branch, continues_id=first["id"], is_new=False)
    refused = house.officer.delete(path, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "thing.in_use")
    gone = f"/programmes/{continued['id']}"
    assert house.officer.delete(gone, headers={"If-Match": '"1"'}).status_code == 204
    assert house.officer.get(gone).status_code == 404


def test_programmes_bind_all_below_and_are_changed_only_in_scope(house: House) -> None:
    theirs = house.programme(house.above, house.committee)
    mine = house.programme(house.officer, house.branch)
    path = f"/programmes/{theirs['id']}"
    assert house.officer.get(path).status_code == 200  # it binds the branch
    assert house.officer.patch(path, json={"name": "X"}, headers={"If-Match": '"1"'}).status_code == 404
    assert house.stranger.get(f"/programmes/{mine['id']}").status_code == 404
    assert [p["id"] for p in house.officer.get("/programmes").json()["items"]] == [mine["id"]]
    assert [p["id"] for p in house.above.get("/programmes").json()["items"]] == [theirs["id"], mine["id"]]
    body = {"name": "X", "unit_id": house.other, "is_new": True}
    assert house.officer.post("/programmes", json=body).status_code == 404
    assert house.auditor.post("/programmes", json=body).status_code == 403
    assert house.auditor.get(path).status_code == 200
    assert house.as_member.get("/programmes").status_code == 403
    assert house.officer.get(f"/programmes?unit={house.other}").status_code == 404


def test_the_registers_of_two_levels_total_95_with_18_new_and_255_with_98_new(house: House) -> None:
    with house.api.db.write() as tx:
        tx.execute(update(UnitVersion).where(UnitVersion.unit_id == house.committee).values(kind="đảng ủy"))
        rows = _register(house.committee, 95, 18) + _register(house.branch, 255, 98)
        tx.execute(insert(Programme), rows)
    totals = house.above.get(f"/programmes?unit={house.committee}&year=2023&limit=10").json()["totals"]
    assert totals == {
        "count": 350,
        "new": 116,
        "by_kind": [{"kind": "chi bộ", "count": 255, "new": 98}, {"kind": "đảng ủy", "count": 95, "new": 18}],
    }
    later = house.above.get("/programmes?year=2024&limit=1").json()
    assert (later["totals"]["count"], later["totals"]["new"], later["next"] is not None) == (350, 0, True)
    assert house.above.get("/programmes?year=MMXX").status_code == 422


def _register(unit_id: UnitId, count: int, new: int) -> list[dict[str, Any]]:
    """Give programmes of 2023: new ones, and others of years before that nobody knows."""
    made = {"unit_id": unit_id, "name": "Mô hình", "created_at": make.NOW}
    return [made | {"is_new": n < new, "from_on": dt.date(2023, 2, 1) if n < new else None} for n in range(count)]


def test_a_target_that_cannot_be_is_refused_in_words(house: House) -> None:
    programme = house.programme(house.officer, house.branch)
    body = {"programme_id": programme["id"], "who": "each_member", "what": "share", "minimum": 1, "per": "month"}
    for more in (
        {"minimum": 0},
        {"minimum": 2, "aim": 1},
        {"per": "span"},
        {"per": "decade"},
        {"what": "like"},
        {"slots": ["a", "a"]},
        {"topics": [""]},
        {"programme_id": 10**17},
    ):
        assert house.officer.post("/targets", json=body | more).status_code == 422, more
    assert house.officer.post("/targets", json=body | {"programme_id": 9_999}).status_code == 404
    assert house.stranger.post("/targets", json=body).status_code == 404


def test_who_and_when_of_a_target_stay_once_somebody_was_assigned(house: House) -> None:
    programme = house.programme(house.officer, house.branch)
    target = house.target(
        house.officer, programme, who="assigned", what="presentation", slots=["câu chuyện", "cuốn sách", "tấm gương"]
    )
    body = {"target_id": target["id"], "member_id": house.member, "period": "2026-11", "slot": "cuốn sách"}
    assert house.officer.post("/assignments", json=body | {"slot": "bài hát"}).status_code == 422
    assert house.officer.post("/assignments", json=body | {"period": "2026-Q4"}).status_code == 422
    given = made_of(house.officer.post("/assignments", json=body | {"topic": "Học Bác", "due_on": "2026-11-30"}))
    assert (given["topic"], given["due_on"], given["slot"]) == ("Học Bác", "2026-11-30", "cuốn sách")
    other_slot = body | {"slot": "câu chuyện"}
    assert house.officer.post("/assignments", json=other_slot).status_code == 201
    path = f"/targets/{target['id']}"
    refused = house.officer.patch(path, json={"per": "quarter"}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "thing.in_use")
    assert house.officer.patch(path, json={"minimum": 2}, headers={"If-Match": '"1"'}).status_code == 200
    assert house.officer.delete(path, headers={"If-Match": '"2"'}).status_code == 409
    assert house.as_member.get("/assignments?period=2026").json()["items"][0]["member_id"] == house.member
    assert house.stranger.get(f"/assignments/{given['id']}").status_code == 404
    assert house.stranger.post("/assignments", json=body).status_code == 404


def test_a_topic_target_is_met_only_by_one_of_its_topics(house: House) -> None:
    programme = house.programme(house.above, house.committee)
    target = house.target(house.above, programme, topics=["Phản bác", "phản  bác"])
    assert target["topics"] == ["Phản bác"]
    with house.api.db.write() as tx:
        make_claims.claim(tx, house.member, house.branch, dt.date(2026, 10, 3), topics=("Thời tiết",))
        make_claims.claim(tx, house.member, house.branch, dt.date(2026, 9, 3), topics=("phản bác",))
        make.member(tx, house.other, "B")
    items = house.above.get(f"/progress?period=2026-09..2026-10&unit={house.branch}").json()["items"]
    assert [(i["period"], i["met"], i["counted"], i["done"]) for i in items] == [
        ("2026-09", 1, 1, 1),
        ("2026-10", 0, 1, 0),
    ]
    report = house.above.get(f"/reports/year?period=2026-09..2026-10&unit={house.committee}&format=json").json()
    assert {(t["topic"], t["unit_id"], t["claims"]) for t in report["topics"]} == {
        ("Phản bác", house.branch, 1),
        ("Phản bác", house.other, 0),
        ("Thời tiết", house.branch, 1),
    }


def test_a_campaign_covers_27_of_30_days_and_4_of_5_weeks(house: House) -> None:
    programme = house.programme(house.officer, house.branch)
    daily = house.target(house.officer, programme, who="unit", per="day")
    weekly = house.target(house.officer, programme, who="unit", per="week")
    with house.api.db.write() as tx:
        for day in range(1, 31):
            if day not in {8, 9, 10}:
                make_claims.claim(tx, house.member, house.branch, dt.date(2026, 9, day))
        for day in (1, 8, 15, 22):
            make_claims.claim(tx, house.member, house.branch, dt.date(2026, 10, day))
    told = house.officer.get(f"/progress?period=2026-09&unit={house.branch}").json()["coverage"]
    (days,) = [c for c in told if c["target_id"] == daily["id"]]
    assert (days["periods"], days["covered"], days["per"]) == (30, 27, "day")
    assert days["missing"] == ["2026-09-08", "2026-09-09", "2026-09-10"]
    told = house.officer.get(f"/progress?period=2026-10&unit={house.branch}").json()["coverage"]
    (weeks,) = [c for c in told if c["target_id"] == weekly["id"]]
    assert (weeks["periods"], weeks["covered"], weeks["missing"]) == (5, 4, ["2026-W44"])


def test_who_was_away_is_excused_and_who_met_it_all_the_same_counts_in_both_numbers(house: House) -> None:
    programme = house.programme(house.officer, house.branch)
    house.target(house.officer, programme)
    with house.api.db.write() as tx:
        away = make.member(tx, house.branch, "B", "Lê Thị Bình")
        apart = make.member(tx, house.branch, "C", "Trần Cúc", status="exempt")
        for member_id in (house.member, away):
            make_claims.absence(tx, member_id, dt.date(2026, 10, 1), dt.date(2026, 10, 20))
        make_claims.claim(tx, away, house.branch, dt.date(2026, 10, 25))
        make_claims.claim(tx, apart, house.branch, dt.date(2026, 10, 25))
    (item,) = house.officer.get(f"/progress?period=2026-10&unit={house.branch}").json()["items"]
    assert {row["member_id"]: row["state"] for row in item["rows"]} == {house.member: "excused", away: "met"}
    assert (item["met"], item["counted"], item["done"]) == (1, 1, 2)
    assert [row["member_id"] for row in item["others"]] == [apart]
    rows = house.officer.get(f"/contributions?period=2026-10&unit={house.branch}").json()["items"]
    assert {r["member_id"]: (r["due"], r["met"], r["counted"]) for r in rows} == {
        house.member: (0, 0, True),
        away: (1, 1, True),
        apart: (0, 0, False),
    }
    asked = f"/explain?period=2026-10&target={item['target_id']}&member={house.member}"
    told = house.officer.get(asked).json()
    assert (told["result"], told["absences"]) == (
        "excused",
        [{"from": "2026-10-01", "until": "2026-10-20", "reason": "công tác"}],
    )
