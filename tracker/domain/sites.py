"""What is known of a site as a whole, whatever is read from it: its robots.txt, and places to ask it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


class RobotsState(enum.StrEnum):
    """What a site's robots.txt came to."""

    RULES = "rules"
    NONE = "none"  # there is none for us: everything is allowed
    WAIT = "wait"  # it could not be had: nothing is asked for until it can


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """A site's robots.txt as last asked for; `body` is its text, or in state WAIT the fetch error code."""

    host_key: str
    state: RobotsState
    body: str
    fetched_at: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotReturn:
    """A place to ask a host that is given back; the next request may go after the pause."""

    host_key: str
    slot: int
    pause_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWish:
    """A place to ask a host is wanted; `insists`: also where the host asked all of us to wait."""

    host_key: str
    insists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOff:
    """A host asked all of us to wait."""

    host_key: str
    wait_s: int


SlotAsk = SlotReturn | SlotWish | HoldOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The answer to a wish: the number of a place; or when to ask again; `held_off` when the host itself said so."""

    slot: int | None = None
    again_at: dt.datetime | None = None
    held_off: bool = False
