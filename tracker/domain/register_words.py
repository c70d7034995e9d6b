"""What pages say of registers' enum values, as English ids; their Vietnamese: tracker/locale/vi/registers.po."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tracker.domain.awards import AwardState, AwardWho
from tracker.domain.directives import DirectiveWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES: Final[Mapping[str, Mapping[Any, str]]] = {
    "award_who": {AwardWho.COLLECTIVE: "Collective", AwardWho.INDIVIDUAL: "Individual"},
    "award_state": {AwardState.PROPOSED: "Proposed", AwardState.AWARDED: "Awarded"},
    "directive_warning": {
        DirectiveWarning.UNREAD: "The number follows neither the Party's nor the State's form",
        DirectiveWarning.ISSUER: "The issuer named is not the one in the number",
        DirectiveWarning.REPEATED: "This number and day have been entered before",
    },
}
