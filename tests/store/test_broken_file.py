from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.domain.errors import AppError, Code
from tracker.store.db import Database

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("way", ["read", "write"])
def test_a_file_that_is_no_database_is_a_refusal(tmp_path: Path, way: str) -> None:
    file = tmp_path / "lantoa.db"
    file.write_bytes(b"not a database at all" * 100)
    db = Database(f"sqlite:///{file}")
    with pytest.raises(AppError) as refused, getattr(db, way)():
        pass
    db.close()
    assert refused.value.code is Code.DATABASE_UNREACHABLE
