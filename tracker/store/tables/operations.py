"""What keeps the house running: jobs, audit, imports, idempotency, outbox, the organisation's settings. On one node."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Json, Key, Ref, Words, not_negative

UNSEALED = text("NOT sealed")
WAITING = text("done_at IS NULL")


class Job(Base):
    """One piece of work, leased to one process at a time; the fence tells a late one that it was replaced."""

    __tablename__ = "jobs"
    job_id: Mapped[Id]
    kind: Mapped[Key]
    subject: Mapped[Key]
    slot: Mapped[Key]  # which turn of it: «due» for a standing job, an instant for one of a series
    due_at: Mapped[Instant]
    owner: Mapped[str | None]
    lease_until: Mapped[Instant | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[Instant | None]
    failed_reason: Mapped[Words | None]
    payload: Mapped[Json | None]
    __table_args__ = (
        UniqueConstraint("kind", "subject", "slot"),
        Index("ix_jobs_turn", "kind", "due_at", "job_id", sqlite_where=WAITING, postgresql_where=WAITING),
        *not_negative("fence", "attempts"),
    )


class AuditEvent(Base):
    """Who did what to what, by ids and digests only, so that erasing a person keeps the chain valid."""

    __tablename__ = "audit_events"
    event_id: Mapped[Id]
    at: Mapped[Instant] = mapped_column(index=True)
    actor_id: Mapped[Ref | None]
    action: Mapped[Key]
    subject: Mapped[Key]
    digest: Mapped[str]  # SHA-256 hex of what the event is about
    facts: Mapped[Json]  # ids, states and numbers; never names or words of people
    sealed: Mapped[bool] = mapped_column(default=False)  # not part of what is sealed: it only spares a search
    __table_args__ = (
        Index("ix_audit_events_action_event_id", "action", "event_id"),
        Index("ix_audit_events_actor_id_event_id", "actor_id", "event_id"),
        Index("ix_audit_events_subject_event_id", "subject", "event_id"),
        Index("ix_audit_events_unsealed", "event_id", sqlite_where=UNSEALED, postgresql_where=UNSEALED),
    )


class AuditSeal(Base):
    """One link of the chain over audit events, in the order of sealing."""

    __tablename__ = "audit_seals"
    position: Mapped[Id]
    event_id: Mapped[Ref] = mapped_column(ForeignKey("audit_events.event_id"), unique=True)
    chain_hash: Mapped[str]
    sealed_at: Mapped[Instant]


class RowSeal(Base):
    """What a claim and its history came to when an event about it was sealed; part of that event's link of the chain.

    The salt goes when a person is erased: what the digest was of can then no longer be guessed.
    """

    __tablename__ = "row_seals"
    event_id: Mapped[Ref] = mapped_column(ForeignKey("audit_events.event_id"), primary_key=True)
    subject: Mapped[Key] = mapped_column(primary_key=True)  # claim:40-3
    digest: Mapped[str]
    salt: Mapped[str | None]
    __table_args__ = (Index("ix_row_seals_subject_event_id", "subject", "event_id"),)


class IdempotencyKey(Base):
    """The answer of a creating request, kept with its effect in one transaction."""

    __tablename__ = "idempotency_keys"
    account_id: Mapped[Ref] = mapped_column(primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int]
    headers: Mapped[Json]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant] = mapped_column(index=True)


class Import(Base):
    """One spreadsheet import, with its result row by row."""

    __tablename__ = "imports"
    import_id: Mapped[Id]
    what: Mapped[str]  # units | members | claims | posts
    file_name: Mapped[Words]
    file_sha256: Mapped[str]
    at: Mapped[Instant]
    account_id: Mapped[Ref | None]
    applied: Mapped[bool]
    undone_at: Mapped[Instant | None]
    result: Mapped[Json]


class ImportChange(Base):
    """What one row of an import changed, so that it can be taken back."""

    __tablename__ = "import_changes"
    import_id: Mapped[Ref] = mapped_column(ForeignKey("imports.import_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Words]  # unit:12, member:40, claim:40-3, post:7 …
    before: Mapped[Json | None]
    after: Mapped[Json]


class OutboxMessage(Base):
    """Something to be sent outside after its transaction, once."""

    __tablename__ = "outbox"
    message_id: Mapped[Id]
    kind: Mapped[str]
    payload: Mapped[Json]
    made_at: Mapped[Instant]
    due_at: Mapped[Instant] = mapped_column(index=True)
    sent_at: Mapped[Instant | None]
    attempts: Mapped[int] = mapped_column(default=0)


class Webhook(Base):
    """An address of another system that wants to hear of events."""

    __tablename__ = "webhooks"
    webhook_id: Mapped[Id]
    url: Mapped[Words]
    events: Mapped[Json]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    disabled: Mapped[bool] = mapped_column(default=False)


class OrganisationSetting(Base):
    """A default of product.md that this organisation set otherwise."""

    __tablename__ = "organisation_settings"
    name: Mapped[Key] = mapped_column(primary_key=True)
    value: Mapped[Json]
    changed_at: Mapped[Instant]
    changed_by: Mapped[Ref | None]
