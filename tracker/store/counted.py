"""What counts, as rows for the reckoning: accepted claims through the one view, their topics and figures, and clicks.

Claims are found by the unit of their day and by their people, so that each statement can name the member it reads.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.figures import Figure, Grade, Measure
from tracker.domain.ledger import ArticleRecord, ClaimRecord, ClickDay, Waiting
from tracker.domain.progress import ClaimFact
from tracker.domain.types import ArticleId, Channel, ClaimId, MemberId, TopicId, UnitId
from tracker.store.claims_read import among
from tracker.store.standings import Territory, of_people, units_of
from tracker.store.tables.claims import Claim, ClaimCredit, ClaimTopic, Reading, Republication, counted_claims
from tracker.store.tables.feeds import Article, ArticleTopic, Topic
from tracker.store.tables.links import MemberLinkDay

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tracker.store.db import Tx

C = counted_claims.c
_CHANNELS = {channel.value: channel for channel in Channel}
_KINDS = {kind.value: kind for kind in ClaimKind}
PAIRS = 5_000  # keys named in one statement; either database takes more
_READ = (C.member_id, C.number, C.kind, C.unit_id, C.happened_on, C.slot, C.title, C.url, C.article_id, C.article_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPlace:
    """In which unit and on which day a claim counts, and the collected article it names."""

    unit_id: UnitId
    on: dt.date
    article_id: ArticleId | None


def list_claims(tx: Tx, territory: Territory, *, figures: bool) -> list[ClaimRecord]:
    """List the accepted claims that happened in the territory's days, in its units or credited to its people.

    In the order of days; with their own figures only where asked for.
    """
    coauthors = _list_coauthors(tx, territory)
    found = _list_rows(tx, _owned(territory))
    owned = {ClaimId(MemberId(r.member_id), r.number) for r in found}
    shared = _list_others(tx, territory, sorted(set(coauthors) - owned))
    others = [ClaimId(MemberId(r.member_id), r.number) for r in shared]
    found += shared
    topics = _list_topics(tx, territory, others)
    stated = list_figures(tx, territory, others) if figures else {}
    rows = sorted(found, key=lambda r: (r.happened_on, r.member_id, r.number))
    return [_claim(row, coauthors, topics, stated) for row in rows]


def list_topic_names(tx: Tx) -> dict[TopicId, str]:
    """List all topics of the office, by name."""
    rows = tx.all(select(Topic.topic_id, Topic.name).order_by(Topic.name_folded))
    return {TopicId(row.topic_id): row.name for row in rows}


def list_figures(tx: Tx, territory: Territory, others: Collection[ClaimId] = ()) -> dict[ClaimId, list[Figure]]:
    """List the figures of the territory's accepted claims and of others.

    They are the latest reading of each measure and grade, and confirmed republications.
    """
    wanted = _wanted(territory, others)
    found: dict[ClaimId, dict[tuple[Measure, Grade], tuple[int, Figure]]] = defaultdict(dict)
    for row in tx.all(_readings().where(wanted).order_by(Reading.member_id, Reading.number, Reading.reading)):
        figure = _figure(row)
        found[ClaimId(MemberId(row.member_id), row.number)][figure.measure, figure.grade] = (row.reading, figure)
    figures = {claim_id: _unchecked_last(latest) for claim_id, latest in found.items()}
    for row in tx.all(_republications().where(wanted).group_by(C.member_id, C.number)):
        figure = Figure(measure=Measure.REPUBLICATIONS, grade=Grade.MEASURED, value=row.carried, as_of=row.at)
        figures.setdefault(ClaimId(MemberId(row.member_id), row.number), []).append(figure)
    return figures


def list_places(tx: Tx, claim_ids: Iterable[ClaimId]) -> dict[ClaimId, ClaimPlace]:
    """List where accepted claims count, and of which article they are."""
    ids, columns = sorted(claim_ids), (C.member_id, C.number, C.unit_id, C.happened_on, C.article_id)
    parts = (ids[start : start + PAIRS] for start in range(0, len(ids), PAIRS))
    rows = (row for part in parts for row in tx.all(select(*columns).where(among(C.member_id, C.number, part))))
    return {
        ClaimId(MemberId(r.member_id), r.number): ClaimPlace(
            unit_id=UnitId(r.unit_id),
            on=r.happened_on,
            article_id=None if r.article_id is None else ArticleId(r.article_id),
        )
        for r in rows
    }


def list_clicks(tx: Tx, territory: Territory) -> list[ClickDay]:
    """List the valid clicks on the links of the territory's people, by day."""
    return _list_clicks(tx, of_people(MemberLinkDay.member_id, territory), territory.start_on, territory.end_on)


