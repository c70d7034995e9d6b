"""Filing a claim and completing one: by the member, or by an officer for a member without a phone (assisted).

A repeat of what is already claimed is a value, not a refusal raised here: its note in the first one's history must be
committed, so whoever answers turns `Repeated` into `claim.duplicate` after the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.claims import Action, ClaimKind, ClaimState, live_key
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft, ReadDraft, read_draft
from tracker.domain.names import clean_text
from tracker.domain.page_reads import ReadCause
from tracker.domain.periods import PeriodKind, containing, local_date
from tracker.domain.rights import Right
from tracker.services import (
    blind_looks,
    claim_steps,
    claims,
    closes,
    coauthors,
    consents,
    figures,
    office_rules,
    page_archives,
    page_counters,
    page_reads,
    scoped,
    topics,
)
from tracker.store import audit, claim_facts, claims_read, references, reviews
from tracker.store import claims as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.types import ArticleId, ClaimId, MemberId, UnitId, Viewer
    from tracker.store.claim_facts import ArticleRef
    from tracker.store.db import Tx

ATTEMPTS = 100  # each failed one means that another claim of the member was committed
STEPS_MOST = 500  # a claim's history takes no further notes of repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """For whom a claim is filed; `assisted`: by an officer in their stead."""

    member_id: MemberId
    assisted: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """The claim that now stands as stated."""

    claim_id: ClaimId


@dataclass(frozen=True, slots=True)
class Repeated:
    """The live claim that already says the same."""

    claim_id: ClaimId


def get_owner(tx: Tx, viewer: Viewer, member_id: MemberId | None, *, today: dt.date) -> Owner:
    """Tell for whom the viewer files, judged before the rest of the body is read.

    A member for themselves; an officer for a member of their scope who consented: else `right.missing`,
    `thing.not_found`, `consent.missing`.
    """
    rights.require(Right.FILE, viewer)
    if viewer.member_id is not None and member_id in {None, viewer.member_id}:
        owner = Owner(member_id=viewer.member_id, assisted=False)
    else:
        owner = Owner(member_id=_assisted_member(tx, viewer, member_id, today), assisted=True)
    consents.require_filing(tx, owner.member_id)
    return owner


def submit(
    tx: Tx, viewer: Viewer, owner: Owner, draft: ClaimDraft, *, now: dt.datetime, zone: dt.tzinfo
) -> Filed | Repeated:
    """File a claim for its owner, who `get_owner` let through."""
    rules, today = office_rules.book(tx), local_date(now, zone)
    read = read_draft(draft, owner_id=owner.member_id, today=today, zone=zone, rules=rules.on(today).late)
    unit_id = _unit_of(tx, owner.member_id, read.happened_on)
    closes.hold(tx)
    if not owner.assisted:
        closes.require_open(tx, unit_id, read.happened_on)
    stated = _columns(tx, read) | {
        "unit_id": unit_id,
        "state": ClaimState.PENDING.value,
        "assisted_by": viewer.account_id if owner.assisted else None,
        "late": rules.is_late(read.happened_on, today),
        "filed_at": now,
    }
    _check_people(tx, draft.coauthor_ids)
    repeated = _find_repeat(tx, owner.member_id, stated, draft.coauthor_ids)
    claim_id = None
    for _ in range(ATTEMPTS):
        if repeated is not None:
            return _note_repeat(tx, viewer, repeated, now)
        claim_id = store.add(tx, owner.member_id, stated)
        if claim_id is not None:
            break
        repeated = claims_read.find_live(tx, owner.member_id, stated["live_key"])
    if claim_id is None:
        raise AppError(Code.STORE_BUSY, "too many claims of one member at once")
    _record_filed(tx, viewer, claim_id, draft, stated, now)
    _have_page_read(tx, read, stated["article_id"], now, local_date(now, zone))
    page_archives.ask(tx, claim_id, draft.kind, stated["url"], now=now)
    page_counters.ask(tx, claim_id, draft.kind, stated["url"], now=now)
    return Filed(claim_id)


def get_for_edit(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> ClaimRecord:
    """Give a claim to somebody who may complete it: its owner, or the officers where one entered it."""
    return claim_steps.get_for(tx, viewer, claim_id, Action.EDIT, today=today)[0]


def edit(
    tx: Tx, viewer: Viewer, row: ClaimRecord, changes: Mapping[str, Any], *, now: dt.datetime, zone: dt.tzinfo
) -> Filed | Repeated:
    """Change what a claim states; `changes` are fields of ClaimDraft. A returned claim waits for a decision again."""
    credited = claims_read.list_coauthors(tx, [row.claim_id]).get(row.claim_id, [])
    draft = _changed(row, tuple(m for m, _ in credited), changes)
    new_day = bool({"happened_on", "happened_at"} & changes.keys())
    rules, today = office_rules.book(tx), local_date(now, zone)
    read = read_draft(
        draft, owner_id=row.member_id, today=today, zone=zone, new_day=new_day, rules=rules.on(today).late
    )
    unit_id = _unit_of(tx, row.member_id, read.happened_on) if new_day else row.unit_id
    closes.hold(tx)
    if claim_steps.is_own(viewer, row):
        closes.require_open(tx, unit_id, read.happened_on)
    _check_people(tx, changes.get("coauthor_ids", ()))
    stated = _columns(tx, read) | {"unit_id": unit_id}
    stated["late"] = rules.is_late(read.happened_on, local_date(row.filed_at, zone)) if new_day else row.late
    repeated = _find_repeat(tx, row.member_id, stated, draft.coauthor_ids, but=row.claim_id)
    if repeated is not None and row.state in claims.UNDECIDED:
        return _note_repeat(tx, viewer, repeated, now)
    del stated["kind"]
    with blind_looks.unspoken(tx, viewer, row.claim_id, today=today):
        claim_steps.take(tx, viewer, row, credited, Action.EDIT, version=row.version, now=now, **stated)
    _record_parts(tx, viewer, row.claim_id, draft, changes.keys(), now)
    if {"article_id", "article_url", "url"} & changes.keys():
        _have_page_read(tx, read, stated["article_id"], now, local_date(now, zone))
        page_archives.ask(tx, row.claim_id, row.kind, stated["url"], now=now)
        page_counters.ask(tx, row.claim_id, row.kind, stated["url"], now=now)
    return Filed(row.claim_id)


def _assisted_member(tx: Tx, viewer: Viewer, member_id: MemberId | None, today: dt.date) -> MemberId:
    rights.require(Right.OFFICER, viewer)
    if member_id is None:
        raise AppError(Code.FIELD_INVALID, "for which member? (member_id)", field="member_id")
    if not references.has_member(tx, member_id):
        raise AppError(Code.NOT_FOUND)
    scoped.require_member(tx, member_id, rights.officer_scope(viewer, today))
    return member_id


def _unit_of(tx: Tx, member_id: MemberId, day: dt.date) -> UnitId:
    unit_id = claims_read.find_main_unit(tx, member_id, day)
    if unit_id is None:
        raise AppError(Code.MEMBERSHIP_NONE, f"no membership on {day.isoformat()}", on=day.isoformat())
    return unit_id


def _check_people(tx: Tx, member_ids: Collection[MemberId]) -> None:
    if member_ids and claim_facts.list_people(tx, member_ids) != set(member_ids):
        raise AppError(Code.FIELD_INVALID, "a co-author is not a member", field="coauthor_ids")


def _columns(tx: Tx, read: ReadDraft) -> dict[str, Any]:
    """Give a claim's columns as stated, with the collected article where there is one."""
    draft, article = read.draft, _find_article(tx, read)
    article_key = article.url_key if article else (read.article.key if read.article else None)
    title = clean_text(draft.title) or (article.title if article else "")
    return {
        "kind": draft.kind.value,
        "article_id": article.article_id if article else None,
        "article_url": read.article.canonical if read.article and not article else None,
        "article_key": article_key,
        "url": read.post.canonical if read.post else None,
        "url_key": read.post.key if read.post else None,
        "channel": read.channel.value if read.channel else None,
        "title": title,
        "happened_on": read.happened_on,
        "happened_at": draft.happened_at,
        "month": str(containing(PeriodKind.MONTH, read.happened_on)),
        "live_key": live_key(
            draft.kind,
            article_key=article_key,
            post_key=read.post.key if read.post else None,
            title=title,
            channel=read.channel,
            slot=draft.slot,
            happened_on=read.happened_on,
        ),
        "content_kind": draft.content_kind,
        "slot": draft.slot,
        "lesson": draft.lesson,
        "contest": draft.contest,
        "witness": draft.witness,
        "note": draft.note,
    }


