"""Bodies of channels, their months and posts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.schemas import Body, Count, Identity, Url, Words
from api.schemas.directives import PrintedDay
from api.schemas.programmes import PeriodText, given
from tracker.domain.channels import COUNT_MOST, ChannelKind
from tracker.domain.figures import Measure
from tracker.domain.periods import Period
from tracker.domain.types import Channel
from tracker.services.channels import NewChannel
from tracker.services.channels_months import NewMonth
from tracker.services.channels_posts import NewPost

_FIELDS = {"followers": "follower_count"}


class ChannelIn(Body):
    """Register a unit's own page, group or association."""

    unit_id: Identity
    name: Words
    platform: Channel
    kind: ChannelKind
    url: Url | None = None
    followers: Count | None = None

    def to_new(self) -> NewChannel:
        """Give the service's words for it."""
        return NewChannel(
            unit_id=self.unit_id,
            name=self.name,
            platform=self.platform,
            kind=self.kind,
            url=self.url,
            follower_count=self.followers,
        )


class ChannelPatch(Body):
    """Change a channel; what is left out stays, null takes away what may be missing."""

    name: Words | None = None
    platform: Channel | None = None
    kind: ChannelKind | None = None
    url: Url | None = None
    followers: Count | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        return {_FIELDS.get(k, k): v for k, v in given(self, ("name", "platform", "kind")).items()}


class MonthIn(Body):
    """State a month's total; a measure left out is not known."""

    month: PeriodText
    posts: Annotated[Count, Field(le=COUNT_MOST)]
    reach: Count | None = None
    engagements: Count | None = None
    reach_engagements: Count | None = None

    def to_new(self) -> NewMonth:
        """Give the service's words for it."""
        values = {
            Measure.REACH: self.reach,
            Measure.ENGAGEMENTS: self.engagements,
            Measure.REACH_ENGAGEMENTS: self.reach_engagements,
        }
        return NewMonth(month=Period.parse(self.month), post_count=self.posts, values=values)


class PostIn(Body):
    """Enter a post."""

    happened_on: PrintedDay
    url: Url | None = None
    title: Words | None = None
    article_id: Identity | None = None
    programme_id: Identity | None = None

    def to_new(self) -> NewPost:
        """Give the service's words for it."""
        return NewPost(
            happened_on=self.happened_on,
            url=self.url,
            title=self.title,
            article_id=self.article_id,
            programme_id=self.programme_id,
        )


class PostPatch(Body):
    """Change a post; what is left out stays, null takes away what may be missing."""

    happened_on: PrintedDay | None = None
    url: Url | None = None
    title: Words | None = None
    article_id: Identity | None = None
    programme_id: Identity | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        return given(self, ("happened_on",))
