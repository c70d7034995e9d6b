"""Outlets, feeds and the articles they carry. Of an article: no full text, and of an image only its address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.base import Base, Id, Instant, Json, Key, Ref, Words, not_negative


class Outlet(Base):
    """A publisher, dated: outlets change names and merge."""

    __tablename__ = "outlets"
    outlet_id: Mapped[Id]
    name: Mapped[Words]
    outlet_class: Mapped[str]  # portal | central | provincial | own | other
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    successor_id: Mapped[Ref | None] = mapped_column(ForeignKey("outlets.outlet_id"))
    catalogue_key: Mapped[Key | None]  # of the shipped catalogue it was taken from
    __table_args__ = (Index("ix_outlets_catalogue_key", "catalogue_key", unique=True),)


class OutletHost(Base):
    """A host name that belongs to an outlet."""

    __tablename__ = "outlet_hosts"
    host: Mapped[Key] = mapped_column(primary_key=True)
    outlet_id: Mapped[Ref] = mapped_column(ForeignKey("outlets.outlet_id"), index=True)


class Feed(Base):
    """A configured source, what an administrator decided about it and what fetching it showed."""

    __tablename__ = "feeds"
    feed_id: Mapped[Id]
    url: Mapped[Words]
    url_key: Mapped[Key] = mapped_column(unique=True)
    host_key: Mapped[Key]  # host:port of politeness
    title: Mapped[Words]
    title_given: Mapped[bool] = mapped_column(default=False)  # named by a person: a fetch does not rename it
    kind: Mapped[str]
    state: Mapped[str]
    date_order: Mapped[str]
    selectors: Mapped[Json | None]
    outlet_id: Mapped[Ref | None] = mapped_column(ForeignKey("outlets.outlet_id"))
    pause_s: Mapped[int | None]  # where the source asks for a longer pause than the house keeps
    reads_pages: Mapped[bool] = mapped_column(
        default=False
    )  # an administrator lets the pages of all its articles be read
    keeps_cookies: Mapped[bool] = mapped_column(default=False)  # the source answers only to who brings its cookies back
    identity: Mapped[str] = mapped_column(default="")  # by what its articles are told apart, found from its items
    compare_url: Mapped[Words | None]  # the page or sitemap it is compared with; "": with none; None: with its own page
    findings: Mapped[Json | None]  # what its last readable body showed (tracker/domain/feed_findings.py)
    volume: Mapped[Json | None]  # how much it brought on each of the last days (tracker/domain/feed_volume.py)
    tallied_on: Mapped[dt.date | None]  # the last day that `volume` holds
    health: Mapped[str]
    health_reason: Mapped[Words] = mapped_column(default="")  # in English
    health_facts: Mapped[Json | None]  # the same as a code with its numbers, for words in any language
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_hash: Mapped[str | None]
    full_fetch_at: Mapped[Instant | None]
    last_fetch_at: Mapped[Instant | None]
    last_new_at: Mapped[Instant | None]
    next_fetch_at: Mapped[Instant] = mapped_column(index=True)
    next_cause: Mapped[str] = mapped_column(default="")  # why then
    interval_s: Mapped[int]
    failures: Mapped[int] = mapped_column(default=0)
    last_error_code: Mapped[str | None]
    last_error_message: Mapped[Words | None]
    moved_to: Mapped[Words | None]
    moved_times: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (*not_negative("failures", "interval_s", "moved_times", "pause_s"),)


class FeedCheck(Base):
    """What a source's section page or sitemap showed beside what had been collected; the latest comparison.

    Without counts it could not be made: not known is not zero.
    """

    __tablename__ = "feed_checks"
    feed_id: Mapped[Ref] = mapped_column(ForeignKey("feeds.feed_id", ondelete="CASCADE"), primary_key=True)
    checked_at: Mapped[Instant]
    against: Mapped[Words]  # the address it was compared with
    part_count: Mapped[int | None]
    whole_count: Mapped[int | None]
    missing: Mapped[Json]  # [{"url", "title", "why"}], at most twenty
    listed: Mapped[Json]  # the keys of all that stood there, to unite what several pages of an outlet list
    error_code: Mapped[str | None]
    error_message: Mapped[Words | None]
    __table_args__ = (*not_negative("part_count", "whole_count"),)


class RobotsFile(Base):
    """A site's robots.txt as last read; kept by all processes together."""

    __tablename__ = "robots_files"
    host_key: Mapped[Key] = mapped_column(primary_key=True)
    state: Mapped[str]  # rules | none | wait
    body: Mapped[Words]
    fetched_at: Mapped[Instant]
    until: Mapped[Instant]


