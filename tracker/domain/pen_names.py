"""Pen names: what may be one, and one that a member proposes and an officer confirms. Pure; no storage."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.authorship import is_matchable
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.types import MemberId

NAME_MOST: Final = 100
PROPOSED_MOST: Final = 10  # of one member, refused ones counted


ProposalMark = tuple[dt.datetime, int, str]  # proposed at, member and name of a page's last one


class PenNameVerdict(enum.StrEnum):
    """What an officer says."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class PenNameProposal:
    """A pen name that a member proposes; nothing is looked for under it before an officer confirms it."""

    member_id: MemberId
    name: str
    proposed_at: dt.datetime
    refused_at: dt.datetime | None
    reason: str | None
    member_name: str = ""
    unit_name: str = ""
    taken_count: int = 0  # other members who sign so


def read_pen_name(text: str, known: Iterable[str]) -> str:
    """Give a pen name as it is kept, or refuse one that tells nobody apart or that the member has already."""
    name = " ".join(clean_text(text, NAME_MOST).split())
    if not is_matchable(name):
        raise AppError(Code.FIELD_INVALID, "a pen name is a name: no initials, no collective such as PV", field="name")
    if fold(name) in {fold(one) for one in known}:
        raise AppError(Code.FIELD_INVALID, "this name is known already", field="name")
    return name
