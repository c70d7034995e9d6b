"""Evidence on pages: sent as a plain form, seen by those in scope, taken away, removed with a reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import make
from tests.application import Api, Clock, application, make_deps
from tests.services.test_documents import word
from tests.services.test_evidence_files import encoded, half_and_half
from tests.web.browser import path_of
from tests.web.conftest import furnish
from tracker.domain.types import Role
from tracker.services import evidence_files
from tracker.store.tables.accounts import Consent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox import Sandbox
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office
    from tracker.store.db import Database

PICTURE = encoded(half_and_half(), "PNG")
TICKED = {"declared": "1", "agree": "1"}
SHARE = {"kind": "share", "channel": "zalo", "happened_on": "22/11/2026"}


@pytest.fixture
def sandbox(upload_sandbox: Sandbox) -> Sandbox:
    return upload_sandbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def office(sqlite_db: Database, sandbox: Sandbox, folder: Path) -> Iterator[Office]:
    clock, loop = Clock(), asyncio.new_event_loop()
    deps = make_deps(sqlite_db, clock, sandbox=sandbox, files=evidence_files.FileRoom(folder, sandbox))
    yield furnish(Api(application(deps), sqlite_db, clock, loop))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def send(browser: Browser, path: str, fields: dict[str, str], content: bytes = PICTURE, name: str = "anh.png") -> Shown:
    return browser.request("POST", path, data=fields, files={"file": (name, content)})


def filed(office: Office, browser: Browser, **fields: str) -> Shown:
    return browser.post("/claims", SHARE | {"article_id": str(office.article)} | fields)


def test_a_picture_comes_with_the_declaration_in_one_form(office: Office) -> None:
    browser = office.browser("member")
    form = browser.get(f"/claims/new?kind=share&article={office.article}").form("/claims")
    assert form["enctype"] == "multipart/form-data"
    field = form.select_one("input[type=file]")
    assert field is not None
    assert "image/png" in str(field["accept"])
    shown = send(browser, "/claims", SHARE | TICKED | {"article_id": str(office.article)})
    assert shown.status == 200
    assert path_of(shown.url) == f"/claims/{office.member}-1"
    picture = shown.soup.select_one("img")
    assert picture is not None
    assert picture["src"] == f"/evidence/{office.member}-1-1/small"
    assert picture["alt"] == "Ảnh minh chứng 1"
    with office.site.db.read() as tx:
        kinds = select(Consent.kind).where(Consent.member_id == office.member)
        assert "evidence" in tx.scalars(kinds)


def test_a_form_that_lacks_the_ticks_asks_for_them_and_files_nothing(office: Office, folder: Path) -> None:
    browser = office.browser("member")
    shown = send(browser, "/claims", SHARE | {"article_id": str(office.article)})
    assert shown.status == 422
    assert "Chọn lại tệp" in shown.words
    assert shown.form("/claims").select_one("#f-declared[aria-invalid=true]")
    assert shown.form("/claims").select_one("#f-agree[aria-invalid=true]")
    assert not folder.exists()
    assert browser.get(f"/claims/{office.member}-1").status == 404


def test_what_is_refused_is_told_in_the_form(office: Office, folder: Path) -> None:
    browser = office.browser("member")
    shown = send(browser, "/claims", {"kind": "authored", "title": "Bài", **TICKED}, word("TỐI MẬT"), "a.docx")
    assert shown.status == 422
    assert "Tệp có dấu hiệu chứa thông tin mật, hệ thống không tiếp nhận" in shown.words
    assert shown.form("/claims").select_one("input[name=title][value=Bài]")
    claim = path_of(filed(office, browser).url)
    shown = send(browser, f"{claim}/evidence", TICKED, b"<svg/>")
    assert shown.status == 415
    assert shown.soup.select_one("main details[open] input[type=file]")
    assert not folder.exists()


def test_a_file_is_added_later_looked_at_and_taken_away(office: Office, folder: Path) -> None:
    browser = office.browser("member")
    claim = path_of(filed(office, browser).url)
    assert send(browser, f"{claim}/evidence", {}, b"").status == 422
    shown = send(browser, f"{claim}/evidence", TICKED, name="<img src=x onerror=alert(1)>.png")
    assert "Đã đính kèm minh chứng" in shown.words
    assert "agree" not in {str(e.get("name")) for e in shown.form(f"{claim}/evidence").select("input")}
    large = browser.get(f"/evidence/{office.member}-1-1/view")
    assert "<img src=x onerror=alert(1)>.png" in large.words
    assert [str(i["src"]) for i in large.soup.select("img")] == [f"/evidence/{office.member}-1-1"]
    assert browser.get(f"/evidence/{office.member}-1-1").headers["content-disposition"].startswith("attachment")
    gone = browser.submit(large, f"/evidence/{office.member}-1-1/remove")
    assert "Đã xóa tệp" in gone.words
    assert not [p for p in folder.rglob("*") if p.is_file()]
    assert browser.get(f"/evidence/{office.member}-1-1/view").status == 404


def test_an_officer_sees_it_in_the_queue_and_removes_it_with_a_reason(office: Office) -> None:
    member, officer = office.browser("member"), office.browser("officer")
    claim = path_of(filed(office, member).url)
    send(member, f"{claim}/evidence", TICKED)
    where = f"/evidence/{office.member}-1-1"
    assert officer.get("/review").soup.select_one(f"img[src='{where}/small'][loading=lazy]")
    assert officer.get(f"{where}/small").headers["content-type"] == "image/jpeg"
    large = officer.get(f"{where}/view")
    assert officer.submit(large, f"{where}/purge", reason=" ").status == 422
    assert "Đã xóa tệp" in officer.submit(large, f"{where}/purge", reason="Có người ngoài").words
    assert "Có người ngoài" in member.get(claim).words


def test_the_auditor_sees_and_changes_nothing(office: Office) -> None:
    member, auditor = office.browser("member"), office.browser("auditor")
    claim = path_of(filed(office, member).url)
    send(member, f"{claim}/evidence", TICKED)
    where = f"/evidence/{office.member}-1-1"
    shown = auditor.get(f"{where}/view")
    assert shown.status == 200
    assert not shown.soup.select("main form")
    assert send(auditor, f"{claim}/evidence", TICKED).status == 403
    assert auditor.post(f"{where}/purge", {"reason": "x"}).status == 403


def test_it_is_not_there_for_others(office: Office) -> None:
    member = office.browser("member")
    claim = path_of(filed(office, member).url)
    send(member, f"{claim}/evidence", TICKED)
    with office.site.db.write() as tx:
        other = make.member(tx, office.branch, "002", "Trần Thị Bình")
        office.viewers["other"] = make.account(tx, "binh", Role.MEMBER, member_id=other)
    browser = office.browser("other")
    for path in ("", "/small", "/view"):
        assert browser.get(f"/evidence/{office.member}-1-1{path}").status == 404
    assert send(browser, f"{claim}/evidence", TICKED).status == 404
    assert browser.post(f"/evidence/{office.member}-1-1/remove", {}).status == 404
