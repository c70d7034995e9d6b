"""Claims as they are shown: one or a page of them, with figures, checks, history and what the viewer may do next.

Filing stands in filing.py, later steps in claim_steps.py, officers' decisions in reviews.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tracker.domain import rights
from tracker.domain.catalogue import OutletClass
from tracker.domain.claim_checks import CheckFacts, ClaimCheck, check_claim
from tracker.domain.claims import (
    VERDICTS,
    Action,
    Actor,
    ClaimKind,
    ClaimParties,
    ClaimState,
    allowed_actions,
    check_actor,
)
from tracker.domain.coauthors import STANDING, CoauthorState
from tracker.domain.errors import AppError
from tracker.domain.figures import Figure, Grade, Measure
from tracker.domain.rights import Right
from tracker.domain.types import Channel, Role
from tracker.domain.urls import UrlFacts, inspect_url, names_a_post
from tracker.services import figures, scoped
from tracker.services.paging import cut
from tracker.store import claim_facts, claims_read, coauthors, outlets, readings, reviews
from tracker.store import evidence as evidence_store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.articles import Topic
    from tracker.domain.catalogue import Owners
    from tracker.domain.claim_records import ClaimFilter, ClaimMark, ClaimRecord, EvidenceFile, HistoryStep
    from tracker.domain.coauthors import Coauthor
    from tracker.domain.types import ClaimId, MemberId, TopicId, Viewer
    from tracker.store.claim_facts import WantedTopic
    from tracker.store.db import Tx

REVIEWERS = frozenset({Role.OFFICER, Role.ADMIN})
UNDECIDED = frozenset({ClaimState.PENDING, ClaimState.RETURNED})
_CHECKED = (Measure.REACH, Measure.IMPRESSIONS, Measure.ENGAGEMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim with all that stands beside it; `actions` is what its state allows this viewer."""

    claim: ClaimRecord
    topics: tuple[Topic, ...]
    coauthors: tuple[tuple[MemberId, str], ...]  # whom it names, credited or still to agree
    people: tuple[Coauthor, ...]  # the same with how each stands to it, and who asks to be named
    figures: tuple[Figure, ...]
    evidence: tuple[EvidenceFile, ...]
    checks: tuple[ClaimCheck, ...]
    history: tuple[HistoryStep, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """A page of claims; `after` marks its end where more may follow."""

    items: list[ClaimView]
    after: ClaimMark | None


def get(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, now: dt.datetime, today: dt.date) -> ClaimView:
    """Give a claim of the viewer's scope, or one that names them: its evidence only where they are credited too.

    Who is there by their own word alone reads what the piece is, and nothing of what its author said with it.
    """
    row = find_row(tx, viewer, claim_id, today=today, named=True)
    (view,) = show(tx, viewer, [row], now=now, today=today)
    if claims_read.find(tx, claim_id, rights.scope_of(viewer, today)) is not None:
        return view
    if any(p.member_id == viewer.member_id and p.state is CoauthorState.ASKED for p in view.people):
        bare = replace(view.claim, note=None, witness=None)
        return replace(view, claim=bare, evidence=(), figures=(), checks=(), history=())
    return replace(view, evidence=())


def find_row(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date, named: bool = False) -> ClaimRecord:
    """Give the bare row of a claim of the viewer's scope or credited to them, else `thing.not_found`.

    `named`: also one that only names the viewer, or of which they say that it is theirs too.
    """
    rights.require(Right.READ_OR_SELF, viewer)
    return scoped.get_found(claims_read.find(tx, claim_id, rights.scope_of(viewer, today), named=named))


def list_page(
    tx: Tx,
    viewer: Viewer,
    asked: ClaimFilter,
    *,
    after: ClaimMark | None,
    limit: int,
    now: dt.datetime,
    today: dt.date,
) -> ClaimPage:
    """List claims of the viewer's scope: what waits for a decision oldest first, all others newest first."""
    rights.require(Right.READ_OR_SELF, viewer)
    scope = rights.scope_of(viewer, today)
    waiting = asked.state is ClaimState.PENDING
    rows = claims_read.list_page(tx, asked, scope, oldest_first=waiting, after=after, limit=limit + 1)
    shown, more = cut(rows, limit, lambda row: (row.filed_at, row.member_id, row.number))
    return ClaimPage(items=show(tx, viewer, shown, now=now, today=today), after=more)


def count_by_state(tx: Tx, viewer: Viewer, asked: ClaimFilter, *, today: dt.date) -> dict[ClaimState, int]:
    """Count the claims of the viewer's scope by state."""
    rights.require(Right.READ_OR_SELF, viewer)
    return claims_read.count_by_state(tx, asked, rights.scope_of(viewer, today))


def show(tx: Tx, viewer: Viewer, rows: Sequence[ClaimRecord], *, now: dt.datetime, today: dt.date) -> list[ClaimView]:
    """Load what stands beside claims, by a number of statements that does not grow with them."""
    if not rows:
        return []
    ids = [r.claim_id for r in rows]
    topics = claim_facts.list_topics(tx, rows)
    people = coauthors.list_named(tx, ids)
    shown = figures.list_figures(tx, viewer, rows, now=now)
    evidence = readings.list_evidence(tx, ids)
    facts = _facts(tx, viewer, rows, topics, shown, evidence)
    history = reviews.list_history(tx, ids)
    units = reviewed_units(tx, viewer, rows, today=today)
    return [
        ClaimView(
            claim=row,
            topics=tuple(topics[row.claim_id]),
            coauthors=tuple((p.member_id, p.full_name) for p in people.get(row.claim_id, ()) if p.state in STANDING),
            people=tuple(people.get(row.claim_id, ())),
            figures=tuple(shown[row.claim_id]),
            evidence=tuple(evidence.get(row.claim_id, ())),
            checks=check_claim(facts[row.claim_id]),
            history=tuple(history.get(row.claim_id, ())),
            actions=_actions(viewer, row, people.get(row.claim_id, ()), reviews_it=row.unit_id in units),
        )
        for row in rows
    ]


def reviewed_units(tx: Tx, viewer: Viewer, rows: Iterable[ClaimRecord], *, today: dt.date) -> set[int]:
    """Tell in which of the claims' units the viewer decides."""
    if viewer.role not in REVIEWERS:
        return set()
    return claims_read.units_in_scope(tx, {r.unit_id for r in rows}, rights.officer_scope(viewer, today))


def actor_of(viewer: Viewer, *, reviews_it: bool) -> Actor:
    """Give a viewer as one who acts on a claim."""
    return Actor(account_id=viewer.account_id, member_id=viewer.member_id, reviews=reviews_it)


def parties_of(row: ClaimRecord, people: Iterable[Coauthor]) -> ClaimParties:
    """Tell whose claim it is or is said to be, and whether an appeal against the last decision is open."""
    return ClaimParties(
        owner_id=row.member_id,
        coauthor_ids=tuple(p.member_id for p in people),
        assisted=row.assisted_by is not None,
        appealed=row.appealed and row.state in UNDECIDED,
        decided_by=row.decided_by,
    )


def _actions(viewer: Viewer, row: ClaimRecord, people: Iterable[Coauthor], *, reviews_it: bool) -> tuple[Action, ...]:
    actor, parties = actor_of(viewer, reviews_it=reviews_it), parties_of(row, people)
    return tuple(a for a in allowed_actions(row.state, appealed=row.appealed) if _may(a, actor, parties))


def _may(action: Action, actor: Actor, parties: ClaimParties) -> bool:
    try:
        check_actor(action, actor, parties)
    except AppError:
        return False
    return True


def _facts(
    tx: Tx,
    viewer: Viewer,
    rows: Sequence[ClaimRecord],
    topics: Mapping[ClaimId, Sequence[Topic]],
    shown: Mapping[ClaimId, Sequence[Figure]],
    evidence: Mapping[ClaimId, Sequence[EvidenceFile]],
) -> dict[ClaimId, CheckFacts]:
    """Gather what the automatic checks look at, for a whole page."""
    others = claim_facts.count_others(tx, rows)
    hosts = {r.claim_id: host for r in rows if (host := _source_host(r)) is not None}
    known = claim_facts.list_known_hosts(tx, {h for host in hosts.values() for h in _spellings(host)})
    owners = outlets.list_owners(tx, set(hosts.values()))
    wanted = claim_facts.list_wanted_topics(tx, {r.unit_id for r in rows})
    closed = claim_facts.list_closed(tx, rows)
    stated = {r.claim_id: _stated(shown[r.claim_id]) for r in rows}
    usual = readings.list_usual(tx, {m for values in stated.values() for m in values})
    shared = evidence_store.list_shared(tx, {c: [d for f in fs for d in f.digests] for c, fs in evidence.items()})
    return {
        row.claim_id: CheckFacts(
            kind=row.kind,
            has_url=row.url is not None,
            evidence_count=len(evidence.get(row.claim_id, ())),
            has_witness=bool(row.witness),
            source_listed=_is_listed(row, hosts.get(row.claim_id), owners, known),
            url_other_count=others.get(row.claim_id, 0),
            url_is_post=_is_post(row),
            article_found=None if row.article_url is None else row.article_id is not None,
            topic_ids=frozenset(t.topic_id for t in topics[row.claim_id]),
            wanted_topic_ids=_wanted(row, wanted),
            figures=stated[row.claim_id],
            usual=usual,
            is_late=row.late,
            in_closed_period=any(c.holds(row) for c in closed),
            has_shared_picture=row.claim_id in shared,
            has_unread_file=not all(f.is_read for f in evidence.get(row.claim_id, ())),
            entered_by_decider=is_entered_by_decider(viewer, row),
        )
        for row in rows
    }


def is_entered_by_decider(viewer: Viewer, row: ClaimRecord) -> bool:
    """Say whether the officer who entered a claim for its member decided on it, or looks at it while it waits."""
    decides = viewer.account_id if row.state in UNDECIDED else row.decided_by
    return row.assisted_by is not None and decides == row.assisted_by


def is_by_enterer(row: ClaimRecord, step: HistoryStep) -> bool:
    """Say whether a verdict in a claim's history is of the officer who entered the claim for its member."""
    return step.action in VERDICTS and row.assisted_by is not None and step.actor_id == row.assisted_by


def _wanted(row: ClaimRecord, wanted: Iterable[WantedTopic]) -> frozenset[TopicId]:
    return frozenset(w.topic_id for w in wanted if w.binds(row))


def _stated(figures_of: Iterable[Figure]) -> dict[Measure, int]:
    """Give what was stated, not yet verified: what is checked."""
    return {
        f.measure: f.value
        for f in figures_of
        if f.grade is Grade.DECLARED and f.measure in _CHECKED and f.value is not None
    }


def _source_host(row: ClaimRecord) -> str | None:
    """Give the host that published what the claim is about; None where a collected article or nothing says it."""
    if row.article_id is not None:
        return None
    url = row.article_url or (row.url if row.kind is ClaimKind.AUTHORED else None)
    return urlsplit(url).hostname if url else None


def _spellings(host: str) -> tuple[str, ...]:
    bare = host.removeprefix("www.")
    return bare, f"www.{bare}"


def _is_listed(row: ClaimRecord, host: str | None, owners: Owners, known: set[str]) -> bool | None:
    """Say whether a source is official: by its outlet's class on that day, else by what is collected."""
    if row.article_id is not None:
        return True
    if host is None:
        return None
    outlet = owners.on(host, row.happened_on)
    if outlet is not None:
        return outlet.outlet_class is not OutletClass.OTHER
    return any(h in known for h in _spellings(host))


def _is_post(row: ClaimRecord) -> bool | None:
    """Say whether a share's address looks like a post where one is on a network; the web has no such shape."""
    if row.url is None or row.kind is not ClaimKind.SHARE:
        return None
    facts = inspect_url(row.url)
    if not isinstance(facts, UrlFacts) or facts.channel is Channel.WEB:
        return row.channel is Channel.WEB
    return names_a_post(facts)
