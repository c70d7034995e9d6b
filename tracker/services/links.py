"""Tracked links: making them for a member, withdrawing them, dropping those that were never used.

What a member does with their own links leaves no audit event: nothing tells that somebody did not share in the end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.links import TrackedLink, slug_candidates
from tracker.domain.page_reads import ReadCause
from tracker.domain.rights import Right
from tracker.domain.types import Role
from tracker.services import office_rules, page_reads
from tracker.store import audit, canaries, consents
from tracker.store import links as store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.types import ArticleId, Channel, Viewer
    from tracker.store.db import Tx

PROCESSING = "processing"  # the notice without which nothing new is done with a member's data
DROPPED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLink:
    """A member's link; `made` tells a new one from one that stood already."""

    link: TrackedLink
    made: bool


def get_link(
    tx: Tx, viewer: Viewer, article_id: ArticleId, channel: Channel, *, secret: bytes, now: dt.datetime, today: dt.date
) -> GivenLink:
    """Give the member's link to an article for a channel: always the same, made on first use.

    One that the member withdrew is given back to them; one that an administrator withdrew stays so
    (`link.withdrawn`). The article must be one the member may see.
    """
    target = check_article(tx, viewer, article_id, today=today)
    if viewer.member_id is None:
        raise AssertionError
    if consents.has_withdrawn(tx, viewer.member_id, PROCESSING):
        raise AppError(Code.CONSENT_MISSING, "the consent to processing was withdrawn", kinds=[PROCESSING])
    slugs = slug_candidates(secret, viewer.member_id, article_id, channel)
    for _ in slugs:
        taken = store.list_by_slug(tx, slugs)
        own = next((k for k in taken.values() if k.is_of(viewer.member_id, article_id, channel)), None)
        if own is not None:
            return _given_back(tx, own)
        slug = next((s for s in slugs if s not in taken), None)
        if slug is None:
            break
        link = TrackedLink(
            slug=slug, member_id=viewer.member_id, article_id=article_id, channel=channel, target_url=target
        )
        if store.add(tx, link, at=now):
            page_reads.mark(tx, article_id, ReadCause.SHARED, now=now)
            return GivenLink(link=link, made=True)
    raise AppError(Code.STORE_BUSY, "no free address for this link")


def check_article(tx: Tx, viewer: Viewer, article_id: ArticleId, *, today: dt.date) -> str:
    """Give the address of an article that the viewer may share as a member; others are `thing.not_found`."""
    rights.require(Right.MEMBER, viewer)
    target = _find_target(tx, viewer, article_id, today)
    if target is None:
        raise AppError(Code.NOT_FOUND, "there is no such article, or it is hidden in your unit")
    return target


def is_offered(tx: Tx, viewer: Viewer, article_id: ArticleId, *, today: dt.date) -> bool:
    """Tell whether an article is offered to the viewer for sharing: to members of units where nobody has hidden it."""
    return _find_target(tx, viewer, article_id, today) is not None


def _find_target(tx: Tx, viewer: Viewer, article_id: ArticleId, today: dt.date) -> str | None:
    if viewer.member_id is None:
        return None
    target = store.find_target(tx, article_id, viewer.member_id, today)
    return target if target is not None and target.startswith(("http://", "https://")) else None


def withdraw_link(tx: Tx, viewer: Viewer, slug: str, *, now: dt.datetime) -> None:
    """Withdraw one's own link (an administrator: any); it answers 410 within seconds."""
    rights.require(Right.SIGNED_IN, viewer)
    link = store.find_own(tx, slug, None if viewer.role is Role.ADMIN else viewer.member_id)
    if link is None or (viewer.role is not Role.ADMIN and viewer.member_id is None):
        raise AppError(Code.NOT_FOUND)
    own = link.member_id == viewer.member_id
    store.set_withdrawn(tx, slug, now, by=None if own else viewer.account_id)
    if not own:
        audit.record(tx, at=now, actor=viewer.account_id, action="link.withdraw", subject=f"link:{slug}")


def list_targets(tx: Tx, slugs: Iterable[str]) -> dict[str, TrackedLink]:
    """Find the links of some slugs, for the redirect: anyone may follow a link, and machines a canary."""
    asked = set(slugs)
    found = store.list_by_slug(tx, asked)
    return found | canaries.list_by_slug(tx, asked - found.keys())


def drop_unclaimed(tx: Tx, *, now: dt.datetime, at_most: int = DROPPED_AT_ONCE) -> int:
    """Forget links that after some days nobody claimed and on which nothing was counted; give how many went.

    Looks at `at_most` links without counts at a time, passing over claimed ones, until it found some or none are left.
    """
    after, kept = "", dt.timedelta(days=office_rules.latest(tx).unclaimed_link_days)
    while True:
        unused = store.list_uncounted(tx, made_before=now - kept, after=after, limit=at_most)
        if not unused:
            return 0
        claimed = store.list_claimed(tx, {(k.member_id, k.article_id, k.channel.value) for k in unused})
        idle = [k.slug for k in unused if (k.member_id, k.article_id, k.channel.value) not in claimed]
        if idle:
            return store.drop(tx, idle)
        after = unused[-1].slug


def _given_back(tx: Tx, link: TrackedLink) -> GivenLink:
    if link.withdrawn_by is not None:
        raise AppError(Code.LINK_WITHDRAWN, "an administrator has withdrawn this link")
    if link.withdrawn_at is not None:
        store.set_withdrawn(tx, link.slug, None)
    return GivenLink(link=replace(link, withdrawn_at=None), made=False)
