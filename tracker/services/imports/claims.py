"""Claims made before Lantoa, from a spreadsheet: kept in the state they come with, their figures declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracker.domain.claims import LIVE_STATES, ClaimKind, ClaimState, live_key
from tracker.domain.errors import Code
from tracker.domain.figures import declared_grade
from tracker.domain.imports import Change
from tracker.domain.organisation import unit_on
from tracker.domain.periods import PeriodKind, containing
from tracker.domain.types import ClaimId, MemberId
from tracker.services import closes, topics
from tracker.services.imports import cells, claim_credits
from tracker.services.imports.cells import CodeBook
from tracker.services.imports.claim_pieces import Pieces, article_key, keys_of
from tracker.services.imports.claim_rows import read_claim
from tracker.services.imports.outcomes import Outcome, Refused, RowStatus, Said, refused, taken
from tracker.store import import_claims as store
from tracker.store import members

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.organisation import Membership
    from tracker.domain.types import UnitId
    from tracker.services.imports.claim_pieces import Join
    from tracker.services.imports.claim_rows import ClaimRecord
    from tracker.services.imports.columns import Table
    from tracker.services.imports.outcomes import Note
    from tracker.services.imports.plans import Stamp
    from tracker.store.db import Tx
    from tracker.store.import_claims import ArticleAt, KnownClaim

DECIDED = frozenset({ClaimState.RETURNED, ClaimState.ACCEPTED, ClaimState.REJECTED, ClaimState.REVERSED})
ACTION = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A row that becomes a claim."""

    record: ClaimRecord
    member_id: MemberId
    unit_id: UnitId
    article: ArticleAt | None
    article_key: str | None
    title: str
    live_key: str
    month: str


