"""What all `lantoa inspect` commands share: files and lines in, one ASCII-escaped JSON line a thing out."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STDIN = "-"
_MAX_FILE_BYTES = 10 << 20

files_argument = click.argument("files", nargs=-1, type=click.Path())


def read_settings() -> Any:
    """Read the settings; a wrong one is a refusal."""
    from config.settings import SettingsError, load_settings
    from tracker.domain.errors import AppError, Code

    try:
        return load_settings()
    except SettingsError as error:
        raise AppError(Code.SETTINGS_INVALID, str(error)) from error


def bodies(files: tuple[str, ...]) -> Iterator[tuple[str, bytes | None]]:
    """Give each file's name and bytes, or None where it cannot be read; no files, or `-`, is standard input."""
    for name in files or (_STDIN,):
        yield name, _read(name)


def _read(name: str) -> bytes | None:
    """Read a file up to what a fetch would take."""
    try:
        if name == _STDIN:
            body = sys.stdin.buffer.read(_MAX_FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                body = file.read(_MAX_FILE_BYTES + 1)
    except (OSError, ValueError):  # ValueError: a name with a NUL
        return None
    return None if len(body) > _MAX_FILE_BYTES else body


def answer_lines(files: tuple[str, ...], answer: Callable[[str], dict[str, Any]]) -> None:
    """Answer each line of the files, or of standard input."""
    for name in files or (_STDIN,):
        try:
            with contextlib.nullcontext(sys.stdin.buffer) if name == _STDIN else Path(name).open("rb") as lines:
                texts = [line.removesuffix(b"\n").decode("utf-8", "surrogateescape") for line in lines]
        except (OSError, ValueError):
            say({"input": None, "error": {"code": "file.unreadable", "message": f"{name} cannot be read"}})
            continue
        for text in texts:
            say({"input": text, **answer(text)})


def say(record: dict[str, Any]) -> None:
    """Print one record; ASCII, so that a terminal or a pipe of any encoding takes it."""
    sys.stdout.write(json.dumps(record) + "\n")
