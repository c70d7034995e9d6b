"""The programmes a viewer may choose from in a form or a filter, by name: those of their scope and those above."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError
from tracker.services import programmes

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.services.programmes import ProgrammeRow
    from tracker.store.db import Tx

MOST = 200


def list_choices(tx: Tx, viewer: Viewer, *, chosen: int | None = None, today: dt.date) -> list[ProgrammeRow]:
    """List the programmes that bind one's scope, with the chosen one where it is not among the first of them."""
    found = programmes.list_binding(tx, viewer, limit=MOST, today=today)
    if chosen is not None and chosen not in {programme.programme_id for programme in found}:
        with contextlib.suppress(AppError):  # the form or the list says that there is no such one
            found = [programmes.get(tx, viewer, chosen, today=today), *found]
    return found


def programme_options(tx: Tx, viewer: Viewer, *, chosen: int | None = None, today: dt.date) -> list[tuple[int, str]]:
    """Give id and name of the programmes to choose from."""
    return [(int(p.programme_id), p.name) for p in list_choices(tx, viewer, chosen=chosen, today=today)]
