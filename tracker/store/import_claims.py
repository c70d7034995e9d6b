"""Claims of an import: what is compared with, written in batches, taken back. A month's roll-up moves with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.coauthors import CoauthorState
from tracker.domain.errors import AppError, Code
from tracker.domain.types import ClaimId, MemberId
from tracker.store.db import is_duplicate
from tracker.store.tables.claims import (
    Claim,
    ClaimCredit,
    ClaimTopic,
    Coauthorship,
    Evidence,
    Reading,
    Republication,
    ReviewEvent,
)
from tracker.store.tables.feeds import Article, ArticleAddress
from tracker.store.tables.links import MemberMonth
from tracker.store.tables.periods import PeriodClose
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tracker.store.db import Tx

KEYS_AT_ONCE = 500
_COUNTERS = {
    ClaimKind.SHARE: "share_count",
    ClaimKind.AUTHORED: "authored_count",
    ClaimKind.PRESENTATION: "presentation_count",
}
_PARTS = (Reading, ClaimTopic, ReviewEvent)
Month = tuple[int, str, ClaimKind]  # whose, which, and of what kind of claim


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """A claim that is credited to a member, as an import compares it."""

    credited_id: int
    claim_id: ClaimId
    kind: ClaimKind
    state: ClaimState
    live_key: str
    month: str
    article_key: str | None
    url_key: str | None
    url: str | None
    title: str
    channel: str | None
    happened_on: dt.date
    slot: str | None
    lesson: str | None
    imported: bool
    version: int
    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleAt:
    """A collected article, found under one of its addresses."""

    article_id: int
    url_key: str
    title: str


def list_articles(tx: Tx, url_keys: Sequence[str]) -> dict[str, ArticleAt]:
    """Find collected articles by any key they were met under."""
    found: dict[str, ArticleAt] = {}
    columns = (ArticleAddress.url_key.label("at"), Article.article_id, Article.url_key, Article.title)
    query = select(*columns).join(Article, Article.article_id == ArticleAddress.article_id)
    for start in range(0, len(url_keys), KEYS_AT_ONCE):
        part = url_keys[start : start + KEYS_AT_ONCE]
        for row in tx.all(query.where(ArticleAddress.url_key.in_(part), Article.listed.is_(True))):
            found[row.at] = ArticleAt(article_id=row.article_id, url_key=row.url_key, title=row.title)
    return found


def list_known(tx: Tx, member_ids: Iterable[int], months: Iterable[str]) -> list[KnownClaim]:
    """List what is credited to members in some months, and their pieces of any month."""
    listed, found = sorted(set(months)), []
    for ids in chunks(member_ids):
        of_time = or_(Claim.month.in_(listed), Claim.kind == ClaimKind.AUTHORED.value)
        query = _known().where(ClaimCredit.member_id.in_(ids), of_time)
        found += [_claim(row) for row in tx.all(query)]
    return found


def hold(tx: Tx, claim_ids: Iterable[ClaimId]) -> dict[ClaimId, KnownClaim]:
    """List claims by id and hold them until the transaction ends; what is gone is left out.

    Whoever joins, decides or adds to one meanwhile is waited for, or finds it gone.
    """
    listed = sorted(set(claim_ids))
    found: dict[ClaimId, KnownClaim] = {}
    for start in range(0, len(listed), KEYS_AT_ONCE // 2):
        part = listed[start : start + KEYS_AT_ONCE // 2]
        query = _known().where(_among(Claim.member_id, Claim.number, part), ClaimCredit.member_id == Claim.member_id)
        held = query.order_by(Claim.member_id, Claim.number).with_for_update(of=Claim)
        found |= {c.claim_id: c for c in map(_claim, tx.all(held))}
    return found


def list_counted_pieces(tx: Tx, keys: Collection[str]) -> dict[str, ClaimId]:
    """Find the accepted pieces that count under these keys of addresses, the first filed of each."""
    found: dict[str, ClaimId] = {}
    columns = (Claim.member_id, Claim.number, Claim.article_key, Claim.url_key)
    accepted = (Claim.kind == ClaimKind.AUTHORED.value, Claim.state == ClaimState.ACCEPTED.value)
    for start in range(0, len(listed := sorted(keys)), KEYS_AT_ONCE):
        part = listed[start : start + KEYS_AT_ONCE]
        query = select(*columns).where(*accepted, or_(Claim.article_key.in_(part), Claim.url_key.in_(part)))
        for row in tx.all(query.order_by(Claim.filed_at, Claim.member_id, Claim.number)):
            for key in {row.article_key, row.url_key} - {None}:
                found.setdefault(key, ClaimId(MemberId(row.member_id), row.number))
    return found


def list_coauthors(tx: Tx, claim_ids: Iterable[ClaimId]) -> set[tuple[ClaimId, int]]:
    """List who is credited with these claims beside their owners: claim and member."""
    return _people(tx, ClaimCredit, claim_ids, ClaimCredit.member_id != ClaimCredit.owner_id)


def list_said_no(tx: Tx, claim_ids: Iterable[ClaimId]) -> set[tuple[ClaimId, int]]:
    """List who objected to being a co-author of these claims, or was refused by an officer: claim and member."""
    no = (CoauthorState.OBJECTED.value, CoauthorState.REFUSED.value)
    return _people(tx, Coauthorship, claim_ids, Coauthorship.state.in_(no))


def list_declared(tx: Tx, member_ids: Iterable[int]) -> dict[ClaimId, dict[str, int | None]]:
    """Give the figures as last declared, by claim and measure."""
    found: dict[ClaimId, dict[str, int | None]] = {}
    for ids in chunks(member_ids):
        query = select(Reading.member_id, Reading.number, Reading.measure, Reading.value)
        rows = query.where(Reading.member_id.in_(ids), Reading.provenance == "declared").order_by(Reading.reading)
        for row in tx.all(rows):
            found.setdefault(ClaimId(MemberId(row.member_id), row.number), {})[row.measure] = row.value
    return found


def list_last_numbers(tx: Tx, member_ids: Iterable[int]) -> dict[int, int]:
    """Give the number of each member's last claim."""
    found: dict[int, int] = {}
    for ids in chunks(member_ids):
        query = select(Claim.member_id, func.max(Claim.number).label("last")).where(Claim.member_id.in_(ids))
        found |= {row.member_id: row.last for row in tx.all(query.group_by(Claim.member_id))}
    return found


