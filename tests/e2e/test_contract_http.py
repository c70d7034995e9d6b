"""What holds on every route by the contract: rights first, problem documents, ids, limits, bodies, keys, tags."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import EVER, Caller, good, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside

ADMIN_ONLY = [
    ("GET", "/feeds"),
    ("POST", "/feeds"),
    ("POST", "/feeds/probe"),
    ("GET", "/feeds/opml"),
    ("POST", "/feeds/opml"),
    ("GET", "/accounts"),
    ("POST", "/accounts"),
    ("POST", "/units"),
    ("POST", "/members"),
    ("GET", "/imports"),
    ("POST", "/imports/units"),
    ("POST", "/imports/members"),
    ("POST", "/imports/claims"),
    ("POST", "/imports/1/undo"),
    ("POST", "/members/1/memberships"),
]
OFFICERS = [
    ("POST", "/reviews"),
    ("POST", "/programmes"),
    ("POST", "/targets"),
    ("POST", "/assignments"),
    ("GET", "/reach"),
    ("GET", "/periods"),
    ("POST", "/periods/2020-01/close"),
    ("POST", "/periods/2020-01/reopen"),
    ("GET", "/reports/month?period=2020-01"),
    ("GET", "/units"),
    ("GET", "/members"),
]
SIGNED_IN = [
    ("GET", "/me"),
    ("GET", "/me/consents"),
    ("GET", "/articles"),
    ("GET", "/topics"),
    ("GET", "/claims"),
    ("POST", "/claims"),
    ("GET", "/progress"),
    ("GET", "/contributions"),
    ("GET", "/explain"),
    ("DELETE", "/sessions/current"),
]


@pytest.fixture(scope="module")
def member(outside: Outside) -> Caller:
    return outside.person(outside.unit())[1]


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY + OFFICERS + SIGNED_IN)
def test_without_a_token_everything_is_401(outside: Outside, method: str, path: str) -> None:
    problem(outside.anyone.ask(method, path), 401)
    wrong = Caller(outside.client, {"Authorization": "Bearer nobody"})
    problem(wrong.ask(method, path, content=b"{not json"), 401)


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY + OFFICERS)
def test_a_member_meets_403_before_the_body_is_looked_at(member: Caller, method: str, path: str) -> None:
    body = None if method == "GET" else b'{"unknown": '
    member.refuse(403, "right.missing", method, path, content=body)


@pytest.mark.parametrize(
    "path",
    ["/units/999999", "/members/999999", "/feeds/999999", "/claims/999999-1", "/articles/999999", "/accounts/999999"]
    + [f"/{noun}/999999" for noun in ("programmes", "targets", "assignments")],
)
def test_what_is_not_there_is_404_before_tag_and_body(outside: Outside, path: str) -> None:
    problem(outside.admin.ask("GET", path), 404)
    problem(outside.admin.ask("PATCH", path, content=b"[1"), 404)


@pytest.mark.parametrize(
    "bad", ["0", "-1", "abc", "1.0", "%00", "9" * 30, "%F0%9F", "1;2", "１", "%2e%2e", "null", "1e3"]
)
@pytest.mark.parametrize("noun", ["units", "members", "claims", "articles", "feeds", "accounts", "programmes"])
def test_an_id_that_is_none_is_404(outside: Outside, noun: str, bad: str) -> None:
    problem(outside.admin.ask("GET", f"/{noun}/{bad}"), 404)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1.5", "9" * 40, "%00", "１"])
def test_a_limit_out_of_its_bounds_is_422(outside: Outside, limit: str) -> None:
    for noun in ("units", "members", "claims", "articles", "feeds", "accounts", "audit"):
        problem(outside.admin.ask("GET", f"/{noun}?limit={limit}"), 422)


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "bnVsbA", "W10", "WzEsMiwzLDQsNV0", "e30", "WyJhIl0", "WzFlOTk5XQ", "W3RydWVd"]
)
def test_a_cursor_nobody_was_given_is_422(outside: Outside, cursor: str) -> None:
    for noun in ("units", "members", "claims", "articles", "feeds", "accounts", "audit", "programmes"):
        answer = outside.admin.ask("GET", f"/{noun}?cursor={cursor}")
        assert answer.status_code in {200, 422}, (noun, cursor, answer.text)
        if answer.status_code == 422:
            assert problem(answer, 422)["code"] in {"cursor.invalid", "field.invalid"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/units"),
        ("DELETE", "/units"),
        ("PATCH", "/claims"),
        ("GET", "/sessions"),
        ("PUT", "/me"),
        ("TRACE", "/me"),
    ],
)
def test_a_method_a_path_does_not_know_is_405(outside: Outside, method: str, path: str) -> None:
    answer = outside.admin.ask(method, path)
    problem(answer, 405)
    assert answer.headers["allow"]


def test_a_path_that_is_none_is_a_404_problem(outside: Outside) -> None:
    for path in ("/nothing", "/units/1/nothing", "/docs", "/openapi.json", "/api/v2/me", "/claims/1-1/nothing"):
        problem(outside.admin.ask("GET", path), 404)


def test_no_answer_names_the_host_that_a_request_claims(outside: Outside) -> None:
    for path in ("/units/", "/me/", "/units", "/nothing"):
        answer = outside.admin.ask("GET", path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in answer.text + str(dict(answer.headers)), path
    problem(outside.admin.ask("GET", "/units/"), 404)


def test_a_change_from_another_site_is_refused(outside: Outside) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        outside.admin.refuse(403, "request.cross_site", "POST", "/units", _unit(outside), headers=headers)


def _unit(outside: Outside, **more: Any) -> dict[str, Any]:
    code = outside.name("H")
    return {"code": code, "name": f"Chi bộ {code}", "valid_from": EVER} | more


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"{",
        b'{"code":',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{",
        b'{"code": NaN}',
        b'{"code": Infinity, "name": "x"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"code": "\\ud800", "name": "x"}',
        b'{"code": "x", "name": "\\udfff\\ud800"}',
        b'{"code": "\\u0000", "name": "x"}',
        b'{"code": "x", "name": " \\u0000 "}',
        b'{"code": "x", "name": 7}',
        b'{"code": ["x"], "name": "y"}',
        b'{"code": "x", "name": null}',
        b'{"code": "   ", "name": "y"}',
        b'{"code": "x", "name": "y", "parent_id": 1e400}',
        b'{"code": "x", "name": "y", "parent_id": 99999999999999999999999999}',
        b'{"code": "x", "name": "y", "parent_id": -1}',
        b'{"code": "unused", "name": "y", "parent_id": true}',
        b'{"code": "x", "name": "y", "valid_from": "2026-02-30"}',
        b'{"code": "x", "name": "y", "valid_from": "0000-00-00"}',
        b'{"code": "x", "name": "y", "valid_from": 99999999999}',
        b'{"code": "x", "name": "y", "id": 7}',
        b'{"code": "x", "name": "y", "__proto__": {}}',
    ],
    ids=lambda raw: raw[:40].decode("latin-1"),
)
def test_a_body_that_is_none_is_422(outside: Outside, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    outside.admin.refuse(422, "body.invalid", "POST", "/units", content=raw, headers=headers)


def test_huge_numbers_are_422_or_404_never_more(outside: Outside) -> None:
    for number in (2**31, 2**53, 2**63, 2**64, 10**40, -(2**63) - 1):
        answer = outside.admin.ask("POST", "/units", _unit(outside, parent_id=number))
        assert answer.status_code in {404, 422}, (number, answer.text)
        answer = outside.admin.ask("POST", "/claims", {"kind": "share", "article_id": number, "channel": "zalo"})
        assert answer.status_code in {403, 404, 422}, (number, answer.text)


def test_queries_of_any_shape_are_answered_without_a_fault(outside: Outside) -> None:
    odd = [
        "%00",
        "%ED%A0%80",
        "%25",
        "_",
        "'; --",
        '"',
        "NEAR(",
        "a" * 5000,
        "*",
        "-",
        "AND OR NOT",
        "(",
        "\u202e",
        "%FF",
    ]
    for text in odd:
        for path in (
            "/articles?q=",
            "/members?q=",
            "/units?q=",
            "/claims?topic=",
            "/audit?action=",
            "/claims?content_kind=",
        ):
            answer = outside.admin.ask("GET", path + text)
            assert answer.status_code in {200, 422}, (path, text[:20], answer.status_code, answer.text[:200])
    for period in (
        "2025-13",
        "2025-W54",
        "x",
        "2025-Q5",
        "2025..2024",
        "..",
        "9999999999",
        "2025-01..2025-Q1",
        "0000",
    ):
        for path in ("/claims", "/progress", "/contributions", "/reach?by=article"):
            mark = "&" if "?" in path else "?"
            problem(outside.admin.ask("GET", f"{path}{mark}period={period}"), 422, "period.invalid")


def test_a_creating_post_with_a_key_is_done_once(outside: Outside) -> None:
    body, key = _unit(outside), {"Idempotency-Key": outside.name("khoa")}
    first = outside.admin.ask("POST", "/units", body, headers=key)
    again = outside.admin.ask("POST", "/units", body, headers=key)
    assert (good(first, 201), first.headers["etag"]) == (good(again, 201), again.headers["etag"])
    other = body | {"name": "Chi bộ khác"}
    outside.admin.refuse(422, "idempotency.mismatch", "POST", "/units", other, headers=key)
    outside.admin.refuse(409, "code.taken", "POST", "/units", body)


def test_a_key_belongs_to_its_account(outside: Outside) -> None:
    key = {"Idempotency-Key": outside.name("khoa")}
    other = outside.account("admin")
    mine = outside.admin.post("/units", _unit(outside), headers=key)
    theirs = other.post("/units", _unit(outside), headers=key)
    assert mine["id"] != theirs["id"]


def test_a_refused_post_leaves_its_key_free(outside: Outside) -> None:
    key = {"Idempotency-Key": outside.name("khoa")}
    outside.admin.refuse(422, "body.invalid", "POST", "/units", {"code": ""}, headers=key)
    outside.admin.post("/units", _unit(outside), headers=key)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_of_no_use_is_422(outside: Outside, key: str) -> None:
    problem(outside.admin.ask("POST", "/units", _unit(outside), headers={"Idempotency-Key": key}), 422)


def test_a_change_needs_the_tag_of_what_was_seen(outside: Outside) -> None:
    unit = outside.unit()
    path, body = f"/units/{unit['id']}", {"name": "Tên mới", "since": str(outside.today)}
    outside.admin.refuse(428, "etag.missing", "PATCH", path, body)
    outside.admin.refuse(428, "etag.missing", "PATCH", path, {"nothing": 1})
    tag = outside.admin.ask("GET", path).headers["etag"]
    assert tag.startswith(('"', 'W/"'))
    changed = outside.admin.ask("PATCH", path, body, headers={"If-Match": tag})
    assert good(changed, 200)["name"] == "Tên mới"
    assert changed.headers["etag"] != tag
    outside.admin.refuse(412, "etag.stale", "PATCH", path, body, headers={"If-Match": tag})
    outside.admin.refuse(412, "etag.stale", "PATCH", path, {"nothing": 1}, headers={"If-Match": '"x"'})
    outside.admin.refuse(
        422, "body.invalid", "PATCH", path, {"nothing": 1}, headers={"If-Match": changed.headers["etag"]}
    )
    outside.admin.refuse(422, "body.invalid", "PATCH", path, {"nothing": 1}, headers={"If-Match": "*"})


def test_no_post_asks_for_a_tag(outside: Outside) -> None:
    cell = outside.cell()
    claim = cell.one.post("/claims", {"kind": "share", "article_id": outside.article()["id"], "channel": "zalo"})
    cell.one.post(f"/claims/{claim['id']}/withdraw", status=200, headers={"If-Match": '"nothing"'})


def test_every_answer_of_one_thing_carries_its_tag(outside: Outside) -> None:
    unit = outside.unit()
    member = outside.member(unit)
    for path in (f"/units/{unit['id']}", f"/members/{member['id']}", "/me", f"/accounts/{outside.admin.account['id']}"):
        assert outside.admin.ask("GET", path).headers["etag"], path


def test_every_answer_is_guarded(outside: Outside, member: Caller) -> None:
    for answer in (
        member.ask("GET", "/me"),
        member.ask("GET", "/nothing"),
        outside.anyone.ask("GET", "/me"),
        member.ask("POST", "/units", {}),
        member.ask("PUT", "/me"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in answer.headers["cache-control"]
        assert "content-security-policy" in answer.headers
        assert "referrer-policy" in answer.headers
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


def test_a_list_ends_and_shows_each_thing_once(outside: Outside) -> None:
    root = outside.unit()
    made = [outside.unit(root)["id"] for _ in range(5)]
    found = [u["id"] for u in outside.admin.pages(f"/units?parent={root['id']}")]
    assert sorted(found) == sorted(made)
    everything = outside.admin.pages("/units", limit=7)
    assert len({u["id"] for u in everything}) == len(everything)


def test_an_open_door_says_it_lives(outside: Outside) -> None:
    assert outside.anyone.get("/healthz")["status"] == "ok"
    assert outside.anyone.get("/readyz")["status"] == "ok"


def test_a_body_larger_than_any_is_413(outside: Outside) -> None:
    raw = json.dumps({"code": "x", "name": "y" * (26 * 1024 * 1024)}).encode()
    problem(outside.admin.ask("POST", "/units", content=raw), 413)
