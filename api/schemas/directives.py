"""Bodies of directives, and days as documents print them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.schemas import Body, Text, Words
from api.schemas.organisation import Day
from api.schemas.programmes import given
from tracker.domain.directives import read_printed_day
from tracker.services.directives import NewDirective


def _read(value: Any) -> Any:
    """Read a day as documents print it; what is none is judged as ISO."""
    return (read_printed_day(value) or value) if isinstance(value, str) else value


PrintedDay = Annotated[Day, BeforeValidator(_read)]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class DirectiveIn(Body):
    """Register a directive by its code as printed."""

    code: Code
    issued_on: PrintedDay
    issuer: Words | None = None
    abstract: Text | None = None

    def to_new(self) -> NewDirective:
        """Give the service's words for it."""
        return NewDirective(code=self.code, issued_on=self.issued_on, issuer=self.issuer, abstract=self.abstract)


class DirectivePatch(Body):
    """Change a directive; what is left out stays, an issuer of null is the one in the code."""

    code: Code | None = None
    issued_on: PrintedDay | None = None
    issuer: Words | None = None
    abstract: Text | None = None

    def to_changes(self) -> dict[str, Any]:
        """Give the fields that are to be different."""
        return given(self, ("code", "issued_on"))
