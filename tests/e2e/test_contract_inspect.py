"""`lantoa inspect`: one record a line, bad input answered in its place, as the contract words it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.outside import Done, has

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.outside

CHANNELS = {
    "facebook",
    "zalo",
    "youtube",
    "tiktok",
    "x",
    "telegram",
    "instagram",
    "threads",
    "linkedin",
    "viber",
    "web",
}
KINDS = {"post", "profile", "page", "group", "video", "photo", "share", "article", "other"}
ENTRY = {
    "id",
    "url",
    "title",
    "summary",
    "content",
    "authors",
    "published",
    "updated",
    "image",
    "categories",
    "enclosures",
}


def _inspect(folder: Path, *arguments: str, told: bytes = b"") -> list[Any]:
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "lantoa", "inspect", *arguments],
        input=told,
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )
    done = Done(code=ended.returncode, out=ended.stdout.decode(), err=ended.stderr.decode())
    assert not list(folder.glob("data"))  # no database, no secrets
    return done.ok().json_lines()


def test_a_feed_becomes_one_record(tmp_path: Path) -> None:
    item = "<item><title>Tin &amp; bài</title><link>/a?b=1</link><guid>7</guid>"
    item += "<author>An</author><pubDate>20/11/2026 09:15</pubDate>"
    item += "<description>&lt;p onclick=x&gt;Tóm&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</description></item>"
    rss = f"<rss version='2.0'><channel><title>Báo</title><link>https://bao.example/</link>{item}</channel></rss>"
    (tmp_path / "a.xml").write_text(rss, encoding="utf-8")
    (tmp_path / "b.json").write_text(
        '{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[]}', encoding="utf-8"
    )
    (tmp_path / "c.html").write_text("<html><body>Không phải</body></html>", encoding="utf-8")
    (tmp_path / "d").write_bytes(b"")
    names = ["a.xml", "b.json", "c.html", "d", "missing"]
    records = _inspect(tmp_path, "feed", *names, "--base-url", "https://bao.example/rss")
    assert [r["file"] for r in records] == names
    for record in records:
        assert set(record) >= {"file", "format", "title", "link", "language", "entries", "warnings", "error"}
    has(records[0], format="rss", title="Báo", link="https://bao.example/", error=None)
    assert set(records[0]["entries"][0]) == ENTRY
    has(records[0]["entries"][0], id="7", url="https://bao.example/a?b=1", title="Tin & bài")
    has(records[0]["entries"][0], published="2026-11-20T02:15:00Z", updated=None)
    assert "script" not in str(records[0]["entries"][0])
    assert "onclick" not in str(records[0]["entries"][0])
    has(records[1], format="json", entries=[], error=None)
    assert [set(r["error"]) for r in records[2:]] == [{"code", "message"}] * 3
    assert records[2]["error"]["code"] == "not_a_feed"


def test_the_date_order_and_the_type_may_be_told(tmp_path: Path) -> None:
    rss = (
        "<rss><channel><item><title>a</title><link>/x</link><pubDate>03/04/2026 01:00</pubDate></item></channel></rss>"
    )
    (tmp_path / "a.xml").write_text(rss, encoding="utf-8")
    for order, published in (("dmy", "2026-04-02T18:00:00Z"), ("mdy", "2026-03-03T18:00:00Z")):
        record = _inspect(
            tmp_path, "feed", "a.xml", "--date-order", order, "--content-type", "text/xml; charset=utf-8"
        )[0]
        assert record["entries"][0]["published"] == published


def test_lines_end_at_line_feeds_only_and_are_echoed_exactly(tmp_path: Path) -> None:
    lines = ["Đường  Lê Lợi", " x\ty ", "a\u2028b", "c\rd", "", "e\x0bf", "\ufeffg"]
    told = "\n".join(lines).encode()
    for command in ("fold", "url", "agent", "address"):
        assert [r["input"] for r in _inspect(tmp_path, command, told=told)] == lines
    assert [r["input"] for r in _inspect(tmp_path, "fold", told=b"a\nb\n")] == ["a", "b"]
    assert _inspect(tmp_path, "fold", told=b"") == []
    assert len(_inspect(tmp_path, "fold", told=b"a\xff\xfeb\nc\n")) == 2


def test_folding_makes_what_looks_alike_alike(tmp_path: Path) -> None:
    told = "Đường Lê Lợi\nduong le loi\nĐƯỜNG  LÊ LỢI\n".encode()
    assert len({r["folded"] for r in _inspect(tmp_path, "fold", told=told)}) == 1


def test_addresses_are_named_and_keyed(tmp_path: Path) -> None:
    urls = [
        "https://www.facebook.com/nguyen.hoa/posts/1234567890?mibextid=x",
        "https://m.facebook.com/nguyen.hoa/posts/1234567890",
        "https://www.facebook.com/nguyen.hoa",
        "https://nhandan.vn/bai-viet-post123456.html?utm_source=zalo",
        "https://youtu.be/dQw4w9WgXcQ",
        "https://bebo.example/x",
        "javascript:alert(1)",
        "không phải",
    ]
    records = _inspect(tmp_path, "url", told="\n".join(urls).encode())
    for record in records:
        assert set(record) == {"input", "canonical", "key", "channel", "kind", "post_id", "error"}
    assert records[0]["key"] == records[1]["key"]
    has(records[0], channel="facebook", kind="post", error=None)
    has(records[2], channel="facebook", kind="profile")
    has(records[3], channel="web", kind="article")
    assert "utm_" not in records[3]["canonical"]
    has(records[4], channel="youtube", kind="video")
    has(records[5], channel="web")
    for record in records[:6]:
        assert record["channel"] in CHANNELS
        assert record["kind"] in KINDS
    assert [set(r["error"]) for r in records[6:]] == [{"code", "message"}] * 2


def test_agents_are_told_apart(tmp_path: Path) -> None:
    agents = [
        "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "",
    ]
    records = _inspect(tmp_path, "agent", told="\n".join([*agents, ""]).encode())
    assert [r["verdict"] for r in records] == ["person", "person", "preview", "robot", "empty"]
    assert all(set(r) == {"input", "verdict", "name"} for r in records)


def test_markup_is_sanitised_as_stored(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<p onclick=x>Chào<script>alert(1)</script><a href='javascript:x'>y</a>", encoding="utf-8"
    )
    records = _inspect(tmp_path, "html", "a.html", "missing.html")
    assert [r["file"] for r in records] == ["a.html", "missing.html"]
    assert "Chào" in records[0]["html"]
    assert not {"script", "onclick"} & set(records[0]["html"].replace("<", " ").replace("=", " ").split())
    assert "javascript" not in records[0]["html"]
    assert records[0]["error"] is None
    assert set(records[1]["error"]) == {"code", "message"}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://localhost/",
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
        "http://169.254.169.254/",
        "http://100.100.100.200/",
        "http://[::]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1%25lo]/",
        "http://0/",
        "file:///etc/passwd",
        "gopher://x/",
        "http://a:8888\\@127.0.0.1/",
    ],
)
def test_a_forbidden_address_is_not_allowed(tmp_path: Path, url: str) -> None:
    record = _inspect(tmp_path, "address", told=url.encode())[0]
    assert set(record) == {"input", "allowed", "reason"}
    assert record["allowed"] is False
    assert record["reason"]


def test_a_public_address_is_allowed(tmp_path: Path) -> None:
    assert _inspect(tmp_path, "address", told=b"http://93.184.215.14/")[0]["allowed"] is True
