"""Story 3 in a real browser, from an empty installation, with the numbers of its source.

A story, a book and a role model each month in turn; registers of two levels; a campaign and its gaps; commendations.
Of hundreds of alike rows a few are typed; the others come in by the import page, or where there is none by the API.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.e2e import desk
from tests.e2e.browsing import DESK, PHONE, Person, opened
from tests.e2e.outside import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.browser

PARTS = ("Câu chuyện ý nghĩa", "Cuốn sách hay", "Tấm gương sáng")
PROGRAMME = "Mỗi tháng 1 câu chuyện ý nghĩa, 1 cuốn sách hay, 1 tấm gương sáng"
TREE = (
    *(("T0", "Tỉnh ủy An Giang", "tỉnh", ""), ("T1", "Huyện ủy Phú Tân", "đảng bộ huyện", "T0")),
    *(("T2", "Đảng ủy cơ sở", "đảng bộ cơ sở", "T1"), ("T3", "Đảng bộ bộ phận", "chi bộ trực thuộc", "T2")),
    ("T4", "Chi bộ Phú Tân", "chi bộ", "T3"),
)
ABOVE, BELOW, CELL = "Huyện ủy Phú Tân (T1)", "Đảng ủy cơ sở (T2)", "Chi bộ Phú Tân (T4)"
COLLECTIVES = 20
TELLER = "Hồ Thị Thúy"
FEW = 2  # of each kind of row, typed into the form


def test_a_rota_of_three_parts_goes_round_and_a_turn_is_told_with_its_lesson(
    browser: Browser, fresh: Outside, tmp_path: Path
) -> None:
    """Show 003-30 to 003-34, 003-38 and 004-70 where an office sees them."""
    person = _office(browser, fresh, tmp_path)
    person.sign_in("canbo")
    _register_the_rota(person)
    _go_round(person)
    _give_out_the_running_month(person, fresh)
    phone = opened(browser, PHONE)
    member = Person(phone.new_page(), fresh.base, person.pictures)
    _tell_a_turn(member)
    _accept(person)
    member.open("/")
    member.sees("1/1 Sinh hoạt chuyên đề – Tấm gương sáng Đạt")
    assert not member.page.locator('main a[href*="kind=presentation"]').count()
    assert (person.wrong, member.wrong) == ([], [])
    phone.close()
    person.page.context.close()


def test_registers_of_two_levels_a_campaign_and_sixty_commendations(
    browser: Browser, fresh: Outside, tmp_path: Path
) -> None:
    """Show 003-35 to 003-37, 003-39, 004-51 to 004-53, 004-56 and 004-64 where an office sees them."""
    person = _office(browser, fresh, tmp_path)
    person.sign_in("canbo")
    _register_two_levels(person, fresh)
    _continue_one(person)
    _run_a_campaign(person)
    _count_activities(person)
    _propose(person, fresh)
    _commend(person)
    assert person.wrong == []
    person.page.context.close()


def _office(browser: Browser, fresh: Outside, tmp_path: Path) -> Person:
    """Set the installation up: five levels of units, the members, what was declared on paper, an officer."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    person = Person(opened(browser, DESK).new_page(), fresh.base, pictures)
    desk.set_up(person, fresh)
    cells = [(f"C{n:02d}", f"Chi bộ {n:02d}", "chi bộ", "T2") for n in range(1, COLLECTIVES + 1)]
    heads = ("Mã", "Tên tổ chức Đảng", "Loại", "Mã cấp trên")
    desk.bring_in(person, desk.UNITS, *TREE, *cells, heads=heads)
    people = [(f"DV{n:02d}", name, "T4", "01/01/2020") for n, name in enumerate(desk.NAMES, 1)]
    others = [(f"N{code}{n}", f"Người {code} {n}", code, "01/01/2020") for code, _, _, _ in cells for n in range(1, 3)]
    heads = ("Mã đảng viên", "Họ và tên", "Mã chi bộ", "Từ ngày")
    desk.bring_in(person, desk.MEMBERS, *people, *others, heads=heads)
    declared = _declared([code for code, _, _, _ in others])
    heads_of_claims = ("Mã đảng viên", "Loại", "Tiêu đề", "Ngày", "Đường dẫn bài gốc", "Trạng thái")
    desk.bring_in(person, desk.CLAIMS, *declared, heads=heads_of_claims)
    person.open("/accounts")
    person.press("Thêm tài khoản")
    person.fill(login="canbo", password=PASSWORD, role="Cán bộ phụ trách", unit_id=ABOVE)
    person.page.locator("#add button.main").click()
    person.sees("canbo")
    desk.let_sign_in(person, "thuy", TELLER, "thuy")
    return person


