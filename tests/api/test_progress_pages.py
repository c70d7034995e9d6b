"""Progress in pages: every row once, each item's totals whole on each of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.cell import Cell, build, fill_second_quarter

if TYPE_CHECKING:
    from tests.application import Api


@pytest.fixture
def cell(api: Api) -> Cell:
    made = build(api)
    fill_second_quarter(made)
    return made


def _pages(cell: Cell, path: str, limit: int) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while True:
        answer = cell.secretary.get(f"{path}&limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        if found[-1]["next"] is None:
            return found
        cursor = f"&cursor={found[-1]['next']}"


def _rows(items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(i["target_id"], i["period"], r.get("member_id"), r["done"]) for i in items for r in i["rows"]]


def test_each_row_of_progress_stands_on_one_page(cell: Cell) -> None:
    path = f"/progress?period=2026-Q2&unit={cell.unit}"
    whole = cell.secretary.get(path).json()
    pages = _pages(cell, path, 7)
    assert whole["next"] is None
    assert [row for page in pages for row in _rows(page["items"])] == _rows(whole["items"])
    assert [c for page in pages for c in page["coverage"]] == whole["coverage"]
    assert all(sum(len(i["rows"]) for i in p["items"]) + len(p["coverage"]) <= 7 for p in pages)


def test_an_item_that_goes_on_keeps_its_totals(cell: Cell) -> None:
    pages = _pages(cell, f"/progress?period=2026-05&unit={cell.unit}", 4)
    totals = {(i["met"], i["counted"], i["done"], i["row_count"]) for p in pages for i in p["items"] if i["aim"] == 2}
    assert totals == {(9, 10, 14, 10)}


def test_a_mark_of_no_row_is_refused(cell: Cell) -> None:
    page = cell.secretary.get(f"/progress?period=2026-05&unit={cell.unit}&limit=2").json()
    other = cell.secretary.get(f"/progress?period=2026-06&unit={cell.unit}&cursor={page['next']}")
    assert (other.status_code, other.json()["code"]) == (422, "cursor.invalid")
