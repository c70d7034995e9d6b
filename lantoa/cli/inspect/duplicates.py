"""`lantoa inspect duplicates`: which texts are copies of an earlier one."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantoa.cli.inspect.lines import files_argument, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_LINE_BYTES_MOST = 4 << 20


@click.command("duplicates")
@files_argument
def inspect_duplicates(files: tuple[str, ...]) -> None:
    """Put texts into clusters of copies, the earliest first (lines of JSON with id, title and text)."""
    from crawler.duplicates import Clusters

    clusters = Clusters()
    ids: list[Any] = []
    for line in _lines(files):
        read = _read(line)
        if isinstance(read, str):
            _refuse("line.unreadable", read)
            continue
        ids.append(read[0])
        placed = clusters.place(read[1])
        alike = None if placed.alike_permille is None else placed.alike_permille / 1000
        say({"id": read[0], "cluster": placed.cluster, "of": ids[placed.first], "similarity": alike, "error": None})


def _refuse(code: str, message: str) -> None:
    """Give the record of a line or file that tells nothing."""
    say({"id": None, "cluster": None, "of": None, "similarity": None, "error": {"code": code, "message": message}})


def _lines(files: tuple[str, ...]) -> Iterator[bytes | None]:
    """Give the lines of all files, None for one that is too long."""
    for name in files or ("-",):
        try:
            with contextlib.nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
                yield from _bounded(file)
        except (OSError, ValueError):  # ValueError: a name with a NUL
            _refuse("file.unreadable", f"{name} cannot be read")


def _bounded(file: IO[bytes]) -> Iterator[bytes | None]:
    """Give lines, None in place of one that is too long."""
    while line := file.readline(_LINE_BYTES_MOST):
        whole = line.endswith(b"\n") or len(line) < _LINE_BYTES_MOST
        yield line if whole else None
        while not whole:
            rest = file.readline(_LINE_BYTES_MOST)
            whole = rest.endswith(b"\n") or len(rest) < _LINE_BYTES_MOST


def _read(line: bytes | None) -> tuple[str | int, str] | str:
    """Give id and text of a line, or why it has none."""
    if line is None:
        return f"the line has more than {_LINE_BYTES_MOST >> 20} MiB"
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):  # ValueError: no JSON, no UTF-8, a number of thousands of digits
        return "the line is no JSON"
    if not isinstance(fields, dict):
        return "the line is no JSON object"
    known, text = fields.get("id"), fields.get("text")
    if not isinstance(known, (str, int)) or isinstance(known, bool) or not isinstance(text, str):
        return "a line needs an id and a text"
    return known, text
