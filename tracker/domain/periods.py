"""Periods of local days: reading and writing them, their bounds in UTC, what lies in what, their names for people.

A period is half-open, [start_on, end_on). No clock: `today` is an argument. Closing and freezing live in the services.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass
from typing import Literal

from tracker.domain.errors import AppError, Code

Lang = Literal["vi", "en"]

_ONE_DAY = dt.timedelta(days=1)
_WEEK_DAYS = 7
_TO_THURSDAY = dt.timedelta(days=3)
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of every day the house reckons with


class PeriodKind(enum.StrEnum):
    """The lengths of a period; SPAN is `A..B`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SPAN = "span"


_FORMS: tuple[tuple[PeriodKind, re.Pattern[str]], ...] = (
    (PeriodKind.DAY, re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")),
    (PeriodKind.WEEK, re.compile(r"([0-9]{4})-W([0-9]{2})")),
    (PeriodKind.MONTH, re.compile(r"([0-9]{4})-([0-9]{2})")),
    (PeriodKind.QUARTER, re.compile(r"([0-9]{4})-Q([1-4])")),
    (PeriodKind.HALF, re.compile(r"([0-9]{4})-H([12])")),
    (PeriodKind.YEAR, re.compile(r"([0-9]{4})")),
)
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_ROMAN = ("I", "II", "III", "IV")
# The domain asks no locale.
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local days from `start_on` to before `end_on`; `unit` is the kind of both ends of a SPAN, None otherwise.

    Made by `Period.parse` and `containing`, which keep kind and bounds in step.
    """

    kind: PeriodKind
    start_on: dt.date
    end_on: dt.date
    unit: PeriodKind | None = None

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2025-03-14`, `2025-W11`, `2025-03`, `2025-Q1`, `2025-H1`, `2025` or `A..B` (contract.md, Periods).

        Both ends of `A..B` are included and of one kind; `A..A` is `A`. Anything else is refused as PERIOD_INVALID.
        """
        first, dots, last = text.partition("..")
        start = _parse_single(first)
        if not dots:
            return start
        end = _parse_single(last)
        if end.kind is not start.kind or end.start_on < start.start_on:
            raise _invalid(text)
        if end == start:
            return start
        return cls(kind=PeriodKind.SPAN, start_on=start.start_on, end_on=end.end_on, unit=start.kind)

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing.override is 3.12; the domain is stdlib only
        """Give the canonical text, which `parse` reads back."""
        if self.unit is not None:
            return f"{_text(self.unit, self.start_on)}..{_text(self.unit, _start(self.unit, self.last_day))}"
        return _text(self.kind, self.start_on)

    @property
    def last_day(self) -> dt.date:
        """Give the last day that belongs to the period."""
        return self.end_on - _ONE_DAY

    @property
    def day_count(self) -> int:
        """Give the number of its days."""
        return (self.end_on - self.start_on).days

    def contains_day(self, day: dt.date) -> bool:
        """Say whether a local day belongs to the period."""
        return self.start_on <= day < self.end_on

    def is_over(self, today: dt.date) -> bool:
        """Say whether its last day has passed."""
        return today >= self.end_on

    @property
    def closable_on(self) -> dt.date:
        """Give the first day on which it and every week that lies in it are over."""
        if self.day_count <= _WEEK_DAYS:
            return self.end_on
        last_thursday = self.last_day - dt.timedelta(days=(self.last_day.weekday() - _TO_THURSDAY.days) % _WEEK_DAYS)
        return max(self.end_on, last_thursday + dt.timedelta(days=_WEEK_DAYS) - _TO_THURSDAY)

    def lies_in(self, outer: Period) -> bool:
        """Say whether the period belongs to `outer`; a week belongs where its Thursday is."""
        if self.kind is PeriodKind.WEEK and outer.day_count > _WEEK_DAYS:
            return outer.contains_day(self.start_on + _TO_THURSDAY)
        return outer.start_on <= self.start_on and self.end_on <= outer.end_on

    def following(self) -> Period:
        """Give the next period of the same kind; after a span, the days of the same count."""
        if self.kind is PeriodKind.SPAN:
            after = self.end_on + (self.end_on - self.start_on)
            return Period(kind=PeriodKind.SPAN, start_on=self.end_on, end_on=after, unit=PeriodKind.DAY)
        return Period(kind=self.kind, start_on=self.end_on, end_on=_after(self.kind, self.end_on))

    def bounds(self, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        """Give the half-open bounds [start_at, end_at) as UTC instants."""
        return start_of_day(self.start_on, zone), start_of_day(self.end_on, zone)

    def label(self, lang: Lang = "vi") -> str:
        """Name the period for people: `Tháng 5/2023`, `Quý II/2025`, `Từ ngày 01/03/2025 đến ngày 28/02/2026`."""
        return _label_vi(self) if lang == "vi" else _label_en(self)


def check_day(day: dt.date, field: str) -> None:
    """Refuse a day outside the years the house reckons with (`field.invalid`)."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise AppError(Code.FIELD_INVALID, f"{field}: years {FIRST_YEAR} to {LAST_YEAR}", field=field)


def containing(kind: PeriodKind, day: dt.date) -> Period:
    """Give the period of a kind (no span) in which a local day lies; years 1900 to 2200, else PERIOD_INVALID."""
    start = _start(kind, day)
    year = (start + _TO_THURSDAY).year if kind is PeriodKind.WEEK else start.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _invalid(day.isoformat())
    return Period(kind=kind, start_on=start, end_on=_after(kind, start))


def periods_inside(kind: PeriodKind, outer: Period) -> list[Period]:
    """List the periods of a kind inside `outer`, in order; where none fits inside, those that it touches.

    So a month asked of a quarterly target gives its quarter. A week asked of a monthly one gives its Thursday's month.
    """
    first, last = outer.start_on, outer.last_day
    if PeriodKind.WEEK in {outer.kind, outer.unit} and kind in _MONTHS:
        first, last = first + _TO_THURSDAY, last - _TO_THURSDAY
    touched = [containing(kind, first)]
    while touched[-1].end_on <= last:
        touched.append(touched[-1].following())
    return [period for period in touched if period.lies_in(outer)] or touched


def local_date(instant: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """Give the local day of an aware instant."""
    if instant.tzinfo is None:
        msg = "a naive time has no local day"
        raise ValueError(msg)
    return instant.astimezone(zone).date()


class LocalDays:
    """Gives the local days of aware instants, quickly where they follow each other: the last day's bounds are kept."""

    def __init__(self, zone: dt.tzinfo) -> None:
        self._zone = zone
        self._day = dt.date.min
        self._from = self._until = dt.datetime.min.replace(tzinfo=dt.UTC)

    def of(self, instant: dt.datetime) -> dt.date:
        """Give the local day of an aware instant, as `local_date` does."""
        if instant.tzinfo is None or not self._from <= instant < self._until:
            self._day = local_date(instant, self._zone)
            self._from = start_of_day(self._day, self._zone)
            self._until = start_of_day(self._day + dt.timedelta(days=1), self._zone)
        return self._day


def start_of_day(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Give the UTC instant at which a local day begins, also where its midnight was skipped."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def format_day(day: dt.date) -> str:
    """Print a day as Vietnamese offices do: `05/02/2026`."""
    return f"{day:%d/%m/%Y}"


def _invalid(text: str) -> AppError:
    return AppError(Code.PERIOD_INVALID, "not a period", value=text[:40])


def _parse_single(text: str) -> Period:
    for kind, form in _FORMS:
        if found := form.fullmatch(text):
            try:
                return containing(kind, _first_day(kind, [int(group) for group in found.groups()]))
            except (ValueError, OverflowError):
                break
    raise _invalid(text)


def _first_day(kind: PeriodKind, parts: list[int]) -> dt.date:
    """Turn the numbers of a period's text into its first day."""
    if kind is PeriodKind.DAY:
        return dt.date(*parts)
    if kind is PeriodKind.WEEK:
        return dt.date.fromisocalendar(parts[0], parts[1], 1)
    year, nth = parts if len(parts) > 1 else (parts[0], 1)
    return dt.date(year, (nth - 1) * _MONTHS[kind] + 1, 1)


def _start(kind: PeriodKind, day: dt.date) -> dt.date:
    """Give the first day of the period of a kind that holds a day."""
    if kind is PeriodKind.DAY:
        return day
    if kind is PeriodKind.WEEK:
        return day - dt.timedelta(days=day.weekday())
    months = _MONTHS[kind]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _after(kind: PeriodKind, start: dt.date) -> dt.date:
    """Give the first day after the period of a kind that begins on `start`."""
    if kind not in _MONTHS:
        return start + _ONE_DAY * (_WEEK_DAYS if kind is PeriodKind.WEEK else 1)
    month = start.month - 1 + _MONTHS[kind]
    return dt.date(start.year + month // 12, month % 12 + 1, 1)


def _nth(kind: PeriodKind, start: dt.date) -> int:
    """Number a month, quarter, half-year or year within its year, from 1."""
    return (start.month - 1) // _MONTHS[kind] + 1


def _text(kind: PeriodKind, start: dt.date) -> str:
    if kind is PeriodKind.DAY:
        return start.isoformat()
    if kind is PeriodKind.WEEK:
        year, week, _ = start.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if kind is PeriodKind.YEAR:
        return f"{start.year:04d}"
    return (
        f"{start.year:04d}-"
        + {
            PeriodKind.MONTH: f"{start.month:02d}",
            PeriodKind.QUARTER: f"Q{_nth(PeriodKind.QUARTER, start)}",
            PeriodKind.HALF: f"H{_nth(PeriodKind.HALF, start)}",
        }[kind]
    )


def _is_nine_months(period: Period) -> bool:
    year = period.start_on.year
    return (period.start_on, period.end_on) == (dt.date(year, 1, 1), dt.date(year, 10, 1))


def _label_vi(period: Period) -> str:
    start, year = period.start_on, period.start_on.year
    if period.kind is PeriodKind.SPAN:
        if _is_nine_months(period):
            return f"9 tháng năm {year}"
        return f"Từ ngày {format_day(start)} đến ngày {format_day(period.last_day)}"
    week_year, week, _ = start.isocalendar()
    return {
        PeriodKind.DAY: f"Ngày {format_day(start)}",
        PeriodKind.WEEK: f"Tuần {week}/{week_year}",
        PeriodKind.MONTH: f"Tháng {start.month}/{year}",
        PeriodKind.QUARTER: f"Quý {_ROMAN[_nth(PeriodKind.QUARTER, start) - 1]}/{year}",
        PeriodKind.HALF: f"6 tháng {'đầu' if start.month == 1 else 'cuối'} năm {year}",
        PeriodKind.YEAR: f"Năm {year}",
    }[period.kind]


def _label_en(period: Period) -> str:
    start, year = period.start_on, period.start_on.year
    if period.kind is PeriodKind.SPAN:
        if _is_nine_months(period):
            return f"Nine months of {year}"
        return f"From {format_day(start)} to {format_day(period.last_day)}"
    week_year, week, _ = start.isocalendar()
    month = _ENGLISH_MONTHS[start.month - 1]
    return {
        PeriodKind.DAY: f"{start.day} {month} {year}",
        PeriodKind.WEEK: f"Week {week} of {week_year}",
        PeriodKind.MONTH: f"{month} {year}",
        PeriodKind.QUARTER: f"Quarter {_ROMAN[_nth(PeriodKind.QUARTER, start) - 1]} of {year}",
        PeriodKind.HALF: f"{'First' if start.month == 1 else 'Second'} half of {year}",
        PeriodKind.YEAR: f"Year {year}",
    }[period.kind]
