"""What a unit registers beside claims: directives, meetings, activities, awards, its own pages and groups."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Json, Key, Ref, Words, not_negative


class Directive(Base):
    """A document that is cited: number, type and issuer as parsed, the code as printed."""

    __tablename__ = "directives"
    directive_id: Mapped[Id]
    code: Mapped[Words]
    number: Mapped[int | None]
    document_type: Mapped[Words | None]
    issuer: Mapped[Words | None]
    issued_on: Mapped[dt.date]
    abstract: Mapped[Words | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class Meeting(Base):
    """A meeting on one day that may stand in several periods."""

    __tablename__ = "meetings"
    meeting_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), index=True)
    held_on: Mapped[dt.date]
    kind: Mapped[Words | None]
    title: Mapped[Words | None]
    speaker_id: Mapped[Ref | None] = mapped_column(ForeignKey("members.member_id"))
    lesson: Mapped[Words | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class MeetingPeriod(Base):
    """A period a meeting counts in."""

    __tablename__ = "meeting_periods"
    meeting_id: Mapped[Ref] = mapped_column(ForeignKey("meetings.meeting_id", ondelete="CASCADE"), primary_key=True)
    period: Mapped[Key] = mapped_column(primary_key=True, index=True)


class MeetingPhoto(Base):
    """A captioned photo of a meeting."""

    __tablename__ = "meeting_photos"
    photo_id: Mapped[Id]
    meeting_id: Mapped[Ref] = mapped_column(ForeignKey("meetings.meeting_id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str]
    caption: Mapped[Words]
    byte_count: Mapped[int]
    sha256: Mapped[str]
    added_at: Mapped[Instant]


class Activity(Base):
    """A counted activity (study sessions, participants) of a unit in a period."""

    __tablename__ = "activities"
    activity_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), index=True)
    name: Mapped[Words]
    period: Mapped[Key]
    activity_count: Mapped[int]
    participant_count: Mapped[int | None]
    programme_id: Mapped[Ref | None] = mapped_column(ForeignKey("programmes.programme_id"))
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (*not_negative("activity_count", "participant_count"),)


class Award(Base):
    """A commendation, proposed or given, of a member or of a unit."""

    __tablename__ = "awards"
    award_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), index=True)
    period: Mapped[Key]
    who: Mapped[str]
    member_id: Mapped[Ref | None] = mapped_column(ForeignKey("members.member_id"))
    title: Mapped[Words]
    state: Mapped[str]
    decision: Mapped[Words | None]
    decided_on: Mapped[dt.date | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class UnitChannel(Base):
    """A page, group or association that a unit runs."""

    __tablename__ = "channels"
    channel_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), index=True)
    name: Mapped[Words]
    platform: Mapped[str]
    kind: Mapped[str]
    url: Mapped[Words | None]
    follower_count: Mapped[int | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (*not_negative("follower_count"),)


class ChannelMonth(Base):
    """A month's total where posts are not itemised; never added to single posts."""

    __tablename__ = "channel_months"
    channel_id: Mapped[Ref] = mapped_column(ForeignKey("channels.channel_id"), primary_key=True)
    month: Mapped[Key] = mapped_column(primary_key=True)
    post_count: Mapped[int]
    reach: Mapped[Ref | None]
    engagements: Mapped[Ref | None]
    reach_engagements: Mapped[Ref | None]
    entered_at: Mapped[Instant]
    entered_by: Mapped[Ref]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (*not_negative("post_count"),)


class ChannelPost(Base):
    """One post of a unit's own channel; its address, and the number its platform gave it, stand once in a channel."""

    __tablename__ = "channel_posts"
    post_id: Mapped[Id]
    channel_id: Mapped[Ref] = mapped_column(ForeignKey("channels.channel_id"))
    happened_on: Mapped[dt.date]
    url: Mapped[Words | None]
    url_key: Mapped[Key | None]
    title: Mapped[Words | None]
    article_id: Mapped[Ref | None] = mapped_column(ForeignKey("articles.article_id"))
    programme_id: Mapped[Ref | None] = mapped_column(ForeignKey("programmes.programme_id"))
    entered_at: Mapped[Instant]
    entered_by: Mapped[Ref]
    platform_post_id: Mapped[Key | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index("ix_channel_posts_channel_id_happened_on", "channel_id", "happened_on"),
        Index("ix_channel_posts_channel_id_url_key", "channel_id", "url_key", unique=True),
        Index("ix_channel_posts_channel_id_platform_post_id", "channel_id", "platform_post_id", unique=True),
    )


class ChannelFile(Base):
    """A page's own insights export as it was sent: the evidence behind figures of its posts."""

    __tablename__ = "channel_files"
    file_id: Mapped[Id]
    channel_id: Mapped[Ref] = mapped_column(ForeignKey("channels.channel_id"))
    file_name: Mapped[str]
    original_name: Mapped[Words]
    sha256: Mapped[str]
    byte_count: Mapped[int]
    media_type: Mapped[str]
    totals: Mapped[Json]
    added_at: Mapped[Instant]
    added_by: Mapped[Ref]
    __table_args__ = (Index("ix_channel_files_channel_id_sha256", "channel_id", "sha256", unique=True),)


class ChannelReading(Base):
    """One figure of a post as one file states it; the latest file's counts, the earlier ones are its history."""

    __tablename__ = "channel_readings"
    post_id: Mapped[Ref] = mapped_column(ForeignKey("channel_posts.post_id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[Key] = mapped_column(primary_key=True)
    file_id: Mapped[Ref] = mapped_column(ForeignKey("channel_files.file_id"), primary_key=True)
    value: Mapped[Ref]
    __table_args__ = (*not_negative("value"),)
