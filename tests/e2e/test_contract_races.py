"""Many at once: one live claim of a share, one effect of a key, one decision, whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside

AT_ONCE = 20


def _all_at_once(ask: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(AT_ONCE)))


def _share(outside: Outside) -> dict[str, Any]:
    return {"kind": "share", "article_id": outside.article()["id"], "channel": "facebook"}


def test_of_many_same_shares_one_stands_and_the_others_name_it(outside: Outside) -> None:
    cell, body = outside.cell(), _share(outside)
    answers = _all_at_once(lambda _: cell.one.ask("POST", "/claims", body))
    (made,) = [a.json()["id"] for a in answers if a.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            assert problem(answer, 409, "claim.duplicate")["claim_id"] == made
    assert [c["id"] for c in cell.one.get("/claims")["items"]] == [made]


def test_one_key_has_one_effect_and_one_answer(outside: Outside) -> None:
    cell, body, key = outside.cell(), _share(outside), {"Idempotency-Key": outside.name("k")}
    answers = _all_at_once(lambda _: cell.one.ask("POST", "/claims", body, headers=key))
    done = [a.json() for a in answers if a.status_code == 201]
    assert done
    assert all(told == done[0] for told in done)
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "idempotency.busy")
    assert len(cell.one.get("/claims")["items"]) == 1


def test_of_two_officers_one_decides(outside: Outside) -> None:
    cell = outside.cell()
    other = outside.account("officer", unit_id=cell.unit["id"])
    claim = cell.one.post("/claims", _share(outside))
    path = f"/claims/{claim['id']}/reviews"
    verdicts = ({"verdict": "accept"}, {"verdict": "reject", "reason": "Không thấy bài"})
    answers = _all_at_once(lambda n: (cell.officer, other)[n % 2].ask("POST", path, verdicts[n % 2]))
    (state,) = [a.json()["state"] for a in answers if a.status_code == 200]
    for answer in answers:
        if answer.status_code != 200:
            problem(answer, 409, "claim.state")
    told = cell.one.get(f"/claims/{claim['id']}")
    assert told["state"] == state
    assert len([step for step in told["history"] if step["action"] in {"accept", "reject"}]) == 1


def test_a_feed_is_added_once(outside: Outside) -> None:
    url = outside.site.set_feed(outside.name("/dua-") + ".rss", [outside.item()])
    answers = _all_at_once(lambda _: outside.admin.ask("POST", "/feeds", {"url": url, "kind": "feed"}))
    assert len([a for a in answers if a.status_code == 201]) == 1
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "feed.taken")


def test_of_many_changes_on_one_tag_one_goes_through(outside: Outside) -> None:
    unit = outside.unit()
    path = f"/units/{unit['id']}"
    tag = outside.admin.ask("GET", path).headers["etag"]
    day = str(outside.today)
    answers = _all_at_once(
        lambda n: outside.admin.ask("PATCH", path, {"name": f"Tên {n}", "since": day}, headers={"If-Match": tag})
    )
    assert sorted(a.status_code for a in answers) == [200] + [412] * (AT_ONCE - 1)
