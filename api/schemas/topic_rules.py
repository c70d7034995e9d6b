"""Bodies of topic rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from api.schemas import Body, Identity
from api.schemas.feeds import TopicName
from tracker.domain.topic_rules import FEEDS_MOST, PHRASE_MOST, PHRASES_MOST, RuleWords, read_words
from tracker.domain.types import FeedId
from tracker.services.topic_rules import LOOKED_AT, LOOKED_AT_MOST

if TYPE_CHECKING:
    from collections.abc import Iterable

Phrase = Annotated[str, Field(min_length=1, max_length=PHRASE_MOST)]
Phrases = Annotated[list[Phrase], Field(max_length=PHRASES_MOST)]
FeedIds = Annotated[list[Identity], Field(max_length=FEEDS_MOST)]


class RuleIn(Body):
    """Add a rule: any of these words, none of those, only in these sources (none named: in all)."""

    topic: TopicName
    any_of: Phrases = Field(default_factory=list)
    none_of: Phrases = Field(default_factory=list)
    feed_ids: FeedIds = Field(default_factory=list)

    def to_words(self) -> RuleWords:
        """Give what the rule asks for."""
        return read_words(self.any_of, self.none_of, _feeds(self.feed_ids))


class RulePatch(Body):
    """Change a rule; what is left out stays. Its topic is for ever: another topic is another rule."""

    any_of: Phrases | None = None
    none_of: Phrases | None = None
    feed_ids: FeedIds | None = None

    def to_words(self, current: RuleWords) -> RuleWords:
        """Give what the rule asks for after the change."""
        return read_words(
            current.any_of if self.any_of is None else self.any_of,
            current.none_of if self.none_of is None else self.none_of,
            current.feed_ids if self.feed_ids is None else _feeds(self.feed_ids),
        )


class PreviewIn(RuleIn):
    """Look at what a rule would do to the articles collected last; `rule_id` names the one it would replace."""

    rule_id: Identity | None = None
    last: Annotated[int, Field(ge=1, le=LOOKED_AT_MOST)] = LOOKED_AT


def _feeds(ids: Iterable[int]) -> list[FeedId]:
    return [FeedId(one) for one in ids]
