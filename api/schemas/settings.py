"""Bodies of the organisation's rules."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from api.schemas import Body

VALUE_MOST = 2**31 - 1  # a 32-bit column


class RulePatch(Body):
    """Set a rule; without a day it holds from today on."""

    value: Annotated[int, Field(ge=0, le=VALUE_MOST, strict=True)]
    valid_from: dt.date | None = None
