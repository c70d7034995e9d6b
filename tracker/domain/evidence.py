"""Evidence behind claims: its kinds and ids, how much is taken, until when it is kept. Pure; files lie elsewhere."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.types import ClaimId

if TYPE_CHECKING:
    from tracker.domain.types import AccountId

BYTES_MOST = 10 * 1024 * 1024  # of a file as sent
PER_CLAIM_MOST = 10
MONTH_COUNT_MOST = 100  # files of one member in a local month
MONTH_BYTES_MOST = 60 * 1024 * 1024  # the same, as stored
NAME_MOST = 200
_MONTHS = 12


class EvidenceKind(enum.StrEnum):
    """What a file shows: a screenshot or photo, an internal piece as a file, a published page as it stood."""

    PICTURE = "picture"
    DOCUMENT = "document"
    PAGE = "page"


ENDED = frozenset({ClaimState.WITHDRAWN, ClaimState.REJECTED, ClaimState.REVERSED})
OPEN = frozenset({ClaimState.PENDING, ClaimState.RETURNED})
TAKES_DOCUMENTS = frozenset({ClaimKind.AUTHORED, ClaimKind.PRESENTATION})


@dataclass(frozen=True, slots=True)
class EvidenceId:
    """The whole key of a file: its claim and its number within it."""

    claim_id: ClaimId
    number: int

    @override
    def __str__(self) -> str:
        """Give the public form, `{member_id}-{claim}-{number}`."""
        return f"{self.claim_id}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> EvidenceId | None:
        """Read the public form; None where the text is not one."""
        head, _, last = text.rpartition("-")
        claim_id = ClaimId.parse(head)
        if claim_id is None or not (last.isascii() and last.isdigit() and len(last) < 10):  # noqa: PLR2004 - an int4
            return None
        return cls(claim_id, int(last))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A file as it is written down; `purged_at` says that only its digest is left."""

    evidence_id: EvidenceId
    kind: EvidenceKind
    file_name: str
    original_name: str
    media_type: str
    byte_count: int
    sha256: str
    added_at: dt.datetime
    added_by: AccountId
    purged_at: dt.datetime | None
    facts: dict[str, Any]


def happened_before(today: dt.date, months: int) -> dt.date:
    """Give the first day of which evidence is still kept so many months after its year's end: what is older goes."""
    index = today.year * _MONTHS + today.month - 1 - months
    return dt.date(index // _MONTHS, 1, 1)


def has_room(count: int, byte_count: int, more_bytes: int) -> bool:
    """Tell whether a member's month takes one more file."""
    return count < MONTH_COUNT_MOST and byte_count + more_bytes <= MONTH_BYTES_MOST
