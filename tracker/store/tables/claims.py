"""Claims and all that hangs on them, keyed by the member first: on a sharded server a member's rows stand together."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, ForeignKeyConstraint, Index, column, table, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.columns import UTCDateTime
from tracker.store.tables.base import Base, Instant, Json, Key, Ref, Words, not_negative

LIVE = text("state IN ('pending', 'returned', 'accepted')")
ASKED = text("state = 'asked'")


def _of_claim() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["member_id", "number"], ["claims.member_id", "claims.number"])


class Claim(Base):
    """What a member says they shared, wrote or presented. Its credit stands apart, in claim_credits."""

    __tablename__ = "claims"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    live_key: Mapped[Key]  # what may be live only once for this member: share, piece or presentation
    unit_id: Mapped[Ref]  # of the day it happened
    article_id: Mapped[Ref | None]
    article_url: Mapped[Words | None]
    article_key: Mapped[Key | None]
    url: Mapped[Words | None]
    url_key: Mapped[Key | None]
    channel: Mapped[str | None]
    title: Mapped[Words]
    happened_on: Mapped[dt.date]
    happened_at: Mapped[Instant | None]
    month: Mapped[Key]  # local month of happened_on, `2025-03`
    content_kind: Mapped[Words | None]
    slot: Mapped[Words | None]
    lesson: Mapped[Words | None]
    contest: Mapped[Words | None]
    witness: Mapped[Words | None]
    note: Mapped[Words | None]
    assisted_by: Mapped[Ref | None]  # account of the officer who entered it
    imported_by: Mapped[Ref | None]
    late: Mapped[bool]
    appealed: Mapped[bool] = mapped_column(default=False)
    filed_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[Ref | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index("uq_claims_live", "member_id", "live_key", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_claims_unit_id_month_state", "unit_id", "month", "state"),
        Index(  # holds what a period's sums read, so that the claims themselves are not
            "ix_claims_state_happened_on",
            *("state", "happened_on", "unit_id", "kind", "article_id", "member_id", "number"),
        ),
        Index("ix_claims_state_filed_at", "state", "filed_at"),
        Index("ix_claims_url_key", "url_key"),
        Index("ix_claims_article_key", "article_key"),
        Index("ix_claims_happened_on", "happened_on"),
    )


class ClaimCredit(Base):
    """Whose obligation a claim meets: its owner and, for a piece, each co-author. Keyed by the credited member."""

    __tablename__ = "claim_credits"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    owner_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]  # owner | coauthor
    __table_args__ = (Index("ix_claim_credits_owner_id_number", "owner_id", "number"),)


class Coauthorship(Base):
    """What is between a member and a piece that names them or that they say is theirs; with none, a credit stands.

    Of its states only `agreed` goes with a credit (tracker/domain/coauthors.py). Keyed by that member.
    """

    __tablename__ = "coauthorships"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    owner_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]  # waiting | agreed | asked | objected | refused
    since_at: Mapped[Instant]
    decided_by: Mapped[Ref | None]  # account of the officer who said of an `asked` one
    named_before: Mapped[bool] = mapped_column(default=False)  # of `asked`: not by their own word alone
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "number"], ["claims.member_id", "claims.number"]),
        Index("ix_coauthorships_owner_id_number", "owner_id", "number"),
        Index("ix_coauthorships_asked", "since_at", sqlite_where=ASKED, postgresql_where=ASKED),
    )


class ClaimTopic(Base):
    """A topic of a claim, given by the member or set at review."""

    __tablename__ = "claim_topics"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[Ref] = mapped_column(primary_key=True, index=True)
    __table_args__ = (_of_claim(),)


class ReviewEvent(Base):
    """One step in a claim's history; append-only."""

    __tablename__ = "review_events"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Instant]
    actor_id: Mapped[Ref]  # account
    action: Mapped[str]
    reason: Mapped[Words | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    __table_args__ = (_of_claim(),)


class Reading(Base):
    """One figure of a claim as read, stated or confirmed at one time; append-only."""

    __tablename__ = "readings"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reading: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str]
    grade: Mapped[str]
    value: Mapped[Ref | None]
    at_least: Mapped[Ref | None]
    at_most: Mapped[Ref | None]
    qualifier: Mapped[str | None]
    provenance: Mapped[str]  # page | platform | declared | confirmed
    rule: Mapped[str | None]
    raw_text: Mapped[Words | None]
    read_at: Mapped[Instant]
    evidence_number: Mapped[int | None]
    entered_by: Mapped[Ref | None]
    __table_args__ = (_of_claim(), *not_negative("value"))


class Evidence(Base):
    """A file behind a claim; the bytes lie in the data folder under their own random name."""

    __tablename__ = "evidence"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    evidence_number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # picture | document | page
    file_name: Mapped[str]
    original_name: Mapped[Words]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)  # of the bytes that are kept
    source_sha256: Mapped[str | None] = mapped_column(index=True)  # of the bytes as sent
    pixels_sha256: Mapped[str | None] = mapped_column(index=True)  # of a picture as drawn anew
    added_at: Mapped[Instant]
    added_by: Mapped[Ref]
    purged_at: Mapped[Instant | None]
    facts: Mapped[Json]
    __table_args__ = (_of_claim(), *not_negative("byte_count"))


class Republication(Base):
    """Another source that carries an authored piece; counts once an officer confirmed it."""

    __tablename__ = "republications"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[Ref] = mapped_column(primary_key=True)
    state: Mapped[str]  # proposed | confirmed | refused
    similarity_percent: Mapped[int]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[Ref | None]
    __table_args__ = (_of_claim(),)


class Suggestion(Base):
    """«Is this yours?»: a collected article offered to a member; answering makes a claim or ends it."""

    __tablename__ = "suggestions"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    article_id: Mapped[Ref] = mapped_column(primary_key=True)
    score_percent: Mapped[int]
    reasons: Mapped[Json]
    offered_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    mine: Mapped[bool | None]


class SuggestionCatchUp(Base):
    """A member whose names are still to be looked for in bylines collected before; gone once that is done."""

    __tablename__ = "suggestion_catch_ups"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    asked_at: Mapped[Instant]
    before_id: Mapped[Ref | None]  # articles from this one on have been looked at
    __table_args__ = (Index("ix_suggestion_catch_ups_asked_at", "asked_at"),)


# The view of the first migration: only an accepted claim counts, and every total reads it here.
counted_claims = table(
    "counted_claims",
    *(column(n) for n in ("member_id", "number", "kind", "unit_id", "article_id", "article_url", "article_key")),
    *(column(n) for n in ("url", "url_key", "channel", "title", "month", "content_kind", "slot", "lesson", "contest")),
    *(column(n) for n in ("assisted_by", "imported_by", "late")),
    column("happened_on", Date),
    column("filed_at", UTCDateTime),
    column("decided_at", UTCDateTime),
)