class CookieJar(Base):
    """The cookies one site gave the crawler, for sources that need them; nothing of a person."""

    __tablename__ = "cookie_jars"
    host_key: Mapped[Key] = mapped_column(primary_key=True)
    cookies: Mapped[Json]
    updated_at: Mapped[Instant]


class Fetch(Base):
    """One fetch of one feed, kept for the health page."""

    __tablename__ = "fetches"
    fetch_id: Mapped[Id]
    feed_id: Mapped[Ref] = mapped_column(ForeignKey("feeds.feed_id", ondelete="CASCADE"))
    at: Mapped[Instant]
    status: Mapped[str]
    http_status: Mapped[int | None]
    duration_ms: Mapped[int]
    bytes_read: Mapped[int]
    new_count: Mapped[int]
    changed_count: Mapped[int]
    seen_count: Mapped[int]
    skipped_count: Mapped[int]
    error_code: Mapped[str | None]
    error_message: Mapped[Words | None]
    warnings: Mapped[Json]
    __table_args__ = (
        Index("ix_fetches_feed_id_fetch_id", "feed_id", "fetch_id"),
        *not_negative("new_count", "changed_count", "seen_count", "skipped_count"),
    )


class HostPause(Base):
    """When a host:port may be asked again, and who is asking now; kept by all processes together."""

    __tablename__ = "host_pauses"
    host_key: Mapped[Key] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)  # 0 … LANTOA_HOST_CONCURRENCY - 1
    next_at: Mapped[Instant]
    owner: Mapped[str | None]
    lease_until: Mapped[Instant | None]


class Article(Base):
    """One published article, under one key, whichever sources carry it."""

    __tablename__ = "articles"
    article_id: Mapped[Id]
    url: Mapped[Words]
    url_key: Mapped[Key] = mapped_column(unique=True)
    host: Mapped[Key]
    outlet_id: Mapped[Ref | None] = mapped_column(ForeignKey("outlets.outlet_id"))
    source: Mapped[Words]
    title: Mapped[Words]
    summary: Mapped[Words]
    authors: Mapped[Json]
    author_unit: Mapped[Words | None]  # the body that the byline names
    image_url: Mapped[Words | None]
    published_at: Mapped[Instant]  # the claimed time, or first_seen_at where there is none to trust (date_quality)
    published_raw: Mapped[Words]
    date_quality: Mapped[str]
    first_seen_at: Mapped[Instant]
    content_hash: Mapped[str]
    # Title, summary, authors, source as printed, lower case, a space before each word also where the text begins.
    search_text: Mapped[str] = mapped_column(Text)
    search_folded: Mapped[Key]  # the same without marks; the words of both are indexed (article_search.py)
    cluster_id: Mapped[Ref | None] = mapped_column(ForeignKey("clusters.cluster_id"))
    # False: no source has carried it, a claim names it as its member's piece; in no list, and nobody's to share
    listed: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index("ix_articles_published_at_article_id", "published_at", "article_id"),
        Index("ix_articles_host", "host"),
        Index("ix_articles_cluster_id", "cluster_id"),
    )


class ArticleAddress(Base):
    """Every key under which an article has been met."""

    __tablename__ = "article_addresses"
    url_key: Mapped[Key] = mapped_column(primary_key=True)
    url: Mapped[Words]
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), index=True)


class ArticleRevision(Base):
    """What an article said before a source changed it."""

    __tablename__ = "article_revisions"
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True)
    replaced_at: Mapped[Instant] = mapped_column(primary_key=True)
    title: Mapped[Words]
    summary: Mapped[Words]
    authors: Mapped[Json]
    content_hash: Mapped[str]


