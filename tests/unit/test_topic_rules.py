"""What topic rules match."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest

from tests.make import NOW
from tracker.domain.errors import AppError, Code
from tracker.domain.topic_rules import PHRASES_MOST, RuleBook, RuleWords, TopicRule, book_of, read_words
from tracker.domain.types import FeedId, TopicId

numbers = itertools.count(1)
ONE, TWO = FeedId(1), FeedId(2)


def rule(
    *any_of: str, none_of: tuple[str, ...] = (), feed_ids: tuple[FeedId, ...] = (), topic: int | None = None
) -> TopicRule:
    number = next(numbers)
    words = RuleWords(any_of=any_of, none_of=none_of, feed_ids=feed_ids)
    topic_id = TopicId(topic or number)
    return TopicRule(rule_id=number, topic_id=topic_id, topic="t", words=words, created_at=NOW, version=1)


def matches(
    asked: TopicRule, title: str, summary: str = "", feed: FeedId = ONE, *, only_by_source: bool = False
) -> bool:
    return bool(RuleBook([asked]).judge(title, summary, (feed,), only_by_source=only_by_source))


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("phản bác", "PHẢN BÁC luận điệu sai trái"),
        ("phản bác", "Kiên quyết phản\u00a0bác “luận điệu”"),
        ("phan bac", "Phản bác luận điệu"),
        ("phan bac", "Phan Bac"),
        ("hòa bình", "Diễn biến hoà bình"),
        ("hoà bình", "Diễn biến hòa bình"),
        ("người tốt, việc tốt", "Gương người tốt - việc tốt ở xã"),
        ("Nghị quyết 35-NQ/TW", "Thực hiện nghị quyết 35 NQ/TW"),
        ("Đảng", "ĐẢNG ta"),
        ("phản bác", "Pha\u0309n ba\u0301c"),
        ("GDP", "Tăng trưởng GDP quý IV"),
    ],
)
def test_a_phrase_is_found(phrase: str, title: str) -> None:
    assert matches(rule(phrase), title)
    assert matches(rule(phrase), "Tiêu đề khác", title)


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("chống", "Chóng mặt vì nắng"),
        ("chống", "Chong chóng tre"),
        ("phản bác", "Phan Bac"),
        ("bác", "Bắc Ninh"),
        ("tin giả", "Tin giảm giá"),
        ("phản bác", "Bác phản"),
        ("làm theo Bác", "Nghe và làm theo. Bác Hồ dạy"),
        ("bác", "bácsĩ"),
        ("Đảng", "Dáng đứng Việt Nam"),
        ("a.*b", "axxb"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, title: str) -> None:
    assert not matches(rule(phrase), title)


def test_a_word_without_marks_is_every_spelling_of_it_and_no_part_of_a_longer_one() -> None:
    assert matches(rule("tin"), "Lấy phiếu tín nhiệm")
    assert not matches(rule("tin"), "Tỉnh táo")


def test_a_phrase_does_not_run_from_the_title_into_the_summary() -> None:
    assert not matches(rule("phản bác"), "Kiên quyết phản", "bác bỏ")


def test_what_must_not_stand_there_excludes() -> None:
    asked = rule("thành tựu", none_of=("phủ nhận",))
    assert matches(asked, "Thành tựu đổi mới")
    assert not matches(asked, "Thành tựu đổi mới", "Những kẻ phủ nhận lịch sử")


def test_a_rule_for_sources_is_for_those_alone_and_needs_no_words() -> None:
    asked = rule(feed_ids=(ONE,))
    assert matches(asked, "Bất kỳ")
    assert not matches(asked, "Bất kỳ", feed=TWO)
    assert matches(asked, "Bất kỳ", only_by_source=True)
    assert not matches(rule("kỳ"), "Bất kỳ", only_by_source=True)


def test_of_two_rules_of_one_topic_the_older_is_named() -> None:
    first, second, other = rule("một", topic=7), rule("hai", topic=7), rule("hai", topic=8)
    book = RuleBook([second, other, first])
    assert book.judge("Một hai", "", ()) == [first, other]
    assert book.judge("Hai", "", ()) == [second, other]


def test_one_phrase_in_several_writings_is_each_of_them() -> None:
    plain, marked, other = rule("hoa binh"), rule("hòa bình"), rule("hóa  bình")
    book = RuleBook([plain, marked, other])
    assert book.judge("Giữ gìn hoà bình", "", ()) == [plain, marked]
    assert book.judge("Hoa bình", "", ()) == [plain]


def test_thousands_of_phrases_that_begin_alike_cost_no_more_than_one() -> None:
    book = RuleBook([rule(*("a " * 40 + f"b{n}x{at}" for at in range(PHRASES_MOST))) for n in range(100)])
    began = time.process_time()
    assert book.judge("a " * 100, "a " * 1000, ()) == []
    assert time.process_time() - began < 1


def test_the_same_rules_are_made_ready_once_and_any_change_makes_them_ready_anew() -> None:
    asked = tuple(rule("luận điệu", "xuyên tạc", none_of=("bóng đá",)) for _ in range(3))
    again = tuple(replace(one) for one in asked)
    assert book_of(again) is book_of(asked)
    changed = (*asked[:2], replace(asked[2], words=RuleWords(any_of=("khác",))))  # even where no version moved
    assert book_of(changed) is not book_of(asked)
    assert book_of(changed).judge("Khác", "", (ONE,)) == [changed[2]]
    assert book_of(asked[:2]).judge("Khác", "", (ONE,)) == []


def test_no_rule_judges_nothing() -> None:
    book = RuleBook([])
    assert not book
    assert book.judge("Một", "", ()) == []


def test_what_an_administrator_writes_is_tidied() -> None:
    words = read_words(["  phản   bác ", "", "phản bác", "Bác\u200b"], [" "], [ONE, ONE])
    assert words == RuleWords(any_of=("phản bác", "Bác"), none_of=(), feed_ids=(ONE,))


@pytest.mark.parametrize(
    ("any_of", "none_of", "field"),
    [
        ([], [], "any_of"),
        (["…"], [], "any_of"),
        (["a"], ["--"], "none_of"),
        (["x" * 101], [], "any_of"),
        ([f"từ {n}" for n in range(PHRASES_MOST + 1)], [], "any_of"),
    ],
)
def test_what_is_no_rule_is_refused_by_its_field(any_of: list[str], none_of: list[str], field: str) -> None:
    with pytest.raises(AppError) as refused:
        read_words(any_of, none_of, [])
    assert (refused.value.code, refused.value.extra["field"]) == (Code.FIELD_INVALID, field)
