"""Sessions, me, consents and accounts, as the contract words them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import CONSENTS, EVER, PASSWORD, Caller, good, has, named, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_signing_in_gives_a_token_with_its_end_and_the_account(outside: Outside) -> None:
    answer = outside.anyone.post("/sessions", {"login": "quantri", "password": PASSWORD})
    assert set(answer) >= {"token", "expires_at", "account"}
    assert INSTANT.fullmatch(answer["expires_at"])
    has(answer["account"], login="quantri", role="admin", member_id=None, unit_id=None, disabled=False)
    assert outside.admin.get("/me")["id"] == answer["account"]["id"]


def test_a_wrong_password_and_an_unknown_login_read_alike(outside: Outside) -> None:
    texts = []
    for login in (outside.name("khong"), outside.account("auditor", unit_id=outside.unit()["id"]).account["login"]):
        answer = outside.anyone.ask("POST", "/sessions", {"login": login, "password": "sai"})
        problem(answer, 401)
        texts.append(answer.json())
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "body", [{}, {"login": "x"}, {"login": 1, "password": "x"}, {"login": "x", "password": "y", "z": 1}, []]
)
def test_a_sign_in_that_is_none_is_422(outside: Outside, body: object) -> None:
    outside.anyone.refuse(422, "body.invalid", "POST", "/sessions", body)


def test_signing_out_needs_no_tag_and_ends_the_token_at_once(outside: Outside) -> None:
    caller = outside.account("admin")
    good(caller.ask("DELETE", "/sessions/current"), 204)
    problem(caller.ask("GET", "/me"), 401)
    problem(caller.ask("DELETE", "/sessions/current"), 401)


def test_a_token_is_taken_in_the_header_alone(outside: Outside) -> None:
    token = outside.sign_in("quantri").headers["Authorization"].removeprefix("Bearer ")
    problem(outside.anyone.ask("GET", f"/me?token={token}&access_token={token}"), 401)
    for wrong in (token, f"Basic {token}", f"Bearer {token}x", "Bearer", f"Bearer {token} {token}"):
        problem(Caller(outside.client, {"Authorization": wrong}).ask("GET", "/me"), 401)


def test_consents_are_listed_to_everyone_signed_in(outside: Outside) -> None:
    member = outside.member(outside.unit())
    caller = outside.account("member", member_id=member["id"])
    for asked in (caller, outside.admin):
        items = asked.get("/me/consents")["items"]
        for item in items:
            named(item, "kind", "version", "words", "required", "given_at")
            assert item["words"].strip()
        assert {i["kind"] for i in items if i["required"]} == set(CONSENTS)
        assert all(i["given_at"] is None for i in items)


def test_filing_without_a_required_consent_is_refused_until_given_and_after_withdrawal(outside: Outside) -> None:
    member = outside.member(outside.unit())
    caller = outside.account("member", member_id=member["id"])
    share = {"kind": "share", "article_id": outside.article()["id"], "channel": "zalo"}
    caller.refuse(403, "consent.missing", "POST", "/claims", share)
    versions = {i["kind"]: i["version"] for i in caller.get("/me/consents")["items"]}
    caller.post("/me/consents", {"kind": "processing", "version": versions["processing"]})
    caller.refuse(403, "consent.missing", "POST", "/claims", share)
    given = caller.post("/me/consents", {"kind": "conduct", "version": versions["conduct"]})
    assert INSTANT.fullmatch(given["given_at"])
    caller.post("/claims", share)
    caller.refuse(428, "etag.missing", "DELETE", "/me/consents/conduct")
    good(caller.ask("DELETE", "/me/consents/conduct", headers={"If-Match": "*"}), 204)
    assert {i["kind"]: i["given_at"] for i in caller.get("/me/consents")["items"]}["conduct"] is None
    caller.refuse(403, "consent.missing", "POST", "/claims", share | {"channel": "facebook"})


def test_a_consent_to_what_is_not_the_current_notice_is_refused(outside: Outside) -> None:
    caller = outside.account("member", member_id=outside.member(outside.unit())["id"])
    for body in ({"kind": "processing", "version": 99}, {"kind": "nothing", "version": 1}):
        answer = caller.ask("POST", "/me/consents", body)
        assert answer.status_code in {404, 409, 422}, answer.text
        problem(answer, answer.status_code)
    for version in (0, "x", None, 10**30):
        caller.refuse(422, "body.invalid", "POST", "/me/consents", {"kind": "processing", "version": version})
    problem(outside.admin.ask("POST", "/me/consents", {"kind": "processing", "version": 2}), 403, "right.missing")


def test_an_account_is_made_read_listed_and_changed(outside: Outside) -> None:
    unit = outside.unit()
    member = outside.member(unit)
    login = outside.name("canbo")
    body = {"login": login, "password": PASSWORD, "role": "officer", "unit_id": unit["id"], "member_id": member["id"]}
    answer = outside.admin.ask("POST", "/accounts", body)
    made = good(answer, 201)
    has(made, login=login, role="officer", unit_id=unit["id"], member_id=member["id"], disabled=False)
    assert "password" not in answer.text
    path = f"/accounts/{made['id']}"
    read = outside.admin.ask("GET", path)
    assert (good(read, 200), read.headers["etag"]) == (made, answer.headers["etag"])
    assert made["id"] in [a["id"] for a in outside.admin.pages("/accounts", limit=50)]
    outside.admin.refuse(428, "etag.missing", "PATCH", path, {"disabled": True})
    caller = outside.sign_in(login)
    has(outside.admin.patch(path, {"role": "auditor"}), role="auditor", unit_id=unit["id"])
    problem(caller.ask("GET", "/me"), 401)  # a change of role ends what was open
    caller = outside.sign_in(login)
    problem(caller.ask("POST", "/reviews", {"claim_ids": ["1-1"], "verdict": "accept"}), 403, "right.missing")
    has(outside.admin.patch(path, {"disabled": True}), disabled=True)
    problem(caller.ask("GET", "/me"), 401)
    problem(outside.anyone.ask("POST", "/sessions", {"login": login, "password": PASSWORD}), 401)


def test_a_new_password_ends_what_was_open(outside: Outside) -> None:
    caller = outside.account("admin")
    new = "một mật khẩu khác hẳn 8"
    outside.admin.patch(f"/accounts/{caller.account['id']}", {"password": new})
    problem(caller.ask("GET", "/me"), 401)
    outside.anyone.post("/sessions", {"login": caller.account["login"], "password": new})


def test_a_login_stands_once_whatever_its_case(outside: Outside) -> None:
    caller = outside.account("admin")
    for login in (caller.account["login"], caller.account["login"].upper()):
        body = {"login": login, "password": PASSWORD, "role": "admin"}
        problem(outside.admin.ask("POST", "/accounts", body), 409)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "king"},
        {"role": None},
        {"password": ""},
        {"password": "x"},
        {"login": ""},
        {"member_id": 0},
        {"is_admin": True},
    ],
)
def test_an_account_that_is_none_is_422(outside: Outside, wrong: dict[str, Any]) -> None:
    body = {"login": outside.name("ai"), "password": PASSWORD, "role": "admin"} | wrong
    problem(outside.admin.ask("POST", "/accounts", body), 422)


def test_nobody_gives_themselves_a_role(outside: Outside) -> None:
    _, caller = outside.person(outside.unit())
    path = f"/accounts/{caller.account['id']}"
    problem(caller.ask("PATCH", path, {"role": "admin"}, headers={"If-Match": "*"}), 403, "right.missing")
    problem(caller.ask("GET", path), 403, "right.missing")
    assert caller.get("/me")["role"] == "member"


def test_a_consent_on_paper_stands_before_an_assisted_claim(outside: Outside) -> None:
    cell = outside.cell()
    member = outside.member(cell.unit)
    share = {"kind": "share", "article_id": outside.article()["id"], "channel": "zalo", "member_id": member["id"]}
    cell.officer.refuse(403, "consent.missing", "POST", "/claims", share)
    for kind, version in CONSENTS.items():
        body = {"kind": kind, "version": version, "given_on": str(outside.today)}
        cell.officer.post(f"/members/{member['id']}/consents", body)
    has(cell.officer.post("/claims", share), member_id=member["id"], assisted=True, state="pending")


def test_a_paper_consent_of_another_unit_is_out_of_sight(outside: Outside) -> None:
    mine, other = outside.cell(), outside.cell()
    body = {"kind": "processing", "version": CONSENTS["processing"], "given_on": EVER}
    path = f"/members/{other.members[0]['id']}/consents"
    problem(mine.officer.ask("POST", path, body), 404)
    problem(mine.one.ask("POST", path, body), 403, "right.missing")


def test_asking_for_erasure_gives_the_day_it_is_due(outside: Outside) -> None:
    _, caller = outside.person(outside.unit())
    answer = caller.post("/me/erasure", status=202)
    assert any(re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)) for value in answer.values()), answer


def test_the_audit_tells_who_did_what(outside: Outside) -> None:
    unit = outside.unit()
    auditor = outside.account("auditor", unit_id=unit["id"])
    officer = outside.account("officer", unit_id=unit["id"])
    for caller in (outside.admin, auditor):
        assert caller.get("/audit?limit=5")["items"]
    problem(officer.ask("GET", "/audit"), 403, "right.missing")
    mine = outside.admin.account["id"]
    events = outside.admin.get(f"/audit?actor={mine}&limit=200")["items"]
    assert {e["actor"] for e in events} == {mine}
    for event in events:
        named(event, "id", "at", "actor", "action", "subject")
    action = events[0]["action"]
    assert {e["action"] for e in outside.admin.get(f"/audit?action={action}")["items"]} == {action}
    assert outside.admin.get("/audit?since=2099-01-01")["items"] == []
    assert outside.admin.get(f"/audit?since={outside.today}T00:00:00%2B07:00&limit=1")["items"]
    outside.admin.refuse(422, "field.invalid", "GET", "/audit?since=never")


def test_an_unknown_caller_is_told_nothing_of_passwords(outside: Outside) -> None:
    caller = Caller(outside.client, {"Cookie": "session=x; __Host-session=y"})
    problem(caller.ask("GET", "/me"), 401)
