"""Every table of the house, by noun; importing this package fills `Base.metadata`."""

from __future__ import annotations

from tracker.store.tables import (
    accounts,
    claims,
    feeds,
    links,
    office,
    operations,
    organisation,
    periods,
    programmes,
    registers,
    second_looks,
)
from tracker.store.tables.base import Base

__all__ = [
    "Base",
    "accounts",
    "claims",
    "feeds",
    "links",
    "office",
    "operations",
    "organisation",
    "periods",
    "programmes",
    "registers",
    "second_looks",
]
