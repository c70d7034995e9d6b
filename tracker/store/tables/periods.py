"""Closed periods: what was frozen, by which method, and what changed afterwards."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Json, Key, Ref, Words

IS_CLOSED = text("reopened_at IS NULL")


class PeriodClose(Base):
    """One closing of one period of one unit; reopening keeps it as an old version."""

    __tablename__ = "period_closes"
    close_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"))
    period: Mapped[Key]
    start_on: Mapped[Key]  # ISO date; half-open with end_on, to find every period inside
    end_on: Mapped[Key]
    version: Mapped[int]
    method: Mapped[str]
    bot_list: Mapped[str]
    cut_off_at: Mapped[Instant]
    closed_at: Mapped[Instant]
    closed_by: Mapped[Ref]
    reopened_at: Mapped[Instant | None]
    reopened_by: Mapped[Ref | None]
    reopen_reason: Mapped[Words | None]
    __table_args__ = (
        Index("uq_period_closes_version", "unit_id", "period", "version", unique=True),
        Index(
            "uq_period_closes_closed",
            "unit_id",
            "period",
            unique=True,
            sqlite_where=IS_CLOSED,
            postgresql_where=IS_CLOSED,
        ),
    )


class FrozenRow(Base):
    """One row of a closed period as it was printed: kind names the table it belongs to."""

    __tablename__ = "frozen_rows"
    close_id: Mapped[Ref] = mapped_column(ForeignKey("period_closes.close_id"), primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[Json]


class Restatement(Base):
    """What changed after a close: subject, before, after and why."""

    __tablename__ = "restatements"
    restatement_id: Mapped[Id]
    close_id: Mapped[Ref] = mapped_column(ForeignKey("period_closes.close_id"), index=True)
    unit_id: Mapped[Ref]  # whose change it is: a close covers many units
    at: Mapped[Instant]
    actor_id: Mapped[Ref]
    subject: Mapped[Words]
    before: Mapped[Json]
    after: Mapped[Json]
    reason: Mapped[Words | None]
