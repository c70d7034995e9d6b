"""The organisation's own rules, dated. On one node; what is kept otherwise of an office stands in operations.py."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Instant, Key, Ref, not_negative


class OrganisationRule(Base):
    """A rule's number from a local day on; without a row, the default of product.md holds."""

    __tablename__ = "organisation_rules"
    name: Mapped[Key] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    value: Mapped[int]
    version: Mapped[int]  # counted up by each change of the rule, so that the latest row carries the rule's own
    changed_at: Mapped[Instant]
    changed_by: Mapped[Ref | None]
    __table_args__ = (
        *not_negative("value"),
        Index("uq_organisation_rules_version", "name", "version", unique=True),
    )
