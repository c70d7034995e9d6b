"""What the reports of registers add to a report's document: totals and annexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from tracker.domain.claims import ClaimKind
from tracker.reports.figure_json import figure_json
from tracker.reports.register_contents import Commendation, MeetingSheet, ProgrammeList, Sections

if TYPE_CHECKING:
    from tracker.domain.awards import AwardTotals
    from tracker.reports.register_contents import (
        ActivityLine,
        Annex,
        AwardLine,
        ChannelLine,
        DirectiveLine,
        DueLine,
        GroundLine,
        MeetingLine,
        ProgrammeLine,
        TurnLine,
    )


def totals(annex: Annex | None) -> dict[str, Any]:
    """Give the totals that stand beside those of the period."""
    match annex:
        case Commendation():
            return _award_totals(annex.totals)
        case ProgrammeList():
            return _programme_totals(annex)
        case MeetingSheet() | Sections() | None:
            return {}
    assert_never(annex)


def _award_totals(counted: AwardTotals) -> dict[str, Any]:
    return {"collective": counted.collective, "individual": counted.individual}


def _programme_totals(annex: ProgrammeList) -> dict[str, Any]:
    kinds = [{"kind": kind, "count": count, "new": new} for kind, count, new in annex.totals.by_kind]
    return {"programmes": annex.totals.count, "new": annex.totals.new, "by_kind": kinds}


def section_totals(annex: Sections) -> dict[str, Any]:
    """Give what the registers come to; months stated for channels and their single posts are never added."""
    stated = [line.month_post_count for line in annex.channels if line.month_post_count is not None]
    return {
        "meetings": len(annex.meetings),
        "activities": [
            {"name": t.name, "count": t.count, "participants": t.participants} for t in annex.activity_totals
        ],
        **_programme_totals(annex.programmes),
        "proposed": _award_totals(annex.proposed),
        "awarded": _award_totals(annex.awarded),
        "channels": len(annex.channels),
        "posts": sum(line.post_count for line in annex.channels),
        "month_posts": sum(stated) if stated else None,
    }


def annexes(annex: Annex | None, usual: dict[str, Any]) -> dict[str, Any]:
    """Give the annexes: a commendation's own in place of the usual ones, the others' beside them."""
    match annex:
        case None:
            return usual
        case Commendation():
            return {
                "individuals": [_award(line) for line in annex.individuals],
                "collectives": [_award(line) for line in annex.collectives],
            }
        case MeetingSheet():
            return usual | {
                "due": [_due(line) for line in annex.due],
                "next": [_turn(line) for line in annex.turns],
                "meetings": [_meeting(line) for line in annex.meetings],
            }
        case ProgrammeList():
            return usual | {
                "programmes": [_programme(line) for line in annex.programmes],
                "directives": [_directive(line) for line in annex.directives],
            }
        case Sections():
            return usual | _sections(annex)
    assert_never(annex)


def _sections(annex: Sections) -> dict[str, Any]:
    """Give the sections; what an award rests on is counted here, its rows stand in the report of commendations."""
    return {
        "meetings": [_meeting(line) for line in annex.meetings],
        "activities": [_activity(line) for line in annex.activities],
        "programmes": [_programme(line) for line in annex.programmes.programmes],
        "directives": [_directive(line) for line in annex.programmes.directives],
        "awards": [_award_head(line) | {"done": _done(line)} for line in annex.awards],
        "channels": [_channel(line) for line in annex.channels],
    }


def _award(line: AwardLine) -> dict[str, Any]:
    return _award_head(line) | {"rows": [_ground(row) for row in line.rows]}


def _done(line: AwardLine) -> dict[str, int]:
    return {kind.value: line.count(kind) for kind in ClaimKind} | {"programmes": line.programme_count}


def _award_head(line: AwardLine) -> dict[str, Any]:
    return {
        "award_id": line.award_id,
        "who": line.who.value,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "member_id": line.member_id,
        "full_name": line.full_name,
        "party_role": line.party_role,
        "period": str(line.period),
        "title": line.title,
        "state": line.state.value,
        "decision": line.decision,
        "decided_on": None if line.decided_on is None else line.decided_on.isoformat(),
    }


def _ground(row: GroundLine) -> dict[str, Any]:
    if row.programme_id is not None:
        return {"programme_id": row.programme_id, "title": row.title}
    return {
        "claim_id": str(row.claim_id),
        "kind": None if row.kind is None else row.kind.value,
        "title": row.title,
        "url": row.url,
        "happened_on": None if row.happened_on is None else row.happened_on.isoformat(),
    }


def _due(line: DueLine) -> dict[str, Any]:
    return {
        "target_id": line.target_id,
        "member_id": line.member_id,
        "full_name": line.full_name,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "what": line.what.value,
        "period": str(line.period),
        "slot": line.slot,
        "done": line.done,
        "wanted": line.wanted,
    }


def _turn(line: TurnLine) -> dict[str, Any]:
    return {
        "target_id": line.target_id,
        "member_id": line.member_id,
        "full_name": line.full_name,
        "what": line.what.value,
        "period": str(line.period),
        "slot": line.slot,
        "topic": line.topic,
        "due_on": None if line.due_on is None else line.due_on.isoformat(),
    }


def _meeting(line: MeetingLine) -> dict[str, Any]:
    return {
        "meeting_id": line.meeting_id,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "held_on": line.held_on.isoformat(),
        "periods": [str(period) for period in line.periods],
        "kind": line.kind,
        "title": line.title,
        "speaker": line.speaker,
        "lesson": line.lesson,
    }


def _programme(line: ProgrammeLine) -> dict[str, Any]:
    outcome = {"amount": line.amount, "qualifier": line.qualifier and line.qualifier.value, "words": line.words}
    return {
        "programme_id": line.programme_id,
        "name": line.name,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "kind": line.unit_kind,
        "from": None if line.from_on is None else line.from_on.isoformat(),
        "until": None if line.until_on is None else line.until_on.isoformat(),
        "new": line.new,
        "measures": list(line.measures),
        "outcome": outcome if any(value is not None for value in outcome.values()) else None,
        "directives": [_directive(one) for one in line.directives],
    }


def _directive(line: DirectiveLine) -> dict[str, Any]:
    return {"directive_id": line.directive_id, "code": line.code, "issued_on": line.issued_on.isoformat()}


def _activity(line: ActivityLine) -> dict[str, Any]:
    return {
        "activity_id": line.activity_id,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "name": line.name,
        "period": str(line.period),
        "count": line.activity_count,
        "participants": line.participant_count,
    }


def _channel(line: ChannelLine) -> dict[str, Any]:
    return {
        "channel_id": line.channel_id,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "name": line.name,
        "kind": line.kind.value,
        "platform": line.platform.value,
        "followers": line.follower_count,
        "posts": line.post_count,
        "passed_on": line.passed_on,
        "figures": [figure_json(figure) for figure in line.figures],
        "month_posts": line.month_post_count,
        "month_figures": [figure_json(figure) for figure in line.month_figures],
    }
