"""One written date taken apart, by an ordered list of the forms that outlets print.

Which of two numbers is the day is left open where the writing leaves it open; crawler/dates.py decides.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from crawler.datewords import AFTERNOON, FORENOON, MONTH, MONTH_IN_VIETNAMESE, MONTH_OF_STEM, ZONE, ZONES, month_of
from tracker.domain.names import fold

MAX_DATE_CHARS = 120
_TWO_DIGIT_PIVOT = 70
_ENGLISH_HALVES = frozenset({"am", "pm"})


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Shape:
    """How a numeric date is written, to know the dates of one program again; "" where this date does not tell."""

    separator: str = ""
    is_halved: bool = False  # with AM or PM; SA and CH are Vietnamese, and so is the order beside them
    date_padding: str = ""  # "0" padded, "1" bare
    hour_padding: str = ""

    def is_like(self, other: Shape) -> bool:
        """Tell whether one program may have written both."""
        return (self.separator, self.is_halved) == (other.separator, other.is_halved) and all(
            not mine or not theirs or mine == theirs
            for mine, theirs in ((self.date_padding, other.date_padding), (self.hour_padding, other.hour_padding))
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A date as written. `first` and `second` are day and month: in that order unless `is_numeric`, then in either."""

    year: int
    first: int
    second: int
    is_numeric: bool
    shape: Shape = Shape()
    hour: int | None = None  # None: no time of day
    minute: int = 0
    second_of_minute: int = 0
    offset_min: int | None = None  # None: no zone
    is_stamp: bool = False  # what a program prints to be read by programs; if it names no zone, UTC is the custom
    year_first: WrittenDate | None = None  # the same digits read as 03-12-31, where the year has two


_YMD = re.compile(r"(?<!\d)(?P<y>\d{4})([-/.]) ?0?(?P<m>\d{1,2})\2 ?(?P<d>\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<!\d)(?P<a>\d{1,2}) ?(?P<sep>[/.\-]) ?(?P<b>\d{1,2}) ?(?P=sep) ?(?P<y>\d{4}|\d{2})(?![\d:])")
_DMY_SPACED = re.compile(r"(?<!\d)(?P<a>\d{1,2})(?P<sep> )(?P<b>\d{1,2}) (?P<y>\d{4})(?!\d)")
_IN_VIETNAMESE = (  # "ngày 5 tháng 2 năm 2026", "5 / 2 / 2026"; as systems in Vietnamese name months: "05 Th2 2026"
    re.compile(
        r"(?<!\d)(?P<d>\d{1,2})(?:,? ?th(?:ang|g)?\.? ?| / ?)(?P<m>\d{1,2}),? ?(?:nam |, |- )?(?P<y>\d{4})(?!\d)"
    ),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}),? (?P<mon>thang {MONTH_IN_VIETNAMESE}),? (?:nam )?(?P<y>\d{{4}})(?!\d)"),
)
_WORDED = tuple(
    re.compile(pattern.replace("MONTH", f"(?P<mon>{MONTH})"))
    for pattern in (
        r"(?<!\d)(?P<y>\d{4}) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日일]?",
        r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er)?[ .,\-/]*(?:de )?\bMONTH[ .,\-/]*(?:de )?(?P<y>\d{4}|\d{2})(?![\d:])",
        r"(?<!\d)(?P<y>\d{4})[ .\-/]*MONTH[ .\-/]*(?P<d>\d{1,2})(?!\d)",
        r"\bMONTH[ .\-]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[., \-]+(?P<y>\d{4})(?![\d:])",
        r"\bMONTH[ .]*(?P<d>\d{1,2}),? (?P<rest>\d{1,2}:\d\d[^|]{0,20}?) (?P<y>\d{4})(?!\d)",
    )
)
_SHORT_YMD = re.compile(r"(?P<y>\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)")
_BARE = tuple(
    re.compile(pattern.replace("MONTH", f"(?P<mon>{MONTH})"))
    for pattern in (
        r"(?P<y>\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])",
        r"(?P<y>\d{4})-(?P<m>\d{2})",
        r"-(?P<y>\d\d)-?(?P<m>0[1-9]|1[0-2])",
        r"(?P<y>\d{4})-?(?P<n>[0-3]\d\d)",
        r"(?P<y>\d\d)(?P<n>[0-3]\d\d)",
        r"MONTH\.? ?,? ?(?P<y>\d{4})",
        r"(?:thang )?(?P<m>\d{1,2})/(?P<y>\d{4})",
        r"(?P<y>\d{4})",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:t?(?P<H>\d\d):?(?P<M>\d\d):?(?P<S>\d\d)?)?(?P<z>z|[+-]\d\d:?\d\d)?",
    )
)
_TIME = re.compile(
    r"(?:(?P<before>오전|오후|上午|下午|午前|午後) ?)?(?<![\d:.])(?P<H>\d{1,2})(?: ?: ?|h|g|:| gio )(?P<M>\d{2})"
    r"(?:[:.](?P<S>\d{2}))?(?:[.,]\d{1,9})?(?![\d:]) ?(?P<half>[ap]\.? ?m\b\.?|(?:sa|ch|sang|chieu|toi)\b)?"
)
_HOUR_ONLY = re.compile(r"(?<![\d:.])(?P<H>\d{1,2}) ?(?:h|gio)\b ?(?P<half>(?:sang|chieu|toi)\b)?")
_OFFSET = r"(?P<sign>[+-]) ?(?P<oh>\d{1,2})(?::?(?P<om>\d{2}))?(?![\d:])"
_ZONE = re.compile(rf"[ (,\[]*(?:etc/)?(?:(?:gmt|utc|ut) ?{_OFFSET}|{_OFFSET.replace('P<', 'P<b')}|(?P<name>{ZONE})\b)")
_WEEKDAY_NUMBER = re.compile(r"\bthứ [2-7]\b|\bt[2-7]\b(?=[ ,.\-])")
_AFTER_BAR = re.compile(r"\|.*")
_SECONDS = re.compile(r"\d:\d\d:\d\d")
_T = re.compile(r"\dt\d")
_FOR_PEOPLE = (*_IN_VIETNAMESE, _DMY_SPACED)
_KOREAN = re.compile("[년월일]|오[전후]")
# Nine feeds in ten: RFC 822 and RFC 3339 as they should be, zone stated. The forms above give the same for them.
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(?P<d>\d{1,2}) (?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?P<y>\d{4}) "
    r"(?P<H>\d\d):(?P<M>\d\d):(?P<S>[0-5]\d) (?:(?P<utc>GMT|UTC)|(?P<sign>[+-])(?P<oh>\d\d):?(?P<om>\d\d)?)",
    re.ASCII,
)
_RFC_3339 = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)T(?P<H>\d\d):(?P<M>\d\d):(?P<S>[0-5]\d)(?:\.\d{1,9})?"
    r"(?:(?P<utc>Z)|(?P<sign>[+-])(?P<oh>\d\d):?(?P<om>\d\d))",
    re.ASCII,
)


