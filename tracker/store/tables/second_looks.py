"""Decisions that a second officer judges anew without knowing the first; keyed by the claim's member first."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Instant, Ref, Words

OPEN = text("settled_at IS NULL")


class SecondLook(Base):
    """A decision, known by its step of a claim's history, that was chosen to be looked at again."""

    __tablename__ = "second_looks"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[Ref]  # the claim's
    first_verdict: Mapped[str]  # accept | reject
    first_by: Mapped[Ref]
    first_at: Mapped[Instant]
    second_verdict: Mapped[str | None]
    second_reason: Mapped[Words | None]
    second_by: Mapped[Ref | None]
    second_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]  # agreed, or decided by a third
    settled_by: Mapped[Ref | None]
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "number"], ["claims.member_id", "claims.number"]),
        CheckConstraint("(second_verdict IS NULL) = (second_at IS NULL)", name="second_whole"),
        Index("ix_second_looks_unit_id_first_at", "unit_id", "first_at"),
        Index("ix_second_looks_open", "first_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )


class SecondLookReader(Base):
    """An account that read the first decision while its second look waited: it cannot give that look any more."""

    __tablename__ = "second_look_readers"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[Ref] = mapped_column(primary_key=True)
    read_at: Mapped[Instant]
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "number", "step"],
            ["second_looks.member_id", "second_looks.number", "second_looks.step"],
        ),
    )
