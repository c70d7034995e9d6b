"""Signing in under attack: wrong passwords count whether they come one by one or all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.services.test_claim_races import at_once
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, Viewer
from tracker.services import accounts, sessions

if TYPE_CHECKING:
    from tracker.store.db import Database

pytestmark = pytest.mark.thorough

PASSWORD = "một mật khẩu dài"
TRIES = 12


def sign_in(db: Database, password: str) -> object:
    return sessions.sign_in(db, "lan", password, kind="api", now=make.NOW)


def test_guesses_made_at_once_slow_the_account_as_those_one_by_one(db: Database) -> None:
    with db.write() as tx:
        admin: Viewer = make.account(tx, "admin", Role.ADMIN)
        accounts.create(tx, admin, accounts.prepare("lan", PASSWORD, Role.ADMIN, None, None), now=make.NOW)
    guessed = at_once(*(lambda: sign_in(db, "đoán bừa") for _ in range(TRIES)))
    assert {g.code for g in guessed} <= {Code.SIGN_IN_WRONG, Code.SIGN_IN_SLOWED}
    with pytest.raises(AppError) as refused:
        sign_in(db, PASSWORD)
    assert refused.value.code is Code.SIGN_IN_SLOWED
