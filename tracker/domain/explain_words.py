"""Sentences for `explain`: the rule of a target and one member's result, in Vietnamese and English.

Words of enum values on screens stand in tracker/labels.py; these sentences belong to the reckoning they explain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind
from tracker.domain.organisation import StandingReason
from tracker.domain.periods import PeriodKind, format_day
from tracker.domain.programmes import TargetWho

if TYPE_CHECKING:
    from tracker.domain.organisation import Standing
    from tracker.domain.periods import Lang, Period
    from tracker.domain.programmes import Target

_WHO: dict[Lang, dict[TargetWho, str]] = {
    "vi": {
        TargetWho.EACH_MEMBER: "Mỗi đảng viên",
        TargetWho.ASSIGNED: "Đảng viên được phân công",
        TargetWho.UNIT: "Mỗi chi bộ",
    },
    "en": {
        TargetWho.EACH_MEMBER: "Each member",
        TargetWho.ASSIGNED: "The assigned member",
        TargetWho.UNIT: "Each unit",
    },
}
_WHAT: dict[Lang, dict[ClaimKind, str]] = {
    "vi": {
        ClaimKind.SHARE: "bài chia sẻ",
        ClaimKind.AUTHORED: "bài viết",
        ClaimKind.PRESENTATION: "lượt sinh hoạt",
    },
    "en": {
        ClaimKind.SHARE: "share",
        ClaimKind.AUTHORED: "authored piece",
        ClaimKind.PRESENTATION: "presentation",
    },
}
_PER: dict[Lang, dict[PeriodKind, str]] = {
    "vi": {
        PeriodKind.DAY: "ngày",
        PeriodKind.WEEK: "tuần",
        PeriodKind.MONTH: "tháng",
        PeriodKind.QUARTER: "quý",
        PeriodKind.HALF: "6 tháng",
        PeriodKind.YEAR: "năm",
    },
    "en": {
        PeriodKind.DAY: "day",
        PeriodKind.WEEK: "week",
        PeriodKind.MONTH: "month",
        PeriodKind.QUARTER: "quarter",
        PeriodKind.HALF: "half-year",
        PeriodKind.YEAR: "year",
    },
}
_RESULT: dict[Lang, dict[str, str]] = {
    "vi": {
        "below": "chưa đạt",
        "met": "đạt",
        "exceeded": "đạt tốt",
        "excused": "được miễn trong kỳ",
        "not_counted": "không tính vào tỷ lệ",
        "not_assigned": "không được phân công trong kỳ",
        "of_the_unit": "chỉ tiêu của chi bộ, không tính cho từng đảng viên",
    },
    "en": {
        "below": "not met",
        "met": "met",
        "exceeded": "well met",
        "excused": "excused in the period",
        "not_counted": "not counted in the ratio",
        "not_assigned": "not assigned in the period",
        "of_the_unit": "an obligation of the unit, not of single members",
    },
}


def rule_words(target: Target, lang: Lang) -> str:
    """Say what a target asks, such as `Mỗi đảng viên, mỗi tháng: tối thiểu 1, phấn đấu 2 bài chia sẻ`."""
    who, per = _WHO[lang][target.who], _PER[lang][target.per]
    what = _what(target, target.aim or target.minimum, lang)
    if lang == "vi":
        aim = f", phấn đấu {target.aim}" if target.aim else ""
        topics = " thuộc chủ đề đã chọn" if target.topic_ids else ""
        return f"{who}, mỗi {per}: tối thiểu {target.minimum}{aim} {what}{topics}."
    aim = f", aiming at {target.aim}" if target.aim else ""
    topics = " on the chosen topics" if target.topic_ids else ""
    return f"{who}, each {per}: at least {target.minimum}{aim} {what}{topics}."


def result_words(
    target: Target, period: Period, stands: Standing, result: str, counts: tuple[int, int], lang: Lang
) -> str:
    """Say one member's result: `Tháng 5/2025: 1/1 bài chia sẻ, đạt.`, and what of the standing made it so.

    `counts` are done and wanted; where nothing was wanted they are left out.
    """
    done, wanted = counts
    figures = f"{done}/{wanted} {_what(target, wanted, lang)}, " if wanted else ""
    because = _standing_words(period, stands, lang)
    return f"{period.label(lang)}: {figures}{_RESULT[lang][result]}.{because}"


def _what(target: Target, count: int, lang: Lang) -> str:
    word = _WHAT[lang][target.what]
    return word if lang == "vi" or count == 1 else f"{word}s"


def _standing_words(period: Period, stands: Standing, lang: Lang) -> str:
    """Say why somebody is excused or not counted; nothing where they simply count."""
    day, vi = format_day(stands.on), lang == "vi"
    match stands.why:
        case StandingReason.COUNTED:
            return ""
        case StandingReason.ABSENT:
            share = f"{stands.absent_days}/{period.day_count}"
            return f" Vắng có lý do {share} ngày của kỳ." if vi else f" Away {share} days of the period."
        case StandingReason.STATUS:
            return f" Ngày {day} không thuộc diện tính." if vi else f" On {day} of a status that is listed apart."
        case StandingReason.ELSEWHERE:
            return (
                f" Ngày {day} sinh hoạt tại đơn vị không thuộc mô hình này."
                if vi
                else f" On {day} in a unit that the programme does not bind."
            )
        case StandingReason.NO_MEMBERSHIP:  # pragma: no branch - a closed union, mypy watches it
            return f" Ngày {day} không sinh hoạt tại đơn vị nào." if vi else f" On {day} a member of no unit."
