"""What a source said when it last changed an article whose page was read: by it the page is judged once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the column; of pages read before nothing was kept, and nothing is needed until their sources change."""
    op.add_column("page_reads", sa.Column("told", JSON, nullable=True))
