"""Pages of articles, near duplicates, the catalogue of sources, topic rules, and what a site asks of the crawler."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add columns one by one: neither database then rewrites a table that others refer to."""
    op.add_column("outlets", sa.Column("catalogue_key", KEY, nullable=True))
    op.create_index("ix_outlets_catalogue_key", "outlets", ["catalogue_key"], unique=True)
    _extend_feeds()
    _add_site_tables()
    _add_pages()
    _add_topic_rules()
    op.create_index("ix_sightings_feed_id_first_seen_on", "sightings", ["feed_id", "first_seen_on"])


def _extend_feeds() -> None:
    op.execute(
        "ALTER TABLE feeds ADD COLUMN pause_s INTEGER CONSTRAINT ck_feeds_pause_s_not_negative CHECK (pause_s >= 0)"
    )
    for name in ("reads_pages", "keeps_cookies"):
        op.add_column("feeds", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("identity", "next_cause"):
        op.add_column("feeds", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("compare_url", sa.Text(), nullable=True))
    for name in ("findings", "volume", "health_facts"):
        op.add_column("feeds", sa.Column(name, JSON, nullable=True))
    op.add_column("feeds", sa.Column("tallied_on", sa.Date(), nullable=True))
    op.create_table(
        "feed_checks",
        sa.Column("feed_id", BIGINT, nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.Column("against", sa.Text(), nullable=False),
        sa.Column("part_count", sa.Integer(), nullable=True),
        sa.Column("whole_count", sa.Integer(), nullable=True),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("listed", JSON, nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.CheckConstraint("part_count >= 0", name=op.f("ck_feed_checks_part_count_not_negative")),
        sa.CheckConstraint("whole_count >= 0", name=op.f("ck_feed_checks_whole_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.feed_id"], name=op.f("fk_feed_checks_feed_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feed_checks")),
    )


def _add_site_tables() -> None:
    op.create_table(
        "robots_files",
        sa.Column("host_key", KEY, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("host_key", name=op.f("pk_robots_files")),
    )
    op.create_table(
        "cookie_jars",
        sa.Column("host_key", KEY, nullable=False),
        sa.Column("cookies", JSON, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("host_key", name=op.f("pk_cookie_jars")),
    )


def _add_pages() -> None:
    op.create_table(
        "page_reads",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("page_updated_at", INSTANT, nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_page_reads_failures_not_negative")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_page_reads_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_page_reads")),
    )
    op.create_index("ix_page_reads_state_due_at", "page_reads", ["state", "due_at"])
    op.create_index("ix_articles_cluster_id", "articles", ["cluster_id"])
    op.drop_table("fingerprints")  # no release has written one
    op.create_table(
        "fingerprints",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("word_count >= 0", name=op.f("ck_fingerprints_word_count_not_negative")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_fingerprints_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_fingerprints")),
    )
    op.create_table(
        "fingerprint_bands",
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("bucket", BIGINT, nullable=False),
        sa.Column("article_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_fingerprint_bands_article_id")),
        sa.PrimaryKeyConstraint("band", "bucket", "article_id", name=op.f("pk_fingerprint_bands")),
    )
    op.create_index("ix_fingerprint_bands_article_id", "fingerprint_bands", ["article_id"])


def _add_topic_rules() -> None:
    op.create_table(
        "topic_rules",
        sa.Column("rule_id", BIGINT, nullable=False),
        sa.Column("topic_id", BIGINT, nullable=False),
        sa.Column("any_of", JSON, nullable=False),
        sa.Column("none_of", JSON, nullable=False),
        sa.Column("feed_ids", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.topic_id"], name=op.f("fk_topic_rules_topic_id")),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_topic_rules")),
    )
    op.create_index("ix_topic_rules_topic_id", "topic_rules", ["topic_id"])
    op.add_column("article_topics", sa.Column("rule_id", BIGINT, nullable=True))
    op.create_index("ix_article_topics_rule_id", "article_topics", ["rule_id"])
    op.create_table(
        "topic_refusals",
        sa.Column("article_id", BIGINT, nullable=False),
        sa.Column("topic_id", BIGINT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_topic_refusals_article_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.topic_id"], name=op.f("fk_topic_refusals_topic_id")),
        sa.PrimaryKeyConstraint("article_id", "topic_id", name=op.f("pk_topic_refusals")),
    )
    op.create_index(op.f("ix_topic_refusals_topic_id"), "topic_refusals", ["topic_id"])
