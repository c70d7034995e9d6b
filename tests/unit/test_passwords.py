"""Checking a password costs the same, whoever is asked for."""

from __future__ import annotations

import time

from tracker.services import passwords


def _spent_s(stored: str | None) -> float:
    begun = time.process_time()
    assert not passwords.verify(stored, "không phải mật khẩu này")
    return time.process_time() - begun


def test_an_account_without_a_password_costs_as_much_as_none_and_as_any() -> None:
    hashed = passwords.make_hash("một mật khẩu dài")
    assert passwords.verify(hashed, "một mật khẩu dài")
    _spent_s(None)
    spent = [min(_spent_s(stored) for _ in range(3)) for stored in (hashed, None, "!", "")]
    assert min(spent) > max(spent) / 4


def test_what_is_no_hash_opens_to_nothing() -> None:
    for stored in ("", "!", "$argon2id$broken"):
        assert not passwords.verify(stored, "")
        assert not passwords.verify(stored, stored)
