"""What an account did is found by an index, in the log and in a person's record."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find events by who acted, as they are found by action and by subject."""
    op.create_index("ix_audit_events_actor_id_event_id", "audit_events", ["actor_id", "event_id"])
