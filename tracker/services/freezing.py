"""A ledger as frozen rows of a close, and back: what is reckoned from either is the same.

A member's name stands in a row of its own (kind `name`, position the member's id), so that erasing a person takes the
name out of every close and leaves the numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tracker.domain.claims import ClaimKind
from tracker.domain.ledger import (
    ArticleRecord,
    Binding,
    ClaimRecord,
    ClickDay,
    Ledger,
    PersonRecord,
    ProgrammeRecord,
    Waiting,
    narrow_to_member,
    narrow_to_unit,
)
from tracker.domain.organisation import Absence, MemberHistory, Membership, MemberStatus
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import Assignment, AssignmentState, Target, TargetWho
from tracker.domain.progress import ClaimFact
from tracker.domain.types import ArticleId, Channel, ClaimId, MemberId, ProgrammeId, TargetId, TopicId, UnitId
from tracker.services.freezing_figures import figure_in, figure_out, post_in, post_out
from tracker.services.freezing_rows import (
    day_in,
    day_out,
    maybe_day,
    registered_in,
    registered_out,
    span_in,
    span_out,
    unit_in,
    unit_out,
)
from tracker.services.freezing_rules import rules_in, rules_out
from tracker.store import freezes, standings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from tracker.services.freezing_rows import Rows
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow, Frozen

WHOLE = (
    "head",
    "span",
    "binding",
    "unit",
    "programme",
    "target",
    "assignment",
    "name",
    "topic",
    "article",
    "waiting",
    "channel",
    "rules",
)
PARTED = ("person", "claim", "clicks")


def freeze(tx: Tx, close: CloseRow, ledger: Ledger) -> None:
    """Keep a ledger as the frozen rows of a close."""
    freezes.freeze(tx, close.close_id, pack(ledger))


def thaw(
    tx: Tx, close: CloseRow, zone: ZoneInfo, *, unit_id: UnitId | None, member_id: MemberId | None, figures: bool
) -> Ledger:
    """Give the ledger of a close, or only what a unit below it, or one member of that unit, needs of it.

    Those who were erased since have no name.
    """
    rows = freezes.list_frozen(tx, close.close_id, WHOLE)
    erased = standings.list_erased(tx)
    rows["name"] = [(n, "" if n in erased else name) for n, name in rows.get("name", [])]
    today = close.cut_off_at.astimezone(zone).date()
    ledger = unpack(rows, unit_id=close.unit_id, today=today, cut_off_at=close.cut_off_at)
    units = None
    if unit_id is not None and unit_id != close.unit_id:
        part = narrow_to_unit(ledger, unit_id)
        units = {span.unit_id for span in part.spans}
        ledger = part if member_id is None else ledger
    ledger = _with_parts(tx, close, ledger, units, PARTED if figures else PARTED[:2])
    return ledger if member_id is None else narrow_to_member(ledger, member_id)


def pack(ledger: Ledger) -> Iterator[Frozen]:
    """Give a ledger as rows of plain values; lists in their order, people's names under the member's id.

    What grows with people is parted by the unit they stood in all the time (0: in several), so that one unit's part
    can be read alone.
    """
    yield "head", 0, {"start_on": ledger.start_on.isoformat(), "end_on": ledger.end_on.isoformat()}
    yield from (("span", n, span_out(span)) for n, span in enumerate(ledger.spans))
    for unit_id, binding in ledger.bindings.items():
        spans = [span_out(span) for span in binding.spans]
        yield "binding", unit_id, {"whole": binding.whole, "spans": spans}
    for unit_id, unit in ledger.units.items():
        yield "unit", unit_id, unit_out(unit)
    yield from (("programme", n, _programme_out(p)) for n, p in enumerate(ledger.programmes.values()))
    yield from (("target", n, _target_out(t)) for n, t in enumerate(ledger.targets))
    yield from (("assignment", n, _turn_out(t)) for n, t in enumerate(ledger.assignments))
    yield from (("name", member_id, name) for member_id, name in ledger.names.items())
    yield from (("topic", n, [topic_id, name]) for n, (topic_id, name) in enumerate(ledger.topics.items()))
    for article in ledger.articles.values():
        yield "article", article.article_id, [article.title, article.host, article.source, list(article.authors)]
    yield from (("waiting", n, [w.unit_id, w.day.isoformat(), w.count]) for n, w in enumerate(ledger.waiting))
    yield from (("channel", n, post_out(p)) for n, p in enumerate(ledger.channel_posts))
    yield "rules", 0, rules_out(ledger.rules)
    yield from _parts_out(ledger)


def unpack(rows: Rows, *, unit_id: UnitId, today: dt.date, cut_off_at: dt.datetime) -> Ledger:
    """Read the rows of `pack` back, but for those parted by unit."""
    head = rows["head"][0][1]
    programmes = [_programme_in(p) for _, p in rows.get("programme", [])]
    return Ledger(
        unit_id=unit_id,
        member_id=None,
        start_on=day_in(head["start_on"]),
        end_on=day_in(head["end_on"]),
        today=today,
        cut_off_at=cut_off_at,
        spans=tuple(span_in(s) for _, s in rows.get("span", [])),
        bindings={UnitId(n): _binding_in(b) for n, b in rows.get("binding", [])},
        units={UnitId(n): unit_in(n, u) for n, u in rows.get("unit", [])},
        programmes={p.programme_id: p for p in programmes},
        targets=[_target_in(t) for _, t in rows.get("target", [])],
        assignments=[_turn_in(t) for _, t in rows.get("assignment", [])],
        people={},
        names={MemberId(n): name for n, name in rows.get("name", [])},
        claims=[],
        topics={TopicId(topic_id): name for _, (topic_id, name) in rows.get("topic", [])},
        articles={ArticleId(n): _article_in(n, a) for n, a in rows.get("article", [])},
        waiting=[Waiting(unit_id=UnitId(u), day=day_in(d), count=c) for _, (u, d, c) in rows.get("waiting", [])],
        channel_posts=[post_in(p) for _, p in rows.get("channel", [])],
        rules=rules_in(rows.get("rules", [])),
    )


def _with_parts(tx: Tx, close: CloseRow, ledger: Ledger, units: set[UnitId] | None, wanted: tuple[str, ...]) -> Ledger:
    """Add people, claims and clicks: of all units, or of some and of whoever stood in several."""
    parts = {0, *(ledger.units if units is None else units)}
    rows = freezes.list_frozen(tx, close.close_id, [f"{kind}@{part}" for kind in wanted for part in sorted(parts)])
    found: Rows = {}
    for kind, listed in rows.items():
        found.setdefault(kind.partition("@")[0], []).extend(listed)
    people = [_person_in(p) for _, p in sorted(found.get("person", []), key=_position)]
    return replace(
        ledger,
        people={p.member_id: p for p in people},
        claims=[_claim_in(c) for _, c in sorted(found.get("claim", []), key=_position)],
        clicks=[click for _, row in sorted(found.get("clicks", []), key=_position) for click in _clicks_in(row)],
    )


def _parts_out(ledger: Ledger) -> Iterator[Frozen]:
    parts = {member_id: _part(person) for member_id, person in ledger.people.items()}
    for n, person in enumerate(ledger.people.values()):
        yield f"person@{parts[person.member_id]}", n, _person_out(person)
    for n, claim in enumerate(ledger.claims):
        part = parts.get(claim.fact.member_id, 0)
        alone = part == claim.fact.unit_id and not claim.fact.coauthor_ids
        yield f"claim@{part if alone else 0}", n, _claim_out(claim)
    for n, row in enumerate(_clicks_out(ledger)):
        yield f"clicks@{parts.get(row[0], 0)}", n, row


def _part(person: PersonRecord) -> int:
    """Give the unit a person stood in all the time; 0 where there were several."""
    units = {stay.unit_id for stay in person.history.memberships}
    return units.pop() if len(units) == 1 else 0


def _position(row: tuple[int, Any]) -> int:
    return row[0]


def _binding_in(row: Mapping[str, Any]) -> Binding:
    return Binding(spans=tuple(span_in(span) for span in row["spans"]), whole=row["whole"])


def _programme_out(programme: ProgrammeRecord) -> dict[str, Any]:
    return registered_out(programme) | {"wide": programme.wide_reach_clicks}


def _programme_in(row: Mapping[str, Any]) -> ProgrammeRecord:
    return ProgrammeRecord(**registered_in(row), wide_reach_clicks=row["wide"])


def _target_out(target: Target) -> dict[str, Any]:
    return {
        "id": target.target_id,
        "programme": target.programme_id,
        "who": target.who.value,
        "what": target.what.value,
        "minimum": target.minimum,
        "aim": target.aim,
        "per": target.per.value,
        "topics": sorted(target.topic_ids),
        "slots": list(target.slots),
    }


def _target_in(row: Mapping[str, Any]) -> Target:
    return Target(
        target_id=TargetId(row["id"]),
        programme_id=ProgrammeId(row["programme"]),
        who=TargetWho(row["who"]),
        what=ClaimKind(row["what"]),
        minimum=row["minimum"],
        per=PeriodKind(row["per"]),
        aim=row["aim"],
        topic_ids=frozenset(TopicId(t) for t in row["topics"]),
        slots=tuple(row["slots"]),
    )


def _turn_out(turn: Assignment) -> list[Any]:
    due = day_out(turn.due_on)
    return [turn.target_id, turn.member_id, str(turn.period), turn.slot, turn.topic_id, due, turn.state.value]


def _turn_in(row: list[Any]) -> Assignment:
    target, member, period, slot, topic, due, state = row
    return Assignment(
        target_id=TargetId(target),
        member_id=MemberId(member),
        period=Period.parse(period),
        slot=slot,
        topic_id=None if topic is None else TopicId(topic),
        due_on=maybe_day(due),
        state=AssignmentState(state),
    )


def _person_out(person: PersonRecord) -> dict[str, Any]:
    held, away = person.history.memberships, person.history.absences
    stays = [[s.unit_id, s.status.value, s.since.isoformat(), day_out(s.until), s.temporary] for s in held]
    absences = [[a.from_on.isoformat(), a.until_on.isoformat(), a.reason] for a in away]
    return {"id": person.member_id, "role": person.party_role, "stays": stays, "absences": absences}


def _person_in(row: Mapping[str, Any]) -> PersonRecord:
    stays = [
        Membership(
            unit_id=UnitId(unit),
            status=MemberStatus(status),
            since=day_in(since),
            until=maybe_day(until),
            temporary=temporary,
        )
        for unit, status, since, until, temporary in row["stays"]
    ]
    absences = [Absence(from_on=day_in(a), until_on=day_in(b), reason=reason) for a, b, reason in row["absences"]]
    return PersonRecord(
        member_id=MemberId(row["id"]),
        party_role=row["role"],
        history=MemberHistory(memberships=tuple(stays), absences=tuple(absences)),
    )


def _claim_out(claim: ClaimRecord) -> dict[str, Any]:
    fact = claim.fact
    return {
        "id": str(fact.claim),
        "kind": fact.kind.value,
        "unit": fact.unit_id,
        "on": fact.happened_on.isoformat(),
        "topics": sorted(fact.topic_ids),
        "slot": fact.slot,
        "coauthors": list(fact.coauthor_ids),
        "title": claim.title,
        "url": claim.url,
        "article": claim.article_id,
        "article_url": claim.article_url,
        "channel": None if claim.channel is None else claim.channel.value,
        "late": claim.late,
        "figures": [figure_out(figure) for figure in claim.figures],
    }


def _claim_in(row: Mapping[str, Any]) -> ClaimRecord:
    claim_id = ClaimId.parse(row["id"])
    if claim_id is None:
        raise AssertionError
    fact = ClaimFact(
        claim=claim_id,
        member_id=claim_id.member_id,
        kind=ClaimKind(row["kind"]),
        unit_id=UnitId(row["unit"]),
        happened_on=day_in(row["on"]),
        topic_ids=frozenset(TopicId(t) for t in row["topics"]),
        slot=row["slot"],
        coauthor_ids=tuple(MemberId(m) for m in row["coauthors"]),
    )
    return ClaimRecord(
        fact=fact,
        title=row["title"],
        url=row["url"],
        article_id=None if row["article"] is None else ArticleId(row["article"]),
        article_url=row["article_url"],
        channel=None if row["channel"] is None else Channel(row["channel"]),
        late=row["late"],
        figures=tuple(figure_in(figure) for figure in row["figures"]),
    )


def _article_in(article_id: int, row: list[Any]) -> ArticleRecord:
    title, host, source, authors = row
    return ArticleRecord(
        article_id=ArticleId(article_id), title=title, host=host, source=source, authors=tuple(authors)
    )


def _clicks_out(ledger: Ledger) -> list[list[Any]]:
    """Give the clicks as one row a member: the id, then a list for each day, article and channel."""
    found: dict[MemberId, list[Any]] = {}
    for click in ledger.clicks:
        counts = [click.click_count, click.person_day_count]
        row = [click.day.isoformat(), click.article_id, click.channel.value, *counts]
        found.setdefault(click.member_id, []).append(row)
    return [[member_id, rows] for member_id, rows in found.items()]


def _clicks_in(row: list[Any]) -> Iterator[ClickDay]:
    member_id, days = row
    for day, article_id, channel, clicks, person_days in days:
        yield ClickDay(
            member_id=MemberId(member_id),
            day=day_in(day),
            article_id=ArticleId(article_id),
            channel=Channel(channel),
            click_count=clicks,
            person_day_count=person_days,
        )
