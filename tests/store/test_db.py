"""The traps of both databases, closed."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.postgres import drop_database, new_database
from tracker.domain.errors import AppError, Code
from tracker.migrations.upgrade import check, migrate
from tracker.store import audit
from tracker.store.db import Database
from tracker.store.tables.operations import AuditEvent, Job, OrganisationSetting

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
HANOI = dt.timezone(dt.timedelta(hours=7))


def _put(db: Database, name: str, value: object, at: dt.datetime = NOW) -> None:
    with db.write() as tx:
        tx.execute(tx.insert(OrganisationSetting), {"name": name, "value": value, "changed_at": at})


def _get(db: Database, name: str) -> tuple[object, dt.datetime]:
    with db.read() as tx:
        row = tx.first(
            select(OrganisationSetting.value, OrganisationSetting.changed_at).where(OrganisationSetting.name == name)
        )
    assert row is not None
    return row.value, row.changed_at


def test_an_instant_comes_back_as_the_same_aware_instant(db: Database) -> None:
    local = dt.datetime(2026, 2, 1, 0, 30, tzinfo=HANOI)
    _put(db, "a", 1, at=local)
    assert _get(db, "a")[1] == local
    assert _get(db, "a")[1].utcoffset() == dt.timedelta(0)


def test_a_naive_time_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="naive"):
        _put(db, "a", 1, at=dt.datetime(2026, 2, 1, 0, 30))  # noqa: DTZ001 - the mistake under test


def test_nul_and_lone_surrogates_do_not_reach_the_database(db: Database) -> None:
    _put(db, "a", {"words": "a\x00b\ud800c", "list": ["\x00"]})
    assert _get(db, "a")[0] == {"words": "abc", "list": [""]}


def test_no_update_is_lost_between_threads_that_read_then_write(db: Database) -> None:
    _put(db, "n", 0)

    def add(times: int) -> None:
        for _ in range(times):
            with db.write() as tx:
                tx.lock("n")
                value = tx.scalar(select(OrganisationSetting.value).where(OrganisationSetting.name == "n"))
                tx.execute(update(OrganisationSetting).values(value=value + 1).where(OrganisationSetting.name == "n"))

    threads = [threading.Thread(target=add, args=(20,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _get(db, "n")[0] == 80


def test_a_transaction_that_raises_leaves_nothing(db: Database) -> None:
    def fail() -> None:
        with db.write() as tx:
            tx.execute(tx.insert(OrganisationSetting), {"name": "a", "value": 1, "changed_at": NOW})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.read() as tx:
        assert "a" not in tx.scalars(select(OrganisationSetting.name))


def test_a_reader_sees_one_snapshot(db: Database) -> None:
    _put(db, "a", 1)
    with db.read() as tx:
        before = tx.scalars(select(OrganisationSetting.name))
        _put(db, "b", 2)
        assert tx.scalars(select(OrganisationSetting.name)) == before


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_three_migrators_at_once_do_the_work_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server: str = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    url = new_database(server, "three_migrators") if server else f"sqlite:///{tmp_path / 'new.db'}"
    worked: list[bool] = []

    def work() -> None:
        db = Database(url)
        worked.append(migrate(db))
        db.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if server:
        drop_database(server, "three_migrators")
    assert sorted(worked) == [False, False, True]


def test_an_empty_database_is_behind_and_a_newer_one_is_refused(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(AppError) as behind:
        check(db)
    assert behind.value.code is Code.DATABASE_BEHIND
    migrate(db)
    with db.write() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(AppError) as newer:
        migrate(db)
    assert newer.value.code is Code.DATABASE_NEWER
    db.close()


def test_a_database_that_cannot_be_reached_is_a_refusal() -> None:
    db = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(AppError) as refused, db.read():
        pass
    assert refused.value.code is Code.DATABASE_UNREACHABLE


def test_the_migrated_schema_is_the_one_the_code_declares(db: Database) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only this test compares
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    from tracker.store.tables import Base  # noqa: PLC0415

    with db.engine.connect() as connection:
        options = {"include_name": lambda name, *_: "article_search" not in str(name) and name != "ix_articles_search"}
        context = MigrationContext.configure(connection, opts=options)  # the index of words is no table or column
        assert compare_metadata(context, Base.metadata) == []


def test_an_altered_audit_event_is_named(db: Database) -> None:
    with db.write() as tx:
        for n in range(5):
            audit.record(tx, at=NOW, actor=None, action="claim.review", subject=f"1-{n}", state="accepted")
        assert audit.seal(tx, now=NOW) == 5
        assert audit.find_break(tx) is None
        tx.execute(update(AuditEvent).values(facts={"state": "rejected"}).where(AuditEvent.event_id == 3))
    with db.read() as tx:
        assert audit.find_break(tx) == 3


def test_an_event_marked_as_sealed_that_never_was_is_told(db: Database) -> None:
    with db.write() as tx:
        for n in range(3):
            audit.record(tx, at=NOW, actor=None, action="claim.review", subject=f"1-{n}", state="accepted")
        tx.execute(update(AuditEvent).values(sealed=True).where(AuditEvent.event_id == 2))
        assert audit.seal(tx, now=NOW) == 2
        assert audit.seal(tx, now=NOW) == 0
        assert audit.find_break(tx) == -1


def test_a_count_below_zero_is_refused_by_the_database(db: Database) -> None:
    row = {"kind": "k", "subject": "s", "slot": "x", "due_at": NOW, "attempts": -1}
    with pytest.raises(Exception, match=r"(?i)attempts_not_negative"), db.write() as tx:
        tx.execute(tx.insert(Job), row)
