"""«What is held about me» is all that is held: no table that names a person is forgotten."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from tests.services.test_erasure import NAME, put_everywhere
from tracker.domain.audit_words import SECTIONS as WORDS
from tracker.domain.evidence import EvidenceId
from tracker.domain.record_words import FIELDS, VALUES
from tracker.labels import LABELS
from tracker.services import evidence, record
from tracker.store import audit
from tracker.store import record as store
from tracker.store.db import ROWS_AT_ONCE
from tracker.store.tables import Base

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

NAMES_A_PERSON = re.compile(r"(member|account|owner|speaker|actor)_id")


def held(house: ClaimsHouse, viewer: Viewer) -> dict[str, Any]:
    with house.db.read() as tx:
        found: dict[str, Any] = json.loads(record.get(tx, viewer).as_json())
    return found


def test_every_table_that_names_a_person_is_in_the_record_or_left_out_with_a_reason() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if NAMES_A_PERSON.fullmatch(column.name)
    }
    sections = {f"{s.table}.{s.by}" for s in store.SECTIONS.values()}
    assert sorted(naming - sections - store.LEFT_OUT.keys()) == []
    assert sorted((sections | store.LEFT_OUT.keys()) - naming) == []


def test_no_secret_stands_in_a_record() -> None:
    secrets = {"password_hash", "token_hash", "secret", "login_key"}
    for section in store.SECTIONS.values():
        shown = set(Base.metadata.tables[section.table].columns.keys()) - set(section.hidden)
        assert shown & secrets == set(), section.table


def test_a_record_holds_what_the_member_has_and_nothing_of_others(house: ClaimsHouse) -> None:
    share = put_everywhere(house)
    mine = held(house, house.as_an)
    assert mine["member"][0]["full_name"] == NAME
    assert {row["number"] for row in mine["claims"]} == {share.number, share.number + 1}
    for name in ("titles", "tags", "pen_names", "absences", "consents", "history", "suggestions", "links", "imports"):
        assert mine[name], name
    for name, rows in mine.items():
        if isinstance(rows, list):
            whose = {row["member_id"] for row in rows if "member_id" in row}
            assert whose <= {house.an}, name
    assert NAME not in str(held(house, house.as_binh)["member"])


def test_a_record_tells_who_read_the_member_s_evidence(house: ClaimsHouse) -> None:
    claim = house.file(house.as_an)
    house.add_evidence(claim)
    with house.db.write() as tx:
        row = evidence.get(tx, house.officer, EvidenceId(claim, 1), today=house.today)
        evidence.record_read(tx, house.officer, row, now=house.now)
    (reader,) = held(house, house.as_an)["readers"]
    assert reader == {
        "at": "2026-11-22T03:00:00Z",
        "account_id": house.officer.account_id,
        "evidence": f"{claim}-1",
    }


def test_an_account_that_is_no_member_s_has_its_account_and_its_acts(house: ClaimsHouse) -> None:
    claim = house.file(house.as_an)
    house.decide(house.officer, claim, "accept")
    mine = held(house, house.officer)
    assert mine["member"] == []
    assert mine["account"][0]["login"] == "officer"
    assert [one["action"] for one in mine["audit"]] == ["claim.accept"]


def test_every_section_has_words() -> None:
    assert {*store.SECTIONS, "audit", "readers", "closed_periods", "imports", "restatements"} == WORDS.keys()


def test_every_field_of_a_record_has_words() -> None:
    shown = {
        column.name
        for section in store.SECTIONS.values()
        for column in Base.metadata.tables[section.table].columns
        if column.name not in section.hidden
    }
    shown |= {
        column.name for name in ("import_changes", "restatements") for column in Base.metadata.tables[name].columns
    }
    shown |= {"event_id", "at", "actor_id", "action", "subject", "facts", "account_id", "evidence"}  # audit and readers
    shown |= {"close_id", "period", "unit_id", "closed_at"}
    assert sorted(shown - FIELDS.keys()) == []
    assert sorted(FIELDS.keys() - shown) == []


def test_every_value_with_words_is_of_a_field_and_a_table_of_words() -> None:
    fields = {name.rpartition(".")[2] for name in VALUES}
    assert fields <= FIELDS.keys()
    assert set(VALUES.values()) <= LABELS.keys()


def test_what_is_in_a_record_in_fact_has_words(house: ClaimsHouse) -> None:
    put_everywhere(house)
    for viewer in (house.as_an, house.officer):
        for name, rows in held(house, viewer).items():
            if isinstance(rows, list):
                assert {field for row in rows for field in row} <= FIELDS.keys(), name


def test_a_long_record_is_whole_in_json_and_its_page_holds_as_much_whatever_there_is(house: ClaimsHouse) -> None:
    few, cost = first_rows(house)
    assert few["audit"][0] == len(held(house, house.as_an)["audit"])
    count = 2 * ROWS_AT_ONCE + few["audit"][0]
    with house.db.write() as tx:
        for n in range(2 * ROWS_AT_ONCE):
            audit.record(tx, at=house.now, actor=house.as_an.account_id, action="claim.submit", subject=f"claim:9-{n}")
    told = [one["subject"] for one in held(house, house.as_an)["audit"]]
    assert told[-2 * ROWS_AT_ONCE :] == [f"claim:9-{n}" for n in range(2 * ROWS_AT_ONCE)]
    assert len(told) == count
    many, cost_of_many = first_rows(house)
    assert (many["audit"][0], len(many["audit"][1])) == (count, 20)
    assert cost_of_many == cost + 1  # more than are shown are counted


def first_rows(house: ClaimsHouse) -> tuple[dict[str, tuple[int, list[Any]]], int]:
    """Give what the page shows and how many statements that took; each has a bound or counts."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    with house.db.read() as tx:
        event.listen(house.db.engine, "before_cursor_execute", note)
        mine = record.get(tx, house.as_an)
        found = {name: mine.list_first(name, 20) for name in mine.queries}
        event.remove(house.db.engine, "before_cursor_execute", note)
    assert all("LIMIT" in said or "count(*)" in said for said in sent)
    return {name: (count, list(rows)) for name, (count, rows) in found.items()}, len(sent)
