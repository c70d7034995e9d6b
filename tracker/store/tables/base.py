"""The declarative base: naming convention, and what each Python type becomes. Typed tables, no relationships."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from tracker.store.columns import BigInt, CleanJSON, CleanText, KeyText, UTCDateTime

Instant = Annotated[dt.datetime, mapped_column(UTCDateTime)]
Words = Annotated[str, mapped_column(CleanText)]
Key = Annotated[str, mapped_column(KeyText)]
Json = Annotated[Any, mapped_column(CleanJSON)]
Id = Annotated[int, mapped_column(BigInt, primary_key=True)]
Ref = Annotated[int, mapped_column(BigInt)]


class Base(DeclarativeBase):
    """One catalogue of all tables, with names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def not_negative(*columns: str) -> tuple[CheckConstraint, ...]:
    """One CHECK a column: counts and sizes are never below zero."""
    return tuple(CheckConstraint(f"{c} >= 0", name=f"{c}_not_negative") for c in columns)


def one_of(column: str, values: list[str]) -> CheckConstraint:
    """A CHECK that a word is one of a closed list; the words are ours, never input."""
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