def _declared(codes: Sequence[str]) -> list[tuple[str, ...]]:
    """Give 27 days of June 2025, four weeks of May, and what each of forty members shared that year."""
    days = [f"{day:02d}/06/2025" for day in range(1, 31) if day not in {8, 9, 20}]
    weeks = ["01/05/2025", "08/05/2025", "15/05/2025", "29/05/2025"]
    shared = [("DV01", day) for day in days] + [(code, "05/07/2025") for code in codes]
    rows = [(code, "chia sẻ", f"Tin tốt {n}", day, _article(n), "đã duyệt") for n, (code, day) in enumerate(shared)]
    told = [("DV02", "bài viết", f"Câu chuyện đẹp {n}", day, "", "đã duyệt") for n, day in enumerate(weeks, 1)]
    return [*rows, *told]


def _article(number: int) -> str:
    """Give the address of an article that nobody else shared."""
    return f"https://nhandan.vn/bai-so-{number}-post{700_000 + number}.html"


def _register_the_rota(person: Person) -> None:
    person.open("/directives")
    person.fill(code="118-HD/BTGTU", issued_on="2023-01-12", abstract="Hướng dẫn đăng ký mô hình")
    person.page.locator("main details button.main").click()
    person.sees("118-HD/BTGTU")
    person.open("/programmes")
    person.fill(name=PROGRAMME, unit_id=CELL, from_on="2023-02-01", outcome="hơn 2,1 tỷ đồng")
    person.fill(measures="Sau chào cờ đầu tuần\nĐảng viên luân phiên sinh hoạt")
    person.page.locator("#f-is_new").check()
    person.press("Văn bản chỉ đạo được viện dẫn")
    person.page.locator("main input[name=directive]").check()
    person.page.locator("main #register button.main").click()
    person.sees("Giá trị làm lợi hơn 2,1 tỷ đồng")
    person.sees("118-HD/BTGTU · 12/01/2023 · BTGTU")
    person.fill(who="Đảng viên được phân công", what="Sinh hoạt chuyên đề", per="Tháng", minimum="1")
    person.fill(slots="\n".join(PARTS))
    person.press("Đặt chỉ tiêu này")
    person.sees("Đảng viên được phân công, mỗi tháng: tối thiểu 1 lượt sinh hoạt.")


def _go_round(person: Person) -> None:
    """Give out eleven months one after the other: after ten each has had three turns; who is away has none."""
    person.press("Bảng phân công luân phiên")
    person.fill(year="2023")
    person.press("Xem")
    person.sees("Đã phân công 0/33 lượt")
    assert len(desk.table(person)) == 11
    person.press("Tháng 2/2023")
    for month in range(2, 12):
        person.press("Phân công các phần còn trống theo gợi ý")
        person.sees("Đã phân công 3 lượt theo gợi ý")
        person.press(f"Tháng {month + 1}/2023")
    next_one = desk.table(person)[0].rpartition(" 3 ")[0]
    december = person.page.url
    person.open("/members")
    person.press(next_one)
    person.press("Ghi nhận vắng mặt")
    person.fill(absent_from="2023-12-01", absent_until="2023-12-31", absent_reason="đi học")
    person.page.locator("main details[open] button").click()
    person.sees("01/12/2023 – 31/12/2023: đi học")
    person.open(december)
    assert next_one not in " ".join(desk.table(person))
    person.press("Phân công các phần còn trống theo gợi ý")
    person.press("Bảng phân công luân phiên")
    person.sees("Đã phân công 33/33 lượt")
    cells = [cell.inner_text().strip() for cell in person.page.locator("main tbody tr").nth(0).locator("td").all()]
    assert cells == list(desk.NAMES[:3])
    turns = Counter(cell.strip() for cell in person.page.locator("main tbody td").all_inner_texts())
    assert (sum(turns.values()), turns[next_one], set(turns.values())) == (33, 3, {3, 4})


