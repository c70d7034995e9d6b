"""By which method this installation makes figures: the reckoning of the program and the lists of robots it has."""

from __future__ import annotations

import functools

from tracker.domain.methods import MethodVersions


@functools.cache
def method_versions() -> MethodVersions:
    """Give the versions that stand on reports and with closes."""
    from lantoa.agents import load_lists

    return MethodVersions(bot_list=load_lists().version)
