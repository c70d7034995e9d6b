"""Co-authors on pages: told and asked at home, agreeing, objecting, asking; officers decide and see who waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Role
from tracker.services import filing, suggestions
from tracker.services.filing import Filed
from tracker.store.tables.claims import Suggestion

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office
    from tracker.domain.types import Viewer

pytestmark = pytest.mark.thorough

PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123451.html"


@dataclass
class Two:
    """A piece by the office's member, and a colleague."""

    office: Office
    colleague: Viewer
    browser: Browser

    def file(self, *coauthors: Viewer) -> str:
        named = tuple(c.member_id for c in coauthors if c.member_id is not None)
        draft = ClaimDraft(kind=ClaimKind.AUTHORED, article_id=self.office.article, coauthor_ids=named)
        return self._file(draft)

    def _file(self, draft: ClaimDraft) -> str:
        viewer, zone = self.office.viewers["member"], self.office.site.app.state.deps.zone
        with self.office.site.db.write() as tx:
            owner = filing.get_owner(tx, viewer, None, today=make.TODAY)
            filed = filing.submit(tx, viewer, owner, draft, now=make.NOW, zone=zone)
        assert isinstance(filed, Filed)
        return f"/claims/{filed.claim_id}"

    def accept(self, claim: str) -> None:
        shown = self.office.browser("officer").get(claim)
        self.office.browser("officer").submit(shown, f"{claim}/review", press="verdict=accept")

    def ask(self) -> None:
        """Let the colleague say «mine» of the piece."""
        zone, member_id = self.office.site.app.state.deps.zone, self.colleague.member_id
        assert member_id is not None
        with self.office.site.db.write() as tx:
            row = {"member_id": member_id, "article_id": self.office.article, "score_percent": 90, "reasons": []}
            tx.execute(insert(Suggestion), row | {"offered_at": make.NOW})
            suggestions.accept(tx, self.colleague, member_id, self.office.article, now=make.NOW, zone=zone)


@pytest.fixture
def two(office: Office) -> Two:
    with office.site.db.write() as tx:
        member_id = make.member(tx, office.branch, "002", "Trần Thị Bình")
        make.consents(tx, member_id)
        colleague = make.account(tx, "binh", Role.MEMBER, member_id=member_id)
    office.viewers["colleague"] = colleague
    return Two(office, colleague, office.browser("colleague"))


def test_who_is_named_is_asked_at_home_reads_the_piece_and_agrees(two: Two) -> None:
    assert "Đồng chí có cùng viết bài này?" not in two.browser.get("/").words
    claim = two.file(two.colleague)
    home = two.browser.get("/")
    assert "Đồng chí có cùng viết bài này?" in home.words
    shown = two.browser.get(claim)
    assert "Đồng chí được ghi là đồng tác giả" in shown.words
    answer = f"/coauthored{claim.removeprefix('/claims')}"
    done = two.browser.submit(home, answer, press="answer=agree")
    assert "đã đồng ý" in done.words
    assert "Đồng chí có cùng viết bài này?" not in two.browser.get("/").words
    assert "đã đồng ý" in two.office.browser("member").get(claim).words


def test_who_objects_reads_it_no_more_and_the_author_sees_that(two: Two) -> None:
    claim = two.file(two.colleague)
    answer = f"/coauthored{claim.removeprefix('/claims')}"
    done = two.browser.submit(two.browser.get("/coauthored"), answer, press="answer=object")
    assert "báo không phải của mình" in done.words
    assert two.browser.get(claim).status == 404
    assert "đồng tác giả phản đối" in two.office.browser("member").get(claim).words
    assert two.browser.post(answer, {"answer": "perhaps"}).status == 422


def test_who_says_mine_of_an_accepted_piece_is_decided_on_from_the_queue(two: Two) -> None:
    claim = two.file()
    two.accept(claim)
    two.ask()
    assert "Bài đã được duyệt trước khi đồng chí nhận" in two.browser.get(claim).words
    officer = two.office.browser("officer")
    assert "Nhận cùng là tác giả (1)" in officer.get("/").words
    assert "Nhận cùng là tác giả (1)" in officer.get("/review").words
    shown = officer.get("/review/coauthors")
    assert "Trần Thị Bình" in shown.words
    action = f"{claim}/coauthors/{two.colleague.member_id}"
    done = officer.submit(shown, action, press="verdict=accept")
    assert "Không có ai chờ được ghi tên" in done.words
    assert "Đồng chí được ghi là đồng tác giả" in two.browser.get(claim).words
    assert officer.post(action, {"verdict": "accept"}).status == 409


def test_an_auditor_reads_who_asks_and_decides_nothing(two: Two) -> None:
    claim = two.file()
    two.accept(claim)
    two.ask()
    auditor = two.office.browser("auditor")
    shown = auditor.get("/review/coauthors")
    assert "Trần Thị Bình" in shown.words
    assert shown.soup.select_one("form[action*='/coauthors/']") is None
    assert two.browser.get("/review/coauthors").status == 403