def _give_out_the_running_month(person: Person, fresh: Outside) -> None:
    """Choose one by hand, one more beside with a reason, exchange two turns, let somebody stand in; fill the year."""
    person.open("/programmes")
    person.press(PROGRAMME)
    person.press("Phân công và gợi ý")
    person.fill(member_id=TELLER, slot=PARTS[0])
    person.press("Phân công")
    person.sees(f"{TELLER} – {PARTS[0]}")
    person.fill(member_id="Lê Văn Đạt", slot=PARTS[0])
    person.press("Phân công")
    person.sees("Kỳ này đã chọn 01 đảng viên")
    person.fill(override="Hai câu chuyện của hai ấp")
    person.press("Phân công")
    person.sees("Lý do: Hai câu chuyện của hai ấp")
    person.press("Phân công các phần còn trống theo gợi ý")
    person.sees("Đã phân công 2 lượt theo gợi ý")
    turn = _turn(person, f"{TELLER} –")
    turn.locator("summary").click()
    turn.locator("input[name=reason]").fill("đổi cho nhau")
    theirs = turn.locator("select[name=other] option", has_text=PARTS[2]).first.inner_text()
    turn.locator("select[name=other]").select_option(label=theirs)
    turn.locator("button[value=swap]").click()
    person.sees(f"{TELLER} – {PARTS[2]}")
    turn = _turn(person, f"– {PARTS[1]}")
    turn.locator("summary").click()
    turn.locator("input[name=reason]").fill("đi công tác")
    turn.locator("select[name=taker]").select_option(label="Dương Thị Ý")
    turn.locator("button[value=substitute]").click()
    person.sees(f"Dương Thị Ý – {PARTS[1]}")
    person.press("Bảng phân công luân phiên")
    open_months = 12 - fresh.today.month
    if open_months:
        person.press("Phân công các phần còn trống theo gợi ý")
        person.sees(f"Đã phân công {3 * open_months} lượt theo gợi ý")


def _turn(person: Person, words: str) -> Locator:
    """Give the turn that is told so."""
    told = person.page.locator("p:first-child", has_text=words)
    return person.page.locator("main ul.card > li", has=told).first


def _tell_a_turn(person: Person) -> None:
    """Declare one's turn on a phone: not without the lesson that was drawn."""
    person.sign_in("thuy")
    desk.agree(person)
    person.open("/")
    person.sees("0/1")
    person.sees("Phân công của đồng chí")
    person.page.locator('main a[href*="kind=presentation"]').click()
    assert person.page.locator("#f-slot").input_value() == PARTS[2]
    person.fill(title="Bác Hồ với thiếu nhi", lesson="   ")
    person.press("Gửi duyệt")
    person.sees("Bài học rút ra: Cần nhập mục này")
    assert person.page.locator("#f-title").input_value() == "Bác Hồ với thiếu nhi"
    person.fill(lesson="Nói đi đôi với làm")
    person.press("Gửi duyệt")
    person.sees("Đã gửi, chờ duyệt")
    person.sees("Bài học rút ra Nói đi đôi với làm")


def _accept(person: Person) -> None:
    person.open("/review")
    person.sees(TELLER)
    person.page.locator("input[name=claim]").check()
    person.page.locator("#batch button[value=accept]").click()
    person.sees("Đã quyết định 1 mục")
    person.open("/progress")
    person.sees("Tất cả các dòng")


