"""Words of the automatic checks: message ids by words_id; their Vietnamese stands in tracker/locale/vi/claims.po."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.translation import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.claim_checks import ClaimCheck

CHECKS: Mapping[str, str] = {
    "check.evidence.none": "Neither an address nor a file nor a witness",
    "check.source.unlisted": "The source is not among the listed ones",
    "check.url.shared": "Another member has claimed the same address",
    "check.url.shape": "The address does not look like a post",
    "check.topic.none": "No topic yet",
    "check.topic.none.wanted": "None of the topics that are asked for",
    "check.figure.implausible.unusual": "A figure is far above what is usual",
    "check.figure.implausible.above_reach": "More engagements than people reached",
    "check.picture.shared": "Another member has sent the same picture or file",
    "check.evidence.unread": "A scan that no program can look through: see for yourself that it is not classified",
    "check.assisted.same": "Entered by the same officer who decides on it",
    "check.period.closed": "Its period is closed; the decision stands only in the restatement",
    "check.date.late": "Filed late; it counts",
    "check.article.match": "The article is not among the collected ones",
}


def check_words(check: ClaimCheck, language: str) -> str:
    """Give the words of a check in a language."""
    return translate(CHECKS[check.words_id], language)
