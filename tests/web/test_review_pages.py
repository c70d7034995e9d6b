"""The review queue as officers work through it: evidence and checks beside, groups, keys, second looks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from tests.web.browser import path_of, sign_in
from tests.web.test_member_pages import _declare
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough


def _claim(office: Office) -> str:
    """Let the member declare a share; give the path of the declaration."""
    return path_of(_declare(office.browser("member"), office).url)


def _all_are_looked_at(office: Office) -> Browser:
    admin = office.browser("admin")
    admin.submit(admin.get("/second-looks"), "/second-looks/share", percent="100")
    return admin


def _decide(office: Office, claim: str, verdict: str, **typed: str) -> Shown:
    officer = office.browser("officer")
    return officer.submit(officer.get(claim), f"{claim}/review", press=f"verdict={verdict}", **typed)


def test_the_queue_shows_what_was_found_by_itself_and_leads_back_to_itself(office: Office) -> None:
    claim = _claim(office)
    officer = office.browser("officer")
    shown = officer.get(f"/review?kind=share&unit={office.unit}")
    assert "Chưa có chủ đề" in shown.words
    assert "Chưa có tệp minh chứng" in shown.words
    assert "Phím tắt" in shown.words
    decided = officer.submit(shown, f"{claim}/review", press="verdict=accept")
    assert decided.url.endswith(f"/review?kind=share&unit={office.unit}")
    assert "Đã quyết định" in decided.words


def test_who_entered_a_declaration_is_named_beside_their_own_decision(office: Office) -> None:
    with office.site.db.write() as tx:
        officer = office.viewers["officer"].account_id
        key = make_claims.claim(tx, office.member, office.branch, make.TODAY, state="pending", assisted_by=officer)
    claim = f"/claims/{key}"
    same = "Do chính cán bộ duyệt khai báo thay"
    assert same in office.browser("officer").get(claim).words
    assert same not in office.browser("admin").get(claim).words
    _decide(office, claim, "accept")
    for who in ("officer", "admin"):
        shown = office.browser(who).get(claim).words
        assert same in shown
        assert "do chính cán bộ này khai báo thay" in shown


def test_a_decision_does_not_lead_out_of_the_queue(office: Office) -> None:
    claim = _claim(office)
    officer = office.browser("officer")
    sent = {"verdict": "accept", "back": "//elsewhere.example/review", "csrf": ""}
    form = officer.get(claim).form(f"{claim}/review")
    token = form.select_one("input[name=csrf]")
    assert token is not None
    assert path_of(officer.post(f"{claim}/review", sent | {"csrf": str(token["value"])}).url) == claim


def test_declarations_are_returned_from_the_queue_with_a_reason_of_the_list(office: Office) -> None:
    claim = _claim(office)
    officer = office.browser("officer")
    reason = {"why": "Không đúng bài", "reason": "Xin gửi lại"}
    officer.submit(officer.get("/review"), f"{claim}/review", press="verdict=return", **reason)
    assert "Không đúng bài. Xin gửi lại" in office.browser("member").get(claim).words


def test_what_waits_is_grouped_by_article(office: Office) -> None:
    _claim(office)
    officer = office.browser("officer")
    groups = officer.get("/review/articles")
    assert "Bài viết mẫu" in groups.words
    link = next(a for a in groups.soup.select("main a") if "article=" in str(a["href"]))
    assert "Nguyễn Văn An" in officer.get(str(link["href"])).words
    assert "Không có mục nào chờ duyệt" in officer.get("/review?article=999").words


def test_what_has_waited_for_more_than_five_working_days_is_marked(office: Office) -> None:
    _claim(office)
    clock = office.site.clock
    clock.now = make.NOW + dt.timedelta(days=6)
    assert "quá 5 ngày làm việc" not in office.browser("officer").get("/review").words
    clock.now += dt.timedelta(days=3)
    shown = office.browser("officer").get("/review").words
    assert "1 mục chờ quá 5 ngày làm việc" in shown
    home = office.browser("officer").get("/").soup
    linked = [str(a["href"]) for a in home.select("main a") if "quá 5 ngày" in a.get_text()]
    assert linked == ["/review"]


def test_the_queue_is_narrowed_to_a_member_by_code_or_name(office: Office) -> None:
    _claim(office)
    with office.site.db.write() as tx:
        other = make.member(tx, office.branch, "002", "Trần Thị Bình")
        make_claims.claim(tx, other, office.branch, make.TODAY, state="pending")
    officer = office.browser("officer")
    for who in ("002", "trần thị bình"):
        shown = officer.get(f"/review?who={who}")
        assert len(shown.soup.select("section[data-claim]")) == 1
        assert "Trần Thị Bình" in shown.words
    nobody = officer.get("/review?who=Không ai")
    assert nobody.soup.select_one("#e-who")
    assert not nobody.soup.select("section[data-claim]")
    assert len(officer.get("/review?who=").soup.select("section[data-claim]")) == 2


def test_a_batch_that_is_refused_is_shown_on_the_page_it_was_sent_from(office: Office) -> None:
    with office.site.db.write() as tx:
        other = make.member(tx, office.branch, "002", "Trần Thị Bình")
        for _ in range(25):
            make_claims.claim(tx, other, office.branch, make.TODAY, state="pending")
    _claim(office)
    officer = office.browser("officer")
    for asked in (f"/review?kind=share&unit={office.branch}", "/review?who=001", f"/review?member={other}"):
        page = officer.get(asked)
        refused = officer.submit(page, _batch(page), press="verdict=return")
        assert refused.status == 422
        assert _ticks(refused) == _ticks(page)
        assert refused.words.count("Trần Thị Bình") == page.words.count("Trần Thị Bình")
    second = officer.get(next(a for a in officer.get(f"/review?member={other}").links() if "cursor=" in a))
    refused = officer.submit(second, _batch(second), press="verdict=reject", claim=_ticks(second)[0])
    assert _ticks(refused) == _ticks(second)
    done = officer.submit(refused, _batch(refused), press="verdict=reject", claim=_ticks(second)[0], reason="Trùng")
    assert done.url.endswith(f"/review?member={other}")


def test_a_decision_that_was_refused_once_leads_back_to_the_queue_it_came_from(office: Office) -> None:
    claim = _claim(office)
    officer = office.browser("officer")
    refused = officer.submit(officer.get("/review?kind=share"), f"{claim}/review", press="verdict=return")
    assert refused.status == 422
    assert officer.submit(refused, f"{claim}/review", press="verdict=accept").url.endswith("/review?kind=share")


def _batch(shown: Shown) -> str:
    return str(shown.soup.select("#batch")[0]["action"])


def _ticks(shown: Shown) -> list[str]:
    return [str(box["value"]) for box in shown.soup.select("input[name=claim]")]


def test_where_nothing_may_be_decided_nothing_is_offered_for_deciding_together(office: Office) -> None:
    with office.site.db.write() as tx:
        secretary = make.member(tx, office.branch, "002", "Trần Thị Bình")
        own = make.account(tx, "bithu", Role.OFFICER, unit_id=office.branch, member_id=secretary)
        make_claims.claim(tx, secretary, office.branch, make.TODAY, state="pending")
    shown = sign_in(office.site, own).get("/review")
    assert "khai báo của chính mình" in shown.words
    assert shown.soup.select_one("#batch") is None
    assert shown.soup.select_one("[data-ticks]") is None
    assert office.browser("officer").get("/review").soup.select_one("#batch")


def test_a_second_officer_sees_the_declaration_and_not_the_decision(office: Office) -> None:
    admin = _all_are_looked_at(office)
    claim = _claim(office)
    _decide(office, claim, "accept")
    assert "Không có mục nào chờ đồng chí xem lại" in office.browser("officer").get("/second-looks").words
    shown = admin.get("/second-looks")
    assert "Nguyễn Văn An" in shown.words
    main = shown.soup.select_one("main section.card")
    assert main is not None
    assert "canbo" not in main.get_text()
    assert "Đã duyệt" not in main.get_text()
    agreed = admin.submit(shown, f"/second-looks{claim.removeprefix('/claims')}", press="verdict=accept")
    assert "100,0%" in agreed.words


def test_a_disagreement_is_shown_again_and_reversed_with_a_reason(office: Office) -> None:
    admin = _all_are_looked_at(office)
    claim = _claim(office)
    _decide(office, claim, "accept")
    look = f"/second-looks{claim.removeprefix('/claims')}"
    missing = admin.submit(admin.get("/second-looks"), look, press="verdict=reject")
    assert missing.status == 422
    card = missing.soup.select_one(f"#look-{claim.rpartition('/')[2]}")
    assert card is not None
    assert card.select_one("details[open] .error")
    assert missing.soup.select_one(f"a[href='#{card['id']}']")
    shown = admin.submit(missing, look, press="verdict=reject", reason="Không thấy bài")
    assert "Hai cán bộ có ý kiến khác nhau" in shown.words
    done = admin.submit(shown, f"{look}/settle", press="settlement=reverse", reason="Bài đã gỡ")
    assert "Hai cán bộ có ý kiến khác nhau" not in done.words
    assert "Hủy kết quả duyệt" in admin.get("/review?state=reversed").words or "Bài đã gỡ" in admin.get(claim).words


def test_a_member_is_told_that_another_officer_would_have_accepted(office: Office) -> None:
    admin = _all_are_looked_at(office)
    claim = _claim(office)
    _decide(office, claim, "reject", reason="Không thấy bài")
    look = f"/second-looks{claim.removeprefix('/claims')}"
    admin.submit(admin.get("/second-looks"), look, press="verdict=accept")
    assert "có ý kiến duyệt mục này" in office.browser("member").get(claim).words


def test_the_entries_of_a_contest_are_listed_alone(office: Office) -> None:
    """Show 003-40 on the page."""
    with office.site.db.write() as tx:
        for title, contest in (("Bài dự thi", "Búa liềm vàng"), ("Bài khác", None)):
            day = make.TODAY
            make_claims.claim(tx, office.member, office.branch, day, kind="authored", title=title, contest=contest)
    officer = office.browser("officer")
    found = officer.get("/review?state=accepted&contest=1")
    assert "Bài dự thi" in found.words
    assert "Bài khác" not in found.words
    assert found.soup.select_one("#f-contest[checked]") is not None
    assert "Bài khác" in officer.get("/review?state=accepted").words
