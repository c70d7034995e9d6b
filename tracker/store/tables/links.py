"""Tracked links and their day counters, keyed by slug; the member's and the article's roll-ups stand beside them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Json, Key, Ref, Words, not_negative

EPHEMERAL = {"info": {"ephemeral": True}}  # unlogged on PostgreSQL; neither backed up nor restored


class Link(Base):
    """One member's link to one article for one channel; the slug is derived from the three."""

    __tablename__ = "links"
    slug: Mapped[Key] = mapped_column(primary_key=True)
    member_id: Mapped[Ref]
    article_id: Mapped[Ref]
    channel: Mapped[str]
    target_url: Mapped[Words]
    created_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]
    withdrawn_by: Mapped[Ref | None]  # the administrator's account; None: the member themselves
    first_at: Mapped[Instant | None]  # of the first request
    birth_count: Mapped[int] = mapped_column(default=0)  # of the counted clicks, those that came at the link's birth
    __table_args__ = (
        Index("ix_links_member_id_article_id", "member_id", "article_id"),
        *not_negative("birth_count"),
    )


class Canary(Base):
    """A link that no person is ever shown: whoever follows it is a machine."""

    __tablename__ = "canaries"
    slug: Mapped[Key] = mapped_column(primary_key=True)
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"))
    channel: Mapped[str]
    target_url: Mapped[Words]
    created_at: Mapped[Instant]
    created_by: Mapped[Ref]
    withdrawn_at: Mapped[Instant | None]


class CanaryVisit(Base):
    """A machine that followed a canary, as it calls itself. The only place where an agent is kept: no person's."""

    __tablename__ = "canary_visits"
    slug: Mapped[Key] = mapped_column(ForeignKey("canaries.slug"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    agent: Mapped[Key] = mapped_column(primary_key=True)
    request_count: Mapped[int]
    __table_args__ = (*not_negative("request_count"),)


class LocalAgent(Base):
    """A text of our own by which agents are told: robots, previewers, or people whom a list takes for robots."""

    __tablename__ = "local_agents"
    agent_id: Mapped[Id]
    text: Mapped[Words]
    text_key: Mapped[Key] = mapped_column(unique=True)
    verdict: Mapped[str]  # robot | preview | person
    added_at: Mapped[Instant]
    added_by: Mapped[Ref]
    dropped_at: Mapped[Instant | None]


class LinkDay(Base):
    """Requests on a link on a local day by verdict; every request on a link is counted here once."""

    __tablename__ = "link_days"
    slug: Mapped[Key] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)  # method and list versions under which it was judged
    request_count: Mapped[int]
    person_day_count: Mapped[int]
    __table_args__ = (*not_negative("request_count", "person_day_count"),)


class ClickSecret(Base):
    """The local day's secret of readers' tokens, where several web processes count; gone at midnight, in no backup."""

    __tablename__ = "click_secrets"
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = EPHEMERAL


class ClickReader(Base):
    """A reader of one link on one local day, as a token: when last seen, and whether counted yet."""

    __tablename__ = "click_readers"
    token: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    day: Mapped[dt.date] = mapped_column(index=True)
    last_at: Mapped[Instant]
    counted: Mapped[bool]
    __table_args__ = EPHEMERAL


class ClickBurst(Base):
    """The last clicks on a link from one neighbourhood, which is known by a token of the day."""

    __tablename__ = "click_bursts"
    slug: Mapped[Key] = mapped_column(primary_key=True)
    network: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    day: Mapped[dt.date] = mapped_column(index=True)
    times: Mapped[Json]  # instants, ISO
    __table_args__ = EPHEMERAL


class MemberLinkDay(Base):
    """A member's valid clicks by article, channel and local day; written with the link-day it sums."""

    __tablename__ = "member_link_days"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    article_id: Mapped[Ref] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    click_count: Mapped[int]
    person_day_count: Mapped[int]
    __table_args__ = (*not_negative("click_count", "person_day_count"),)


class MemberMonth(Base):
    """A member's month: clicks of their links and accepted claims by kind; always for the leaves."""

    __tablename__ = "member_months"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    month: Mapped[Key] = mapped_column(primary_key=True)
    click_count: Mapped[int] = mapped_column(default=0)
    person_day_count: Mapped[int] = mapped_column(default=0)
    share_count: Mapped[int] = mapped_column(default=0)
    authored_count: Mapped[int] = mapped_column(default=0)
    presentation_count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index(  # holds what a quarter sums, so that the rows themselves are not read
            "ix_member_months_month_member_id",
            *("month", "member_id", "share_count", "authored_count", "presentation_count"),
            *("click_count", "person_day_count"),
        ),
        *not_negative("click_count", "person_day_count", "share_count", "authored_count", "presentation_count"),
    )


class ArticleDay(Base):
    """An article's valid clicks on a local day, over all links."""

    __tablename__ = "article_days"
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    click_count: Mapped[int]
    person_day_count: Mapped[int]
    __table_args__ = (
        Index("ix_article_days_day_article_id", "day", "article_id", "click_count", "person_day_count"),
        *not_negative("click_count", "person_day_count"),
    )
