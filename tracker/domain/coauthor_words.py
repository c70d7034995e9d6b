"""Words of how somebody stands to a piece of a colleague's; English ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tracker.domain.coauthors import CoauthorState

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATES: Final[Mapping[CoauthorState, str]] = {
    CoauthorState.NAMED: "has not answered yet",
    CoauthorState.AGREED: "agreed to it",
    CoauthorState.WAITING: "not credited before they agree",
    CoauthorState.ASKED: "says it is theirs too",
    CoauthorState.OBJECTED: "said it is not theirs",
    CoauthorState.REFUSED: "not confirmed by an officer",
}
TABLES: Final[Mapping[str, Mapping[Any, str]]] = {"coauthor_state": _STATES}
