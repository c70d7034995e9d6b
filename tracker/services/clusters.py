"""Which articles carry one text: each joins the cluster it belongs to when its fingerprint becomes known.

Called by the crawler for itself. A cluster is a proposal: that a source carried a member's piece is for an officer to
confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.fingerprints import (
    COMPARED_MOST,
    MEMBERS_COMPARED,
    ClusterId,
    ClusterMember,
    alike_permille,
    choose,
    first_affordable,
)
from tracker.domain.types import ArticleId
from tracker.store import clusters as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from tracker.domain.fingerprints import Fingerprint
    from tracker.store.db import Tx

MEMBERS_MOST: Final = 200
COMPARED_AT_ONCE: Final = 200  # groups whose fingerprints are in memory

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
    found = _compare(tx, article_id, fingerprint, was)
    if found.chosen is None and was is not None and not found.met_own:
        return was  # nobody there can be compared: all were read another way
    return _move(tx, article_id, fingerprint.method, was=was, chosen=found.chosen, now=now)


def lock(tx: Tx) -> None:
    """Wait until no other transaction changes clusters.

    Whoever sets the times of articles does so before anything else is written, and settles their clusters after it.
    """
    store.lock(tx)


def settle(tx: Tx, article_id: ArticleId) -> None:
    """Name the earliest of an article's cluster anew, where its time has changed."""
    settle_all(tx, [article_id])


def settle_all(tx: Tx, article_ids: Collection[ArticleId]) -> None:
    """Name the earliest of these articles' clusters anew, where their times have changed."""
    if not article_ids:
        return
    store.lock(tx)
    for cluster_id in store.list_of(tx, article_ids):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """The group a text belongs to, and whether it was compared with the one it stands in."""

    chosen: Group | None
    met_own: bool


def _compare(tx: Tx, article_id: ArticleId, fingerprint: Fingerprint, was: ClusterId | None) -> _Compared:
    """Compare a text with what may be its copies, some at a time; its own cluster first."""
    own: list[Group] = [] if was is None else [(was, None)]
    near = sorted(_list_near(tx, article_id, fingerprint), key=lambda group: group[0] is None)  # clusters before equals
    ordered = list(dict.fromkeys([*own, *near]))
    best: dict[Group, list[bytes]] = {}
    met_own = False
    for start in range(0, len(ordered), COMPARED_AT_ONCE):
        groups = _signatures(tx, article_id, fingerprint.method, ordered[start : start + COMPARED_AT_ONCE])
        met_own = met_own or (was, None) in groups
        chosen = choose(fingerprint.signature, best | groups)
        best = {} if chosen is None else {chosen: (best | groups)[chosen]}
    return _Compared(chosen=next(iter(best), None), met_own=met_own)


def _list_near(tx: Tx, article_id: ArticleId, fingerprint: Fingerprint) -> list[Group]:
    """List the groups that have most in common with a text, as many as may be compared."""
    near = store.list_near(tx, article_id, fingerprint, limit=COMPARED_MOST)
    compared: dict[Group, int] = {}
    for row in near:
        if row.cluster_id is None:
            compared[None, ArticleId(row.article_id)] = 1
        else:
            compared[ClusterId(row.cluster_id), None] = MEMBERS_COMPARED
    return first_affordable(compared)


def _signatures(tx: Tx, article_id: ArticleId, method: str, groups: Sequence[Group]) -> dict[Group, list[bytes]]:
    """Give the signatures of groups, in their order, as far as they can be compared."""
    cluster_ids = [cluster_id for cluster_id, _ in groups if cluster_id is not None]
    lone = [alone for _, alone in groups if alone is not None]
    known = store.list_cluster_signatures(tx, method, cluster_ids, without=article_id)
    found: dict[Group, list[bytes]] = {(cluster_id, None): signatures for cluster_id, signatures in known.items()}
    alone = store.list_signatures(tx, method, lone)
    found |= {(None, one): [signature] for one, signature in alone.items()}
    return {group: found[group] for group in groups if group in found}


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
