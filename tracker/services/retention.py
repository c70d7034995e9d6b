"""What is kept how long, in one table: read from the rules that remove it, so that the table cannot say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.evidence import KEPT_DAYS_REFUSED, KEPT_MONTHS, PAGE_KEPT_MONTHS
from tracker.domain.privacy import Keeping, Kept
from tracker.domain.types import Role
from tracker.services import feeds, links, sessions

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT_ANSWERS_DAYS: Final = 2  # of requests with an Idempotency-Key; lantoa/jobs.py removes them

TABLE: Final[Sequence[Kept]] = (
    Kept(what="member", keeping=Keeping.ERASURE),
    Kept(what="claim", keeping=Keeping.ERASURE),
    Kept(what="numbers", keeping=Keeping.ALWAYS),
    Kept(what="consent", keeping=Keeping.ALWAYS),
    Kept(what="evidence", keeping=Keeping.AFTER, months=KEPT_MONTHS, duty="evidence.purge"),
    Kept(what="page", keeping=Keeping.AFTER, months=PAGE_KEPT_MONTHS, duty="evidence.purge"),
    Kept(what="refused_evidence", keeping=Keeping.AFTER, days=KEPT_DAYS_REFUSED, duty="evidence.purge"),
    Kept(what="link", keeping=Keeping.AFTER, days=links.KEPT_UNUSED.days, duty="links.drop_unclaimed"),
    Kept(what="reader", keeping=Keeping.MIDNIGHT),
    Kept(
        what="session",
        keeping=Keeping.AFTER,
        days=sessions.ABSOLUTE[Role.MEMBER].days,
        duty="sessions.purge",
    ),
    Kept(
        what="office_session",
        keeping=Keeping.AFTER,
        days=sessions.ABSOLUTE_OTHERS.days,
        duty="sessions.purge",
    ),
    Kept(what="answer", keeping=Keeping.AFTER, days=KEPT_ANSWERS_DAYS, duty="idempotency.purge"),
    Kept(what="fetch", keeping=Keeping.AFTER, days=feeds.KEPT_FETCHES.days, duty="fetches.purge"),
    Kept(what="audit", keeping=Keeping.ALWAYS),
)
