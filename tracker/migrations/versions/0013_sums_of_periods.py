"""A quarter's claims, months of members and days of articles are summed from indexes that hold all that is summed."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CLAIMS = ["state", "happened_on", "unit_id", "kind", "article_id", "member_id", "number"]
COUNTS = ["share_count", "authored_count", "presentation_count", "click_count", "person_day_count"]


def upgrade() -> None:
    """Find claims by state and day in place of by month; hold the person-days too."""
    op.drop_index("ix_claims_month_state_unit_id_kind", table_name="claims")
    op.create_index("ix_claims_state_happened_on", "claims", CLAIMS)
    op.drop_index("ix_member_months_month_member_id", table_name="member_months")
    op.create_index("ix_member_months_month_member_id", "member_months", ["month", "member_id", *COUNTS])
    op.drop_index("ix_article_days_day_article_id", table_name="article_days")
    op.create_index(
        "ix_article_days_day_article_id", "article_days", ["day", "article_id", "click_count", "person_day_count"]
    )
