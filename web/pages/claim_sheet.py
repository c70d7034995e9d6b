"""Declaring for several members from a meeting sheet: one form, one line a member, one result a line.

Stands before claims.py in the alphabet, so that `/claims/sheet` is not read as the id of a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import ID_DIGITS_MOST, Call, OfficerCall
from api.problems import STATUS
from api.route import Route
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import ArticleId, Channel, MemberId
from tracker.services import articles, members, sheets
from tracker.services.sheets import SheetLine
from web import forms, render
from web.forms import Fields
from web.link_problems import link_problem
from web.pages.claim_filing import URL_MOST
from web.sharing import typed_address
from web.unit_choice import unit_options
from web.words import refusal_words, say

if TYPE_CHECKING:
    from tracker.domain.articles import Article
    from tracker.services.members import MemberCard
    from tracker.services.sheets import SheetResult
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PATH = "/claims/sheet"
PEOPLE_MOST = 90  # two fields each, within what a form may hold


@router.get(PATH)
def sheet_page(call: OfficerCall) -> Response:
    """Ask for which unit, then who shared what."""
    form = Fields.filled(unit=call.query_id("unit"), article_id=call.query_id("article"), happened_on=call.today)
    return _page(call, form)


@router.post(PATH)
def submit_sheet(call: OfficerCall) -> Response:
    """File for everybody who is ticked, each alone, and show how each line came out."""
    form = forms.read(call)
    draft, lines = _draft(form), _lines(form)
    if not lines:
        form.problem = say(forms.NOTHING_TICKED, call.language)
    if not form.sound or draft is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            done = sheets.submit_all(tx, call.viewer, draft, lines, now=call.now, zone=call.deps.zone)
    except AppError as error:
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code])
    return _page(call, form, done=done)


def _draft(form: Fields) -> ClaimDraft | None:
    article_id = form.identity("article_id")
    article_url = typed_address(form.text("article_url", most=URL_MOST)) or None
    channel = form.choice("channel", Channel, needed=True)
    day = form.day("happened_on", needed=True)
    if article_id is None and article_url is None:
        form.errors["article_url"] = forms.NEEDED
    if channel is None:
        return None
    return ClaimDraft(
        kind=ClaimKind.SHARE,
        article_id=None if article_id is None else ArticleId(article_id),
        article_url=None if article_id is not None else article_url,
        channel=channel,
        happened_on=day,
        witness=form.text("witness") or None,
        note=form.text("note", most=forms.WORDS_MOST) or None,
    )


def _lines(form: Fields) -> list[SheetLine]:
    """Read who is ticked, each with the address beside the name."""
    ids = [text for text in form.many("member", most=PEOPLE_MOST) if text.isascii() and text.isdigit()]
    return [
        SheetLine(member_id=MemberId(int(text)), url=typed_address(form.text(f"url_{text}", most=URL_MOST)) or None)
        for text in ids
        if len(text) < ID_DIGITS_MOST
    ]


def _page(call: Call, form: Fields, status: int = 200, *, done: list[SheetResult] | None = None) -> Response:
    unit_id = form.identity("unit")
    with call.read() as tx:
        units = unit_options(tx, call.viewer, today=call.today)
        if unit_id is None and len(units) == 1:
            unit_id = units[0][0]
        people = _people(tx, call, unit_id)
        article = _article(tx, call, form)
    return render.page(
        call,
        "claim_sheet.html",
        status=status,
        form=form,
        units=units,
        unit_id=unit_id,
        people=people,
        people_most=PEOPLE_MOST,
        article=article,
        results={r.member_id: r for r in done or ()},
        refusals={r.member_id: _told(r.refusal, call.language) for r in done or () if r.refusal is not None},
    )


def _told(refusal: AppError, language: str) -> str:
    if refusal.code is Code.CLAIM_LINK:
        return say(link_problem(refusal), language)
    return refusal_words(refusal, language)


def _people(tx: Tx, call: Call, unit_id: int | None) -> list[MemberCard]:
    if unit_id is None:
        return []
    return members.list_page(tx, call.viewer, today=call.today, limit=PEOPLE_MOST, unit_id=unit_id)[0]


def _article(tx: Tx, call: Call, form: Fields) -> Article | None:
    """Give the collected article that the sheet is about; one that is not there for this viewer is left out."""
    article_id = form.identity("article_id")
    if article_id is None:
        return None
    try:
        return articles.get(tx, call.viewer, article_id, today=call.today)
    except AppError:
        form.sent.pop("article_id", None)
        return None
