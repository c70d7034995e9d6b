"""Passwords: what is too weak, and hashing that cannot eat the machine. Nothing here touches the database."""

from __future__ import annotations

import functools
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.domain.errors import AppError, Code
from tracker.domain.names import fold

LENGTH_LEAST = 8
LENGTH_MOST = 256
HASHED = "$argon2"  # how every hash made here begins; an imported account has another word in its place
# OWASP's argon2id parameters (19 MiB, two passes): 28 ms on the measured machine; four at once are 76 MiB.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
# Written down by hand: what people here type first. A breached-password list would be larger than the program.
# fmt: off
_COMMON = frozenset({
    "12345678", "123456789", "1234567890", "password", "password1", "passw0rd", "11111111", "00000000",
    "88888888", "87654321", "abcd1234", "abc12345", "a1234567", "qwertyui", "qwerty123", "asdfghjk", "1q2w3e4r",
    "iloveyou", "matkhau1", "matkhau123", "vietnam1", "hochiminh", "anhyeuem", "emyeuanh", "dangvien", "chibo123",
    "admin123", "admin1234", "administrator", "lantoa123", "letmein1", "welcome1",
})
# fmt: on


def check_strength(password: str, login: str) -> None:
    """Refuse a password that is too short, too long, common, or the login itself (`account.password_weak`)."""
    if not LENGTH_LEAST <= len(password) <= LENGTH_MOST:
        raise AppError(Code.PASSWORD_WEAK, f"a password has {LENGTH_LEAST} to {LENGTH_MOST} characters")
    if fold(password) in _COMMON or len(set(password)) == 1 or fold(password) == fold(login):
        raise AppError(Code.PASSWORD_WEAK, "the password is among those tried first")


def make_hash(password: str) -> str:
    """Hash a password (argon2id); at most four at once."""
    with _at_once:
        return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Check a password; where there is no account, or none with a password yet, the same time is spent all the same."""
    known = stored is not None and stored.startswith(HASHED)
    with _at_once:
        try:
            _hasher.verify(stored if stored and known else _nobodys(), password[: LENGTH_MOST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return known


@functools.cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex(16))