def _register_two_levels(person: Person, fresh: Outside) -> None:
    """Register 95 programmes (18 new) and 255 (98 new): a few by the form, the others by the API."""
    caller = fresh.sign_in("canbo")
    units = {unit["name"]: unit["id"] for unit in caller.get("/units?limit=200")["items"]}
    for chosen, count, new in ((ABOVE, 95, 18), (BELOW, 255, 98)):
        unit_id = units[chosen.partition(" (")[0]]
        for n in range(FEW):
            person.open("/programmes#register")
            if not person.page.locator("#register[open]").count():
                person.press("Đăng ký mô hình")
            person.fill(name=f"Mô hình {n:03d}", unit_id=chosen, from_on="2022-02-01")
            person.page.locator("#f-is_new").check()
            person.page.locator("#register button.main").click()
            person.sees("Mô hình mới")
        for n in range(FEW, count):
            since = {"from": "2022-02-01"} if n < new else {}  # from 2021 and earlier: nobody knows since when
            caller.post("/programmes", {"name": f"Mô hình {n:03d}", "unit_id": unit_id, "is_new": n < new} | since)
    person.open("/programmes")
    person.fill(year="2022", unit=ABOVE)
    person.press("Lọc")
    person.sees("350 mô hình (có 116 mô hình mới)")
    person.sees("đảng bộ cơ sở 255 mô hình (có 98 mô hình mới)")
    person.sees("đảng bộ huyện 95 mô hình (có 18 mô hình mới)")
    person.fill(unit=BELOW)
    person.press("Lọc")
    person.sees("255 mô hình (có 98 mô hình mới)")
    book = _report(person, "Thống kê mô hình", "2022")
    rows = {row[1:] for sheet in book for row in sheet.iter_rows(values_only=True) if len(row) == 4}
    assert {("đảng bộ cơ sở", 255, 98), ("đảng bộ huyện", 95, 18), ("Cộng", 350, 116)} <= rows


def _continue_one(person: Person) -> None:
    """Register the continuation of a programme from its own page."""
    person.open("/programmes")
    person.press("Mô hình 000")
    person.press("Đăng ký tiếp tục thực hiện…")
    assert person.page.locator("#f-name").input_value() == "Mô hình 000"
    assert not person.page.locator("#f-is_new").is_checked()
    person.page.locator("#register button.main").click()
    person.sees("Mô hình tiếp tục thực hiện")
    person.sees("tiếp tục Mô hình 000")


def _run_a_campaign(person: Person) -> None:
    """Ask a unit for something each day and each week; see which days and weeks went by without."""
    person.open("/programmes#register")
    person.press("Đăng ký mô hình")
    person.fill(name="Mỗi ngày một tin tốt, mỗi tuần một câu chuyện đẹp", unit_id=CELL, from_on="2025-01-01")
    person.page.locator("#register button.main").click()
    asked_for = [("Tổ chức", "Bài chia sẻ", "Ngày"), ("Tổ chức", "Bài viết", "Tuần")]
    asked_for += [(who, "Bài chia sẻ", "Tháng") for who in ("Tổ chức", "Mỗi đảng viên")]
    for who, what, per in asked_for:
        if not person.page.locator("#f-minimum").is_visible():
            person.press("Đặt chỉ tiêu")
        person.fill(who=who, what=what, per=per, minimum="1")
        person.press("Đặt chỉ tiêu này")
        person.sees("Đã lưu")
    unit = person.page.locator('main dl a[href^="/units/"]').get_attribute("href")
    assert unit is not None
    asked = f"&unit={unit.rpartition('/')[2]}"
    person.open(f"/progress?period=2025-06{asked}")
    person.sees("Đạt 27/30 ngày (90,0%)")
    person.sees("Còn thiếu: Ngày 08/06/2025; Ngày 09/06/2025; Ngày 20/06/2025")
    person.open(f"/progress?period=2025-05{asked}")
    person.sees("Đạt 4/5 tuần (80,0%)")
    person.sees("Còn thiếu: Tuần 21/2025")
    person.open(f"/progress?period=2025{asked}")
    person.sees("Đạt 1/12 tháng (8,3%)")
    (given,) = [row for row in desk.table(person, -1) if row.startswith(desk.NAMES[0])]
    assert given.endswith(" 27 0 0 1/12")  # of twelve months one with something shared


