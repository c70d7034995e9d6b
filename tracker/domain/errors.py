"""Refusals: what the product says no to, each under a stable code.

HTTP status (api/http.py) and words (tracker/labels.py) are two tables keyed by these codes; tests/rules asserts that
every code has both. The outside world's failures are values (tracker/domain/feeds.py), bugs are ordinary exceptions.
"""

from __future__ import annotations

import enum
from typing import Any


class Code(enum.StrEnum):
    """Every refusal's stable code (contract.md, Refusals)."""

    # who
    SIGN_IN_NEEDED = "session.missing"
    SIGN_IN_WRONG = "session.wrong"
    SIGN_IN_SLOWED = "session.slowed"
    RIGHT_MISSING = "right.missing"
    CROSS_SITE = "request.cross_site"
    SETUP_DONE = "setup.done"
    SETUP_LINK = "setup.link"
    INVITATION_LINK = "invitation.link"
    INVITATION_USED = "invitation.used"
    INVITATION_MADE = "invitation.made"
    ACCOUNT_CLOSED = "account.closed"
    LAST_ADMIN = "account.last_admin"
    LOGIN_TAKEN = "account.login_taken"
    PASSWORD_WEAK = "account.password_weak"  # noqa: S105 - a code, not a password
    # what
    NOT_FOUND = "thing.not_found"
    METHOD = "request.method"
    BODY_INVALID = "body.invalid"
    BODY_SIZE = "body.size"
    FIELD_INVALID = "field.invalid"
    CURSOR_INVALID = "cursor.invalid"
    MEDIA_TYPE = "body.type"
    # concurrency
    ETAG_MISSING = "etag.missing"
    ETAG_STALE = "etag.stale"
    IDEMPOTENCY_MISMATCH = "idempotency.mismatch"
    IDEMPOTENCY_BUSY = "idempotency.busy"
    STORE_BUSY = "store.busy"
    STORE_FULL = "store.full"
    # claims
    CLAIM_DUPLICATE = "claim.duplicate"
    CLAIM_STATE = "claim.state"
    CLAIM_OWN = "claim.own"
    PIECE_COUNTED = "claim.piece_counted"
    CLAIM_LESSON_MISSING = "claim.lesson_missing"
    CLAIM_DATE = "claim.date"
    CLAIM_LINK = "claim.link"
    REASON_MISSING = "reason.missing"
    COPY_MISSING = "copy.missing"
    CONSENT_MISSING = "consent.missing"
    CONSENT_VERSION = "consent.version"
    LINK_WITHDRAWN = "link.withdrawn"
    EVIDENCE_SECRET = "evidence.secret"  # noqa: S105 - a code
    EVIDENCE_TYPE = "evidence.type"
    EVIDENCE_SIZE = "evidence.size"
    # periods and obligations
    PERIOD_INVALID = "period.invalid"
    PERIOD_CLOSED = "period.closed"
    PERIOD_RUNNING = "period.running"
    PERIOD_OPEN = "period.open"
    ASSIGNMENT_ALREADY_GIVEN = "assignment.already_given"
    # registers
    CODE_TAKEN = "code.taken"
    POST_TAKEN = "post.taken"
    DATE_ORDER = "date.order"
    UNIT_CIRCLE = "unit.circle"
    MEMBERSHIP_NONE = "membership.none"
    IN_USE = "thing.in_use"
    # feeds
    FEED_TAKEN = "feed.taken"
    FEED_ADDRESS = "feed.address"
    FEED_BUSY = "feed.busy"
    FETCH_FAILED = "fetch.failed"
    # spreadsheets and reports
    IMPORT_UNREADABLE = "import.unreadable"
    IMPORT_COLUMNS = "import.columns"
    IMPORT_IDENTIFIERS = "import.national_id"
    IMPORT_UNDONE = "import.undone"
    IMPORT_CHANGED = "import.changed_since"
    REPORT_FORMAT = "report.format"
    # the installation
    DATABASE_BEHIND = "database.behind"
    DATABASE_NEWER = "database.newer"
    DATABASE_UNREACHABLE = "database.unreachable"
    SETTINGS_INVALID = "settings.invalid"
    FILE_UNREADABLE = "file.unreadable"
    INTERNAL = "internal"


class AppError(Exception):
    """A refusal with a stable code; `detail` is for people, `extra` are further fields of the problem document."""

    def __init__(self, code: Code, detail: str = "", **extra: Any) -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.extra = extra
