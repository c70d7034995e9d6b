"""Small feeds of our own in the shapes that outlets serve, read through the command as a script would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect

FEEDS = Path(__file__).parent / "feeds"
EXAM = Path(__file__).parents[3] / "shared" / "exam"  # real material that is given beside the checkout, if it is
EXAM_FLOORS = {
    "feeds_real.entry_count": 1.0,
    "feeds_real.titles": 1.0,
    "feeds_real.links": 1.0,
    "feeds_real.dates": 0.985,
    "feeds_quirks.entry_count": 1.0,
    "feeds_quirks.titles": 1.0,
    "feeds_quirks.dates": 1.0,
    "feeds_quirks.broken_feeds_read": 1.0,
    "feeds_feedparser.values": 0.975,
    "feeds_feedparser.sanitised": 1.0,
    "vi_feeds.dates": 1.0,
    "vi_feeds.titles": 1.0,
    "vi_dates.feed-pubdate": 1.0,
    "vi_dates.listing": 1.0,
    "vi_dates.page-visible": 1.0,
    "feed_dates.feedparser": 0.97,
    "feed_dates.gofeed": 0.97,
    "url_canonical.distinct": 1.0,
    "url_canonical.different_objects_differ": 1.0,
    "url_canonical.same_object_same_key": 1.0,
    "bot_user_agents.robots": 0.98,
    "bot_user_agents.persons": 0.998,
}
EXPECTED: dict[str, Any] = json.loads((FEEDS / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, Any]]:
    run = CliRunner().invoke(inspect, ["feed", *(str(FEEDS / name) for name in EXPECTED)])
    assert run.exit_code == 0, run.output
    return {Path(record["file"]).name: record for record in map(json.loads, run.output.splitlines())}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_feed_is_read_as_its_writer_meant_it(records: dict[str, dict[str, Any]], name: str) -> None:
    record, expected = records[name], EXPECTED[name]
    assert record["error"] is None
    assert {key: record[key] for key in ("format", "title", "language", "warnings")} == {
        key: expected[key] for key in ("format", "title", "language", "warnings")
    }
    assert [[e["title"], e["url"], e["published"]] for e in record["entries"]] == expected["entries"]


def test_markup_is_inert_and_its_links_absolute(records: dict[str, dict[str, Any]]) -> None:
    atom, json_feed = records["atom.xml"]["entries"], records["feed.json"]["entries"]
    link = '<a href="https://trang.example.vn/tin/2026/xem.html" rel="noopener noreferrer nofollow">rút</a>'
    assert atom[0]["content"] == f"<div><p>Nước {link}.</p></div>"
    assert atom[1]["summary"] == "5 &lt; 6"
    assert [entry["content"] for entry in json_feed] == ["<p>Nội dung</p>", "a &lt; b"]
    assert records["quirks.xml"]["entries"][0]["summary"] == "<p>Tóm tắt</p>"


def test_names_pictures_words_and_files_are_found(records: dict[str, dict[str, Any]]) -> None:
    first, second = records["atom.xml"]["entries"]
    assert (first["authors"], second["authors"]) == (["Ban Biên tập"], ["Lê Thị Mai"])
    assert (first["enclosures"], first["categories"]) == (
        ["https://trang.example.vn/tin/2026/am-thanh.mp3"],
        ["thời tiết"],
    )
    assert records["american_dates.xml"]["entries"][0]["image"] == "https://i.bao.example.vn/1.jpg"
    assert records["rdf.xml"]["entries"][0]["authors"] == ["Nguyễn Văn An"]
    first, second = records["feed.json"]["entries"]
    assert (first["image"], first["categories"], first["enclosures"]) == (
        "https://json.example.org/1.png",
        ["a", "7"],
        ["https://json.example.org/1.mp3"],
    )
    assert (first["authors"], second["authors"], second["id"]) == (["Trần Bình"], ["Lê Cúc"], "2")


@pytest.mark.thorough
@pytest.mark.skipif(not EXAM.is_dir(), reason="the exam's material is not beside this checkout")
def test_the_floors_of_feeds_dates_addresses_and_agents_hold() -> None:
    lantoa = f"{sys.executable} -m lantoa"
    sets = ("feeds", "dates", "urls", "agents")
    run = subprocess.run(  # noqa: S603 - our own interpreter and the exam's own script
        [sys.executable, str(EXAM / "score.py"), "--lantoa", lantoa, *sets], capture_output=True, text=True, check=True
    )
    figures = {name: float(value) for name, value, *_ in map(str.split, run.stdout.splitlines())}
    low = {name: figures.get(name) for name, floor in EXAM_FLOORS.items() if figures.get(name, 0.0) < floor}
    assert low == {}