def _find_article(tx: Tx, read: ReadDraft) -> ArticleRef | None:
    if read.draft.article_id is not None:
        found = claim_facts.find_article(tx, read.draft.article_id)
        if found is None:
            raise AppError(Code.FIELD_INVALID, "there is no such article", field="article_id")
        return found
    page = read.article or (read.post if read.draft.kind is ClaimKind.AUTHORED else None)
    return claim_facts.find_article_at(tx, page.key) if page else None


def _have_page_read(tx: Tx, read: ReadDraft, article_id: ArticleId | None, now: dt.datetime, today: dt.date) -> None:
    """Have the page of the article read that a claim is about; a piece of one's own need not be collected."""
    if article_id is not None:
        page_reads.mark(tx, article_id, ReadCause.CLAIMED, now=now)
    elif read.draft.kind is ClaimKind.AUTHORED and read.post is not None:
        page_reads.mark_named(tx, read.post, now=now, today=today)


def _find_repeat(
    tx: Tx,
    owner_id: MemberId,
    stated: Mapping[str, Any],
    coauthor_ids: Collection[MemberId],
    *,
    but: ClaimId | None = None,
) -> ClaimId | None:
    """Find the live claim that says the same: of the same key, of the same post, or of a piece of the same authors."""
    store.lock_filing(tx, owner_id)
    if not references.has_member(tx, owner_id):  # erased while this was on its way
        raise AppError(Code.NOT_FOUND)
    keys = [key for key in (stated["article_key"], stated["url_key"]) if key is not None]
    piece = stated["kind"] == ClaimKind.AUTHORED.value and bool(keys)
    if piece:
        store.lock_piece(tx, keys[0])
    number = but.number if but else 0
    found = claims_read.find_live(tx, owner_id, stated["live_key"], but=number)
    if found is None and piece:
        found = claims_read.find_live_piece(tx, [owner_id, *coauthor_ids], keys, but=but)
    if found is None and stated["kind"] == ClaimKind.SHARE.value and stated["url_key"] is not None:
        no_article = stated["article_key"] is None
        found = claims_read.find_live_post(
            tx, owner_id, stated["url_key"], stated["month"], with_article=no_article, but=number
        )
    return found


