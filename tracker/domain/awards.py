"""Awards, proposed or given, of units and of members: what one must say, and what it rests on."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import ClaimId, ProgrammeId


class AwardWho(enum.StrEnum):
    """Whom an award honours."""

    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"


class AwardState(enum.StrEnum):
    """How far an award has come."""

    PROPOSED = "proposed"
    AWARDED = "awarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardTotals:
    """How many collectives and individuals a list holds."""

    collective: int
    individual: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What an award rests on: accepted claims of its period, and for a collective the programmes of that time.

    The first of them, and how many there are.
    """

    claims: tuple[ClaimId, ...] = ()
    programmes: tuple[ProgrammeId, ...] = ()
    claim_count: int = 0
    programme_count: int = 0

    @property
    def count(self) -> int:
        """Give on how much it rests in all."""
        return self.claim_count + self.programme_count


def check_award(who: AwardWho, member_id: int | None, state: AwardState, decided_on: dt.date | None) -> None:
    """Refuse with `field.invalid` an award of nobody, of a member as a collective, or decided while only proposed."""
    if (who is AwardWho.INDIVIDUAL) is (member_id is None):
        raise AppError(Code.FIELD_INVALID, "member_id: of an individual, and only of one", field="member_id")
    if state is AwardState.PROPOSED and decided_on is not None:
        raise AppError(Code.FIELD_INVALID, "decided_on: what is only proposed was not decided", field="decided_on")
