"""`kill -9` during uploads: what was acknowledged is there whole, and what was cut off leaves nothing for an hour."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random  # noqa: TID251 - seeded, to spread the moments of the kills
from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.faults.installation import PASSWORD, Installation
from tests.services.test_evidence_files import encoded, half_and_half
from tracker.services import evidence, evidence_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.faults

KILLS = 40
LONGEST_S = 0.15
SOONER = 0.9
TRIES = 2
BOUNDARY = "lantoa-upload"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    made.migrate()
    made.lantoa("admin", "create", "--login", "admin", "--password-stdin", told=f"{PASSWORD}\n")
    made.start()
    yield made
    made.kill()


def _claims(home: Installation, count: int) -> list[str]:
    """Make a member who consents, and let them declare shares."""
    home.sign_in("admin")
    unit = home.ask("POST", "/units", {"code": "CB", "name": "Chi bộ", "valid_from": "2020-01-01"}).body
    person = {"code": "DV1", "full_name": "Lê Thị Lan", "unit_id": unit["id"], "since": "2020-01-01"}
    member = home.ask("POST", "/members", person).body
    account = {"login": "lan", "password": PASSWORD, "role": "member", "member_id": member["id"]}
    assert home.ask("POST", "/accounts", account).status == 201
    home.sign_in("lan")
    for kind, version in (("processing", 2), ("conduct", 1)):
        assert home.ask("POST", "/me/consents", {"kind": kind, "version": version}).status == 201
    found = []
    for n in range(count):
        share = {"kind": "share", "article_url": f"https://nhandan.vn/bai-post{800000 + n}.html", "channel": "zalo"}
        found.append(str(home.ask("POST", "/claims", share).body["id"]))
    return found


def _form(content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _kept(home: Installation) -> list[Path]:
    return [p for p in (home.folder / "data" / "evidence").rglob("*") if p.is_file()]


def test_every_acknowledged_file_is_there_and_no_orphan_stays(home: Installation) -> None:
    claims = _claims(home, KILLS // 8)
    chance = random.Random(20261122)  # noqa: S311 - spreads the moments of the kills
    acknowledged: dict[str, str] = {}
    between, longest_s = 0, LONGEST_S
    for n in range(KILLS * TRIES):
        if n >= KILLS and between * 2 >= KILLS:
            break
        body = _form(encoded(half_and_half(200 + n, 100), "PNG"))
        path, key = f"/claims/{claims[n % len(claims)]}/evidence", f"k{n}"
        answer = home.upload_and_kill(path, body, BOUNDARY, chance.uniform(0, longest_s), Idempotency_Key=key)
        between += answer.status == 0
        longest_s *= SOONER if answer.status else 1  # a quick machine had answered by then
        home.start()
        again = home.upload(path, body, BOUNDARY, Idempotency_Key=key)
        assert again.status == 201, again
        if answer.status:
            assert answer.status == 201
            assert answer.body["id"] == again.body["id"]
        acknowledged[again.body["id"]] = again.body["sha256"]
    assert len(acknowledged) >= KILLS
    assert between * 2 >= KILLS, f"only {between} kills fell between a request and its answer: nothing was tried"
    for evidence_id, sha256 in acknowledged.items():
        assert hashlib.sha256(home.download(f"/evidence/{evidence_id}")).hexdigest() == sha256
    listed = [e["id"] for c in claims for e in home.ask("GET", f"/claims/{c}").body["evidence"]]
    assert sorted(listed) == sorted(acknowledged)
    home.stop()
    assert home.lantoa("verify").returncode == 0
    _sweep_after_an_hour(home)
    assert len(_kept(home)) == 2 * len(acknowledged)  # each picture and its thumbnail, and nothing else


def _sweep_after_an_hour(home: Installation) -> None:
    """Age all files by an hour and let the worker's sweep run."""
    now = dt.datetime.fromtimestamp(max(p.stat().st_mtime for p in _kept(home)), dt.UTC)
    for path in _kept(home):
        os.utime(path, (now.timestamp() - 3600, now.timestamp() - 3600))
    db = home.open_database()
    with Sandbox(tasks=evidence_files.UPLOAD_TASKS) as sandbox:
        evidence.sweep(db, evidence_files.FileRoom(home.folder / "data" / "evidence", sandbox), now=now)
    db.close()
