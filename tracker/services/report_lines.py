"""The lines of a report, reckoned from a ledger: totals, targets, topics and the annexes. No database, no format."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tracker.domain import reach
from tracker.domain.claims import ClaimKind
from tracker.domain.figures import hide_small
from tracker.domain.organisation import deciding_day
from tracker.domain.periods import PeriodKind, periods_inside
from tracker.domain.programmes import TargetWho
from tracker.domain.progress import RowState
from tracker.domain.types import ArticleId, ClaimId
from tracker.reports.contents import (
    MemberLine,
    PieceLine,
    PresentationLine,
    ReportData,
    ReportHead,
    ShareLine,
    TargetLine,
    TopicLine,
    Totals,
    WideLine,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.contribution import Contribution
    from tracker.domain.figures import Figure
    from tracker.domain.ledger import ClaimRecord, Ledger
    from tracker.domain.periods import Period
    from tracker.domain.programmes import Target
    from tracker.domain.progress import TargetProgress
    from tracker.domain.reach import ReachItem
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import MemberId


Items = list[tuple["Target", "TargetProgress"]]


def build(reckoner: Reckoner, head: ReportHead) -> ReportData:
    """Reckon everything a report of a period says."""
    period, items = head.period, reckoner.progresses(head.period, begun_only=True)
    claims = reach.claims_in(reckoner, period)
    return ReportData(
        head=head,
        totals=_totals(reckoner, period),
        targets=_targets(reckoner, items),
        figures=tuple(reach.shown_totals(reckoner, period, sees_all=False)),
        topics=_topics(reckoner, period),
        authored=tuple(_piece(reckoner.ledger, c) for c in claims if c.fact.kind is ClaimKind.AUTHORED),
        shares=tuple(_share(reckoner.ledger, c) for c in claims if c.fact.kind is ClaimKind.SHARE),
        presentations=tuple(_presentation(reckoner.ledger, c) for c in claims if c.fact.kind is ClaimKind.PRESENTATION),
        members=_members(reckoner, period, items),
        wide=_wide(reckoner, period, claims),
        month_minimum=_month_minimum(reckoner.ledger),
        warnings=_warnings(reckoner, period, items),
    )


def _totals(reckoner: Reckoner, period: Period) -> Totals:
    total = reckoner.total(period)
    apart = {m for m, stands in reckoner.standings(period).items() if not stands.counted}
    return Totals(
        members=reckoner.member_count(period),
        shares=total.shares,
        authored=total.authored,
        presentations=total.presentations,
        by_others=sum(1 for fact in reckoner.facts_in(period) if fact.member_id in apart),
    )


def _targets(reckoner: Reckoner, items: Items) -> tuple[TargetLine, ...]:
    found: dict[int, list[TargetProgress]] = {}
    for target, item in items:
        found.setdefault(target.target_id, []).append(item)
    programmes = reckoner.ledger.programmes
    return tuple(
        TargetLine(
            target=target,
            programme_name=programmes[target.programme_id].name,
            periods=tuple(found[target.target_id]),
        )
        for target in reckoner.ledger.targets
        if target.target_id in found
    )


def _topics(reckoner: Reckoner, period: Period) -> tuple[TopicLine, ...]:
    """Count claims by topic and unit; a topic that a target asks for is there for every unit with members, 0 too."""
    ledger, day = reckoner.ledger, deciding_day(period, reckoner.ledger.today)
    counts = Counter((topic, f.unit_id) for f in reckoner.facts_in(period) for topic in f.topic_ids)
    with_members = {s.unit_id for s in reckoner.standings(period).values() if s.counted and s.unit_id is not None}
    wanted = {
        (topic, unit_id)
        for target in ledger.targets
        for topic in target.topic_ids
        for unit_id in with_members & reckoner.bound_on(target, day)
    }
    order = {topic: place for place, topic in enumerate(ledger.topics)}
    lines = [(order[t], reckoner.unit_name(u, day), t, u) for t, u in {*counts, *wanted} if t in order]
    return tuple(
        TopicLine(topic=ledger.topics[topic], unit_id=unit_id, unit_name=name, claim_count=counts[topic, unit_id])
        for _, name, topic, unit_id in sorted(lines)
    )


def _piece(ledger: Ledger, claim: ClaimRecord) -> PieceLine:
    return PieceLine(
        claim_id=claim.fact.claim,
        title=claim.title,
        url=claim.url,
        authors=_authors(ledger, claim),
        topics=_topic_names(ledger, claim),
        source=_source(ledger, claim),
        happened_on=claim.fact.happened_on,
        figures=_shown(claim.figures),
    )


def _share(ledger: Ledger, claim: ClaimRecord) -> ShareLine:
    return ShareLine(
        claim_id=claim.fact.claim,
        member_id=claim.fact.member_id,
        full_name=ledger.names.get(claim.fact.member_id, ""),
        title=claim.title,
        source=_source(ledger, claim),
        channel=claim.channel,
        topics=_topic_names(ledger, claim),
        happened_on=claim.fact.happened_on,
        url=claim.url,
        article_url=claim.article_url,
        figures=_shown(claim.figures),
    )


def _presentation(ledger: Ledger, claim: ClaimRecord) -> PresentationLine:
    return PresentationLine(
        claim_id=claim.fact.claim,
        member_id=claim.fact.member_id,
        full_name=ledger.names.get(claim.fact.member_id, ""),
        title=claim.title,
        slot=claim.fact.slot,
        topics=_topic_names(ledger, claim),
        happened_on=claim.fact.happened_on,
    )


def _topic_names(ledger: Ledger, claim: ClaimRecord) -> tuple[str, ...]:
    return tuple(name for topic, name in ledger.topics.items() if topic in claim.fact.topic_ids)


def _members(reckoner: Reckoner, period: Period, items: Items) -> tuple[MemberLine, ...]:
    months = [m for m in periods_inside(PeriodKind.MONTH, period) if m.lies_in(period)]
    facts = [f for f in reckoner.facts if f.kind is ClaimKind.SHARE and period.contains_day(f.happened_on)]
    shares = Counter((m, f"{f.happened_on:%Y-%m}") for f in facts for m in f.credited_ids)
    excused = {row.member_id for _, item in items for row in item.rows if row.state is RowState.EXCUSED}
    minimum, standings = _month_minimum(reckoner.ledger), reckoner.standings(period)
    people, names = reckoner.ledger.people, reckoner.ledger.names
    lines = []
    for given in reckoner.contributions(period):
        by_month = tuple((month, shares[given.member_id, str(month)]) for month in months)
        unit_id = given.unit_id
        lines.append(
            MemberLine(
                member_id=given.member_id,
                full_name=names.get(given.member_id, ""),
                unit_id=unit_id,
                unit_name=reckoner.unit_name(unit_id, period.last_day) if unit_id is not None else "",
                party_role=people[given.member_id].party_role,
                months=by_month,
                shares=given.shares,
                months_met=sum(1 for _, count in by_month if count >= minimum),
                authored=given.authored,
                presentations=given.presentations,
                due=given.due,
                met=given.met,
                state=_state(given, excused),
                counted=standings[given.member_id].counted,
            )
        )
    return tuple(lines)


def _state(given: Contribution, excused: set[MemberId | None]) -> RowState | None:
    """Judge a member's whole period: met when everything due was; None where nothing was due nor excused."""
    if given.due == 0:
        return RowState.EXCUSED if given.member_id in excused else None
    return RowState.MET if given.met >= given.due else RowState.BELOW


