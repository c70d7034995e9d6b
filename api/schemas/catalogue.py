"""The body of an installation from the catalogue."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from api.schemas import Body
from api.schemas.feeds import Address

FEEDS_MOST = 200


class InstallIn(Body):
    """Install an outlet; without `feeds` (addresses of the entry) those of the best confidence."""

    feeds: Annotated[list[Address], Field(max_length=FEEDS_MOST)] | None = None
    take_over: StrictBool = False
