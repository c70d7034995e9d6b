"""Programmes, their targets, and assignments (these keyed by the member first)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Key, Ref, Words


class Programme(Base):
    """A mô hình registered by a unit; binds the unit and all below. Without from_on it is older than known."""

    __tablename__ = "programmes"
    programme_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), index=True)
    name: Mapped[Words]
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    is_new: Mapped[bool]
    continues_id: Mapped[Ref | None] = mapped_column(ForeignKey("programmes.programme_id"))
    wide_reach_clicks: Mapped[int | None]
    outcome_amount: Mapped[Ref | None]
    outcome_qualifier: Mapped[str | None]
    outcome_words: Mapped[Words | None]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class ProgrammeMeasure(Base):
    """An ordered measure (giải pháp) of a programme."""

    __tablename__ = "programme_measures"
    programme_id: Mapped[Ref] = mapped_column(
        ForeignKey("programmes.programme_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[Words]


class ProgrammeDirective(Base):
    """A directive a programme cites."""

    __tablename__ = "programme_directives"
    programme_id: Mapped[Ref] = mapped_column(
        ForeignKey("programmes.programme_id", ondelete="CASCADE"), primary_key=True
    )
    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directives.directive_id"), primary_key=True)


class Target(Base):
    """Who owes what, how many, per what period."""

    __tablename__ = "targets"
    target_id: Mapped[Id]
    programme_id: Mapped[Ref] = mapped_column(ForeignKey("programmes.programme_id"), index=True)
    who: Mapped[str]
    what: Mapped[str]
    minimum: Mapped[int]
    aim: Mapped[int | None]
    per: Mapped[str]
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (CheckConstraint("minimum >= 1", name="minimum_positive"),)


class TargetTopic(Base):
    """A topic that alone meets the target."""

    __tablename__ = "target_topics"
    target_id: Mapped[Ref] = mapped_column(ForeignKey("targets.target_id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[Ref] = mapped_column(ForeignKey("topics.topic_id"), primary_key=True)


class TargetSlot(Base):
    """A slot of a rotation (story, book, role model)."""

    __tablename__ = "target_slots"
    target_id: Mapped[Ref] = mapped_column(ForeignKey("targets.target_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[Words]


class Assignment(Base):
    """One member's obligation of one target in one period.

    Given on to another member, it is a row of that member; what stays behind is `gone` and counts no more.
    """

    __tablename__ = "assignments"
    member_id: Mapped[Ref] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    first_key: Mapped[Key] = mapped_column(index=True)  # its public id: `member-number` of the row it began as
    target_id: Mapped[Ref]
    unit_id: Mapped[Ref]  # of the period's first day: whose writer this is
    period: Mapped[Key]
    slot: Mapped[Words | None]
    topic_id: Mapped[Ref | None]
    due_on: Mapped[dt.date | None]
    state: Mapped[str]  # given | done | excused | gone
    reason: Mapped[Words | None]
    override_reason: Mapped[Words | None]
    given_by: Mapped[Ref]
    given_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (Index("ix_assignments_target_id_period", "target_id", "period"),)