def list_clicks_of(tx: Tx, member_ids: Sequence[MemberId], start_on: dt.date, end_on: dt.date) -> list[ClickDay]:
    """List the valid clicks on the links of some members on the days [start_on, end_on)."""
    parts = (member_ids[start : start + PAIRS] for start in range(0, len(member_ids), PAIRS))
    return [c for part in parts for c in _list_clicks(tx, MemberLinkDay.member_id.in_(part), start_on, end_on)]


def list_articles(tx: Tx, article_ids: Iterable[int]) -> dict[ArticleId, ArticleRecord]:
    """List articles by id."""
    ids = sorted(set(article_ids))
    columns = (Article.article_id, Article.title, Article.host, Article.source, Article.authors)
    found: dict[ArticleId, ArticleRecord] = {}
    for start in range(0, len(ids), PAIRS):
        rows = tx.all(select(*columns).where(Article.article_id.in_(ids[start : start + PAIRS])))
        for row in rows:
            key = ArticleId(row.article_id)
            found[key] = ArticleRecord(
                article_id=key, title=row.title, host=row.host, source=row.source, authors=tuple(row.authors)
            )
    return dict(sorted(found.items()))


def list_waiting(tx: Tx, territory: Territory) -> list[Waiting]:
    """Count the claims that wait for a decision or for their completion, by unit and day."""
    states = (ClaimState.PENDING.value, ClaimState.RETURNED.value)
    in_days = and_(Claim.happened_on >= territory.start_on, Claim.happened_on < territory.end_on)
    query = select(Claim.unit_id, Claim.happened_on, func.count().label("claims")).where(
        Claim.state.in_(states), in_days, _in_units(Claim.unit_id, territory)
    )
    rows = tx.all(query.group_by(Claim.unit_id, Claim.happened_on).order_by(Claim.unit_id, Claim.happened_on))
    return [Waiting(unit_id=UnitId(row.unit_id), day=row.happened_on, count=row.claims) for row in rows]


def _list_clicks(tx: Tx, whose: ColumnElement[bool], start_on: dt.date, end_on: dt.date) -> list[ClickDay]:
    table = MemberLinkDay
    columns = (table.member_id, table.day, table.article_id, table.channel, table.click_count, table.person_day_count)
    query = select(*columns).where(whose, table.day >= start_on, table.day < end_on)
    rows: Any = tx.all(query.order_by(table.member_id, table.day, table.article_id, table.channel))
    return [
        ClickDay(
            member_id=member_id,
            day=day,
            article_id=article_id,
            channel=_CHANNELS[channel],
            click_count=clicks,
            person_day_count=person_days,
        )
        for member_id, day, article_id, channel, clicks, person_days in rows
        if clicks or person_days  # a row put right to zero is no row
    ]


def _in_units(column: Any, territory: Territory) -> ColumnElement[bool]:
    everybody = territory.unit_id is None and territory.member_id is None
    return true() if everybody else column.in_(units_of(territory))


def _in_days(territory: Territory) -> ColumnElement[bool]:
    return and_(C.happened_on >= territory.start_on, C.happened_on < territory.end_on)


def _owned(territory: Territory) -> ColumnElement[bool]:
    """The claim is the territory's: by its people, or by the unit of its day."""
    people = of_people(C.member_id, territory)
    if territory.member_id is not None or territory.unit_id is None:
        return and_(_in_days(territory), people)
    return and_(_in_days(territory), or_(_in_units(C.unit_id, territory), people))


def _list_rows(tx: Tx, wanted: ColumnElement[bool]) -> list[Any]:
    return list(tx.all(select(*_READ, C.channel, C.late).where(wanted)))


def _list_others(tx: Tx, territory: Territory, claim_ids: Sequence[ClaimId]) -> list[Any]:
    """List those of some claims that happened in the days."""
    parts = (claim_ids[start : start + PAIRS] for start in range(0, len(claim_ids), PAIRS))
    return [r for part in parts for r in _list_rows(tx, and_(among(C.member_id, C.number, part), _in_days(territory)))]


