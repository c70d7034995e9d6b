"""Refusals as RFC 9457 problem documents: the HTTP status of every code, and the one way an error leaves the house."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from tracker.domain.errors import AppError, Code
from tracker.labels import error_words

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRY_AFTER_S = 5

STATUS: Mapping[Code, int] = {
    Code.SIGN_IN_NEEDED: 401,
    Code.SIGN_IN_WRONG: 401,
    Code.SIGN_IN_SLOWED: 429,
    Code.RIGHT_MISSING: 403,
    Code.CROSS_SITE: 403,
    Code.SETUP_DONE: 410,
    Code.SETUP_LINK: 404,
    Code.INVITATION_LINK: 404,
    Code.INVITATION_USED: 410,
    Code.INVITATION_MADE: 409,
    Code.ACCOUNT_CLOSED: 409,
    Code.LAST_ADMIN: 409,
    Code.LOGIN_TAKEN: 409,
    Code.PASSWORD_WEAK: 422,
    Code.NOT_FOUND: 404,
    Code.METHOD: 405,
    Code.BODY_INVALID: 422,
    Code.BODY_SIZE: 413,
    Code.FIELD_INVALID: 422,
    Code.CURSOR_INVALID: 422,
    Code.MEDIA_TYPE: 415,
    Code.ETAG_MISSING: 428,
    Code.ETAG_STALE: 412,
    Code.IDEMPOTENCY_MISMATCH: 422,
    Code.IDEMPOTENCY_BUSY: 409,
    Code.STORE_BUSY: 503,
    Code.STORE_FULL: 507,
    Code.CLAIM_DUPLICATE: 409,
    Code.CLAIM_STATE: 409,
    Code.CLAIM_OWN: 403,
    Code.PIECE_COUNTED: 409,
    Code.CLAIM_LESSON_MISSING: 422,
    Code.CLAIM_DATE: 422,
    Code.CLAIM_LINK: 422,
    Code.REASON_MISSING: 422,
    Code.COPY_MISSING: 409,
    Code.CONSENT_MISSING: 403,
    Code.CONSENT_VERSION: 409,
    Code.LINK_WITHDRAWN: 409,
    Code.EVIDENCE_SECRET: 422,
    Code.EVIDENCE_TYPE: 415,
    Code.EVIDENCE_SIZE: 413,
    Code.PERIOD_INVALID: 422,
    Code.PERIOD_CLOSED: 409,
    Code.PERIOD_RUNNING: 409,
    Code.PERIOD_OPEN: 409,
    Code.ASSIGNMENT_ALREADY_GIVEN: 409,
    Code.CODE_TAKEN: 409,
    Code.POST_TAKEN: 409,
    Code.DATE_ORDER: 422,
    Code.UNIT_CIRCLE: 409,
    Code.MEMBERSHIP_NONE: 409,
    Code.IN_USE: 409,
    Code.FEED_TAKEN: 409,
    Code.FEED_ADDRESS: 422,
    Code.FEED_BUSY: 409,
    Code.FETCH_FAILED: 502,
    Code.IMPORT_UNREADABLE: 422,
    Code.IMPORT_COLUMNS: 422,
    Code.IMPORT_IDENTIFIERS: 422,
    Code.IMPORT_UNDONE: 409,
    Code.IMPORT_CHANGED: 409,
    Code.REPORT_FORMAT: 422,
    Code.DATABASE_BEHIND: 503,
    Code.DATABASE_NEWER: 503,
    Code.DATABASE_UNREACHABLE: 503,
    Code.SETTINGS_INVALID: 500,
    Code.FILE_UNREADABLE: 422,
    Code.INTERNAL: 500,
}


def problem(
    code: Code, detail: str = "", *, language: str = "vi", headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Give the problem document of a refusal, in the caller's language."""
    status = STATUS[code]
    document = {
        "type": f"urn:lantoa:error:{code}",
        "title": error_words(code, language),
        "status": status,
        "code": str(code),
        "detail": detail or error_words(code, language),
        **extra,
    }
    sent = dict(headers or {})
    if status in {http.HTTPStatus.SERVICE_UNAVAILABLE, http.HTTPStatus.TOO_MANY_REQUESTS}:
        sent.setdefault("Retry-After", str(extra.get("retry_after_s", RETRY_AFTER_S)))
    if status == http.HTTPStatus.UNAUTHORIZED:
        sent.setdefault("WWW-Authenticate", 'Bearer realm="lantoa"')
    return JSONResponse(document, status, headers=sent, media_type="application/problem+json")


def refusal(error: AppError, language: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Give the problem document of an AppError."""
    return problem(error.code, error.detail, language=language, headers=headers, **error.extra)
