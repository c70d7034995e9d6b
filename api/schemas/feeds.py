"""Bodies of sources and articles."""

from __future__ import annotations

import json
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from api.schemas import Body
from tracker.domain.articles import TOPIC_MOST, TOPICS_MOST
from tracker.domain.feeds import DateOrder, FeedKind, FeedState
from tracker.domain.sources import PAUSE_MOST_S, TITLE_MOST, URL_MOST

SELECTORS_BYTES_MOST = 10_000

Address = Annotated[str, Field(min_length=1, max_length=URL_MOST)]
Title = Annotated[str, Field(max_length=TITLE_MOST)]
TopicName = Annotated[str, Field(min_length=1, max_length=TOPIC_MOST)]


class _Selected(Body):
    """A body that may say how a list page's entries are found."""

    selectors: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _selectors_are_short(self) -> Self:
        if self.selectors is not None and len(json.dumps(self.selectors)) > SELECTORS_BYTES_MOST:
            msg = f"selectors are at most {SELECTORS_BYTES_MOST} bytes"
            raise ValueError(msg)
        return self


class FeedIn(_Selected):
    """Add a source; without `kind` the address is looked at first, and may be that of a site."""

    url: Address
    title: Title | None = None
    kind: FeedKind | None = None


class FeedPatch(_Selected):
    """Change a source; what is left out stays.

    An empty title goes back to the feed's own, `{}` to no selectors, a pause of 0 to that of the house; an empty
    `compare_url` compares with nothing.
    """

    title: Title | None = None
    state: FeedState | None = None
    date_order: DateOrder | None = None
    pause_s: Annotated[StrictInt, Field(ge=0, le=PAUSE_MOST_S)] | None = None
    reads_pages: StrictBool | None = None
    keeps_cookies: StrictBool | None = None
    compare_url: Annotated[str, Field(max_length=URL_MOST)] | None = None


class ProbeIn(_Selected):
    """Look at an address; with `kind` or `selectors` it is read as that and nothing else."""

    url: Address
    kind: FeedKind | None = None


class ArticlePatch(Body):
    """Feature, hide or label an article; what is left out stays."""

    featured: StrictBool | None = None
    hidden: StrictBool | None = None
    topics: Annotated[list[TopicName], Field(max_length=TOPICS_MOST)] | None = None
