"""The page of the organisation's rules: everybody reads it, administrators change one rule at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.application import BASE_URL
from tracker.domain.office_rule_words import FIXED
from tracker.domain.office_rules import Rule
from tracker.translation import translate

if TYPE_CHECKING:
    from tests.web.conftest import Office

LATE, EXEMPT, DAYS = "/settings/late_after_days", "/settings/counts_exempt", "/settings/oldest_days"


@pytest.mark.parametrize("role", ["member", "officer", "auditor"])
def test_everybody_reads_the_rules_and_only_administrators_are_led_to_change_them(office: Office, role: str) -> None:
    shown = office.browser(role).get("/settings")
    assert "5 ngày" in shown.words
    assert "50%" in shown.words
    assert all(translate(words, "vi") in shown.words for words in FIXED.values())
    assert f"{BASE_URL}{LATE}" not in shown.links()
    assert office.browser(role).get(LATE).status == 403
    changing = office.browser("admin").get("/settings").links()
    assert {f"{BASE_URL}/settings/{rule}" for rule in Rule} <= set(changing)


def test_a_rule_is_set_from_the_next_month_on_and_shown_as_planned(office: Office) -> None:
    browser = office.browser("admin")
    saved = browser.submit(browser.get(LATE), LATE, value="3")
    assert saved.url.endswith("/settings")
    assert "từ 01/12/2026: 3 ngày" in saved.words
    again = browser.submit(browser.get(LATE), LATE, value="4", valid_from="2026-11-22")
    assert "từ 01/12/2026" not in again.words
    assert "4 ngày" in again.words
    assert "mặc định: 5 ngày" in again.words


def test_yes_and_no_are_chosen_and_days_of_use_hold_from_today(office: Office) -> None:
    browser = office.browser("admin")
    assert not browser.get(DAYS).soup.select("[name=valid_from]")
    assert "100 ngày" in browser.submit(browser.get(DAYS), DAYS, value="100").words
    form = browser.get(EXEMPT)
    assert len(form.soup.select("input[type=radio][name=value]")) == 2
    assert "từ 22/11/2026" not in browser.submit(form, EXEMPT, value="1", valid_from="2026-11-22").words


@pytest.mark.parametrize(("typed", "field"), [
    ({"value": ""}, "value"),
    ({"value": "61"}, "value"),
    ({"value": "abc"}, "value"),
    ({"value": "3", "valid_from": "2026-11-21"}, "valid_from"),
    ({"value": "3", "valid_from": "hôm nay"}, "valid_from"),
])  # fmt: skip
def test_what_was_typed_wrong_stays_on_the_page_beside_its_reason(
    office: Office, typed: dict[str, str], field: str
) -> None:
    browser = office.browser("admin")
    shown = browser.submit(browser.get(LATE), LATE, **typed)
    assert shown.status == 422
    assert shown.soup.select_one(f"#e-{field}")


def test_a_form_that_somebody_overtook_is_refused(office: Office) -> None:
    browser = office.browser("admin")
    old = browser.get(LATE)
    browser.submit(browser.get(LATE), LATE, value="3")
    assert browser.submit(old, LATE, value="9").status == 422


def test_a_rule_that_is_none_is_not_found(office: Office) -> None:
    assert office.browser("admin").get("/settings/nothing").status == 404
