"""Identifiers, roles and the viewer: the words every room of the house shares. No behaviour beyond naming."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Generic, NewType, TypeVar

from typing_extensions import override

AccountId = NewType("AccountId", int)
MemberId = NewType("MemberId", int)
UnitId = NewType("UnitId", int)
FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
TopicId = NewType("TopicId", int)
ProgrammeId = NewType("ProgrammeId", int)
TargetId = NewType("TargetId", int)
JobId = NewType("JobId", int)

T = TypeVar("T")


NUMBER_MOST = 2**31 - 1  # of a claim within its member: a 32-bit column


class Role(enum.StrEnum):
    """What an account may do; one role each (product.md, People)."""

    MEMBER = "member"
    OFFICER = "officer"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Channel(enum.StrEnum):
    """Where a share was posted; any other network is WEB (contract.md)."""

    FACEBOOK = "facebook"
    ZALO = "zalo"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    X = "x"
    TELEGRAM = "telegram"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    LINKEDIN = "linkedin"
    VIBER = "viber"
    WEB = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """For whom a service call is made.

    `unit_id` is the scope of an officer or auditor (their unit and all below); `member_id` lets an
    account of any role act as that member as well.
    """

    account_id: AccountId
    role: Role
    member_id: MemberId | None = None
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, order=True)
class ClaimId:
    """The whole key of a claim: the member who owns it and its number within that member (1, 2, 3 …)."""

    member_id: MemberId
    number: int

    @override
    def __str__(self) -> str:
        """Give the public form, `{member_id}-{number}`."""
        return f"{self.member_id}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> ClaimId | None:
        """Read the public form; None where the text is not one."""
        member, dash, number = text.partition("-")
        sound = all(p.isascii() and p.isdigit() and len(p) < 16 for p in (member, number))  # noqa: PLR2004 - below 2**53
        if not dash or not sound or int(number) > NUMBER_MOST:
            return None
        return cls(MemberId(int(member)), int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a keyset list; `next` is the opaque cursor of the following page, None at the end."""

    items: list[T]
    next: str | None = None
