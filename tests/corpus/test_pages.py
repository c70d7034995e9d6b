"""Small pages of our own in the shapes that offices and newspapers serve, read through the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect

PAGES = Path(__file__).parent / "pages"
EXAM = Path(__file__).parents[3] / "shared" / "exam"  # real material that is given beside the checkout, if it is
EXAM_FLOORS = {
    "article_pages.answered": 1.0,
    "article_pages.gold.title": 0.885,
    "article_pages.gold.date": 0.885,
    "article_pages.gold.text_f1": 0.949,
    "article_pages.segments_f1": 0.921,
    "article_pages.siteparser.title": 0.86,
    "article_pages.siteparser.date": 0.95,
    "article_pages.siteparser.text_f1": 0.945,
    "article_pages.gold.authors_precision": 0.85,
    "article_pages.gold.authors_recall": 0.6,
    "vi_pages.gold.authors_precision": 0.95,
    "vi_pages.gold.authors_recall": 0.9,
    "nukeviet_rendered.gold.authors_precision": 0.95,
    "nukeviet_rendered.gold.authors_recall": 0.9,
    "vi_pages.gold.title": 1.0,
    "vi_pages.minute": 1.0,
    "vi_pages.gold.text_f1": 0.99,
    "vi_pages.segments_f1": 1.0,
    "nukeviet_rendered.gold.title": 1.0,
    "nukeviet_rendered.minute": 1.0,
    "nukeviet_rendered.gold.text_f1": 0.99,
    "vi_pages_more.gold.title": 1.0,
    "vi_pages_more.minute": 1.0,
    "vi_pages_more.gold.text_f1": 0.99,
}
EXPECTED: dict[str, Any] = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
COUNTERS = ("views", "comments", "rating", "votes")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    table = tmp_path_factory.mktemp("pages") / "urls.tsv"
    table.write_text("".join(f"{PAGES / name}\t{page['url']}\n" for name, page in EXPECTED.items()), encoding="utf-8")
    run = CliRunner().invoke(inspect, ["page", *(str(PAGES / name) for name in EXPECTED), "--urls", str(table)])
    assert run.exit_code == 0, run.output
    return {Path(record["file"]).name: record for record in map(json.loads, run.output.splitlines())}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_page_is_read_as_its_readers_see_it(records: dict[str, dict[str, Any]], name: str) -> None:
    record, expected = records[name], EXPECTED[name]
    assert record["error"] is None
    told = dict(expected, counters=dict(zip(COUNTERS, expected["counters"], strict=True)))
    assert told.pop("text") in record["text"]
    assert {key: record[key] for key in told} == told


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_stands_beside_an_article_is_no_part_of_its_text(records: dict[str, dict[str, Any]], name: str) -> None:
    strays = ("Tin cũ", "Đường ngập", "Bài khác", "Đang truy cập", "Trang chủ", "777", "Tổng số điểm")
    text = json.dumps(records[name]["text"], ensure_ascii=False)
    assert not [stray for stray in strays if stray in text]


@pytest.mark.thorough
@pytest.mark.skipif(not EXAM.is_dir(), reason="the exam's material is not beside this checkout")
def test_the_floors_of_pages_hold() -> None:
    lantoa = f"{sys.executable} -m lantoa"
    run = subprocess.run(  # noqa: S603 - our own interpreter and the exam's own script
        [sys.executable, str(EXAM / "score.py"), "--lantoa", lantoa, "pages"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = {name: float(value) for name, value, *_ in map(str.split, run.stdout.splitlines())}
    low = {name: figures.get(name) for name, floor in EXAM_FLOORS.items() if figures.get(name, 0.0) < floor}
    assert low == {}
