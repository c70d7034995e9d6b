"""The words of reports: English ids, printed in Vietnamese as offices do.

The ids begin alike, so that pages may say the same words otherwise. Words of enum values stand in tracker/labels.py.
"""

from __future__ import annotations

import enum
from typing import Any

from tracker.labels import label, translate

LANGUAGE = "vi"


class Word(enum.StrEnum):
    """Every word a report prints of its own."""

    SUMMARY_SHEET = "Report: Summary"
    PIECES_SHEET = "Report: Annex 1"
    SHARES_SHEET = "Report: Annex 2"
    MEMBERS_SHEET = "Report: Annex 3"
    WIDE_SHEET = "Report: Annex 4"
    SUMMARY = "Report: SUMMARY OF RESULTS: {period}"
    PIECES = "Report: Annex 1. PIECES WRITTEN BY MEMBERS"
    SHARES = "Report: Annex 2. SHARES"
    MEMBERS = "Report: Annex 3. RESULTS OF EACH MEMBER"
    WIDE = "Report: Annex 4. PIECES OF WIDE REACH"
    CUT_OFF = "Report: Figures as of {at}; method {method}; robot lists: {bot_list}"
    CLOSED = "Report: The period is closed, version {version}"
    OPEN = "Report: The period is not closed yet"
    NUMBER = "Report: No."
    PIECE_TITLE = "Report: Title of the piece"
    AUTHORS = "Report: Author (co-authors)"
    TOPIC = "Report: Topic"
    PUBLISHED_AT = "Report: Published at"
    PUBLISHED_ON = "Report: Published on"
    ADDRESS = "Report: Address"
    VIEWS = "Report: Views (as read)"
    ENGAGEMENTS = "Report: Engagements"
    NOTE = "Report: Remarks"
    FULL_NAME = "Report: Full name"
    SHARED_TITLE = "Report: Title of what was shared"
    SOURCE = "Report: Source"
    PLATFORM = "Report: Platform"
    SHARED_ON = "Report: Shared on"
    PROOF = "Report: Address or evidence"
    STATE = "Report: State"
    ACCEPTED = "Report: Accepted"
    PARTY_ROLE = "Report: Office in the Party"
    SHARES_OF_MONTH = "Report: Shares {month}"
    SUM = "Report: Sum"
    MONTHS_MET = "Report: Months met (at least {minimum})"
    PIECE_COUNT = "Report: Pieces written"
    RESULT = "Report: Met, not met or excused"
    APART = "Report: listed apart, not counted"
    TITLE = "Report: Title"
    PIECE_AUTHOR = "Report: Author"
    SHARE_COUNT = "Report: Times shared"
    CLICKS = "Report: Measured clicks"
    REACH = "Report: Reach (at least – at most)"
    ORIGIN = "Report: Origin of the figures"
    WHAT = "Report: Item"
    VALUE = "Report: Figure"
    MEMBER_COUNT = "Report: Members counted"
    SHARES_DONE = "Report: Shares made"
    PIECES_DONE = "Report: Pieces made"
    PRESENTATIONS_DONE = "Report: Presentations made"
    BY_OTHERS = "Report: Of these by people not counted"
    TARGET_MET = "Report: {what}, {period}: members who met it"
    TARGET_AIM = "Report: {what}, {period}: members who met the aim"
    TARGET_DONE = "Report: {what}, {period}: done"
    TOPIC_COUNT = "Report: Topic {topic}, {unit}"
    UNKNOWN = "Report: not measurable"
    BELOW_FIVE = "Report: below 5"
    WARNING = "Report: To be noted"
    LIMITS_EMPTY = "Report: The paragraph on limitations is still empty"
    CLAIMS_WAITING = "Report: Claims still wait for a decision"
    STILL_RUNNING = "Report: The period is not over"
    NO_TARGETS = "Report: No programme asks anything in this period"
    AWARDS_SHEET = "Report: Awards"
    AWARDS = "Report: PROPOSED FOR COMMENDATION"
    AWARDS_FOOT = "Report: {collective} collectives, {individual} individuals"
    HONOURED = "Report: Collective or individual"
    ROLE_AND_UNIT = "Report: Office and unit"
    ACHIEVEMENT = "Report: What was achieved, in short"
    AWARD_FORM = "Report: Proposed form"
    ACHIEVED_SHARES = "Report: {count} shares"
    ACHIEVED_PIECES = "Report: {count} pieces"
    ACHIEVED_PRESENTATIONS = "Report: {count} presentations"
    ACHIEVED_PROGRAMMES = "Report: {count} programmes"
    GROUNDS_SHEET = "Report: Grounds"
    GROUNDS = "Report: WHAT THE PROPOSALS REST ON"
    KIND = "Report: Kind"
    DAY = "Report: Day"
    PROGRAMME = "Report: Programme"
    MEETING_SHEET_NAME = "Report: Meeting"
    MEETING_SHEET = "Report: SHEET FOR THE MEETING: {period}"
    PART = "Report: Part"
    CONTENT = "Report: Content"
    WHEN = "Report: When"
    RESULT_SO_FAR = "Report: Result, remarks"
    PART_SHARED = "Report: Shared"
    PART_WRITTEN = "Report: Written"
    PART_DUE = "Report: Still due"
    PART_NEXT = "Report: Next assignments"
    PART_MEETING = "Report: Meetings held"
    PROGRAMMES_SHEET = "Report: Programmes"
    PROGRAMMES = "Report: LIST OF PROGRAMMES"
    PROGRAMMES_FOOT = "Report: {count} programmes ({new} new)"
    PROGRAMMES_SUM = "Report: In all: {told}"
    PROGRAMME_NAME = "Report: Name of the programme"
    UNIT = "Report: Party organisation"
    REGISTERED_IN = "Report: Year of registration"
    NEW_OR_NOT = "Report: New or continued"
    NEW = "Report: new"
    CONTINUED = "Report: continued"
    BENEFIT = "Report: Benefit in money"
    MONEY = "Report: {amount} dong"
    OUTCOME = "Report: Outcome"
    CITED = "Report: On the ground of {told}"
    DOCUMENT = "Report: {code} of {day}"
    BY_KIND_SHEET = "Report: By kind"
    BY_KIND = "Report: PROGRAMMES BY KIND OF ORGANISATION"
    UNIT_KIND = "Report: Kind of organisation"
    NO_KIND = "Report: not stated"
    PROGRAMME_COUNT = "Report: Number of programmes"
    NEW_COUNT = "Report: New ones"


WARNINGS = {
    "limits.empty": Word.LIMITS_EMPTY,
    "claims.pending": Word.CLAIMS_WAITING,
    "period.running": Word.STILL_RUNNING,
    "targets.none": Word.NO_TARGETS,
}


def say(word: Word, **fields: Any) -> str:
    """Give a word as a report prints it."""
    printed = translate(word.value, LANGUAGE)
    return printed.format(**fields) if fields else printed


def name(kind: str, value: str) -> str:
    """Give the words of an enum value as a report prints them."""
    return label(kind, value, LANGUAGE)
