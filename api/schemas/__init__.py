"""The bodies of the API, one module a noun: pydantic stays here. Unknown fields are refused everywhere."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

WORDS_MOST = 500
TEXT_MOST = 5_000
URL_MOST = 8_000
ID_MOST = 2**53 - 1

Words = Annotated[str, Field(min_length=1, max_length=WORDS_MOST)]
Text = Annotated[str, Field(max_length=TEXT_MOST)]
Url = Annotated[str, Field(min_length=1, max_length=URL_MOST)]
Identity = Annotated[int, Field(ge=1, le=ID_MOST)]
Count = Annotated[int, Field(ge=0, le=ID_MOST)]


class Body(BaseModel):
    """What every body holds to: no unknown field, names also where a field has an alias."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False, str_strip_whitespace=True)
