"""One's own data over the API: the record, the request for erasure and how it is carried out, the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import make, make_claims
from tracker.domain.types import MemberId, Role, UnitId, Viewer
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from tests.api.conftest import Api

NAME = "Quách Thị Uyển Nhi"


class Office:
    """A branch with a member and its officers."""

    def __init__(self, api: Api) -> None:
        with api.db.write() as tx:
            self.unit: UnitId = make.unit(tx, "CB1")
            self.other: UnitId = make.unit(tx, "CB2")
            self.member: MemberId = make.member(tx, self.unit, "001", NAME)
            make.consents(tx, self.member)
            self.as_member: Viewer = make.account(tx, "nhi", Role.MEMBER, member_id=self.member)
            self.officer: Viewer = make.account(tx, "officer", Role.OFFICER, unit_id=self.unit)
            self.auditor: Viewer = make.account(tx, "auditor", Role.AUDITOR, unit_id=self.other)
            self.admin: Viewer = make.account(tx, "admin", Role.ADMIN)
            make_claims.claim(tx, self.member, self.unit, make.TODAY, note=f"của {NAME}")


@pytest.fixture
def office(api: Api) -> Office:
    return Office(api)


def test_everything_held_about_oneself_is_one_document(api: Api, office: Office) -> None:
    answer = api.as_viewer(office.as_member).get("/me/record")
    assert answer.status_code == 200
    held = answer.json()
    assert held["member_id"] == office.member
    assert held["member"][0]["full_name"] == NAME
    assert held["claims"][0]["note"] == f"của {NAME}"
    assert {c["kind"] for c in held["consents"]} == {"processing", "conduct"}
    assert answer.headers["cache-control"] == "no-store"
    assert api.as_viewer(office.admin).get("/me/record").json()["member"] == []
    assert api.anyone.get("/me/record").status_code == 401


def test_a_request_for_erasure_is_accepted_with_a_due_date_and_stays_one(api: Api, office: Office) -> None:
    caller = api.as_viewer(office.as_member)
    answer = caller.post("/me/erasure")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["kind"], told["due_on"], told["answer_due_on"]) == ("erasure", "2026-12-12", "2026-11-24")
    assert caller.post("/me/erasure").json()["id"] == told["id"]
    assert api.as_viewer(office.admin).post("/me/erasure").status_code == 403


def test_an_administrator_erases_a_member_and_the_name_is_gone(api: Api, office: Office) -> None:
    caller, admin = api.as_viewer(office.as_member), api.as_viewer(office.admin)
    caller.post("/me/erasure")
    for viewer in (office.officer, office.auditor, office.as_member):
        assert api.as_viewer(viewer).post(f"/members/{office.member}/erasure").status_code == 403
    answer = admin.post(f"/members/{office.member}/erasure")
    assert answer.status_code == 200
    assert answer.json() == {"member_id": office.member, "erased": True, "claims": 1, "files": 0, "requests": 1}
    assert caller.get("/me").status_code == 401
    assert NAME not in admin.get(f"/members/{office.member}").text
    assert admin.get(f"/members/{office.member}").json()["full_name"] is None
    assert NAME not in admin.get(f"/claims/{office.member}-1").text
    assert admin.get(f"/claims/{office.member}-1").json()["state"] == "accepted"
    assert admin.post(f"/members/{office.member}/erasure").status_code == 200
    assert admin.post("/members/999/erasure").status_code == 404


def test_a_report_that_is_taken_out_leaves_an_event(api: Api, office: Office) -> None:
    path = f"/reports/month?period=2026-10&unit={office.unit}&format=csv"
    assert api.as_viewer(office.officer).get(path).status_code == 200
    (event,) = api.as_viewer(office.admin).get("/audit?action=report.read").json()["items"]
    assert (event["actor"], event["subject"]) == (office.officer.account_id, "report:month")
    assert event["facts"] == {"period": "2026-10", "unit_id": office.unit, "format": "csv"}


def test_an_auditor_of_another_unit_sees_none_of_it(api: Api, office: Office) -> None:
    api.as_viewer(office.as_member).post("/me/erasure")
    asked = "/audit?action=erasure.ask"
    assert len(api.as_viewer(office.admin).get(asked).json()["items"]) == 1
    assert api.as_viewer(office.auditor).get(asked).json() == {"items": [], "next": None}
    assert api.as_viewer(office.officer).get("/audit").status_code == 403


def test_a_withdrawn_consent_masks_links_and_stops_new_ones(api: Api, office: Office) -> None:
    with api.db.write() as tx:
        article = make.article(tx)
    caller = api.as_viewer(office.as_member)
    slug = caller.post(f"/articles/{article}/links", json={"channel": "zalo"}).json()["slug"]
    assert caller.delete("/me/consents/processing", headers={"If-Match": "*"}).status_code == 204
    (link,) = caller.get("/me/record").json()["links"]
    assert link["withdrawn_at"] is not None
    refused = caller.post(f"/articles/{article}/links", json={"channel": "zalo"})
    assert (refused.status_code, refused.json()["code"]) == (403, "consent.missing")
    assert caller.post("/me/consents", json={"kind": "processing", "version": 2}).status_code == 201
    again = caller.post(f"/articles/{article}/links", json={"channel": "zalo"})
    assert (again.status_code, again.json()["slug"]) == (200, slug)


def test_events_hold_no_name(api: Api, office: Office) -> None:
    api.as_viewer(office.as_member).post("/me/erasure")
    api.as_viewer(office.admin).post(f"/members/{office.member}/erasure")
    with api.db.read() as tx:
        assert not [f for f in tx.scalars(select(AuditEvent.facts)) if NAME in str(f)]
