"""Co-authors who agree or object, pen names that wait, bylines looked through anew, readers of decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is new; what members are credited with stays as it is."""
    op.add_column("articles", sa.Column("author_unit", sa.Text(), nullable=True))
    _add_coauthorships()
    _add_pen_name_proposals()
    _add_catch_ups()
    _add_readers()


def _add_coauthorships() -> None:
    op.create_table(
        "coauthorships",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("owner_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("decided_by", BIGINT, nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id", "number"], ["claims.member_id", "claims.number"], name="fk_coauthorships_owner_id"
        ),
        sa.PrimaryKeyConstraint("member_id", "owner_id", "number", name="pk_coauthorships"),
    )
    op.create_index("ix_coauthorships_owner_id_number", "coauthorships", ["owner_id", "number"])
    asked = sa.text("state = 'asked'")
    op.create_index("ix_coauthorships_asked", "coauthorships", ["since_at"], sqlite_where=asked, postgresql_where=asked)


def _add_pen_name_proposals() -> None:
    op.create_table(
        "pen_name_proposals",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.Column("refused_by", BIGINT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name="fk_pen_name_proposals_member_id"),
        sa.PrimaryKeyConstraint("member_id", "name", name="pk_pen_name_proposals"),
    )
    op.create_index("ix_pen_name_proposals_proposed_at", "pen_name_proposals", ["proposed_at"])


def _add_catch_ups() -> None:
    """Have the names looked for of everybody who agreed that it be done: what was collected before stays to be seen."""
    op.create_table(
        "suggestion_catch_ups",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("before_id", BIGINT, nullable=True),
        sa.PrimaryKeyConstraint("member_id", name="pk_suggestion_catch_ups"),
    )
    op.create_index("ix_suggestion_catch_ups_asked_at", "suggestion_catch_ups", ["asked_at"])
    op.execute(
        "INSERT INTO suggestion_catch_ups (member_id, asked_at)"
        " SELECT member_id, max(given_at) FROM consents"
        " WHERE kind = 'processing' AND withdrawn_at IS NULL GROUP BY member_id"
    )


def _add_readers() -> None:
    keys = ["member_id", "number", "step"]
    op.create_table(
        "second_look_readers",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("account_id", BIGINT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(keys, [f"second_looks.{key}" for key in keys], name="fk_second_look_readers_member_id"),
        sa.PrimaryKeyConstraint(*keys, "account_id", name="pk_second_look_readers"),
    )
