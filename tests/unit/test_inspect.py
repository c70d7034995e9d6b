from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from pathlib import Path

RSS = "<rss><channel><title>T</title><item><title>a</title><link>/x</link><pubDate>{}</pubDate></item></channel></rss>"


def _run(*arguments: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    run = CliRunner().invoke(inspect, arguments, input=stdin)
    assert run.exit_code == 0, run.output
    assert run.stdout.isascii()
    return [json.loads(line) for line in run.stdout.split("\n") if line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_text(RSS.format("8/7/2026 05:20"), encoding="utf-8")
    (tmp_path / "page.html").write_text(
        '<html><link rel=alternate type="application/rss+xml" href="/rss">', encoding="utf-8"
    )
    (tmp_path / "evil.xml").write_text("<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>", encoding="utf-8")
    return tmp_path


def test_every_file_gets_its_record_and_a_bad_one_stops_nothing(folder: Path) -> None:
    names = [str(folder / name) for name in ("evil.xml", "missing.xml", "page.html", "good.xml")]
    records = _run("feed", *names, "--base-url", "https://a.example/feed")
    assert [record["file"] for record in records] == names
    assert [record["error"] and record["error"]["code"] for record in records] == [
        "unreadable",
        "file.unreadable",
        "not_a_feed",
        None,
    ]
    assert records[2]["links"] == ["https://a.example/rss"]
    assert set(records[0]) >= {"file", "format", "title", "link", "language", "entries", "warnings", "error"}


def test_an_entry_has_all_its_fields(folder: Path) -> None:
    (record,) = _run("feed", str(folder / "good.xml"), "--base-url", "https://a.example/feed")
    assert record["entries"] == [
        {
            "id": None,
            "url": "https://a.example/x",
            "title": "a",
            "summary": "",
            "content": "",
            "authors": [],
            "published": "2026-07-07T22:20:00Z",
            "updated": None,
            "image": None,
            "categories": [],
            "enclosures": [],
        }
    ]


def test_the_order_of_dates_can_be_told(folder: Path) -> None:
    (record,) = _run("feed", "--date-order", "mdy", str(folder / "good.xml"))
    assert record["entries"][0]["published"] == "2026-08-06T22:20:00Z"


def test_a_feed_may_come_by_standard_input() -> None:
    (record,) = _run("feed", stdin=RSS.format("").encode())
    assert (record["file"], record["title"]) == ("-", "T")


def test_a_file_past_the_size_of_a_fetch_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.xml").write_bytes(bytes((10 << 20) + 1))
    (record,) = _run("feed", str(tmp_path / "big.xml"))
    assert record["error"]["code"] == "file.unreadable"


def test_html_comes_back_inert(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p onclick=x>Đ <a href=y>a</a></p>", encoding="utf-8")
    good, missing = _run(
        "html", str(tmp_path / "a.html"), str(tmp_path / "missing"), "--base-url", "https://a.example/"
    )
    link = '<a href="https://a.example/y" rel="noopener noreferrer nofollow">a</a>'
    assert (good["html"], good["error"]) == (f"<p>Đ {link}</p>", None)
    assert (missing["html"], missing["error"]["code"]) == (None, "file.unreadable")


def test_lines_end_at_lf_only_and_are_echoed_as_they_came() -> None:
    lines = ["Đảng uỷ", "a\rb", "", "x\u2028y\x0bz", " ", "last"]
    records = _run("fold", stdin="\n".join(lines).encode())
    assert [record["input"] for record in records] == lines
    assert records[0]["folded"] == "dang uy"


def test_bytes_that_are_no_text_are_echoed_so_that_they_can_be_had_back() -> None:
    (record,) = _run("fold", stdin=b"\xff\xfea\n")
    assert record["input"].encode("utf-8", "surrogateescape") == b"\xff\xfea"


def test_an_address_is_told_apart_and_a_bad_one_has_an_error() -> None:
    good, bad = _run("url", stdin=b"https://bao.example.vn/tin-post123456.html?utm_source=x\njavascript:x()\n")
    assert (good["channel"], good["error"]) == ("web", None)
    assert "utm_source" not in good["canonical"]
    assert good["key"]
    assert set(good) == set(bad) == {"input", "canonical", "key", "channel", "kind", "post_id", "error"}
    assert bad["canonical"] is None
    assert set(bad["error"]) == {"code", "message"}


def test_agents_are_told_apart() -> None:
    person = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    records = _run("agent", stdin=f"{person}\nGooglebot/2.1\n\n".encode())
    assert [record["verdict"] for record in records] == ["person", "robot", "empty"]
    assert all(set(record) == {"input", "verdict", "name"} for record in records)


def test_addresses_are_judged() -> None:
    records = _run("address", stdin=b"https://a.example/\nhttp://127.0.0.1/\nhttp://[::1]/\nnonsense\n")
    assert [record["allowed"] for record in records] == [True, False, False, False]
    assert all(record["reason"] for record in records)


@pytest.mark.parametrize("text", ["x = " + "[" * 4_900 + "]" * 4_900, "row = 'a'\n" + "#\n" * 5_000, "row = "])
def test_a_file_that_cannot_be_read_whole_as_selectors_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    run = CliRunner().invoke(
        inspect, ["listing", "--url", "https://a.example/", "--selectors", str(tmp_path / "s.toml")], input=b"<p>"
    )
    assert isinstance(run.exception, AppError)
    assert run.exception.code is Code.FIELD_INVALID


def test_lines_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes("Đ\n".encode())
    records = _run("fold", str(tmp_path / "lines"), str(tmp_path / "missing"))
    assert records[0]["folded"] == "d"
    assert records[1]["error"]["code"] == "file.unreadable"


def test_wrong_settings_are_refused_without_a_traceback(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("LANTOA_TIMEZONE", "Nowhere/City")
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "from lantoa.cli import main; main()", "inspect", "feed", str(folder / "good.xml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: settings.invalid: ")
    assert run.stderr.count("\n") == 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("command", "forbidden"),
    [
        ("fold", {"lxml", "feedparser", "httpx", "pydantic", "sqlalchemy", "sandbox", "crawler"}),
        ("url", {"lxml", "feedparser", "httpx", "pydantic", "sqlalchemy", "sandbox", "crawler"}),
        ("agent", {"lxml", "feedparser", "httpx", "pydantic", "sqlalchemy", "sandbox"}),
        ("feed", {"lxml", "feedparser", "nh3", "httpx", "sqlalchemy", "fastapi"}),
        ("html", {"lxml", "feedparser", "nh3", "httpx", "pydantic", "sqlalchemy", "fastapi"}),
    ],
)
def test_a_command_imports_only_what_it_runs(command: str, forbidden: set[str]) -> None:
    code = (
        "import sys; from lantoa.cli import cli; cli(['inspect', sys.argv[1]], standalone_mode=False);"
        "print(' '.join(sys.modules), file=sys.stderr)"
    )
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code, command], input="", capture_output=True, text=True, check=True
    )
    assert not {name.partition(".")[0] for name in run.stderr.split()} & forbidden
