"""Names: cleaning, folding, tones and the Vietnamese order."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.names import clean_text, collation_key, fold, name_sort_key, tone_key


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Chi bộ\x00 35\x07 ", "Chi bộ 35"),
        ("một\r\nhai\rba\n\tbốn", "một\nhai\nba\n\tbốn"),
        ("ab\u202egnp.exe", "abgnp.exe"),
        ("a\ud800b\u200bc\ufeff", "abc"),
        (unicodedata.normalize("NFD", "Đảng uỷ"), "Đảng uỷ"),
        ("e\u200b\u0301", "é"),
        (" \n ", ""),
    ],
)
def test_clean_text_keeps_what_can_be_read(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_clean_text_cuts_to_length_without_parting_a_letter_from_its_marks() -> None:
    assert clean_text("abc def", 4) == "abc"
    assert clean_text("abc", 3) == "abc"
    assert clean_text("ab\u0331\u0331c", 2) == "a"
    assert clean_text("abc", 0) == ""


@given(st.text(), st.none() | st.integers(0, 20))
def test_clean_text_is_idempotent_and_never_longer_than_asked(text: str, max_len: int | None) -> None:
    once = clean_text(text, max_len)
    assert clean_text(once, max_len) == once
    assert max_len is None or len(once) <= max_len
    once.encode()  # no surrogate is left


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đảng uỷ Khối", "dang uy khoi"),
        ("ÐẢNG ỦY", "dang uy"),
        ("CHI   BỘ\n35", "chi bo 35"),
        ("“tự chuyển hoá”", "“tu chuyen hoa”"),
        ("Nguyễn\u00a0Thị\u200b Ước", "nguyen thi uoc"),
        ("Y Moan Êban", "y moan eban"),
        ("", ""),
    ],
)
def test_fold_gives_the_search_form(text: str, key: str) -> None:
    assert fold(text) == key
    assert fold(unicodedata.normalize("NFD", text)) == key
    assert fold(key) == key


@pytest.mark.thorough
def test_fold_is_idempotent_and_blind_to_normal_forms_for_every_character() -> None:
    for number in range(sys.maxunicode + 1):
        char = chr(number)
        folded = fold(char)
        assert fold(folded) == folded, hex(number)
        assert fold(unicodedata.normalize("NFD", char)) == folded, hex(number)


@given(st.text())
def test_fold_is_idempotent_on_any_text(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("uỷ", "ủy"),
        ("Thuý", "THÚY"),
        ("chuyển hoá", "chuyển  hóa"),
        ("quý", "qúy"),
        ("khoẻ", "khỏe"),
        ("Bí thư", "BÍ THƯ"),
    ],
)
def test_tone_key_unifies_the_two_places_of_a_tone(one: str, other: str) -> None:
    assert tone_key(one) == tone_key(other)
    assert tone_key(one) == tone_key(unicodedata.normalize("NFD", other))


@pytest.mark.parametrize(
    ("one", "other"), [("má", "mạ"), ("Hồng", "Hong"), ("đ", "d"), ("Kỹ", "kĩ"), ("hòa bà", "hoa bà"), ("mơ", "mo")]
)
def test_tone_key_keeps_different_words_apart(one: str, other: str) -> None:
    assert tone_key(one) != tone_key(other)


def test_collation_follows_the_vietnamese_alphabet() -> None:
    order = list("aàảãáạăằẳẵắặâầẩẫấậbcdđeèéêềếghiklmnoôơpqrstuưvxyý")
    assert sorted({*order}, key=collation_key) == order


def test_collation_puts_short_before_long_letters_before_tones_and_case_last() -> None:
    order = ["", "-", "2", "an", "An", "án", "an b", "an bình", "anh", "ăn", "đa", "é", "ê", "Жук"]
    assert sorted({*order}, key=collation_key) == order
    assert collation_key("ñ") > collation_key("n")
    assert collation_key("chi  bộ ") == collation_key("chi bộ")


def test_people_are_listed_by_given_name_then_by_the_rest() -> None:
    order = [
        "Trần Văn An",
        "Lê Thị Ánh",
        "Võ Thị Ăn",
        "Phạm Văn Ân",
        "Đặng Văn Bé",
        "Bùi Văn Dậu",
        "Đỗ Hữu Đạt",
        "Y Moan Êban",
        "Vũ Thị Hoà",
        "Vũ Thị Hòa",
        "Nguyễn Thị Cẩm Hồng",
        "Trần Thu Hồng",
        "Trần Thu Hồng (A)",
        "Trần Thu Hồng (B)",
        "Thành",
        "Lê Trung Thành",
        "Ngô Văn Út",
        "Nguyễn Thị Y",
        "Nguyễn Văn Ý",
    ]
    assert sorted({*order}, key=name_sort_key) == order
    assert sorted([unicodedata.normalize("NFD", n) for n in {*order}], key=name_sort_key) == [
        unicodedata.normalize("NFD", n) for n in order
    ]


@given(st.text())
def test_any_name_has_a_printable_ascii_key(name: str) -> None:
    key = name_sort_key(name)
    assert key.isascii()
    assert key.isprintable()
    assert key == key.strip()


@given(st.text(alphabet="aAáăâbdđĐnơ -2"), st.text(alphabet="aAáăâbdđĐnơ -2"))
def test_equal_keys_mean_equal_text(one: str, other: str) -> None:
    same = " ".join(one.split()) == " ".join(other.split())
    assert (collation_key(one) == collation_key(other)) is same
