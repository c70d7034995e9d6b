"""One row of claims: what it states, before anything is looked up. An imported claim is not bound by the 400 days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.articles import TOPIC_MOST
from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.errors import Code
from tracker.domain.figures import Measure
from tracker.domain.names import fold
from tracker.domain.types import Channel
from tracker.domain.urls import names_a_post
from tracker.services.imports import cells
from tracker.services.imports.cells import CODE_MOST
from tracker.services.imports.outcomes import Refused, Said

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.urls import UrlFacts
    from tracker.services.imports.columns import Record

LESSON_MOST = 5_000
KINDS = {
    ClaimKind.SHARE: ("chia se", "bai chia se"),
    ClaimKind.AUTHORED: ("bai viet", "viet bai", "tac gia"),
    ClaimKind.PRESENTATION: ("trinh bay", "ke chuyen", "gioi thieu"),
}
STATES = {
    ClaimState.PENDING: ("cho duyet",),
    ClaimState.RETURNED: ("tra lai", "tra lai de bo sung"),
    ClaimState.ACCEPTED: ("da duyet", "dat", "duoc duyet"),
    ClaimState.REJECTED: ("tu choi",),
    ClaimState.WITHDRAWN: ("da rut", "rut"),
    ClaimState.REVERSED: ("da huy duyet", "huy duyet"),
}
CHANNELS: dict[Channel, tuple[str, ...]] = dict.fromkeys(Channel, ()) | {
    Channel.FACEBOOK: ("fb",),
    Channel.X: ("twitter",),
    Channel.WEB: ("trang web", "website", "khac", "other"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """One row as read."""

    number: int
    member_code: str
    kind: ClaimKind
    state: ClaimState
    article: UrlFacts | None
    post: UrlFacts | None
    title: str
    channel: Channel | None
    happened_on: dt.date
    topics: tuple[str, ...]
    lesson: str | None
    slot: str | None
    figures: dict[Measure, int]

    @property
    def page_key(self) -> str | None:
        """Give the key of the article that the row is about: of the piece itself, where it was written."""
        page = self.article or (self.post if self.kind is ClaimKind.AUTHORED else None)
        return page.key if page else None


def read_claim(row: Record, today: dt.date) -> ClaimRecord:
    """Read a row, or refuse it."""
    kind = cells.read_word(row, "kind", KINDS)
    happened_on = cells.read_day(row, "happened_on")
    if kind is None or happened_on is None:
        raise Refused(Code.FIELD_INVALID, Said.EMPTY, column="happened_on" if kind else "kind")
    if happened_on > today:
        raise Refused(Code.CLAIM_DATE, Said.FUTURE, column="happened_on", value=happened_on.isoformat())
    article, post = _address(row, "article_url"), _address(row, "url")
    record = ClaimRecord(
        number=row.number,
        member_code=cells.read_words(row, "member_code", needed=True, most=CODE_MOST),
        kind=kind,
        state=cells.read_word(row, "state", STATES) or ClaimState.PENDING,
        article=article,
        post=post,
        title=cells.read_words(row, "title"),
        channel=_channel(kind, cells.read_word(row, "channel", CHANNELS), post),
        happened_on=happened_on,
        topics=_topics(row),
        lesson=cells.read_words(row, "lesson", most=LESSON_MOST) or None,
        slot=cells.read_words(row, "slot") or None,
        figures=_figures(row),
    )
    _check(record)
    return record


def _check(record: ClaimRecord) -> None:
    """Refuse a row that names nothing, or a presentation without its lesson."""
    if record.kind is ClaimKind.PRESENTATION:
        if record.lesson is None:
            raise Refused(Code.CLAIM_LESSON_MISSING, Said.LESSON_MISSING)
    elif record.article is None and record.post is None and not record.title:
        raise Refused(Code.FIELD_INVALID, Said.NOTHING_NAMED)


def _address(row: Record, column: str) -> UrlFacts | None:
    facts = cells.read_address(row, column, Code.CLAIM_LINK)
    if facts is not None and not names_a_post(facts):
        raise Refused(Code.CLAIM_LINK, Said.NOT_A_POST, column=column)
    return facts


def _channel(kind: ClaimKind, told: Channel | None, post: UrlFacts | None) -> Channel | None:
    """Tell where a share was posted: its address knows better than the column; without both it is not known."""
    if kind is not ClaimKind.SHARE or post is None:
        return told
    return post.channel if post.channel is not Channel.WEB else told or Channel.WEB


def _topics(row: Record) -> tuple[str, ...]:
    listed = cells.read_listed(row, "topics")
    if any(len(name) > TOPIC_MOST or not fold(name) for name in listed):
        raise Refused(Code.FIELD_INVALID, Said.TOO_LONG, column="topics", most=TOPIC_MOST)
    return listed


def _figures(row: Record) -> dict[Measure, int]:
    told = {m: cells.read_count(row, m.value) for m in (Measure.REACH, Measure.ENGAGEMENTS)}
    return {measure: value for measure, value in told.items() if value is not None}
