"""Pen names that members propose, and what officers say of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas import Body, Identity, Words
from tracker.domain.pen_names import NAME_MOST, PenNameVerdict

Name = Annotated[str, Field(min_length=1, max_length=NAME_MOST)]


class PenNameIn(Body):
    """Propose a pen name."""

    name: Name


class PenNameVerdictIn(Body):
    """Confirm or refuse one; a refusal needs its reason."""

    member_id: Identity
    name: Name
    verdict: PenNameVerdict
    reason: Words | None = None
