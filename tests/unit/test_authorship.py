"""Who of the roster may have written a piece: units, namesakes, pen names, the press."""

from __future__ import annotations

import pytest

from tracker.domain.authorship import Author, Match, OutletKind, Piece, Press, ReasonCode, is_matchable, match_piece
from tracker.domain.authorship_units import find_named, unit_key
from tracker.domain.authorship_words import reason_words
from tracker.domain.names import fold

CELL, OTHER_CELL, COMMITTEE = 1, 2, 9
UNITS = {
    CELL: unit_key("Viện KSND huyện Hớn Quản"),
    OTHER_CELL: unit_key("Huyện đoàn Chơn Thành"),
    COMMITTEE: unit_key("Phòng Tổ chức cán bộ - Lao động"),
}


def author(number: int, name: str, unit_id: int = CELL, *pen_names: str) -> Author:
    return Author(member_id=number, full_name=name, pen_names=pen_names, unit_ids=frozenset({unit_id}))


def at_press(*names: str) -> Piece:
    return Piece(names=names, outlet=OutletKind.PROVINCIAL)


def at_own(*names: str, owner: int = CELL) -> Piece:
    return Piece(names=names, outlet=OutletKind.OWN, owner_ids=frozenset({owner}))


def named(*names: str, unit_id: int | None = CELL) -> Piece:
    units = frozenset() if unit_id is None else frozenset({unit_id})
    return Piece(names=names, outlet=OutletKind.PROVINCIAL, named_unit_ids=units, names_a_unit=True)


def offered(piece: Piece, *authors: Author, provincial: int = 0, elsewhere: int = 0) -> list[int]:
    press = Press(provincial_count=provincial, elsewhere_count=elsewhere)
    told = {fold(name): press for name in piece.names}
    return [match.member_id for match in match_piece(piece, authors, told) if match.is_offered]


def only(piece: Piece, *authors: Author) -> Match:
    (match,) = match_piece(piece, authors, {})
    return match


def test_a_full_name_at_the_own_outlet_is_offered() -> None:
    assert offered(at_own("Nguyễn Văn Hùng"), author(1, "Nguyễn Văn Hùng")) == [1]


def test_a_full_name_with_the_unit_named_is_offered_wherever_it_stands() -> None:
    assert offered(named("Trần Văn Nam"), author(1, "Trần Văn Nam"), provincial=9) == [1]


def test_a_byline_that_names_another_unit_is_not_offered() -> None:
    assert offered(named("Trần Văn Nam", unit_id=None), author(1, "Trần Văn Nam")) == []
    assert offered(named("Trần Văn Nam", unit_id=OTHER_CELL), author(1, "Trần Văn Nam")) == []


def test_what_the_byline_names_goes_before_who_owns_the_outlet() -> None:
    piece = Piece(names=("Văn Hùng",), outlet=OutletKind.OWN, owner_ids=frozenset({CELL}), names_a_unit=True)
    assert offered(piece, author(1, "Nguyễn Văn Hùng")) == []


def test_a_unit_above_the_members_own_counts_as_theirs() -> None:
    member = Author(member_id=1, full_name="Lê Văn Bình", unit_ids=frozenset({CELL, COMMITTEE}))
    assert offered(at_own("Lê Văn Bình", owner=COMMITTEE), member) == [1]


def test_a_rare_name_is_offered_without_a_unit_and_a_common_one_is_not() -> None:
    assert offered(at_press("Đỗ Thanh Hương"), author(1, "Đỗ Thanh Hương")) == [1]
    assert offered(at_press("Nguyễn Thị Hương"), author(1, "Nguyễn Thị Hương")) == []


def test_a_name_that_stands_often_in_the_press_is_not_offered() -> None:
    assert offered(at_press("Đỗ Thanh Hương"), author(1, "Đỗ Thanh Hương"), provincial=3) == []
    assert offered(at_press("Đỗ Thanh Hương"), author(1, "Đỗ Thanh Hương"), elsewhere=1) == []


def test_a_full_name_alone_is_not_offered_from_the_national_press() -> None:
    piece = Piece(names=("Đỗ Thanh Hương",), outlet=OutletKind.NATIONAL)
    assert offered(piece, author(1, "Đỗ Thanh Hương")) == []


@pytest.mark.parametrize("outlet", list(OutletKind))
def test_a_unique_pen_name_is_offered_at_once(outlet: OutletKind) -> None:
    piece = Piece(names=("Lam Giang",), outlet=outlet)
    assert offered(piece, author(1, "Phạm Văn Sơn", CELL, "Lam Giang")) == [1]


def test_a_pen_name_that_two_members_use_is_offered_to_neither() -> None:
    both = author(1, "Phạm Văn Sơn", CELL, "Lam Giang"), author(2, "Lê Thị Hoa", OTHER_CELL, "Lam Giang")
    assert offered(at_press("Lam Giang"), *both) == []


def test_of_namesakes_the_one_of_the_unit_is_offered() -> None:
    both = author(1, "Nguyễn Văn An"), author(2, "Nguyễn Văn An", OTHER_CELL)
    assert offered(at_own("Nguyễn Văn An"), *both) == [1]
    assert offered(at_press("Nguyễn Văn An"), *both) == []


