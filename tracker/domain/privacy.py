"""What a member may ask of the office about their own data, until when it is answered, and what is kept how long. Pure.

Law 91/2025/QH15 and Decree 356/2025: an answer within two working days; the request carried out within ten to twenty.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.office_rules import DEFAULTS

if TYPE_CHECKING:
    from tracker.domain.office_rules import OfficeRules

ERASED: Final = "đã xóa"
_SATURDAY: Final = 5


class RequestKind(enum.StrEnum):
    """What is asked."""

    ERASURE = "erasure"
    CORRECTION = "correction"
    EXPORT = "export"  # on paper; with an account it is had at once


class Outcome(enum.StrEnum):
    """How a request ended."""

    DONE = "done"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the person's data were erased first


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalRequest:
    """A member's request; `done_at` None: open."""

    member_id: int
    number: int
    kind: RequestKind
    words: str | None
    made_at: dt.datetime
    answer_due_on: dt.date | None
    due_on: dt.date
    answered_at: dt.datetime | None
    done_at: dt.datetime | None
    outcome: Outcome | None
    reply: str | None
    entered_by: int | None = None  # on paper: by whose account
    member_name: str = ""
    member_code: str = ""

    @property
    def request_id(self) -> str:
        """Give the public id."""
        return f"{self.member_id}-{self.number}"

    def is_overdue(self, today: dt.date) -> bool:
        """Tell whether an open request is past its day, or was not answered in time."""
        if self.done_at is not None:
            return False
        unanswered = self.answered_at is None and self.answer_due_on is not None and self.answer_due_on < today
        return unanswered or self.due_on < today


def due_on(kind: RequestKind, asked_on: dt.date, rules: OfficeRules = DEFAULTS) -> dt.date:
    """Give the day by which a request is carried out."""
    days = rules.erasure_days if kind is RequestKind.ERASURE else rules.correction_days
    return asked_on + dt.timedelta(days=days)


def answer_due_on(asked_on: dt.date, working_days: int = DEFAULTS.answer_working_days) -> dt.date:
    """Give the day by which a request is answered: some working days later, Monday to Friday."""
    day, left = asked_on, working_days
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


class Keeping(enum.StrEnum):
    """When something goes."""

    ALWAYS = "always"  # it is what reports are made of; an erasure takes the names out
    ERASURE = "erasure"  # with the person's erasure
    AFTER = "after"  # by itself, after a time
    MIDNIGHT = "midnight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One line of the table of what is kept how long; `duty` is the job that removes it."""

    what: str
    keeping: Keeping
    days: int | None = None
    months: int | None = None  # after the end of the year in which it happened
    duty: str | None = None
