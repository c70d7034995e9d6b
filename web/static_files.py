"""The few files of our own that pages load: style, script, icons, manifest. Named with their hash, kept by browsers."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
from dataclasses import dataclass

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file as it is served."""

    content: bytes
    kind: str
    version: str


@functools.cache
def all_files() -> dict[str, StaticFile]:
    """Read the files once a process; what is not among them is not served."""
    found: dict[str, StaticFile] = {}
    for path in (importlib.resources.files("web") / "static").iterdir():
        kind = KINDS.get(path.name.rpartition(".")[2])
        if kind is not None:
            content = path.read_bytes()
            version = hashlib.sha256(content).hexdigest()[:HASH_LENGTH]
            found[path.name] = StaticFile(content=content, kind=kind, version=version)
    return found


def static_url(name: str) -> str:
    """Give the address of a file, with its hash."""
    return f"/static/{name}?v={all_files()[name].version}"
