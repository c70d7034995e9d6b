"""What two do to registers at the same moment: nothing names what is gone, and who comes second is told in words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.meetings import PHOTOS_MOST
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Role
from tracker.services import activities, assignments, directives, meetings, programmes, targets
from tracker.services.activities import NewActivity
from tracker.services.assignments import NewAssignment
from tracker.services.directives import NewDirective
from tracker.services.evidence_files import FileRoom, Prepared
from tracker.services.meetings import MeetingRow, NewMeeting
from tracker.services.programmes import NewProgramme, ProgrammeRow
from tracker.services.targets import NewTarget, TargetRow
from tracker.store.tables.registers import MeetingPhoto

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tracker.domain.types import MemberId, UnitId, Viewer
    from tracker.services.directives import Directive
    from tracker.store.db import Database, Tx

pytestmark = pytest.mark.thorough

MONTH = Period.parse("2026-11")
A_WHILE_S = 0.4  # given to the second transaction to overtake the first, if it could


class Room:
    """A unit with an officer, a member, and one thing of each register."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.when: dict[str, Any] = {"now": make.NOW, "today": make.TODAY}
        with db.write() as tx:
            self.unit: UnitId = make.unit(tx, "CB")
            self.member: MemberId = make.member(tx, self.unit, "A")
            self.officer: Viewer = make.account(tx, "canbo", Role.OFFICER, unit_id=self.unit)
            new = NewDirective(code="67-KH/BTCTU", issued_on=make.TODAY)
            self.directive: Directive = directives.create(tx, self.officer, new, now=make.NOW)
            self.programme = self.new_programme(tx)
            self.target = self.new_target(tx)
            meeting = NewMeeting(unit_id=self.unit, held_on=make.TODAY, periods=(MONTH,))
            self.meeting: MeetingRow = meetings.create(tx, self.officer, meeting, **self.when)

    def new_programme(self, tx: Tx, **more: Any) -> ProgrammeRow:
        new = NewProgramme(name="Mô hình", unit_id=self.unit, is_new=True, **more)
        return programmes.create(tx, self.officer, new, **self.when)

    def new_target(self, tx: Tx) -> TargetRow:
        new = NewTarget(
            programme_id=self.programme.programme_id,
            who=TargetWho.ASSIGNED,
            what=ClaimKind.AUTHORED,
            minimum=1,
            per=PeriodKind.MONTH,
        )
        return targets.create(tx, self.officer, new, **self.when)

    def cite(self, tx: Tx) -> None:
        self.new_programme(tx, directive_ids=(self.directive.directive_id,))

    def remove_directive(self, tx: Tx) -> None:
        directives.remove(tx, self.officer, self.directive, now=make.NOW)

    def count_activity(self, tx: Tx) -> None:
        programme_id = self.programme.programme_id
        new = NewActivity(unit_id=self.unit, name="Học", period=MONTH, activity_count=1, programme_id=programme_id)
        activities.create(tx, self.officer, new, **self.when)

    def remove_programme(self, tx: Tx) -> None:
        programmes.remove(tx, self.officer, self.programme, now=make.NOW)

    def remove_target(self, tx: Tx) -> None:
        targets.remove(tx, self.officer, self.target, now=make.NOW)

    def assign(self, tx: Tx) -> None:
        new = NewAssignment(target_id=self.target.target.target_id, member_id=self.member, period=MONTH)
        assignments.create(tx, self.officer, new, **self.when)

    def remove_meeting(self, tx: Tx) -> None:
        meetings.remove(tx, self.officer, self.meeting, now=make.NOW)


@pytest.fixture
def room(db: Database) -> Room:
    return Room(db)


def crosswise(room: Room, first: Callable[[Tx], None], second: Callable[[Tx], None]) -> Code | None:
    """Begin the second while the first is not committed yet; give how it was refused."""
    refusals: list[Code | None] = []

    def run() -> None:
        try:
            room.db.write_retrying(second)
        except AppError as refusal:
            refusals.append(refusal.code)
        else:
            refusals.append(None)

    with room.db.write() as tx:
        first(tx)
        other = threading.Thread(target=run)
        other.start()
        other.join(A_WHILE_S)
    other.join()
    return refusals[0]


def test_a_directive_cited_at_the_same_moment_stays(room: Room) -> None:
    assert crosswise(room, room.cite, room.remove_directive) is Code.IN_USE


def test_a_directive_removed_at_the_same_moment_is_not_cited(room: Room) -> None:
    assert crosswise(room, room.remove_directive, room.cite) is Code.FIELD_INVALID


def test_a_programme_named_at_the_same_moment_stays(room: Room) -> None:
    with room.db.write() as tx:
        room.remove_target(tx)
    assert crosswise(room, room.count_activity, room.remove_programme) is Code.IN_USE


def test_a_programme_removed_at_the_same_moment_is_not_named(room: Room) -> None:
    with room.db.write() as tx:
        room.remove_target(tx)
    assert crosswise(room, room.remove_programme, room.count_activity) is Code.FIELD_INVALID


def test_a_target_given_at_the_same_moment_stays(room: Room) -> None:
    assert crosswise(room, room.assign, room.remove_target) is Code.IN_USE


def test_a_target_removed_at_the_same_moment_is_not_given(room: Room) -> None:
    assert crosswise(room, room.remove_target, room.assign) is Code.NOT_FOUND


def _photo(room: Room, folder: Path) -> Callable[[Tx], None]:
    files: Any = FileRoom(folder / "files", sandbox=None)  # type: ignore[arg-type]  # the picture was judged before
    prepared = Prepared(
        content=b"x", thumbnail=b"", media_type="image/jpeg", source_sha256="0", pixels_sha256="0", facts={}
    )

    def add(tx: Tx) -> None:
        meetings.add_photo(tx, room.officer, room.meeting, files, prepared, caption="Họp", **room.when)

    return add


def test_a_meeting_removed_at_the_same_moment_takes_no_photo(room: Room, tmp_path: Path) -> None:
    assert crosswise(room, room.remove_meeting, _photo(room, tmp_path)) is Code.NOT_FOUND
    assert not (tmp_path / "files").exists()


def test_a_meeting_takes_no_more_photos_than_it_may_whoever_sends_them(room: Room, tmp_path: Path) -> None:
    row = {"meeting_id": room.meeting.meeting_id, "caption": "x", "byte_count": 1, "sha256": "", "added_at": make.NOW}
    with room.db.write() as tx:
        tx.insert_rows(MeetingPhoto, [row | {"file_name": str(n)} for n in range(PHOTOS_MOST - 1)])
    assert crosswise(room, _photo(room, tmp_path), _photo(room, tmp_path)) is Code.FIELD_INVALID


def test_a_photo_is_removed_once(room: Room, tmp_path: Path) -> None:
    with room.db.write() as tx:
        _photo(room, tmp_path)(tx)
        (photo,) = meetings.get(tx, room.officer, room.meeting.meeting_id, today=make.TODAY).photos

    def remove(tx: Tx) -> None:
        meetings.remove_photo(tx, room.officer, photo, now=make.NOW)

    assert crosswise(room, remove, remove) is Code.NOT_FOUND
