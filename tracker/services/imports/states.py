"""Units and members as an import compares, keeps and restores them: states as JSON values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.members import MemberWords, Person
from tracker.domain.organisation import Membership, MemberStatus
from tracker.domain.tree import UnitVersion
from tracker.domain.types import UnitId
from tracker.store import members, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """All that an import may change of a member."""

    person: Person
    words: MemberWords
    stays: tuple[Membership, ...]


def load_members(tx: Tx, member_ids: Iterable[int]) -> dict[int, MemberState]:
    """Load members; erased ones are left out."""
    people = members.list_people(tx, member_ids)
    words = members.list_words(tx, people)
    stays = members.list_stays(tx, people)
    return {
        i: MemberState(person=person, words=words[i], stays=tuple(_ordered(stays.get(i, []))))
        for i, person in people.items()
    }


def member_json(state: MemberState) -> dict[str, Any]:
    """Give a member's state as JSON values."""
    return {
        "code": state.person.code,
        "full_name": state.person.full_name,
        "kind": state.person.kind,
        "party_role": state.person.party_role,
        "titles": list(state.words.titles),
        "tags": sorted(state.words.tags),
        "pen_names": sorted(state.words.pen_names),
        "memberships": [
            {
                "unit_id": s.unit_id,
                "status": str(s.status),
                "since": s.since.isoformat(),
                "until": None if s.until is None else s.until.isoformat(),
                "temporary": s.temporary,
            }
            for s in _ordered(state.stays)
        ],
    }


def member_state(told: dict[str, Any]) -> MemberState:
    """Read a member's state back."""
    return MemberState(
        person=Person(code=told["code"], full_name=told["full_name"], kind=told["kind"], party_role=told["party_role"]),
        words=MemberWords(titles=tuple(told["titles"]), tags=tuple(told["tags"]), pen_names=tuple(told["pen_names"])),
        stays=tuple(
            Membership(
                unit_id=UnitId(s["unit_id"]),
                status=MemberStatus(s["status"]),
                since=dt.date.fromisoformat(s["since"]),
                until=_day(s["until"]),
                temporary=s["temporary"],
            )
            for s in told["memberships"]
        ),
    )


def load_units(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[UnitVersion]]:
    """Load the versions of units."""
    return units.list_versions(tx, unit_ids)


def unit_json(versions: Iterable[UnitVersion]) -> dict[str, Any]:
    """Give a unit's versions as JSON values."""
    return {
        "versions": [
            {
                "valid_from": v.valid_from.isoformat(),
                "valid_to": None if v.valid_to is None else v.valid_to.isoformat(),
                "name": v.name,
                "kind": v.kind,
                "parent_id": v.parent_id,
            }
            for v in versions
        ]
    }


def unit_versions(told: dict[str, Any]) -> list[UnitVersion]:
    """Read a unit's versions back."""
    return [
        UnitVersion(
            valid_from=dt.date.fromisoformat(v["valid_from"]),
            valid_to=_day(v["valid_to"]),
            name=v["name"],
            kind=v["kind"],
            parent_id=v["parent_id"],
        )
        for v in told["versions"]
    ]


def _ordered(stays: Iterable[Membership]) -> list[Membership]:
    return sorted(stays, key=lambda s: (s.since, s.temporary))


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
