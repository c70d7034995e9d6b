"""The first shapes: everything the house keeps, keyed so that it can outgrow one machine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

# Only an accepted claim counts: every total reads this view and no other.
COUNTED_CLAIMS = """
CREATE VIEW counted_claims AS
SELECT member_id, number, kind, unit_id, article_id, article_url, article_key, url, url_key, channel, title,
       happened_on, month, content_kind, slot, lesson, contest, assisted_by, imported_by, late, filed_at, decided_at
FROM claims
WHERE state = 'accepted'
"""


def upgrade() -> None:  # noqa: PLR0915 - a list of tables
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []  # what dies at midnight anyway
    op.create_table(
        "assignments",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_key", KEY, nullable=False),
        sa.Column("target_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("period", KEY, nullable=False),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("topic_id", BIGINT, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("given_by", BIGINT, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "number", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_first_key"), "assignments", ["first_key"], unique=False)
    op.create_index("ix_assignments_target_id_period", "assignments", ["target_id", "period"], unique=False)
    op.create_table(
        "audit_events",
        sa.Column("event_id", BIGINT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", BIGINT, nullable=True),
        sa.Column("action", KEY, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_action_event_id", "audit_events", ["action", "event_id"], unique=False)
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"], unique=False)
    op.create_table(
        "claim_credits",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("owner_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "owner_id", "number", name=op.f("pk_claim_credits")),
    )
    op.create_index("ix_claim_credits_owner_id_number", "claim_credits", ["owner_id", "number"], unique=False)
    op.create_table(
        "claims",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("live_key", KEY, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("article_id", BIGINT, nullable=True),
        sa.Column("article_url", sa.Text(), nullable=True),
        sa.Column("article_key", KEY, nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_key", KEY, nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=True),
        sa.Column("month", KEY, nullable=False),
        sa.Column("content_kind", sa.Text(), nullable=True),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("lesson", sa.Text(), nullable=True),
        sa.Column("contest", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("assisted_by", BIGINT, nullable=True),
        sa.Column("imported_by", BIGINT, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("appealed", sa.Boolean(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", BIGINT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "number", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_article_key", "claims", ["article_key"], unique=False)
    op.create_index("ix_claims_happened_on", "claims", ["happened_on"], unique=False)
    op.create_index("ix_claims_state_filed_at", "claims", ["state", "filed_at"], unique=False)
    op.create_index("ix_claims_unit_id_month_state", "claims", ["unit_id", "month", "state"], unique=False)
    op.create_index("ix_claims_url_key", "claims", ["url_key"], unique=False)
    op.create_index(
        "uq_claims_live",
        "claims",
        ["member_id", "live_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('pending', 'returned', 'accepted')"),
        postgresql_where=sa.text("state IN ('pending', 'returned', 'accepted')"),
    )
    op.create_table(
        "clusters",
        sa.Column("cluster_id", BIGINT, nullable=False),
        sa.Column("first_article_id", BIGINT, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("cluster_id", name=op.f("pk_clusters")),
    )
    op.create_table(
        "consents",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("entered_by", BIGINT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("member_id", "kind", "number", name=op.f("pk_consents")),
    )
    op.create_table(
        "directives",
        sa.Column("directive_id", BIGINT, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("document_type", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("directive_id", name=op.f("pk_directives")),
    )
    op.create_table(
        "host_pauses",
        sa.Column("host_key", KEY, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("host_key", "slot", name=op.f("pk_host_pauses")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", BIGINT, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "imports",
        sa.Column("import_id", BIGINT, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", BIGINT, nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("result", JSON, nullable=False),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_imports")),
    )
    op.create_table(
        "jobs",
        sa.Column("job_id", BIGINT, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("slot", KEY, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("failed_reason", sa.Text(), nullable=True),
        sa.Column("payload", JSON, nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_jobs_attempts_not_negative")),
        sa.CheckConstraint("fence >= 0", name=op.f("ck_jobs_fence_not_negative")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("kind", "subject", "slot", name=op.f("uq_jobs_kind_subject_slot")),
    )
    op.create_index("ix_jobs_due_at_job_id", "jobs", ["due_at", "job_id"], unique=False)
    op.create_table(
        "link_days",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.Column("person_day_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_day_count >= 0", name=op.f("ck_link_days_person_day_count_not_negative")),
        sa.CheckConstraint("request_count >= 0", name=op.f("ck_link_days_request_count_not_negative")),
        sa.PrimaryKeyConstraint("slug", "day", "verdict", "method", name=op.f("pk_link_days")),
    )
    op.create_table(
        "links",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("target_url", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_links")),
    )
    op.create_index("ix_links_member_id_article_id", "links", ["member_id", "article_id"], unique=False)
    op.create_table(
        "member_link_days",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("click_count", sa.Integer(), nullable=False),
        sa.Column("person_day_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("click_count >= 0", name=op.f("ck_member_link_days_click_count_not_negative")),
        sa.CheckConstraint("person_day_count >= 0", name=op.f("ck_member_link_days_person_day_count_not_negative")),
        sa.PrimaryKeyConstraint("member_id", "day", "article_id", "channel", name=op.f("pk_member_link_days")),
    )
    op.create_table(
        "member_months",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("click_count", sa.Integer(), nullable=False),
        sa.Column("person_day_count", sa.Integer(), nullable=False),
        sa.Column("share_count", sa.Integer(), nullable=False),
        sa.Column("authored_count", sa.Integer(), nullable=False),
        sa.Column("presentation_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("authored_count >= 0", name=op.f("ck_member_months_authored_count_not_negative")),
        sa.CheckConstraint("click_count >= 0", name=op.f("ck_member_months_click_count_not_negative")),
        sa.CheckConstraint("person_day_count >= 0", name=op.f("ck_member_months_person_day_count_not_negative")),
        sa.CheckConstraint("presentation_count >= 0", name=op.f("ck_member_months_presentation_count_not_negative")),
        sa.CheckConstraint("share_count >= 0", name=op.f("ck_member_months_share_count_not_negative")),
        sa.PrimaryKeyConstraint("member_id", "month", name=op.f("pk_member_months")),
    )
    op.create_table(
        "members",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("name_folded", KEY, nullable=False),
        sa.Column("name_sort", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("party_role", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_members")),
        sa.UniqueConstraint("code", name=op.f("uq_members_code")),
    )
    op.create_index("ix_members_name_sort_member_id", "members", ["name_sort", "member_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("kind", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words_vi", sa.Text(), nullable=False),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("pk_notices")),
    )
    op.create_table(
        "organisation_settings",
        sa.Column("name", KEY, nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", BIGINT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_organisation_settings")),
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", BIGINT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_due_at"), "outbox", ["due_at"], unique=False)
    op.create_table(
        "outlets",
        sa.Column("outlet_id", BIGINT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("outlet_class", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", BIGINT, nullable=True),
        sa.ForeignKeyConstraint(["successor_id"], ["outlets.outlet_id"], name=op.f("fk_outlets_successor_id")),
        sa.PrimaryKeyConstraint("outlet_id", name=op.f("pk_outlets")),
    )
    op.create_table(
        "personal_requests",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by", BIGINT, nullable=True),
        sa.PrimaryKeyConstraint("member_id", "number", name=op.f("pk_personal_requests")),
    )
    op.create_table(
        "setup_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_setup_links")),
    )
    op.create_table(
        "suggestions",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("score_percent", sa.Integer(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("mine", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("member_id", "article_id", name=op.f("pk_suggestions")),
    )
    op.create_table(
        "topics",
        sa.Column("topic_id", BIGINT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", KEY, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_topics")),
        sa.UniqueConstraint("name_folded", name=op.f("uq_topics_name_folded")),
    )
    op.create_table(
        "units",
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", BIGINT, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "absences",
        sa.Column("absence_id", BIGINT, nullable=False),
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", BIGINT, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_absences_member_id")),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_member_id"), "absences", ["member_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("account_id", BIGINT, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_key", KEY, nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("member_id", BIGINT, nullable=True),
        sa.Column("unit_id", BIGINT, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("slowed_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("failed_count >= 0", name=op.f("ck_accounts_failed_count_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_accounts_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_accounts_unit_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login_key", name=op.f("uq_accounts_login_key")),
        sa.UniqueConstraint("member_id", name=op.f("uq_accounts_member_id")),
    )
    op.create_table(
        "articles",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", KEY, nullable=False),
        sa.Column("host", KEY, nullable=False),
        sa.Column("outlet_id", BIGINT, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_raw", sa.Text(), nullable=False),
        sa.Column("date_quality", sa.String(), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("search_folded", KEY, nullable=False),
        sa.Column("cluster_id", BIGINT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.cluster_id"], name=op.f("fk_articles_cluster_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.outlet_id"], name=op.f("fk_articles_outlet_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_articles")),
        sa.UniqueConstraint("url_key", name=op.f("uq_articles_url_key")),
    )
    op.create_index("ix_articles_host", "articles", ["host"], unique=False)
    op.create_index("ix_articles_published_at_article_id", "articles", ["published_at", "article_id"], unique=False)
    op.create_index(
        "ix_articles_search",
        "articles",
        ["published_at", "article_id", "search_folded"],
        unique=False,
        postgresql_where=sa.text("false"),
    )
    op.create_table(
        "audit_seals",
        sa.Column("position", BIGINT, nullable=False),
        sa.Column("event_id", BIGINT, nullable=False),
        sa.Column("chain_hash", sa.String(), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_events.event_id"], name=op.f("fk_audit_seals_event_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seals_event_id")),
    )
    op.create_table(
        "awards",
        sa.Column("award_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("period", KEY, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("member_id", BIGINT, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_awards_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_awards_unit_id")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_awards")),
    )
    op.create_index(op.f("ix_awards_unit_id"), "awards", ["unit_id"], unique=False)
    op.create_table(
        "channels",
        sa.Column("channel_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("follower_count", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("follower_count >= 0", name=op.f("ck_channels_follower_count_not_negative")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_channels_unit_id")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channels")),
    )
    op.create_index(op.f("ix_channels_unit_id"), "channels", ["unit_id"], unique=False)
    op.create_table(
        "claim_topics",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("topic_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id", "number"],
            ["claims.member_id", "claims.number"],
            name=op.f("fk_claim_topics_member_id_number"),
        ),
        sa.PrimaryKeyConstraint("member_id", "number", "topic_id", name=op.f("pk_claim_topics")),
    )
    op.create_index(op.f("ix_claim_topics_topic_id"), "claim_topics", ["topic_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", BIGINT, nullable=False),
        sa.Column("purged_at", INSTANT, nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.CheckConstraint("byte_count >= 0", name=op.f("ck_evidence_byte_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["member_id", "number"], ["claims.member_id", "claims.number"], name=op.f("fk_evidence_member_id_number")
        ),
        sa.PrimaryKeyConstraint("member_id", "number", "evidence_number", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("feed_id", BIGINT, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", KEY, nullable=False),
        sa.Column("host_key", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_given", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("date_order", sa.String(), nullable=False),
        sa.Column("selectors", JSON, nullable=True),
        sa.Column("outlet_id", BIGINT, nullable=True),
        sa.Column("health", sa.String(), nullable=False),
        sa.Column("health_reason", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("full_fetch_at", INSTANT, nullable=True),
        sa.Column("last_fetch_at", INSTANT, nullable=True),
        sa.Column("last_new_at", INSTANT, nullable=True),
        sa.Column("next_fetch_at", INSTANT, nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error_code", sa.String(), nullable=True),
        sa.Column("last_error_message", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_times", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_feeds_failures_not_negative")),
        sa.CheckConstraint("interval_s >= 0", name=op.f("ck_feeds_interval_s_not_negative")),
        sa.CheckConstraint("moved_times >= 0", name=op.f("ck_feeds_moved_times_not_negative")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.outlet_id"], name=op.f("fk_feeds_outlet_id")),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("url_key", name=op.f("uq_feeds_url_key")),
    )
    op.create_index(op.f("ix_feeds_next_fetch_at"), "feeds", ["next_fetch_at"], unique=False)
    op.create_table(
        "import_changes",
        sa.Column("import_id", BIGINT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name=op.f("fk_import_changes_import_id")),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_changes")),
    )
    op.create_table(
        "meetings",
        sa.Column("meeting_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("speaker_id", BIGINT, nullable=True),
        sa.Column("lesson", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["speaker_id"], ["members.member_id"], name=op.f("fk_meetings_speaker_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_meetings_unit_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_unit_id"), "meetings", ["unit_id"], unique=False)
    op.create_table(
        "member_tags",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("tag", KEY, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_member_tags_member_id")),
        sa.PrimaryKeyConstraint("member_id", "tag", name=op.f("pk_member_tags")),
    )
    op.create_table(
        "member_titles",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_member_titles_member_id")),
        sa.PrimaryKeyConstraint("member_id", "position", name=op.f("pk_member_titles")),
    )
    op.create_table(
        "memberships",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_memberships_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_memberships_unit_id")),
        sa.PrimaryKeyConstraint("member_id", "since", "temporary", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_unit_id_since", "memberships", ["unit_id", "since"], unique=False)
    op.create_table(
        "outlet_hosts",
        sa.Column("host", KEY, nullable=False),
        sa.Column("outlet_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.outlet_id"], name=op.f("fk_outlet_hosts_outlet_id")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_outlet_hosts")),
    )
    op.create_index(op.f("ix_outlet_hosts_outlet_id"), "outlet_hosts", ["outlet_id"], unique=False)
    op.create_table(
        "pen_names",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("name_folded", KEY, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_pen_names_member_id")),
        sa.PrimaryKeyConstraint("member_id", "name", name=op.f("pk_pen_names")),
    )
    op.create_index(op.f("ix_pen_names_name_folded"), "pen_names", ["name_folded"], unique=False)
    op.create_table(
        "period_closes",
        sa.Column("close_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("period", KEY, nullable=False),
        sa.Column("start_on", KEY, nullable=False),
        sa.Column("end_on", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("bot_list", sa.String(), nullable=False),
        sa.Column("cut_off_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("closed_by", BIGINT, nullable=False),
        sa.Column("reopened_at", INSTANT, nullable=True),
        sa.Column("reopened_by", BIGINT, nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_period_closes_unit_id")),
        sa.PrimaryKeyConstraint("close_id", name=op.f("pk_period_closes")),
    )
    op.create_index(
        "uq_period_closes_closed",
        "period_closes",
        ["unit_id", "period"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_index("uq_period_closes_version", "period_closes", ["unit_id", "period", "version"], unique=True)
    op.create_table(
        "programmes",
        sa.Column("programme_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("continues_id", BIGINT, nullable=True),
        sa.Column("wide_reach_clicks", sa.Integer(), nullable=True),
        sa.Column("outcome_amount", BIGINT, nullable=True),
        sa.Column("outcome_qualifier", sa.String(), nullable=True),
        sa.Column("outcome_words", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["continues_id"], ["programmes.programme_id"], name=op.f("fk_programmes_continues_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_programmes_unit_id")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_programmes")),
    )
    op.create_index(op.f("ix_programmes_unit_id"), "programmes", ["unit_id"], unique=False)
    op.create_table(
        "readings",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("value", BIGINT, nullable=True),
        sa.Column("at_least", BIGINT, nullable=True),
        sa.Column("at_most", BIGINT, nullable=True),
        sa.Column("qualifier", sa.String(), nullable=True),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("raw_text", sa.Text(), nullable=True),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("evidence_number", sa.Integer(), nullable=True),
        sa.Column("entered_by", BIGINT, nullable=True),
        sa.CheckConstraint("value >= 0", name=op.f("ck_readings_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["member_id", "number"], ["claims.member_id", "claims.number"], name=op.f("fk_readings_member_id_number")
        ),
        sa.PrimaryKeyConstraint("member_id", "number", "reading", name=op.f("pk_readings")),
    )
    op.create_table(
        "republications",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("similarity_percent", sa.Integer(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", BIGINT, nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id", "number"],
            ["claims.member_id", "claims.number"],
            name=op.f("fk_republications_member_id_number"),
        ),
        sa.PrimaryKeyConstraint("member_id", "number", "article_id", name=op.f("pk_republications")),
    )
    op.create_table(
        "review_events",
        sa.Column("member_id", BIGINT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", BIGINT, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id", "number"],
            ["claims.member_id", "claims.number"],
            name=op.f("fk_review_events_member_id_number"),
        ),
        sa.PrimaryKeyConstraint("member_id", "number", "step", name=op.f("pk_review_events")),
    )
    op.create_table(
        "unit_ancestry",
        sa.Column("ancestor_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.CheckConstraint("depth >= 0", name=op.f("ck_unit_ancestry_depth_not_negative")),
        sa.ForeignKeyConstraint(["ancestor_id"], ["units.unit_id"], name=op.f("fk_unit_ancestry_ancestor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_unit_ancestry_unit_id")),
        sa.PrimaryKeyConstraint("ancestor_id", "unit_id", "valid_from", name=op.f("pk_unit_ancestry")),
    )
    op.create_index(op.f("ix_unit_ancestry_unit_id"), "unit_ancestry", ["unit_id"], unique=False)
    op.create_table(
        "unit_groups",
        sa.Column("group_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("established_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_unit_groups_unit_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_unit_groups")),
    )
    op.create_index(op.f("ix_unit_groups_unit_id"), "unit_groups", ["unit_id"], unique=False)
    op.create_table(
        "unit_successors",
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("successor_id", BIGINT, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["successor_id"], ["units.unit_id"], name=op.f("fk_unit_successors_successor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_unit_successors_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "successor_id", name=op.f("pk_unit_successors")),
    )
    op.create_table(
        "unit_versions",
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", KEY, nullable=False),
        sa.Column("name_sort", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", BIGINT, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.unit_id"], name=op.f("fk_unit_versions_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_unit_versions_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "valid_from", name=op.f("pk_unit_versions")),
    )
    op.create_index(op.f("ix_unit_versions_parent_id"), "unit_versions", ["parent_id"], unique=False)
    op.create_table(
        "activities",
        sa.Column("activity_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", KEY, nullable=False),
        sa.Column("activity_count", sa.Integer(), nullable=False),
        sa.Column("participant_count", sa.Integer(), nullable=True),
        sa.Column("programme_id", BIGINT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("activity_count >= 0", name=op.f("ck_activities_activity_count_not_negative")),
        sa.CheckConstraint("participant_count >= 0", name=op.f("ck_activities_participant_count_not_negative")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.programme_id"], name=op.f("fk_activities_programme_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_activities_unit_id")),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_activities")),
    )
    op.create_index(op.f("ix_activities_unit_id"), "activities", ["unit_id"], unique=False)
    op.create_table(
        "article_addresses",
        sa.Column("url_key", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_article_addresses_article_id")),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_article_addresses")),
    )
    op.create_index(op.f("ix_article_addresses_article_id"), "article_addresses", ["article_id"], unique=False)
    op.create_table(
        "article_days",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("click_count", sa.Integer(), nullable=False),
        sa.Column("person_day_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("click_count >= 0", name=op.f("ck_article_days_click_count_not_negative")),
        sa.CheckConstraint("person_day_count >= 0", name=op.f("ck_article_days_person_day_count_not_negative")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_article_days_article_id")),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_article_days")),
    )
    op.create_table(
        "article_revisions",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_article_revisions_article_id")),
        sa.PrimaryKeyConstraint("article_id", "replaced_at", name=op.f("pk_article_revisions")),
    )
    op.create_table(
        "article_topics",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("topic_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_article_topics_article_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.topic_id"], name=op.f("fk_article_topics_topic_id")),
        sa.PrimaryKeyConstraint("article_id", "topic_id", name=op.f("pk_article_topics")),
    )
    op.create_index(op.f("ix_article_topics_topic_id"), "article_topics", ["topic_id"], unique=False)
    op.create_table(
        "channel_months",
        sa.Column("channel_id", BIGINT, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("reach", BIGINT, nullable=True),
        sa.Column("engagements", BIGINT, nullable=True),
        sa.Column("reach_engagements", BIGINT, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", BIGINT, nullable=False),
        sa.CheckConstraint("post_count >= 0", name=op.f("ck_channel_months_post_count_not_negative")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.channel_id"], name=op.f("fk_channel_months_channel_id")),
        sa.PrimaryKeyConstraint("channel_id", "month", name=op.f("pk_channel_months")),
    )
    op.create_table(
        "channel_posts",
        sa.Column("post_id", BIGINT, nullable=False),
        sa.Column("channel_id", BIGINT, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_key", KEY, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("article_id", BIGINT, nullable=True),
        sa.Column("programme_id", BIGINT, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_channel_posts_article_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.channel_id"], name=op.f("fk_channel_posts_channel_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.programme_id"], name=op.f("fk_channel_posts_programme_id")
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_channel_posts")),
    )
    op.create_index(
        "ix_channel_posts_channel_id_happened_on", "channel_posts", ["channel_id", "happened_on"], unique=False
    )
    op.create_table(
        "curations",
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("decided_by", BIGINT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_curations_article_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.unit_id"], name=op.f("fk_curations_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "article_id", name=op.f("pk_curations")),
    )
    op.create_index(op.f("ix_curations_article_id"), "curations", ["article_id"], unique=False)
    op.create_table(
        "fetches",
        sa.Column("fetch_id", BIGINT, nullable=False),
        sa.Column("feed_id", BIGINT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("bytes_read", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("changed_count", sa.Integer(), nullable=False),
        sa.Column("seen_count", sa.Integer(), nullable=False),
        sa.Column("skipped_count", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("warnings", JSON, nullable=False),
        sa.CheckConstraint("changed_count >= 0", name=op.f("ck_fetches_changed_count_not_negative")),
        sa.CheckConstraint("new_count >= 0", name=op.f("ck_fetches_new_count_not_negative")),
        sa.CheckConstraint("seen_count >= 0", name=op.f("ck_fetches_seen_count_not_negative")),
        sa.CheckConstraint("skipped_count >= 0", name=op.f("ck_fetches_skipped_count_not_negative")),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.feed_id"], name=op.f("fk_fetches_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fetch_id", name=op.f("pk_fetches")),
    )
    op.create_index("ix_fetches_feed_id_fetch_id", "fetches", ["feed_id", "fetch_id"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_fingerprints_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_fingerprints")),
    )
    op.create_table(
        "frozen_rows",
        sa.Column("close_id", BIGINT, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.ForeignKeyConstraint(["close_id"], ["period_closes.close_id"], name=op.f("fk_frozen_rows_close_id")),
        sa.PrimaryKeyConstraint("close_id", "kind", "position", name=op.f("pk_frozen_rows")),
    )
    op.create_table(
        "meeting_periods",
        sa.Column("meeting_id", BIGINT, nullable=False),
        sa.Column("period", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.meeting_id"], name=op.f("fk_meeting_periods_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "period", name=op.f("pk_meeting_periods")),
    )
    op.create_index(op.f("ix_meeting_periods_period"), "meeting_periods", ["period"], unique=False)
    op.create_table(
        "meeting_photos",
        sa.Column("photo_id", BIGINT, nullable=False),
        sa.Column("meeting_id", BIGINT, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.meeting_id"], name=op.f("fk_meeting_photos_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_meeting_photos")),
    )
    op.create_index(op.f("ix_meeting_photos_meeting_id"), "meeting_photos", ["meeting_id"], unique=False)
    op.create_table(
        "programme_directives",
        sa.Column("programme_id", BIGINT, nullable=False),
        sa.Column("directive_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(
            ["directive_id"], ["directives.directive_id"], name=op.f("fk_programme_directives_directive_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programmes.programme_id"],
            name=op.f("fk_programme_directives_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", "directive_id", name=op.f("pk_programme_directives")),
    )
    op.create_table(
        "programme_measures",
        sa.Column("programme_id", BIGINT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programmes.programme_id"],
            name=op.f("fk_programme_measures_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", "position", name=op.f("pk_programme_measures")),
    )
    op.create_table(
        "restatements",
        sa.Column("restatement_id", BIGINT, nullable=False),
        sa.Column("close_id", BIGINT, nullable=False),
        sa.Column("unit_id", BIGINT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", BIGINT, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["close_id"], ["period_closes.close_id"], name=op.f("fk_restatements_close_id")),
        sa.PrimaryKeyConstraint("restatement_id", name=op.f("pk_restatements")),
    )
    op.create_index(op.f("ix_restatements_close_id"), "restatements", ["close_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", BIGINT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "sightings",
        sa.Column("feed_id", BIGINT, nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_sightings_article_id")),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.feed_id"], name=op.f("fk_sightings_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", "article_id", name=op.f("pk_sightings")),
    )
    op.create_index(op.f("ix_sightings_article_id"), "sightings", ["article_id"], unique=False)
    op.create_table(
        "targets",
        sa.Column("target_id", BIGINT, nullable=False),
        sa.Column("programme_id", BIGINT, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("aim", sa.Integer(), nullable=True),
        sa.Column("per", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum >= 1", name=op.f("ck_targets_minimum_positive")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.programme_id"], name=op.f("fk_targets_programme_id")),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_targets")),
    )
    op.create_index(op.f("ix_targets_programme_id"), "targets", ["programme_id"], unique=False)
    op.create_table(
        "target_slots",
        sa.Column("target_id", BIGINT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.target_id"], name=op.f("fk_target_slots_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("target_id", "position", name=op.f("pk_target_slots")),
    )
    op.create_table(
        "target_topics",
        sa.Column("target_id", BIGINT, nullable=False),
        sa.Column("topic_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.target_id"], name=op.f("fk_target_topics_target_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.topic_id"], name=op.f("fk_target_topics_topic_id")),
        sa.PrimaryKeyConstraint("target_id", "topic_id", name=op.f("pk_target_topics")),
    )
    op.create_table(
        "click_bursts",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("network", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", JSON, nullable=False),
        sa.PrimaryKeyConstraint("slug", "network", name=op.f("pk_click_bursts")),
        prefixes=unlogged,
    )
    op.create_index(op.f("ix_click_bursts_day"), "click_bursts", ["day"], unique=False)
    op.create_table(
        "click_readers",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_click_readers")),
        prefixes=unlogged,
    )
    op.create_index(op.f("ix_click_readers_day"), "click_readers", ["day"], unique=False)
    op.create_table(
        "click_secrets",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_click_secrets")),
        prefixes=unlogged,
    )
    op.execute(COUNTED_CLAIMS)