def take_apart(text: str) -> WrittenDate | None:
    """Take a written date apart; None where it is no date, or has numbers that no form explains."""
    if len(text) > MAX_DATE_CHARS:
        return None
    if usual := _RFC_822.fullmatch(text) or _RFC_3339.fullmatch(text):
        return _usual_date(usual.groupdict())
    plain = fold(_WEEKDAY_NUMBER.sub(" ", text.casefold())).replace("\u2212", "-").strip(" \"'\\")
    for pattern in _BARE:
        bare = pattern.fullmatch(plain)
        if bare:
            return _bare_date(bare.groupdict(), is_stamp="/" not in plain)
    for pattern in (_YMD, *_IN_VIETNAMESE, *_WORDED, _DMY, _DMY_SPACED):
        found = pattern.search(plain)
        if found:
            return _noted(_with_time(found, plain), found, plain)
    return None


def _usual_date(parts: dict[str, str | None]) -> WrittenDate:
    """Give a date of the two usual forms."""
    month = parts.get("m")
    east = 0 if parts["utc"] else int(parts["oh"] or 0) * 60 + int(parts["om"] or 0)
    return WrittenDate(
        year=int(parts["y"] or 0),
        first=int(parts["d"] or 0),
        second=int(month) if month else MONTH_OF_STEM[str(parts["mon"]).lower()],
        is_numeric=False,
        hour=int(parts["H"] or 0),
        minute=int(parts["M"] or 0),
        second_of_minute=int(parts["S"] or 0),
        offset_min=-east if parts["sign"] == "-" else east,
    )


def _noted(written: WrittenDate | None, found: re.Match[str], plain: str) -> WrittenDate | None:
    """Note of a date whether a program wrote it for programs, and what it is with the year first.

    Days alone, C's and RFC 822's forms and the stamps of databases mean UTC where no zone stands (so do readers of
    HTTP, ECMAScript and feeds take them); ISO's "T" without a zone is local time, and what ends with the minute was
    written for people.
    """
    if written is None or found.re in _FOR_PEOPLE:
        return written
    if found.re is _DMY:
        short = _SHORT_YMD.match(plain, found.start())
        other = _with_time(short, plain) if short else None
        return written if other is None else dataclasses.replace(written, year_first=_stamped(other, plain))
    return _in_korea(written, plain) if _KOREAN.search(plain) else _stamped(written, plain)


def _in_korea(written: WrittenDate, plain: str) -> WrittenDate:
    """Give a date in Korean its zone: the language has one."""
    is_open = written.offset_min is None and written.hour is not None
    return dataclasses.replace(written, offset_min=ZONES["kst"]) if is_open else _stamped(written, plain)


