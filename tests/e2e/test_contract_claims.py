"""Filing claims of every kind and every refusal on the way, as the contract words them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import good, has, named, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Cell, Outside

pytestmark = pytest.mark.outside

FIELDS = ("id", "kind", "state", "member_id", "unit_id", "article_id", "url", "channel", "happened_on", "period")
MORE = ("assisted", "late", "topics", "coauthor_ids", "figures", "evidence", "checks", "history")


@pytest.fixture(scope="module")
def cell(outside: Outside) -> Cell:
    return outside.cell(2)


def _share(outside: Outside, **more: Any) -> dict[str, Any]:
    return {"kind": "share", "article_id": outside.article()["id"], "channel": "facebook"} | more


def test_a_share_is_answered_with_its_fields(outside: Outside, cell: Cell) -> None:
    body = _share(outside, topics=["Chuyển đổi số"], note="Chia sẻ buổi sáng", content_kind="tin")
    answer = cell.one.ask("POST", "/claims", body)
    claim = good(answer, 201)
    named(claim, *FIELDS, *MORE)
    has(claim, kind="share", state="pending", member_id=cell.members[0]["id"], unit_id=cell.unit["id"])
    has(claim, article_id=body["article_id"], channel="facebook", url=None, assisted=False, late=False)
    has(claim, happened_on=str(outside.today), period=str(outside.today)[:7], topics=["Chuyển đổi số"], coauthor_ids=[])
    assert [c["code"] for c in claim["checks"]] == ["evidence.none"]
    for check in claim["checks"]:
        assert check["level"] in {"info", "warn"}
        assert check["words"]
    assert [set(h) >= {"at", "actor", "action", "reason"} for h in claim["history"]] == [True]
    read = cell.one.ask("GET", f"/claims/{claim['id']}")
    assert good(read, 200)["id"] == claim["id"]
    assert read.headers["etag"] == answer.headers["etag"]
    assert good(cell.officer.ask("GET", f"/claims/{claim['id']}"), 200)["state"] == "pending"


def test_a_share_of_an_article_not_collected_is_a_share_of_its_address(outside: Outside, cell: Cell) -> None:
    url = f"https://nhandan.vn/bai-{outside.name('x')}-post900001.html?utm_source=zalo&fbclid=1"
    body = {"kind": "share", "article_url": url, "channel": "zalo"}
    claim = cell.one.post("/claims", body)
    assert "source.unlisted" in [c["code"] for c in claim["checks"]]
    refused = cell.one.refuse(409, "claim.duplicate", "POST", "/claims", body | {"article_url": url.partition("?")[0]})
    assert refused["claim_id"] == claim["id"]


def test_a_share_by_its_post_alone(outside: Outside, cell: Cell) -> None:
    post = f"https://www.facebook.com/nguyen.hoa/posts/10{outside.name('')}0001"
    claim = cell.one.post("/claims", {"kind": "share", "url": post, "channel": "facebook"})
    assert claim["article_id"] is None
    again = {"kind": "share", "url": post + "?mibextid=x", "channel": "facebook"}
    assert cell.one.refuse(409, "claim.duplicate", "POST", "/claims", again)["claim_id"] == claim["id"]


def test_an_authored_piece_is_one_of_all_its_authors(outside: Outside, cell: Cell) -> None:
    url = f"https://baodongkhoi.vn/bai-{outside.name('a')}-a900002.html"
    body = {
        "kind": "authored",
        "url": url,
        "title": "Gương sáng quê tôi",
        "coauthor_ids": [cell.members[1]["id"]],
        "happened_at": f"{outside.today - dt.timedelta(days=1)}T01:00:00Z",
    }
    claim = cell.one.post("/claims", body)
    has(claim, kind="authored", url=url, coauthor_ids=[cell.members[1]["id"]])
    assert claim["happened_on"] == str(outside.today - dt.timedelta(days=1))
    refused = cell.one.refuse(409, "claim.duplicate", "POST", "/claims", body)
    assert refused["claim_id"] == claim["id"]


def test_a_presentation_needs_its_lesson(outside: Outside, cell: Cell) -> None:
    body = {"kind": "presentation", "title": f"Kể chuyện Bác Hồ {outside.name('')}", "slot": "câu chuyện"}
    cell.one.refuse(422, "claim.lesson_missing", "POST", "/claims", body)
    cell.one.refuse(422, "claim.lesson_missing", "POST", "/claims", body | {"lesson": "  "})
    claim = cell.one.post("/claims", body | {"lesson": "Nói đi đôi với làm", "witness": "Bí thư chi bộ"})
    has(claim, kind="presentation", slot="câu chuyện", lesson="Nói đi đôi với làm", channel=None, url=None)
    assert "evidence.none" not in [c["code"] for c in claim["checks"]]


def test_the_same_share_twice_names_the_first_and_next_channel_is_another(outside: Outside, cell: Cell) -> None:
    body = _share(outside)
    first = cell.one.post("/claims", body)
    refused = cell.one.refuse(409, "claim.duplicate", "POST", "/claims", body)
    assert refused["claim_id"] == first["id"]
    assert len(cell.one.get(f"/claims/{first['id']}")["history"]) == 2  # the repeat is noted
    cell.one.post("/claims", body | {"channel": "zalo"})
    cell.callers[1].post("/claims", body)
    last_month = outside.today.replace(day=1) - dt.timedelta(days=1)
    cell.one.post("/claims", body | {"happened_on": str(last_month)})
    cell.one.post(f"/claims/{first['id']}/withdraw", status=200)
    cell.one.post("/claims", body)


def test_a_day_in_the_future_or_too_long_ago_is_refused(outside: Outside, cell: Cell) -> None:
    body, today = _share(outside), outside.today
    for day in (today + dt.timedelta(days=1), today - dt.timedelta(days=401), dt.date(1, 1, 1), dt.date(9999, 12, 31)):
        cell.one.refuse(422, "claim.date", "POST", "/claims", body | {"happened_on": str(day)})
    cell.one.post("/claims", body | {"happened_on": str(today - dt.timedelta(days=399))})
    for wrong in ("2026-02-30", "22/11/2026", 20261122, "", "x"):
        cell.one.refuse(422, "body.invalid", "POST", "/claims", body | {"happened_on": wrong})
    for wrong in ("2026-11-01T00:00:00", "2026-11-01", "x"):
        cell.one.refuse(422, "body.invalid", "POST", "/claims", body | {"happened_at": wrong})


def test_a_claim_filed_long_after_its_month_is_late(outside: Outside, cell: Cell) -> None:
    day = (outside.today.replace(day=1) - dt.timedelta(days=40)).replace(day=1)
    has(cell.one.post("/claims", _share(outside, happened_on=str(day))), late=True, period=str(day)[:7])


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/nguyen.hoa",
        "https://www.facebook.com/groups/123456789",
        "https://www.facebook.com/sharer/sharer.php?u=https://nhandan.vn/",
        "https://zalo.me/0912345678",
        "https://t.me/share/url?url=https://nhandan.vn",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "not a link",
        "http://",
        "https://user:pw@/",
    ],
)
def test_what_is_no_post_is_refused(outside: Outside, cell: Cell, url: str) -> None:
    cell.one.refuse(422, "claim.link", "POST", "/claims", _share(outside, url=url))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "like"},
        {"kind": None},
        {"channel": "bebo"},
        {"nothing": 1},
        {"state": "accepted"},
        {"assisted": True},
        {"figures": [{"measure": "love", "value": 1}]},
        {"figures": [{"measure": "reach", "value": -1}]},
        {"figures": [{"measure": "reach", "value": 1.5}]},
        {"figures": [{"measure": "reach", "value": 10**30}]},
        {"figures": {"reach": 1}},
        {"topics": "x"},
        {"coauthor_ids": ["x"]},
        {"article_id": "abc"},
        {"note": "x" * 100_000},
    ],
    ids=str,
)
def test_a_claim_that_is_none_is_422(cell: Cell, wrong: dict[str, Any]) -> None:
    body = {"kind": "share", "article_url": "https://nhandan.vn/a-post1.html", "channel": "zalo"} | wrong
    cell.one.refuse(422, "body.invalid", "POST", "/claims", body)


def test_a_share_of_nothing_is_422(cell: Cell) -> None:
    problem(cell.one.ask("POST", "/claims", {"kind": "share", "channel": "zalo"}), 422)
    problem(cell.one.ask("POST", "/claims", {"kind": "authored"}), 422)
    problem(cell.one.ask("POST", "/claims", {"kind": "share", "article_id": 999999, "channel": "zalo"}), 422)


def test_figures_are_declared_then_verified_with_evidence(outside: Outside, cell: Cell) -> None:
    post = f"https://www.facebook.com/nguyen.hoa/posts/20{outside.name('')}0001"
    body = _share(outside, url=post, figures=[{"measure": "reach", "value": 120}])
    claim = cell.one.post("/claims", body)

    def reach(thing: dict[str, Any]) -> dict[str, Any]:
        return next(f for f in thing["figures"] if f["measure"] == "reach")

    has(reach(claim), grade="C", value=120)
    later = cell.one.ask(
        "POST", f"/claims/{claim['id']}/figures", {"figures": [{"measure": "engagements", "value": 7}]}
    )
    assert later.status_code in {200, 201}, later.text
    assert {f["measure"] for f in later.json()["figures"]} >= {"reach", "engagements"}
    assert all(f["as_of"].endswith("Z") for f in later.json()["figures"])
    cell.one.refuse(422, "body.invalid", "POST", f"/claims/{claim['id']}/figures", {"figures": []})


def test_the_owner_completes_a_pending_claim_by_its_tag(outside: Outside, cell: Cell) -> None:
    claim = cell.one.post("/claims", _share(outside))
    path = f"/claims/{claim['id']}"
    cell.one.refuse(428, "etag.missing", "PATCH", path, {"note": "x"})
    has(cell.one.patch(path, {"note": "Bổ sung", "topics": ["An toàn giao thông"]}), topics=["An toàn giao thông"])
    cell.one.refuse(412, "etag.stale", "PATCH", path, {"note": "y"}, headers={"If-Match": '"0"'})
    cell.one.refuse(422, "body.invalid", "PATCH", path, {"state": "accepted"}, headers={"If-Match": "*"})
    cell.one.refuse(422, "body.invalid", "PATCH", path, {"kind": "authored"}, headers={"If-Match": "*"})
    problem(cell.callers[1].ask("PATCH", path, {"note": "z"}, headers={"If-Match": "*"}), 404)


def test_one_sees_ones_own_claims_and_an_officer_those_of_the_unit(outside: Outside) -> None:
    mine, other = outside.cell(2), outside.cell()
    claims = [caller.post("/claims", _share(outside)) for caller in (*mine.callers, other.one)]
    assert [c["id"] for c in mine.one.pages("/claims")] == [claims[0]["id"]]
    assert {c["id"] for c in mine.officer.pages("/claims", limit=1)} == {c["id"] for c in claims[:2]}
    for caller, claim in ((mine.callers[1], claims[0]), (other.officer, claims[0]), (mine.officer, claims[2])):
        for method, path in (("GET", ""), ("POST", "/withdraw"), ("POST", "/appeal"), ("POST", "/objection")):
            answer = caller.ask(method, f"/claims/{claim['id']}{path}", {"reason": "x"} if path else None)
            assert answer.status_code in {403, 404}, (path, answer.text)
            if method == "GET":
                problem(answer, 404)
    problem(other.officer.ask("POST", f"/claims/{claims[0]['id']}/reviews", {"verdict": "accept"}), 404)


def test_claims_are_narrowed_by_every_parameter(outside: Outside) -> None:
    cell = outside.cell(2)
    topic = f"Chủ đề {outside.name('q')}"
    body = _share(outside, topics=[topic], content_kind="video", contest="Giải búa liềm vàng")
    wanted = cell.one.post("/claims", body)["id"]
    cell.callers[1].post("/claims", {"kind": "presentation", "title": "Sách hay", "lesson": "Đọc sách"})
    tried = [
        "kind=share",
        f"member={cell.members[0]['id']}",
        f"topic={topic}",
        "content_kind=video",
        "contest=true",
        "contest=Giải búa liềm vàng",
        f"state=pending&kind=share&unit={cell.unit['id']}&period={outside.today.year}",
    ]
    for query in tried:
        assert [c["id"] for c in cell.officer.get(f"/claims?{query}")["items"]] == [wanted], query
    assert len(cell.officer.get(f"/claims?period={outside.today}")["items"]) == 2
    assert cell.officer.get("/claims?period=2001-01..2001-12")["items"] == []
    assert cell.officer.get("/claims?state=accepted")["items"] == []
    for query in ("state=x", "kind=x", "member=x", "unit=x"):
        problem(cell.officer.ask("GET", f"/claims?{query}"), 422)
    cell.officer.refuse(422, "period.invalid", "GET", "/claims?period=2025-00")


def test_an_assisted_claim_may_be_objected_to(outside: Outside) -> None:
    cell = outside.cell(2)
    body = _share(outside, member_id=cell.members[0]["id"])
    claim = cell.officer.post("/claims", body)
    has(claim, assisted=True, member_id=cell.members[0]["id"], state="pending")
    assert (
        cell.one.refuse(409, "claim.duplicate", "POST", "/claims", body | {"member_id": None})["claim_id"]
        == claim["id"]
    )
    has(
        cell.one.post(f"/claims/{claim['id']}/objection", {"reason": "Tôi không chia sẻ"}, status=200),
        state="withdrawn",
    )
    accepted = cell.officer.post("/claims", _share(outside, member_id=cell.members[0]["id"]))
    other = outside.account("officer", unit_id=cell.unit["id"])
    other.post(f"/claims/{accepted['id']}/reviews", {"verdict": "accept"}, status=200)
    has(
        cell.one.post(f"/claims/{accepted['id']}/objection", {"reason": "Không phải tôi"}, status=200), state="reversed"
    )
    own = cell.one.post("/claims", _share(outside))
    cell.one.refuse(409, "claim.state", "POST", f"/claims/{own['id']}/objection", {"reason": "x"})
    cell.one.refuse(403, "right.missing", "POST", "/claims", _share(outside, member_id=cell.members[1]["id"]))
    problem(cell.officer.ask("POST", "/claims", _share(outside, member_id=outside.cell().members[0]["id"])), 404)


def test_a_key_makes_one_claim(outside: Outside, cell: Cell) -> None:
    body, key = _share(outside), {"Idempotency-Key": outside.name("k")}
    first, again = (cell.one.ask("POST", "/claims", body, headers=key) for _ in range(2))
    assert good(first, 201) == good(again, 201)
    cell.one.refuse(422, "idempotency.mismatch", "POST", "/claims", body | {"note": "x"}, headers=key)
