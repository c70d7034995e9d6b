"""List pages of our own in the shapes that outlets serve, read through the command; the floors of what is reached."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantoa.cli.inspect import inspect
from tracker.domain.errors import AppError, Code

EXAM = Path(__file__).parents[2].parent / "shared" / "exam"
SUBJECTS = (
    "Đường quê",
    "Trường làng",
    "Trạm xá",
    "Chợ phiên",
    "Bến đò",
    "Lúa mới",
    "Hội xuân",
    "Nước sạch",
    "Cầu treo",
)
SLUGS = ("duong-que", "truong-lang", "tram-xa", "cho-phien", "ben-do", "lua-moi", "hoi-xuan", "nuoc-sach", "cau-treo")

Case = tuple[str, list[str]]


def rows(address: str, row: str) -> Case:
    """Give nine rows, and where they lead: `{slug}`, `{n}` and `{title}` are filled in."""
    links = [address.format(slug=slug, n=n) for n, slug in enumerate(SLUGS)]
    titles = [f"{subject} của xã được sửa sang trước Tết" for subject in SUBJECTS]
    shown = (row.format(link=link, title=title, n=n) for n, (link, title) in enumerate(zip(links, titles, strict=True)))
    return "".join(shown), links


def vccorp() -> Case:
    picture = "<a href='{link}'><img src='/blank.gif' data-src='https://cdn.example.vn/{n}.jpg'></a>"
    title = "<h3><a data-linktype='newsdetail' class='box-category-link-title' href='{link}'>{title}</a></h3>"
    time = "<span class='box-time time-ago' title='11/1{n}/2026 9:05:00 AM'></span>"
    body, links = rows("/{slug}-10226110{n}091448508.htm", f"<div class='item'>{picture}{title}{time}</div>")
    menu = "".join(f"<li><a href='/{slug}-va-doi-song.htm'>Chuyện {slug} và đời sống</a></li>" for slug in SLUGS)
    topic = "<a href='/chu-de/{slug}-trong-nam-{n}.htm'>Chuyện {slug} ở quê ta trong năm qua</a>"
    topics = "".join(topic.format(slug=slug, n=n) for n, slug in enumerate(SLUGS[:3]))
    return f"<nav><ul>{menu}</ul></nav>{topics}{body}", links


def onecms() -> Case:
    time = "<time datetime='2026-11-1{n}T09:05:00+07:00'>x</time>"
    row = f"<article class='story'><h2><a class='cms-link' href='{{link}}'>{{title}}</a></h2>{time}</article>"
    return rows("/{slug}-duoc-sua-sang-post81234{n}.html", row)


def nukeviet() -> Case:
    foot = "<ul><li><em class='fa-clock-o'>&nbsp;</em> 1{n}/11/2026 09:05:00</li><li>Đã xem: 12</li></ul>"
    row = f"<div class='panel-body'><h3><a href='{{link}}' title='{{title}}'>{{title}}</a></h3>{foot}</div>"
    body, links = rows("/vi/news/tin-xa/{slug}-duoc-sua-sang-{n}1.html", row)
    papers = "<a href='/vi/van-ban-chi-dao-cua-chi-bo/'>Văn bản chỉ đạo của chi bộ ta</a>"
    menu = f"<div class='menu'><a href='/vi/news/tin-xa/'>Tin xã</a>{papers}</div>"
    return f"{menu}{body}<div class='pagination'><a href='/vi/news/tin-xa/page-2/'>2</a></div>", links


def wordpress() -> Case:
    foot = "<time datetime='2026-11-1{n}T09:05:00+07:00'>x</time><a href='{link}'>Đọc tiếp</a>"
    row = f"<article><h2 class='entry-title'><a href='{{link}}'>{{title}}</a></h2>{foot}</article>"
    body, links = rows("/{slug}-cua-xa-duoc-sua-sang/", row)
    about = "<a href='/gioi-thieu-vien-kiem-sat-huyen/'>Giới thiệu Viện kiểm sát nhân dân huyện</a>"
    aside = "<a href='/category/xay-dung-dang-chinh-quyen/'>Xây dựng Đảng và chính quyền ta</a>"
    return f"<header><ul class='menu'><li>{about}</li></ul></header>{body}<aside>{aside}</aside>", links


def liferay() -> Case:
    row = "<div class='asset'><a href='{link}'>{title}</a><span class='date'>1{n}/11/2026</span></div>"
    return rows("/web/khach/-/2018/81234{n}/{slug}-cua-xa.aspx", row)


def portal() -> Case:
    row = "<li><a href='{link}'>{title}</a> <span class='date'>(1{n}/11/2026)</span></li>"
    return rows("/Default.aspx?sid=1221&pageid=7&catid=62&id=4123{n}", row)


CASES = {
    "vccorp": vccorp,
    "onecms": onecms,
    "nukeviet": nukeviet,
    "wordpress": wordpress,
    "liferay": liferay,
    "portal": portal,
}


def listed(tmp_path: Path, body: str, *more: str) -> dict[str, Any]:
    file = tmp_path / "page.html"
    file.write_text(f"<html><head><title>Tin</title></head><body>{body}</body></html>", encoding="utf-8")
    run = CliRunner().invoke(inspect, ["listing", str(file), "--url", "https://tin.example.vn/tin", *more])
    if isinstance(run.exception, AppError):
        raise run.exception
    assert run.exit_code == 0, run.output
    found: dict[str, Any] = json.loads(run.output)
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(CASES))
def test_all_articles_of_a_list_and_nothing_else_are_found(tmp_path: Path, name: str) -> None:
    body, links = CASES[name]()
    found = listed(tmp_path, body)
    assert (found["url"], found["error"]) == ("https://tin.example.vn/tin", None)
    assert [entry["url"] for entry in found["entries"]] == [f"https://tin.example.vn{link}" for link in links]
    assert found["entries"][3]["title"] == "Chợ phiên của xã được sửa sang trước Tết"
    assert str(found["entries"][3]["published"]).startswith(("2026-11-13T02:05:00Z", "2026-11-12T17:00:00Z"))


@pytest.mark.thorough
def test_selectors_come_from_a_file(tmp_path: Path) -> None:
    selectors = tmp_path / "s.toml"
    selectors.write_text('row = "article"\ntitle = "h2"\n[attr]\npublished = "datetime"\n', encoding="utf-8")
    found = listed(tmp_path, onecms()[0], "--selectors", str(selectors))
    assert len(found["entries"]) == 9
    selectors.write_text('row = "article["\n', encoding="utf-8")
    with pytest.raises(AppError) as refusal:
        listed(tmp_path, onecms()[0], "--selectors", str(selectors))
    assert refusal.value.code is Code.FIELD_INVALID


@pytest.mark.parametrize(("text", "code"), [("row = ", Code.FIELD_INVALID), (None, Code.FILE_UNREADABLE)])
def test_a_selectors_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str | None, code: Code) -> None:
    selectors = tmp_path / "s.toml"
    if text is not None:
        selectors.write_text(text, encoding="utf-8")
    with pytest.raises(AppError) as refusal:
        listed(tmp_path, "", "--selectors", str(selectors))
    assert refusal.value.code is code


def test_a_file_that_is_no_list_gets_a_record_with_the_reason(tmp_path: Path) -> None:
    assert listed(tmp_path, "<p>Không có gì</p>")["error"]["code"] == "unreadable"


@pytest.mark.thorough
@pytest.mark.skipif(not EXAM.is_dir(), reason="the captured pages are not here")
def test_captured_lists_reach_the_floors() -> None:
    lantoa = Path(sys.executable).with_name("lantoa")
    run = subprocess.run(  # noqa: S603 - our own program and the scorer
        [sys.executable, str(EXAM / "score.py"), "--lantoa", str(lantoa), "listings"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    figures = {name: float(value) for name, value in re.findall(r"^(\S+) ([\d.]+)", run.stdout, re.MULTILINE)}
    assert {name for name in figures if name.endswith("link_recall")}
    assert min(value for name, value in figures.items() if name.endswith("link_recall")) >= 0.99
    assert min(value for name, value in figures.items() if name.endswith("link_precision")) >= 0.98
