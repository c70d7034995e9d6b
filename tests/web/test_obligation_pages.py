"""Programmes, targets and rotas on pages: registered in words, continued, filled fairly, exchanged, excused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests import make
from tests.web.browser import path_of, sign_in
from tracker.domain.types import Role
from tracker.store.tables.programmes import Assignment
from tracker.store.tables.registers import Directive

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

pytestmark = pytest.mark.thorough

PARTS = "Câu chuyện ý nghĩa\nCuốn sách hay\nTấm gương sáng"
MONTH = "2026-11"


def _programme(office: Office, officer: Browser, **more: str) -> Shown:
    typed = {"name": "Mô hình lan tỏa", "unit_id": str(office.branch), "from_on": "2026-02-01"}
    return officer.submit(officer.get("/programmes"), "/programmes", **(typed | more))


def _rota(office: Office, officer: Browser, **more: str) -> str:
    """Set a target of three parts a month; give its path."""
    made = path_of(_programme(office, officer).url)
    goal = {"who": "assigned", "what": "presentation", "per": "month", "minimum": "1", "slots": PARTS} | more
    shown = officer.submit(officer.get(made), f"{made}/targets", **goal)
    return next(str(a["href"]) for a in shown.soup.select("main a") if str(a["href"]).startswith("/targets/"))


def _people(office: Office, *names: str) -> None:
    with office.site.db.write() as tx:
        for number, name in enumerate(names, 2):
            make.member(tx, office.branch, f"{number:03d}", name)


def test_a_programme_is_printed_back_as_it_was_typed(office: Office) -> None:
    """Requirements 003-34 and 000-12: the outcome in its words, the measures in their order."""
    officer = office.browser("officer")
    shown = _programme(office, officer, outcome="hơn 2,1 tỷ đồng", measures="Một\nHai\nBa", is_new="1")
    assert "hơn 2,1 tỷ đồng" in shown.words
    assert [li.get_text() for li in shown.soup.select("ol li")] == ["Một", "Hai", "Ba"]
    assert "hơn 2,1 tỷ đồng" in officer.get("/programmes?new=1").words
    path = path_of(shown.url)
    kept = officer.submit(shown, path, name="Mô hình khác")
    assert "hơn 2,1 tỷ đồng" in kept.words
    assert "Mô hình khác" in kept.words


def test_a_programme_shows_what_it_continues_and_what_continues_it_and_cannot_go_round(office: Office) -> None:
    """Requirement 002-24."""
    officer = office.browser("officer")
    first = path_of(_programme(office, officer, name="Mô hình 2024").url)
    second = _programme(office, officer, name="Mô hình 2025", continues_id=first.rpartition("/")[2])
    assert "tiếp tục Mô hình 2024" in second.words
    shown = officer.get(first)
    assert "được tiếp tục bởi Mô hình 2025" in shown.words
    round_ = officer.submit(shown, first, continues_id=path_of(second.url).rpartition("/")[2])
    assert round_.status == 422


def test_a_programmes_own_year_leads_to_its_progress(office: Office) -> None:
    """Requirement 000-10: the year of a programme begins in any month."""
    officer = office.browser("officer")
    shown = _programme(office, officer, from_on="2025-03-01", until_on="2026-02-28")
    assert "Từ ngày 01/03/2025 đến ngày 28/02/2026" in shown.words
    link = next(str(a["href"]) for a in shown.soup.select("main a") if "2025-03-01" in str(a["href"]))
    assert officer.get(link).status == 200


def test_cited_directives_stand_in_the_order_of_their_days(office: Office) -> None:
    """Requirement 000-02."""
    day = make.TODAY
    with office.site.db.write() as tx:
        for code, number in (("1015-CV/BTCHU", 20), ("42-KH/CB", 10)):
            row = {"code": code, "issued_on": day.replace(day=number), "created_at": make.NOW, "version": 1}
            tx.execute(insert(Directive).values(row))
    officer = office.browser("officer")
    form = officer.get("/programmes").form("/programmes")
    sent = [("name", "Mô hình"), ("unit_id", str(office.branch))]
    sent += [("directive", str(box["value"])) for box in form.select("input[name=directive]")]
    token = form.select_one("input[name=csrf]")
    assert token is not None
    shown = officer.post("/programmes", [*sent, ("csrf", str(token["value"]))])
    assert shown.words.index("42-KH/CB") < shown.words.index("1015-CV/BTCHU")


def test_the_board_of_a_year_shows_what_is_open_and_fills_a_month_fairly(office: Office) -> None:
    """Requirements 003-30 and 003-31: three parts a month from February on are 33 turns."""
    _people(office, "Trần Thị Bình", "Lê Văn Cường")
    officer = office.browser("officer")
    target = _rota(office, officer)
    board = officer.get(f"{target}/board?year=2026")
    assert "Đã phân công 0/33 lượt" in board.words
    assert board.words.count("chưa phân công") == 33
    month = officer.get(f"{target}?period={MONTH}")
    done = officer.submit(month, f"{target}/fill")
    assert "Đã phân công 3 lượt theo gợi ý" in done.words
    assert "Đã phân công 3/33 lượt" in officer.get(f"{target}/board?year=2026").words
    assert f"{target}/fill" not in done.text


def test_a_second_writer_in_a_quarter_asks_for_a_reason(office: Office) -> None:
    """Requirement 000-05."""
    _people(office, "Trần Thị Bình")
    officer = office.browser("officer")
    target = _rota(office, officer, what="authored", per="quarter", slots="")
    page = officer.get(target)
    options = [str(o["value"]) for o in page.soup.select("#f-member_id option") if o["value"]]
    first = officer.submit(page, f"{target}/assignments", member_id=options[0])
    asked = officer.submit(first, f"{target}/assignments", member_id=options[1])
    assert asked.status == 409
    assert "quý này" in asked.words.lower() or "đã chọn" in asked.words
    both = officer.submit(asked, f"{target}/assignments", member_id=options[1], override="Quý này có hai sự kiện")
    assert "Quý này có hai sự kiện" in both.words


def test_turns_are_exchanged_substituted_and_excused_with_a_reason(office: Office) -> None:
    _people(office, "Trần Thị Bình", "Lê Văn Cường")
    officer = office.browser("officer")
    target = _rota(office, officer, per="quarter", slots="", what="authored")
    page = officer.get(f"{target}?period=2026-Q4")
    by_name = {o.get_text().strip(): str(o["value"]) for o in page.soup.select("#f-member_id option")}
    officer.submit(page, f"{target}/assignments", member_id=by_name["Nguyễn Văn An"])
    following = officer.get(f"{target}?period=2027-Q1")
    officer.submit(following, f"{target}/assignments", member_id=by_name["Trần Thị Bình"])
    now = officer.get(f"{target}?period=2026-Q4")
    turn = next(str(f["action"]) for f in now.soup.select("form") if str(f["action"]).startswith("/assignments/"))
    other = next(str(o["value"]) for o in now.soup.select("select[name=other] option"))
    without = officer.post(turn, _sent(now, turn, act="swap", other=other))
    assert "Cần ghi lý do" in without.words or "lý do" in without.words.lower()
    swapped = officer.post(turn, _sent(now, turn, act="swap", other=other, reason="Đi công tác"))
    assert "Trần Thị Bình" in swapped.soup.select_one("main ul.card").get_text()  # type: ignore[union-attr]
    assert "Đi công tác" in swapped.words
    taken = officer.post(turn, _sent(swapped, turn, act="substitute", taker=by_name["Lê Văn Cường"], reason="Nghỉ ốm"))
    assert "Lê Văn Cường" in taken.soup.select_one("main ul.card").get_text()  # type: ignore[union-attr]
    excused = officer.post(turn, _sent(taken, turn, state="excused", reason="Nghỉ phép"))
    assert "chưa phân công" in excused.words


def test_how_many_a_target_asks_for_is_changed_and_not_below_its_minimum(office: Office) -> None:
    officer = office.browser("officer")
    target = _rota(office, officer)
    page = officer.get(f"{target}/edit")
    wrong = officer.submit(page, f"{target}/edit", minimum="3", aim="2")
    assert wrong.status == 422
    right = officer.submit(wrong, f"{target}/edit", minimum="2", aim="3", topics="phản bác")
    assert "phản bác" in right.words
    stale = officer.submit(page, f"{target}/edit", minimum="1")
    assert "Đã có người khác sửa mục này" in stale.words


def _sent(shown: Shown, action: str, **fields: str) -> dict[str, str]:
    token = shown.form(action).select_one("input[name=csrf]")
    assert token is not None
    return {"csrf": str(token["value"]), **fields}


def test_a_turn_to_come_is_offered_for_exchange_however_many_there_have_been(office: Office) -> None:
    _people(office, "Trần Thị Bình")
    officer = office.browser("officer")
    target = _rota(office, officer, slots="", what="authored", per="month")
    target_id = int(target.rsplit("/", 1)[1])
    with office.site.db.write() as tx:
        months = [f"{year}-{month:02d}" for year in range(2009, 2026) for month in range(1, 13)]
        past = {"target_id": target_id, "unit_id": office.branch, "member_id": office.member, "state": "given"}
        by = past | {"given_by": 1, "given_at": make.NOW}
        rows = [by | {"number": n, "first_key": f"{office.member}-{n}", "period": m} for n, m in enumerate(months, 1)]
        tx.insert_rows(Assignment, rows)
    for period, name in (("2026-11", "Nguyễn Văn An"), ("2026-12", "Trần Thị Bình")):
        page = officer.get(f"{target}?period={period}")
        by_name = {o.get_text().strip(): str(o["value"]) for o in page.soup.select("#f-member_id option")}
        officer.submit(page, f"{target}/assignments", member_id=by_name[name])
    shown = officer.get(f"{target}?period=2026-11")
    assert [o.get_text() for o in shown.soup.select("select[name=other] option")] == ["Trần Thị Bình – Tháng 12/2026"]


def test_what_is_no_directive_is_refused_in_the_form_of_a_programme(office: Office) -> None:
    officer = office.browser("officer")
    made = path_of(_programme(office, officer).url)
    page = officer.get(made)
    for wrong in ("9" * 300, "x", "-1", "999"):
        sent = _sent(page, made, name="Mô hình", version="1", directive=wrong)
        assert officer.post(made, sent).status == 422


def test_saving_a_programme_takes_away_no_directive_and_no_former_year_that_is_not_listed(office: Office) -> None:
    admin, officer = office.browser("admin"), office.browser("officer")
    above = _programme(office, admin, unit_id=str(office.unit), name="Mô hình của Đảng ủy")
    with office.site.db.write() as tx:
        old = {"code": "1-KH/DU", "issued_on": make.LONG_AGO, "created_at": make.NOW}
        rows = [old | {"code": f"{n}-KH/DU", "issued_on": make.TODAY} for n in range(2, 250)]
        tx.insert_rows(Directive, [old, *rows])
        viewer = make.account(tx, "chibo", Role.OFFICER, unit_id=office.branch)
    made = path_of(_programme(office, officer).url)
    continues = path_of(above.url).rsplit("/", 1)[1]
    first = {"name": "Mô hình", "version": "1", "continues_id": continues, "directive": "1"}
    officer.post(made, _sent(officer.get(made), made, **first))
    branch = sign_in(office.site, viewer)
    shown = branch.submit(branch.get(made), made, name="Mô hình của chi bộ")
    assert shown.soup.h1 is not None
    assert shown.soup.h1.get_text() == "Mô hình của chi bộ"
    kept = shown.soup.select_one("#f-continues_id option[selected]")
    assert kept is not None
    assert kept["value"] == continues
    ticked = [str(box["value"]) for box in shown.soup.select("input[name=directive][checked]")]
    assert ticked == ["1"]
    assert "249-KH/DU" in shown.text


@pytest.mark.parametrize(
    ("years", "begins"),
    [
        ({"from_on": "2025-03-01", "until_on": "2026-02-28"}, "2026-03-01"),
        ({"from_on": "2026-02-01"}, "2027-02-01"),
        ({"from_on": ""}, ""),
    ],
)
def test_a_programme_is_continued_from_its_own_page(office: Office, years: dict[str, str], begins: str) -> None:
    officer = office.browser("officer")
    shown = _programme(office, officer, measures="Một\nHai", outcome="hơn 2,1 tỷ đồng", is_new="1", **years)
    former = path_of(shown.url).rpartition("/")[2]
    form = officer.get(f"/programmes?continues={former}")
    assert shown.soup.select_one(f'main a[href="/programmes?continues={former}#register"]') is not None
    assert form.soup.select_one("#register[open]") is not None
    assert form.soup.select_one("#f-from_on")["value"] == begins  # type: ignore[index]
    made = officer.submit(form, "/programmes")
    assert "tiếp tục Mô hình lan tỏa" in made.words
    assert "Mô hình tiếp tục thực hiện" in made.words
    assert made.words.count("Hai") == shown.words.count("Hai")
    assert "Giá trị làm lợi hơn 2,1" not in made.words  # what the former year brought


def test_programmes_are_totalled_by_the_kind_of_their_units(office: Office) -> None:
    """Show 003-36 and 003-37 on the page: levels apart, and together."""
    officer = office.browser("officer")
    _programme(office, officer, is_new="1")
    assert "chi bộ" not in officer.get("/programmes").soup.select_one("main").get_text()  # type: ignore[union-attr]
    admin = office.browser("admin")
    fields = {"name": "Huyện ủy", "code": "HU", "kind": "Đảng bộ huyện", "parent_id": str(office.unit)}
    admin.submit(admin.get("/units"), "/units", **fields)
    choice = officer.get("/programmes").soup.find("option", string="Huyện ủy (HU)")
    _programme(office, officer, unit_id=str(choice["value"]))  # type: ignore[index]  # it is there
    told = officer.get("/programmes").words
    assert "2 mô hình (có 1 mô hình mới)" in told
    assert "Đảng bộ huyện 1 mô hình (có 0 mô hình mới)" in told
