"""By which method this installation makes figures: the reckoning of the program and the lists of robots it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.methods import MethodVersions

if TYPE_CHECKING:
    from tracker.store.db import Database


def method_versions(db: Database) -> MethodVersions:
    """Give the versions that stand on reports and with closes, the office's own list included."""
    from lantoa.agents import load_lists
    from tracker.services import canaries

    with db.read() as tx:
        version, _ = canaries.get_local_list(tx)
    return MethodVersions(bot_list=", ".join(filter(None, (load_lists().version, version))))