def _list_coauthors(tx: Tx, territory: Territory) -> dict[ClaimId, list[MemberId]]:
    """List the co-authors of the people's pieces, and the pieces of others that they are co-authors of."""
    table = ClaimCredit
    people = or_(of_people(table.member_id, territory), of_people(table.owner_id, territory))
    query = select(table.member_id, table.owner_id, table.number).where(table.role == "coauthor", people)
    found: dict[ClaimId, list[MemberId]] = defaultdict(list)
    for row in tx.all(query.order_by(table.owner_id, table.number, table.member_id)):
        found[ClaimId(MemberId(row.owner_id), row.number)].append(MemberId(row.member_id))
    return found


def _list_topics(tx: Tx, territory: Territory, others: Collection[ClaimId]) -> dict[ClaimId, set[TopicId]]:
    """List the topics of claims: their own and those of their article."""
    wanted = _wanted(territory, others)
    own = select(C.member_id, C.number, ClaimTopic.topic_id).join(
        ClaimTopic, and_(ClaimTopic.member_id == C.member_id, ClaimTopic.number == C.number)
    )
    of_article = select(C.member_id, C.number, ArticleTopic.topic_id).join(
        ArticleTopic, ArticleTopic.article_id == C.article_id
    )
    found: dict[ClaimId, set[TopicId]] = defaultdict(set)
    for row in (*tx.all(own.where(wanted)), *tx.all(of_article.where(wanted))):
        found[ClaimId(MemberId(row.member_id), row.number)].add(TopicId(row.topic_id))
    return found


def _unchecked_last(latest: Mapping[tuple[Measure, Grade], tuple[int, Figure]]) -> list[Figure]:
    """Leave out what was declared before it was verified."""
    verified = {measure: reading for (measure, grade), (reading, _) in latest.items() if grade is Grade.VERIFIED}
    return [
        figure
        for (measure, grade), (reading, figure) in latest.items()
        if grade is not Grade.DECLARED or reading > verified.get(measure, 0)
    ]


def _wanted(territory: Territory, others: Collection[ClaimId]) -> ColumnElement[bool]:
    if not others:
        return _owned(territory)
    return or_(_owned(territory), and_(among(C.member_id, C.number, others), _in_days(territory)))


def _readings() -> Any:
    columns = (Reading.member_id, Reading.number, Reading.reading, Reading.measure, Reading.grade, Reading.value)
    of_claim = and_(Reading.member_id == C.member_id, Reading.number == C.number)
    return select(*columns, Reading.at_least, Reading.at_most, Reading.read_at).join(counted_claims, of_claim)


def _republications() -> Any:
    of_claim = and_(Republication.member_id == C.member_id, Republication.number == C.number)
    confirmed = and_(Republication.state == "confirmed", Republication.decided_at.is_not(None))
    counts = (func.count().label("carried"), func.max(Republication.decided_at).label("at"))
    return select(C.member_id, C.number, *counts).join(Republication, and_(of_claim, confirmed))


def _figure(row: Any) -> Figure:
    read_at: dt.datetime = row.read_at
    return Figure(
        measure=Measure(row.measure),
        grade=Grade(row.grade),
        value=row.value,
        as_of=read_at,
        at_least=row.at_least,
        at_most=row.at_most,
    )


def _claim(
    row: Any,
    coauthors: Mapping[ClaimId, list[MemberId]],
    topics: Mapping[ClaimId, set[TopicId]],
    stated: Mapping[ClaimId, list[Figure]],
) -> ClaimRecord:
    claim_id = ClaimId(MemberId(row.member_id), row.number)
    fact = ClaimFact(
        claim=claim_id,
        member_id=claim_id.member_id,
        kind=_KINDS[row.kind],
        unit_id=UnitId(row.unit_id),
        happened_on=row.happened_on,
        topic_ids=frozenset(topics.get(claim_id, ())),
        slot=row.slot,
        coauthor_ids=tuple(coauthors.get(claim_id, ())),
    )
    return ClaimRecord(
        fact=fact,
        title=row.title,
        url=row.url,
        article_id=None if row.article_id is None else ArticleId(row.article_id),
        article_url=row.article_url,
        channel=None if row.channel is None else _CHANNELS[row.channel],
        late=bool(row.late),
        figures=tuple(stated.get(claim_id, ())),
    )
