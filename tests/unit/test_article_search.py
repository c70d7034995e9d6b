from __future__ import annotations

from tracker.domain.articles import SEARCH_WORDS_MOST, read_search, search_texts


def test_words_are_compared_without_marks_and_remembered_with_them() -> None:
    found = read_search("  Đoàn  viên 2026 ")
    assert found is not None
    assert found.folded == ("doan", "vien", "2026")
    assert found.marked == ("đoàn", "viên")


def test_words_typed_without_marks_prefer_nothing() -> None:
    found = read_search("viet nam")
    assert found is not None
    assert (found.folded, found.marked) == (("viet", "nam"), ())


def test_what_holds_no_word_searches_nothing() -> None:
    assert read_search(" \t\n") is None
    assert read_search("\u0301") is None


def test_signs_are_words_like_others() -> None:
    found = read_search("100% _a \"NEAR( '; --")
    assert found is not None
    assert found.folded == ("100%", "_a", '"near(', "';", "--")


def test_a_long_question_is_cut() -> None:
    found = read_search(" ".join(f"w{n}" for n in range(100)))
    assert found is not None
    assert len(found.folded) == SEARCH_WORDS_MOST


def test_an_article_is_found_by_title_summary_byline_source_and_topics() -> None:
    texts = search_texts("Lễ kỷ niệm", "Tóm tắt", ["Nguyễn Văn An"], "Báo Mẫu", ["Đất nước"])
    for word in ("le ky niem", "tom tat", "nguyen van an", "bao mau", "dat nuoc"):
        assert word in texts.folded
    assert "đất nước" in texts.printed


def test_no_word_is_found_across_two_fields() -> None:
    assert "ab" not in search_texts("a", "b", [], "").folded.replace("\n", "|")
