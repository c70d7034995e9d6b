"""Spreadsheets in, by command and by API: results row by row, twice the same, dry, partial, undone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.e2e.outside import good, has, named, problem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.outside


def _send(outside: Outside, what: str, name: str, content: bytes, **fields: str) -> Any:
    return outside.admin.ask("POST", f"/imports/{what}", files={"file": (name, content)}, data=fields)


def _units(outside: Outside, *more: str) -> tuple[str, bytes]:
    code = outside.name("NK")
    rows = ["code,name,kind,parent_code,valid_from", f"{code},Đảng uỷ {code},đảng bộ,,2024-01-01"]
    rows += [f"{code}-{n},Chi bộ {n},chi bộ,{code},01/02/2024" for n in range(1, 4)]
    return code, "\n".join([*rows, *(line.replace("CODE", code) for line in more)]).encode()


def _statuses(told: Any) -> list[str]:
    return [row["status"] for row in told["rows"]]


def test_units_come_in_and_again_change_nothing(outside: Outside, tmp_path: Path) -> None:
    code, content = _units(outside)
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    first = outside.lantoa("import", "units", str(file), "--json").ok().json()
    named(first, "id", "applied", "rows", "totals")
    assert (first["applied"], _statuses(first)) == (True, ["new"] * 4)
    for row in first["rows"]:
        assert set(row) >= {"row", "status", "code", "words"}
    assert first["totals"]["new"] == 4
    again = outside.lantoa("import", "units", str(file), "--json").ok().json()
    assert _statuses(again) == ["same"] * 4
    assert _statuses(good_json(_send(outside, "units", "units.csv", content))) == ["same"] * 4
    units = {u["code"]: u for u in outside.admin.pages("/units", limit=100) if u["code"].startswith(code)}
    assert len(units) == 4
    assert units[f"{code}-1"]["parent_id"] == units[code]["id"]
    assert units[f"{code}-1"]["valid_from"] == "2024-02-01"


def good_json(answer: Any) -> Any:
    return good(answer, answer.status_code if answer.status_code in {200, 201} else 201)


def test_a_dry_run_writes_nothing(outside: Outside, tmp_path: Path) -> None:
    code, content = _units(outside)
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    dry = outside.lantoa("import", "units", str(file), "--dry-run", "--json").ok().json()
    assert (dry["applied"], _statuses(dry)) == (False, ["new"] * 4)
    by_api = good_json(_send(outside, "units", "units.csv", content, dry_run="true"))
    assert (by_api["applied"], _statuses(by_api)) == (False, ["new"] * 4)
    assert [u for u in outside.admin.pages("/units", limit=100) if u["code"].startswith(code)] == []


def test_one_bad_row_refuses_all_unless_partial(outside: Outside, tmp_path: Path) -> None:
    _, content = _units(outside, "CODE-9,,chi bộ,CODE,2024-01-01", "CODE-8,Chi bộ 8,chi bộ,KHONG-CO,2024-01-01")
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    done = outside.lantoa("import", "units", str(file), "--json")
    assert done.code == 1
    assert "Traceback" not in done.err
    told = done.json()
    assert told["applied"] is False
    assert _statuses(told).count("refused") == 2
    refused = [row for row in told["rows"] if row["status"] == "refused"]
    assert all(row["code"] and row["words"] for row in refused)
    assert [row["row"] for row in refused] == [6, 7]
    assert [line for line in done.err.splitlines() if line.startswith("error: ")]
    outside.lantoa("import", "units", str(file), "--dry-run").ok()
    part = outside.lantoa("import", "units", str(file), "--partial", "--json").ok().json()
    assert (part["applied"], _statuses(part).count("new"), _statuses(part).count("refused")) == (True, 4, 2)


def test_an_import_is_listed_and_undone(outside: Outside) -> None:
    code, content = _units(outside)
    made = good_json(_send(outside, "units", "units.csv", content))
    listed = outside.admin.pages("/imports", limit=3)
    assert made["id"] in [i["id"] for i in listed]
    outside.lantoa("import", "undo", str(made["id"])).ok()
    assert [u for u in outside.admin.pages("/units", limit=100) if u["code"].startswith(code)] == []
    outside.lantoa("import", "undo", str(made["id"])).refused("import.undone")
    problem(outside.admin.ask("POST", f"/imports/{made['id']}/undo"), 409, "import.undone")
    problem(outside.admin.ask("POST", "/imports/999999/undo"), 404)
    outside.lantoa("import", "undo", "999999").refused("thing.not_found")


def test_members_come_with_vietnamese_headings_title_and_foot_rows(outside: Outside) -> None:
    unit = outside.unit()
    number = outside.name("")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH ĐẢNG VIÊN"])
    sheet.append([])
    sheet.append(["Họ và tên", "Mã đảng viên", "Mã chi bộ", "Ngày vào chi bộ"])
    sheet.append(["Trần Thị Bưởi", f"MB{number}1", unit["code"], "03/02/2021"])
    sheet.append(["Lê Văn Cam", f"MB{number}2", unit["code"], "2022-05-01"])
    sheet.append(["Tổng", None, None, 2])
    kept = BytesIO()
    book.save(kept)
    told = good_json(_send(outside, "members", "đảng viên.xlsx", kept.getvalue()))
    assert _statuses(told) == ["new", "new"]
    found = outside.admin.get(f"/members?unit={unit['id']}")["items"]
    assert [(m["full_name"], m["since"]) for m in found] == [
        ("Trần Thị Bưởi", "2021-02-03"),
        ("Lê Văn Cam", "2022-05-01"),
    ]
    assert _statuses(good_json(_send(outside, "members", "đảng viên.xlsx", kept.getvalue()))) == ["same", "same"]


def test_a_column_of_national_ids_is_left_out_and_said_so(outside: Outside) -> None:
    unit = outside.unit()
    code = outside.name("CC")
    head = "code,full_name,unit_code,since,CCCD\n"
    told = good_json(
        _send(outside, "members", "a.csv", f"{head}{code},Nguyễn An,{unit['code']},2020-01-01,012345678901\n".encode())
    )
    assert _statuses(told) == ["new"]
    assert "CCCD" in str(told)
    assert "012345678901" not in str(told)
    only = f"CCCD,full_name,unit_code,since\n012345678901,Nguyễn An,{unit['code']},2020-01-01\n"
    problem(_send(outside, "members", "a.csv", only.encode()), 422, "import.national_id")


def test_past_claims_keep_their_state_and_need_no_consent(outside: Outside) -> None:
    unit = outside.unit()
    member = outside.member(unit)
    url = f"https://nhandan.vn/bai-{outside.name('x')}-post700001.html"
    rows = [
        "member_code,kind,url,article_url,title,channel,happened_on,topics,lesson,slot,reach,engagements,state",
        f"{member['code']},share,,{url},Bài cũ,facebook,15/03/2024,Chuyển đổi số,,,2.261,12,accepted",
        f"{member['code']},authored,{url}x,,Bài viết,,2024-04-01,,,,,,pending",
    ]
    content = "\n".join(rows).encode()
    told = good_json(_send(outside, "claims", "claims.csv", content))
    assert _statuses(told) == ["new", "new"]
    claims = outside.admin.get(f"/claims?member={member['id']}&period=2024")["items"]
    by_kind = {c["kind"]: c for c in claims}
    has(by_kind["share"], state="accepted", happened_on="2024-03-15", topics=["Chuyển đổi số"], channel="facebook")
    figures = {f["measure"]: f for f in by_kind["share"]["figures"]}
    has(figures["reach"], grade="C", value=2261)
    has(figures["engagements"], grade="C", value=12)
    has(by_kind["authored"], state="pending")
    assert _statuses(good_json(_send(outside, "claims", "claims.csv", content))) == ["same", "same"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\x00\xff\xfe"),
        ("a.csv", b"nothing,here\n1,2\n"),
        ("a.xlsx", b"PK\x03\x04 no workbook"),
        ("a.xlsx", b""),
        ("a.exe", b"MZ"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(outside: Outside, tmp_path: Path, name: str, content: bytes) -> None:
    problem(_send(outside, "units", name, content), 422)
    file = tmp_path / name
    file.write_bytes(content)
    done = outside.lantoa("import", "units", str(file), "--json")
    assert done.code == 1, done
    assert "Traceback" not in done.err, done
    assert [line for line in done.err.splitlines() if line.startswith("error: import.")], done


def test_a_form_without_a_file_is_422(outside: Outside) -> None:
    problem(outside.admin.ask("POST", "/imports/units", data={"dry_run": "true"}), 422)
    problem(outside.admin.ask("POST", "/imports/units", {"file": "x"}), 422)
    _, content = _units(outside)
    problem(_send(outside, "units", "units.csv", content, dry_run="perhaps"), 422)
    problem(_send(outside, "nothing", "units.csv", content), 404)
    outside.lantoa("import", "nothing", "x.csv").misused()


def test_a_key_imports_once(outside: Outside) -> None:
    _, content = _units(outside)
    key = {"Idempotency-Key": outside.name("k")}
    sent = {"files": {"file": ("units.csv", content)}, "headers": key}
    first, again = (outside.admin.ask("POST", "/imports/units", **sent) for _ in range(2))
    assert good_json(first) == good_json(again)
    other = {"files": {"file": ("units.csv", content + b"\n")}, "headers": key}
    problem(outside.admin.ask("POST", "/imports/units", **other), 422, "idempotency.mismatch")
