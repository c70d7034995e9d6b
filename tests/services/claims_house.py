"""A small organisation with claims in it: two branches under one committee, their members and officers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from tests import make
from tracker.domain.claims import ClaimKind, Verdict
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Channel, ClaimId, Role
from tracker.services import claims, filing, reviews
from tracker.services.reviews import Decision
from tracker.store.tables.claims import Claim, Evidence
from tracker.store.tables.links import MemberMonth
from tracker.store.tables.periods import PeriodClose

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.claims import ClaimState
    from tracker.domain.types import ArticleId, MemberId, UnitId, Viewer
    from tracker.services.claims import ClaimView
    from tracker.store.db import Database, Tx

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONTH = "2026-11"


@dataclass
class ClaimsHouse:
    """Who and what the tests on claims stand on; `now` may be moved."""

    db: Database
    committee: UnitId
    branch: UnitId
    other_branch: UnitId
    an: MemberId
    binh: MemberId
    chi: MemberId
    as_an: Viewer
    as_binh: Viewer
    officer: Viewer
    other_officer: Viewer
    stranger: Viewer
    admin: Viewer
    auditor: Viewer
    articles: list[ArticleId]
    now: dt.datetime = make.NOW
    zone: ZoneInfo = field(default=ZONE)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(ZONE).date()

    def share(self, article: int = 0, channel: Channel = Channel.ZALO, **more: Any) -> ClaimDraft:
        return ClaimDraft(kind=ClaimKind.SHARE, article_id=self.articles[article], channel=channel, **more)

    def submit(self, viewer: Viewer, draft: ClaimDraft, *, member_id: MemberId | None = None) -> Any:
        with self.db.write() as tx:
            owner = filing.get_owner(tx, viewer, member_id, today=self.today)
            return filing.submit(tx, viewer, owner, draft, now=self.now, zone=ZONE)

    def file(self, viewer: Viewer, draft: ClaimDraft | None = None, *, member_id: MemberId | None = None) -> ClaimId:
        filed = self.submit(viewer, draft or self.share(), member_id=member_id)
        assert isinstance(filed, filing.Filed), filed
        return filed.claim_id

    def decide(
        self, viewer: Viewer, claim_id: ClaimId, verdict: str, reason: str | None = None, **more: Any
    ) -> ClaimState:
        with self.db.write() as tx:
            decision = Decision(verdict=Verdict(verdict), reason=reason, **more)
            return reviews.decide(tx, viewer, claim_id, decision, now=self.now, zone=ZONE)

    def show(self, viewer: Viewer, claim_id: ClaimId) -> ClaimView:
        with self.db.read() as tx:
            return claims.get(tx, viewer, claim_id, now=self.now, today=self.today)

    def state(self, claim_id: ClaimId) -> str:
        with self.db.read() as tx:
            query = select(Claim.state).where(Claim.member_id == claim_id.member_id, Claim.number == claim_id.number)
            return str(tx.scalar(query))

    def month(self, member_id: MemberId, month: str = MONTH) -> dict[str, int]:
        """Give a member's roll-up of a month; nothing counted is all zero."""
        counters = ("click_count", "share_count", "authored_count", "presentation_count")
        with self.db.read() as tx:
            row = tx.first(
                select(*(getattr(MemberMonth, c) for c in counters)).where(
                    MemberMonth.member_id == member_id, MemberMonth.month == month
                )
            )
        return dict(zip(counters, row, strict=True)) if row else dict.fromkeys(counters, 0)

    def close(self, unit_id: UnitId, period: str, start_on: str, end_on: str) -> int:
        row = {
            "unit_id": unit_id,
            "period": period,
            "start_on": start_on,
            "end_on": end_on,
            "version": 1,
            "method": "1",
            "bot_list": "1",
            "cut_off_at": self.now,
            "closed_at": self.now,
            "closed_by": self.admin.account_id,
        }
        with self.db.write() as tx:
            return int(tx.scalar(insert(PeriodClose).values(row).returning(PeriodClose.close_id)))

    def add_evidence(self, claim_id: ClaimId) -> None:
        row = {
            "member_id": claim_id.member_id,
            "number": claim_id.number,
            "evidence_number": 1,
            "kind": "picture",
            "file_name": "a",
            "original_name": "a.png",
            "media_type": "image/png",
            "byte_count": 1,
            "sha256": "0",
            "added_at": self.now,
            "added_by": 1,
            "facts": {},
        }
        with self.db.write() as tx:
            tx.execute(insert(Evidence), row)


def build(db: Database) -> ClaimsHouse:
    """Put the organisation into a fresh database; every member has given the required consents."""
    with db.write() as tx:
        committee = make.unit(tx, "DU", "Đảng ủy")
        branch = make.unit(tx, "CB1", "Chi bộ 1", above=(committee,))
        other = make.unit(tx, "CB2", "Chi bộ 2", above=(committee,))
        an, binh, chi = _people(tx, branch, other)
        return ClaimsHouse(
            db=db,
            committee=committee,
            branch=branch,
            other_branch=other,
            an=an,
            binh=binh,
            chi=chi,
            as_an=make.account(tx, "an", Role.MEMBER, member_id=an),
            as_binh=make.account(tx, "binh", Role.MEMBER, member_id=binh),
            officer=make.account(tx, "officer", Role.OFFICER, unit_id=branch),
            other_officer=make.account(tx, "above", Role.OFFICER, unit_id=committee, member_id=chi),
            stranger=make.account(tx, "stranger", Role.OFFICER, unit_id=other),
            admin=make.account(tx, "admin", Role.ADMIN),
            auditor=make.account(tx, "auditor", Role.AUDITOR, unit_id=committee),
            articles=[make.article(tx, n, f"Bài {n}") for n in range(1, 5)],
        )


def _people(tx: Tx, branch: UnitId, other: UnitId) -> tuple[MemberId, MemberId, MemberId]:
    an = make.member(tx, branch, "001", "Nguyễn Văn An")
    binh = make.member(tx, branch, "002", "Trần Thị Bình")
    chi = make.member(tx, other, "003", "Lê Thị Chi")
    for member_id in (an, binh, chi):
        make.consents(tx, member_id)
    return an, binh, chi