def test_two_namesakes_in_one_unit_are_not_told_apart() -> None:
    assert offered(at_own("Nguyễn Văn An"), author(1, "Nguyễn Văn An"), author(2, "Nguyễn Văn An")) == []


def test_the_end_of_a_name_is_offered_only_where_the_unit_stands_by_it() -> None:
    member = author(1, "Nguyễn Văn Xuyên")
    assert offered(at_own("Văn Xuyên"), member) == [1]
    assert offered(at_press("Văn Xuyên"), member) == []
    assert offered(at_own("Xuyên"), member) == []


def test_the_end_of_a_name_yields_to_who_bears_the_whole() -> None:
    assert offered(at_own("Lê Hoàng"), author(1, "Phạm Lê Hoàng"), author(2, "Vũ Thị Tuyết", CELL, "Lê Hoàng")) == [2]


def test_tones_tell_names_apart_unless_a_name_is_written_without_marks() -> None:
    assert offered(at_own("Phan Thị Thúy"), author(1, "Phan Thị Thủy")) == []
    match = only(at_own("Phan Thi Thuy"), author(1, "Phan Thị Thủy"))
    assert match.is_offered
    assert ReasonCode.NAME_UNMARKED in {reason.code for reason in match.reasons}


def test_old_and_new_spelling_of_a_tone_are_one_name() -> None:
    assert offered(at_own("Lê Thị Hoà"), author(1, "Lê Thị Hòa")) == [1]


def test_who_signs_with_a_member_of_the_unit_counts_as_a_colleague() -> None:
    both = author(1, "Nguyễn Quang Khoa"), author(2, "Huỳnh Bích Hạnh", OTHER_CELL)
    assert offered(at_own("Nguyễn Quang Khoa", "Huỳnh Bích Hạnh"), *both) == [1, 2]
    assert offered(at_own("Huỳnh Bích Hạnh"), both[1]) == []


@pytest.mark.parametrize(
    "name", ["T.N", "V.Đ.", "PV", "BBT", "Ban Biên tập", "TTXVN", "LAM", "N. H.", "Nhóm phóng viên"]
)
def test_initials_and_collectives_are_never_matched(name: str) -> None:
    assert not is_matchable(name)
    assert match_piece(at_own(name), [author(1, name, CELL, name)], {}) == []


def test_a_pen_name_of_one_word_is_offered_where_the_unit_speaks_for_it_and_nowhere_else() -> None:
    member = author(1, "Phạm Văn Sơn", CELL, "Hoài")
    assert offered(at_own("Hoài"), member) == offered(named("Hoài"), member) == [1]
    for piece in (at_press("Hoài"), at_own("Hoài", owner=OTHER_CELL), named("Hoài", unit_id=None)):
        assert match_piece(piece, [member], {}) == []
    assert match_piece(at_own("Hoài", "Lê Văn Bình", owner=OTHER_CELL), [member], {}) == []


def test_a_given_name_alone_or_other_marks_are_no_pen_name_of_one_word() -> None:
    assert match_piece(at_own("Sơn"), [author(1, "Phạm Văn Sơn", CELL, "Hoài")], {}) == []
    for said in ("Hoai", "Hoái"):
        assert match_piece(at_own(said), [author(1, "Phạm Văn Sơn", CELL, "Hoài")], {}) == []


def test_of_two_in_a_unit_with_one_pen_name_of_one_word_neither_is_asked() -> None:
    both = author(1, "Phạm Văn Sơn", CELL, "Hoài"), author(2, "Lê Thị Hoa", CELL, "Hoài")
    assert offered(at_own("Hoài"), *both) == []


@pytest.mark.parametrize("name", ["Y Moan", "Ngô Thị Ý", "Lam Giang"])
def test_short_names_of_persons_are_matched(name: str) -> None:
    assert is_matchable(name)


@pytest.mark.parametrize(
    ("told", "unit_id"),
    [
        ("Viện Kiểm sát nhân dân huyện Hớn Quản", CELL),
        ("VKSND Hớn Quản", CELL),
        ("Huyện Đoàn Chơn Thành", OTHER_CELL),
        ("P.TCCB-LĐ", COMMITTEE),
        ("Chi bộ Viện KSND huyện Hớn Quản", CELL),
    ],
)
def test_a_unit_is_known_by_its_other_names(told: str, unit_id: int) -> None:
    assert find_named(told, UNITS) == {unit_id}


@pytest.mark.parametrize("told", ["Tỉnh đoàn Chơn Thành", "Huyện đoàn Bình Long", "Hội Nông dân", "", None])
def test_another_unit_is_not_taken_for_ours(told: str | None) -> None:
    assert find_named(told, UNITS) == frozenset()


def test_reasons_are_said_in_both_languages() -> None:
    match = only(at_own("Nguyễn Văn Hùng"), author(1, "Nguyễn Văn Hùng"))
    assert [reason_words(r, "vi") for r in match.reasons] == [
        "Tên tác giả trùng họ và tên",
        "Bài đăng trên trang của đơn vị",
        "Không có đảng viên nào khác trùng tên",
    ]
    assert all(reason_words(r, "en").isascii() for r in match.reasons)