def record_claims(
    tx: Tx,
    *,
    claims: Sequence[Mapping[str, Any]],
    topics: Sequence[Mapping[str, Any]],
    readings: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
) -> None:
    """Write claims with their credit, topics, figures and first step, and count the accepted ones."""
    try:
        with tx.savepoint():
            tx.insert_rows(Claim, claims)
    except IntegrityError as error:
        if is_duplicate(error):
            raise AppError(Code.STORE_BUSY, "somebody filed one of these claims just now; import again") from error
        raise
    owners = ({"member_id": c["member_id"], "owner_id": c["member_id"], "number": c["number"]} for c in claims)
    tx.insert_rows(ClaimCredit, (owner | {"role": "owner"} for owner in owners))
    tx.insert_rows(ClaimTopic, topics)
    tx.insert_rows(Reading, readings)
    tx.insert_rows(ReviewEvent, events)
    accepted = [c for c in claims if c["state"] == ClaimState.ACCEPTED.value]
    count(tx, Counter((c["member_id"], c["month"], ClaimKind(c["kind"])) for c in accepted), sign=1)


def remove_claims(tx: Tx, claims: Sequence[KnownClaim]) -> None:
    """Take claims back with all that hangs on them."""
    for start in range(0, len(claims), KEYS_AT_ONCE // 2):
        part = [c.claim_id for c in claims[start : start + KEYS_AT_ONCE // 2]]
        for table in _PARTS:
            tx.execute(delete(table).where(_among(table.member_id, table.number, part)))
        tx.execute(delete(ClaimCredit).where(_among(ClaimCredit.owner_id, ClaimCredit.number, part)))
        tx.execute(delete(Claim).where(_among(Claim.member_id, Claim.number, part)))
    accepted = [c for c in claims if c.state is ClaimState.ACCEPTED]
    count(tx, Counter((int(c.claim_id.member_id), c.month, c.kind) for c in accepted), sign=-1)


def list_evidenced(tx: Tx, member_ids: Iterable[int]) -> set[ClaimId]:
    """List the claims of members that have evidence or republications."""
    found: set[ClaimId] = set()
    for ids in chunks(member_ids):
        for table in (Evidence, Republication):
            rows = tx.all(select(table.member_id, table.number).where(table.member_id.in_(ids)))
            found |= {ClaimId(MemberId(row.member_id), row.number) for row in rows}
    return found


def has_closes(tx: Tx) -> bool:
    """Tell whether any period is closed."""
    return tx.first(select(PeriodClose.close_id).where(PeriodClose.reopened_at.is_(None)).limit(1)) is not None


def count(tx: Tx, counted: Counter[Month], *, sign: int) -> None:
    """Move the months' counts of accepted claims."""
    for kind, counter in _COUNTERS.items():
        unset = {"click_count": 0, "person_day_count": 0, **dict.fromkeys(_COUNTERS.values(), 0)}
        rows = [
            unset | {"member_id": member_id, "month": month, counter: n}
            for (member_id, month, of_kind), n in sorted(counted.items())
            if of_kind is kind
        ]
        if not rows:
            continue
        statement = tx.insert(MemberMonth)
        column = getattr(MemberMonth, counter)
        moved = {counter: column + sign * statement.excluded[counter]}
        tx.execute(statement.on_conflict_do_update(index_elements=["member_id", "month"], set_=moved), rows)


def _people(tx: Tx, table: Any, claim_ids: Iterable[ClaimId], wanted: Any) -> set[tuple[ClaimId, int]]:
    """List whom rows of a table on claims and members name, of some claims: claim and member."""
    listed, found = sorted(set(claim_ids)), set()
    query = select(table.owner_id, table.number, table.member_id).where(wanted)
    for start in range(0, len(listed), KEYS_AT_ONCE // 2):
        part = listed[start : start + KEYS_AT_ONCE // 2]
        rows = tx.all(query.where(_among(table.owner_id, table.number, part)))
        found |= {(ClaimId(MemberId(row.owner_id), row.number), int(row.member_id)) for row in rows}
    return found


def _known() -> Any:
    return select(
        ClaimCredit.member_id.label("credited_id"),
        Claim.member_id,
        Claim.number,
        Claim.kind,
        Claim.state,
        Claim.live_key,
        Claim.month,
        Claim.article_key,
        Claim.url_key,
        Claim.url,
        Claim.title,
        Claim.channel,
        Claim.happened_on,
        Claim.slot,
        Claim.lesson,
        Claim.imported_by,
        Claim.version,
        Claim.unit_id,
    ).join(Claim, and_(Claim.member_id == ClaimCredit.owner_id, Claim.number == ClaimCredit.number))


def _claim(row: Any) -> KnownClaim:
    return KnownClaim(
        credited_id=row.credited_id,
        claim_id=ClaimId(MemberId(row.member_id), row.number),
        kind=ClaimKind(row.kind),
        state=ClaimState(row.state),
        live_key=row.live_key,
        month=row.month,
        article_key=row.article_key,
        url_key=row.url_key,
        url=row.url,
        title=row.title,
        channel=row.channel,
        happened_on=row.happened_on,
        slot=row.slot,
        lesson=row.lesson,
        imported=row.imported_by is not None,
        version=row.version,
        unit_id=row.unit_id,
    )


def _among(member: Any, number: Any, claim_ids: Sequence[ClaimId]) -> Any:
    return or_(*(and_(member == c.member_id, number == c.number) for c in claim_ids))
