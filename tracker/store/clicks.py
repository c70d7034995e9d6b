"""Day counters of tracked links, and the roll-ups that sum the valid ones: always one transaction for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tracker.store.db import Tx
    from tracker.store.links import Triple

Key = tuple[Any, ...]
Sums = tuple[int, int]  # requests, person-days
NO_CLAIMS = {"share_count": 0, "authored_count": 0, "presentation_count": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickCount:
    """Requests on one link on one local day under one verdict and one method; `valid` ones enter the roll-ups."""

    slug: str
    member_id: int
    article_id: int
    channel: str
    day: dt.date
    verdict: str
    method: str
    valid: bool
    request_count: int
    person_day_count: int
    birth_count: int = 0  # of them, those that came at the link's birth
    first_at: dt.datetime | None = None  # of the link's first request, where it was not known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthClicks:
    """Valid clicks of one member, article and channel in one local month."""

    month: str
    click_count: int
    person_day_count: int


def record(tx: Tx, counts: Collection[ClickCount]) -> None:
    """Add counts to the day counters and what is valid to the roll-ups; rows in one order, so that nobody deadlocks."""
    note_births(tx, counts)
    by_verdict = _summed(counts, lambda c: (c.slug, c.day, c.verdict, c.method))
    _add(tx, LinkDay, ("slug", "day", "verdict", "method"), "request_count", by_verdict)
    valid = [c for c in counts if c.valid]
    by_member = _summed(valid, lambda c: (c.member_id, c.day, c.article_id, c.channel))
    _add(tx, MemberLinkDay, ("member_id", "day", "article_id", "channel"), "click_count", by_member)
    by_month = _summed(valid, lambda c: (c.member_id, f"{c.day:%Y-%m}"))
    _add(tx, MemberMonth, ("member_id", "month"), "click_count", by_month, NO_CLAIMS)
    _add(tx, ArticleDay, ("article_id", "day"), "click_count", _summed(valid, lambda c: (c.article_id, c.day)))


def note_births(tx: Tx, counts: Collection[ClickCount]) -> None:
    """Keep when a link was first followed, and how many of its counted clicks came at that moment."""
    births: dict[str, tuple[int, dt.datetime | None]] = {}
    for count in counts:
        before, first_at = births.get(count.slug, (0, None))
        births[count.slug] = (before + count.birth_count, first_at or count.first_at)
    rows = [
        {"at_slug": slug, "births": number, "at_first": first_at}
        for slug, (number, first_at) in sorted(births.items())
        if number or first_at is not None
    ]
    if rows:
        told = {"first_at": func.coalesce(Link.first_at, bindparam("at_first", type_=Link.first_at.type))}
        more = {"birth_count": Link.birth_count + bindparam("births")}
        tx.execute(update(Link).where(Link.slug == bindparam("at_slug")).values(told | more), rows)


def clicks_by_month(tx: Tx, triples: Collection[Triple]) -> dict[Triple, list[MonthClicks]]:
    """Sum valid clicks of members' links by local month, in order."""
    if not triples:
        return {}
    table = MemberLinkDay
    columns: list[Any] = [table.member_id, table.article_id, table.channel, table.day]
    sums = [func.sum(table.click_count).label("clicks"), func.sum(table.person_day_count).label("person_days")]
    query = select(*columns, *sums).where(
        table.member_id.in_({m for m, _, _ in triples}), table.article_id.in_({a for _, a, _ in triples})
    )
    query = query.group_by(*columns).order_by(table.day)
    found: dict[Triple, dict[str, list[int]]] = {}
    for row in tx.all(query):
        triple = (row.member_id, row.article_id, row.channel)
        if triple in triples:
            month = found.setdefault(triple, {}).setdefault(f"{row.day:%Y-%m}", [0, 0])
            month[0] += row.clicks
            month[1] += row.person_days
    return {
        triple: [MonthClicks(month=m, click_count=c, person_day_count=p) for m, (c, p) in months.items()]
        for triple, months in found.items()
    }


def count_requests(tx: Tx, slug: str) -> dict[str, int]:
    """Count all requests on a link by verdict."""
    query = select(LinkDay.verdict, func.sum(LinkDay.request_count).label("requests")).where(LinkDay.slug == slug)
    return {row.verdict: int(row.requests) for row in tx.all(query.group_by(LinkDay.verdict))}


def _summed(counts: Iterable[ClickCount], key: Callable[[ClickCount], Key]) -> dict[Key, Sums]:
    """Sum requests and person-days by a key, in the order of the keys."""
    sums: dict[Key, Sums] = {}
    for count in counts:
        requests, people = sums.get(key(count), (0, 0))
        sums[key(count)] = (requests + count.request_count, people + count.person_day_count)
    return dict(sorted(sums.items()))


def _add(
    tx: Tx,
    table: Any,
    key: tuple[str, ...],
    counter: str,
    sums: Mapping[Key, Sums],
    unset: Mapping[str, int] | None = None,
) -> None:
    """Add sums to the rows of their keys, making the rows that are missing."""
    if not sums:
        return
    rows = [
        dict(zip(key, values, strict=True)) | {counter: requests, "person_day_count": people} | dict(unset or {})
        for values, (requests, people) in sums.items()
    ]
    statement = tx.insert(table)
    more = {name: getattr(table, name) + statement.excluded[name] for name in (counter, "person_day_count")}
    tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more), rows)
