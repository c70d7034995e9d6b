"""Sign-in slips from the printing of a unit's to the first page of a member who used one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests import make
from tests.application import BASE_URL
from tests.web.browser import Browser, path_of
from tests.web.conftest import furnish
from tracker.domain.invitations import read_token
from tracker.domain.types import Role
from tracker.services import invitations

if TYPE_CHECKING:
    from tests.application import Api
    from tests.web.browser import Shown
    from tests.web.conftest import Office

PASSWORD = "một mật khẩu dài"
MINUTE = dt.timedelta(minutes=1)


def make_slips(office: Office, unit: int | None = None, **more: str) -> Shown:
    office.site.clock.now += MINUTE
    browser = office.browser("admin")
    return browser.submit(browser.get(f"/slips?unit={unit or office.branch}"), "/slips", **more)


def addresses(shown: Shown) -> list[str]:
    return [p.get_text() for p in shown.soup.select(".slip .slip-link")]


def start(site: Api, address: str, **typed: str) -> Shown:
    """Open a slip's address on a phone that nobody is signed in on, and send its form."""
    phone, path = Browser(site), path_of(address)
    return phone.submit(phone.get(path), path, **({"password": PASSWORD, "again": PASSWORD} | typed))


def test_a_unit_s_slips_are_printed_and_lead_to_a_password_and_on_to_the_notices(office: Office) -> None:
    with office.site.db.write() as tx:
        make.member(tx, office.branch, "B-07", "Trần Thị Bình")
    browser = office.browser("admin")
    asked = browser.get(f"/slips?unit={office.unit}")
    assert "Chưa đăng nhập được: 2" in asked.words
    shown = make_slips(office, office.unit)
    slips = shown.soup.select(".slip")
    assert [s.h2.get_text() for s in slips if s.h2] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert "Tên đăng nhập: B-07" in slips[1].get_text()
    assert all(a.startswith(f"{BASE_URL}/start/") and read_token(a.rpartition("/")[2]) for a in addresses(shown))
    assert len({str(img["src"]) for img in shown.soup.select(".slip img")}) == 2
    assert unquote(str(slips[0].select("img")[0]["src"])).startswith("data:image/svg+xml")
    done = start(office.site, addresses(shown)[1])
    assert path_of(done.url) == "/consents"
    assert "Đã đặt mật khẩu" in done.words
    anew = Browser(office.site)
    assert anew.submit(anew.get("/sign-in"), "/sign-in", login="b-07", password=PASSWORD).status == 200
    assert path_of(start(office.site, addresses(shown)[0]).url) == "/"  # An has agreed to the notices on paper


def test_opening_a_slip_uses_nothing_up_and_tells_nobody_its_address(office: Office) -> None:
    (address,) = addresses(make_slips(office))
    for _ in range(7):  # as preview robots do
        assert "Nguyễn Văn An" in Browser(office.site).get(path_of(address)).words
    shown = Browser(office.site).get(path_of(address))
    assert 'value="an"' in shown.text
    assert shown.headers["referrer-policy"] == "strict-origin"
    assert shown.headers["cache-control"] == "no-store"
    assert Browser(office.site).request("HEAD", path_of(address)).status == 405
    assert start(office.site, address).status == 200


def test_what_is_wrong_about_a_password_is_said_and_the_slip_stays_open(office: Office) -> None:
    (address,) = addresses(make_slips(office))
    weak = start(office.site, address, password="12345678", again="12345678")
    assert (weak.status, "Mật khẩu quá ngắn hoặc quá phổ biến" in weak.words) == (422, True)
    assert weak.headers["referrer-policy"] == "strict-origin"
    other = start(office.site, address, again="khác")
    assert (other.status, "Hai mật khẩu không giống nhau" in other.words) == (422, True)
    assert PASSWORD not in other.text
    assert start(office.site, address).status == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "xin phiếu mới ở người phát phiếu"), ("en", "ask whoever handed it out, or the administrator")],
)
def test_a_wrong_an_old_and_a_used_link_say_in_words_whom_to_ask(office: Office, language: str, words: str) -> None:
    (older,) = addresses(make_slips(office))
    (newer,) = addresses(make_slips(office, again="1"))
    browser = Browser(office.site, language)
    for path in ("/start/abc", "/start/1-" + "a" * 26, path_of(older)):
        shown = browser.get(path)
        assert (shown.status, words in shown.words) == (404, True), path
        assert browser.post(path, {"password": PASSWORD, "again": PASSWORD}).status == 404
    start(office.site, newer)
    used = browser.get(path_of(newer))
    assert used.status == 410
    assert "administrator" in used.words or "quản trị viên" in used.words
    assert browser.post(path_of(newer), {"password": PASSWORD, "again": PASSWORD}).status == 410


def test_a_link_that_has_ended_is_told_so(office: Office) -> None:
    (address,) = addresses(make_slips(office))
    office.site.clock.now += dt.timedelta(days=14)
    assert Browser(office.site).get(path_of(address)).status == 404


def test_sending_the_page_again_makes_no_slips_and_no_address_shows_them_again(office: Office) -> None:
    browser = office.browser("admin")
    form = browser.get(f"/slips?unit={office.branch}")
    office.site.clock.now += MINUTE
    (address,) = addresses(browser.submit(form, "/slips"))
    again = browser.submit(form, "/slips")
    assert addresses(again) == []
    assert "đánh dấu ô làm phiếu mới" in again.words
    office.site.clock.now += MINUTE
    asked = browser.get(f"/slips?unit={office.branch}")
    assert "đã có phiếu còn hiệu lực: 1" in asked.words
    assert "/start/" not in asked.text
    office.site.clock.now += MINUTE
    (newer,) = addresses(browser.submit(asked, "/slips", again="1"))
    office.site.clock.now += MINUTE
    assert addresses(browser.submit(asked, "/slips", again="1")) == []
    assert Browser(office.site).get(path_of(address)).status == 404
    assert Browser(office.site).get(path_of(newer)).status == 200


