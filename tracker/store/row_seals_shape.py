"""Which columns a claim's digest is made of, in what order; no hashing here.

These lists are part of the digests of every installation: a new column of a table is not added to them. What is to be
sealed besides gets a form of its own (row_seals.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, tuple_

from tracker.store.tables.claims import Claim, ClaimCredit, ClaimTopic, Reading, Republication, ReviewEvent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tracker.store.db import Tx

Key = tuple[int, int]  # member, number
Plain = list[str | None]

UNCHAINED_STEPS: Final = ("repeat",)  # notes that leave the claim as it is and are no event

CLAIM: Final = (
    *("member_id", "number", "kind", "state", "live_key", "unit_id", "article_id", "article_url", "article_key", "url"),
    *(
        "url_key",
        "channel",
        "title",
        "happened_on",
        "happened_at",
        "month",
        "content_kind",
        "slot",
        "lesson",
        "contest",
    ),
    *("witness", "note", "assisted_by", "imported_by", "late", "appealed", "filed_at", "decided_at", "decided_by"),
)
STEP: Final = ("member_id", "number", "step", "at", "actor_id", "action", "reason", "from_state", "to_state")
REST: Final[Mapping[str, tuple[Any, str, tuple[str, ...]]]] = {
    "credits": (ClaimCredit, "owner_id", ("member_id", "role")),
    "readings": (
        Reading,
        "member_id",
        (
            *("reading", "measure", "grade", "value", "at_least", "at_most", "qualifier", "provenance", "rule"),
            *("raw_text", "read_at", "evidence_number", "entered_by"),
        ),
    ),
    "republications": (Republication, "member_id", ("article_id", "state", "decided_by")),
    "topics": (ClaimTopic, "member_id", ("topic_id",)),
}
UNSEALED_COLUMNS: Final[Mapping[str, str]] = {
    "claims.version": "goes up with what hangs on a claim; tells nothing by itself",
    "republications.similarity_percent": "reckoned anew as pages are read",
    "republications.decided_at": "the event tells it",
}


def read_claims(tx: Tx, keys: Collection[Key]) -> Iterator[tuple[Key, Plain]]:
    """Read the rows of claims."""
    query = _of(Claim, CLAIM).where(tuple_(Claim.member_id, Claim.number).in_(keys))
    for row in tx.all(query):
        yield (row.member_id, row.number), _plain(row)


def read_history(tx: Tx, keys: Collection[Key]) -> Iterator[tuple[Key, Plain]]:
    """Read the steps of claims, in order; notes of repeats are none."""
    table = ReviewEvent
    query = _of(table, STEP).where(
        tuple_(table.member_id, table.number).in_(keys), table.action.not_in(UNCHAINED_STEPS)
    )
    for row in tx.all(query.order_by(table.member_id, table.number, table.step)):
        yield (row.member_id, row.number), _plain(row)


def read_rest(tx: Tx, keys: Collection[Key]) -> Iterator[tuple[str, Key, Plain]]:
    """Read what else hangs on claims: the table's name here, the claim, the row; each table in the order of its key."""
    for name, (table, owner, columns) in REST.items():
        of_claim = (getattr(table, owner), table.number)
        query: Any = select(*of_claim, *(getattr(table, c) for c in columns)).where(tuple_(*of_claim).in_(keys))
        if table is Republication:
            query = query.where(Republication.decided_at.is_not(None))
        for row in tx.all(query.order_by(*of_claim, getattr(table, columns[0]))):
            member_id, number, *cells = tuple[Any, ...](row)
            yield name, (member_id, number), _plain(cells)


def _of(table: Any, columns: tuple[str, ...]) -> Any:
    return select(*(getattr(table, c) for c in columns))


def _plain(row: Iterable[Any]) -> Plain:
    return [None if value is None else str(value) for value in row]
