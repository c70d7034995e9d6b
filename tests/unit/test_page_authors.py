from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.authors import page_authors
from crawler.pages.clues import AuthorClues

VIETNAMESE = AuthorClues(url="https://baosongxa.vn/tin-1.html", site_name="Báo Sông Xa", language="vi")
FOREIGN = AuthorClues(url="https://www.riverpost.example/a", site_name="The River Post", language="en")


def _clues(page: AuthorClues, **places: object) -> AuthorClues:
    return dataclasses.replace(page, **places)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("places", "names"),
    [
        ({"jsonld_authors": ("Vũ Lộc",), "meta_authors": ("baosongxa.vn",)}, ["Vũ Lộc"]),
        ({"jsonld_authors": ("Báo Sông Xa",), "tail_lines": ("Vũ Lộc", "Chia sẻ")}, ["Vũ Lộc"]),
        ({"meta_authors": ("VCCorp.vn", "Theo Vũ Lộc")}, ["Vũ Lộc"]),
        ({"marked": ("Vũ Lộc - 07/03/2026 08:47", "Vũ Lộc")}, ["Vũ Lộc"]),
        ({"marked": ("SONGXA JSC",)}, []),
        ({"marked": ("SONGHONG",)}, ["SONGHONG"]),
        ({"tail_lines": ("Bấm vào đây", "BÀI, ẢNH: VŨ BÁ LỘC")}, ["Vũ Bá Lộc"]),
        ({"tail_lines": ("Tác giả: Vũ Lộc", "Nguồn tin: songxa.vn", "Từ khóa:")}, ["Vũ Lộc"]),
        ({"tail_lines": ("Tác giả:", "Nguồn tin:")}, []),
        ({"tail_lines": ("Theo TTXVN",)}, []),
        ({"tail_lines": ("Ảnh: Lê Bảo",)}, []),
        ({"tail_lines": ("Từ khóa:", "Vũ Lộc")}, []),
        ({"tail_lines": ("Vũ Lộc", "Lê Bảo")}, []),
        ({"tail_lines": ("Sông Xa Mùa Lũ",)}, []),
        ({"tail_lines": ("Bắc Giang",)}, []),
        ({"tail_lines": ("Lê Bảo - Vũ Lộc",)}, ["Lê Bảo", "Vũ Lộc"]),
        ({"tail_lines": ("Vũ Lộc",), "text": "Ông Vũ Lộc cho biết nước lên.\nVũ Lộc"}, []),
        ({"tail_lines": ("Vũ Lộc",), "text": "Nước lên nhanh.\nVũ Lộc"}, ["Vũ Lộc"]),
        ({"head_lines": ("Vũ Lộc", "07/03/2026 08:06 GMT+7")}, ["Vũ Lộc"]),
        ({"meta_authors": ("admin",), "jsonld_authors": ("Ban Biên tập",)}, []),
        ({"meta_authors": ("Dân Trí",)}, []),
        ({"meta_authors": ("phongvien1",)}, []),
    ],
)
def test_vietnamese_pages_name_persons_or_nobody(places: dict[str, object], names: list[str]) -> None:
    assert list(page_authors(_clues(VIETNAMESE, **places)).names) == names


@pytest.mark.parametrize(
    ("places", "names"),
    [
        ({"jsonld_authors": ("Jane Roe", "John Doe")}, ["Jane Roe", "John Doe"]),
        ({"jsonld_authors": ("Jane Roe",), "marked": ("By Jane Roe and John Doe",)}, ["Jane Roe", "John Doe"]),
        ({"jsonld_authors": ("The River Post",), "head_lines": ("By", "Jane Roe")}, ["Jane Roe"]),
        ({"jsonld_authors": ("Jane Roe", "JANE ROE")}, ["Jane Roe"]),
        ({"meta_authors": ("https://social.example/janeroe", "Jane Roe")}, ["Jane Roe"]),
        ({"meta_authors": ("River Post Staff",)}, []),
        ({"jsonld_authors": ("Reuters",)}, []),
        ({"marked": ("By Jane Roe", "By Other Person")}, ["Jane Roe"]),
        ({"marked": ("Jane Roe", "John Doe"), "head_lines": ("Jane Roe , John Doe",)}, ["Jane Roe", "John Doe"]),
        ({"marked": ("Jane Roe", "John Doe"), "head_lines": ("Jane Roe",)}, ["Jane Roe"]),
        ({"marked": ("river_fan77",)}, ["river_fan77"]),
        ({"marked": ("wordpressadmin",)}, []),
        ({"marked": ("01.12.2022 / Rivers / Bridges / Boats",)}, []),
        ({"marked": ("By Other Person",), "head_lines": ("By Jane Roe",)}, ["Jane Roe"]),
        ({"head_lines": ("Politics", "Jane Roe", "April 19, 2019")}, ["Jane Roe"]),
        ({"head_lines": ("Jane Roe", "John Doe", "Topics")}, []),
        ({"head_lines": ("Jane Roe", "May 2, 2019"), "text": "It was, Jane Roe said, wet."}, []),
        ({"tail_lines": ("Mark Muster", "River levels")}, []),
    ],
)
def test_other_pages_name_whom_they_mark(places: dict[str, object], names: list[str]) -> None:
    assert list(page_authors(_clues(FOREIGN, **places)).names) == names


