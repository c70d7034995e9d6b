"""What every form of one thing does once it was read: refuse what is stale or wrong and show it again, or save it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.problems import STATUS
from tracker.domain.errors import AppError, Code
from web import flash

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Response

    from api.http import Call
    from tracker.store.db import Tx
    from web.forms import Fields


def check_version(call: Call, form: Fields, version: int) -> None:
    """Refuse in the form what somebody else has changed meanwhile."""
    if form.sound and form.whole("version") != version:
        form.refuse(AppError(Code.ETAG_STALE), call.language)


def require_version(version: int, shown: int) -> None:
    """Refuse what somebody else has changed between the form's check and the transaction."""
    if version != shown:
        raise AppError(Code.ETAG_STALE)


def save(call: Call, form: Fields, work: Callable[[Tx], str], again: Callable[[int], Response]) -> Response:
    """Carry out a sound form in one transaction and go where `work` says; else show it again with its status."""
    if not form.sound:
        return again(STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            to = work(tx)
    except AppError as error:
        form.refuse(error, call.language)
        return again(STATUS[error.code])
    return flash.go(to, "saved")
