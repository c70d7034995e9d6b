"""`lantoa inspect byline`: who a byline names."""

from __future__ import annotations

from typing import Any

import click

from lantoa.cli.inspect.lines import answer_lines, files_argument


@click.command("byline")
@files_argument
def inspect_byline(files: tuple[str, ...]) -> None:
    """Tell the names, source, unit and code of a byline (a byline a line)."""
    from crawler.byline import parse_byline

    def answer(text: str) -> dict[str, Any]:
        byline = parse_byline(text)
        return {"names": byline.names, "source": byline.source, "unit": byline.unit, "code": byline.code}

    answer_lines(files, answer)
