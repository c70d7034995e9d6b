"""One-time links with which people set the password of their account: how long they hold, how they are spelled.

Pure: who may have one, and what it opens, is the service's. Slips of paper carry them, so that they can be typed, too.
"""

from __future__ import annotations

import base64
import re
from typing import Final

VALID_DAYS: Final = 14
SECRET_BYTES: Final = 16
_GROUPS: Final = re.compile(r"(.{5})(?=.{5})")  # of five, the last of six
# Small letters and the digits 2 to 7: nothing on paper is taken for another sign.
_TOKEN: Final = re.compile(r"(?P<account_id>[0-9]{1,15})-(?P<secret>[a-z2-7]{26})")


def spell(secret: bytes) -> str:
    """Give random bytes as they stand in a link, without hyphens."""
    return base64.b32encode(secret).decode().rstrip("=").lower()


def token_of(account_id: int, secret: str) -> str:
    """Give what a link ends with: the number of the account and the secret, in groups that can be typed."""
    groups = _GROUPS.sub(r"\1-", secret)
    return f"{account_id}-{groups}"


def read_token(text: str) -> tuple[int, str] | None:
    """Read number and secret, typed in capitals or with other hyphens too; None for what is no such thing."""
    number, _, secret = text.lower().replace(" ", "").partition("-")
    found = _TOKEN.fullmatch(f"{number}-{secret.replace('-', '')}")
    return None if found is None else (int(found["account_id"]), found["secret"])


def start_url(base_url: str, token: str) -> str:
    """Give the address that a slip carries."""
    return f"{base_url.rstrip('/')}/start/{token}"
