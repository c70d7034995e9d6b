"""The bodies of the API, one module a noun: pydantic stays here. Unknown fields are refused everywhere."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from tracker.domain.names import clean_text

WORDS_MOST = 500
TEXT_MOST = 5_000
URL_MOST = 8_000
ID_MOST = 2**53 - 1


def _no_truth(value: Any) -> Any:
    """Refuse true and false where a number is meant; Python counts them as 1 and 0."""
    if isinstance(value, bool):
        msg = "a number, not true or false"
        raise ValueError(msg)  # noqa: TRY004 - pydantic reports a ValueError
    return value


Words = Annotated[str, Field(min_length=1, max_length=WORDS_MOST)]
Text = Annotated[str, Field(max_length=TEXT_MOST)]
Url = Annotated[str, Field(min_length=1, max_length=URL_MOST)]
Identity = Annotated[int, BeforeValidator(_no_truth), Field(ge=1, le=ID_MOST)]
Count = Annotated[int, BeforeValidator(_no_truth), Field(ge=0, le=ID_MOST)]


class Body(BaseModel):
    """What every body holds to: no unknown field, names also where a field has an alias."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False, str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _holds_something(cls, value: Any) -> Any:
        """Drop NUL, which PostgreSQL takes in no text; refuse a text of characters alone that are not kept."""
        told = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and text.strip() and not clean_text(text) for text in told):
            msg = "a text of characters that can be read"
            raise ValueError(msg)
        kept = [text.replace("\0", "") if isinstance(text, str) else text for text in told]
        return kept if isinstance(value, list) else kept[0]
