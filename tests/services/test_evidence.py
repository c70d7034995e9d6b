"""Evidence of claims: who may add, read and take away, what checks and figures make of it, how long it is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.services.test_documents import pdf, word
from tests.services.test_evidence_files import encoded, half_and_half, refused
from tracker.domain import evidence as rules
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import Code
from tracker.domain.evidence import EvidenceId, EvidenceKind, EvidenceRow
from tracker.domain.figures import Grade, Measure
from tracker.domain.filing import ClaimDraft, StatedFigure
from tracker.services import claim_steps, consents, erasure, evidence, evidence_files
from tracker.services.evidence_files import FileRoom
from tracker.store.evidence import KEPT_BY_OTHERS
from tracker.store.tables.base import Base
from tracker.store.tables.claims import Evidence
from tracker.store.tables.operations import AuditEvent
from tracker.store.tables.registers import Meeting, MeetingPhoto

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId, Viewer

PICTURE = encoded(half_and_half(), "PNG")
PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123456.html"


@pytest.fixture
def sandbox(upload_sandbox: Sandbox) -> Sandbox:
    return upload_sandbox


@dataclass
class Cabinet:
    """The small organisation with a folder for files."""

    house: ClaimsHouse
    room: FileRoom
    folder: Path

    def add(self, viewer: Viewer, claim_id: ClaimId, content: bytes = PICTURE, name: str = "anh.png") -> EvidenceRow:
        house = self.house
        with house.db.read() as tx:
            row = evidence.get_for_upload(tx, viewer, claim_id, today=house.today)
        upload = evidence.prepare(self.room, row.kind, content, name)
        with house.db.write() as tx:
            return evidence.add(tx, viewer, row, upload, self.room, now=house.now, zone=house.zone)

    def get(self, viewer: Viewer, evidence_id: EvidenceId) -> EvidenceRow:
        with self.house.db.read() as tx:
            return evidence.get(tx, viewer, evidence_id, today=self.house.today)

    def act(self, name: str, viewer: Viewer, evidence_id: EvidenceId, *more: Any) -> EvidenceRow:
        act: Any = getattr(evidence, name)
        with self.house.db.write() as tx:
            found: EvidenceRow = act(tx, viewer, evidence_id, *more, now=self.house.now, zone=self.house.zone)
        self.room.remove(found.file_name)
        return found

    def purge_due(self) -> int:
        with self.house.db.write() as tx:
            return evidence.purge_due(tx, self.house.now, self.house.zone)

    def sweep(self, later: dt.timedelta = dt.timedelta()) -> int:
        return evidence.sweep(self.house.db, self.room, now=dt.datetime.fromtimestamp(self.youngest(), dt.UTC) + later)

    def youngest(self) -> float:
        return max(p.stat().st_mtime for p in self.folder.rglob("*") if p.is_file())

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.rglob("*") if p.is_file())

    def checks(self, claim_id: ClaimId) -> list[str]:
        return [c.code.value for c in self.house.show(self.house.officer, claim_id).checks]

    def events(self, action: str) -> list[tuple[int | None, str]]:
        with self.house.db.read() as tx:
            query = select(AuditEvent.actor_id, AuditEvent.subject).where(AuditEvent.action == action)
            return [(r.actor_id, r.subject) for r in tx.all(query.order_by(AuditEvent.event_id))]


@pytest.fixture
def cabinet(house: ClaimsHouse, sandbox: Sandbox, tmp_path: Path) -> Cabinet:
    folder = tmp_path / "evidence"
    return Cabinet(house, FileRoom(folder, sandbox), folder)


def test_a_picture_stands_beside_its_claim_and_answers_the_check(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    assert "evidence.none" in cabinet.checks(claim_id)
    added = cabinet.add(house.as_an, claim_id, name="C:\\Users\\an\\..\\<b>ảnh\u202e\x00.png.html")
    shown = house.show(house.officer, claim_id)
    assert [(e.kind, e.byte_count) for e in shown.evidence] == [("picture", added.byte_count)]
    assert shown.evidence[0].original_name == "<b>ảnh.png.html"
    assert "evidence.none" not in cabinet.checks(claim_id)
    assert shown.history[-1].action == "evidence"
    assert str(added.evidence_id) == f"{claim_id}-1"
    assert EvidenceId.parse(f"{claim_id}-1") == added.evidence_id
    assert cabinet.events("evidence.add") == [(house.as_an.account_id, f"evidence:{claim_id}-1")]


@pytest.mark.parametrize("text", ["", "1", "1-1", "a-1-1", "1-1-a", "1-1-1-1", "1-1--1", "1-1-99999999999"])
def test_what_is_no_id_of_evidence_is_none(text: str) -> None:
    assert EvidenceId.parse(text) is None


def test_declared_figures_become_verified_when_accepted_with_a_picture(cabinet: Cabinet) -> None:
    house = cabinet.house
    draft = house.share(figures=(StatedFigure(measure=Measure.REACH, value=120),))
    bare, proven = house.file(house.as_an, draft), house.file(house.as_binh, draft)
    cabinet.add(house.as_binh, proven)
    for claim_id in (bare, proven):
        house.decide(house.officer, claim_id, "accept")
    grades = [
        {f.grade for f in house.show(house.officer, c).figures if f.measure is Measure.REACH} for c in (bare, proven)
    ]
    assert grades == [{Grade.DECLARED}, {Grade.VERIFIED}]


def test_the_same_picture_of_two_members_is_shown_on_both_claims(cabinet: Cabinet) -> None:
    house = cabinet.house
    first, second, third = house.file(house.as_an), house.file(house.as_binh), house.file(house.as_an, house.share(1))
    cabinet.add(house.as_an, first)
    cabinet.add(house.as_an, third)
    assert "picture.shared" not in cabinet.checks(first)  # one's own twice is no matter
    cabinet.add(house.as_binh, second, encoded(half_and_half(), "PNG", compress_level=0))
    assert all("picture.shared" in cabinet.checks(c) for c in (first, second, third))
    with house.db.write() as tx:
        claim_steps.withdraw(tx, house.as_binh, second, now=house.now, zone=house.zone)
    assert "picture.shared" not in cabinet.checks(first)


def test_a_document_belongs_to_a_piece_and_a_scan_is_told_to_the_officer(cabinet: Cabinet) -> None:
    house = cabinet.house
    piece = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài nội bộ"))
    share = house.file(house.as_an)
    read = cabinet.add(house.as_an, piece, word("Bài viết"), "bai.docx")
    assert (read.kind, read.facts["unread_count"]) == (EvidenceKind.DOCUMENT, 0)
    assert "evidence.unread" not in cabinet.checks(piece)
    cabinet.add(house.as_an, piece, word(), "anh.docx")
    assert "evidence.unread" in cabinet.checks(piece)
    with refused(Code.EVIDENCE_TYPE):
        cabinet.add(house.as_an, share, word("Bài viết"), "bai.docx")
    with refused(Code.EVIDENCE_SECRET):  # 004-60: whatever it was sent for
        cabinet.add(house.as_an, share, word("TỐI MẬT"), "bai.docx")
    with refused(Code.EVIDENCE_SECRET):
        cabinet.add(house.as_an, piece, pdf(("ToI MaT",)), "bai.pdf")


def test_only_the_member_and_their_officers_add_and_read(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    mine = cabinet.add(house.as_an, claim_id).evidence_id
    theirs = cabinet.add(house.officer, claim_id).evidence_id
    for viewer in (house.stranger, house.as_binh):
        with refused(Code.NOT_FOUND):
            cabinet.add(viewer, claim_id)
        with refused(Code.NOT_FOUND):
            cabinet.get(viewer, mine)
    with refused(Code.RIGHT_MISSING):
        cabinet.add(house.auditor, claim_id)
    for viewer in (house.as_an, house.officer, house.other_officer, house.admin, house.auditor):
        assert cabinet.get(viewer, theirs).evidence_id == theirs


def test_looks_of_others_are_logged(cabinet: Cabinet) -> None:
    house = cabinet.house
    added = cabinet.add(house.as_an, house.file(house.as_an))
    assert evidence.is_own(house.as_an, added)
    assert not evidence.is_own(house.officer, added)
    with house.db.write() as tx:
        evidence.record_read(tx, house.officer, added, now=house.now)
    assert cabinet.events("evidence.read") == [(house.officer.account_id, f"evidence:{added.evidence_id}")]


def test_a_member_takes_a_file_away_until_the_claim_is_decided(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    first, second = (cabinet.add(house.as_an, claim_id).evidence_id for _ in range(2))
    cabinet.act("remove", house.as_an, first)
    assert len(cabinet.files()) == 2  # the other one and its thumbnail
    with refused(Code.NOT_FOUND):
        cabinet.get(house.as_an, first)
    with refused(Code.NOT_FOUND):
        cabinet.act("remove", house.as_an, first)
    assert cabinet.add(house.as_an, claim_id).evidence_id.number == 3
    house.decide(house.officer, claim_id, "accept")
    with refused(Code.CLAIM_STATE):
        cabinet.act("remove", house.as_an, second)


def test_an_officer_removes_what_must_not_be_here_and_a_tombstone_stays(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    added = cabinet.add(house.as_an, claim_id)
    house.decide(house.officer, claim_id, "accept")
    for viewer, code in ((house.stranger, Code.NOT_FOUND), (house.as_an, Code.RIGHT_MISSING)):
        with refused(code):
            cabinet.act("purge", viewer, added.evidence_id, "vì")
    with refused(Code.REASON_MISSING):
        cabinet.act("purge", house.officer, added.evidence_id, " ")
    cabinet.act("purge", house.officer, added.evidence_id, "Ảnh có người ngoài")
    assert cabinet.files() == []
    with house.db.read() as tx:
        row = tx.first(select(Evidence.purged_at, Evidence.sha256, Evidence.original_name, Evidence.facts))
    assert row is not None
    assert (row.purged_at, row.sha256, row.original_name) == (house.now, added.sha256, "")
    assert row.facts["why"] == "purged"
    assert house.show(house.as_an, claim_id).history[-1].reason == "Ảnh có người ngoài"


def test_what_a_member_may_send_in_a_month_is_bounded(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    monkeypatch.setattr(rules, "MONTH_COUNT_MOST", 2)
    for _ in range(2):
        cabinet.add(house.as_an, claim_id)
    with refused(Code.EVIDENCE_SIZE):
        cabinet.add(house.as_an, claim_id)
    assert len(cabinet.files()) == 4
    house.now += dt.timedelta(days=31)
    cabinet.add(house.as_an, claim_id)


def test_a_claim_takes_ten_files(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    for _ in range(10):
        cabinet.add(house.as_an, claim_id)
    with refused(Code.EVIDENCE_SIZE):
        cabinet.add(house.as_an, claim_id)


def test_a_rejected_claim_and_a_withdrawn_consent_take_no_file(cabinet: Cabinet) -> None:
    house = cabinet.house
    over, open_one = house.file(house.as_an), house.file(house.as_an, house.share(1))
    house.decide(house.officer, over, "reject", "Không đúng")
    with refused(Code.CLAIM_STATE):
        cabinet.add(house.as_an, over)
    with house.db.write() as tx:
        consents.give(tx, house.as_an, kind="evidence", version=1, now=house.now, today=house.today)
    cabinet.add(house.as_an, open_one)
    with house.db.write() as tx:
        consents.withdraw(tx, house.as_an, "evidence", now=house.now)
    with refused(Code.CONSENT_MISSING):
        cabinet.add(house.as_an, open_one)
    assert len(cabinet.files()) == 2


def test_somebody_erased_while_a_file_was_judged_takes_none(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    with house.db.read() as tx:
        row = evidence.get_for_upload(tx, house.as_an, claim_id, today=house.today)
    upload = evidence.prepare(cabinet.room, row.kind, PICTURE, "a.png")
    with house.db.write() as tx:
        erasure.carry_out(tx, house.admin, house.an, now=house.now)
    with refused(Code.NOT_FOUND), house.db.write() as tx:
        evidence.add(tx, house.as_an, row, upload, cabinet.room, now=house.now, zone=house.zone)
    assert cabinet.files() == []


def test_nothing_stays_in_the_folder_when_the_row_cannot_be_written(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    with house.db.read() as tx:
        row = evidence.get_for_upload(tx, house.as_an, claim_id, today=house.today)
    upload = evidence.prepare(cabinet.room, row.kind, PICTURE, "a.png")
    broken: Any = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a naive time, which the store refuses after the file is kept
    with pytest.raises(Exception, match="naive"), house.db.write() as tx:
        evidence.add(tx, house.as_an, row, upload, cabinet.room, now=broken.replace(tzinfo=None), zone=house.zone)
    assert cabinet.files() == []


def test_an_orphan_goes_and_what_belongs_to_a_claim_stays(cabinet: Cabinet) -> None:
    house = cabinet.house
    kept = cabinet.add(house.as_an, house.file(house.as_an))
    orphan = evidence_files.store_picture(cabinet.room, PICTURE).file_name
    cut_off = cabinet.folder / orphan[:2] / f".{orphan}"
    cut_off.write_bytes(b"half")
    assert cabinet.sweep() == 0  # an upload may still be under way
    assert len(cabinet.files()) == 5
    assert cabinet.sweep(dt.timedelta(minutes=31)) == 2
    assert cabinet.files() == [kept.file_name, f"{kept.file_name}.s"]


def test_the_sweep_knows_every_table_that_names_files_of_the_folder() -> None:
    naming = {t.name for t in Base.metadata.tables.values() if "file_name" in t.columns}
    known = {column.class_.__tablename__ for column in KEPT_BY_OTHERS} | {"evidence"}
    assert naming - {"imports"} == known  # an import's name is only what its sender called it


def test_photos_and_exports_are_compared_with_what_was_written_down_too(cabinet: Cabinet) -> None:
    house, digest = cabinet.house, evidence_files.digest(b"x")
    whole, altered = cabinet.room.put(b"x"), cabinet.room.put(b"y")
    with house.db.write() as tx:
        meeting = {"unit_id": house.branch, "held_on": house.today, "created_at": house.now}
        meeting_id = tx.scalar(tx.insert(Meeting).values(meeting).returning(Meeting.meeting_id))
        photo = {"meeting_id": meeting_id, "caption": "Họp", "byte_count": 1, "sha256": digest, "added_at": house.now}
        tx.insert_rows(MeetingPhoto, [photo | {"file_name": name} for name in (whole, altered)])
    assert evidence.find_damaged(house.db, cabinet.room) == [altered]


def test_evidence_of_past_years_is_let_go(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an)
    cabinet.add(house.as_an, claim_id)
    house.decide(house.officer, claim_id, "accept")
    house.now = dt.datetime(2027, 12, 31, 16, 59, tzinfo=dt.UTC)  # 23:59 in Hà Nội
    assert cabinet.purge_due() == 0
    house.now += dt.timedelta(minutes=2)
    assert cabinet.purge_due() == 1
    assert cabinet.purge_due() == 0
    assert house.show(house.officer, claim_id).evidence == ()
    assert cabinet.sweep(dt.timedelta(hours=1)) == 1
    assert cabinet.files() == []
    assert cabinet.events("evidence.purge")[0][0] is None


def test_evidence_of_what_was_withdrawn_is_let_go_after_three_months(cabinet: Cabinet) -> None:
    house = cabinet.house
    over, live = house.file(house.as_an), house.file(house.as_an, house.share(1))
    for claim_id in (over, live):
        cabinet.add(house.as_an, claim_id)
    house.decide(house.officer, over, "reject", "Không đúng")
    house.now += dt.timedelta(days=90)
    assert cabinet.purge_due() == 0
    house.now += dt.timedelta(minutes=1)
    assert cabinet.purge_due() == 1
    assert len(house.show(house.officer, live).evidence) == 1


def test_archives_of_pages_are_kept_longer(cabinet: Cabinet) -> None:
    house = cabinet.house
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    cabinet.add(house.as_an, claim_id)
    with house.db.write() as tx:
        tx.execute(update(Evidence).values(kind="page"))
    house.now = dt.datetime(2031, 12, 31, 12, tzinfo=dt.UTC)
    assert cabinet.purge_due() == 0
    house.now += dt.timedelta(days=1)
    assert cabinet.purge_due() == 1


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        ((2026, 11, 22), 12, (2025, 1, 1)),
        ((2027, 1, 1), 12, (2026, 1, 1)),
        ((2026, 12, 31), 12, (2025, 1, 1)),
        ((2026, 6, 30), 6, (2025, 1, 1)),
        ((2026, 7, 1), 6, (2026, 1, 1)),
        ((2026, 7, 1), 60, (2021, 1, 1)),
    ],
)
def test_the_time_of_keeping_runs_from_the_end_of_the_year(
    today: tuple[int, int, int], months: int, first: tuple[int, int, int]
) -> None:
    assert rules.happened_before(dt.date(*today), months) == dt.date(*first)
