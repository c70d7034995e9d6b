"""Evidence through the API: added, downloaded, taken away, purged, as scripts rely on it."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.application import Api, Clock, application, make_deps
from tests.services.claims_house import ClaimsHouse, build
from tests.services.test_documents import word
from tests.services.test_evidence_files import encoded, half_and_half
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.services import evidence_files
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from sandbox import Sandbox
    from tests.application import Caller
    from tracker.store.db import Database

PICTURE = encoded(half_and_half(), "PNG")


@pytest.fixture
def sandbox(upload_sandbox: Sandbox) -> Sandbox:
    return upload_sandbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def api(db: Database, sandbox: Sandbox, folder: Path) -> Iterator[Api]:
    clock, loop = Clock(), asyncio.new_event_loop()
    deps = make_deps(db, clock, sandbox=sandbox, files=evidence_files.FileRoom(folder, sandbox))
    yield Api(application(deps), db, clock, loop)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture
def house(api: Api) -> ClaimsHouse:
    return build(api.db)


def send(
    caller: Caller, claim_id: object, content: bytes = PICTURE, name: str = "a.png", **more: Any
) -> httpx.Response:
    return caller.post(f"/claims/{claim_id}/evidence", files={"file": (name, content)}, **more)


def kept(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_file_is_added_and_listed_beside_its_claim(api: Api, house: ClaimsHouse) -> None:
    claim_id, an = house.file(house.as_an), api.as_viewer(house.as_an)
    answer = send(an, claim_id)
    assert answer.status_code == 201
    added = answer.json()
    assert added == added | {"id": f"{claim_id}-1", "kind": "picture"}
    assert added["bytes"] > 0
    assert answer.headers["etag"] == '"1"'
    claim = an.get(f"/claims/{claim_id}").json()
    assert claim["evidence"] == [{"id": added["id"], "kind": "picture", "bytes": added["bytes"]}]
    assert "evidence.none" not in [c["code"] for c in claim["checks"]]


def test_a_file_leaves_the_house_only_as_a_download_that_nothing_runs(api: Api, house: ClaimsHouse) -> None:
    an = api.as_viewer(house.as_an)
    added = send(an, house.file(house.as_an), name='../../x"\r\nSet-Cookie: a=b;.png').json()
    answer = an.get(f"/evidence/{added['id']}")
    assert answer.status_code == 200
    assert len(answer.content) == added["bytes"]
    headers = answer.headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["content-disposition"] == f'attachment; filename="evidence-{added["id"]}.jpg"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers


def test_it_is_seen_in_scope_only_and_each_look_of_others_is_logged(api: Api, house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    path = f"/evidence/{send(api.as_viewer(house.as_an), claim_id).json()['id']}"
    for viewer in (house.stranger, house.as_binh):
        assert refusal(api.as_viewer(viewer).get(path)) == (404, "thing.not_found")
        assert refusal(send(api.as_viewer(viewer), claim_id)) == (404, "thing.not_found")
    assert refusal(api.anyone.get(path)) == (401, "session.missing")
    assert refusal(send(api.anyone, claim_id)) == (401, "session.missing")
    assert refusal(send(api.as_viewer(house.auditor), claim_id)) == (403, "right.missing")
    seen = (house.officer, house.admin, house.auditor, house.as_an)
    assert [api.as_viewer(viewer).get(path).status_code for viewer in seen] == [200] * 4
    with api.db.read() as tx:
        reads = select(AuditEvent.actor_id).where(AuditEvent.action == "evidence.read")
        assert sorted(tx.scalars(reads)) == sorted(v.account_id for v in seen[:3])


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", 415, "evidence.type"),
        (b"GIF89a<script>alert(1)</script>", "a.png", 415, "evidence.type"),
        (b"%PDF-1.4 not really", "a.png", 415, "evidence.type"),
        (b"", "a.png", 415, "evidence.type"),
        (bytes(11 << 20), "a.png", 413, "evidence.size"),
        (bytes(26 << 20), "a.png", 413, "evidence.size"),
        (encoded(half_and_half(), "GIF"), "a.png", 415, "evidence.type"),
    ],
)
def test_what_is_no_evidence_is_refused_and_not_kept(
    api: Api, house: ClaimsHouse, folder: Path, content: bytes, name: str, status: int, code: str
) -> None:
    answer = send(api.as_viewer(house.as_an), house.file(house.as_an), content, name)
    assert refusal(answer) == (status, code)
    assert kept(folder) == []


def test_a_file_with_a_secrecy_marking_is_refused_and_nothing_is_stored(
    api: Api, house: ClaimsHouse, folder: Path
) -> None:
    """004-60: a file whose text has the stamp «TỐI MẬT» is refused, nothing is stored."""
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài nội bộ"))
    an = api.as_viewer(house.as_an)
    for content, name in ((word("BÁO CÁO", "TỐI MẬT"), "a.docx"), ("Độ mật: Mật\n".encode(), "a.txt")):
        assert refusal(send(an, claim_id, content, name)) == (422, "evidence.secret")
    assert kept(folder) == []
    assert an.get(f"/claims/{claim_id}").json()["evidence"] == []
    answer = send(an, claim_id, word("TUYÊN TRUYỀN LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC"), "a.docx")
    assert (answer.status_code, answer.json()["kind"]) == (201, "document")


def test_a_form_without_a_file_is_refused(api: Api, house: ClaimsHouse) -> None:
    an, claim_id = api.as_viewer(house.as_an), house.file(house.as_an)
    assert refusal(an.post(f"/claims/{claim_id}/evidence", data={"file": "x"})) == (422, "body.invalid")
    assert refusal(an.post(f"/claims/{claim_id}/evidence", json={"file": "x"})) == (422, "body.invalid")


def test_the_same_request_twice_is_one_file(api: Api, house: ClaimsHouse, folder: Path) -> None:
    an, claim_id, key = api.as_viewer(house.as_an), house.file(house.as_an), {"Idempotency-Key": "k"}
    first, again = (send(an, claim_id, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert len(kept(folder)) == 2  # the picture and its thumbnail
    other = send(an, claim_id, encoded(half_and_half(90), "PNG"), headers=key)
    assert refusal(other) == (422, "idempotency.mismatch")
    assert len(kept(folder)) == 2


def test_a_member_takes_a_file_away_with_its_tag(api: Api, house: ClaimsHouse, folder: Path) -> None:
    an = api.as_viewer(house.as_an)
    path = f"/evidence/{send(an, house.file(house.as_an)).json()['id']}"
    assert refusal(an.delete(path)) == (428, "etag.missing")
    assert refusal(an.delete(path, headers={"If-Match": '"9"'})) == (412, "etag.stale")
    assert refusal(api.as_viewer(house.as_binh).delete(path)) == (404, "thing.not_found")
    assert an.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    assert refusal(an.get(path)) == (404, "thing.not_found")
    assert kept(folder) == []


def test_an_officer_purges_with_a_reason(api: Api, house: ClaimsHouse, folder: Path) -> None:
    claim_id = house.file(house.as_an)
    path = f"/evidence/{send(api.as_viewer(house.as_an), claim_id).json()['id']}"
    officer = api.as_viewer(house.officer)
    assert refusal(officer.post(f"{path}/purge", json={"reason": ""}))[0] == 422
    assert refusal(api.as_viewer(house.as_an).post(f"{path}/purge", json={"reason": "a"})) == (403, "right.missing")
    assert officer.post(f"{path}/purge", json={"reason": "Có người ngoài"}).status_code == 200
    assert refusal(officer.get(path)) == (404, "thing.not_found")
    assert kept(folder) == []


@pytest.mark.parametrize("key", ["1-1", "a", "1-1-0", "999999-1-1", "1-1-1x", "%00", "1-1-9999999999"])
def test_what_names_no_file_is_not_found(api: Api, house: ClaimsHouse, key: str) -> None:
    assert refusal(api.as_viewer(house.admin).get(f"/evidence/{key}")) == (404, "thing.not_found")


def test_a_closed_period_takes_no_file_from_the_member(api: Api, house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.close(house.branch, "2026-11", "2026-11-01", "2026-12-01")
    api.clock.now += dt.timedelta(days=10)
    assert refusal(send(api.as_viewer(house.as_an), claim_id)) == (409, "period.closed")
    assert send(api.as_viewer(house.officer), claim_id).status_code == 201
