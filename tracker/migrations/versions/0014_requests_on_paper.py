"""A request about personal data may be handed in on paper: who entered it is kept, so that the member can object."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Keep who entered a request; those there are were made by the members themselves."""
    op.add_column("personal_requests", sa.Column("entered_by", BIGINT, nullable=True))