def _note_repeat(tx: Tx, viewer: Viewer, first: ClaimId, now: dt.datetime) -> Repeated:
    """Note in the first claim's history that it was claimed again."""
    state = store.find_state(tx, first)
    if state is not None and reviews.last_step(tx, first) < STEPS_MOST:
        reviews.record(
            tx, first, at=now, actor=viewer.account_id, action="repeat", from_state=state.value, to_state=state.value
        )
    return Repeated(first)


def _record_filed(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, draft: ClaimDraft, stated: Mapping[str, Any], now: dt.datetime
) -> None:
    """Write what hangs on a new claim: parts, figures, history, audit, restatement."""
    _record_parts(tx, viewer, claim_id, draft, {"coauthor_ids", "topics", "figures"}, now)
    assisted = stated["assisted_by"] is not None
    action, state = "assist" if assisted else "submit", ClaimState.PENDING.value
    reviews.record(tx, claim_id, at=now, actor=viewer.account_id, action=action, from_state=None, to_state=state)
    subject = f"claim:{claim_id}"
    audit.record(tx, at=now, actor=viewer.account_id, action=f"claim.{action}", subject=subject, after=state)
    if assisted:
        closes.restate(
            tx,
            viewer,
            stated["unit_id"],
            stated["happened_on"],
            subject=subject,
            before={"state": None},
            after={"state": state},
            reason=None,
            now=now,
        )


def _record_parts(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, draft: ClaimDraft, parts: Collection[str], now: dt.datetime
) -> None:
    if "coauthor_ids" in parts:
        coauthors.name(tx, claim_id, draft.coauthor_ids, now=now)
    if "topics" in parts:
        store.set_topics(tx, claim_id, topics.get_ids(tx, draft.topics))
    if "figures" in parts:
        figures.record_stated(tx, viewer, claim_id, draft.figures, verified=False, now=now)


def _changed(row: ClaimRecord, coauthor_ids: tuple[MemberId, ...], changes: Mapping[str, Any]) -> ClaimDraft:
    """Give a claim as stated with some fields changed; one way of naming article or day replaces the other."""
    stated = ClaimDraft(
        kind=row.kind,
        article_id=row.article_id,
        article_url=row.article_url,
        url=row.url,
        title=row.title,
        channel=row.channel,
        happened_on=row.happened_on,
        happened_at=row.happened_at,
        content_kind=row.content_kind,
        slot=row.slot,
        lesson=row.lesson,
        contest=row.contest,
        coauthor_ids=coauthor_ids,
        witness=row.witness,
        note=row.note,
    )
    ousted: dict[str, Any] = {}
    if {"article_id", "article_url"} & changes.keys():
        ousted |= {"article_id": None, "article_url": None}
        if row.title == row.article_title:
            ousted["title"] = ""
    if {"happened_on", "happened_at"} & changes.keys():
        ousted |= {"happened_on": None, "happened_at": None}
    return replace(stated, **(ousted | dict(changes)))
