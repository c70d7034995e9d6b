"""Bodies of sessions, accounts and consents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas import Body, Identity
from tracker.domain.types import Role

# As typed: the pages and the command line take spaces at its ends too.
Secret = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1_000)]
Login = Annotated[str, Field(min_length=1, max_length=100)]


class SessionIn(Body):
    """Sign in."""

    login: Login
    password: Secret


class AccountIn(Body):
    """Make an account."""

    login: Login
    password: Secret
    role: Role
    member_id: Identity | None = None
    unit_id: Identity | None = None


class AccountPatch(Body):
    """Change an account; what is left out stays."""

    role: Role | None = None
    unit_id: Identity | None = None
    disabled: bool | None = None
    password: Secret | None = None


class ConsentIn(Body):
    """Agree to one version of a notice."""

    kind: Annotated[str, Field(max_length=40)]
    version: Annotated[int, Field(ge=1, le=10_000)]


class PaperConsentIn(ConsentIn):
    """A consent given on paper."""

    given_on: dt.date
