"""Reach by every kind of subject: grades apart, bounds in place of sums, small click figures hidden."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests import make, make_claims
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.application import Api, Caller
    from tracker.domain.types import ArticleId, ClaimId, MemberId, UnitId


@dataclass
class House:
    """Two branches whose members shared two articles, with clicks and stated figures."""

    unit: UnitId
    branch: UnitId
    an: MemberId
    articles: list[ArticleId]
    claims: list[ClaimId]
    officer: Caller
    admin: Caller

    def items(self, caller: Caller, by: str) -> dict[Any, dict[tuple[str, str], Any]]:
        told = caller.get(f"/reach?period=2026-10&unit={self.unit}&by={by}").json()
        return {item["id"]: _values(item["figures"]) for item in told["items"]}


def _values(figures: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    return {(f["measure"], f["grade"]): "hidden" if f.get("hidden") else f["value"] for f in figures}


@pytest.fixture
def house(api: Api) -> House:
    with api.db.write() as tx:
        unit = make.unit(tx, "DU")
        branch, other = make.unit(tx, "CB1", above=(unit,)), make.unit(tx, "CB2", above=(unit,))
        an, binh = make.member(tx, branch, "A", "An"), make.member(tx, other, "B", "Bình")
        articles = [make.article(tx, 1, "Một"), make.article(tx, 2, "Hai")]
        claims = [
            make_claims.claim(tx, an, branch, dt.date(2026, 10, 2), article_id=articles[0]),
            make_claims.claim(tx, binh, other, dt.date(2026, 10, 5), article_id=articles[0]),
            make_claims.claim(tx, an, branch, dt.date(2026, 10, 6), article_id=articles[1]),
        ]
        make_claims.reading(tx, claims[0], "reach", 300)
        make_claims.reading(tx, claims[0], "reach", 320, grade="B", number=2)
        make_claims.reading(tx, claims[1], "reach", 500, grade="B")
        make_claims.reading(tx, claims[2], "engagements", 7)
        make_claims.clicks(tx, an, articles[0], dt.date(2026, 10, 3), 12)
        make_claims.clicks(tx, an, articles[0], dt.date(2026, 11, 3), 100)
        make_claims.clicks(tx, binh, articles[0], dt.date(2026, 10, 6), 3)
        make_claims.clicks(tx, an, articles[1], dt.date(2026, 10, 6), 4)
        officer = make.account(tx, "o", Role.OFFICER, unit_id=unit, member_id=binh)
        admin = make.account(tx, "a", Role.ADMIN)
    return House(unit, branch, an, articles, claims, api.as_viewer(officer), api.as_viewer(admin))


def test_figures_come_together_by_article_with_bounds_in_place_of_sums(house: House) -> None:
    told = house.officer.get(f"/reach?period=2026-10&unit={house.unit}&by=article").json()
    first = told["items"][0]
    assert (first["id"], first["title"], first["shares"]) == (house.articles[0], "Một", 2)
    reach = next(f for f in first["figures"] if f["measure"] == "reach")
    assert (reach["grade"], reach["value"], reach["at_least"], reach["at_most"]) == ("B", None, 500, 820)
    assert _values(first["figures"])["valid_clicks", "A"] == 15
    assert _values(told["totals"]) == {
        ("valid_clicks", "A"): None,
        ("person_days", "A"): None,
        ("reach", "B"): None,
        ("engagements", "C"): 7,
    }


def test_small_click_figures_are_shown_to_the_administrator_and_the_sharer_alone(house: House) -> None:
    second = house.articles[1]
    assert house.items(house.officer, "article")[second]["valid_clicks", "A"] == "hidden"
    assert house.items(house.admin, "article")[second]["valid_clicks", "A"] == 4
    shown = house.items(house.officer, "claim")
    assert shown[str(house.claims[1])]["valid_clicks", "A"] == 3  # the officer's own share
    assert shown[str(house.claims[2])]["valid_clicks", "A"] == "hidden"
    assert shown[str(house.claims[0])] == {("valid_clicks", "A"): 12, ("person_days", "A"): 12, ("reach", "B"): 320}


def test_a_total_that_would_give_a_hidden_count_away_is_told_by_bounds(house: House) -> None:
    path = f"/reach?period=2026-10&unit={house.unit}&by="
    for by in ("article", "channel"):  # the same whatever list it is asked with
        clicks = next(f for f in house.officer.get(path + by).json()["totals"] if f["measure"] == "valid_clicks")
        assert (clicks["value"], clicks["at_least"], clicks["at_most"]) == (None, 15, 20)
    everything = house.admin.get(f"{path}article").json()
    assert _values(everything["totals"])["valid_clicks", "A"] == 19
    report = house.officer.get(f"/reports/month?period=2026-10&unit={house.unit}&format=json").json()
    assert _values(report["figures"])["valid_clicks", "A"] is None


def test_every_kind_of_subject_is_named_by_its_own_id(house: House) -> None:
    assert house.items(house.admin, "unit")[house.branch]["valid_clicks", "A"] == 16
    assert house.items(house.admin, "channel")["zalo"]["valid_clicks", "A"] == 19
    assert house.items(house.admin, "source")["nhandan.vn"]["valid_clicks", "A"] == 19
    days = house.items(house.admin, "day")
    assert list(days) == ["2026-10-02", "2026-10-03", "2026-10-05", "2026-10-06"]
    assert days["2026-10-06"] == {("valid_clicks", "A"): 7, ("person_days", "A"): 7, ("engagements", "C"): 7}
    refused = house.admin.get(f"/reach?period=2026-10&unit={house.unit}&by=member")
    assert (refused.status_code, refused.json()["code"]) == (422, "field.invalid")


def test_reports_hide_small_figures_from_everybody_alike(house: House) -> None:
    path = f"/reports/month?period=2026-10&unit={house.unit}&format=json"
    mine, theirs = house.officer.get(path), house.admin.get(path)
    assert mine.content == theirs.content
    wide = mine.json()["annexes"]["wide"]
    assert [(w["article_id"], w["shares"]) for w in wide] == [(house.articles[0], 2), (house.articles[1], 1)]
    assert _values(wide[1]["figures"])["valid_clicks", "A"] == "hidden"
    assert all("An" not in str(w) for w in wide)


def test_contributions_show_each_member_s_figures(house: House) -> None:
    rows = house.admin.get(f"/contributions?period=2026-10&unit={house.branch}").json()["items"]
    assert [(r["full_name"], r["shares"], _values(r["figures"])["valid_clicks", "A"]) for r in rows] == [("An", 2, 16)]


def test_reach_and_contributions_come_whole_or_page_by_page(house: House) -> None:
    for path in (f"/reach?period=2026-10&unit={house.unit}&by=day", f"/contributions?period=2026-10&unit={house.unit}"):
        whole = house.admin.get(path).json()
        assert whole["next"] is None
        seen: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            part = house.admin.get(f"{path}&limit=1{cursor and '&cursor=' + cursor}").json()
            assert part.keys() == whole.keys()
            seen += part["items"]
            cursor = part["next"]
        assert seen == whole["items"]
        refused = house.admin.get(f"{path}&limit=1&cursor=WzldXQ")
        assert (refused.status_code, refused.json()["code"]) == (422, "cursor.invalid")
