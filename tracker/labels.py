"""Words: message ids (English) of error codes and enum values; tracker/translation.py gives them in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import audit_words, coauthor_words, feed_words, office_rule_words, record_words, register_words
from tracker.domain.agents import AgentKind, LocalVerdict
from tracker.domain.catalogue import Confidence, OutletClass
from tracker.domain.channels import ChannelKind
from tracker.domain.claims import Action, ClaimKind, ClaimState, Verdict
from tracker.domain.clicks import ClickVerdict
from tracker.domain.content_kinds import ContentKind
from tracker.domain.errors import Code
from tracker.domain.feeds import FeedKind, FeedState, FetchErrorCode, FetchStatus, Health
from tracker.domain.figures import Grade, Measure
from tracker.domain.organisation import MemberKind, MemberStatus, PartyRole
from tracker.domain.periods import PeriodKind
from tracker.domain.programmes import AssignmentState, TargetWho
from tracker.domain.progress import RowState
from tracker.domain.types import Channel, Role
from tracker.translation import translate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LANGUAGES = ("vi", "en")

ERRORS: Mapping[Code, str] = {
    Code.SIGN_IN_NEEDED: "Please sign in",
    Code.SIGN_IN_WRONG: "Wrong user name or password",
    Code.SIGN_IN_SLOWED: "Too many attempts, try again later",
    Code.RIGHT_MISSING: "You are not allowed to do this",
    Code.CROSS_SITE: "The request came from another site and was refused",
    Code.SETUP_DONE: "This installation has already been set up",
    Code.SETUP_LINK: "The set-up link is not valid",
    Code.INVITATION_LINK: "This sign-in link does not hold, or no longer",
    Code.INVITATION_USED: "This sign-in link has been used already",
    Code.INVITATION_MADE: "A slip has just been made; sending the page again makes no other",
    Code.ACCOUNT_CLOSED: "The account is closed",
    Code.LAST_ADMIN: "The last administrator cannot be removed",
    Code.LOGIN_TAKEN: "This user name is already in use",
    Code.PASSWORD_WEAK: "The password is too short or too common",
    Code.NOT_FOUND: "Not found",
    Code.METHOD: "This address does not take this method",
    Code.BODY_INVALID: "The request is not valid",
    Code.BODY_SIZE: "The request is too large",
    Code.FIELD_INVALID: "A value is not valid",
    Code.CURSOR_INVALID: "The page mark is not valid",
    Code.MEDIA_TYPE: "This kind of content is not accepted here",
    Code.ETAG_MISSING: "State which version you are changing (If-Match)",
    Code.ETAG_STALE: "Someone else has changed this meanwhile; reload and try again",
    Code.IDEMPOTENCY_MISMATCH: "The same Idempotency-Key was used for another request",
    Code.IDEMPOTENCY_BUSY: "The first request with this Idempotency-Key is still under way",
    Code.STORE_BUSY: "The system is busy, please try again",
    Code.STORE_FULL: "The storage cannot be written to",
    Code.CLAIM_DUPLICATE: "This has already been declared in the same month",
    Code.PIECE_COUNTED: "This piece counts in another declaration: return this one, and its author can join there",
    Code.CLAIM_STATE: "The declaration is not in a state that allows this",
    Code.CLAIM_OWN: "You may not decide on your own declaration",
    Code.CLAIM_LESSON_MISSING: "The lesson drawn must be written down",
    Code.CLAIM_DATE: "The date is in the future or too long ago",
    Code.CLAIM_LINK: "This is not the address of a published post",
    Code.REASON_MISSING: "A reason is needed",
    Code.COPY_MISSING: "Download the copy and hand it over first; where that cannot be, refuse with a reason",
    Code.CONSENT_MISSING: "Consent to the notices is needed first",
    Code.LINK_WITHDRAWN: "An administrator has withdrawn this link",
    Code.CONSENT_VERSION: "The notice has a newer version; please read that one",
    Code.EVIDENCE_SECRET: "The file seems to contain classified information and was refused",
    Code.EVIDENCE_TYPE: "This kind of file is not accepted",
    Code.EVIDENCE_SIZE: "The file is too large",
    Code.PERIOD_INVALID: "The period is not valid",
    Code.PERIOD_CLOSED: "The period is closed",
    Code.PERIOD_RUNNING: "The period is not over yet",
    Code.PERIOD_OPEN: "The period is not closed",
    Code.ASSIGNMENT_ALREADY_GIVEN: "One member has already been chosen for this period",
    Code.CODE_TAKEN: "This code is already in use",
    Code.POST_TAKEN: "This post is already in the list of its page",
    Code.DATE_ORDER: "The dates are in the wrong order",
    Code.UNIT_CIRCLE: "A unit cannot stand below itself",
    Code.MEMBERSHIP_NONE: "The member stands in no unit on that day",
    Code.IN_USE: "This is in use and cannot be removed",
    Code.FEED_TAKEN: "This source is already in the list",
    Code.FEED_ADDRESS: "This address cannot be a source",
    Code.FEED_BUSY: "This source is being fetched right now",
    Code.FETCH_FAILED: "The address could not be read",
    Code.IMPORT_UNREADABLE: "The file cannot be read as a table",
    Code.IMPORT_COLUMNS: "Needed columns are missing",
    Code.IMPORT_IDENTIFIERS: "National identity numbers are not taken in",
    Code.IMPORT_UNDONE: "This import has already been undone",
    Code.IMPORT_CHANGED: "What was imported has been changed since and cannot be undone",
    Code.REPORT_FORMAT: "This report does not exist in this format",
    Code.DATABASE_BEHIND: "The database must be brought up to date first (lantoa migrate)",
    Code.DATABASE_NEWER: "The database was written by a newer version of the program",
    Code.DATABASE_UNREACHABLE: "The database cannot be reached",
    Code.SETTINGS_INVALID: "A setting is not valid",
    Code.FILE_UNREADABLE: "The file cannot be read",
    Code.INTERNAL: "Something went wrong",
}


# Words of enum values on pages; their Vietnamese stands in web.po. Names of networks are the same everywhere.
ROLES: Mapping[Role, str] = {
    Role.MEMBER: "Party member",
    Role.OFFICER: "Responsible officer",
    Role.ADMIN: "System administrator",
    Role.AUDITOR: "Auditor (read only)",
}
CHANNELS: Mapping[Channel, str] = {
    Channel.FACEBOOK: "Facebook",
    Channel.ZALO: "Zalo",
    Channel.YOUTUBE: "YouTube",
    Channel.TIKTOK: "TikTok",
    Channel.X: "X",
    Channel.TELEGRAM: "Telegram",
    Channel.INSTAGRAM: "Instagram",
    Channel.THREADS: "Threads",
    Channel.LINKEDIN: "LinkedIn",
    Channel.VIBER: "Viber",
    Channel.WEB: "Another website",
}
CHANNEL_KINDS: Mapping[ChannelKind, str] = {
    ChannelKind.PAGE: "Page (fanpage)",
    ChannelKind.GROUP: "Group (social network)",
    ChannelKind.ASSOCIATION: "Association",
}
CLAIM_KINDS: Mapping[ClaimKind, str] = {
    ClaimKind.SHARE: "Share",
    ClaimKind.AUTHORED: "Authored piece",
    ClaimKind.PRESENTATION: "Presentation",
}
CONTENT_KINDS: Mapping[ContentKind, str] = {
    ContentKind.DIRECTIVE: "Directive document",
    ContentKind.ARTICLE: "News item or article",
    ContentKind.MODEL: "Good model",
    ContentKind.PRACTICE: "Creative way of working",
    ContentKind.GOOD_EXAMPLE: "Good person, good deed",
}
CLAIM_STATES: Mapping[ClaimState, str] = {
    ClaimState.PENDING: "Pending review",
    ClaimState.RETURNED: "Returned (needs completion)",
    ClaimState.ACCEPTED: "Accepted",
    ClaimState.REJECTED: "Rejected",
    ClaimState.WITHDRAWN: "Withdrawn",
    ClaimState.REVERSED: "Reversed",
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.ACCEPT: "Accept",
    Verdict.RETURN: "Return for completion",
    Verdict.REJECT: "Reject",
    Verdict.REVERSE: "Reverse the acceptance",
}
ACTIONS: Mapping[str, str] = {
    Action.ACCEPT: "accepted",
    Action.RETURN: "returned for completion",
    Action.REJECT: "rejected",
    Action.REVERSE: "acceptance reversed",
    Action.EDIT: "changed",
    Action.WITHDRAW: "withdrawn",
    Action.APPEAL: "appealed",
    Action.OBJECT: "objected to",
    "submit": "declared",
    "assist": "entered by an officer",
    "repeat": "declared once more",
    "coauthor_agree": "co-author agreed",
    "coauthor_object": "co-author objected",
    "coauthor_join": "said to be theirs too",
    "coauthor_accept": "co-author confirmed",
    "coauthor_refuse": "co-author refused",
    "coauthor_undo": "co-author of an import taken back",
    "figures": "figures stated",
    "evidence": "evidence added",
    "evidence_removed": "evidence taken away",
    "imported": "imported",
}
EVIDENCE_KINDS: Mapping[str, str] = {
    "picture": "Picture",
    "document": "Document",
    "page": "Archive of the published page",
}
HEALTHS: Mapping[Health, str] = {
    Health.WORKING: "Working",
    Health.QUIET: "Nothing new for a while",
    Health.BLOCKED: "Blocked by the site",
    Health.MOVED: "Has moved",
    Health.MALFORMED: "Cannot be read",
    Health.FAILING: "Failing",
    Health.GONE: "Gone",
}
FEED_STATES: Mapping[FeedState, str] = {FeedState.ACTIVE: "Collecting", FeedState.PAUSED: "Paused"}
FEED_KINDS: Mapping[FeedKind, str] = {
    FeedKind.FEED: "News feed",
    FeedKind.LISTING: "List page",
    FeedKind.SITEMAP: "News sitemap",
}
FETCH_STATUSES: Mapping[FetchStatus, str] = {
    FetchStatus.OK: "Read",
    FetchStatus.NOT_MODIFIED: "Unchanged",
    FetchStatus.FAILED: "Failed",
}
FETCH_ERRORS: Mapping[FetchErrorCode, str] = {
    FetchErrorCode.ADDRESS_REFUSED: "This address may not be opened from here",
    FetchErrorCode.DNS: "The host name cannot be found",
    FetchErrorCode.CONNECT: "The site cannot be reached",
    FetchErrorCode.TLS: "The site's security certificate is not valid",
    FetchErrorCode.TIMEOUT: "The site took too long to answer",
    FetchErrorCode.TOO_LARGE: "The answer is too large",
    FetchErrorCode.ENCODING: "The answer is packed in a way that is not accepted",
    FetchErrorCode.REDIRECT: "The site sends visitors in circles",
    FetchErrorCode.HTTP: "The site answers with an error",
    FetchErrorCode.BLOCKED_BY_SITE: "The site refuses to be read by programs",
    FetchErrorCode.ROBOTS: "The site asks programs not to read this page (robots.txt)",
    FetchErrorCode.NOT_A_FEED: "The address holds a web page, not a news feed",
    FetchErrorCode.UNREADABLE: "The answer cannot be read as a news feed",
    FetchErrorCode.GONE: "The site says that this is gone for good",
}
OUTLET_CLASSES: Mapping[OutletClass, str] = {
    OutletClass.PORTAL: "Portal or website of an organ",
    OutletClass.CENTRAL: "Central press",
    OutletClass.PROVINCIAL: "Provincial press",
    OutletClass.OWN: "The office's own site",
    OutletClass.OTHER: "Another source",
}
CONFIDENCES: Mapping[Confidence, str] = {
    Confidence.A: "seen bringing articles",
    Confidence.B: "in a list that is kept up",
    Confidence.C: "not certain",
    Confidence.X: "known to be broken",
}
MEASURES: Mapping[Measure, str] = {
    Measure.VALID_CLICKS: "Valid clicks",
    Measure.PERSON_DAYS: "Person-days",
    Measure.PAGE_VIEWS: "Page views",
    Measure.COMMENTS: "Comments",
    Measure.RATING_SUM: "Rating points",
    Measure.RATING_VOTES: "Rating votes",
    Measure.REPUBLICATIONS: "Republications",
    Measure.REACH: "Reach",
    Measure.IMPRESSIONS: "Impressions",
    Measure.ENGAGEMENTS: "Engagements",
    Measure.REACH_ENGAGEMENTS: "Reach and engagements, as stated",
    Measure.POTENTIAL: "Friends",
    Measure.FOLLOWERS: "Followers",
}
GRADES: Mapping[Grade, str] = {
    Grade.MEASURED: "measured",
    Grade.VERIFIED: "verified by an officer",
    Grade.DECLARED: "as declared",
    Grade.POTENTIAL: "potential only",
}
ROW_STATES: Mapping[RowState, str] = {
    RowState.BELOW: "Not met",
    RowState.MET: "Met",
    RowState.EXCEEDED: "Well met",
    RowState.EXCUSED: "Exempt in the period",
}
TARGET_WHO: Mapping[TargetWho, str] = {
    TargetWho.EACH_MEMBER: "Each member",
    TargetWho.ASSIGNED: "The assigned member",
    TargetWho.UNIT: "The unit",
}
PERIOD_KINDS: Mapping[PeriodKind, str] = {
    PeriodKind.DAY: "Day",
    PeriodKind.WEEK: "Week",
    PeriodKind.MONTH: "Month",
    PeriodKind.QUARTER: "Quarter",
    PeriodKind.HALF: "Half-year",
    PeriodKind.YEAR: "Year",
}
ASSIGNMENT_STATES: Mapping[AssignmentState, str] = {
    AssignmentState.GIVEN: "Assigned",
    AssignmentState.DONE: "Done",
    AssignmentState.EXCUSED: "Excused",
}
MEMBER_STATUSES: Mapping[MemberStatus, str] = {
    MemberStatus.OFFICIAL: "Official member",
    MemberStatus.PROBATIONARY: "Probationary member",
    MemberStatus.EXEMPT: "Exempt from Party work",
    MemberStatus.NON_MEMBER: "Not a Party member",
}
MEMBER_KINDS: Mapping[MemberKind, str] = {
    MemberKind.PARTY: "Party",
    MemberKind.YOUTH: "Youth Union",
    MemberKind.OTHER: "Other",
}
PARTY_ROLES: Mapping[PartyRole, str] = {
    PartyRole.SECRETARY: "Branch secretary",
    PartyRole.DEPUTY: "Deputy branch secretary",
    PartyRole.COMMITTEE: "Branch committee member",
    PartyRole.MEMBER: "Member",
}
NOTICES: Mapping[str, str] = {
    "processing": "Personal data processing notice",
    "conduct": "Code of conduct for sharing",
    "evidence": "Pictures as evidence",
}

CLICK_VERDICTS: Mapping[ClickVerdict, str] = {
    ClickVerdict.COUNTED: "Valid click",
    ClickVerdict.METHOD: "Not asked for a page (HEAD)",
    ClickVerdict.PREFETCH: "Loaded ahead by a browser",
    ClickVerdict.EMPTY: "Without a name",
    ClickVerdict.ROBOT: "Robot",
    ClickVerdict.PREVIEW: "Preview of a network",
    ClickVerdict.OWN: "The sharer's own",
    ClickVerdict.REPEAT: "Again within 30 seconds",
    ClickVerdict.HELD: "Held as a burst",
}
AGENT_KINDS: Mapping[AgentKind, str] = {
    AgentKind.PERSON: "Person",
    AgentKind.ROBOT: "Robot",
    AgentKind.PREVIEW: "Preview of a network",
    AgentKind.EMPTY: "Without a name",
}
LOCAL_VERDICTS: Mapping[LocalVerdict, str] = {
    LocalVerdict.ROBOT: "Robot",
    LocalVerdict.PREVIEW: "Preview of a network",
    LocalVerdict.PERSON: "Person",
}
LABELS: Mapping[str, Mapping[Any, str]] = {
    "role": ROLES,
    "channel": CHANNELS,
    "channel_kind": CHANNEL_KINDS,
    "claim_kind": CLAIM_KINDS,
    "content_kind": CONTENT_KINDS,
    "claim_state": CLAIM_STATES,
    "verdict": VERDICTS,
    "action": ACTIONS,
    "evidence_kind": EVIDENCE_KINDS,
    "health": HEALTHS,
    "feed_state": FEED_STATES,
    "feed_kind": FEED_KINDS,
    "fetch_status": FETCH_STATUSES,
    "fetch_error": FETCH_ERRORS,
    "outlet_class": OUTLET_CLASSES,
    "confidence": CONFIDENCES,
    "click_verdict": CLICK_VERDICTS,
    "agent_kind": AGENT_KINDS,
    "local_verdict": LOCAL_VERDICTS,
    "measure": MEASURES,
    "grade": GRADES,
    "row_state": ROW_STATES,
    "target_who": TARGET_WHO,
    "period_kind": PERIOD_KINDS,
    "assignment_state": ASSIGNMENT_STATES,
    "member_status": MEMBER_STATUSES,
    "member_kind": MEMBER_KINDS,
    "party_role": PARTY_ROLES,
    "notice": NOTICES,
    **feed_words.TABLES,
    **register_words.TABLES,
    **audit_words.TABLES,
    **coauthor_words.TABLES,
    **office_rule_words.TABLES,
    **record_words.TABLES,
}


def label(kind: str, value: str, language: str) -> str:
    """Give the words of an enum value on pages; a value without words stands for itself."""
    found = LABELS[kind]
    return translate(found[value], language) if value in found else value


def error_words(code: Code, language: str) -> str:
    """Give the words of a refusal in a language."""
    return translate(ERRORS[code], language)