def _wide(reckoner: Reckoner, period: Period, claims: Sequence[ClaimRecord]) -> tuple[WideLine, ...]:
    """List what spread: from the programmes' threshold on, else the office's, else the most clicked and shared."""
    items = reach.reach(reckoner, period, reach.ReachBy.ARTICLE)
    written = [c for c in claims if c.fact.kind is ClaimKind.AUTHORED]
    authors = _authors_by_article(reckoner.ledger, written)
    lines = [(item.clicks, _article_line(reckoner.ledger, item, authors)) for item in items]
    lines += [(0, _piece_line(reckoner.ledger, c)) for c in written if c.article_id is None]
    lines.sort(key=lambda line: (-line[0], -line[1].shares, line[1].title))
    thresholds = [p.wide_reach_clicks for p in reckoner.ledger.programmes.values() if p.wide_reach_clicks is not None]
    rules = reckoner.ledger.rules.of(period)
    if thresholds or rules.wide_reach_clicks:
        least = min(thresholds, default=rules.wide_reach_clicks)
        return tuple(line for clicks, line in lines if clicks >= least)
    return tuple(line for _, line in lines[: rules.wide_reach_pieces])


def _authors_by_article(ledger: Ledger, written: Iterable[ClaimRecord]) -> dict[ArticleId, list[str]]:
    """Name the members who wrote collected articles, in one pass over the pieces."""
    found: dict[ArticleId, list[str]] = defaultdict(list)
    for claim in written:
        if claim.article_id is not None:
            found[claim.article_id] += _authors(ledger, claim)
    return found


def _article_line(ledger: Ledger, item: ReachItem, authors: Mapping[ArticleId, Sequence[str]]) -> WideLine:
    article_id = ArticleId(int(item.key))
    article, own = ledger.articles.get(article_id), authors.get(article_id, ())
    return WideLine(
        article_id=article_id,
        claim_id=None,
        title=item.title,
        authors=tuple(dict.fromkeys(own)) or (article.authors if article else ()),
        source=article.source if article else "",
        shares=item.shares,
        figures=_shown(item.figures),
    )


def _piece_line(ledger: Ledger, claim: ClaimRecord) -> WideLine:
    return WideLine(
        article_id=None,
        claim_id=ClaimId(claim.fact.claim.member_id, claim.fact.claim.number),
        title=claim.title,
        authors=_authors(ledger, claim),
        source=_source(ledger, claim),
        shares=0,
        figures=_shown(claim.figures),
    )


def _warnings(reckoner: Reckoner, period: Period, items: Items) -> tuple[str, ...]:
    """Say what the office should look at before it signs; the paragraph on limitations is the officer's to write."""
    ledger = reckoner.ledger
    waiting = any(period.contains_day(w.day) and w.unit_id in reckoner.units_on(w.day) for w in ledger.waiting)
    found = {
        "limits.empty": True,
        "claims.pending": waiting,
        "period.running": not period.is_over(ledger.today),
        "targets.none": not items,
    }
    return tuple(code for code, holds in found.items() if holds)


def _month_minimum(ledger: Ledger) -> int:
    """Give how many shares a month a target asks of each member; 1 where none does."""
    monthly = (
        t.minimum
        for t in ledger.targets
        if (t.who, t.what, t.per) == (TargetWho.EACH_MEMBER, ClaimKind.SHARE, PeriodKind.MONTH) and not t.topic_ids
    )
    return next(monthly, 1)


def _authors(ledger: Ledger, claim: ClaimRecord) -> tuple[str, ...]:
    return tuple(ledger.names.get(member_id, "") for member_id in claim.fact.credited_ids)


def _source(ledger: Ledger, claim: ClaimRecord) -> str:
    """Name the source of what was shared or written: an article's, else the host of its address."""
    article = ledger.articles.get(claim.article_id) if claim.article_id is not None else None
    return article.source if article else reach.source_host(ledger, claim) or ""


def _shown(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(hide_small(figure, may_see_all=False) for figure in figures)
