"""Fingerprints of articles, and the clusters of those that carry one text. When two do, the domain says."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, bindparam, delete, func, select, union_all, update

from tracker.domain import fingerprints
from tracker.domain.fingerprints import MEMBERS_COMPARED, ClusterId
from tracker.domain.types import ArticleId
from tracker.store.tables.feeds import Article, Cluster, Fingerprint, FingerprintBand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import Row, Select, Subquery

    from tracker.store.db import Tx

OF_BUCKET_MOST: Final = 2_000


def lock(tx: Tx) -> None:
    """Wait until no other transaction changes clusters: two copies read at once would not see each other."""
    tx.lock("clusters")


def find(tx: Tx, article_id: ArticleId) -> ClusterId | None:
    """Find the cluster an article stands in."""
    found: int | None = tx.scalar(select(Article.cluster_id).where(Article.article_id == article_id))
    return None if found is None else ClusterId(found)


def list_of(tx: Tx, article_ids: Collection[int]) -> list[ClusterId]:
    """List the clusters these articles stand in."""
    query = select(Article.cluster_id).where(Article.article_id.in_(article_ids), Article.cluster_id.is_not(None))
    return [ClusterId(found) for found in tx.scalars(query.distinct().order_by(Article.cluster_id))]


def has(tx: Tx, article_id: ArticleId, fingerprint: fingerprints.Fingerprint) -> bool:
    """Tell whether this very fingerprint is recorded."""
    same = (Fingerprint.method == fingerprint.method) & (Fingerprint.signature == fingerprint.signature)
    return tx.first(select(Fingerprint.article_id).where(Fingerprint.article_id == article_id, same)) is not None


def record(tx: Tx, article_id: ArticleId, fingerprint: fingerprints.Fingerprint) -> None:
    """Keep the fingerprint of an article, in place of the one before."""
    values = {
        "method": fingerprint.method,
        "signature": fingerprint.signature,
        "word_count": fingerprint.word_count,
    }
    insert = tx.insert(Fingerprint).values(article_id=article_id, **values)
    tx.execute(insert.on_conflict_do_update(index_elements=[Fingerprint.article_id], set_=values))
    tx.changed(delete(FingerprintBand).where(FingerprintBand.article_id == article_id))
    buckets = fingerprints.bands(fingerprint.signature)
    tx.insert_rows(FingerprintBand, [{"band": b, "bucket": x, "article_id": article_id} for b, x in buckets])


def list_near(
    tx: Tx, article_id: ArticleId, fingerprint: fingerprints.Fingerprint, *, limit: int
) -> Sequence[Row[tuple[int, int]]]:
    """List articles that have a bucket in common with a fingerprint: article_id, cluster_id; with most first.

    Of each bucket only those collected last: a text is taken over within days, and a mould of daily notices fills a
    bucket over years.
    """
    buckets = {f"bucket_{band}": bucket for band, bucket in fingerprints.bands(fingerprint.signature)}
    return tx.all(_NEAR, buckets | {"without": article_id, "of_method": fingerprint.method, "most": limit})


def list_signatures(tx: Tx, method: str, article_ids: Collection[int]) -> dict[ArticleId, bytes]:
    """List the signatures of these articles, as far as they were made by this method."""
    if not article_ids:
        return {}
    query = select(Fingerprint.article_id, Fingerprint.signature).where(Fingerprint.method == method)
    rows = tx.all(query.where(Fingerprint.article_id.in_(article_ids)).order_by(Fingerprint.article_id))
    return {ArticleId(row.article_id): row.signature for row in rows}


def list_cluster_signatures(
    tx: Tx, method: str, cluster_ids: Collection[int], *, without: ArticleId
) -> dict[ClusterId, list[bytes]]:
    """List the signatures of the earliest members of these clusters, leaving one article out."""
    if not cluster_ids:
        return {}
    turn = func.row_number().over(partition_by=Article.cluster_id, order_by=(Article.published_at, Article.article_id))
    ranked = (
        select(Article.cluster_id, Fingerprint.signature, turn.label("turn"))
        .join(Fingerprint, Fingerprint.article_id == Article.article_id)
        .where(Article.cluster_id.in_(cluster_ids), Article.article_id != without, Fingerprint.method == method)
        .subquery()
    )
    query = select(ranked.c.cluster_id, ranked.c.signature).where(ranked.c.turn <= MEMBERS_COMPARED)
    rows = tx.all(query.order_by(ranked.c.cluster_id, ranked.c.turn))
    return {
        ClusterId(cluster_id): [row.signature for row in members]
        for cluster_id, members in groupby(rows, key=lambda row: row.cluster_id)
    }


def make(tx: Tx, article_id: ArticleId, method: str, *, now: dt.datetime) -> ClusterId:
    """Make a cluster of one article so far."""
    insert = tx.insert(Cluster).values(first_article_id=article_id, method=method, made_at=now)
    cluster_id = ClusterId(tx.scalar(insert.returning(Cluster.cluster_id)))
    put(tx, article_id, cluster_id)
    return cluster_id


def put(tx: Tx, article_id: ArticleId, cluster_id: ClusterId | None) -> None:
    """Put an article into a cluster, or into none."""
    tx.changed(update(Article).where(Article.article_id == article_id).values(cluster_id=cluster_id))


def settle(tx: Tx, cluster_id: ClusterId) -> None:
    """Name the earliest member first; a cluster left with one article is none."""
    members = list_members(tx, cluster_id, limit=2)
    if len(members) > 1:
        first = members[0].article_id
        moved = (Cluster.cluster_id == cluster_id) & (Cluster.first_article_id != first)
        tx.changed(update(Cluster).where(moved).values(first_article_id=first))
        return
    tx.changed(update(Article).where(Article.cluster_id == cluster_id).values(cluster_id=None))
    tx.changed(delete(Cluster).where(Cluster.cluster_id == cluster_id))


def list_members(tx: Tx, cluster_id: ClusterId, *, limit: int) -> Sequence[Row[tuple[int, dt.datetime, str, bytes]]]:
    """List article_id, published_at, method and signature of a cluster's articles, the earliest first."""
    query = (
        select(Article.article_id, Article.published_at, Fingerprint.method, Fingerprint.signature)
        .join(Fingerprint, Fingerprint.article_id == Article.article_id)
        .where(Article.cluster_id == cluster_id)
        .order_by(Article.published_at, Article.article_id)
    )
    return tx.all(query.limit(limit))


def _near() -> Select[Any]:
    """Select what `list_near` lists; made once, for making it costs more than running it."""
    found = union_all(*(select(_last_in(band).c.article_id) for band in range(fingerprints.BANDS))).subquery()
    counted = select(found.c.article_id, func.count().label("in_common")).group_by(found.c.article_id).subquery()
    query = select(counted.c.article_id, Article.cluster_id)
    query = query.join(Fingerprint, Fingerprint.article_id == counted.c.article_id)
    query = query.join(Article, Article.article_id == counted.c.article_id)
    query = query.where(counted.c.article_id != bindparam("without"), Fingerprint.method == bindparam("of_method"))
    query = query.order_by(counted.c.in_common.desc(), counted.c.article_id)
    return query.limit(bindparam("most", type_=Integer))


def _last_in(band: int) -> Subquery:
    """Select the articles that came last into the bucket a text has in a band."""
    mine = (FingerprintBand.band == band, FingerprintBand.bucket == bindparam(f"bucket_{band}"))
    query = select(FingerprintBand.article_id).where(*mine)
    return query.order_by(FingerprintBand.article_id.desc()).limit(OF_BUCKET_MOST).subquery()


_NEAR: Final = _near()
