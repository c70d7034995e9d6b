"""What a close kept stays readable: programmes, as ledgers and registers write them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from tracker.domain.ledger import ProgrammeRecord
from tracker.domain.numbers import Qualifier
from tracker.domain.registers import ProgrammeCard, Registers
from tracker.domain.types import ProgrammeId, UnitId
from tracker.services import freezing_registers
from tracker.services.freezing_rows import registered_in, registered_out

DAY = dt.date(2026, 1, 1)
RECORD = ProgrammeRecord(
    programme_id=ProgrammeId(3), unit_id=UnitId(7), name="Mỗi tuần một bài", from_on=DAY, until_on=None, is_new=True
)
CARD = ProgrammeCard(
    **registered_in(registered_out(RECORD)),
    amount=95,
    qualifier=Qualifier.MORE,
    words="hơn 95 bài",
    measures=("bài",),
    directive_ids=(2,),
)
KEPT = {"id": 3, "unit": 7, "name": "Mỗi tuần một bài", "from": "2026-01-01", "until": None, "new": True}


@pytest.mark.parametrize("programme", [RECORD, CARD])
def test_a_programme_is_kept_in_one_form_in_ledgers_and_registers(programme: ProgrammeRecord | ProgrammeCard) -> None:
    assert registered_out(programme) == KEPT
    assert ProgrammeRecord(**registered_in(KEPT)) == RECORD


def test_a_register_reads_its_programmes_back_as_they_were() -> None:
    cards = [CARD, replace(CARD, qualifier=None, until_on=DAY)]
    rows: dict[str, list[tuple[int, object]]] = {}
    for kind, number, row in freezing_registers.pack(Registers(programmes=cards)):
        rows.setdefault(kind, []).append((number, json.loads(json.dumps(row))))
    back = freezing_registers.unpack(rows)
    assert back is not None
    assert back.programmes == cards