def _stamped(written: WrittenDate, plain: str) -> WrittenDate:
    """Note that a program wrote this, where its form says so."""
    is_stamp = written.hour is None or (_SECONDS.search(plain) is not None and not _T.search(plain))
    return dataclasses.replace(written, is_stamp=True) if is_stamp else written


def _bare_date(parts: dict[str, str | None], *, is_stamp: bool) -> WrittenDate:
    """Give a year, a month, or a date in digits alone; what is not written is the first."""
    written = dataclasses.replace(_date(parts), is_stamp=is_stamp)
    if not parts.get("H"):
        return written
    return _timed(written, parts, parts.get("z") or "")


def _with_time(found: re.Match[str], plain: str) -> WrittenDate | None:
    """Find time and zone in what the date leaves, and refuse if numbers are left over."""
    parts = found.groupdict()
    before, after = plain[: found.start()], (parts.get("rest") or "") + " " + plain[found.end() :]
    time = _TIME.search(after) or _TIME.search(before) or _HOUR_ONLY.search(after) or _HOUR_ONLY.search(before)
    written = _date(parts)
    if time is None:
        zone = _ZONE.match(after)
        left = before + " " + (after[zone.end() :] if zone else after)
        return None if _has_digits(left) else _zoned(written, zone)
    other = before if time.string is after else after
    zone = _ZONE.match(time.string, time.end())
    left = f"{other} {time.string[: time.start()]} {time.string[zone.end() if zone else time.end() :]}"
    if _has_digits(left):
        return None
    return _timed(written, time.groupdict(), zone[0] if zone else "")


def _date(parts: dict[str, str | None]) -> WrittenDate:
    """Give the date of a match, without a time."""
    year_text = parts["y"] or ""
    year = int(year_text)
    if len(year_text) == 2:  # noqa: PLR2004 - a year of two digits
        year += 2000 if year < _TWO_DIGIT_PIVOT else 1900
    first, second = parts.get("a"), parts.get("b")
    if first and second:
        shape = Shape(separator=str(parts["sep"]), date_padding=_padding(first) or _padding(second))
        return WrittenDate(year=year, first=int(first), second=int(second), is_numeric=True, shape=shape)
    if parts.get("n"):
        return _nth_day(year, int(parts["n"] or 0))
    month = parts.get("m")
    number = int(month) if month else month_of(parts["mon"]) if parts.get("mon") else 1  # type: ignore[arg-type]
    return WrittenDate(year=year, first=int(parts.get("d") or 1), second=number, is_numeric=False)


def _nth_day(year: int, number: int) -> WrittenDate:
    """Give the day of a year that has this number; one that no year has becomes a day that no month has."""
    try:
        day = dt.date(year, 1, 1) + dt.timedelta(days=number - 1)
    except (ValueError, OverflowError):
        day = None
    if day is None or day.year != year:
        return WrittenDate(year=year, first=0, second=1, is_numeric=False)
    return WrittenDate(year=year, first=day.day, second=day.month, is_numeric=False)


def _padding(number: str) -> str:
    """Tell from a number below ten whether its writer pads; longer ones do not tell."""
    return "1" if len(number) == 1 else "0" if number.startswith("0") else ""


def _timed(written: WrittenDate, time: dict[str, str | None], zone: str) -> WrittenDate:
    """Give the date with its time."""
    half = (time.get("half") or time.get("before") or "").replace(".", "").replace(" ", "")
    hour = int(time["H"] or 0)
    if half in AFTERNOON and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    elif half in FORENOON and hour == 12:  # noqa: PLR2004 - midnight
        hour = 0
    timed = dataclasses.replace(
        written,
        shape=dataclasses.replace(
            written.shape, is_halved=half in _ENGLISH_HALVES, hour_padding=_padding(time["H"] or "")
        ),
        hour=hour,
        minute=int(time.get("M") or 0),
        second_of_minute=59 if time.get("S") == "60" else int(time.get("S") or 0),
    )
    return _zoned(timed, _ZONE.match(zone))


def _zoned(written: WrittenDate, zone: re.Match[str] | None) -> WrittenDate:
    """Give the date with its zone."""
    return written if zone is None else dataclasses.replace(written, offset_min=_offset(zone))


def _offset(zone: re.Match[str]) -> int:
    """Give the minutes east that a zone states; what no zone can be is given as it stands, for the reader to refuse."""
    if zone["name"]:
        return ZONES[zone["name"]]
    hours, minutes = int(zone["oh"] or zone["boh"]), int(zone["om"] or zone["bom"] or 0)
    return (hours * 60 + minutes) * (-1 if "-" in (zone["sign"], zone["bsign"]) else 1)


def _has_digits(left: str) -> bool:
    """Tell whether numbers are left that no form explains; after a bar stand other things, such as a count of views."""
    return any(character.isdigit() for character in _AFTER_BAR.sub("", left))
