"""The time that an article's address holds: in its folders, or in the number by which its outlet knows it.

It is when the piece was made, not always when it was published: good to tell day from month, never shown as a date.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2059  # an id that begins with 102 and two digits says nothing about a later century

_FOLDERS = re.compile(r"/(20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")
_DAY_FOLDER = re.compile(r"[/-](20\d\d)(\d\d)(\d\d)(?=[/-])")
_NUMBER = re.compile(r"[-/_a-z](\d{14,18})(?:\.[a-z]{2,5})?/?$", re.IGNORECASE)
_NUMBER_FORMS = (  # of the moment, to the second and parts of it
    re.compile(r"(20\d\d)(\d\d)(\d\d)([01]\d|2[0-3])[0-5]\d[0-5]\d\d{0,4}"),
    re.compile(r"[1-9]\d\d(\d\d)(\d\d)(\d\d)([01]\d|2[0-3])[0-5]\d[0-5]\d{2,4}"),  # after the site's own three digits
)


def find_day(url: str | None) -> dt.date | None:
    """Find the day that an address tells, on its outlet's clock."""
    path = (url or "").partition("?")[0].partition("#")[0]
    for pattern in (_FOLDERS, _DAY_FOLDER):
        for found in pattern.finditer(path):
            if day := _day(*found.groups()):
                return day
    number = _NUMBER.search(path)
    return _day_of_number(number[1]) if number else None


def _day_of_number(digits: str) -> dt.date | None:
    """Read a number as the moment it was given, in the forms that outlets number by."""
    for form in _NUMBER_FORMS:
        found = form.fullmatch(digits)
        if found and (day := _day(*found.groups()[:3])):
            return day
    return None


def _day(year: str, month: str, day: str) -> dt.date | None:
    """Give the day, where there is one and outlets were on the web then."""
    try:
        told = dt.date(int(year) % 100 + FIRST_YEAR, int(month), int(day))
    except ValueError:
        return None
    return told if told.year <= LAST_YEAR else None
