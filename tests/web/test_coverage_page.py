"""How many units have a working group, and groups put down for many units at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import make
from web.pages import coverage

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

GROUP = "Tổ công tác 03"


@pytest.fixture
def admin(office: Office) -> Browser:
    with office.site.db.write() as tx:
        for n in range(2, 5):
            make.unit(tx, f"CB{n}", above=(office.unit,))
    return office.browser("admin")


def asked(office: Office, on: str = "") -> str:
    return f"/coverage?group={GROUP}&unit={office.unit}&on={on}"


def entered(admin: Browser, office: Office, *units: int) -> Shown:
    page = admin.get(asked(office))
    form = page.form("/coverage")
    hidden = [(str(f["name"]), str(f["value"])) for f in form.select("input[type=hidden]")]
    ticked = [("ticked", str(unit)) for unit in units]
    return admin.post("/coverage", [*hidden, *ticked, ("established_on", "2023-03-01")])


def test_the_units_without_a_group_are_named_and_ticked_off(admin: Browser, office: Office) -> None:
    assert f"0/4 tổ chức có “{GROUP}” (0,0%)" in admin.get(asked(office)).words
    shown = entered(admin, office, office.branch, office.branch + 1, office.branch + 2)
    assert f"3/4 tổ chức có “{GROUP}” (75,0%)" in shown.words
    assert "Chưa có: 1 tổ chức" in shown.words
    assert "Chi bộ CB4" in shown.words


def test_a_day_gone_by_tells_who_had_one_then_and_takes_nothing_down(admin: Browser, office: Office) -> None:
    entered(admin, office, office.branch)
    shown = admin.get(asked(office, on="2023-02-28"))
    assert f"0/4 tổ chức có “{GROUP}” (0,0%)" in shown.words
    assert "tính đến 28/02/2023" in shown.words
    assert not shown.soup.select("form[action='/coverage'][method=post]")


def test_a_group_is_put_down_for_nobody_where_nothing_is_ticked_or_the_day_is_missing(
    admin: Browser, office: Office
) -> None:
    assert entered(admin, office).status == 422
    page = admin.get(asked(office))
    wrong = admin.submit(page, "/coverage", ticked=str(office.branch), established_on="")
    assert wrong.status == 422
    assert wrong.soup.select_one("#e-established_on")
    assert "0/4 tổ chức" in admin.get(asked(office)).words


@pytest.mark.parametrize("ticked", ["9" * 23, str(2**63), "x"])
def test_what_is_no_unit_is_refused_in_words(admin: Browser, office: Office, ticked: str) -> None:
    page = admin.get(asked(office))
    wrong = admin.submit(page, "/coverage", ticked=ticked, established_on="2023-03-01")
    assert wrong.status == 422
    assert "Hãy chọn trong danh sách" in wrong.words


def test_of_very_many_units_a_form_takes_no_more_than_can_be_sent(
    admin: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "TICKS_MOST", 3)
    shown = admin.get(asked(office))
    assert len(shown.soup.select("input[name=ticked]")) == 3
    assert "3 dòng đầu" in shown.words
    assert "Chưa có: 4 tổ chức" in shown.words


def test_an_officer_reads_the_coverage_of_the_own_unit_and_enters_nothing(admin: Browser, office: Office) -> None:
    entered(admin, office, office.branch)
    officer = office.browser("officer")
    shown = officer.get("/coverage")
    assert f"1/4 tổ chức có “{GROUP}”" in shown.words
    assert not shown.soup.select("form[action='/coverage'][method=post]")
    assert officer.post("/coverage", {}).status == 403
    assert office.browser("member").get("/coverage").status == 403
    with office.site.db.write() as tx:
        elsewhere = make.unit(tx, "KHAC")
    assert officer.get(f"/coverage?group={GROUP}&unit={elsewhere}").status == 404


def test_the_lists_of_units_and_members_say_how_many_there_are(admin: Browser, office: Office) -> None:
    assert "5 tổ chức" in admin.get("/units").words
    assert "1 tổ chức" in admin.get("/units?q=cb3").words
    assert "1 đảng viên" in office.browser("officer").get("/members").words
