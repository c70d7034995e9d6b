"""Units and members: dated facts are rows, a person is not an account. Small enough to be copied to every node."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Key, Ref, Words, not_negative


class Unit(Base):
    """An organisation's identity; what it is called and where it stands is dated in its versions."""

    __tablename__ = "units"
    unit_id: Mapped[Id]
    code: Mapped[Key] = mapped_column(unique=True)
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class UnitVersion(Base):
    """Name, kind and parent of a unit in [valid_from, valid_to)."""

    __tablename__ = "unit_versions"
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    name: Mapped[Words]
    name_folded: Mapped[Key]
    name_sort: Mapped[Key]
    kind: Mapped[Words]
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("units.unit_id"), index=True)


class UnitSuccessor(Base):
    """Which unit took over when one ended (the mergers of 2025)."""

    __tablename__ = "unit_successors"
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), primary_key=True)
    successor_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), primary_key=True)
    since: Mapped[dt.date]


class UnitAncestry(Base):
    """The dated closure of the tree: each unit under each ancestor and itself (depth 0), in [valid_from, valid_to)."""

    __tablename__ = "unit_ancestry"
    ancestor_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), primary_key=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), primary_key=True, index=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    depth: Mapped[int]
    __table_args__ = (*not_negative("depth"),)


class UnitGroup(Base):
    """A working group a unit has set up (Tổ 03, Tổ 35)."""

    __tablename__ = "unit_groups"
    group_id: Mapped[Id]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), index=True)
    kind: Mapped[Words]
    established_on: Mapped[dt.date]


class Member(Base):
    """A person of the organisation. `erased_at` is set when names went on the person's own request; numbers stay."""

    __tablename__ = "members"
    member_id: Mapped[Id]
    code: Mapped[Key] = mapped_column(unique=True)
    full_name: Mapped[Words]
    name_folded: Mapped[Key]
    name_sort: Mapped[Key]
    kind: Mapped[str]
    party_role: Mapped[str | None]
    created_at: Mapped[Instant]
    erased_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index("ix_members_name_sort_member_id", "name_sort", "member_id"),
        Index("ix_members_name_folded", "name_folded"),
    )


class MemberTitle(Base):
    """A title of a person, ordered, as printed."""

    __tablename__ = "member_titles"
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.member_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Words]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]


class MemberTag(Base):
    """A role word an office gives (báo cáo viên, thành viên Tổ 35)."""

    __tablename__ = "member_tags"
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.member_id"), primary_key=True)
    tag: Mapped[Key] = mapped_column(primary_key=True)


class PenName(Base):
    """A name a member signs pieces with."""

    __tablename__ = "pen_names"
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.member_id"), primary_key=True)
    name: Mapped[Key] = mapped_column(primary_key=True)
    name_folded: Mapped[Key] = mapped_column(index=True)


class PenNameProposal(Base):
    """A pen name a member says they sign with; nothing is looked for under it before an officer confirms it."""

    __tablename__ = "pen_name_proposals"
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.member_id"), primary_key=True)
    name: Mapped[Key] = mapped_column(primary_key=True)
    proposed_at: Mapped[Instant] = mapped_column(index=True)
    refused_at: Mapped[Instant | None]
    refused_by: Mapped[Ref | None]
    reason: Mapped[Words | None]


class Membership(Base):
    """Where a member stands and at what status, in [since, until); a temporary one is shown there, counted at home."""

    __tablename__ = "memberships"
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.member_id"), primary_key=True)
    since: Mapped[dt.date] = mapped_column(primary_key=True)
    temporary: Mapped[bool] = mapped_column(primary_key=True, default=False)
    until: Mapped[dt.date | None]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"))
    status: Mapped[str]
    __table_args__ = (Index("ix_memberships_unit_id_since", "unit_id", "since"),)


class Absence(Base):
    """A dated reason that may excuse; `until_on` is included. No health detail."""

    __tablename__ = "absences"
    absence_id: Mapped[Id]
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.member_id"), index=True)
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    reason: Mapped[Words]
    entered_by: Mapped[Ref | None]
    entered_at: Mapped[Instant]
