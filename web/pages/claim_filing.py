"""Declaring a share, a piece of one's own or a presentation; and completing what was declared.

Stands before claims.py in the alphabet, so that `/claims/new` is not read as the id of a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.http import Call, FileCall, Form, MemberCall, needs_form
from api.problems import STATUS
from api.route import Route
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.rights import Right
from tracker.domain.types import ArticleId, Channel, MemberId
from tracker.services import articles, claims, consents, filing, members, pieces, targets, topics
from web import coauthors, evidence_form, flash, forms, render
from web.addresses import safe_next, with_query
from web.forms import Fields
from web.link_problems import ARTICLE_INSTEAD, link_problem
from web.pages.claims import STATED, claim_key, read_figures
from web.sharing import find_address, is_article, typed_address

if TYPE_CHECKING:
    from tracker.domain.articles import Article
    from tracker.domain.claim_records import ClaimRecord
    from tracker.services.members import MemberCard
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

Upload = Annotated[tuple[Call, Form], Depends(needs_form(Right.FILE))]
NEW = "/claims/new"
OPTIONS_MOST = 200
URL_MOST = 2_000
JOIN, APART = "join", "apart"  # what somebody answers of a piece that a colleague has declared
TITLE_MOST = 500


@router.get(NEW)
def new_page(call: FileCall) -> Response:
    """Ask what was shared, written or presented; an address handed over by another application stands in the form."""
    kind = Fields.filled(kind=call.query("kind")).choice("kind", ClaimKind) or ClaimKind.SHARE
    address = find_address(*(call.query(name) or "" for name in ("url", "text", "title")))
    about = "article_url" if kind is ClaimKind.SHARE and is_article(address) else "url"
    form = Fields.filled(
        kind=kind.value,
        happened_on=call.today,
        article_id=call.query_id("article"),
        member_id=call.query_id("member"),
        slot=call.query("slot"),
        **{about: address},
    )
    return _page(call, form)


@router.post("/claims")
def submit(sent: Upload) -> Response:
    """File what was declared, for oneself or as an officer for a member; a picture or file may come with it."""
    call, uploaded = sent
    form = forms.read(call) if call.raw else forms.of(uploaded.fields)
    if coauthors.is_search(form):
        return _page(call, form)
    draft, member_id = _draft(form), form.identity("member_id")
    with call.read() as tx:
        notice = evidence_form.find_notice(tx, call, member_id)
    try:
        kind = ClaimKind.SHARE if draft is None else draft.kind
        upload = evidence_form.read_upload(call, form, uploaded, kind, notice, needed=False)
        if not form.sound or draft is None:
            return _page(call, form, STATUS[Code.FIELD_INVALID])
        act = form.get("act")
        if act == JOIN and member_id in {None, call.viewer.member_id}:
            return _join(call, draft)
        if act != APART and _is_claimed(call, draft, member_id):
            return _ask_whose(call, form, uploaded)
        with call.write() as tx:
            owner = filing.get_owner(
                tx, call.viewer, None if member_id is None else MemberId(member_id), today=call.today
            )
            filed = filing.submit(tx, call.viewer, owner, draft, now=call.now, zone=call.deps.zone)
            if upload is not None and isinstance(filed, filing.Filed):
                evidence_form.keep(tx, call, filed.claim_id, upload, notice)
    except AppError as error:
        _keep_no_file(form, uploaded)
        return _refused(call, form, error)
    return _done(filed, "filed")


@router.post("/claims/{claim_id}/join")
def join_instead(call: MemberCall, claim_id: str) -> Response:
    """Withdraw one's own declaration of a piece, and ask to be named in a colleague's."""
    key = claim_key(claim_id)
    try:
        with call.write() as tx:
            other = pieces.join_instead(tx, call.viewer, key, now=call.now, zone=call.deps.zone)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return flash.go_refused(f"/claims/{key}", error)
    return flash.go(f"/claims/{other}", "asked_to_join")


@router.get("/claims/{claim_id}/edit")
def edit_page(call: FileCall, claim_id: str) -> Response:
    """Show a declaration to be completed."""
    with call.read() as tx:
        row = filing.get_for_edit(tx, call.viewer, claim_key(claim_id), today=call.today)
        view = claims.get(tx, call.viewer, row.claim_id, now=call.now, today=call.today)
    form = _filled(row, tuple(t.name for t in view.topics))
    coauthors.tick_coauthors(form, (member_id for member_id, _ in view.coauthors))
    return _page(call, form, claim=row)


@router.post("/claims/{claim_id}/edit")
def edit(call: FileCall, claim_id: str) -> Response:
    """Complete a declaration; a returned one waits for a decision again."""
    with call.read() as tx:
        row = filing.get_for_edit(tx, call.viewer, claim_key(claim_id), today=call.today)
    form = forms.read(call)
    form.sent["kind"] = [row.kind.value]
    if coauthors.is_search(form):
        return _page(call, form, claim=row)
    draft = _draft(form)
    if not form.sound or draft is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID], claim=row)
    try:
        with call.write() as tx:
            row = filing.get_for_edit(tx, call.viewer, row.claim_id, today=call.today)
            _check_version(form, row)
            filed = filing.edit(tx, call.viewer, row, _changes(row, draft), now=call.now, zone=call.deps.zone)
    except AppError as error:
        return _refused(call, form, error, claim=row)
    return _done(filed, "filed")


def _is_claimed(call: Call, draft: ClaimDraft, member_id: int | None) -> bool:
    """Tell whether a colleague has declared the piece, without naming them: whose it is, an officer says."""
    owner_id = call.viewer.member_id if member_id is None else MemberId(member_id)
    if owner_id is None or draft.kind is not ClaimKind.AUTHORED:
        return False
    with call.read() as tx:
        return pieces.find_colleagues(tx, owner_id, draft) is not None


def _ask_whose(call: Call, form: Fields, uploaded: Form) -> Response:
    """Ask, before a second declaration is filed, whether the piece was written with the colleague."""
    _keep_no_file(form, uploaded)
    return _page(call, form, STATUS[Code.CLAIM_DUPLICATE], claimed=True)


def _keep_no_file(form: Fields, uploaded: Form) -> None:
    """Say of a file that came with a form that is shown again: it has to be chosen again."""
    if uploaded.files.get("file", ("", b""))[1]:
        form.errors["file"] = forms.CHOOSE_AGAIN


def _join(call: Call, draft: ClaimDraft) -> Response:
    with call.write() as tx:
        other = pieces.join(tx, call.viewer, draft, now=call.now, zone=call.deps.zone)
    return flash.go(f"/claims/{other}", "asked_to_join")


def _page(
    call: Call, form: Fields, status: int = 200, *, claim: ClaimRecord | None = None, claimed: bool = False
) -> Response:
    kind = form.choice("kind", ClaimKind) or ClaimKind.SHARE
    owner_id = claim.member_id if claim else MemberId(form.identity("member_id") or 0) or call.viewer.member_id
    with call.read() as tx:
        values = {
            "coauthors": _coauthors(tx, call, form, owner_id, claim) if kind is ClaimKind.AUTHORED else [],
            "slots": _slots(tx, call) if kind is ClaimKind.PRESENTATION else [],
            "article": _article(tx, call, form),
            "member": _member(tx, call, form),
            "notice": evidence_form.find_notice(tx, call, form.identity("member_id")),
            "unconsented": claim is None and _is_unconsented(tx, call, form),
            "topics": [t.name for t in topics.list_page(tx, call.viewer, after=None, limit=OPTIONS_MOST).items],
        }
    return render.page(
        call,
        "filing.html",
        status=status,
        form=form,
        kind=kind,
        kinds=list(ClaimKind),
        claim=claim,
        claimed=claimed,
        channels=list(Channel),
        measures=STATED,
        **values,
    )


def _refused(call: Call, form: Fields, error: AppError, *, claim: ClaimRecord | None = None) -> Response:
    """Tell a refusal in the form, which stays filled in; a missing consent is asked for first."""
    if error.code is Code.CONSENT_MISSING and call.viewer.member_id is not None and not form.get("member_id"):
        back = safe_next(form.get("back")) if form.get("back") else NEW
        return flash.go_refused(with_query("/consents", {"next": back}), error)
    if error.code is Code.CLAIM_DUPLICATE and error.extra.get("claim_id"):
        return flash.go_refused(f"/claims/{error.extra['claim_id']}", error)
    if error.code is Code.CLAIM_LINK:
        form.errors[str(error.extra.get("field", "url"))] = link_problem(error)
    form.refuse(error, call.language)
    return _page(call, form, STATUS[error.code], claim=claim)


def _check_version(form: Fields, row: ClaimRecord) -> None:
    if form.whole("version") != row.version:
        raise AppError(Code.ETAG_STALE)


def _done(filed: filing.Filed | filing.Repeated, sentence: str) -> Response:
    to = f"/claims/{filed.claim_id}"
    if isinstance(filed, filing.Repeated):
        return flash.go_refused(to, AppError(Code.CLAIM_DUPLICATE))
    return flash.go(to, sentence)


def _draft(form: Fields) -> ClaimDraft | None:
    """Read the form of its kind; the services judge what it says."""
    kind = form.choice("kind", ClaimKind, needed=True)
    article_id = form.identity("article_id")
    if kind is None:
        return None
    if kind is ClaimKind.PRESENTATION and not form.text("title"):
        form.errors["title"] = forms.NEEDED
    if kind is ClaimKind.PRESENTATION and not form.text("lesson", most=forms.LONG_MOST):
        form.errors["lesson"] = forms.NEEDED
    url = _address(form, "url")
    if kind is ClaimKind.SHARE and is_article(url) and form.choice("channel", Channel) is not Channel.WEB:
        form.errors["url"] = ARTICLE_INSTEAD
    return ClaimDraft(
        kind=kind,
        article_id=None if article_id is None else ArticleId(article_id),
        article_url=None if article_id else _address(form, "article_url") or None,
        url=url or None,
        title=form.text("title", most=TITLE_MOST),
        channel=form.choice("channel", Channel),
        happened_on=form.day("happened_on"),
        topics=form.lines("topics"),
        content_kind=form.text("content_kind", most=100) or None,
        coauthor_ids=coauthors.read_coauthors(form) if kind is ClaimKind.AUTHORED else (),
        slot=form.text("slot", most=100) or None,
        lesson=form.text("lesson", most=forms.LONG_MOST) or None,
        contest=form.text("contest", most=100) or None,
        figures=read_figures(form),
        witness=form.text("witness") or None,
        note=form.text("note", most=forms.WORDS_MOST) or None,
    )


def _address(form: Fields, name: str) -> str:
    return typed_address(form.text(name, most=URL_MOST))


def _changes(row: ClaimRecord, draft: ClaimDraft) -> dict[str, Any]:
    """Give the fields of a form as changes; article and day only where they are other ones."""
    changes: dict[str, Any] = {
        name: getattr(draft, name)
        for name in ("url", "channel", "topics", "content_kind", "slot", "lesson", "contest", "witness", "note")
    }
    if row.kind is ClaimKind.AUTHORED:
        changes["coauthor_ids"] = draft.coauthor_ids
    if draft.figures:
        changes["figures"] = draft.figures
    if draft.title != (row.title or row.article_title or ""):
        changes["title"] = draft.title
    if draft.article_id is None and draft.article_url != row.article_url:
        changes["article_url"] = draft.article_url
    if draft.happened_on is not None and draft.happened_on != row.happened_on:
        changes["happened_on"] = draft.happened_on
    return changes


def _filled(row: ClaimRecord, topic_names: tuple[str, ...]) -> Fields:
    return Fields.filled(
        kind=row.kind.value,
        version=row.version,
        article_id=row.article_id,
        article_url=row.article_url,
        url=row.url,
        title=row.title,
        channel=None if row.channel is None else row.channel.value,
        happened_on=row.happened_on,
        topics=topic_names,
        content_kind=row.content_kind,
        slot=row.slot,
        lesson=row.lesson,
        contest=row.contest,
        witness=row.witness,
        note=row.note,
    )


def _coauthors(
    tx: Tx, call: Call, form: Fields, owner_id: MemberId | None, claim: ClaimRecord | None
) -> list[tuple[str, str]]:
    known: tuple[tuple[MemberId, str], ...] = ()
    if claim is not None:
        known = claims.get(tx, call.viewer, claim.claim_id, now=call.now, today=call.today).coauthors
    return coauthors.list_coauthors(tx, call, form, owner_id, known)


def _is_unconsented(tx: Tx, call: Call, form: Fields) -> bool:
    """Tell whether one's own declaration would be refused for a missing consent: asked before a word is typed."""
    own = call.viewer.member_id is not None and form.identity("member_id") in {None, call.viewer.member_id}
    return own and consents.lacks_required(tx, call.viewer)


def _slots(tx: Tx, call: Call) -> list[str]:
    """List the parts of the rotations that the viewer knows: the usual words for what was presented."""
    rows, _ = targets.list_page(
        tx, call.viewer, programme_id=None, unit_id=None, after=None, limit=OPTIONS_MOST, today=call.today
    )
    return list(dict.fromkeys(slot for row in rows for slot in row.target.slots))


def _article(tx: Tx, call: Call, form: Fields) -> Article | None:
    """Give the collected article that the form is about; one that is not there for this viewer is left out."""
    article_id = form.identity("article_id")
    if article_id is None:
        return None
    try:
        return articles.get(tx, call.viewer, article_id, today=call.today)
    except AppError:
        form.sent.pop("article_id", None)
        return None


def _member(tx: Tx, call: Call, form: Fields) -> MemberCard | None:
    """Give the member for whom an officer declares."""
    member_id = form.identity("member_id")
    if member_id is None or member_id == call.viewer.member_id:
        return None
    return members.get(tx, call.viewer, member_id, today=call.today)
