"""Bodies of canaries and of the office's own list of agents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas import Body, Identity
from tracker.domain.agents import TEXT_LEAST, TEXT_MOST, LocalText, LocalVerdict
from tracker.domain.types import Channel


class CanaryIn(Body):
    """A canary for a channel."""

    article_id: Identity
    channel: Channel


class AgentIn(Body):
    """A text by which agents are told."""

    text: Annotated[str, Field(min_length=TEXT_LEAST, max_length=TEXT_MOST)]
    verdict: LocalVerdict

    def entry(self) -> LocalText:
        """Give it as the domain knows it."""
        return LocalText(text=self.text, verdict=self.verdict)
