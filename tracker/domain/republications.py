"""Who else carried an authored piece: proposed from articles of one text, counted once confirmed by an officer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import ArticleId


class RepublicationState(enum.StrEnum):
    """Where a republication stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class RepublicationVerdict(enum.StrEnum):
    """What an officer says."""

    CONFIRM = "confirm"
    REFUSE = "refuse"

    @property
    def state(self) -> RepublicationState:
        """Give the state it leads to."""
        return RepublicationState.CONFIRMED if self is RepublicationVerdict.CONFIRM else RepublicationState.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An article that carries a text, with where it stands; `similarity_percent` is 0 where it cannot be told."""

    article_id: ArticleId
    title: str
    url: str
    source: str
    outlet_id: int | None
    host: str
    published_at: dt.datetime
    similarity_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Republication:
    """Another source that carries a piece; `is_earlier`: it had it before the page that was claimed."""

    carrier: Carrier
    state: RepublicationState
    is_earlier: bool
    decided_at: dt.datetime | None


def is_elsewhere(carrier: Carrier, own: Carrier) -> bool:
    """Tell whether an article stands at another outlet than the piece: by the outlet, else by the host."""
    if carrier.outlet_id is not None and own.outlet_id is not None:
        return carrier.outlet_id != own.outlet_id
    return _bare(carrier.host) != _bare(own.host)


def first_of_each(carriers: list[Carrier]) -> list[Carrier]:
    """Keep the earliest article of each outlet, in order of time: an outlet that prints twice carried it once."""
    seen: set[int | str] = set()
    kept = []
    for carrier in sorted(carriers, key=lambda c: (c.published_at, c.article_id)):
        place: int | str = _bare(carrier.host) if carrier.outlet_id is None else carrier.outlet_id
        if place not in seen:
            seen.add(place)
            kept.append(carrier)
    return kept


def _bare(host: str) -> str:
    return host.removeprefix("www.")