class PageRead(Base):
    """That an article's own page was read, or is to be; of its text nothing is kept but the fingerprint."""

    __tablename__ = "page_reads"
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True)
    host_key: Mapped[Key] = mapped_column(default="")  # host:port of politeness
    cause: Mapped[str]  # featured | shared | claimed | source | changed
    by_source: Mapped[bool] = mapped_column(default=False)  # by no person: it comes after what people caused
    state: Mapped[str]  # due | read | failed | refused
    due_at: Mapped[Instant | None]
    read_at: Mapped[Instant | None]
    tried_at: Mapped[Instant | None]
    failures: Mapped[int] = mapped_column(default=0)  # tries begun since it was marked, none of which read it
    owner: Mapped[str | None]
    lease_until: Mapped[Instant | None]
    fence: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None]
    byline: Mapped[Words] = mapped_column(default="")
    section: Mapped[Words] = mapped_column(default="")
    canonical_url: Mapped[Words | None]
    page_updated_at: Mapped[Instant | None]
    told: Mapped[Json | None]  # what its source said when it last changed what had been read (SourceTold)
    __table_args__ = (
        Index("ix_page_reads_turn", "state", "host_key", "by_source", "due_at", "article_id"),
        *not_negative("failures"),
    )


class Fingerprint(Base):
    """The MinHash of an article's text; the text itself is not kept."""

    __tablename__ = "fingerprints"
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True)
    method: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    word_count: Mapped[int]
    __table_args__ = (*not_negative("word_count"),)


class FingerprintBand(Base):
    """A part of a fingerprint: articles that share one may carry the same text."""

    __tablename__ = "fingerprint_bands"
    band: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[Ref] = mapped_column(primary_key=True)
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True, index=True)


class Cluster(Base):
    """Articles that carry the same text; the earliest stands first."""

    __tablename__ = "clusters"
    cluster_id: Mapped[Id]
    first_article_id: Mapped[Ref]
    method: Mapped[str]
    made_at: Mapped[Instant]


class Topic(Base):
    """A short text of the office's own, made on first use."""

    __tablename__ = "topics"
    topic_id: Mapped[Id]
    name: Mapped[Words]
    name_folded: Mapped[Key] = mapped_column(unique=True)


class ArticleTopic(Base):
    """A topic of an article; topics describe articles, never people."""

    __tablename__ = "article_topics"
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True)
    topic_id: Mapped[Ref] = mapped_column(ForeignKey("topics.topic_id"), primary_key=True, index=True)
    rule_id: Mapped[Ref | None] = mapped_column(index=True)  # the rule that gave it; None: a person did


class TopicRefusal(Base):
    """A topic that a person took from an article: no rule gives it again."""

    __tablename__ = "topic_refusals"
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True)
    topic_id: Mapped[Ref] = mapped_column(ForeignKey("topics.topic_id"), primary_key=True, index=True)


class TopicRule(Base):
    """Words that give an article a topic; readable by whoever administers, with a preview of what they match."""

    __tablename__ = "topic_rules"
    rule_id: Mapped[Id]
    topic_id: Mapped[Ref] = mapped_column(ForeignKey("topics.topic_id"), index=True)
    any_of: Mapped[Json]  # texts, one of which must stand in title or summary
    none_of: Mapped[Json]  # texts, none of which may
    feed_ids: Mapped[Json]  # only articles of these sources; empty: of all
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class Sighting(Base):
    """That a feed carried an article, on which days; one row a feed and article, whatever the polling."""

    __tablename__ = "sightings"
    feed_id: Mapped[Ref] = mapped_column(ForeignKey("feeds.feed_id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True, index=True)
    guid: Mapped[Words | None]
    first_seen_on: Mapped[dt.date]
    last_seen_on: Mapped[dt.date]
    __table_args__ = (Index("ix_sightings_feed_id_first_seen_on", "feed_id", "first_seen_on"),)


class Curation(Base):
    """What one unit features or hides; binds that unit and all below, no one else."""

    __tablename__ = "curations"
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.unit_id"), primary_key=True)
    article_id: Mapped[Ref] = mapped_column(ForeignKey("articles.article_id"), primary_key=True, index=True)
    featured: Mapped[bool]
    hidden: Mapped[bool]
    decided_by: Mapped[Ref]
    decided_at: Mapped[Instant]
