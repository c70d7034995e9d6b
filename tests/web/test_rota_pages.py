"""What an officer does to a rota beyond one turn, and where a member finds their own turn."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests import make, make_claims
from tests.application import BASE_URL
from tests.web.browser import path_of

if TYPE_CHECKING:
    from tests.web.browser import Browser
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

PARTS = "Câu chuyện ý nghĩa\nCuốn sách hay\nTấm gương sáng"


@pytest.fixture
def officer(office: Office) -> Browser:
    """Give an officer of a branch of three."""
    with office.site.db.write() as tx:
        for number, name in enumerate(("Trần Thị Bình", "Lê Văn Cường"), 2):
            make.member(tx, office.branch, f"{number:03d}", name)
    return office.browser("officer")


@pytest.fixture
def target(office: Office, officer: Browser) -> str:
    """Set a target of three parts a month since February; give its path."""
    fields = {"name": "Mỗi tháng 1 câu chuyện", "unit_id": str(office.branch), "from_on": "2026-02-01"}
    made = path_of(officer.submit(officer.get("/programmes"), "/programmes", **fields).url)
    goal = {"who": "assigned", "what": "presentation", "per": "month", "minimum": "1", "slots": PARTS}
    shown = officer.submit(officer.get(made), f"{made}/targets", **goal)
    return next(str(a["href"]) for a in shown.soup.select("main a") if str(a["href"]).startswith("/targets/"))


def test_the_rest_of_a_year_is_given_at_once_and_what_is_over_stays_open(officer: Browser, target: str) -> None:
    board = officer.get(f"{target}/board?year=2026")
    done = officer.submit(board, f"{target}/board")
    assert "Đã phân công 6 lượt theo gợi ý" in done.words
    assert "Đã phân công 6/33 lượt" in done.words
    assert done.words.count("chưa phân công") == 27
    assert f'action="{target}/board"' not in done.text.replace(f'method="get" action="{target}/board"', "")


def test_a_board_of_years_ahead_is_filled_fairly(officer: Browser, target: str) -> None:
    done = officer.submit(officer.get(f"{target}/board?year=2027"), f"{target}/board")
    assert "Đã phân công 36/36 lượt" in done.words
    turns = Counter(cell.get_text(strip=True) for cell in done.soup.select("main td"))
    assert turns == {"Nguyễn Văn An": 12, "Trần Thị Bình": 12, "Lê Văn Cường": 12}


def test_a_board_that_is_filled_for_no_year_or_by_an_auditor_is_refused(
    office: Office, officer: Browser, target: str
) -> None:
    token = {"csrf": str(officer.get(target).soup.select_one("main input[name=csrf]")["value"])}  # type: ignore[index]
    assert officer.post(f"{target}/board", token | {"year": "kiểu"}).status == 422
    auditor = office.browser("auditor").get(f"{target}/board?year=2026")
    assert "Phân công các phần còn trống" not in auditor.words


def test_a_turn_of_a_rota_with_parts_needs_its_part_and_open_ones_come_first(officer: Browser, target: str) -> None:
    page = officer.get(f"{target}?period=2026-11")
    assert [o.get_text() for o in page.soup.select("#f-slot option")] == PARTS.split("\n")
    refused = officer.submit(page, f"{target}/assignments", slot="")
    assert refused.status == 422
    assert "Cần nhập mục này" in refused.words
    given = officer.submit(page, f"{target}/assignments", slot="Câu chuyện ý nghĩa")
    assert [o.get_text() for o in given.soup.select("#f-slot option")][-1] == "Câu chuyện ý nghĩa"


def test_a_month_of_a_rota_leads_to_the_ones_beside_it_and_to_its_own_year(officer: Browser, target: str) -> None:
    shown = officer.get(f"{target}?period=2026-01")
    beside = {f"{target}?period=2025-12", f"{target}?period=2026-02", f"{target}/board?year=2026"}
    assert {f"{BASE_URL}{path}" for path in beside} <= set(shown.links())


def test_a_member_declares_their_turn_from_the_first_page_with_its_part_filled_in(
    office: Office, officer: Browser, target: str
) -> None:
    page = officer.get(f"{target}?period=2026-11")
    officer.submit(page, f"{target}/assignments", member_id=str(office.member), slot="Tấm gương sáng")
    later = officer.get(f"{target}?period=2026-12")
    officer.submit(later, f"{target}/assignments", member_id=str(office.member), slot="Cuốn sách hay")
    member = office.browser("member")
    links = [str(a["href"]) for a in member.get("/").soup.select('main a[href*="kind=presentation"]')]
    assert len(links) == 1  # of what has begun
    form = member.get(links[0])
    assert form.soup.select_one("#f-slot")["value"] == "Tấm gương sáng"  # type: ignore[index]


def test_a_turn_that_was_told_is_asked_for_no_more(office: Office, officer: Browser, target: str) -> None:
    page = officer.get(f"{target}?period=2026-11")
    officer.submit(page, f"{target}/assignments", member_id=str(office.member), slot="Tấm gương sáng")
    member = office.browser("member")
    assert "Phân công của đồng chí" in member.get("/").words
    with office.site.db.write() as tx:
        make_claims.claim(
            tx, office.member, office.branch, make.TODAY, kind="presentation", slot="Tấm gương sáng", lesson="Làm theo"
        )
    month = officer.get(f"{target}?period=2026-11")
    link = next(str(a["href"]) for a in month.soup.select("main a") if a.get_text() == "Các khai báo được tính")
    assert "Sinh hoạt chuyên đề – Tấm gương sáng · Nguyễn Văn An" in officer.get(link).words
    told = member.get("/").words
    assert "1/1 Sinh hoạt chuyên đề – Tấm gương sáng Đạt" in told
    assert "Phân công của đồng chí" not in told
