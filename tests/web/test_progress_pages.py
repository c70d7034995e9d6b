"""Every total of progress leads to the rows behind it, and there are as many; long lists come in pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from tests.application import BASE_URL
from tests.web.browser import sign_in
from tests.web.test_words import FOLDER, catalogue, said_by_labels, said_by_pages
from tracker.domain.claims import ClaimKind
from tracker.domain.periods import PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Role
from tracker.services import programmes, targets
from web.pages import home, progress, progress_rows

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

QUARTER = "/progress?period=2026-Q3"
WHO = ("Bùi Văn Bình", "Cao Thị Cúc", "Đỗ Văn Dũng")


@pytest.fixture
def busy(office: Office) -> Office:
    """Give four members in two branches; An met each month and once the aim, Bình one, Cúc and Dũng none."""
    times = {"now": make.NOW, "today": make.TODAY}
    with office.site.db.write() as tx:
        other = make.unit(tx, "CB2", "Chi bộ Hai", above=(office.unit,))
        people = [make.member(tx, other if n else office.branch, f"10{n}", name) for n, name in enumerate(WHO)]
        for day in (dt.date(2026, 7, 3), dt.date(2026, 8, 4), dt.date(2026, 8, 5), dt.date(2026, 9, 6)):
            make_claims.claim(tx, office.member, office.branch, day, title=f"Bài {day:%d}")
        make.member(tx, other, "900", "Ngô Văn Miễn", status="exempt")
        make_claims.claim(tx, people[0], office.branch, dt.date(2026, 7, 8), late=True, title="Bài muộn")
        make_claims.claim(tx, people[1], other, dt.date(2026, 9, 9), kind="authored", coauthors=(office.member,))
        new = programmes.NewProgramme(name="Mô hình", unit_id=office.unit, is_new=True)
        made = programmes.create(tx, office.viewers["officer"], new, **times)  # type: ignore[arg-type]  # an instant and a day
        asked = targets.NewTarget(
            programme_id=made.programme_id,
            who=TargetWho.EACH_MEMBER,
            what=ClaimKind.SHARE,
            minimum=1,
            aim=2,
            per=PeriodKind.MONTH,
        )
        targets.create(tx, office.viewers["officer"], asked, **times)  # type: ignore[arg-type]  # the same
    return office


def _rows(browser: Browser, href: str) -> int:
    """Open the rows behind a total, all pages of them, and count what stands there."""
    shown = browser.get(href.removeprefix(BASE_URL))
    assert shown.status == 200, href
    found = len(shown.soup.select("main tbody tr")) + len(shown.soup.select("main ul.plain.card > li"))
    (more,) = shown.soup.select("p.more a") or (None,)
    if more is None:
        said = re.search(r"\(([\d.]+)\)", str(shown.soup.h1))
        assert said is not None
        return found
    return found + _rows(browser, str(more["href"]))


def _totals(shown: Shown) -> list[tuple[int, str]]:
    """List the numbers of a page that lead to rows, as `7` or `Members: 7`."""
    links = shown.soup.select('a[href^="/progress/rows"]')
    told = [(link.get_text(strip=True), str(link["href"])) for link in links]
    return [
        (int(n.group(1).replace(".", "")), href)
        for words, href in told
        if (n := re.search(r"(?<!/)\b(\d+)\)?$", words))
    ]


@pytest.mark.parametrize(
    "role", ["officer", *(pytest.param(r, marks=pytest.mark.thorough) for r in ("admin", "auditor"))]
)
@pytest.mark.parametrize("path", [QUARTER, "/periods?period=2026-Q3", "/progress?period=2026-08"])
def test_behind_every_total_stand_as_many_rows(busy: Office, role: str, path: str) -> None:
    browser = busy.browser(role)
    totals = _totals(browser.get(f"{path}&unit={busy.unit}"))
    assert len(totals) >= 7
    assert {href: number for number, href in totals} == {href: _rows(browser, href) for _, href in totals}


def test_a_closed_period_leads_to_the_rows_it_froze(busy: Office) -> None:
    browser = busy.browser("officer")
    browser.submit(browser.get("/periods?period=2026-Q3"), "/periods/close")
    before = _totals(browser.get(QUARTER))
    with busy.site.db.write() as tx:
        make_claims.claim(tx, busy.member, busy.branch, dt.date(2026, 7, 20))
    assert _totals(browser.get(QUARTER)) == before
    assert {href: number for number, href in before} == {href: _rows(browser, href) for _, href in before}
    assert "Kỳ đã khóa" in browser.get(before[0][1]).words


def test_a_member_is_led_to_their_own_rows_alone(busy: Office) -> None:
    browser = busy.browser("member")
    totals = _totals(browser.get(QUARTER))
    assert {href: number for number, href in totals} == {href: _rows(browser, href) for _, href in totals}
    shown = browser.get("/progress/rows?period=2026-Q3&show=claims")
    assert "Bài muộn" not in shown.words
    claims = {link for link in shown.links() if "/claims/" in link}
    assert len(claims) == 5
    assert {browser.get(link.removeprefix(BASE_URL)).status for link in claims} == {200}
    assert browser.get(f"/progress/rows?period=2026-Q3&show=members&unit={busy.unit}").status == 404


def test_what_nobody_asked_for_is_not_there(busy: Office) -> None:
    browser = busy.browser("officer")
    for asked in ("show=nonsense", "show=below", "show=below&target=99", "show=claims&kind=x", "show=claims&target=99"):
        assert browser.get(f"/progress/rows?period=2026-Q3&{asked}").status == 404
    assert browser.get("/progress/rows?period=soon").status == 422


def test_long_lists_come_in_pages(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROWS_SHOWN", "UNITS_SHOWN", "MEMBERS_SHOWN"):
        monkeypatch.setattr(progress, name, 1)
    monkeypatch.setattr(progress_rows, "PAGE_SIZE", 2)
    browser = busy.browser("officer")
    shown = browser.get(QUARTER)
    for words, count in (
        ("Tất cả trường hợp chưa đạt (8)", 8),
        ("Tất cả tổ chức (2)", 2),
        ("Tất cả đảng viên (5)", 5),
    ):
        (link,) = [a for a in shown.soup.select("a") if a.get_text(strip=True) == words]
        assert _rows(browser, str(link["href"])) == count


def test_what_a_result_was_read_from_comes_in_pages(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EXPLAINED_SHOWN", 1)
    browser = busy.browser("officer")
    rows = browser.get("/progress/rows?period=2026-08&show=met&target=1")
    first = browser.get(next(link for link in rows.links() if "/progress/explain" in link).removeprefix(BASE_URL))
    assert "Các khai báo được tính (2)" in first.words
    (more,) = first.soup.select("p.more a")
    second = browser.get(str(more["href"]))
    assert ("Bài 04" in first.words, "Bài 05" in first.words) == (True, False)
    assert ("Bài 04" in second.words, "Bài 05" in second.words) == (False, True)
    assert not second.soup.select("p.more a")
    assert "2 (tối thiểu 1, phấn đấu 2)" in first.words
    assert "at least 1, aiming at 2" in busy.browser("officer", "en").get(first.url.removeprefix(BASE_URL)).words


def test_the_targets_of_a_large_office_come_in_pages(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, times = busy.viewers["officer"], {"now": make.NOW, "today": make.TODAY}
    with busy.site.db.write() as tx:
        (goal,), _ = targets.list_page(
            tx, officer, programme_id=None, unit_id=None, after=None, limit=1, today=make.TODAY
        )
        piece = targets.NewTarget(
            programme_id=goal.target.programme_id,
            who=TargetWho.UNIT,
            what=ClaimKind.AUTHORED,
            minimum=1,
            per=PeriodKind.QUARTER,
        )
        targets.create(tx, officer, piece, **times)  # type: ignore[arg-type]  # an instant and a day
    monkeypatch.setattr(progress, "BOARDS_SHOWN", 1)
    browser = busy.browser("officer")
    first = browser.get(QUARTER)
    (more,) = first.soup.select("p.more a")
    second = browser.get(str(more["href"]))
    heads = [[str(h.get_text()) for h in shown.soup.select("section.card h2")] for shown in (first, second)]
    assert (len(heads[0]), len(heads[1]), heads[0] == heads[1]) == (1, 1, False)
    assert second.soup.select("p.more a") == []


def test_the_first_page_of_a_large_office_reckons_nobody_and_says_what_was_done(
    busy: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with busy.site.db.write() as tx:
        make_claims.claim(tx, busy.member, busy.branch, dt.date(2026, 11, 2))
    browser = busy.browser("officer")
    small = browser.get("/")
    assert "1/4 đạt" in small.words
    assert [number for number, _ in _totals(small)[:2]] == [4, 1]
    monkeypatch.setattr(home, "RECKONED_MOST", 3)
    large = browser.get("/")
    assert "1/4 đạt" not in large.words
    assert _totals(large) == _totals(small)[: len(_totals(large))]
    assert {href: number for number, href in _totals(large)} == {h: _rows(browser, h) for _, h in _totals(large)}


def test_the_words_of_the_page_are_all_in_use() -> None:
    assert sorted(set(catalogue("progress.po")) - said_by_pages() - said_by_labels()) == []
    assert (FOLDER / "progress.po").exists()


def test_a_daily_campaign_tells_how_many_days_were_covered_and_names_the_others(office: Office) -> None:
    """Show 004-53 and 004-56 on the page."""
    with office.site.db.write() as tx:
        for day in set(range(1, 31)) - {8, 9, 20}:
            make_claims.claim(tx, office.member, office.branch, dt.date(2026, 9, day))
        new = programmes.NewProgramme(name="Mỗi ngày một tin tốt", unit_id=office.branch, is_new=True)
        made = programmes.create(tx, office.viewers["officer"], new, now=make.NOW, today=make.TODAY)
        daily = targets.NewTarget(
            programme_id=made.programme_id, who=TargetWho.UNIT, what=ClaimKind.SHARE, minimum=1, per=PeriodKind.DAY
        )
        targets.create(tx, office.viewers["officer"], daily, now=make.NOW, today=make.TODAY)
    officer = office.browser("officer")
    month = officer.get("/progress?period=2026-09")
    assert "Đạt 27/30 ngày (90,0%)" in month.words
    assert "Còn thiếu: Ngày 08/09/2026; Ngày 09/09/2026; Ngày 20/09/2026" in month.words
    assert "Tất cả các kỳ (30)" in month.words
    assert "27/30" not in office.browser("member").get("/progress?period=2026-09").words


def _listed(shown: Shown) -> list[str]:
    """List who heads the rows of a page's tables."""
    return [th.get_text(strip=True) for th in shown.soup.select("main tbody th")]


