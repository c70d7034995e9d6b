"""Followed links under `kill -9`: at most a second's worth of counts is lost, and nothing of a reader is ever written.

Through a real server: what stands in the data folder, the database and the log is searched for readers' addresses.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import ipaddress
import itertools
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests import make
from tests.faults.installation import PASSWORD, Installation
from tests.postgres import drop_database, new_database
from tracker.domain.types import ArticleId, Channel, Role
from tracker.services import links
from tracker.store.tables.links import LinkDay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.store.db import Database

pytestmark = pytest.mark.faults

KILLS = 5
LOST_AT_MOST_S = 1.0  # docs/settings.md: what a kill -9 may cost
BURST_S = 2.5
READERS = ("113.160.77.88", "203.0.113.254", "2001:db8:5a5a:77::1234")
AGENT = "Mozilla/5.0 (Linux; Android 10; MARKEDREADER) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    if server is not None:
        made.database_url = new_database(server, f"clicks_{made.port}")
    made.migrate()
    yield made
    made.kill()
    if server is not None:
        drop_database(server, f"clicks_{made.port}")


@contextlib.contextmanager
def database(home: Installation) -> Iterator[Database]:
    db = home.open_database()
    try:
        yield db
    finally:
        db.close()


def make_link(home: Installation) -> str:
    with database(home) as db, db.write() as tx:
        unit = make.unit(tx, "CB")
        member = make.member(tx, unit, "DV1")
        viewer = make.account(tx, "lan", Role.MEMBER, member_id=member)
        article = ArticleId(make.article(tx))
        given = links.get_link(
            tx, viewer, article, Channel.ZALO, secret=PASSWORD.encode(), now=make.NOW, today=make.NOW.date()
        )
        return given.link.slug


def counted(home: Installation) -> int:
    with database(home) as db, db.read() as tx:
        return int(tx.scalar(select(func.coalesce(func.sum(LinkDay.request_count), 0))))


def follow(home: Installation, slug: str, for_s: float) -> list[float]:
    """Follow a link without pause; give when each redirect was answered, on the monotonic clock."""
    answered: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=10)
    for reader in itertools.cycle(READERS):
        if answered and answered[-1] - answered[0] > for_s:
            break
        connection.request("GET", f"/s/{slug}", headers={"User-Agent": AGENT, "X-Forwarded-For": reader})
        response = connection.getresponse()
        response.read()
        assert response.status == 302
        answered.append(time.monotonic())
    connection.close()
    return answered


def test_a_kill_costs_at_most_the_last_second_and_a_stop_nothing(installation: Installation) -> None:
    home, slug = installation, make_link(installation)
    before = lost = 0
    for _ in range(KILLS):
        home.start()
        answered = follow(home, slug, BURST_S)
        home.kill()
        now = counted(home)
        in_last_second = sum(at > answered[-1] - LOST_AT_MOST_S for at in answered)
        assert in_last_second < len(answered)
        assert len(answered) - (now - before) <= in_last_second
        lost += len(answered) - (now - before)
        before = now
    assert lost, "no kill fell before a count was written: nothing was tried"
    home.start()
    answered = follow(home, slug, BURST_S)
    home.stop()
    assert counted(home) - before == len(answered)


def forms(reader: str) -> list[bytes]:
    """Give an address as it might be hidden: as text, packed, hex, base64 and base64 of the text."""
    packed = ipaddress.ip_address(reader).packed
    spelled = [reader.encode(), packed, packed[::-1], packed.hex().encode(), packed.hex().upper().encode()]
    wrapped = [base64.b64encode(told).rstrip(b"=") for told in (packed, reader.encode())]
    return [*spelled, *wrapped, *(base64.urlsafe_b64encode(told).rstrip(b"=") for told in (packed, reader.encode()))]


def everything_kept(home: Installation) -> dict[str, bytes]:
    """Give all that stands after a run: the files of the folder, and a dump where the database is elsewhere."""
    found = {str(path): path.read_bytes() for path in home.folder.rglob("*") if path.is_file()}
    found["log"] = home.said.encode()
    if home.database_url is not None:
        with database(home) as db, db.read() as tx:
            for name in _tables(tx):
                found[name] = str(tx.connection.exec_driver_sql(f"SELECT * FROM {name}").all()).encode()  # noqa: S608 - our own names
    return found


def _tables(tx: Any) -> list[str]:
    told = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return [row[0] for row in tx.connection.exec_driver_sql(told)]


def test_no_address_and_no_agent_of_a_reader_is_ever_written(installation: Installation) -> None:
    home, slug = installation, make_link(installation)
    home.settings["LANTOA_TRUSTED_PROXIES"] = "127.0.0.1"
    home.start()
    answered = follow(home, slug, BURST_S)
    home.stop()
    assert counted(home) == len(answered)
    kept = everything_kept(home)
    assert any(slug.encode() in body for body in kept.values())
    for name, body in kept.items():
        assert b"MARKEDREADER" not in body, name
        for reader in READERS:
            assert [form for form in forms(reader) if form in body] == [], (name, reader)
