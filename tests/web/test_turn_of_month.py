"""A share at 23:59 on 31 January and one at 00:00 on 1 February, declared in one tap: each counts in its own month.

The form of a declaration takes a day and no time of day, so a minute matters only in the one tap after sharing: its day
is the local one of that moment. Between the two taps lies one minute, and no midnight of UTC.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.periods import PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.services import programmes, targets

if TYPE_CHECKING:
    from tests.web.browser import Browser
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

LAST_MINUTE = dt.datetime(2026, 1, 31, 16, 59, tzinfo=dt.UTC)
MIDNIGHT = LAST_MINUTE + dt.timedelta(minutes=1)


def _bind(office: Office) -> None:
    """Let every member owe one share a month since ever."""
    officer = office.viewers["officer"]
    with office.site.db.write() as tx:
        new = programmes.NewProgramme(name="Mô hình", unit_id=office.unit, is_new=True)
        made = programmes.create(tx, officer, new, now=make.NOW, today=make.TODAY)
        asked = targets.NewTarget(
            programme_id=made.programme_id,
            who=TargetWho.EACH_MEMBER,
            what=ClaimKind.SHARE,
            minimum=1,
            per=PeriodKind.MONTH,
        )
        targets.create(tx, officer, replace(asked, aim=2), now=make.NOW, today=make.TODAY)


def _share_in_one_tap(browser: Browser, article: int) -> str:
    """Share an article and declare it with one press; give the page of the declaration in words."""
    shared = browser.post(f"/articles/{article}/share", {"channel": "facebook"})
    return browser.submit(shared, "/claims").words


def test_the_last_minute_of_january_and_the_first_of_february_fall_in_their_months(office: Office) -> None:
    _bind(office)
    member = office.browser("member")
    for moment, told in ((LAST_MINUTE, "31/01/2026 (Tháng 1/2026)"), (MIDNIGHT, "01/02/2026 (Tháng 2/2026)")):
        office.site.clock.now = moment
        words = _share_in_one_tap(member, office.article)
        assert "Đã gửi, chờ duyệt" in words
        assert told in words
    assert "Tháng 2/2026: 0/2" in member.get("/").words
    officer = office.browser("officer")
    waiting = officer.get("/review")
    ticked = [("claim", str(box["value"])) for box in waiting.soup.select("input[name=claim]")]
    csrf = str(waiting.form("/review").select_one("[name=csrf]")["value"])  # type: ignore[index]
    decided = officer.post("/review", [*ticked, ("csrf", csrf), ("verdict", "accept")])
    assert "Đã quyết định 2 mục" in decided.words
    for month in ("2026-01", "2026-02"):
        rows = officer.get(f"/progress?period={month}").soup.select("section.card tbody tr")
        assert " ".join(rows[0].get_text(" ").split()).endswith("1 / 1 0 1"), month
    assert "Tháng 2/2026: 1/2" in member.get("/").words