def test_who_went_elsewhere_is_named_where_they_counted_and_brings_what_they_gave_along(busy: Office) -> None:
    with busy.site.db.write() as tx:
        old = make.account(tx, "bithu", Role.OFFICER, unit_id=busy.branch)
        new = make.unit(tx, "CB3", "Chi bộ Ba")
        make_claims.transfer(tx, busy.member, new, dt.date(2026, 8, 20))
        there = make.account(tx, "bithu3", Role.OFFICER, unit_id=new)
    before = sign_in(busy.site, old)
    for path in ("/progress?period=2026-07", "/progress/rows?show=members&period=2026-07", "/members?on=2026-08-19"):
        shown = before.get(path)
        assert "Nguyễn Văn An" in _listed(shown)
        assert not shown.soup.select(f'a[href="/members/{busy.member}"]')
    for day in ("2026-08-20", "2027-08-20"):
        assert "Nguyễn Văn An" not in _listed(before.get(f"/members?on={day}"))
    after = sign_in(busy.site, there)
    shown = after.get("/progress?period=2026-Q3")
    assert shown.soup.select(f'a[href="/members/{busy.member}"]')
    given = [str(a["href"]) for a in shown.soup.select(f'a[href*="member={busy.member}"]') if "kind=share" in str(a)]
    rows = after.get(given[0])
    assert "(4)" in str(rows.soup.h1)
    assert all(after.get(link.removeprefix(BASE_URL)).status == 200 for link in rows.links())


def test_the_months_of_a_longer_period_lead_to_their_own_pages(busy: Office) -> None:
    shown = busy.browser("officer").get(QUARTER)
    assert [str(a["href"]) for a in shown.soup.select("section.card > .scroll th a")][:3] == [
        f"/progress?period=2026-{month:02d}" for month in (7, 8, 9)
    ]
