"""Files that members send: judged and remade in the sandbox, then kept in a folder under random names of our own.

Who may send, read or remove one, and what is written down of it, is decided elsewhere (evidence.py, meetings' photos).
A file stands under its name whole or not at all; whoever writes its row writes the file first, so that every row has
its file, and a file whose row never came is swept away within the hour.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sandbox import FailureKind, SandboxFailed
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import BYTES_MOST
from tracker.services.uploads.unpacking import unpack

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REMAKE_PICTURE = "tracker.services.uploads.picture_worker:remake_picture"
READ_DOCUMENT = "tracker.services.uploads.document_worker:read_document"
UPLOAD_TASKS = (REMAKE_PICTURE, READ_DOCUMENT)  # what the installation's sandbox must be allowed to run
PICTURE_TYPE = "image/jpeg"
THUMBNAIL = ".s"
_NAME = re.compile(r"[0-9a-f]{32}(?:\.s)?")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE})


class Runner(Protocol):
    """The sandbox, as far as this room needs it."""

    def call(
        self, task: str, payload: bytes, options: Mapping[str, Any] | None = None
    ) -> bytes | SandboxFailed:  # pragma: no cover - a shape
        """Run one job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that was judged and may be kept; nothing of it is on disk yet.

    `source_sha256` is of the bytes as sent, `pixels_sha256` of a picture as drawn anew; `facts` are numbers and flags.
    """

    content: bytes
    thumbnail: bytes
    media_type: str
    source_sha256: str
    pixels_sha256: str | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file in the folder; `sha256` is of its bytes there."""

    file_name: str
    media_type: str
    byte_count: int
    sha256: str
    source_sha256: str
    pixels_sha256: str | None
    facts: dict[str, Any] = field(default_factory=dict)


class FileRoom:
    """The folder of files, and the sandbox that looks at them first; made once a process."""

    def __init__(self, folder: Path, sandbox: Runner) -> None:
        self._folder, self.sandbox = folder, sandbox

    def put(self, content: bytes) -> str:
        """Keep bytes under a new name: written aside, forced to disk, then named."""
        name = secrets.token_hex(16)
        self._write(name, content)
        return name

    def put_thumbnail(self, name: str, content: bytes) -> None:
        """Keep the small picture that belongs to a file."""
        self._write(name + THUMBNAIL, content)

    def read(self, name: str) -> bytes:
        """Give the bytes of a file; refuse (`thing.not_found`) one that is not there."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise AppError(Code.NOT_FOUND) from error

    def remove(self, name: str) -> None:
        """Remove a file and its thumbnail; what is gone already is no matter."""
        for each in (name, name + THUMBNAIL):
            with contextlib.suppress(FileNotFoundError):
                self._path(each).unlink()

    def list_older(self, before: dt.datetime) -> Iterator[str]:
        """Give the names of files, unfinished ones too, that were last written before an instant."""
        if not self._folder.is_dir():
            return
        for place in sorted(p for p in self._folder.iterdir() if p.is_dir()):
            for path in place.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        yield path.name

    def remove_unfinished(self, name: str) -> bool:
        """Remove a file that was never named whole; False for all others."""
        if not name.startswith("."):
            return False
        with contextlib.suppress(FileNotFoundError):
            (self._folder / name[1:3] / name).unlink()
        return True

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise AppError(Code.NOT_FOUND)
        return self._folder / name[:2] / name

    def _write(self, name: str, content: bytes) -> None:
        path = self._path(name)
        aside = path.with_name(f".{name}")
        try:
            new = not path.parent.is_dir()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(path)
            _sync(path.parent)
            if new:
                _sync(path.parent.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                aside.unlink()
            if error.errno not in _NO_ROOM:
                raise
            raise AppError(Code.STORE_FULL, "there is no room for files") from error


def prepare_picture(room: FileRoom, content: bytes) -> Prepared:
    """Judge a picture by its content and draw it anew; `evidence.size` and `evidence.type` refuse it.

    Takes up to seconds in the sandbox: call it before a transaction is opened.
    """
    _check_size(content)
    answer = room.sandbox.call(REMAKE_PICTURE, content)
    if isinstance(answer, SandboxFailed):
        raise _unreadable(answer)
    told, main, small = unpack(answer)
    if told.get("refused") == "pixels":
        raise AppError(Code.EVIDENCE_SIZE, "the picture has too many pixels")
    if "refused" in told:
        raise AppError(Code.EVIDENCE_TYPE, "pictures are PNG, JPEG or WEBP")
    return Prepared(
        content=main,
        thumbnail=small,
        media_type=PICTURE_TYPE,
        source_sha256=digest(content),
        pixels_sha256=told["pixels"],
        facts={"width": told["width"], "height": told["height"]},
    )


def prepare_document(room: FileRoom, content: bytes, name: str) -> Prepared:
    """Judge a document: PDF, DOCX, ODT or plain text; one with a secrecy marking is refused (`evidence.secret`).

    `facts["unread_count"]` tells how many pages hold no text that could be looked at: scans.
    """
    _check_size(content)
    answer = room.sandbox.call(READ_DOCUMENT, content, {"name": name[-100:]})
    if isinstance(answer, SandboxFailed):
        raise _unreadable(answer)
    told = json.loads(answer)
    if told.get("secret"):
        raise AppError(Code.EVIDENCE_SECRET)
    if "refused" in told:
        raise AppError(Code.EVIDENCE_TYPE, told["refused"])
    return Prepared(
        content=content,
        thumbnail=b"",
        media_type=told["media_type"],
        source_sha256=digest(content),
        pixels_sha256=None,
        facts={"page_count": told["page_count"], "unread_count": told["unread_count"]},
    )


def keep(room: FileRoom, prepared: Prepared) -> StoredFile:
    """Put a prepared file into the folder; `store.full` where there is no room."""
    name = room.put(prepared.content)
    if prepared.thumbnail:
        try:
            room.put_thumbnail(name, prepared.thumbnail)
        except AppError:
            room.remove(name)
            raise
    return StoredFile(
        file_name=name,
        media_type=prepared.media_type,
        byte_count=len(prepared.content),
        sha256=digest(prepared.content),
        source_sha256=prepared.source_sha256,
        pixels_sha256=prepared.pixels_sha256,
        facts=prepared.facts,
    )


def store_picture(room: FileRoom, content: bytes) -> StoredFile:
    """Judge a picture, draw it anew and keep it."""
    return keep(room, prepare_picture(room, content))


def read_file(room: FileRoom, name: str) -> bytes:
    """Give the bytes of a kept file; `thing.not_found` where there is none of that name."""
    return room.read(name)


def read_thumbnail(room: FileRoom, name: str) -> bytes:
    """Give the small form of a kept picture."""
    return room.read(name + THUMBNAIL)


def digest(content: bytes) -> str:
    """Give the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def _check_size(content: bytes) -> None:
    if not content:
        raise AppError(Code.EVIDENCE_TYPE, "the file is empty")
    if len(content) > BYTES_MOST:
        raise AppError(Code.EVIDENCE_SIZE, f"a file has at most {BYTES_MOST >> 20} MB")


def _unreadable(failed: SandboxFailed) -> AppError:
    if failed.kind is FailureKind.CRASH:
        return AppError(Code.EVIDENCE_TYPE, "the file cannot be read")
    return AppError(Code.EVIDENCE_SIZE, "the file takes too much to be read")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
