"""Words: message ids (English) of error codes and enum values, and their Vietnamese from the gettext catalogue.

The catalogue is the .po files of tracker/locale/vi, read together: errors.po for this module's refusals, one more for
each room that speaks (web.po, reports.po). English is the id itself.
"""

from __future__ import annotations

import functools
import gettext
import importlib.resources
import io
from typing import TYPE_CHECKING

from tracker.domain.errors import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("vi", "en")

ERRORS: Mapping[Code, str] = {
    Code.SIGN_IN_NEEDED: "Please sign in",
    Code.SIGN_IN_WRONG: "Wrong user name or password",
    Code.SIGN_IN_SLOWED: "Too many attempts, try again later",
    Code.RIGHT_MISSING: "You are not allowed to do this",
    Code.CROSS_SITE: "The request came from another site and was refused",
    Code.SETUP_DONE: "This installation has already been set up",
    Code.SETUP_LINK: "The set-up link is not valid",
    Code.LAST_ADMIN: "The last administrator cannot be removed",
    Code.LOGIN_TAKEN: "This user name is already in use",
    Code.PASSWORD_WEAK: "The password is too short or too common",
    Code.NOT_FOUND: "Not found",
    Code.METHOD: "This address does not take this method",
    Code.BODY_INVALID: "The request is not valid",
    Code.BODY_SIZE: "The request is too large",
    Code.FIELD_INVALID: "A value is not valid",
    Code.CURSOR_INVALID: "The page mark is not valid",
    Code.MEDIA_TYPE: "This kind of content is not accepted here",
    Code.ETAG_MISSING: "State which version you are changing (If-Match)",
    Code.ETAG_STALE: "Someone else has changed this meanwhile; reload and try again",
    Code.IDEMPOTENCY_MISMATCH: "The same Idempotency-Key was used for another request",
    Code.IDEMPOTENCY_BUSY: "The first request with this Idempotency-Key is still under way",
    Code.STORE_BUSY: "The system is busy, please try again",
    Code.STORE_FULL: "The storage cannot be written to",
    Code.CLAIM_DUPLICATE: "This has already been declared in the same month",
    Code.CLAIM_STATE: "The declaration is not in a state that allows this",
    Code.CLAIM_OWN: "You may not decide on your own declaration",
    Code.CLAIM_LESSON_MISSING: "The lesson drawn must be written down",
    Code.CLAIM_DATE: "The date is in the future or too long ago",
    Code.CLAIM_LINK: "This is not the address of a published post",
    Code.REASON_MISSING: "A reason is needed",
    Code.CONSENT_MISSING: "Consent to the notices is needed first",
    Code.CONSENT_VERSION: "The notice has a newer version; please read that one",
    Code.EVIDENCE_SECRET: "The file seems to contain classified information and was refused",
    Code.EVIDENCE_TYPE: "This kind of file is not accepted",
    Code.EVIDENCE_SIZE: "The file is too large",
    Code.PERIOD_INVALID: "The period is not valid",
    Code.PERIOD_CLOSED: "The period is closed",
    Code.PERIOD_RUNNING: "The period is not over yet",
    Code.PERIOD_OPEN: "The period is not closed",
    Code.ASSIGNMENT_ALREADY_GIVEN: "One member has already been chosen for this period",
    Code.CODE_TAKEN: "This code is already in use",
    Code.DATE_ORDER: "The dates are in the wrong order",
    Code.UNIT_CIRCLE: "A unit cannot stand below itself",
    Code.MEMBERSHIP_NONE: "The member stands in no unit on that day",
    Code.IN_USE: "This is in use and cannot be removed",
    Code.FEED_TAKEN: "This source is already in the list",
    Code.FEED_ADDRESS: "This address cannot be a source",
    Code.FEED_BUSY: "This source is being fetched right now",
    Code.FETCH_FAILED: "The address could not be read",
    Code.IMPORT_UNREADABLE: "The file cannot be read as a table",
    Code.IMPORT_COLUMNS: "Needed columns are missing",
    Code.IMPORT_IDENTIFIERS: "National identity numbers are not taken in",
    Code.IMPORT_UNDONE: "This import has already been undone",
    Code.IMPORT_CHANGED: "What was imported has been changed since and cannot be undone",
    Code.REPORT_FORMAT: "This report does not exist in this format",
    Code.DATABASE_BEHIND: "The database must be brought up to date first (lantoa migrate)",
    Code.DATABASE_NEWER: "The database was written by a newer version of the program",
    Code.DATABASE_UNREACHABLE: "The database cannot be reached",
    Code.SETTINGS_INVALID: "A setting is not valid",
    Code.FILE_UNREADABLE: "The file cannot be read",
    Code.INTERNAL: "Something went wrong",
}


def error_words(code: Code, language: str) -> str:
    """Give the words of a refusal in a language."""
    return translate(ERRORS[code], language)


def translate(message: str, language: str) -> str:
    """Give a message id in a language; English ids stand for themselves."""
    return message if language != "vi" else catalogue().gettext(message)


@functools.cache
def catalogue() -> gettext.GNUTranslations:
    """Read the Vietnamese catalogue, once a process."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - Babel costs 50 ms: only who speaks Vietnamese pays
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - the same
    from babel.messages.pofile import read_po  # noqa: PLC0415 - the same

    whole = Catalog(locale="vi")
    folder = importlib.resources.files("tracker") / "locale" / "vi"
    for part in sorted((p for p in folder.iterdir() if p.name.endswith(".po")), key=lambda p: p.name):
        with part.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