@dataclass(slots=True, kw_only=True)
class ClaimPlan:
    """The whole file against the claims as they stand."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: Sequence[Note] = ()
    new: list[NewClaim] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)

    def apply(self, tx: Tx, stamp: Stamp) -> list[Change]:
        """Write the new claims in batches, restate the closed periods they fall in, and credit further authors."""
        ids = _numbered(self.new, store.list_last_numbers(tx, {c.member_id for c in self.new}))
        names = _topic_ids(tx, {name for c in self.new for name in c.record.topics})
        pairs = list(zip(ids, self.new, strict=True))
        store.record_claims(
            tx,
            claims=[_claim_row(i, c, stamp) for i, c in pairs],
            topics=[_key(i) | {"topic_id": t} for i, c in pairs for t in sorted({names[n] for n in c.record.topics})],
            readings=[row for i, c in pairs for row in _reading_rows(i, c, stamp)],
            events=[_event_row(i, c, stamp) for i, c in pairs],
        )
        restate(tx, stamp, ((i, c.unit_id, c.record.happened_on, None, c.record.state) for i, c in pairs))
        by_row = {c.record.number: i for i, c in pairs}
        joined = {(j.counts if isinstance(j.counts, ClaimId) else by_row[j.counts], j.member_id) for j in self.joins}
        credited = claim_credits.enter(tx, joined, stamp)
        versions = {i: c.version for i, c in store.hold(tx, {i for i, _ in credited}).items()}
        made = [Change(subject=f"claim:{i}", before=None, after={"version": versions.get(i, 1)}) for i in ids]
        return made + [
            Change(
                subject=f"credit:{i}:{m}",
                before=None if before is None else {"state": before.value},
                after={"version": versions[i]},
            )
            for (i, m), before in credited.items()
        ]


def plan(tx: Tx, table: Table, stamp: Stamp) -> ClaimPlan:
    """Read every row against members, articles and the claims that stand."""
    refusals: dict[int, tuple[str, Refused]] = {}
    book = _book(tx, table)
    records: list[tuple[ClaimRecord, MemberId]] = []
    for row in table.records:
        try:
            record = read_claim(row, stamp.today)
            records.append((record, MemberId(book.get(record.member_code, "member_code"))))
        except Refused as why:
            refusals[row.number] = (row["member_code"], why)
    articles = store.list_articles(tx, sorted({k for r, _ in records if (k := r.page_key)}))
    stays = members.list_stays(tx, {m for _, m in records})
    standing = Standing.load(tx, records)
    pieces = Pieces.load(tx, records, articles)
    found = ClaimPlan()
    for record, member_id in records:
        try:
            claim = _claim(record, member_id, articles, stays.get(member_id, []))
            found.outcomes.append(_take(claim, standing, pieces, found))
        except Refused as why:
            refusals[record.number] = (record.member_code, why)
    found.outcomes += [refused(number, key, why) for number, (key, why) in refusals.items()]
    found.outcomes.sort(key=lambda o: o.row)
    return found


def _take(claim: NewClaim, standing: Standing, pieces: Pieces, found: ClaimPlan) -> Outcome:
    """Put a row where it belongs: a new claim, one more author of a piece that counts, or nothing new."""
    record, keys = claim.record, keys_of(claim.record, claim.article_key)
    if pieces.has_joined(claim.member_id, keys) or not standing.take(claim):
        return taken(record.number, record.member_code, ())
    counts = pieces.find(claim.member_id, keys)
    if counts is None:
        pieces.count(keys, record.number)
        found.new.append(claim)
        return taken(record.number, record.member_code, None)
    found.joins.append(pieces.join(claim.member_id, keys, counts))
    value = str(counts) if isinstance(counts, ClaimId) else f"#{counts}"
    return Outcome(
        row=record.number, status=RowStatus.NEW, key=record.member_code, said=Said.CO_AUTHOR, values={"value": value}
    )


class Standing:
    """What is claimed already, in the database and further up in the file."""

    def __init__(self, known: Iterable[KnownClaim], declared: Mapping[ClaimId, Mapping[str, int | None]]) -> None:
        self._live: dict[tuple[object, ...], str] = {}
        self._imported: dict[tuple[object, ...], ClaimId] = {}
        for claim in known:
            if claim.state in LIVE_STATES:
                own = claim.claim_id.member_id == claim.credited_id
                keys = _taken_keys(claim.credited_id, claim.kind, claim.month, claim.article_key, claim.url_key)
                for key in [*keys, *([(claim.credited_id, claim.live_key)] if own else [])]:
                    self._live.setdefault(key, str(claim.claim_id))
            if claim.imported and claim.claim_id.member_id == claim.credited_id:
                self._imported[_identity(claim, declared.get(claim.claim_id, {}))] = claim.claim_id

    @classmethod
    def load(cls, tx: Tx, records: Sequence[tuple[ClaimRecord, MemberId]]) -> Standing:
        """Load what is claimed already by the members of a file."""
        member_ids = {member_id for _, member_id in records}
        known = store.list_known(tx, member_ids, {_month(r.happened_on) for r, _ in records})
        return cls(known, store.list_declared(tx, member_ids))

    def take(self, claim: NewClaim) -> bool:
        """Tell whether a row is new (False: it was imported before), or refuse it as a repeat of a live claim."""
        if _identity_of(claim) in self._imported:
            return False
        if claim.record.state not in LIVE_STATES:
            return True
        record = claim.record
        post_key = record.post.key if record.post else None
        stated = (claim.member_id, record.kind, claim.month, claim.article_key, post_key)
        own = (claim.member_id, claim.live_key)
        for key in [own, *_repeating_keys(*stated)]:
            if key in self._live:
                raise Refused(Code.CLAIM_DUPLICATE, Said.DUPLICATE, value=self._live[key])
        for key in [own, *_taken_keys(*stated)]:
            self._live.setdefault(key, f"#{record.number}")
        return True


def restate(
    tx: Tx,
    stamp: Stamp,
    changed: Iterable[tuple[ClaimId, UnitId, dt.date, ClaimState | None, ClaimState | None]],
) -> None:
    """Write accepted claims that came or went after a close into its restatement."""
    closes.hold(tx)
    if not store.has_closes(tx):
        return
    for claim_id, unit_id, day, before, after in changed:
        if ClaimState.ACCEPTED in (before, after):
            closes.restate(
                tx,
                stamp.viewer,
                unit_id,
                day,
                subject=f"claim:{claim_id}",
                before={"state": before},
                after={"state": after},
                reason=None,
                now=stamp.now,
            )


def _book(tx: Tx, table: Table) -> CodeBook:
    codes = {code for r in table.records if (code := r["member_code"])}
    known = members.list_ids(tx, sorted(codes))
    numeric = sorted(c for c in codes - known.keys() if c.isascii() and c.isdigit())
    return CodeBook([*known.items(), *members.list_ids_by_short(tx, [cells.short(c) for c in numeric]).items()])


def _claim(
    record: ClaimRecord, member_id: MemberId, articles: Mapping[str, ArticleAt], stays: Sequence[Membership]
) -> NewClaim:
    unit_id = unit_on(stays, record.happened_on)
    if unit_id is None:
        raise Refused(Code.MEMBERSHIP_NONE, Said.NO_MEMBERSHIP, value=record.happened_on.isoformat())
    article = articles.get(record.page_key) if record.page_key else None
    key = article_key(record, article)
    title = record.title or (article.title if article else "")
    return NewClaim(
        record=record,
        member_id=member_id,
        unit_id=unit_id,
        article=article,
        article_key=key,
        title=title,
        live_key=live_key(
            record.kind,
            article_key=key,
            post_key=record.post.key if record.post else None,
            title=title,
            channel=record.channel,
            slot=record.slot,
            happened_on=record.happened_on,
        ),
        month=_month(record.happened_on),
    )


def _taken_keys(
    member_id: int, kind: ClaimKind, month: str, article_key: str | None, url_key: str | None
) -> list[tuple[object, ...]]:
    """Give what a live claim takes beside its live key: a piece for ever, a post for a month."""
    if kind is ClaimKind.AUTHORED:
        return [(member_id, "piece", key) for key in (article_key, url_key) if key]
    if kind is not ClaimKind.SHARE or not url_key:
        return []
    post = (member_id, "post", url_key, month)
    return [post] if article_key else [post, (*post, "bare")]


def _repeating_keys(
    member_id: int, kind: ClaimKind, month: str, article_key: str | None, url_key: str | None
) -> list[tuple[object, ...]]:
    """Give what of this must not be taken: a share that names an article repeats only a post that names none."""
    if kind is ClaimKind.SHARE and url_key:
        post = (member_id, "post", url_key, month)
        return [(*post, "bare") if article_key else post]
    return _taken_keys(member_id, kind, month, article_key, url_key)


def _identity(claim: KnownClaim, declared: Mapping[str, int | None]) -> tuple[object, ...]:
    """Give what makes an imported claim and a row of a later file the same; its state may have moved on."""
    figures = tuple(sorted(declared.items()))
    said = (claim.title, claim.channel, claim.slot, claim.lesson, claim.article_key, claim.url_key)
    return (claim.claim_id.member_id, claim.kind, claim.live_key, claim.happened_on, said, figures)


def _identity_of(claim: NewClaim) -> tuple[object, ...]:
    record = claim.record
    figures = tuple(sorted((m.value, value) for m, value in record.figures.items()))
    post_key = record.post.key if record.post else None
    channel = record.channel.value if record.channel else None
    said = (claim.title, channel, record.slot, record.lesson, claim.article_key, post_key)
    return (claim.member_id, record.kind, claim.live_key, record.happened_on, said, figures)


def _numbered(new: Sequence[NewClaim], last: Mapping[int, int]) -> list[ClaimId]:
    """Number claims within their members, after those that stand."""
    reached = dict(last)
    ids = []
    for claim in new:
        reached[claim.member_id] = reached.get(claim.member_id, 0) + 1
        ids.append(ClaimId(claim.member_id, reached[claim.member_id]))
    return ids


def _topic_ids(tx: Tx, names: Iterable[str]) -> dict[str, int]:
    return {name: topics.get_ids(tx, [name])[0] for name in sorted(names)}


def _key(claim_id: ClaimId) -> dict[str, int]:
    return {"member_id": claim_id.member_id, "number": claim_id.number}


def _claim_row(claim_id: ClaimId, claim: NewClaim, stamp: Stamp) -> dict[str, Any]:
    record, article = claim.record, claim.article
    decided = record.state in DECIDED
    return _key(claim_id) | {
        "kind": record.kind.value,
        "state": record.state.value,
        "live_key": claim.live_key,
        "unit_id": claim.unit_id,
        "article_id": article.article_id if article else None,
        "article_url": record.article.canonical if record.article and not article else None,
        "article_key": claim.article_key,
        "url": record.post.canonical if record.post else None,
        "url_key": record.post.key if record.post else None,
        "channel": record.channel.value if record.channel else None,
        "title": claim.title,
        "happened_on": record.happened_on,
        "month": claim.month,
        "slot": record.slot,
        "lesson": record.lesson,
        "imported_by": stamp.viewer.account_id,
        "late": False,
        "filed_at": stamp.now,
        "decided_at": stamp.now if decided else None,
        "decided_by": stamp.viewer.account_id if decided else None,
    }


def _reading_rows(claim_id: ClaimId, claim: NewClaim, stamp: Stamp) -> list[dict[str, Any]]:
    return [
        _key(claim_id)
        | {
            "reading": number,
            "measure": measure.value,
            "grade": declared_grade(measure, verified=False).value,
            "value": value,
            "provenance": "declared",
            "read_at": stamp.now,
            "entered_by": stamp.viewer.account_id,
        }
        for number, (measure, value) in enumerate(claim.record.figures.items(), start=1)
    ]


def _event_row(claim_id: ClaimId, claim: NewClaim, stamp: Stamp) -> dict[str, Any]:
    return _key(claim_id) | {
        "step": 1,
        "at": stamp.now,
        "actor_id": stamp.viewer.account_id,
        "action": ACTION,
        "to_state": claim.record.state.value,
    }


def _month(day: dt.date) -> str:
    return str(containing(PeriodKind.MONTH, day))