def test_the_decision_stays_hidden_from_who_may_look_at_it_a_second_time(two: Two) -> None:
    office, admin = two.office, two.office.browser("admin")
    admin.submit(admin.get("/second-looks"), "/second-looks/share", percent="100")
    claim = two.file()
    two.accept(claim)
    blind = admin.get(claim)
    assert "được chọn để xem lại lần hai" in blind.words
    assert "Đã duyệt" not in blind.words.replace("Đã duyệt trước", "")
    assert "canbo" not in blind.words
    listed = admin.get("/review?state=accepted")
    assert "Đã bỏ ra 1 mục" in listed.words
    assert "Bài viết mẫu" not in listed.words
    assert "được chọn để xem lại lần hai" not in office.browser("officer").get(claim).words
    shown = admin.submit(blind, f"{claim}/first-decision")
    assert "Việc xem lại lần hai dành cho cán bộ khác" in shown.words
    assert "canbo" in shown.words
    assert "Không có mục nào chờ đồng chí xem lại" in admin.get("/second-looks").words


def test_the_second_look_is_given_from_the_declaration_itself(two: Two) -> None:
    admin = two.office.browser("admin")
    admin.submit(admin.get("/second-looks"), "/second-looks/share", percent="100")
    claim = two.file()
    two.accept(claim)
    look = f"/second-looks{claim.removeprefix('/claims')}"
    assert "100,0%" in admin.submit(admin.get(claim), look, press="verdict=accept").words
    assert "canbo" in admin.get(claim).words


def test_who_joins_a_colleague_s_declaration_is_told_so_and_the_officer_sees_both(two: Two) -> None:
    claim, member_id = two.file(), two.colleague.member_id
    with two.office.site.db.write() as tx:
        row: dict[str, Any] = {"member_id": member_id, "article_id": two.office.article, "reasons": []}
        tx.execute(insert(Suggestion), row | {"score_percent": 90, "offered_at": make.NOW})
    action = f"/suggestions/{member_id}-{two.office.article}"
    shown = two.browser.submit(two.browser.get("/suggestions"), action, press="answer=mine")
    assert shown.url.endswith(claim)
    assert "Bài này đã có đồng chí khác khai báo" in shown.words
    assert "Đồng tác giả: Trần Thị Bình (đã đồng ý)" in two.office.browser("officer").get("/review").words


def declare(two: Two, **typed: str) -> Shown:
    return two.browser.submit(two.browser.get("/claims/new?kind=authored"), "/claims", url=PIECE, **typed)


def test_who_declares_a_colleague_s_piece_is_offered_to_join_it_before_anything_is_filed(two: Two) -> None:
    claim = two._file(ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    shown = declare(two, title="Bài của hai người")
    assert shown.status == 409
    assert "Bài này đã có đồng chí khác khai báo" in shown.words
    assert "Nguyễn Văn An" not in shown.words
    assert "Chưa có khai báo" in two.browser.get("/claims").words
    joined = two.browser.submit(shown, "/claims", press="act=join")
    assert joined.url.endswith(claim)
    assert "Đồng chí đã đề nghị được ghi là đồng tác giả" in joined.words
    assert "Khi bài được duyệt, cán bộ quyết định có tính cho đồng chí không." in joined.words
    two.accept(claim)
    asked = two.office.browser("officer").get("/review/coauthors")
    assert "Trần Thị Bình" in asked.words


def test_a_piece_declared_apart_is_shown_beside_the_other_and_may_still_join_it(two: Two) -> None:
    first = two._file(ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    shown = two.browser.submit(declare(two), "/claims", press="act=apart")
    second = shown.url.removeprefix("http://127.0.0.1:8000")
    assert second != first
    two.accept(first)
    officer = two.office.browser("officer")
    page = officer.get(second)
    assert first in page.text
    refused = officer.submit(page, f"{second}/review", press="verdict=accept")
    assert "Bài này đã được tính ở khai báo khác" in refused.words
    joined = two.browser.submit(two.browser.get(second), f"{second}/join")
    assert joined.url.endswith(first)
    assert "Đã rút" in two.browser.get(second).words


def test_an_officer_who_declares_for_a_member_is_told_of_the_colleague_s_piece_and_joins_nobody(two: Two) -> None:
    two._file(ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE))
    officer, member_id = two.office.browser("officer"), two.colleague.member_id
    form = officer.get(f"/claims/new?kind=authored&member={member_id}")
    shown = officer.submit(form, "/claims", url=PIECE)
    assert "Bài này đã có đồng chí khác khai báo" in shown.words
    assert "act" in shown.text
    assert 'value="join"' not in shown.text
    assert officer.submit(shown, "/claims", press="act=apart").url.endswith(f"/claims/{member_id}-1")
