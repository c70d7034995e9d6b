"""What became of each row of an import, as values that are put into words when they are shown."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracker.services.imports.columns import column_words
from tracker.translation import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.domain.errors import Code


class RowStatus(enum.StrEnum):
    """What became of one row (contract.md)."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class Said(enum.StrEnum):
    """Every sentence an import says; the Vietnamese stands in tracker/locale/vi/imports.po."""

    NEW = "Added"
    CHANGED = "Changed: {fields}"
    SAME = "Nothing has changed"
    EMPTY = "The column {column} is empty"
    TOO_LONG = "The column {column} holds more than {most} characters"
    NOT_A_DATE = "{column}: “{value}” is no date; write 2025-03-14 or 14/03/2025"
    NOT_A_COUNT = "{column}: “{value}” is no whole number"
    NOT_A_WORD = "{column}: “{value}” is none of {allowed}"
    UNKNOWN_CODE = "{column}: there is no “{value}”"
    UNCLEAR_CODE = "{column}: “{value}” has lost its zeros and could be {allowed}"
    REPEATED = "The code {value} already stands in row {row}"
    ERASED = "This person's data were erased at their own request"
    UNIT_ENDED = "{column}: that unit ended on {value}"
    PARENT_REFUSED = "{column}: the row of “{value}” is refused"
    CIRCLE = "The unit would stand below itself"
    DATE_ORDER = "The unit does not exist on {value}"
    LOGIN_TAKEN = "The user name {value} belongs to somebody else"
    LOGIN_OTHER = "The member already has another user name"
    ROLE_OTHER = "The account has another role; roles are changed on the page of accounts"
    FUTURE = "{column}: {value} has not come yet"
    NOT_AN_ADDRESS = "{column}: “{value}” is no web address"
    NOT_A_POST = "{column}: this is not the address of a published post"
    NOTHING_NAMED = "The row names neither an address nor a title"
    LESSON_MISSING = "A presentation needs the lesson drawn"
    NO_MEMBERSHIP = "The member stood in no unit on {value}"
    DUPLICATE = "The declaration {value} says this already"
    CO_AUTHOR = "Added as co-author of the declaration {value}, which counts this piece"
    SAID_NO = "The member objected to being a co-author of the declaration {value}, or an officer refused it"
    UNNAMED = "The row has neither an address nor a whole number of the post"
    DAILY = "{column}: these are figures of one day; export those of the whole life of each post"
    POST_REPEATED = "This post already stands in a row above"
    UNCLEAR_PAGE = "{column}: several pages are called “{value}”; name the network and the code of the unit"
    PAGE_UNIT = "{column}: the page is not registered yet; name the code of the unit that runs it"
    PAGE_NETWORK = "{column}: the page is not registered yet; name its network"
    # of the whole file
    LEFT_OUT = "Columns left out: {columns}"
    NATIONAL_ID = "National identity numbers were left out: {columns}"
    SAME_FILE = "This very file was taken in before; nothing changes"
    DAY_FIRST = "Dates were read with the day first"
    MONTH_FIRST = "Dates were read with the month first"
    ORDER_GUESSED = "No date of the file shows which of day and month comes first; the headings decided"
    LOWER = "{count} figures are lower than in the file before; look at them again"
    UNMATCHED = "{count} posts carry no article that was collected"
    PAGES_NEW = "{count} pages and groups are registered with the file: {names}"
    ACCOUNTS_NEW = "{count} accounts are new; each can be used once its owner has a sign-in slip (under Accounts)"


class Refused(Exception):  # noqa: N818 - how a row's reader says no; it becomes the row's outcome
    """A row that cannot be taken: the stable code and the sentence."""

    def __init__(self, code: Code, said: Said, **values: Any) -> None:
        super().__init__(str(code))
        self.code = code
        self.said = said
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one row; `row` counts from 1 as a spreadsheet does, `key` is the code it names."""

    row: int
    status: RowStatus
    key: str = ""
    code: Code | None = None
    said: Said
    values: Mapping[str, Any] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """Say it in a language."""
        return put(self.said, self.values, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to know about the whole file."""

    said: Said
    values: Mapping[str, Any]

    def words(self, language: str) -> str:
        """Say it in a language."""
        return put(self.said, self.values, language)


def put(said: Said, values: Mapping[str, Any], language: str) -> str:
    """Put a sentence and its values together in a language."""
    shown = dict(values)
    if "column" in shown:
        shown["column"] = column_words(shown["column"], language)
    if "fields" in shown:
        shown["fields"] = ", ".join(column_words(name, language) for name in shown["fields"].split(", "))
    return translate(said.value, language).format(**shown)


def refused(row: int, key: str, why: Refused) -> Outcome:
    """Give the outcome of a refused row."""
    return Outcome(row=row, status=RowStatus.REFUSED, key=key, code=why.code, said=why.said, values=why.values)


def taken(row: int, key: str, changed_fields: Iterable[str] | None) -> Outcome:
    """Give the outcome of a row that is taken: None is a new thing, otherwise what changed."""
    if changed_fields is None:
        return Outcome(row=row, status=RowStatus.NEW, key=key, said=Said.NEW)
    listed = sorted(changed_fields)
    if not listed:
        return Outcome(row=row, status=RowStatus.SAME, key=key, said=Said.SAME)
    values = {"fields": ", ".join(listed)}
    return Outcome(row=row, status=RowStatus.CHANGED, key=key, said=Said.CHANGED, values=values)


def totals(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Count rows by what became of them."""
    counted = dict.fromkeys((str(s) for s in RowStatus), 0)
    for outcome in outcomes:
        counted[outcome.status] += 1
    return counted
