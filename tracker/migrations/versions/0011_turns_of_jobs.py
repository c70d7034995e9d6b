"""Work that waits is found by its kind and when it is due, whatever other work there is or was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put an index of what waits in place of the one of all jobs."""
    waits = sa.text("done_at IS NULL")
    columns = ["kind", "due_at", "job_id"]
    op.create_index("ix_jobs_turn", "jobs", columns, sqlite_where=waits, postgresql_where=waits)
    op.drop_index("ix_jobs_due_at_job_id", table_name="jobs")
