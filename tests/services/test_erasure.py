"""Erasing a person: who they were is found nowhere any more; what they counted for stays (B4)."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import String, func, insert, select, update

from config.logging import configure_logging
from tests import make
from tests.services.claims_house import ZONE, build
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.methods import MethodVersions
from tracker.domain.names import fold
from tracker.domain.periods import Period
from tracker.domain.privacy import ERASED, RequestKind
from tracker.domain.types import Channel, Role
from tracker.services import closing, erasure, filing, reports, requests, sessions, trail
from tracker.store import audit, scrub
from tracker.store.columns import CleanJSON, CleanText
from tracker.store.tables import Base
from tracker.store.tables.accounts import Account, Session
from tracker.store.tables.claims import Suggestion, SuggestionCatchUp
from tracker.store.tables.links import Link
from tracker.store.tables.operations import AuditEvent, IdempotencyKey, Import, ImportChange, RowSeal
from tracker.store.tables.organisation import Absence, Member, MemberTag, MemberTitle, PenName, PenNameProposal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId
    from tracker.store.db import Database, Tx

NAME, PEN, LOGIN, PHONE, POST = (
    "Quách Thị Uyển Nhi",
    "Hoài Thương Quách",
    "uyennhi.quach",
    "0912345678",
    "https://www.facebook.com/uyennhi.quach/posts/100200300",
)
PERIOD, METHOD = Period.parse("2026-11"), MethodVersions(bot_list="1")
TRACES = (NAME, fold(NAME), NAME.upper(), PEN, fold(PEN), LOGIN, PHONE, "uyennhi.quach/posts")


def put_everywhere(house: ClaimsHouse) -> ClaimId:
    """Let An be somebody whose name stands everywhere; give a share of theirs."""
    with house.db.write() as tx:
        named = {"full_name": NAME, "name_folded": fold(NAME), "name_sort": fold(NAME), "party_role": "deputy"}
        tx.execute(update(Member).where(Member.member_id == house.an).values(**named))
        login = {"login": LOGIN, "login_key": LOGIN}
        tx.execute(update(Account).where(Account.account_id == house.as_an.account_id).values(**login))
        of_an: dict[str, Any] = {"member_id": house.an}
        tx.execute(insert(MemberTitle), of_an | {"position": 0, "title": f"Thư ký {NAME}"})
        tx.execute(insert(MemberTag), of_an | {"tag": f"số {PHONE}"})
        tx.execute(insert(PenName), of_an | {"name": PEN, "name_folded": fold(PEN)})
        tx.execute(insert(PenNameProposal), of_an | {"name": f"{PEN} Con", "proposed_at": make.NOW})
        tx.execute(insert(SuggestionCatchUp), of_an | {"asked_at": make.NOW})
        away = {"from_on": make.TODAY, "until_on": make.TODAY, "reason": f"gọi {PHONE}", "entered_at": make.NOW}
        tx.execute(insert(Absence), of_an | away)
        offered = {"article_id": house.articles[0], "score_percent": 90, "reasons": [PEN], "offered_at": make.NOW}
        tx.execute(insert(Suggestion), of_an | offered)
        link = {"slug": "abc", "article_id": house.articles[0], "channel": "zalo", "target_url": "https://a.vn/1"}
        tx.execute(insert(Link), of_an | link | {"created_at": make.NOW})
        answer = {"account_id": house.admin.account_id, "key": "k", "request_hash": "h", "status": 201, "headers": {}}
        tx.execute(insert(IdempotencyKey), answer | {"body": NAME.encode(), "created_at": make.NOW})
        result = {"rows": [{"row": 2, "values": {"value": NAME.upper()}, "key": "001"}]}
        run = {"what": "members", "file_name": f"{NAME}.xlsx", "file_sha256": "", "at": make.NOW, "applied": True}
        import_id = tx.scalar(insert(Import).values(run | {"result": result}).returning(Import.import_id))
        change = {"import_id": import_id, "position": 0, "subject": f"member:{house.an}", "before": None}
        tx.execute(insert(ImportChange), change | {"after": {"full_name": NAME}})
    share = house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=POST, channel=Channel.FACEBOOK, note=PHONE))
    house.decide(house.officer, share, "accept")
    told = ClaimDraft(kind=ClaimKind.PRESENTATION, title=f"{NAME} kể chuyện", lesson=PHONE, slot="Chuyện", witness=NAME)
    house.file(house.as_an, told)
    other = house.file(house.as_binh, house.share(1, note=f"đi cùng {NAME.upper()} và {fold(NAME)}", witness=NAME))
    house.decide(house.officer, other, "return", f"hỏi lại {PEN}")
    return share


def traces_in_tables(db: Database) -> list[tuple[str, str, str]]:
    """Search every text of every table."""
    found = []
    with db.read() as tx:
        for table in Base.metadata.sorted_tables:
            for row in tx.all(select(*table.columns)):
                for column, value in row._mapping.items():
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    found += [(table.name, column, t) for t in TRACES if t.casefold() in text.casefold()]
    return found


def erase(house: ClaimsHouse) -> erasure.Carried:
    with house.db.write() as tx:
        carried = erasure.carry_out(tx, house.admin, house.an, now=house.now)
    erasure.finish(house.db, None, carried)
    return carried


def csv_of(house: ClaimsHouse) -> str:
    with house.db.read() as tx:
        made = reports.make_file(
            tx, house.admin, "month", PERIOD, house.branch, "csv", method=METHOD, now=house.now, zone=ZONE
        )
    return made.body.decode()


def close_month(house: ClaimsHouse) -> None:
    house.now += dt.timedelta(days=30)
    with house.db.write() as tx:
        closing.close_period(tx, house.admin, house.branch, PERIOD, method=METHOD, now=house.now, today=house.today)


def verified(house: ClaimsHouse) -> tuple[int | None, list[str], int]:
    with house.db.write() as tx:
        while audit.seal(tx, now=house.now):
            pass
    with house.db.read() as tx:
        return trail.find_break(tx), trail.list_altered(tx), trail.count_unsealed(tx)


def test_nothing_says_who_it_was_in_any_table(house: ClaimsHouse) -> None:
    put_everywhere(house)
    before = {table for table, _, _ in traces_in_tables(house.db)}
    assert before >= {"members", "claims", "accounts", "imports", "review_events", "idempotency_keys", "suggestions"}
    assert erase(house).claim_count == 3
    assert traces_in_tables(house.db) == []


def test_the_files_of_sqlite_and_the_log_hold_no_trace(sqlite_db: Database, tmp_path: Path) -> None:
    written = io.StringIO()
    configure_logging(stream=written, console=False)
    try:
        house = build(sqlite_db)
        put_everywhere(house)
        close_month(house)
        assert NAME.encode() in bytes_in(tmp_path)
        erase(house)
        held = bytes_in(tmp_path)
    finally:
        configure_logging(stream=io.StringIO(), console=False)
    assert [t for t in TRACES if t.encode() in held or t.lower().encode() in held.lower()] == []
    assert [t for t in TRACES if t in written.getvalue()] == []


def bytes_in(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.iterdir()) if p.name.startswith("lantoa.db"))


def test_a_closed_report_keeps_every_number_and_loses_the_name(house: ClaimsHouse) -> None:
    put_everywhere(house)
    close_month(house)
    before = csv_of(house)
    assert NAME in before
    erase(house)
    after = csv_of(house)
    assert not [t for t in TRACES if t in after]
    assert ERASED in after
    assert [re.findall(r"\d+", line) for line in after.splitlines()] == [
        re.findall(r"\d+", line.replace(POST, "")) for line in before.splitlines()
    ]
    assert traces_in_tables(house.db) == []


def test_the_audit_chain_holds_after_an_erasure_and_before(house: ClaimsHouse) -> None:
    put_everywhere(house)
    assert verified(house) == (None, [], 0)
    erase(house)
    assert verified(house) == (None, [], 0)


def test_what_a_digest_was_of_cannot_be_guessed_after_an_erasure(house: ClaimsHouse) -> None:
    share = put_everywhere(house)
    verified(house)
    erase(house)
    with house.db.read() as tx:
        salts = tx.scalars(select(RowSeal.salt).where(RowSeal.subject == f"claim:{share}"))
    assert salts
    assert set(salts) == {None}


def test_the_login_is_free_the_sessions_are_over_and_the_links_lead_nowhere(house: ClaimsHouse) -> None:
    put_everywhere(house)
    with house.db.write() as tx:
        sessions.open_session(tx, house.as_an.account_id, kind="web", now=house.now)
    erase(house)
    with house.db.write() as tx:
        assert tx.all(select(Session.account_id).where(Session.account_id == house.as_an.account_id)) == []
        make.account(tx, LOGIN, Role.OFFICER, unit_id=house.branch)
        link = tx.first(select(Link.withdrawn_at, Link.withdrawn_by).where(Link.slug == "abc"))
        assert link is not None
        assert tuple(link) == (house.now, house.admin.account_id)


def test_erasing_twice_changes_nothing_the_second_time(house: ClaimsHouse) -> None:
    put_everywhere(house)
    erase(house)
    with house.db.read() as tx:
        events = tx.scalar(select(func.count()).select_from(AuditEvent))
    assert erase(house).claim_count == 0
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(AuditEvent)) == events


def test_an_erasure_ends_the_requests_of_the_person(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        requests.ask(tx, house.as_an, RequestKind.ERASURE, now=house.now, today=house.today)
        requests.ask(tx, house.as_an, RequestKind.CORRECTION, "Tên tôi sai", now=house.now, today=house.today)
    assert erase(house).request_count == 2
    with house.db.read() as tx:
        assert requests.list_open(tx, house.admin, today=house.today, after=None, limit=9) == ([], None)


@pytest.mark.parametrize("who", ["officer", "auditor", "as_an", "as_binh"])
def test_only_an_administrator_erases(house: ClaimsHouse, who: str) -> None:
    with house.db.write() as tx, pytest.raises(AppError) as refused:
        erasure.carry_out(tx, getattr(house, who), house.an, now=house.now)
    assert refused.value.code is Code.RIGHT_MISSING


def test_the_last_administrator_is_not_erased(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        tx.execute(update(Account).where(Account.login == "admin").values(member_id=None, disabled=True))
        tx.execute(update(Account).where(Account.member_id == house.an).values(role="admin", password_hash=make.HASH))
    with house.db.write() as tx, pytest.raises(AppError) as refused:
        erasure.carry_out(tx, house.admin, house.an, now=house.now)
    assert refused.value.code is Code.LAST_ADMIN


def test_a_namesake_keeps_name_and_rows(house: ClaimsHouse) -> None:
    put_everywhere(house)
    with house.db.write() as tx:
        namesake = make.member(tx, house.other_branch, "777", NAME)
    erase(house)
    with house.db.read() as tx:
        assert tx.scalar(select(Member.full_name).where(Member.member_id == namesake)) == NAME


def test_every_text_of_the_house_is_searched_or_named_with_a_reason() -> None:
    worded = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(isinstance(c.type, CleanText | CleanJSON | String) for c in table.columns)
    }
    assert worded - scrub.SEARCHED.keys() - scrub.NOT_PEOPLE.keys() == set()
    assert scrub.SEARCHED.keys() & scrub.NOT_PEOPLE.keys() == set()
    known = {table.name for table in Base.metadata.sorted_tables}
    assert (scrub.SEARCHED.keys() | scrub.NOT_PEOPLE.keys()) - known == set()
    for name, columns in scrub.SEARCHED.items():
        assert set(columns) <= set(Base.metadata.tables[name].columns.keys()), name


@pytest.mark.thorough
@pytest.mark.parametrize("files_first", [True, False])
def test_what_a_person_files_at_the_same_moment_keeps_no_word_of_theirs(
    house: ClaimsHouse, *, files_first: bool
) -> None:
    refusals: list[Code] = []
    draft = house.share(note=PHONE)

    def file(tx: Tx) -> None:
        owner = filing.Owner(member_id=house.an, assisted=False)
        filing.submit(tx, house.as_an, owner, draft, now=house.now, zone=ZONE)

    def carry_out(tx: Tx) -> None:
        erasure.carry_out(tx, house.admin, house.an, now=house.now)

    def run(act: Callable[[Tx], None]) -> None:
        try:
            house.db.write_retrying(act)
        except AppError as refusal:
            refusals.append(refusal.code)

    first, second = (file, carry_out) if files_first else (carry_out, file)
    with house.db.write() as tx:
        first(tx)
        other = threading.Thread(target=run, args=(second,))
        other.start()
        other.join(0.4)
    other.join()
    assert traces_in_tables(house.db) == []
    assert refusals == ([] if files_first else [Code.NOT_FOUND])
