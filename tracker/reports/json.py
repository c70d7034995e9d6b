"""A report as JSON (contract.md, last paragraph): one document, ASCII-escaped; the same report gives the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tracker.reports import register_json
from tracker.reports.figure_json import figure_json, instant
from tracker.reports.register_contents import Sections

if TYPE_CHECKING:
    from tracker.reports.contents import (
        MemberLine,
        PieceLine,
        PresentationLine,
        ReportData,
        ShareLine,
        TargetLine,
        WideLine,
    )


def write_json(data: ReportData) -> bytes:
    """Write a report as a document."""
    return json.dumps(document(data), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def document(data: ReportData) -> dict[str, Any]:
    """Give a report as plain values."""
    head, totals = data.head, data.totals
    registered = {"registers": register_json.section_totals(data.annex)} if isinstance(data.annex, Sections) else {}
    return {
        "kind": head.kind.value,
        "period": str(head.period),
        "unit": {"id": head.unit_id, "code": head.unit_code, "name": head.unit_name},
        "closed": head.closed,
        "version": head.version,
        "cut_off": instant(head.cut_off_at),
        "method": head.method.method,
        "bot_list": head.method.bot_list,
        "totals": {
            "members": totals.members,
            "shares": totals.shares,
            "authored": totals.authored,
            "presentations": totals.presentations,
            "by_others": totals.by_others,
            **register_json.totals(data.annex),
        },
        **registered,
        "targets": [_target(line) for line in data.targets],
        "figures": [figure_json(figure) for figure in data.figures],
        "topics": [
            {"topic": t.topic, "unit_id": t.unit_id, "unit_name": t.unit_name, "claims": t.claim_count}
            for t in data.topics
        ],
        "warnings": list(data.warnings),
        "annexes": register_json.annexes(data.annex, _annexes(data)),
    }


def _annexes(data: ReportData) -> dict[str, Any]:
    return {
        "authored": [_piece(line) for line in data.authored],
        "shares": [_share(line) for line in data.shares],
        "presentations": [_presentation(line) for line in data.presentations],
        "wide": [_wide(line) for line in data.wide],
        "members": [_member(line) for line in data.members],
    }


def _target(line: TargetLine) -> dict[str, Any]:
    target = line.target
    return {
        "target_id": target.target_id,
        "programme": line.programme_name,
        "who": target.who.value,
        "what": target.what.value,
        "per": target.per.value,
        "minimum": target.minimum,
        "aim": target.aim,
        "periods": [
            {
                "period": str(item.period),
                "met": item.met,
                "counted": item.counted,
                "aim_met": item.aim_met,
                "done": item.done,
            }
            for item in line.periods
        ],
    }


def _piece(line: PieceLine) -> dict[str, Any]:
    return {
        "claim_id": str(line.claim_id),
        "title": line.title,
        "url": line.url,
        "authors": list(line.authors),
        "topics": list(line.topics),
        "source": line.source,
        "happened_on": line.happened_on.isoformat(),
        "figures": [figure_json(figure) for figure in line.figures],
    }


def _share(line: ShareLine) -> dict[str, Any]:
    return {
        "claim_id": str(line.claim_id),
        "member_id": line.member_id,
        "full_name": line.full_name,
        "title": line.title,
        "source": line.source,
        "channel": None if line.channel is None else line.channel.value,
        "topics": list(line.topics),
        "happened_on": line.happened_on.isoformat(),
        "url": line.url,
        "figures": [figure_json(figure) for figure in line.figures],
    }


def _presentation(line: PresentationLine) -> dict[str, Any]:
    return {
        "claim_id": str(line.claim_id),
        "member_id": line.member_id,
        "full_name": line.full_name,
        "title": line.title,
        "slot": line.slot,
        "topics": list(line.topics),
        "happened_on": line.happened_on.isoformat(),
    }


def _member(line: MemberLine) -> dict[str, Any]:
    return {
        "member_id": line.member_id,
        "full_name": line.full_name,
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "party_role": line.party_role,
        "months": [{"period": str(period), "shares": shares} for period, shares in line.months],
        "shares": line.shares,
        "months_met": line.months_met,
        "authored": line.authored,
        "presentations": line.presentations,
        "due": line.due,
        "met": line.met,
        "state": None if line.state is None else line.state.value,
        "counted": line.counted,
    }


def _wide(line: WideLine) -> dict[str, Any]:
    return {
        "article_id": line.article_id,
        "claim_id": None if line.claim_id is None else str(line.claim_id),
        "title": line.title,
        "authors": list(line.authors),
        "source": line.source,
        "shares": line.shares,
        "figures": [figure_json(figure) for figure in line.figures],
    }
