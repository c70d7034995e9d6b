"""What reading a document gives, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnreadableError(Exception):
    """A document that is not taken; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """The lines of a document; `unread_count` of its pages show something and hold no text: scans."""

    media_type: str
    lines: Sequence[str]
    page_count: int
    unread_count: int
