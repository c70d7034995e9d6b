"""Pen names on pages: proposed by the member, confirmed or refused in the queue, told back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import make
from tests.web.browser import sign_in
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.web.browser import Browser
    from tests.web.conftest import Office


def _propose(office: Office, name: str = "Hoài") -> Browser:
    browser = office.browser("member")
    browser.submit(browser.get("/me/pen-names"), "/me/pen-names", name=name)
    return browser


def test_a_proposed_pen_name_waits_for_an_officer_and_is_confirmed(office: Office) -> None:
    member = _propose(office)
    assert "chờ cán bộ xác nhận" in member.get("/me/pen-names").words
    officer = office.browser("officer")
    assert "Bút danh chờ xác nhận (1)" in officer.get("/").words
    assert "Bút danh chờ xác nhận (1)" in officer.get("/review").words
    shown = officer.get("/review/pen-names")
    assert "Hoài" in shown.words
    done = officer.submit(shown, "/review/pen-names", press="verdict=confirm")
    assert "Không có bút danh nào chờ xác nhận" in done.words
    assert "đã xác nhận" in member.get("/me/pen-names").words
    assert "Hoài" in officer.get(f"/members/{office.member}").words


def test_a_refusal_needs_its_reason_which_the_member_reads(office: Office) -> None:
    member, officer = _propose(office, "Lam Giang"), office.browser("officer")
    sent = {"member_id": str(office.member), "name": "Lam Giang", "verdict": "refuse"}
    assert officer.post("/review/pen-names", sent).status == 422
    officer.post("/review/pen-names", sent | {"reason": "Của đồng chí khác"})
    told = member.get("/me/pen-names")
    assert "Của đồng chí khác" in told.words
    done = member.submit(told, "/me/pen-names/drop")
    assert "Chưa có bút danh nào" in done.words


def test_initials_are_no_pen_name(office: Office) -> None:
    browser = office.browser("member")
    shown = browser.submit(browser.get("/me/pen-names"), "/me/pen-names", name="T.N")
    assert shown.status == 422
    assert "Chưa có bút danh nào" in shown.words


def test_nobody_confirms_their_own_pen_name_nor_one_outside_of_their_scope(office: Office) -> None:
    with office.site.db.write() as tx:
        own = make.member(tx, office.branch, "009", "Lê Thị Chín")
        officer = make.account(tx, "chin", Role.OFFICER, unit_id=office.branch, member_id=own)
        stranger = make.account(tx, "khac", Role.OFFICER, unit_id=make.unit(tx, "U9"))
    browser = sign_in(office.site, officer)
    browser.submit(browser.get("/me/pen-names"), "/me/pen-names", name="Bích Hà")
    assert "Không có bút danh nào chờ xác nhận" in browser.get("/review/pen-names").words
    sent = {"member_id": str(own), "name": "Bích Hà", "verdict": "confirm"}
    assert browser.post("/review/pen-names", sent).status == 403
    assert sign_in(office.site, stranger).post("/review/pen-names", sent).status == 404
