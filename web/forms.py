"""Forms as people send them: fields read and judged one by one, errors kept beside their fields, in words.

The form stays filled in: what was typed is shown again with what is wrong about it. Uploads are read by api/http.py.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

from api.http import FORM_FIELDS_MOST, ID_DIGITS_MOST
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR
from web.words import mark, refusal_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.http import Call

E = TypeVar("E", bound=enum.StrEnum)

FORM_BYTES_MOST = 1 << 20
TEXT_MOST = 300
WORDS_MOST = 2_000
LONG_MOST = 5_000
WHOLE_MOST = 10**12
_TYPED_DAY = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")

NEEDED = mark("Fill this in")
TOO_LONG = mark("This is too long")
NOT_WHOLE = mark("Write a whole number")
NOT_A_DAY = mark("Write a date such as 05/02/2026")
NOT_LISTED = mark("Choose from the list")
NOT_THE_SAME = mark("The two passwords are not the same")
WRONG_PASSWORD = mark("This is not your present password")
TICK_TO_CONFIRM = mark("Tick the box to confirm")
BELOW_MINIMUM = mark("The aim is not below the minimum")
ENDS_BEFORE = mark("The end lies before the beginning")
NOT_A_PERIOD = mark("Choose a period")
SECOND_TURN = mark("One member has already been chosen; write the reason for a second one")
SCOPE_NEEDED = mark("Name the unit of the scope")
MEMBER_NEEDED = mark("Open the member's page and make the account there")
WEAK = mark("The password is too short or too common")
LOGIN_TAKEN = mark("This user name is already in use")
TAKEN = mark("This code is already in use")
NOTHING_TICKED = mark("Tick at least one")
CHOOSE_AGAIN = mark("Choose the file once more")
NOT_A_POST = mark("Paste the address of the post itself, not of a profile, a group or a share dialog")


@dataclass
class Fields:
    """The fields of one form: what was sent, what is wrong by field (message ids), and what is wrong altogether."""

    sent: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def filled(cls, **values: object) -> Fields:
        """Give a form filled in with values; None is an empty field."""
        return cls({name: [] if value is None else [_shown(value)] for name, value in values.items()})

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.errors and not self.problem

    def get(self, name: str) -> str:
        """Give what stands in a field, as typed."""
        values = self.sent.get(name)
        return values[0] if values else ""

    def has(self, name: str, value: object = "1") -> bool:
        """Tell whether a value is among those of a field: a ticked box, a chosen option."""
        return _shown(value) in self.sent.get(name, ())

    def many(self, name: str, *, most: int = 200) -> list[str]:
        """Give all values of a field."""
        return [clean_text(v, TEXT_MOST) for v in self.sent.get(name, ())][:most]

    def text(self, name: str, *, needed: bool = False, most: int = TEXT_MOST) -> str:
        """Read a text, cleaned."""
        text = clean_text(self.get(name))
        if needed and not text:
            self.errors[name] = NEEDED
        if len(text) > most:
            self.errors[name] = TOO_LONG
        return text[:most]

    def lines(self, name: str, *, most: int = 20) -> tuple[str, ...]:
        """Read a text whose lines, or parts between semicolons, are values of their own."""
        parts = [clean_text(part) for part in re.split(r"[\n;]", self.get(name))]
        kept = tuple(part for part in parts if part)
        if len(kept) > most or any(len(part) > TEXT_MOST for part in kept):
            self.errors[name] = TOO_LONG
        return kept[:most]

    def whole(self, name: str, *, needed: bool = False, least: int = 0, most: int = WHOLE_MOST) -> int | None:
        """Read a whole number; grouping points and spaces are allowed, as people type them."""
        text = re.sub(r"[\s.]", "", self.get(name))
        if not text:
            if needed:
                self.errors[name] = NEEDED
            return None
        if not (text.isascii() and text.isdigit() and len(text) < ID_DIGITS_MOST and least <= int(text) <= most):
            self.errors[name] = NOT_WHOLE
            return None
        return int(text)

    def identity(self, name: str, *, needed: bool = False) -> int | None:
        """Read an id chosen from a list."""
        text = self.get(name)
        if not text:
            if needed:
                self.errors[name] = NOT_LISTED
            return None
        if not (text.isascii() and text.isdigit() and len(text) < ID_DIGITS_MOST):
            self.errors[name] = NOT_LISTED
            return None
        return int(text)

    def identities(self, name: str, *, most: int) -> tuple[int, ...]:
        """Read the ids ticked in a list, each once."""
        texts = [text for text in self.sent.get(name, ()) if text]
        sound = [t for t in texts if t.isascii() and t.isdigit() and len(t) < ID_DIGITS_MOST]
        if len(sound) < len(texts) or len(sound) > most:
            self.errors[name] = NOT_LISTED
        return tuple(dict.fromkeys(int(text) for text in sound[:most]))

    def day(self, name: str, *, needed: bool = False) -> dt.date | None:
        """Read a day, as a date field sends it or as people here write it."""
        text = self.get(name).strip()
        if not text:
            if needed:
                self.errors[name] = NEEDED
            return None
        found = read_day(text)
        if found is None:
            self.errors[name] = NOT_A_DAY
        return found

    def choice(self, name: str, options: type[E], *, needed: bool = False) -> E | None:
        """Read one of an enumeration's values."""
        text = self.get(name)
        if text in set(options):
            return options(text)
        if text or needed:
            self.errors[name] = NOT_LISTED
        return None

    def refuse(self, error: AppError, language: str) -> None:
        """Take a service's refusal over into the form, beside its field where it names one of the form's."""
        about = error.extra.get("field")
        if isinstance(about, str) and about in self.sent:
            self.errors.setdefault(about, mark("A value is not valid"))
        self.problem = refusal_words(error, language)


def read_day(text: str) -> dt.date | None:
    """Read `2026-02-05` or `5/2/2026`; None for anything else and for years nobody means."""
    typed = _TYPED_DAY.fullmatch(text) or _ISO_DAY.fullmatch(text)
    try:
        found = dt.date(int(typed["year"]), int(typed["month"]), int(typed["day"])) if typed is not None else None
    except ValueError:
        return None
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def read(call: Call) -> Fields:
    """Read the form a page was sent; broken ones are refused as `body.invalid`."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise AppError(Code.MEDIA_TYPE)
    return Fields(_grouped(parse(call.raw)))


def parse(raw: bytes) -> list[tuple[str, str]]:
    """Read url-encoded bytes."""
    if len(raw) > FORM_BYTES_MOST:
        raise AppError(Code.BODY_SIZE)
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS_MOST)
    except ValueError as error:  # too many fields, or bytes that are no UTF-8
        raise AppError(Code.BODY_INVALID, "the form cannot be read") from error


def of(fields: Mapping[str, str]) -> Fields:
    """Give the text fields of an upload as a form."""
    return Fields({name: [value] for name, value in fields.items()})


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, tuple | list):
        return "\n".join(str(v) for v in value)
    return str(value)
