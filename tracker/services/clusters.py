"""Which articles carry one text: each joins the cluster it belongs to when its fingerprint becomes known.

Called by the crawler for itself. A cluster is a proposal: that a source carried a member's piece is for an officer to
confirm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.fingerprints import ClusterId, ClusterMember, alike_permille, choose
from tracker.domain.types import ArticleId
from tracker.store import clusters as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.fingerprints import Fingerprint
    from tracker.store.db import Tx

MEMBERS_MOST = 200

Group = tuple[ClusterId | None, ArticleId | None]  # a cluster, or an article that stands in none


def assign(tx: Tx, article_id: ArticleId, fingerprint: Fingerprint, *, now: dt.datetime) -> ClusterId | None:
    """Record an article's fingerprint and give the cluster it now stands in, or None where it stands alone.

    Takes a lock that all changes of clusters wait for, until the transaction ends: call it in a short one, before
    anything else in it is written.
    """
    store.lock(tx)
    was = store.find(tx, article_id)
    if store.has(tx, article_id, fingerprint):
        return was
    store.record(tx, article_id, fingerprint)
    groups = _groups(tx, article_id, fingerprint, was)
    chosen = choose(fingerprint.signature, groups)
    if chosen is None and was is not None and (was, None) not in groups:
        return was  # nobody there can be compared: all were read another way
    return _move(tx, article_id, fingerprint.method, was=was, chosen=chosen, now=now)


def settle(tx: Tx, article_id: ArticleId) -> None:
    """Name the earliest of an article's cluster anew, where its time has changed."""
    store.lock(tx)
    cluster_id = store.find(tx, article_id)
    if cluster_id is not None:
        store.settle(tx, cluster_id)


def list_members(tx: Tx, cluster_id: ClusterId) -> list[ClusterMember]:
    """List the articles of a cluster, the earliest first, with what each shares with it."""
    rows = store.list_members(tx, cluster_id, limit=MEMBERS_MOST)
    return [
        ClusterMember(
            article_id=ArticleId(row.article_id),
            published_at=row.published_at,
            alike_permille=alike_permille(row.signature, rows[0].signature) if row.method == rows[0].method else None,
        )
        for row in rows
    ]


def _groups(tx: Tx, article_id: ArticleId, fingerprint: Fingerprint, was: ClusterId | None) -> dict[Group, list[bytes]]:
    """Give the signatures an article is compared with, by where they stand; its own cluster first."""
    near = store.list_near(tx, article_id, fingerprint)
    lone = [row.article_id for row in near if row.cluster_id is None]
    cluster_ids = dict.fromkeys([*([] if was is None else [was]), *(r.cluster_id for r in near if r.cluster_id)])
    known = store.list_cluster_signatures(tx, fingerprint.method, cluster_ids, without=article_id)
    signatures = store.list_signatures(tx, fingerprint.method, lone)
    groups: dict[Group, list[bytes]] = {(ClusterId(c), None): known[ClusterId(c)] for c in cluster_ids if c in known}
    return groups | {(None, alone): [signature] for alone, signature in signatures.items()}


def _move(
    tx: Tx, article_id: ArticleId, method: str, *, was: ClusterId | None, chosen: Group | None, now: dt.datetime
) -> ClusterId | None:
    """Carry the choice out; a cluster that lost or won an article names its earliest anew."""
    cluster_id, alone = chosen or (None, None)
    if alone is not None:
        cluster_id = store.make(tx, alone, method, now=now)
    if cluster_id != was:
        store.put(tx, article_id, cluster_id)
    for touched in {was, cluster_id}:
        if touched is not None:
            store.settle(tx, touched)
    return cluster_id
