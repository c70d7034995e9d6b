"""Pages that tell of who moved name them, and lead only to what their reader may open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from tests.web.browser import sign_in
from tracker.domain.claims import ClaimKind
from tracker.domain.periods import PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Role
from tracker.services import programmes, targets

if TYPE_CHECKING:
    from tests.web.browser import Browser
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

TITLE = "Bài của tháng mười"
EXPLAINED = "/progress/explain?member={member}&target={target}&period=2026-Q4"


@pytest.fixture
def moved(office: Office) -> tuple[Browser, Browser, str, str]:
    """Give the officers of the unit that a member left in a quarter and of the new one, why it is met, the claim."""
    times = {"now": make.NOW, "today": make.TODAY}
    with office.site.db.write() as tx:
        old, new = (make.unit(tx, code, above=(office.unit,)) for code in ("CU", "MOI"))
        goes = make.member(tx, old, "900", "Bùi An")
        claim = make_claims.claim(tx, goes, old, dt.date(2026, 10, 3), title=TITLE)
        make_claims.transfer(tx, goes, new, dt.date(2026, 11, 1))
        here, there = (make.account(tx, f"canbo{unit}", Role.OFFICER, unit_id=unit) for unit in (old, new))
        programme = programmes.NewProgramme(name="Mô hình", unit_id=office.unit, is_new=True)
        made = programmes.create(tx, office.viewers["officer"], programme, **times)  # type: ignore[arg-type]  # an instant and a day
        asked = targets.NewTarget(
            programme_id=made.programme_id,
            who=TargetWho.EACH_MEMBER,
            what=ClaimKind.SHARE,
            minimum=1,
            per=PeriodKind.QUARTER,
        )
        target = targets.create(tx, office.viewers["officer"], asked, **times).target  # type: ignore[arg-type]  # the same
    why = EXPLAINED.format(member=goes, target=target.target_id)
    return sign_in(office.site, here, "vi"), sign_in(office.site, there, "vi"), why, f"/claims/{claim}"


def test_why_a_result_is_met_leads_to_declarations_of_ones_scope_and_names_the_others(
    office: Office, moved: tuple[Browser, Browser, str, str]
) -> None:
    _, there, why, claim = moved
    for browser, opens in ((there, False), (office.browser("officer"), True), (office.browser("admin"), True)):
        shown = browser.get(why)
        assert TITLE in shown.words
        assert bool(shown.soup.select(f'main a[href="{claim}"]')) == opens
        assert browser.get(claim).status == (200 if opens else 404)


def test_a_declaration_leads_to_the_page_of_its_member_where_that_can_be_opened(
    office: Office, moved: tuple[Browser, Browser, str, str]
) -> None:
    here, _, _, claim = moved
    member = claim.removeprefix("/claims/").partition("-")[0]
    for browser, opens in ((here, False), (office.browser("auditor"), True)):
        shown = browser.get(claim)
        assert "Bùi An" in shown.words
        assert bool(shown.soup.select(f'main a[href="/members/{member}"]')) == opens
