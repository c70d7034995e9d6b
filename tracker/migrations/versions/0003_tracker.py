"""What the tracker needs beyond the first shapes: a mark on audit events that wait for their seal, pages being read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add columns one by one: neither database then rewrites a table that others refer to."""
    _mark_unsealed_events()
    _let_pages_be_leased()
    _know_evidence_again()
    _tell_links_apart()
    _add_canaries()
    _add_second_looks()
    _add_row_seals()
    _answer_personal_requests()
    _find_sums_by_time()
    _add_name_index()
    _add_channel_insights()


def _mark_unsealed_events() -> None:
    """Let sealing find what waits without reading all events."""
    op.add_column("audit_events", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE audit_events SET sealed = true WHERE event_id IN (SELECT event_id FROM audit_seals)")
    waiting = sa.text("NOT sealed")
    op.create_index(
        "ix_audit_events_unsealed", "audit_events", ["event_id"], sqlite_where=waiting, postgresql_where=waiting
    )


def _know_evidence_again() -> None:
    """Let a file be known that another member sent too: by its bytes as sent, and a picture by its pixels."""
    for name in ("source_sha256", "pixels_sha256"):
        op.add_column("evidence", sa.Column(name, sa.String(), nullable=True))
        op.create_index(f"ix_evidence_{name}", "evidence", [name])


def _let_pages_be_leased() -> None:
    """Let one process at a time read a page, and let a member's own piece be read that no source has carried."""
    op.add_column("articles", sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("page_reads", sa.Column("tried_at", INSTANT, nullable=True))
    op.add_column("page_reads", sa.Column("owner", sa.String(), nullable=True))
    op.add_column("page_reads", sa.Column("lease_until", INSTANT, nullable=True))
    op.add_column("page_reads", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))


def _tell_links_apart() -> None:
    """Say who withdrew a link, and how much of what was counted came at its birth."""
    op.add_column("links", sa.Column("withdrawn_by", BIGINT, nullable=True))
    op.add_column("links", sa.Column("first_at", INSTANT, nullable=True))
    op.execute(
        "ALTER TABLE links ADD COLUMN birth_count INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT ck_links_birth_count_not_negative CHECK (birth_count >= 0)"
    )


def _add_canaries() -> None:
    """Lay what is known of machines by links that no person sees, and the office's own list of agents."""
    op.create_table(
        "canaries",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("target_url", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", BIGINT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_canaries_article_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_canaries")),
    )
    op.create_table(
        "canary_visits",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent", KEY, nullable=False),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("request_count >= 0", name=op.f("ck_canary_visits_request_count_not_negative")),
        sa.ForeignKeyConstraint(["slug"], ["canaries.slug"], name=op.f("fk_canary_visits_slug")),
        sa.PrimaryKeyConstraint("slug", "day", "agent", name=op.f("pk_canary_visits")),
    )
    op.create_table(
        "local_agents",
        sa.Column("agent_id", BIGINT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", KEY, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", BIGINT, nullable=False),
        sa.Column("dropped_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_local_agents")),
        sa.UniqueConstraint("text_key", name=op.f("uq_local_agents_text_key")),
    )


def _add_second_looks() -> None:
    """Let a second officer judge a share of decisions anew, without knowing the first."""
    still_open = sa.text("settled_at IS NULL")
    op.create_table(
        "second_looks",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("first_verdict", sa.String(), nullable=False),
        sa.Column("first_by", BIGINT, nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("second_verdict", sa.String(), nullable=True),
        sa.Column("second_reason", sa.Text(), nullable=True),
        sa.Column("second_by", BIGINT, nullable=True),
        sa.Column("second_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", BIGINT, nullable=True),
        sa.CheckConstraint("(second_verdict IS NULL) = (second_at IS NULL)", name=op.f("ck_second_looks_second_whole")),
        sa.ForeignKeyConstraint(
            ["member_id", "number"],
            ["claims.member_id", "claims.number"],
            name=op.f("fk_second_looks_member_id_number"),
        ),
        sa.PrimaryKeyConstraint("member_id", "number", "step", name=op.f("pk_second_looks")),
    )
    op.create_index("ix_second_looks_unit_id_first_at", "second_looks", ["unit_id", "first_at"])
    op.create_index(
        "ix_second_looks_open", "second_looks", ["first_at"], sqlite_where=still_open, postgresql_where=still_open
    )


def _add_row_seals() -> None:
    """Let an altered claim be named: what it came to stands in the chain with each event about it."""
    op.create_index("ix_audit_events_subject_event_id", "audit_events", ["subject", "event_id"])
    op.create_table(
        "row_seals",
        sa.Column("event_id", BIGINT, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["audit_events.event_id"], name=op.f("fk_row_seals_event_id")),
        sa.PrimaryKeyConstraint("event_id", "subject", name=op.f("pk_row_seals")),
    )
    op.create_index("ix_row_seals_subject_event_id", "row_seals", ["subject", "event_id"])


def _answer_personal_requests() -> None:
    """Let a person say what is to be corrected, and the office when and how it answered."""
    op.add_column("personal_requests", sa.Column("words", sa.Text(), nullable=True))
    op.add_column("personal_requests", sa.Column("answer_due_on", sa.Date(), nullable=True))
    op.add_column("personal_requests", sa.Column("answered_at", INSTANT, nullable=True))
    op.add_column("personal_requests", sa.Column("outcome", sa.String(), nullable=True))
    op.add_column("personal_requests", sa.Column("reply", sa.Text(), nullable=True))
    op.execute("UPDATE personal_requests SET outcome = 'done' WHERE done_at IS NOT NULL")


def _add_channel_insights() -> None:
    """Keep a page's own exports and what they say of each post; the same post stands once in its channel."""
    op.add_column("channel_months", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("channel_posts", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("channel_posts", sa.Column("platform_post_id", KEY, nullable=True))
    for name in ("url_key", "platform_post_id"):
        op.create_index(f"ix_channel_posts_channel_id_{name}", "channel_posts", ["channel_id", name], unique=True)
    op.create_table(
        "channel_files",
        sa.Column("file_id", BIGINT, nullable=False),
        sa.Column("channel_id", BIGINT, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("totals", JSON, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.channel_id"], name=op.f("fk_channel_files_channel_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_channel_files")),
    )
    op.create_index("ix_channel_files_channel_id_sha256", "channel_files", ["channel_id", "sha256"], unique=True)
    op.create_table(
        "channel_readings",
        sa.Column("post_id", BIGINT, nullable=False),
        sa.Column("measure", KEY, nullable=False),
        sa.Column("file_id", BIGINT, nullable=False),
        sa.Column("value", BIGINT, nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_channel_readings_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["channel_posts.post_id"], name=op.f("fk_channel_readings_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["channel_files.file_id"], name=op.f("fk_channel_readings_file_id")),
        sa.PrimaryKeyConstraint("post_id", "measure", "file_id", name=op.f("pk_channel_readings")),
    )


def _find_sums_by_time() -> None:
    """Let a quarter be summed without reading the years beside it."""
    op.create_index("ix_claims_month_state_unit_id_kind", "claims", ["month", "state", "unit_id", "kind"])
    counts = ["share_count", "authored_count", "presentation_count", "click_count"]
    op.create_index("ix_member_months_month_member_id", "member_months", ["month", "member_id", *counts])
    op.create_index("ix_article_days_day_article_id", "article_days", ["day", "article_id", "click_count"])


def _add_name_index() -> None:
    """Let who bears the name of a byline be found without reading all members."""
    op.create_index("ix_members_name_folded", "members", ["name_folded"])
