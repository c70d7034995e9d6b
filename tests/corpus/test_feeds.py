"""Small feeds of our own in the shapes that outlets serve, read through the command as a script would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect

FEEDS = Path(__file__).parent / "feeds"
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
