"""The one sentence after an act: carried over the redirect in a short-lived cookie, from a closed list of sentences.

A cookie holds a name and numbers only, so that nothing another page sets is ever shown as a sentence of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi.responses import RedirectResponse

from tracker.domain.errors import AppError, Code
from tracker.domain.numbers import format_int
from tracker.labels import error_words
from web.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request, Response

    from api.http import Call
    from tracker.store.db import Tx

COOKIE = "lantoa_said"
LIFE_S = 60
_FORM = re.compile(r"([a-z_]{1,40})((?:\.\d{1,9}){0,3})")
_REFUSED = re.compile(r"!([a-z_.]{1,40})")

SENTENCES: Mapping[str, str] = {
    "saved": mark("Saved"),
    "deleted": mark("Deleted"),
    "signed_out": mark("You have signed out"),
    "session_over": mark("Your session has ended, please sign in again"),
    "set_up": mark("The first administrator has been set up"),
    "started": mark("The password has been set; you are signed in"),
    "filed": mark("Submitted, awaiting review"),
    "not_mine": mark("Noted; you will not be asked about this piece again"),
    "withdrawn": mark("Withdrawn"),
    "appealed": mark("Your appeal has been submitted"),
    "decided": mark("Decided"),
    "decided_all": mark("Decided on %(a)s"),
    "decided_many": mark("Decided on %(a)s, not on %(b)s"),
    "consent_given": mark("Your consent has been recorded"),
    "consent_withdrawn": mark("Your consent has been withdrawn"),
    "erasure_asked": mark("Your request for deletion has been recorded"),
    "correction_asked": mark("Your request has been sent to the office"),
    "request_entered": mark("The request has been entered"),
    "erased": mark("The person's data have been deleted"),
    "password_changed": mark("The password has been changed; other devices are signed out"),
    "feed_added": mark("The source has been added"),
    "fetched": mark("Fetched: %(a)s new, %(b)s changed"),
    "fetch_same": mark("Fetched: nothing has changed since the last time"),
    "imported": mark("Imported: %(a)s new, %(b)s changed, %(c)s unchanged"),
    "opml": mark("Sources read: %(a)s new, %(b)s already there, %(c)s refused"),
    "installed": mark("Sources added: %(a)s; articles counted to the outlet: %(b)s"),
    "taken_over": mark("What the catalogue says has been taken over"),
    "rule_asked": mark("The older articles are gone through now; how far that has come stands below"),
    "assigned": mark("Turns given by the rota: %(a)s"),
    "released": mark("The held clicks count now"),
    "evidence_added": mark("The evidence has been added"),
    "asked_to_join": mark("You have asked to be named as co-author; an officer decides on it"),
    "joined": mark("A colleague has declared this piece: you are named in that declaration"),
    "look_left": mark("The second look is left to another officer"),
    "evidence_removed": mark("The file has been removed"),
    "period_closed": mark("The period has been closed"),
    "period_reopened": mark("The period is open again"),
    "undone": mark("The import has been undone"),
}

_UNWELCOME = frozenset({"session_over"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is shown once at the top of a page."""

    words: str
    good: bool


def go(to: str, sentence: str = "", *numbers: int) -> Response:
    """Redirect to one of our pages after an act, with a sentence of the list."""
    response = RedirectResponse(to, 303)
    if sentence:
        value = ".".join([sentence, *(str(n) for n in numbers)])
        response.set_cookie(COOKIE, value, max_age=LIFE_S, httponly=True, samesite="lax", path="/")
    return response


def go_refused(to: str, error: AppError) -> Response:
    """Redirect to one of our pages, which tells the refusal."""
    response = RedirectResponse(to, 303)
    response.set_cookie(COOKIE, f"!{error.code}", max_age=LIFE_S, httponly=True, samesite="lax", path="/")
    return response


def act(call: Call, to: str, sentence: str, work: Callable[[Tx], object]) -> Response:
    """Run a button's act in one transaction and go to a page, which tells how it ended."""
    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return go_refused(to, error)
    return go(to, sentence)


def read(request: Request, language: str) -> Said | None:
    """Read the sentence that was left for this page."""
    value = request.cookies.get(COOKIE, "")
    refused = _REFUSED.fullmatch(value)
    if refused is not None and refused[1] in set(Code):
        return Said(words=error_words(Code(refused[1]), language), good=False)
    told = _FORM.fullmatch(value)
    if told is None or told[1] not in SENTENCES:
        return None
    return tell(told[1], language, *(int(n) for n in told[2].split(".")[1:]))


def tell(sentence: str, language: str, *numbers: int) -> Said:
    """Give a sentence of the list for the page that is shown at once, without a redirect."""
    words = _filled(SENTENCES[sentence], language, [*numbers, 0, 0, 0])
    return Said(words=words, good=sentence not in _UNWELCOME)


def _filled(sentence: str, language: str, numbers: list[int]) -> str:
    if "%(" not in sentence:
        return say(sentence, language)
    shown = [format_int(number) if language == "vi" else f"{number:,}" for number in numbers]
    return say(sentence, language, **dict(zip("abc", shown, strict=False)))
