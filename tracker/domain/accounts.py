"""An account as it is seen: without its secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.domain.types import AccountId, MemberId, Role, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs in: one role, at most one member, and for officers and auditors the unit of their scope."""

    account_id: AccountId
    login: str
    role: Role
    member_id: MemberId | None
    unit_id: UnitId | None
    language: str
    disabled: bool
    version: int
