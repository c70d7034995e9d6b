"""Accounts, sessions, one-time links, consents and personal-data requests. Accounts and sessions live on one node."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Key, Ref, Words, not_negative


class Account(Base):
    """Who signs in: one role, at most one member, and for officers and auditors the unit of their scope."""

    __tablename__ = "accounts"
    account_id: Mapped[Id]
    login: Mapped[Words]
    login_key: Mapped[Key] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    member_id: Mapped[Ref | None] = mapped_column(ForeignKey("members.member_id"), unique=True)
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("units.unit_id"))
    language: Mapped[str] = mapped_column(default="vi")
    disabled: Mapped[bool] = mapped_column(default=False)
    failed_count: Mapped[int] = mapped_column(default=0)
    slowed_until: Mapped[Instant | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (*not_negative("failed_count"),)


class Session(Base):
    """A signed-in session or an API token; only the SHA-256 of its secret is kept."""

    __tablename__ = "sessions"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[Ref] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    kind: Mapped[str]  # web | api | token
    name: Mapped[Words | None]
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class SetupLink(Base):
    """The one-time link with which the first administrator sets the installation up."""

    __tablename__ = "setup_links"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    created_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


class Invitation(Base):
    """The one-time link with which a person sets their account's password: one an account, the newest.

    Only the SHA-256 of its secret is kept.
    """

    __tablename__ = "invitations"
    account_id: Mapped[Ref] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]


class Notice(Base):
    """One version of words a person is asked to agree to."""

    __tablename__ = "notices"
    kind: Mapped[Key] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    words_vi: Mapped[Words]
    words_en: Mapped[Words]
    required: Mapped[bool]
    published_at: Mapped[Instant]


class Consent(Base):
    """One act of agreeing by one member; withdrawing sets `withdrawn_at`, agreeing again is a new row."""

    __tablename__ = "consents"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    given_at: Mapped[Instant]
    given_on: Mapped[dt.date]
    on_paper: Mapped[bool]
    entered_by: Mapped[Ref]
    withdrawn_at: Mapped[Instant | None]


class PersonalRequest(Base):
    """A member's request about their own data, with the day it is due."""

    __tablename__ = "personal_requests"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # erasure | correction | export
    words: Mapped[Words | None]  # what is to be corrected; gone once the person is erased
    made_at: Mapped[Instant]
    answer_due_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date]
    answered_at: Mapped[Instant | None]  # the office said that it has begun
    outcome: Mapped[str | None]  # done | refused | lapsed
    reply: Mapped[Words | None]
    done_at: Mapped[Instant | None]
    done_by: Mapped[Ref | None]
    entered_by: Mapped[Ref | None]  # by whom, where it was handed in on paper
