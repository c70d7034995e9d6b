"""Deciding on claims: verdicts, reasons, who may not, appeals, batches, as the contract words them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import has, problem

if TYPE_CHECKING:
    from tests.e2e.outside import Caller, Cell, Outside

pytestmark = pytest.mark.outside


@pytest.fixture
def cell(outside: Outside) -> Cell:
    return outside.cell()


def _claim(outside: Outside, caller: Caller, **more: Any) -> dict[str, Any]:
    body = {"kind": "share", "article_id": outside.article()["id"], "channel": "facebook"}
    made: dict[str, Any] = caller.post("/claims", body | more)
    return made


def _review(caller: Caller, claim: dict[str, Any], verdict: str, **more: Any) -> Any:
    return caller.post(f"/claims/{claim['id']}/reviews", {"verdict": verdict} | more, status=200)


def test_accepting_gives_the_claim_accepted(outside: Outside, cell: Cell) -> None:
    claim = _claim(outside, cell.one)
    decided = _review(cell.officer, claim, "accept", topics=["Nông thôn mới"])
    has(decided, id=claim["id"], state="accepted", topics=["Nông thôn mới"])
    assert decided["history"][-1]["action"] == "accept"
    assert decided["history"][-1]["actor"] == cell.officer.account["id"]
    cell.officer.refuse(409, "claim.state", "POST", f"/claims/{claim['id']}/reviews", {"verdict": "accept"})
    cell.one.refuse(409, "claim.state", "POST", f"/claims/{claim['id']}/withdraw")
    answer = cell.one.ask("PATCH", f"/claims/{claim['id']}", {"note": "x"}, headers={"If-Match": "*"})
    problem(answer, 409, "claim.state")


@pytest.mark.parametrize("verdict", ["return", "reject", "reverse"])
def test_what_goes_against_a_claim_needs_a_reason(outside: Outside, cell: Cell, verdict: str) -> None:
    claim = _claim(outside, cell.one)
    if verdict == "reverse":
        _review(cell.officer, claim, "accept")
    path = f"/claims/{claim['id']}/reviews"
    for reason in ({}, {"reason": ""}, {"reason": "   "}, {"reason": None}):
        problem(cell.officer.ask("POST", path, {"verdict": verdict} | reason), 422)
    state = {"return": "returned", "reject": "rejected", "reverse": "reversed"}[verdict]
    decided = _review(cell.officer, claim, verdict, reason="Thiếu minh chứng")
    has(decided, state=state)
    assert decided["history"][-1]["reason"] == "Thiếu minh chứng"


@pytest.mark.parametrize("wrong", [{}, {"verdict": "x"}, {"verdict": "accept", "nothing": 1}, {"verdict": None}, []])
def test_a_review_that_is_none_is_422(outside: Outside, cell: Cell, wrong: object) -> None:
    claim = _claim(outside, cell.one)
    cell.officer.refuse(422, "body.invalid", "POST", f"/claims/{claim['id']}/reviews", wrong)
    cell.one.refuse(403, "right.missing", "POST", f"/claims/{claim['id']}/reviews", wrong)


def test_a_returned_claim_becomes_pending_when_completed(outside: Outside, cell: Cell) -> None:
    claim = _claim(outside, cell.one)
    _review(cell.officer, claim, "return", reason="Cho biết đường dẫn")
    path = f"/claims/{claim['id']}"
    has(cell.one.patch(path, {"url": f"https://www.facebook.com/hoa/posts/30{outside.name('')}0009"}), state="pending")
    has(_review(cell.officer, claim, "accept"), state="accepted")


def test_an_officer_corrects_figures_which_stay_declared_without_evidence(outside: Outside, cell: Cell) -> None:
    claim = _claim(outside, cell.one, figures=[{"measure": "reach", "value": 300}])
    decided = _review(cell.officer, claim, "accept", figures=[{"measure": "reach", "value": 310}])
    assert [(f["grade"], f["value"]) for f in decided["figures"] if f["measure"] == "reach"] == [("C", 310)]


def test_an_appeal_stands_once_and_goes_to_another(outside: Outside, cell: Cell) -> None:
    claim = _claim(outside, cell.one)
    path = f"/claims/{claim['id']}"
    cell.one.refuse(409, "claim.state", "POST", f"{path}/appeal", {"reason": "x"})
    _review(cell.officer, claim, "reject", reason="Không thấy bài")
    problem(cell.one.ask("POST", f"{path}/appeal", {}), 422)
    has(cell.one.post(f"{path}/appeal", {"reason": "Bài vẫn còn"}, status=200), state="pending")
    cell.officer.refuse(403, "claim.own", "POST", f"{path}/reviews", {"verdict": "accept"})
    other = outside.account("officer", unit_id=cell.unit["id"])
    has(_review(other, claim, "reject", reason="Vẫn không thấy"), state="rejected")
    cell.one.refuse(409, "claim.state", "POST", f"{path}/appeal", {"reason": "Lần nữa"})


def test_nobody_decides_on_their_own_claim(outside: Outside, cell: Cell) -> None:
    login = {"unit_id": cell.unit["id"], "member_id": outside.member(cell.unit)["id"]}
    both = outside.account("officer", **login)
    for kind, version in (("processing", 2), ("conduct", 1)):
        both.post("/me/consents", {"kind": kind, "version": version})
    claim = _claim(outside, both)
    has(claim, member_id=login["member_id"], assisted=False)
    both.refuse(403, "claim.own", "POST", f"/claims/{claim['id']}/reviews", {"verdict": "accept"})
    has(_review(cell.officer, claim, "accept"), state="accepted")
    both.refuse(403, "claim.own", "POST", f"/claims/{claim['id']}/reviews", {"verdict": "reverse", "reason": "x"})


def test_a_batch_decides_each_alone(outside: Outside, cell: Cell) -> None:
    claims = [_claim(outside, cell.one) for _ in range(2)]
    foreign = _claim(outside, outside.cell().one)
    done = _claim(outside, cell.one)
    _review(cell.officer, done, "accept")
    asked = [claims[0]["id"], foreign["id"], done["id"], claims[1]["id"], "999999-9", "x"]
    items = cell.officer.post("/reviews", {"claim_ids": asked, "verdict": "accept"}, status=200)["items"]
    assert [i["claim_id"] for i in items] == asked
    assert all(set(i) == {"claim_id", "state", "error"} for i in items)
    by_id = {i["claim_id"]: i for i in items}
    for claim in claims:
        has(by_id[claim["id"]], state="accepted", error=None)
        has(cell.one.get(f"/claims/{claim['id']}"), state="accepted")
    assert by_id[done["id"]]["error"]["code"] == "claim.state"
    for unknown in (foreign["id"], "999999-9", "x"):
        assert by_id[unknown]["state"] is None
        assert by_id[unknown]["error"]["code"] == "thing.not_found"
    problem(cell.officer.ask("POST", "/reviews", {"claim_ids": [done["id"]], "verdict": "reverse"}), 422)
    for wrong in (
        {},
        {"claim_ids": [], "verdict": "accept"},
        {"claim_ids": "x", "verdict": "accept"},
        {"claim_ids": [1]},
    ):
        cell.officer.refuse(422, "body.invalid", "POST", "/reviews", wrong)


def test_an_auditor_reads_and_decides_nothing(outside: Outside, cell: Cell) -> None:
    claim = _claim(outside, cell.one)
    auditor = outside.account("auditor", unit_id=cell.unit["id"])
    has(auditor.get(f"/claims/{claim['id']}"), state="pending")
    auditor.refuse(403, "right.missing", "POST", f"/claims/{claim['id']}/reviews", {"verdict": "accept"})
    auditor.refuse(403, "right.missing", "POST", "/reviews", {"claim_ids": [claim["id"]], "verdict": "accept"})
    auditor.refuse(403, "right.missing", "POST", "/claims", {"kind": "share"})