def _count_activities(person: Person) -> None:
    for count, took_part in (("2.000", "38.000"), ("261", "773")):
        person.open("/activities")
        if not person.page.locator("#f-count").is_visible():
            person.press("Nhập hoạt động")
        person.fill(unit_id=ABOVE, name="Đợt học tập và làm theo", for_period="2025", count=count)
        person.fill(participants=took_part)
        person.page.locator("main details button.main").click()
        person.sees("Đã lưu")
    assert "Đợt học tập và làm theo 2.261 38.773 17,1" in desk.table(person)


def _propose(person: Person, fresh: Outside) -> None:
    """Propose 20 collectives and 40 individuals: the first by the form, the others by the API."""
    for who, more in (("Tập thể", {}), ("Cá nhân", {"member": "NC011"})):
        person.open("/awards")
        if not person.page.locator("#f-title").is_visible():
            person.press("Đề nghị khen thưởng")
        person.fill(unit_id="Chi bộ 01 (C01)", who=who, title="Giấy khen", for_period="2025", **more)
        person.page.locator("main details button.main").click()
        person.sees("Thành tích làm căn cứ")
    caller = fresh.sign_in("canbo")
    units = {u["id"]: u["code"] for u in caller.get("/units?limit=200")["items"] if u["code"].startswith("C")}
    row = {"period": "2025", "title": "Giấy khen"}
    for member in caller.get("/members?limit=200")["items"]:
        code = units.get(member["unit_id"])
        told = row | {"unit_id": member["unit_id"]}
        if code is not None and member["code"] != "NC011":
            caller.post("/awards", told | {"who": "individual", "member_id": member["id"]})
        if code not in {None, "C01"} and member["code"].endswith("1"):
            caller.post("/awards", told | {"who": "collective"})


def _commend(person: Person) -> None:
    """Look down from the list to what each rests on; download the list; say what was decided."""
    person.open("/awards?period=2025")
    person.sees("20 tập thể, 40 cá nhân")
    book = _report(person, "Đề nghị khen thưởng", "2025")
    named, grounds = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert "20 tập thể, 40 cá nhân" in json.dumps(named, ensure_ascii=False, default=str)
    assert sum(str(row[0]).isdigit() for row in named) == 60
    assert sum(str(row[0]).isdigit() for row in grounds) == 80
    assert all(row[3] and row[5] for row in grounds if str(row[0]).isdigit())  # each with its title and its link
    person.open("/awards?period=2025")
    person.press("Chi bộ 01")
    person.sees("Người C01 1")
    person.sees("Người C01 2")
    person.press("Tin tốt 27")
    person.sees("Đã duyệt")
    person.page.go_back()
    person.press("Sửa nội dung khen thưởng")
    person.fill(award_state="Đã khen thưởng", decision="42-QĐ/HU", decided_on="2025-12-20")
    person.press("Lưu")
    person.sees("42-QĐ/HU · 20/12/2025")
    person.open("/awards?period=2025&state=awarded")
    person.sees("1 tập thể, 0 cá nhân")


def _report(person: Person, words: str, period: str) -> openpyxl.Workbook:
    """Choose a period on the page of registers, and download one of its reports as a workbook."""
    person.open("/registers")
    person.fill(period=period, unit=ABOVE)
    person.press("Lọc")
    with person.page.expect_download() as started:
        row = person.page.locator("main li", has=person.page.locator("strong", has_text=words))
        row.locator("a", has_text="Excel").click()
    return openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
