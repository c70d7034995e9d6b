"""The parent's door to drafting: a fetched body in, drafts or FeedUnreadable out. No parser is imported here."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from crawler.parse import no_answer, refused
from sandbox import FailureKind, SandboxFailed
from tracker.domain.feed_findings import Findings
from tracker.domain.feeds import ArticleDraft, DateQuality, Skipped
from tracker.domain.identity import Identity

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crawler.types import FeedUnreadable, Fetched
    from sandbox import Sandbox
    from tracker.domain.feeds import DateOrder

DRAFT_FEED: Final = "crawler.draft_worker:draft_feed"
CONTENT_TYPE_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A feed as far as it is stored: its name, what was odd about it, and a draft or a reason for each entry.

    `identity` is by what its articles are known again, `findings` what it showed as a whole.
    """

    title: str
    warnings: tuple[str, ...]
    drafts: tuple[ArticleDraft | Skipped, ...]
    identity: Identity = Identity.ADDRESS
    findings: Findings = field(default_factory=Findings)


async def adraft_feed(
    sandbox: Sandbox, fetched: Fetched, *, zone: ZoneInfo, now: dt.datetime, order: DateOrder
) -> Drafted | FeedUnreadable:
    """Read and normalise a fetched feed in the sandbox, without holding up the event loop."""
    options = {
        "content_type": fetched.content_type[:CONTENT_TYPE_MOST],
        "base_url": fetched.url,
        "zone": zone.key,
        "now": now.isoformat(),
        "order": order.value,
    }
    return drafted(await sandbox.acall(DRAFT_FEED, fetched.body, options))


def drafted(answer: bytes | SandboxFailed) -> Drafted | FeedUnreadable:
    """Give the worker's answer as our types; what does not fit them counts as unreadable: it was near the input."""
    if isinstance(answer, SandboxFailed):
        return no_answer(answer.kind)
    try:
        document = json.loads(answer)
        if "drafts" in document:
            return Drafted(
                title=str(document["title"]),
                warnings=tuple(document["warnings"]),
                drafts=tuple(_draft(fields) for fields in document["drafts"]),
                identity=Identity(document["identity"]),
                findings=Findings(**document["findings"]),
            )
        return refused(document)
    except (ValueError, TypeError, KeyError):
        return no_answer(FailureKind.CRASH)


def _draft(fields: dict[str, Any]) -> ArticleDraft | Skipped:
    if "skipped" in fields:
        return Skipped(reason=str(fields["skipped"]))
    told_at = fields["published_at"]
    fields["published_at"] = None if told_at is None else dt.datetime.fromisoformat(told_at)
    fields["date_quality"] = DateQuality(fields["date_quality"])
    fields["authors"], fields["categories"] = tuple(fields["authors"]), tuple(fields["categories"])
    return ArticleDraft(**fields)
