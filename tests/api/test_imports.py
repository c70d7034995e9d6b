"""Imports over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import make
from tracker.domain.types import Role
from tracker.services.imports import run
from tracker.services.imports.columns import What

if TYPE_CHECKING:
    from tests.api.conftest import Api, Caller

FILE = "mã,tên tổ chức đảng\n01,Đảng ủy xã\n02,Chi bộ 2\n"


@pytest.fixture
def admin(api: Api) -> Caller:
    with api.db.write() as tx:
        viewer = make.account(tx, "admin", Role.ADMIN)
    return api.as_viewer(viewer)


def send(caller: Caller, what: str, text: str, headers: dict[str, str] | None = None, **fields: str) -> Any:
    files = {"file": (f"{what}.csv", text.encode(), "text/csv")}
    return caller.post(f"/imports/{what}", files=files, data=fields, headers=headers or {})


def test_a_file_is_imported_listed_read_and_taken_back(admin: Caller) -> None:
    answer = send(admin, "units", FILE)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["applied"], told["totals"]) == (True, {"new": 2, "changed": 0, "same": 0, "refused": 0})
    assert told["rows"][0] == {"row": 2, "status": "new", "code": None, "key": "01", "words": "Thêm mới"}
    listed = admin.get("/imports").json()["items"]
    assert [(i["id"], i["what"], i["file_name"], i["undone_at"]) for i in listed] == [
        (told["id"], "units", "units.csv", None)
    ]
    assert admin.get(f"/imports/{told['id']}").json()["rows"] == told["rows"]
    undone = admin.post(f"/imports/{told['id']}/undo")
    assert (undone.status_code, undone.json()["undone_at"]) == (200, "2026-11-22T03:00:00Z")
    assert admin.get("/units").json()["items"] == []
    assert admin.post(f"/imports/{told['id']}/undo").json()["code"] == "import.undone"
    assert admin.post("/imports/99/undo").status_code == 404


def test_a_dry_run_and_a_refused_file_create_nothing(admin: Caller) -> None:
    tried = send(admin, "units", FILE, dry_run="true")
    assert (tried.status_code, tried.json()["id"], tried.json()["applied"]) == (200, None, False)
    refused = send(admin, "units", FILE + ",không mã\n")
    assert (refused.status_code, refused.json()["applied"]) == (200, False)
    assert refused.json()["rows"][2]["code"] == "field.invalid"
    assert admin.get("/units").json()["items"] == []
    part = send(admin, "units", FILE + ",không mã\n", partial="1")
    assert (part.status_code, part.json()["applied"]) == (201, True)
    assert len(admin.get("/units").json()["items"]) == 2


def test_words_are_said_in_the_callers_language(admin: Caller) -> None:
    told = send(admin, "units", FILE, headers={"Accept-Language": "en"}).json()
    assert told["rows"][0]["words"] == "Added"


def test_one_key_belongs_to_one_file(admin: Caller) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = send(admin, "units", FILE, headers=key), send(admin, "units", FILE, headers=key)
    assert first.json() == again.json()
    other = send(admin, "units", "mã,tên\n03,Chi bộ 3\n", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")


def test_what_is_no_import_is_refused(api: Api, admin: Caller) -> None:
    assert send(admin, "feeds", FILE).status_code == 404
    assert admin.post("/imports/units", data={"dry_run": "1"}).status_code == 422
    assert send(admin, "units", "tên\nx\n").json()["code"] == "import.columns"
    assert send(admin, "members", "Họ và tên,CCCD,mã chi bộ\nx,1,2\n").json()["code"] == "import.national_id"
    assert send(admin, "units", FILE, dry_run="maybe").json()["code"] == "field.invalid"
    with api.db.write() as tx:
        officer = make.account(tx, "o", Role.OFFICER, unit_id=make.unit(tx, "A"))
    assert send(api.as_viewer(officer), "units", FILE).status_code == 403
    assert send(api.anyone, "units", FILE).status_code == 401


def test_an_officer_gets_and_takes_back_their_own_import_of_posts_and_nothing_else(api: Api, admin: Caller) -> None:
    with api.db.write() as tx:
        viewer = make.account(tx, "o", Role.OFFICER, unit_id=make.unit(tx, "A"))
    text = "ngày đăng,trang nhóm,mạng xã hội,tiêu đề,mã đơn vị\n05/01/2026,Trang Đoàn,Facebook,Tin,A\n"
    sheet = run.open_sheet(What.POSTS, "posts.csv", text.encode(), None)
    with api.db.write() as tx:
        run.run(tx, viewer, sheet, dry_run=False, partial=False, now=api.clock.now, today=make.TODAY)
    send(admin, "units", FILE)
    officer = api.as_viewer(viewer)
    assert officer.get("/imports").status_code == 403
    assert officer.get("/imports/1").json()["rows"][0]["status"] == "new"
    for path in ("/imports/2", "/imports/99"):
        assert officer.get(path).status_code == 404
        assert officer.post(f"{path}/undo").status_code == 404
    assert officer.post("/imports/1/undo").json()["undone_at"] is not None
    assert officer.get("/channels/posts").json()["items"] == []
