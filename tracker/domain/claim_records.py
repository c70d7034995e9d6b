"""Claims as they are read back, with the names that stand beside the ids, and what a list of them is narrowed to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.types import ClaimId

if TYPE_CHECKING:
    from tracker.domain.claims import ClaimKind, ClaimState
    from tracker.domain.types import AccountId, ArticleId, Channel, MemberId, UnitId

ClaimMark = tuple[dt.datetime, int, int]  # filed_at, member and number of a page's last claim


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """A claim with the names of its owner, unit and article; `unit_name` is that of the day it happened."""

    member_id: MemberId
    number: int
    kind: ClaimKind
    state: ClaimState
    unit_id: UnitId
    article_id: ArticleId | None
    article_url: str | None
    article_key: str | None
    url: str | None
    url_key: str | None
    channel: Channel | None
    title: str
    happened_on: dt.date
    happened_at: dt.datetime | None
    month: str
    content_kind: str | None
    slot: str | None
    lesson: str | None
    contest: str | None
    witness: str | None
    note: str | None
    assisted_by: AccountId | None
    imported_by: AccountId | None
    late: bool
    appealed: bool
    filed_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: AccountId | None
    version: int
    member_name: str
    unit_name: str
    article_title: str | None
    article_source: str | None
    article_at: str | None  # the article's own address

    @property
    def claim_id(self) -> ClaimId:
        """Give the whole key."""
        return ClaimId(self.member_id, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Which claims of a scope are asked for; None asks nothing. `contest` True: of any contest, False: of none.

    `topic` is a name however it is spelled, or an id; the topics of the claim's article count too.
    """

    state: ClaimState | None = None
    kind: ClaimKind | None = None
    member_id: int | None = None
    unit_id: int | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None  # not included
    content_kind: str | None = None
    contest: str | bool | None = None
    topic: str | None = None
    article_id: int | None = None
    assisted: bool | None = None  # entered by an officer in the member's stead


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file behind a claim that is still kept."""

    evidence_number: int
    kind: str
    media_type: str
    byte_count: int
    added_at: dt.datetime
    original_name: str = ""
    is_read: bool = True  # False: a document with pages that hold no text, which nobody but a person can judge
    digests: tuple[str, ...] = ()  # by which the same file of another member is known


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep:
    """One step; `actor_name` is the member behind the account, else its login, '' where the account is gone."""

    step: int
    at: dt.datetime
    actor_id: AccountId
    actor_name: str
    action: str
    reason: str | None
    from_state: str | None
    to_state: str
