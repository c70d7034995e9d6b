"""Words of the organisation's rules, of those that may be set and of those that are fixed; English ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tracker.domain.office_rules import Rule, RuleGroup, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES: Final[Mapping[Rule, str]] = {
    Rule.LATE_AFTER_DAYS: "A declaration counts but is marked late when filed more than this after its month ends",
    Rule.OLDEST_DAYS: "A declaration may be filed until this long after the day it tells of, while its period is open",
    Rule.EXCUSED_OVER_PERCENT: "Whoever is away for more than this part of a period is excused",
    Rule.COUNTS_PROBATIONARY: "Probationary members count",
    Rule.COUNTS_EXEMPT: "Exempt members count",
    Rule.COUNTS_NON_MEMBERS: "People who are not Party members count",
    Rule.WIDE_REACH_CLICKS: "A piece has spread widely from this many clicks on, where no programme says otherwise",
    Rule.WIDE_REACH_PIECES: "Without such a number, this many of the most clicked pieces are listed",
    Rule.COUNTERS_UNTIL_DAYS: "Counters on the pages of members' pieces are read until this long after the quarter",
    Rule.UNCLAIMED_LINK_DAYS: "A link that nobody claimed or followed is dropped after",
    Rule.REVIEW_WORKING_DAYS: "A declaration that waits for longer is marked",
    Rule.SECOND_LOOK_PERCENT: "Share of decisions that a second officer judges without knowing the first",
    Rule.EVIDENCE_MONTHS: "Pictures and documents are kept for this long after the end of the year",
    Rule.ARCHIVE_MONTHS: "Archived pages of pieces are kept for this long after the end of the year",
    Rule.PHOTO_MONTHS: "Photos of meetings are kept for this long after the end of the year",
    Rule.REFUSED_EVIDENCE_DAYS: "Evidence of what was withdrawn, rejected or reversed is kept for",
    Rule.MEMBER_SESSION_DAYS: "A member stays signed in for at most",
    Rule.OFFICE_SESSION_DAYS: "Officers, auditors and administrators stay signed in for at most",
    Rule.FETCH_DAYS: "Fetches of sources are kept for",
    Rule.ANSWER_WORKING_DAYS: "A request about personal data is answered within",
    Rule.CORRECTION_DAYS: "A correction is made within",
    Rule.ERASURE_DAYS: "A deletion is carried out within",
}
UNITS: Final[Mapping[Unit, str]] = {
    Unit.DAYS: "%(n)s days",
    Unit.WORKING_DAYS: "%(n)s working days",
    Unit.MONTHS: "%(n)s months",
    Unit.PERCENT: "%(n)s%%",
    Unit.CLICKS: "%(n)s clicks",
    Unit.PIECES: "%(n)s pieces",
    Unit.YES_NO: "%(n)s (1 yes, 0 no)",
}
GROUPS: Final[Mapping[RuleGroup, str]] = {
    RuleGroup.DECLARATIONS: "Declarations and links",
    RuleGroup.OBLIGATIONS: "Who counts",
    RuleGroup.REACH: "Reach (rules)",
    RuleGroup.REVIEW: "Review (rules)",
    RuleGroup.KEEPING: "What is kept how long",
    RuleGroup.REQUESTS: "Requests about personal data",
}
FIXED: Final[Mapping[str, str]] = {
    "share_once": "The same article, by the same member, on the same network, in the same month, is one share.",
    "accepted_only": "Only what an officer accepted counts. Nobody decides about their own, nor about an appeal against"
    " their own decision.",
    "closing": "After a close a member neither files nor changes anything in that period; what an officer changes"
    " stands in the list of later changes. A close covers all units below and all periods inside; reopening needs a"
    " reason, and the closed version is kept.",
    "no_carry": "What goes beyond a target is not carried over to the next period.",
    "binding": "A programme binds its unit and all below it.",
    "last_day": "A member's obligation belongs to the unit of the period's last day; a declaration counts in the unit"
    " of the day it tells of.",
    "excused_met": "An excused member who met all the same counts in both numbers.",
    "one_home": "One main membership at a time; who stays elsewhere for a while is shown there and counted at home.",
    "topics": "A target on topics is met only by an article or declaration of one of them.",
    "coauthors": "A piece with several authors is one piece of the unit and one credit of each author.",
    "pieces_listed": "Pieces that spread are listed; who shared them never is.",
    "imports": "Imported declarations keep the state they come with; their figures count as declared; the number of"
    " days back and consents do not bind them.",
    "pages": "An article's page is read when somebody features, shares or declares the article, and of sources where an"
    " administrator turned that on.",
    "erasure": "Deleting a person changes names in closed reports, never numbers.",
    "idle": "Whoever does nothing is signed out: members after 30 days, all others after 12 hours.",
}
TABLES: Final[Mapping[str, Mapping[Any, str]]] = {
    "rule": RULES,
    "rule_unit": UNITS,
    "rule_group": GROUPS,
    "rule_fixed": FIXED,
}
