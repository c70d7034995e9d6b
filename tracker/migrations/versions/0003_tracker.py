"""What the tracker needs beyond the first shapes: a mark on audit events that wait for their seal, pages being read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns one by one: neither database then rewrites a table that others refer to."""
    _mark_unsealed_events()
    _let_pages_be_leased()


def _mark_unsealed_events() -> None:
    """Let sealing find what waits without reading all events."""
    op.add_column("audit_events", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE audit_events SET sealed = true WHERE event_id IN (SELECT event_id FROM audit_seals)")
    waiting = sa.text("NOT sealed")
    op.create_index(
        "ix_audit_events_unsealed", "audit_events", ["event_id"], sqlite_where=waiting, postgresql_where=waiting
    )


def _let_pages_be_leased() -> None:
    """Let one process at a time read a page, and let a member's own piece be read that no source has carried."""
    op.add_column("articles", sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("page_reads", sa.Column("tried_at", INSTANT, nullable=True))
    op.add_column("page_reads", sa.Column("owner", sa.String(), nullable=True))
    op.add_column("page_reads", sa.Column("lease_until", INSTANT, nullable=True))
    op.add_column("page_reads", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
