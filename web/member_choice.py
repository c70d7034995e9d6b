"""A member named in a field by code or name: found where only one fits, else the reader is asked for the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.names import fold
from tracker.services import members
from web.words import mark

if TYPE_CHECKING:
    from api.http import Call
    from tracker.store.db import Tx
    from web.forms import Fields

NOBODY = mark("Nobody of this name or code is in your units")
SEVERAL = mark("Several people fit; write the member code")
_LOOKED_AT = 50


def find_member(call: Call, tx: Tx, form: Fields, name: str, *, needed: bool = False) -> int | None:
    """Find the member a field names; what is wrong with it is kept beside the field."""
    text = form.text(name, needed=needed)
    if not text:
        return None
    found, _ = members.list_page(tx, call.viewer, today=call.today, q=text, limit=_LOOKED_AT)
    same_code = [card for card in found if card.row.code == text]
    same_name = [card for card in found if fold(card.row.full_name) == fold(text)]
    fitting = same_code or same_name or found
    if len(fitting) == 1:
        return int(fitting[0].row.member_id)
    form.errors[name] = SEVERAL if fitting else NOBODY
    return None
