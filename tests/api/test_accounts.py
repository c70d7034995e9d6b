"""Signing in, accounts, consents and the shield around every request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from tests import make
from tracker.domain.types import Role
from tracker.services import sessions

if TYPE_CHECKING:
    from tests.api.conftest import Api, Caller

PASSWORD = "một mật khẩu dài"


@pytest.fixture
def admin(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN, password_hash=make.HASH)
    return api.as_viewer(viewer)


def _make(admin: Caller, **more: object) -> dict[str, object]:
    answer = admin.post("/accounts", json={"login": "Lan", "password": PASSWORD, "role": "admin"} | more)
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json() | {"etag": answer.headers["etag"]}
    return made


def test_who_signs_in_gets_a_token_that_works_until_they_sign_out(api: Api, admin: Caller) -> None:
    made = _make(admin)
    answer = api.anyone.post("/sessions", json={"login": "lan", "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["account"]["id"] == made["id"]
    me = api.anyone
    me.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert me.get("/me").json()["login"] == "Lan"
    assert me.delete("/sessions/current").status_code == 204
    assert me.get("/me").status_code == 401


def test_a_wrong_password_and_an_unknown_login_are_refused_alike(api: Api, admin: Caller) -> None:
    _make(admin)
    wrong = api.anyone.post("/sessions", json={"login": "lan", "password": "x"})
    unknown = api.anyone.post("/sessions", json={"login": "nobody", "password": "x"})
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.json()["code"] == "session.wrong"


def test_an_account_of_nobody_does_not_become_a_members(api: Api, admin: Caller) -> None:
    made = _make(admin)
    refused = admin.patch(f"/accounts/{made['id']}", json={"role": "member"}, headers={"If-Match": str(made["etag"])})
    assert (refused.status_code, refused.json()["code"]) == (422, "field.invalid")


def test_many_wrong_passwords_slow_an_account_and_its_owner_still_gets_in(api: Api, admin: Caller) -> None:
    _make(admin)
    answers = [api.anyone.post("/sessions", json={"login": "lan", "password": "x"}) for _ in range(7)]
    codes = [answer.json()["code"] for answer in answers]
    assert codes[:5] == ["session.wrong"] * 5
    assert codes[-1] == "session.slowed"
    assert answers[-1].headers["retry-after"] == str(answers[-1].json()["retry_after_s"])
    api.clock.now += dt.timedelta(seconds=31)
    assert api.anyone.post("/sessions", json={"login": "lan", "password": PASSWORD}).status_code == 201


def test_ended_sessions_are_forgotten(api: Api, admin: Caller) -> None:
    assert admin.get("/me").status_code == 200
    with api.db.write() as tx:
        assert sessions.purge_ended(tx, api.clock.now) == 0
        assert sessions.purge_ended(tx, api.clock.now + dt.timedelta(days=400)) == 1


def test_a_disabled_account_and_a_new_password_end_sessions_at_once(api: Api, admin: Caller) -> None:
    made = _make(admin)
    token = api.anyone.post("/sessions", json={"login": "lan", "password": PASSWORD}).json()["token"]
    changed = admin.patch(f"/accounts/{made['id']}", json={"disabled": True}, headers={"If-Match": str(made["etag"])})
    assert changed.json()["disabled"] is True
    assert api.anyone.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_last_administrator_stays(api: Api, admin: Caller) -> None:
    me = admin.get("/me")
    refused = admin.patch(
        f"/accounts/{me.json()['id']}", json={"role": "auditor"}, headers={"If-Match": me.headers["etag"]}
    )
    assert refused.status_code == 422  # an auditor needs a unit
    refused = admin.patch(
        f"/accounts/{me.json()['id']}", json={"disabled": True}, headers={"If-Match": me.headers["etag"]}
    )
    assert refused.json()["code"] == "account.last_admin"


def test_a_change_without_or_with_a_stale_version_is_refused(admin: Caller) -> None:
    made = _make(admin)
    assert admin.patch(f"/accounts/{made['id']}", json={"disabled": True}).status_code == 428
    stale = admin.patch(f"/accounts/{made['id']}", json={"disabled": True}, headers={"If-Match": '"99"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "etag.stale")


def test_rights_are_judged_before_the_body(api: Api) -> None:
    with api.db.write() as tx:
        unit_id = make.unit(tx, "CB1")
        member = make.account(tx, "m", Role.MEMBER, member_id=make.member(tx, unit_id, "DV1"))
    assert api.anyone.post("/accounts", content=b"{broken").status_code == 401
    assert api.as_viewer(member).post("/accounts", content=b"{broken").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"{broken",
        b"[]",
        b'{"login": "a", "password": "b", "role": "king"}',
        b'{"x": 1}',
        b"\xff",
        b'{"login": "\\ud800"}',
        b"NaN",
        b"",
    ],
)
def test_a_bad_body_is_a_problem_document_in_words(admin: Caller, body: bytes) -> None:
    answer = admin.post("/accounts", content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body.invalid"


def test_the_same_key_gives_the_same_answer_once(admin: Caller) -> None:
    body = {"login": "once", "password": PASSWORD, "role": "admin"}
    first = admin.post("/accounts", json=body, headers={"Idempotency-Key": "k"})
    again = admin.post("/accounts", json=body, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, first.headers["etag"])
    other = admin.post("/accounts", json=body | {"login": "two"}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")


def test_lists_page_by_cursor_and_refuse_a_broken_one(admin: Caller) -> None:
    for n in range(5):
        _make(admin, login=f"a{n}")
    seen, cursor = [], None
    while True:
        page = admin.get("/accounts", params={"limit": "2"} | ({"cursor": cursor} if cursor else {})).json()
        seen += [a["login"] for a in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["admin", "a0", "a1", "a2", "a3", "a4"]
    assert admin.get("/accounts?cursor=%F0%9F").json()["code"] == "cursor.invalid"
    for limit in ("0", "-1", "201", "1_0", "x"):
        assert admin.get(f"/accounts?limit={limit}").status_code == 422


def test_another_site_cannot_change_anything(api: Api, admin: Caller) -> None:
    body = {"login": "lan", "password": PASSWORD}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Cookie": "lantoa_session=x"},
    ):
        refused = api.anyone.post("/sessions", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "request.cross_site"), headers


def test_every_answer_carries_the_security_headers(api: Api) -> None:
    for path in ("/me", "/nothing", "/healthz"):
        headers = api.anyone.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_a_commit_that_fails_gives_no_2xx(api: Api, admin: Caller) -> None:
    def fail(_connection: object) -> None:
        msg = "disk"
        raise OSError(msg)

    event.listen(api.db.engine, "commit", fail)
    answer = admin.post("/accounts", json={"login": "lost", "password": PASSWORD, "role": "admin"})
    event.remove(api.db.engine, "commit", fail)
    assert answer.status_code == 500
    assert "disk" not in answer.text
    assert "lost" not in admin.get("/accounts").text


def test_a_member_agrees_withdraws_and_agrees_again(api: Api) -> None:
    with api.db.write() as tx:
        member_id = make.member(tx, make.unit(tx, "CB1"), "DV1")
        viewer = make.account(tx, "m", Role.MEMBER, member_id=member_id)
    me = api.as_viewer(viewer)
    items = {c["kind"]: c for c in me.get("/me/consents").json()["items"]}
    assert items["processing"]["required"] is True
    assert items["processing"]["given_at"] is None
    assert me.post("/me/consents", json={"kind": "processing", "version": 2}).status_code == 201
    assert me.post("/me/consents", json={"kind": "processing", "version": 1}).json()["code"] == "consent.version"
    assert me.delete("/me/consents/processing").status_code == 428
    assert me.delete("/me/consents/processing", headers={"If-Match": "*"}).status_code == 204
    assert me.post("/me/consents", json={"kind": "processing", "version": 2}).json()["given_at"] is not None


def test_an_officer_enters_paper_consents_in_scope_only(api: Api) -> None:
    with api.db.write() as tx:
        mine, other = make.unit(tx, "CB1"), make.unit(tx, "CB2")
        inside, outside = make.member(tx, mine, "DV1"), make.member(tx, other, "DV2")
        officer = make.account(tx, "o", Role.OFFICER, unit_id=mine)
    body = {"kind": "processing", "version": 2, "given_on": "2026-11-01"}
    assert api.as_viewer(officer).post(f"/members/{inside}/consents", json=body).status_code == 201
    assert api.as_viewer(officer).post(f"/members/{outside}/consents", json=body).status_code == 404
