"""Who asks to be a co-author again may have been named before: what they then take back is an objection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of who asks already it is not known that anybody else had named them."""
    op.add_column("coauthorships", sa.Column("named_before", sa.Boolean(), nullable=False, server_default=sa.false()))
