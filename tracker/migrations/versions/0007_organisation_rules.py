"""The organisation's rules are dated rows; the share of second looks, a setting until now, becomes one of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

SETTINGS = sa.table(
    "organisation_settings",
    *(
        sa.column("name", KEY),
        sa.column("value", JSON),
        sa.column("changed_at", INSTANT),
        sa.column("changed_by", BIGINT),
    ),
)
RULES = sa.table(
    "organisation_rules",
    *(sa.column("name", KEY), sa.column("valid_from", sa.Date()), sa.column("value", sa.Integer())),
    *(sa.column("version", sa.Integer()), sa.column("changed_at", INSTANT), sa.column("changed_by", BIGINT)),
)
SHARE = "second_look.percent"


def upgrade() -> None:
    """Add the table and take over what was set."""
    op.create_table(
        "organisation_rules",
        sa.Column("name", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", BIGINT, nullable=True),
        sa.CheckConstraint("value >= 0", name=op.f("ck_organisation_rules_value_not_negative")),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_organisation_rules")),
    )
    op.create_index("uq_organisation_rules_version", "organisation_rules", ["name", "version"], unique=True)
    _take_over_share()


def _take_over_share() -> None:
    connection = op.get_bind()
    row = connection.execute(sa.select(SETTINGS).where(SETTINGS.c.name == SHARE)).first()
    if row is None:
        return
    kept = {"name": "second_look_percent", "valid_from": row.changed_at.date(), "value": int(row.value), "version": 1}
    connection.execute(sa.insert(RULES), kept | {"changed_at": row.changed_at, "changed_by": row.changed_by})
    connection.execute(sa.delete(SETTINGS).where(SETTINGS.c.name == SHARE))
