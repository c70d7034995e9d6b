"""Registers as frozen rows of a close, and back: what is printed of either is the same.

Names of members stand among the ledger's rows of the close, so that erasing a person takes the name out.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tracker.domain.awards import AwardState, AwardWho
from tracker.domain.channels import ChannelKind, MonthTotal
from tracker.domain.figures import Measure
from tracker.domain.numbers import Qualifier
from tracker.domain.periods import Period
from tracker.domain.registers import (
    ActivityRecord,
    AwardRecord,
    ChannelRecord,
    DirectiveRecord,
    MeetingRecord,
    PostDay,
    ProgrammeCard,
    Registers,
)
from tracker.domain.types import Channel, MemberId, UnitId
from tracker.services.freezing_figures import figure_in, figure_out
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.services.freezing_rows import Rows
    from tracker.store.freezes import Frozen

MARK = "registers"  # stands where a close froze registers; closes before that print them as they are now
KINDS = (MARK, "award", "meeting", "activity", "card", "directive", "page", "place", "above")


def pack(registers: Registers) -> Iterator[Frozen]:
    """Give registers as rows of plain values, lists in their order; names go the way of the ledger's."""
    yield MARK, 0, 1
    yield from (("award", n, _award_out(row)) for n, row in enumerate(registers.awards))
    yield from (("meeting", n, _meeting_out(row)) for n, row in enumerate(registers.meetings))
    yield from (("activity", n, _activity_out(row)) for n, row in enumerate(registers.activities))
    yield from (("card", n, _card_out(row)) for n, row in enumerate(registers.programmes))
    for n, row in enumerate(registers.directives):
        yield "directive", n, [row.directive_id, row.code, row.issued_on.isoformat()]
    yield from (("page", n, _page_out(row)) for n, row in enumerate(registers.channels))
    yield from (("place", unit.unit_id, unit_out(unit)) for unit in registers.units.values())
    yield from (("above", unit_id, [span_out(s) for s in spans]) for unit_id, spans in registers.above.items())


def unpack(rows: Rows) -> Registers | None:
    """Read the rows of `pack` back; None where the close froze no registers."""
    if MARK not in rows:
        return None
    return Registers(
        awards=[_award_in(p) for _, p in rows.get("award", [])],
        meetings=[_meeting_in(p) for _, p in rows.get("meeting", [])],
        activities=[_activity_in(p) for _, p in rows.get("activity", [])],
        programmes=[_card_in(p) for _, p in rows.get("card", [])],
        directives=[
            DirectiveRecord(directive_id=key, code=code, issued_on=day_in(on))
            for _, (key, code, on) in rows.get("directive", [])
        ],
        channels=[_page_in(p) for _, p in rows.get("page", [])],
        units={UnitId(n): unit_in(n, p) for n, p in rows.get("place", [])},
        above={UnitId(n): [span_in(s) for s in p] for n, p in rows.get("above", [])},
    )


def _award_out(row: AwardRecord) -> dict[str, Any]:
    return {
        "id": row.award_id,
        "unit": row.unit_id,
        "period": str(row.period),
        "who": row.who.value,
        "member": row.member_id,
        "role": row.party_role,
        "title": row.title,
        "state": row.state.value,
        "decision": row.decision,
        "decided_on": day_out(row.decided_on),
    }


def _award_in(row: Mapping[str, Any]) -> AwardRecord:
    return AwardRecord(
        award_id=row["id"],
        unit_id=UnitId(row["unit"]),
        period=Period.parse(row["period"]),
        who=AwardWho(row["who"]),
        member_id=None if row["member"] is None else MemberId(row["member"]),
        party_role=row["role"],
        title=row["title"],
        state=AwardState(row["state"]),
        decision=row["decision"],
        decided_on=maybe_day(row["decided_on"]),
    )


def _meeting_out(row: MeetingRecord) -> dict[str, Any]:
    return {
        "id": row.meeting_id,
        "unit": row.unit_id,
        "on": row.held_on.isoformat(),
        "periods": [str(period) for period in row.periods],
        "kind": row.kind,
        "title": row.title,
        "speaker": row.speaker_id,
        "lesson": row.lesson,
    }


def _meeting_in(row: Mapping[str, Any]) -> MeetingRecord:
    return MeetingRecord(
        meeting_id=row["id"],
        unit_id=UnitId(row["unit"]),
        held_on=day_in(row["on"]),
        periods=tuple(Period.parse(period) for period in row["periods"]),
        kind=row["kind"],
        title=row["title"],
        speaker_id=None if row["speaker"] is None else MemberId(row["speaker"]),
        lesson=row["lesson"],
    )


def _activity_out(row: ActivityRecord) -> list[Any]:
    counts = [row.activity_count, row.participant_count]
    return [row.activity_id, row.unit_id, row.name, str(row.period), *counts]


def _activity_in(row: list[Any]) -> ActivityRecord:
    activity_id, unit_id, name, period, times, participants = row
    return ActivityRecord(
        activity_id=activity_id,
        unit_id=UnitId(unit_id),
        name=name,
        period=Period.parse(period),
        activity_count=times,
        participant_count=participants,
    )


def _card_out(row: ProgrammeCard) -> dict[str, Any]:
    return registered_out(row) | {
        "amount": row.amount,
        "qualifier": None if row.qualifier is None else row.qualifier.value,
        "words": row.words,
        "measures": list(row.measures),
        "directives": list(row.directive_ids),
    }


def _card_in(row: Mapping[str, Any]) -> ProgrammeCard:
    return ProgrammeCard(
        **registered_in(row),
        amount=row["amount"],
        qualifier=None if row["qualifier"] is None else Qualifier(row["qualifier"]),
        words=row["words"],
        measures=tuple(row["measures"]),
        directive_ids=tuple(row["directives"]),
    )


def _page_out(row: ChannelRecord) -> dict[str, Any]:
    return {
        "id": row.channel_id,
        "unit": row.unit_id,
        "name": row.name,
        "platform": row.platform.value,
        "kind": row.kind.value,
        "followers": row.follower_count,
        "months": [
            [m.month, m.post_count, m.entered_at.isoformat(), {k.value: v for k, v in m.values.items()}]
            for m in row.months
        ],
        "days": [
            [d.day.isoformat(), d.post_count, d.passed_on, [figure_out(figure) for figure in d.figures]]
            for d in row.days
        ],
    }


def _page_in(row: Mapping[str, Any]) -> ChannelRecord:
    return ChannelRecord(
        channel_id=row["id"],
        unit_id=UnitId(row["unit"]),
        name=row["name"],
        platform=Channel(row["platform"]),
        kind=ChannelKind(row["kind"]),
        follower_count=row["followers"],
        months=tuple(_month_in(row["id"], month) for month in row["months"]),
        days=tuple(
            PostDay(
                day=day_in(day),
                post_count=posts,
                passed_on=passed_on,
                figures=tuple(figure_in(figure) for figure in figures),
            )
            for day, posts, passed_on, figures in row["days"]
        ),
    )


def _month_in(channel_id: int, row: list[Any]) -> MonthTotal:
    month, posts, entered_at, values = row
    return MonthTotal(
        channel_id=channel_id,
        month=month,
        post_count=posts,
        entered_at=dt.datetime.fromisoformat(entered_at),
        version=1,
        values={Measure(name): value for name, value in values.items()},
    )
