"""Claims made before Lantoa, from a spreadsheet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from tests import make
from tests.services.importing import load, told, undo
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Channel, ClaimId, MemberId, Role, Viewer
from tracker.domain.urls import url_key
from tracker.services import claims, filing
from tracker.services.filing import Owner, Repeated
from tracker.store import claims as claim_store
from tracker.store.tables.claims import Claim, ClaimCredit, ClaimTopic, Reading, ReviewEvent
from tracker.store.tables.feeds import ArticleAddress
from tracker.store.tables.links import MemberMonth
from tracker.store.tables.organisation import Membership
from tracker.store.tables.periods import PeriodClose, Restatement

if TYPE_CHECKING:
    from tracker.store.db import Database

HEAD = "member_code,kind,url,article_url,title,channel,happened_on,topics,lesson,slot,reach,engagements,state\n"
POST = "https://www.facebook.com/an.nguyen/posts/1234567890"
FILE = HEAD + (
    f"1,chia sẻ,{POST},https://nhandan.vn/bai-1-post100001.html,,,15/03/2023,Biển đảo; Lúa,,,2.261,320,đã duyệt\n"
    "001,share,,https://vtv.vn/bai-khac-100230315.htm,Bài khác,Zalo,2023-03-16,,,,,,accepted\n"
    "001,authored,https://baocantho.com.vn/bai-viet-a12.html,,Bài viết,,2023-03-17,,,,,,accepted\n"
    "002,presentation,,,Kể chuyện,,2023-03-18,,Bài học,câu chuyện,,,\n"
)


@pytest.fixture
def admin(db: Database) -> Viewer:
    with db.write() as tx:
        unit_id = make.unit(tx, "A")
        make.member(tx, unit_id, "001")
        make.member(tx, unit_id, "002")
        url = "https://nhandan.vn/bai-1-post100001.html"
        met = {"url": url, "url_key": url_key(url), "article_id": make.article(tx, 1)}
        tx.execute(insert(ArticleAddress), met)
        return make.account(tx, "admin", Role.ADMIN)


def counts(db: Database) -> tuple[int, ...]:
    tables = (Claim, ClaimCredit, ClaimTopic, Reading, ReviewEvent)
    with db.read() as tx:
        return tuple(tx.scalar(select(func.count()).select_from(t)) for t in tables)


def months(db: Database) -> dict[int, tuple[int, int, int]]:
    with db.read() as tx:
        rows = tx.all(select(MemberMonth).order_by(MemberMonth.member_id))
    return {r.member_id: (r.share_count, r.authored_count, r.presentation_count) for r in rows}


def test_claims_stand_in_the_state_they_come_with(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "claims", FILE)
    assert told(result) == [(n, "new", None) for n in range(2, 6)]
    with db.read() as tx:
        ids = [ClaimId(MemberId(1), n) for n in (1, 2, 3)] + [ClaimId(MemberId(2), 1)]
        views = [claims.get(tx, admin, i, now=make.NOW, today=make.TODAY) for i in ids]
        sources = tx.all(
            select(Claim.imported_by, Claim.decided_by, Claim.late).order_by(Claim.member_id, Claim.number)
        )
    share = views[0]
    assert share.claim.article_id == 1
    assert (share.claim.channel, share.claim.title) == (Channel.FACEBOOK, "Bài viết mẫu")
    assert sorted(t.name for t in share.topics) == ["Biển đảo", "Lúa"]
    assert {(f.measure, f.grade, f.value) for f in share.figures if f.value} >= {
        ("reach", "C", 2261),
        ("engagements", "C", 320),
    }
    assert [(h.action, h.to_state) for h in share.history] == [("imported", "accepted")]
    assert [v.claim.state for v in views] == ["accepted", "accepted", "accepted", "pending"]
    assert [tuple(s) for s in sources] == [(1, 1, False)] * 3 + [(1, None, False)]
    assert months(db) == {1: (2, 1, 0)}


def test_the_same_file_twice_changes_nothing(db: Database, admin: Viewer) -> None:
    load(db, admin, "claims", FILE)
    before = counts(db), months(db)
    result = load(db, admin, "claims", FILE)
    assert {o.status for o in result.outcomes} == {"same"}
    assert (counts(db), months(db)) == before


def test_a_repeat_of_a_live_claim_is_refused_and_names_it(db: Database, admin: Viewer) -> None:
    load(db, admin, "claims", FILE)
    text = HEAD + (
        f"001,share,{POST},,,,2023-03-20,,,,,,accepted\n"  # the same post in its month
        f"001,share,{POST},,,,2023-04-20,,,,,,accepted\n"  # and in the next
        "001,share,,https://nhandan.vn/bai-1-post100001.html,,facebook,2023-03-30,,,,,,pending\n"
        "001,authored,https://baocantho.com.vn/bai-viet-a12.html,,,,2023-09-01,,,,,,accepted\n"
        "002,share,,https://vtv.vn/x-100230316.htm,,zalo,2023-03-01,,,,,,accepted\n"
        "002,share,,https://vtv.vn/x-100230316.htm,,zalo,2023-03-02,,,,,,accepted\n"
        "002,share,,https://vtv.vn/x-100230316.htm,,zalo,2023-03-03,,,,,,từ chối\n"
    )
    result = load(db, admin, "claims", text, partial=True)
    assert [code for _, _, code in told(result)] == [
        "claim.duplicate",
        None,
        "claim.duplicate",
        "claim.duplicate",
        None,
        "claim.duplicate",
        None,
    ]
    assert result.outcomes[0].values == {"value": "1-1"}


def test_filing_and_import_know_each_others_claims(db: Database, admin: Viewer) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    day = dt.date(2026, 11, 2)
    draft = ClaimDraft(
        kind=ClaimKind.SHARE, article_url="https://vtv.vn/x-100230316.htm", channel=Channel.ZALO, happened_on=day
    )
    with db.write() as tx:
        member = make.account(tx, "m", Role.MEMBER, member_id=MemberId(1))
        filing.submit(tx, member, Owner(member_id=MemberId(1), assisted=False), draft, now=make.NOW, zone=zone)
    row = "{code},share,,https://vtv.vn/x-100230316.htm,,zalo,2026-11-03,,,,,,accepted\n"
    refused = load(db, admin, "claims", HEAD + row.format(code="001"))
    assert (told(refused), refused.outcomes[0].values) == ([(2, "refused", "claim.duplicate")], {"value": "1-1"})
    load(db, admin, "claims", HEAD + row.format(code="002"))
    with db.write() as tx:
        other = make.account(tx, "n", Role.MEMBER, member_id=MemberId(2))
        again = filing.submit(tx, other, Owner(member_id=MemberId(2), assisted=False), draft, now=make.NOW, zone=zone)
    assert again == Repeated(ClaimId(MemberId(2), 1))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9,share,,,x,zalo,2023-03-01,,,,,,", "thing.not_found"),
        ("001,like,,,x,zalo,2023-03-01,,,,,,", "field.invalid"),
        ("001,share,,,,zalo,2023-03-01,,,,,,", "field.invalid"),
        ("001,share,,,x,zalo,2027-03-01,,,,,,", "claim.date"),
        ("001,share,,,x,zalo,,,,,,,", "field.invalid"),
        ("001,share,https://www.facebook.com/an.nguyen,,x,,2023-03-01,,,,,,", "claim.link"),
        ("001,share,không có,,x,,2023-03-01,,,,,,", "claim.link"),
        ("001,presentation,,,x,,2023-03-01,,,,,,", "claim.lesson_missing"),
        ("001,share,,,x,zalo,2019-03-01,,,,,,", "membership.none"),
        ("001,share,,,x,zalo,2023-03-01,,,,nhiều,,", "field.invalid"),
        ("001,share,,,x,orkut,2023-03-01,,,,,,", "field.invalid"),
        ("001,share,,,x,zalo,2023-03-01,,,,,,xong", "field.invalid"),
    ],
)
def test_a_row_that_cannot_be_is_refused(db: Database, admin: Viewer, row: str, code: str) -> None:
    result = load(db, admin, "claims", HEAD + row + "\n")
    assert told(result) == [(2, "refused", code)]
    assert counts(db) == (0, 0, 0, 0, 0)


def test_a_claim_counts_in_the_unit_of_its_day(db: Database, admin: Viewer) -> None:
    with db.write() as tx:
        other = make.unit(tx, "B")
        row = {"member_id": 1, "unit_id": other, "since": dt.date(2023, 3, 16), "status": "official", "temporary": True}
        tx.execute(insert(Membership), row)
    load(db, admin, "claims", FILE)
    with db.read() as tx:
        assert set(tx.scalars(select(Claim.unit_id))) == {1}


def test_claims_are_taken_back_with_their_counts(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "claims", FILE)
    undo(db, admin, result)
    assert counts(db) == (0, 0, 0, 0, 0)
    assert months(db) == {1: (0, 0, 0)}
    assert load(db, admin, "claims", FILE).totals()["new"] == 4


def test_claims_that_were_touched_are_not_taken_back(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "claims", FILE)
    with db.write() as tx:
        claim_store.touch(tx, ClaimId(MemberId(1), 1))
    with pytest.raises(AppError) as refused:
        undo(db, admin, result)
    assert refused.value.code is Code.IMPORT_CHANGED
    assert counts(db)[0] == 4


def test_what_falls_in_a_closed_period_stands_in_its_restatement(db: Database, admin: Viewer) -> None:
    close = {
        "unit_id": 1,
        "period": "2023-03",
        "start_on": "2023-03-01",
        "end_on": "2023-04-01",
        "version": 1,
        "method": "1",
        "bot_list": "1",
        "cut_off_at": make.NOW,
        "closed_at": make.NOW,
        "closed_by": 1,
    }
    with db.write() as tx:
        tx.execute(insert(PeriodClose), close)
    result = load(db, admin, "claims", FILE)
    with db.read() as tx:
        rows = tx.all(select(Restatement.subject, Restatement.after))
    assert sorted((r.subject, r.after["state"]) for r in rows) == [(f"claim:1-{n}", "accepted") for n in (1, 2, 3)]
    undo(db, admin, result)
    with db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Restatement)) == 6
