"""Co-authors in a form: found by name, ticked one by one. One field a person, for uploads carry one value a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.filing import COAUTHORS_MOST
from tracker.domain.types import MemberId
from tracker.services import colleagues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.http import Call
    from tracker.store.db import Tx
    from web.forms import Fields

_FIELD = "coauthor_"
_DIGITS_MOST = 16
_NAME_MOST = 100


def read_coauthors(form: Fields) -> tuple[MemberId, ...]:
    """Read who is ticked."""
    ids = (name.removeprefix(_FIELD) for name in form.sent if name.startswith(_FIELD) and form.has(name))
    known = [MemberId(int(i)) for i in ids if i.isascii() and i.isdigit() and len(i) < _DIGITS_MOST]
    return tuple(known[: COAUTHORS_MOST + 1])


def tick_coauthors(form: Fields, ids: Iterable[int]) -> None:
    """Tick these people."""
    for member_id in ids:
        form.sent[f"{_FIELD}{member_id}"] = ["1"]


def list_coauthors(
    tx: Tx, call: Call, form: Fields, owner_id: MemberId | None, known: Iterable[tuple[MemberId, str]] = ()
) -> list[tuple[str, str]]:
    """Give field and name of everybody ticked, then of those found by the name that was searched."""
    if owner_id is None:
        return []
    ticked, q = read_coauthors(form), form.text("find", most=_NAME_MOST)
    chosen = colleagues.list_chosen(tx, call.viewer, owner_id, ticked, today=call.today)
    found = colleagues.search(tx, call.viewer, owner_id, q, today=call.today)
    named = {m: n for m, n in known if m in ticked} | dict(chosen) | dict(found)
    return [(f"{_FIELD}{member_id}", name) for member_id, name in named.items()]


def is_search(form: Fields) -> bool:
    """Tell whether a name is only being searched."""
    return form.get("act") == "find"
