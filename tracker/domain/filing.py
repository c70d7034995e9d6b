"""What a member states when filing a claim, and what it says by itself before anything is looked up.

Order of refusals: what is missing, then addresses that name no post, then the day (contract.md). No storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind, check_claim_dates, check_lesson
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Measure, declared_grade
from tracker.domain.late_rules import LATE_RULES
from tracker.domain.names import fold
from tracker.domain.periods import local_date
from tracker.domain.types import Channel
from tracker.domain.urls import UrlProblem, inspect_url, is_private_message, names_a_post

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.late_rules import LateRules
    from tracker.domain.types import ArticleId, MemberId
    from tracker.domain.urls import UrlFacts

COAUTHORS_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigure:
    """A figure as somebody typed it."""

    measure: Measure
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """A claim as stated. A share's `url` is the post, `article_url` an article; an authored piece's `url` is the piece.

    `happened_on` is a local day, today when absent; `happened_at` an instant in its place.
    """

    kind: ClaimKind
    article_id: ArticleId | None = None
    article_url: str | None = None
    url: str | None = None
    title: str = ""
    channel: Channel | None = None
    happened_on: dt.date | None = None
    happened_at: dt.datetime | None = None
    topics: tuple[str, ...] = ()
    content_kind: str | None = None
    slot: str | None = None
    lesson: str | None = None
    contest: str | None = None
    coauthor_ids: tuple[MemberId, ...] = ()
    figures: tuple[StatedFigure, ...] = ()
    witness: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDraft:
    """A draft that may be filed as far as it can tell by itself, with its addresses read."""

    draft: ClaimDraft
    article: UrlFacts | None
    post: UrlFacts | None
    channel: Channel | None
    happened_on: dt.date


def read_draft(
    draft: ClaimDraft,
    *,
    owner_id: MemberId,
    today: dt.date,
    zone: dt.tzinfo,
    new_day: bool = True,
    rules: LateRules = LATE_RULES,
) -> ReadDraft:
    """Read a draft, or refuse what it lacks, what names no post (`claim.link`) and a day that cannot be.

    Unless it is a `new_day`, the day was let through when the claim was filed.
    """
    _check_body(draft, owner_id)
    article = _read(draft.article_url, "article_url")
    post = _read(draft.url, "url")
    channel = _channel(draft, post)
    day = _day(draft, today, zone)
    if new_day:
        check_claim_dates(day, today, rules)
    return ReadDraft(draft=draft, article=article, post=post, channel=channel, happened_on=day)


def check_figures(figures: Iterable[StatedFigure]) -> None:
    """Refuse figures that are only ever measured, and two of one measure."""
    seen: set[Measure] = set()
    for figure in figures:
        declared_grade(figure.measure, verified=False)
        if figure.measure in seen:
            raise AppError(Code.FIELD_INVALID, f"{figure.measure} stands there twice", field="figures")
        seen.add(figure.measure)


def _check_body(draft: ClaimDraft, owner_id: MemberId) -> None:
    if draft.kind is ClaimKind.SHARE and draft.article_id is None and not draft.article_url and not draft.url:
        raise AppError(Code.FIELD_INVALID, "a share needs article_id, article_url or url", field="article_id")
    if draft.kind is ClaimKind.AUTHORED and draft.article_id is None and not draft.url and not fold(draft.title):
        raise AppError(Code.FIELD_INVALID, "an authored piece needs url, article_id or title", field="url")
    check_lesson(draft.kind, draft.lesson)
    _check_coauthors(draft, owner_id)
    check_figures(draft.figures)
    if draft.happened_at is not None and draft.happened_at.tzinfo is None:
        raise AppError(Code.FIELD_INVALID, "happened_at needs its zone", field="happened_at")


def _check_coauthors(draft: ClaimDraft, owner_id: MemberId) -> None:
    if draft.coauthor_ids and draft.kind is not ClaimKind.AUTHORED:
        raise AppError(Code.FIELD_INVALID, "only an authored piece has co-authors", field="coauthor_ids")
    if owner_id in draft.coauthor_ids or len(draft.coauthor_ids) > COAUTHORS_MOST:
        raise AppError(Code.FIELD_INVALID, f"co-authors are up to {COAUTHORS_MOST} others", field="coauthor_ids")


def _read(text: str | None, field: str) -> UrlFacts | None:
    if not text:
        return None
    facts = inspect_url(text)
    if isinstance(facts, UrlProblem):
        raise AppError(Code.CLAIM_LINK, f"{field}: {facts.message}", field=field, problem=facts.code)
    if not names_a_post(facts):
        private = {"private": True} if is_private_message(facts) else {}
        raise AppError(Code.CLAIM_LINK, f"{field}: this names no post", field=field, kind=facts.kind.value, **private)
    return facts


def _channel(draft: ClaimDraft, post: UrlFacts | None) -> Channel | None:
    """Tell where it was posted: the post's address knows better than what was chosen."""
    if draft.kind is not ClaimKind.SHARE:
        return draft.channel
    known = post.channel if post is not None and post.channel is not Channel.WEB else draft.channel
    if known is None and post is None:
        raise AppError(Code.FIELD_INVALID, "a share needs its channel", field="channel")
    return known or Channel.WEB


def _day(draft: ClaimDraft, today: dt.date, zone: dt.tzinfo) -> dt.date:
    if draft.happened_at is None:
        return draft.happened_on or today
    day = local_date(draft.happened_at, zone)
    if draft.happened_on is not None and draft.happened_on != day:
        raise AppError(Code.FIELD_INVALID, "happened_on and happened_at are different days", field="happened_on")
    return day
