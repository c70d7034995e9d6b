"""What stands between the command line and the commands: text as people write it."""

from __future__ import annotations

from typing import Any

import click
from typing_extensions import override


class Text(click.ParamType[str]):
    """Words, an address, a code: anything but bytes that are no UTF-8, which no database takes."""

    name = "text"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the text as it is, or call it wrong usage."""
        text = str(value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.fail("these bytes are no UTF-8", param, ctx)
        return text


TEXT = Text()
ID_MOST = 2**53 - 1  # of a row in the database, and of a number in JSON