def test_more_than_fit_on_one_page_come_with_the_next_button(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "SLIPS_MOST", 2)
    with office.site.db.write() as tx:
        for number in range(4):
            make.member(tx, office.branch, f"m{number}")
    shown, seen = make_slips(office, again="1"), set[str]()
    for left in (3, 1, 0):
        seen |= set(addresses(shown))
        assert (f"Chưa có phiếu: {left}" in shown.words) == bool(left)
        if left:
            shown = office.browser("admin").submit(shown, "/slips")
    assert len(seen) == 5


def test_a_member_s_slip_is_made_on_the_page_of_the_member_and_of_the_account(office: Office) -> None:
    with office.site.db.write() as tx:
        other = make.member(tx, office.branch, "B-07", "Trần Thị Bình")
    browser = office.browser("admin")
    page = browser.get(f"/members/{other}")
    (address,) = addresses(browser.submit(page, f"/members/{other}/slip"))
    again = browser.submit(page, f"/members/{other}/slip")
    assert "Phiếu vừa được làm" in again.words
    start(office.site, address)
    office.site.clock.now += MINUTE
    account = f"/accounts/{office.viewers['officer'].account_id}"
    shown = browser.submit(browser.get(account), f"{account}/slip")
    assert "Tên đăng nhập: canbo" in shown.words
    assert path_of(start(office.site, addresses(shown)[0]).url) == "/"


def test_a_closed_account_has_no_slip(office: Office) -> None:
    browser = office.browser("admin")
    account = f"/accounts/{office.viewers['member'].account_id}"
    before = browser.get(account)
    (address,) = addresses(browser.submit(before, f"{account}/slip"))
    browser.submit(browser.get(account), account, disabled="1")
    assert f"{account}/slip" not in browser.get(account).text
    assert Browser(office.site).get(path_of(address)).status == 404
    refused = browser.submit(browser.get(f"/members/{office.member}"), f"/members/{office.member}/slip")
    assert "Tài khoản đã khóa" in refused.words


@pytest.mark.parametrize("role", ["member", "officer", "auditor"])
def test_who_may_not_make_accounts_makes_no_slips(office: Office, role: str) -> None:
    browser = office.browser(role)
    told = {"unit": str(office.branch), "asked_at": office.site.clock.now.isoformat()}
    assert browser.get("/slips").status == 403
    for path in ("/slips", f"/members/{office.member}/slip", f"/accounts/{office.viewers['admin'].account_id}/slip"):
        assert browser.post(path, told).status == 403
    if role != "member":
        assert "/slip" not in browser.get(f"/members/{office.member}").text


def test_a_slip_form_without_its_instant_or_of_another_site_makes_none(office: Office) -> None:
    browser = office.browser("admin")
    for asked_at in ("", "gần đây", "2026-11-22", "0001-01-01T00:00:00+14:00"):
        assert browser.post("/slips", {"unit": str(office.branch), "asked_at": asked_at}).status == 422
    assert browser.get("/slips?unit=99999").status == 404
    assert browser.post("/slips", {"asked_at": office.site.clock.now.isoformat()}).status == 422
    (address,) = addresses(make_slips(office))
    phone = Browser(office.site, says_origin=False)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        assert phone.request("POST", path_of(address), content=b"password=x&again=x", headers=sent).status == 403
    assert phone.get(path_of(address)).status == 200


def test_guesses_are_slowed_with_a_time_to_wait(office: Office) -> None:
    (address,) = addresses(make_slips(office))
    number = path_of(address).rpartition("/")[2].partition("-")[0]
    guesses = [Browser(office.site).get(f"/start/{number}-{'a' * 26}").status for _ in range(7)]
    assert guesses == [404] * 5 + [429] * 2
    told = Browser(office.site).get(path_of(address))
    assert (told.status, "giây" in told.words) == (429, True)
    office.site.clock.now += MINUTE
    assert start(office.site, address).status == 200


def test_somebody_signed_in_is_told_that_going_on_makes_them_another(office: Office) -> None:
    (address,) = addresses(make_slips(office))
    shown = office.browser("admin", "en").get(path_of(address))
    assert "You are signed in as quantri. Going on signs you in as an instead." in shown.words
    assert "instead" not in Browser(office.site, "en").get(path_of(address)).words


def test_names_and_logins_on_slips_are_only_words(site: Api) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    office = furnish(site, name=hostile)
    with site.db.write() as tx:
        make.account(tx, hostile, Role.ADMIN)
        make.member(tx, office.branch, hostile, hostile)
    shown = make_slips(office)
    pages = [shown, *(Browser(site).get(path_of(a)) for a in addresses(shown))]
    assert len(pages) == 3
    for page in pages:
        assert hostile in page.words
        assert not [e for e in page.soup.find_all("img") if e.has_attr("onerror")]


def test_no_log_line_holds_a_link(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    (address,) = addresses(make_slips(office))
    start(office.site, address, password="12345678", again="12345678")
    start(office.site, address)
    Browser(office.site).get(path_of(address))
    told = capsys.readouterr()
    token = path_of(address).rpartition("/")[2]
    assert token not in told.out + told.err
