"""The data folder and the installation's own secret key in it. Nothing else is kept as a secret on disk."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from typing import TYPE_CHECKING

from config.checks import MIN_KEY_LENGTH
from config.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Settings

FILE_NAME = "secret_key"
OWNER_ONLY = 0o600
OTHERS = 0o077


def ensure_data_folder(settings: Settings) -> Path:
    """Make the data folder where it is missing, readable by its owner only."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"LANTOA_DATA: the folder {settings.data} cannot be made: {error.strerror}") from None
    return settings.data


def ensure_secret(settings: Settings) -> bytes:
    """Give the secret key, made and kept in the data folder on first use; two processes at once keep the same one."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = ensure_data_folder(settings) / FILE_NAME
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise SettingsError(f"the secret key {path} cannot be kept: {error.strerror}") from None


def _make(path: Path) -> None:
    """Write a new key whole or not at all; whoever links first wins."""
    draft = path.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    """Read a key, closing its file to others where someone opened it."""
    if stat.S_IMODE(path.stat().st_mode) & OTHERS:
        path.chmod(OWNER_ONLY)
    key = path.read_bytes().strip()
    if len(key) < MIN_KEY_LENGTH:
        raise SettingsError(f"the secret key {path} is too short; restore it, or remove it to sign everyone out")
    return key
