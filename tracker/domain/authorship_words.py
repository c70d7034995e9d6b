"""Why a piece is offered to a member, in words of both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.authorship import Reason, ReasonCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORDS: Final[Mapping[ReasonCode, tuple[str, str]]] = {
    ReasonCode.NAME_FULL: ("Tên tác giả trùng họ và tên", "The byline bears the full name"),
    ReasonCode.NAME_PEN: ("Tên tác giả trùng bút danh", "The byline bears a pen name"),
    ReasonCode.NAME_PART: ("Tên tác giả trùng phần cuối của họ và tên", "The byline bears the end of the full name"),
    ReasonCode.NAME_UNMARKED: ("Tên viết không dấu", "The name is written without marks"),
    ReasonCode.UNIT_NAMED: ("Dòng tác giả ghi tên đơn vị", "The byline names the unit"),
    ReasonCode.UNIT_OWNER: ("Bài đăng trên trang của đơn vị", "The piece stands at the unit's own outlet"),
    ReasonCode.UNIT_COLLEAGUE: (
        "Viết chung với đảng viên của đơn vị có trang này",
        "Signed together with a member of the unit that owns the outlet",
    ),
    ReasonCode.UNIT_NONE: ("Không ghi đơn vị", "No unit is told"),
    ReasonCode.UNIT_OTHER: (
        "Dòng tác giả hoặc trang đăng là của đơn vị khác",
        "The byline or the outlet is another unit's",
    ),
    ReasonCode.NAME_ONLY_ONE: ("Không có đảng viên nào khác trùng tên", "No other member answers to the name"),
    ReasonCode.NAME_SHARED: ("{count} đảng viên khác trùng tên", "{count} other members answer to the name"),
    ReasonCode.PRESS_SELDOM: (
        "Trên báo chí có {count} bài khác ký tên này",
        "{count} other pieces in the press bear this name",
    ),
    ReasonCode.PRESS_OFTEN: (
        "Tên này thường gặp trên báo chí ({count} bài khác)",
        "The name is often met in the press ({count} other pieces)",
    ),
}


def reason_words(reason: Reason, language: str) -> str:
    """Say a reason in Vietnamese (`vi`) or English."""
    vietnamese, english = _WORDS[reason.code]
    return (vietnamese if language == "vi" else english).format(count=reason.count)


def told_words(told: Iterable[tuple[str, int | None]], language: str) -> list[str]:
    """Say reasons as they were kept: pairs of a code and its number; a code that is no more says nothing."""
    known = set(ReasonCode)
    return [reason_words(Reason(code=ReasonCode(c), count=n), language) for c, n in told if c in known]
