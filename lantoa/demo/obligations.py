"""What the sample cell owes: its programme, the monthly and the quarterly target, and a writer for each quarter."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lantoa.demo import people
from tracker.domain.claims import ClaimKind, Verdict
from tracker.domain.filing import ClaimDraft
from tracker.domain.periods import PeriodKind, containing
from tracker.domain.programmes import TargetWho
from tracker.services import assignments, filing, programmes, reviews, targets

if TYPE_CHECKING:
    from lantoa.demo.organisation import Sample
    from tracker.domain.periods import Period
    from tracker.domain.types import ClaimId
    from tracker.store.db import Tx

WRITTEN_ON = 40  # the day of the quarter on which the piece appears
REVIEWED_AFTER = dt.timedelta(days=2)
MEASURES = (
    "Mỗi quý chọn 01 đảng viên viết 01 bài viết",
    "Mỗi tháng mỗi đảng viên có ít nhất 01 đến 02 bài chia sẻ",
    "Hàng quý sơ kết những bài viết và những bài có tính lan tỏa",
)


def lay_down(tx: Tx, sample: Sample, begins: dt.date) -> int:
    """Register the programme with its two targets; give the id of the writers' one."""
    now, officer = sample.at(begins, dt.time(9)), sample.viewers[0]
    new = programmes.NewProgramme(
        name=people.MODEL, unit_id=sample.unit_id, is_new=True, from_on=begins, measures=MEASURES
    )
    programme_id = programmes.create(tx, officer, new, now=now, today=sample.today).programme_id
    shares = targets.NewTarget(
        programme_id=programme_id,
        who=TargetWho.EACH_MEMBER,
        what=ClaimKind.SHARE,
        minimum=1,
        aim=2,
        per=PeriodKind.MONTH,
    )
    targets.create(tx, officer, shares, now=now, today=sample.today)
    pieces = targets.NewTarget(
        programme_id=programme_id,
        who=TargetWho.ASSIGNED,
        what=ClaimKind.AUTHORED,
        minimum=1,
        per=PeriodKind.QUARTER,
    )
    return int(targets.create(tx, officer, pieces, now=now, today=sample.today).target.target_id)


def choose_writers(tx: Tx, sample: Sample, target_id: int, begins: dt.date) -> None:
    """Give each quarter a writer, the fairest suggestion, and let the past ones have written."""
    quarter = containing(PeriodKind.QUARTER, begins)
    while quarter.start_on <= sample.today:
        person = _give(tx, sample, target_id, quarter)
        day = quarter.start_on + dt.timedelta(days=WRITTEN_ON)
        if begins <= day <= sample.today - REVIEWED_AFTER:
            _write(tx, sample, person, day)
        quarter = quarter.following()


def _give(tx: Tx, sample: Sample, target_id: int, quarter: Period) -> int:
    officer, given = sample.viewers[0], sample.at(quarter.start_on, dt.time(10))
    suggested = assignments.list_suggestions(
        tx, officer, target_id, quarter, unit_id=sample.unit_id, today=sample.today
    )
    new = assignments.NewAssignment(
        target_id=target_id,
        member_id=suggested[0].candidate.member_id,
        period=quarter,
        topic=people.TOPICS[0],
        due_on=quarter.last_day,
    )
    assignments.create(tx, officer, new, now=given, today=sample.today)
    return next(n for n, v in enumerate(sample.viewers) if v.member_id == new.member_id)


def _write(tx: Tx, sample: Sample, person: int, day: dt.date) -> ClaimId:
    """Claim a piece at the local paper and have it accepted."""
    viewer, now = sample.viewers[person], sample.at(day)
    draft = ClaimDraft(
        kind=ClaimKind.AUTHORED,
        title=f"Giữ vững niềm tin từ việc nhỏ ở chi bộ ({day:%m/%Y})",
        url=f"{sample.site}/tin/bai-viet-cua-dang-vien-post{day:%Y%m%d}.html",
        happened_on=day,
        topics=(people.TOPICS[0],),
    )
    owner = filing.get_owner(tx, viewer, None, today=day)
    filed = filing.submit(tx, viewer, owner, draft, now=now, zone=sample.house.zone)
    reviewer = sample.viewers[1 if person == 0 else 0]
    decided = sample.at(day + REVIEWED_AFTER)
    reviews.decide(
        tx, reviewer, filed.claim_id, reviews.Decision(verdict=Verdict.ACCEPT), now=decided, zone=sample.house.zone
    )
    return filed.claim_id
