from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.byline import Byline, parse_byline, person_names
from tracker.domain.names import fold

# Names are made up; the shapes are those that outlets print.
NAMES = [
    ("Lê Thị Hoài An", ["Lê Thị Hoài An"]),
    ("Sông Thương", ["Sông Thương"]),
    ("Ban Mai", ["Ban Mai"]),
    ("Trường Giang", ["Trường Giang"]),
    ("Đoàn Văn Khoa", ["Đoàn Văn Khoa"]),
    ("Phó Đức An", ["Phó Đức An"]),
    ("Từ Thị Mai", ["Từ Thị Mai"]),
    ("Y Blim Êban", ["Y Blim Êban"]),
    ("H'Lan Niê", ["H'Lan Niê"]),
    ("Đặng Văn Tin", ["Đặng Văn Tin"]),
    ("Võ Theo", ["Võ Theo"]),
    ("Trần Văn Viết", ["Trần Văn Viết"]),
    ("T.H", ["T.H"]),
    ("P.H", ["P.H"]),
    ("Tin, ảnh: Q.K", ["Q.K"]),
    ("Tác giả: Vũ Bá Lộc", ["Vũ Bá Lộc"]),
    ("Tác giả bài viết: Vũ Bá Lộc", ["Vũ Bá Lộc"]),
    ("Bút danh: Gió Núi", ["Gió Núi"]),
    ("BÀI, ẢNH: LÊ BẢO", ["Lê Bảo"]),
    ("Bài và ảnh: ThS. Vũ Bá Lộc, Đại tá Lê Bảo", ["Vũ Bá Lộc", "Lê Bảo"]),
    ("PGS. TS. Vũ Bá Lộc", ["Vũ Bá Lộc"]),
    ("BSCKII. Vũ Bá Lộc", ["Vũ Bá Lộc"]),
    ("PV Vũ Lộc", ["Vũ Lộc"]),
    ("Bài: Vũ Lộc - Ảnh: Lê Bảo", ["Vũ Lộc"]),
    ("Bài: Vũ Lộc; Ảnh: Lê Bảo; Đồ họa: Gió Núi", ["Vũ Lộc"]),
    ("Ảnh: Lê Bảo", []),
    ("Vũ Lộc (Ảnh: Lê Bảo)", ["Vũ Lộc"]),
    ("Biên tập: Lê Bảo", []),
    ("VŨ BÁ LỘC – LÊ THỊ BẢO", ["Vũ Bá Lộc", "Lê Thị Bảo"]),
    ("VŨ LỘC-LÊ BẢO", ["Vũ Lộc", "Lê Bảo"]),
    ("Vũ Lộc và Lê Bảo", ["Vũ Lộc", "Lê Bảo"]),
    ("Vũ Lộc; Lê Bảo & Gió Núi / Ban Mai", ["Vũ Lộc", "Lê Bảo", "Gió Núi", "Ban Mai"]),
    ("Vũ Lộc và 2 tác giả khác", ["Vũ Lộc"]),
    ("Vũ Lộc (tổng hợp)", ["Vũ Lộc"]),
    ("Vũ Lộc thực hiện", ["Vũ Lộc"]),
    ("Vũ Lộc (từ Cần Thơ)", ["Vũ Lộc"]),
    ("Vũ Lộc, Hà Nội", ["Vũ Lộc"]),
    ("Chủ nhật, 12/05/2024 - 08:00 | Vũ Lộc", ["Vũ Lộc"]),
    ("Vũ Lộc - 12/05/2024 08h00 GMT+7", ["Vũ Lộc"]),
    ("Vũ Lộc Xem các bài viết của tác giả", ["Vũ Lộc"]),
    ("Vũ Lộc vuloc@bao.example", ["Vũ Lộc"]),
    ("toasoan@bao.example (Vũ Lộc)", ["Vũ Lộc"]),
    ("PV", ["PV"]),
    ("Ban Biên tập", ["Ban Biên tập"]),
    ("Vũ Lộc - PV", ["Vũ Lộc"]),
    ("Thể thao", []),
    ("Thời Sự", []),
    ("Xem thêm", []),
    ("bao-example.vn", []),
    ("admin", []),
    ("Bà con vui mừng trong ngày hội của bản làng", []),
    ("By Jane Roe and John Q. Public", ["Jane Roe", "John Q. Public"]),
    ("BY JANE ROE, Staff Writer", ["Jane Roe"]),
    ("Jane Roe Lifestyle Writer", ["Jane Roe"]),
    ("Culture By Jane Roe Travel Reporter", ["Jane Roe"]),
    ("Jane Roe 2024-02-14T16:15:30Z", ["Jane Roe"]),
    ("Jane Roe Nov 29, 2016, 10:00am EST", ["Jane Roe"]),
    ("Jane Roe and 3 others", ["Jane Roe"]),
    ("Jane Roe, PhD", ["Jane Roe"]),
    ("John Roe, Jr.", ["John Roe Jr"]),
    ("J. R. Roe", ["J. R. Roe"]),
    ("Jane Roe | @janeroe", ["Jane Roe"]),
    ("Staff writer", []),
    ("Jane RiversLifestyle Writer", ["Jane Rivers"]),
    ("Jane Roe Do 9 Apr 2020", ["Jane Roe"]),
    ("Jane Roe December 23, 2016 Riverlife", ["Jane Roe"]),
    ("Photograph by Jane Roe", []),
    ("Von Max Muster und Eva Probe, Berlin", ["Max Muster", "Eva Probe"]),
    ("Text: Eva Probe, Foto: Max Muster", ["Eva Probe"]),
    ("Ein Kommentar von Eva von Probe", ["Eva von Probe"]),
    ("Par Jean Exemple (avec AFP)", ["Jean Exemple"]),
    ("Ana Prueba y Juan Ensayo", ["Ana Prueba", "Juan Ensayo"]),
    ("José Prueba y Ensayo", ["José Prueba y Ensayo"]),
    ("Sean O'PROBE", ["Sean O'PROBE"]),
    ("SEAN O'PROBE", ["Sean O'Probe"]),
    ("記者：王小明", ["王小明"]),
    ("구철수 기자", ["구철수"]),
]


