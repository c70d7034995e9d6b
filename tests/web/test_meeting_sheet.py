"""The sheet for a meeting as a page: what it says, of which month, for whom, and how much of a large unit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from web.pages import meeting_sheet

if TYPE_CHECKING:
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

MONTH = dt.date(2026, 2, 10)


def test_the_sheet_says_what_was_shared_and_written_in_the_month_asked_for(office: Office) -> None:
    with office.site.db.write() as tx:
        shared = make_claims.claim(tx, office.member, office.branch, MONTH)
        unnamed = make_claims.claim(
            tx, office.member, office.branch, MONTH, title="", article_url="https://nhandan.vn/bai-post1.html"
        )
        written = make_claims.claim(tx, office.member, office.branch, MONTH, kind="authored")
    assert unnamed.number == 2
    shown = office.browser("officer").get(f"/registers/sheet?unit={office.branch}&period=2026-02")
    assert shown.status == 200
    told = " ".join(shown.soup.select_one("article.sheet").get_text(" ").split())  # type: ignore[union-attr]
    assert "Tháng 2/2026" in told
    assert "Đã chia sẻ (2)" in told
    assert f"Bài {shared}" in told
    assert "https://nhandan.vn/bai-post1.html" in told
    assert "Đã viết (1)" in told
    assert f"Bài {written}" in told
    assert "kỳ chưa kết thúc" not in told
    assert shown.soup.select_one("[name=period]")["value"] == "2/2026"  # type: ignore[index]


def test_unnamed_it_is_of_the_month_that_ended_last_and_of_ones_own_unit(office: Office) -> None:
    ended = make.TODAY.replace(day=1) - dt.timedelta(days=1)
    shown = office.browser("officer").get("/registers/sheet")
    assert f"Tháng {ended.month}/{ended.year}" in shown.words
    assert "Đảng ủy Nguyễn Văn An" in shown.words
    running = office.browser("officer").get(f"/registers/sheet?period={make.TODAY:%Y-%m}")
    assert "kỳ chưa kết thúc" in running.words


def test_what_is_no_period_is_said_and_kept_as_typed(office: Office) -> None:
    shown = office.browser("officer").get("/registers/sheet?period=13/2026")
    assert shown.status == 200
    assert shown.soup.select_one("[name=period]")["value"] == "13/2026"  # type: ignore[index]
    assert "Hãy ghi kỳ" in shown.words


def test_of_a_large_unit_each_part_is_cut_and_says_so(office: Office) -> None:
    with office.site.db.write() as tx:
        for _ in range(meeting_sheet.ROWS_SHOWN + 1):
            make_claims.claim(tx, office.member, office.branch, MONTH)
    shown = office.browser("officer").get(f"/registers/sheet?unit={office.branch}&period=2026-02")
    assert f"Đã chia sẻ ({meeting_sheet.ROWS_SHOWN + 1})" in shown.words
    assert len(shown.soup.select("article.sheet tbody tr")) == meeting_sheet.ROWS_SHOWN
    assert f"{meeting_sheet.ROWS_SHOWN} dòng đầu" in shown.words


def test_a_unit_outside_of_ones_scope_is_not_found_and_a_member_has_no_sheet(office: Office) -> None:
    with office.site.db.write() as tx:
        elsewhere = make.unit(tx, "K", "Chi bộ khác")
    assert office.browser("officer").get(f"/registers/sheet?unit={elsewhere}").status == 404
    assert office.browser("member").get("/registers/sheet").status == 403
