"""The page of periods: what would be frozen, closing, reopening with a reason, and the restatement in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from tests.web.test_words import FOLDER, catalogue, said_by_labels, said_by_pages
from tracker.domain.claims import ClaimKind
from tracker.domain.organisation import MemberStatus
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.services import meetings, members, programmes, targets
from tracker.services.meetings import NewMeeting
from tracker.services.members import Move
from web import unit_choice

if TYPE_CHECKING:
    from tests.web.browser import Shown
    from tests.web.conftest import Office

OCTOBER = "/periods?period=2026-10"


@pytest.fixture
def october(office: Office) -> Office:
    """One share and one member who shared nothing in October, under a target of one share a month."""
    officer, times = office.viewers["officer"], {"now": make.NOW, "today": make.TODAY}
    with office.site.db.write() as tx:
        make.member(tx, office.branch, "002", "Trần Thị Bé")
        make_claims.claim(tx, office.member, office.branch, dt.date(2026, 10, 7), late=True)
        new = programmes.NewProgramme(name="Mô hình", unit_id=office.unit, is_new=True)
        made = programmes.create(tx, officer, new, **times)  # type: ignore[arg-type]  # an instant and a day
        asked = targets.NewTarget(
            programme_id=made.programme_id,
            who=TargetWho.EACH_MEMBER,
            what=ClaimKind.SHARE,
            minimum=1,
            per=PeriodKind.MONTH,
        )
        targets.create(tx, officer, asked, **times)  # type: ignore[arg-type]  # the same
    return office


def facts(shown: Shown) -> dict[str, str]:
    return {str(d.dt.get_text()): str(d.dd.get_text()) for d in shown.soup.select("dl.facts > div") if d.dt and d.dd}


def test_an_officer_sees_what_a_close_freezes_closes_it_and_reopens_it_with_a_reason(october: Office) -> None:
    browser = october.browser("officer")
    before = browser.get(OCTOBER)
    assert facts(before) == {
        "Đảng viên": "2",
        "Bài chia sẻ": "1",
        "Bài viết": "0",
        "Lượt sinh hoạt": "0",
        "trong đó khai muộn": "1",
    }
    assert "Chưa đạt (1)" in before.words
    (draft,) = before.soup.select("textarea[readonly]")
    assert "Trần Thị Bé" in draft.get_text()
    closed = browser.submit(before, "/periods/close")
    assert "Đã khóa kỳ" in closed.words
    assert "Số liệu đã khóa" in closed.words
    assert facts(closed) == facts(before)
    without = browser.submit(closed, "/periods/reopen", reason="")
    assert "Đã khóa kỳ" not in without.words
    assert "Kỳ đã khóa ngày 22/11/2026, bản 1" in without.words
    again = browser.submit(without, "/periods/reopen", reason="sót một đồng chí")
    assert "Đã mở khóa kỳ" in again.words
    assert "bản 2" in browser.submit(again, "/periods/close").words


def test_what_changed_after_the_close_stands_there_in_words(october: Office) -> None:
    browser = october.browser("admin")
    browser.submit(browser.get(f"{OCTOBER}&unit={october.unit}"), "/periods/close")
    with october.site.db.write() as tx:
        move = Move(unit_id=october.unit, since=dt.date(2026, 10, 5), status=MemberStatus.EXEMPT)
        members.move(tx, october.viewers["admin"], october.member, move, now=make.NOW, today=make.TODAY)
    rows = [r.get_text(" ", strip=True) for r in browser.get(f"{OCTOBER}&unit={october.branch}").soup.select("tr")]
    (told,) = [row for row in rows if "đảng viên Nguyễn Văn An" in row]
    assert "số mục tính ở đó: 1" in told
    assert "số mục tính ở đó: 0" in told
    assert "01/01/2020 – 04/10/2026" in told


def test_changes_of_registers_and_targets_are_told_by_name_and_in_words(october: Office) -> None:
    browser, admin = october.browser("admin"), october.viewers["admin"]
    browser.submit(browser.get(f"{OCTOBER}&unit={october.unit}"), "/periods/close")
    times = {"now": make.NOW, "today": make.TODAY}
    with october.site.db.write() as tx:
        (goal,), _ = targets.list_page(
            tx, admin, programme_id=None, unit_id=None, after=None, limit=1, today=make.TODAY
        )
        targets.change(tx, admin, goal, {"minimum": 2, "per": PeriodKind.WEEK}, **times)  # type: ignore[arg-type]  # an instant and a day
        held = NewMeeting(
            unit_id=october.branch,
            held_on=dt.date(2026, 11, 2),
            periods=(Period.parse("2026-10"),),
            title="Học Bác",
            speaker_id=october.member,
        )
        meetings.create(tx, admin, held, **times)  # type: ignore[arg-type]  # the same
    shown = browser.get(f"{OCTOBER}&unit={october.branch}")
    told = [r.get_text(" ", strip=True) for r in shown.soup.select("tr")]
    (changed,) = [row for row in told if "chỉ tiêu Mô hình" in row]
    assert ("Tối thiểu: 1; Mỗi: Tháng" in changed, "Tối thiểu: 2; Mỗi: Tuần" in changed) == (True, True)
    (entered,) = [row for row in told if "buổi sinh hoạt Học Bác" in row]
    assert "Báo cáo viên: Nguyễn Văn An" in entered
    assert "Thuộc kỳ: Tháng 10/2026" in entered
    assert "speaker_id" not in shown.words
    assert shown.soup.select_one('a[href^="/meetings/"]') is not None


def test_an_auditor_reads_and_a_member_has_no_such_page(october: Office) -> None:
    shown = october.browser("auditor").get(OCTOBER)
    assert [f["action"] for f in shown.soup.select("form[method=post]")] == ["/sign-out"]
    assert october.browser("member").get("/periods").status == 403
    assert october.browser("auditor").post("/periods/close", {"unit": "1", "period": "2026-10"}).status == 403


def test_a_period_that_still_runs_says_from_when_it_can_be_closed(october: Office) -> None:
    browser = october.browser("officer")
    shown = browser.get("/periods?period=2026-11")
    assert "Kỳ này khóa được từ ngày 01/12/2026" in shown.words
    refused = browser.post("/periods/close", _close(shown, october))
    assert "Đã khóa kỳ" not in refused.words


def _close(shown: Shown, office: Office) -> dict[str, str]:
    token = shown.soup.select_one("input[name=csrf]")
    assert token is not None
    return {"csrf": str(token["value"]), "unit": str(office.unit), "period": "2026-11"}


def test_with_many_units_one_is_searched_for(office: Office) -> None:
    with office.site.db.write() as tx:
        for number in range(unit_choice.LISTED_MOST + 1):
            make.unit(tx, f"N{number:03d}", f"Chi bộ thứ {number}", above=(office.unit,))
    browser = office.browser("officer")
    for path in ("/progress", "/periods"):
        shown = browser.get(f"{path}?period=2026-10")
        assert not shown.soup.select("select[name=unit]")
        found = browser.get(f"{path}?period=2026-10&q=N077")
        links = [str(a["href"]) for a in found.soup.select("main a") if "Chi bộ thứ 77" in a.get_text()]
        assert len(links) == 1
        assert "Chi bộ thứ 77" in browser.get(links[0]).words


def test_the_words_of_the_page_are_all_in_use_and_keep_their_blanks() -> None:
    assert (FOLDER / "periods.po").exists()
    assert sorted(set(catalogue("periods.po")) - said_by_pages() - said_by_labels()) == []
