"""Pages to be read are found by their host; a source has one key in either script of its host, and a whole one."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

AT_ONCE = 1000
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
ARTICLES = sa.table("articles", sa.column("article_id"), sa.column("url"))
READS = sa.table("page_reads", sa.column("article_id"), sa.column("host_key"))
FEEDS = sa.table("feeds", sa.column("feed_id"), sa.column("url"), sa.column("url_key"), sa.column("host_key"))
KEY_MOST, KEY_HEAD = 400, 200
DEFAULT_PORT = re.compile(r":(?:80|443)?$")
DOTS = re.compile("[\u3002\uff0e\uff61]")
HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
HOST_MOST, LABEL_MOST = 253, 63


def upgrade() -> None:
    """Add columns one by one, fill them, and index what a worker asks for."""
    op.add_column("page_reads", sa.Column("host_key", KEY, nullable=False, server_default=""))
    op.add_column("page_reads", sa.Column("by_source", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE page_reads SET by_source = true WHERE cause = 'source'")
    _name_hosts_of_pages()
    op.drop_index("ix_page_reads_state_due_at", table_name="page_reads")
    columns = ["state", "host_key", "by_source", "due_at", "article_id"]
    op.create_index("ix_page_reads_turn", "page_reads", columns)
    _key_sources_anew()


def _name_hosts_of_pages() -> None:
    connection, last = op.get_bind(), 0
    query = sa.select(READS.c.article_id, ARTICLES.c.url).join(ARTICLES, ARTICLES.c.article_id == READS.c.article_id)
    query = query.order_by(READS.c.article_id).limit(AT_ONCE)
    change = sa.update(READS).where(READS.c.article_id == sa.bindparam("at_article"))
    change = change.values(host_key=sa.bindparam("named"))
    while rows := connection.execute(query.where(READS.c.article_id > last)).all():
        connection.execute(change, [{"at_article": row.article_id, "named": _host_key(row.url)} for row in rows])
        last = rows[-1].article_id


def _key_sources_anew() -> None:
    """Give sources their keys; of two that turn out to be one, the later stays under the key it had."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(FEEDS).order_by(FEEDS.c.feed_id)).all()
    taken = {row.url_key for row in rows}
    for row in rows:
        new = _feed_key(row.url)
        key = row.url_key if new in taken else new
        if (key, host := _host_key(row.url)) != (row.url_key, row.host_key):
            taken.add(key)
            change = sa.update(FEEDS).where(FEEDS.c.feed_id == row.feed_id)
            connection.execute(change.values(url_key=key, host_key=host))


def _feed_key(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return _bounded(url)
    name, colon, port = DEFAULT_PORT.sub("", parts.netloc.rpartition("@")[2]).partition(":")
    host = (_plain(name) + colon + port).removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return _bounded(host + parts.path.rstrip("/") + query)


def _bounded(key: str) -> str:
    if len(key) <= KEY_MOST:
        return key
    return f"{key[:KEY_HEAD]}~{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}"


def _host_key(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    host = _plain((parts.hostname or "").removesuffix("."))
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _plain(host: str) -> str:
    name = DOTS.sub(".", unquote(host)).lower().removesuffix(".") if len(host) <= HOST_MOST else ""
    labels = [_label(label) for label in name.split(".")]
    name = ".".join(labels)
    return name if all(labels) and len(name) <= HOST_MOST and HOST.fullmatch(name) else host.lower()


def _label(label: str) -> str:
    if label.isascii() or len(label) > LABEL_MOST:
        return label if len(label) <= LABEL_MOST else ""
    try:
        return label.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