@pytest.mark.parametrize(
    ("host", "site_name", "text", "names"),
    [
        ("lanhanoi.vn", "", "Lan", ["Lan"]),
        ("thanhsongxa.vn", "Báo Thành Sông Xa", "Thanh", ["Thanh"]),
        ("songxaphong.vn", "", "Phong", ["Phong"]),
        ("phong.vn", "", "Phong", []),
        ("songxa.vn", "Sông Xa", "Sông Xa", []),
        ("songxaonline.vn", "", "Sông Xa", []),
        ("theguarder.example", "The Guarder", "Guarder", []),
        ("riverpost.example", "River Post", "River", []),
    ],
)
def test_a_pen_name_of_one_syllable_is_no_part_of_its_sites_name(
    host: str, site_name: str, text: str, names: list[str]
) -> None:
    clues = AuthorClues(url=f"https://{host}/a", site_name=site_name, language="vi", marked=(text,))
    assert list(page_authors(clues).names) == names


def test_the_line_that_named_the_authors_is_kept_with_its_unit_and_source() -> None:
    marked = ("Tác giả bài viết: Vũ Lộc (Đảng ủy Khối CQ&DN",)
    found = page_authors(_clues(VIETNAMESE, marked=marked, tail_lines=("Nguồn tin: Đảng ủy Khối",)))
    assert (found.names, found.byline) == (("Vũ Lộc",), marked[0])
    assert (found.unit, found.source) == ("Đảng ủy Khối CQ&DN", "Đảng ủy Khối")


def test_a_source_is_told_where_nobody_signs() -> None:
    found = page_authors(_clues(VIETNAMESE, tail_lines=("Theo TTXVN",)))
    assert (found.names, found.byline, found.source) == ((), "", "TTXVN")


def test_a_page_that_says_nothing_has_no_authors() -> None:
    assert page_authors(AuthorClues(url="")).names == ()


TEXTS = st.lists(st.text(max_size=60), max_size=4).map(tuple)


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.text(max_size=40))
def test_no_page_breaks_the_choice(
    told: tuple[str, ...],
    metas: tuple[str, ...],
    marked: tuple[str, ...],
    head: tuple[str, ...],
    tail: tuple[str, ...],
    url: str,
) -> None:
    clues = AuthorClues(
        url=url, jsonld_authors=told, meta_authors=metas, marked=marked, head_lines=head, tail_lines=tail
    )
    assert len(page_authors(clues).names) <= 20


@pytest.mark.thorough
def test_a_page_full_of_clues_takes_no_time() -> None:
    lines = tuple(f"By Jane Roe, John Doe and others of the {n} river towns (Tin, ảnh: " * 3 for n in range(400))
    clues = _clues(FOREIGN, marked=lines, head_lines=lines, tail_lines=lines, text="Jane Roe " * 50_000)
    began = time.process_time()
    page_authors(clues)
    assert time.process_time() - began < 2


def test_a_long_name_of_signs_takes_no_time() -> None:
    clues = _clues(FOREIGN, jsonld_authors=("@" * 20_000, "a<" + "@" * 20_000))
    began = time.process_time()
    assert page_authors(clues).names == ()
    assert time.process_time() - began < 2