@pytest.mark.parametrize(("line", "names"), NAMES)
def test_the_names_of_a_byline_are_the_persons_in_it(line: str, names: list[str]) -> None:
    assert list(parse_byline(line).names) == names


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Vũ Lộc (Đảng ủy Khối CQ&DN", Byline(names=("Vũ Lộc",), unit="Đảng ủy Khối CQ&DN")),
        ("Viện KSND huyện Sông Xa (D)", Byline(unit="Viện KSND huyện Sông Xa", code="D")),
        ("Vũ Lộc – P.TCCB-LĐ", Byline(names=("Vũ Lộc",), unit="P.TCCB-LĐ")),
        (
            "Vũ Lộc, Ban Tuyên giáo và Dân vận Huyện ủy",
            Byline(names=("Vũ Lộc",), unit="Ban Tuyên giáo và Dân vận Huyện ủy"),
        ),
        ("Huyện đoàn Sông Xa - Vũ Lộc", Byline(names=("Vũ Lộc",), unit="Huyện đoàn Sông Xa")),
        ("Vũ Lộc - Lê Bảo/Báo Sông Xa", Byline(names=("Vũ Lộc", "Lê Bảo"), source="Báo Sông Xa")),
        ("Vũ Lộc (TTXVN)", Byline(names=("Vũ Lộc",), source="TTXVN")),
        ("TTXVN", Byline(source="TTXVN")),
        ("Theo TTXVN", Byline(source="TTXVN")),
        ("Theo Báo Nhân Dân", Byline(source="Báo Nhân Dân")),
        ("Theo Nhịp sống mới", Byline(source="Nhịp sống mới")),
        ("Theo Vũ Lộc", Byline(names=("Vũ Lộc",))),
        ("Theo Vũ Lộc/Báo Sông Xa", Byline(names=("Vũ Lộc",), source="Báo Sông Xa")),
        ("Vũ Lộc (Theo Reuters)", Byline(names=("Vũ Lộc",), source="Reuters")),
        ("Vũ Lộc (tổng hợp theo TTXVN)", Byline(names=("Vũ Lộc",), source="TTXVN")),
        ("Nguồn tin: Đảng ủy Khối", Byline(source="Đảng ủy Khối")),
        ("Vũ Lộc - Nguồn: Tổng hợp", Byline(names=("Vũ Lộc",))),
        ("Tác giả: Vũ Lộc - Nguồn: Báo Sông Xa", Byline(names=("Vũ Lộc",), source="Báo Sông Xa")),
        ("Jane Roe, Reuters", Byline(names=("Jane Roe",), source="Reuters")),
        ("AFP, MANILA", Byline(source="AFP")),
        ("", Byline()),
    ],
)
def test_source_unit_and_code_stand_apart_from_the_names(line: str, expected: Byline) -> None:
    assert parse_byline(line) == expected


def test_persons_of_several_bylines_are_named_once_and_the_unnamed_not_at_all() -> None:
    assert person_names(["Vũ Lộc, Lê Bảo", "VŨ LỘC", "PV", "Theo TTXVN"]) == ("Vũ Lộc", "Lê Bảo")


def test_the_two_spellings_of_unicode_are_one_name() -> None:
    assert parse_byline("Vu\u0303 Lo\u0323\u0302c") == parse_byline("Vũ Lộc")


LINES = st.text(max_size=300) | st.lists(
    st.sampled_from([name for name, _ in NAMES] + [" - ", ", ", " và ", "(", ")", "Theo ", "Ảnh: ", ":", "@", " By "]),
    max_size=8,
).map("".join)


@pytest.mark.thorough
@settings(max_examples=400, deadline=None)
@given(LINES)
def test_names_are_words_of_the_line_and_read_again_as_themselves(line: str) -> None:
    byline = parse_byline(line)
    told = _letters(line)
    for name in byline.names:
        assert _letters(name) in told
        assert name == name.strip()
        assert parse_byline(name).names == (name,)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


@pytest.mark.parametrize(
    "unit", ["(", "Tin, ", "và ", "By ", "1/1/", "a@", "A y ", "Theo ", "Vũ Lộc, ", "\u0300", "x:", "[at]", "jan 1 "]
)
def test_no_line_takes_long(unit: str) -> None:
    for length in (990, 3_900, 65_536):
        began = time.process_time()
        parse_byline((unit * length)[:length])
        assert time.process_time() - began < 0.5


def test_prose_is_no_byline() -> None:
    assert parse_byline("Vũ Lộc, " * 200) == Byline()
