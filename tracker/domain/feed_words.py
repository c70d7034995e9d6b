"""What an administrator is told of a source, as English message ids: reasons, advice, findings, what was left out.

Their Vietnamese stands in tracker/locale/vi/feeds.po. Ids with blanks (`%(days)s`) take the numbers of their code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from tracker.domain.feed_findings import OrderBy
from tracker.domain.feed_health import Cause, HealthFacts, NextCause
from tracker.domain.feeds import DateOrder, DateQuality, FetchErrorCode, Health
from tracker.domain.identity import IDENTITY_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.feeds import FetchProblem

REASONS: Final[Mapping[Cause, str]] = {
    Cause.NOT_FETCHED: "Not fetched yet.",
    Cause.NEVER: "No article has come from here yet.",
    Cause.SILENT: "Nothing new for %(days)s days.",
    Cause.MISSED: "Nothing new for %(days)s days, and on %(missed)s of them something usually comes.",
    Cause.EMPTY: "It answers without error, but has had no entry for %(days)s days.",
    Cause.LINKS_GONE: "Articles were found on this page before, and none is found now.",
    Cause.PARTIAL: "The feed is broken; %(count)s entries could be read.",
    Cause.UNUSABLE: "None of the %(count)s entries can be used: %(why)s.",
    Cause.MOVING: "The site says this has moved for good; the new address is taken after %(times)s times.",
    Cause.MOVED_ONTO: "The source has moved to an address that is another source already.",
    Cause.DATES_UNREAD: "More than a fifth of its dates cannot be read.",
    Cause.DATES_AHEAD: "More than a fifth of its dates lie in the future.",
    Cause.DATES_SWAPPED: "Its dates have day and month in another order than is set for it.",
    Cause.DATES_TO_THE_HOUR: "It prints the month in place of the minutes; of its times only the hour is kept.",
    Cause.DATES_UNORDERED: "Its dates go back and forth: they do not fit the order of its entries.",
    Cause.FEWER: "For three days it has brought %(came)s articles, where about %(usual)s are usual.",
}
_LOOK_AT_SITE: Final = "Open the site in a browser and see whether it still publishes."
_SAME_AGAIN: Final = (
    "Nothing needs to be done: it is tried again by itself. If it lasts a day, open the address in a browser."
)
_TELL_BROKEN: Final = "Tell the newspaper that its feed is broken; the collector keeps trying."
_FIND_NEW: Final = "Look on the site for the new address, add it as a source and remove this one."
_SET_ORDER: Final = "Compare some dates below with the site, and set the order of day and month if it is wrong."
_REFUSES: Final = (
    "The site refuses programs. Ask the newspaper to let the collector in, or use another of its addresses."
)
_BY_HEALTH: Final[Mapping[Health, str]] = {
    Health.WORKING: "Nothing needs to be done.",
    Health.QUIET: _LOOK_AT_SITE,
    Health.BLOCKED: _REFUSES,
    Health.MOVED: "Nothing needs to be done: the new address is taken by itself.",
    Health.MALFORMED: _TELL_BROKEN,
    Health.FAILING: _SAME_AGAIN,
    Health.GONE: _FIND_NEW,
}
_BY_CAUSE: Final[Mapping[Cause, str]] = {
    Cause.NOT_FETCHED: "Wait a few minutes, or fetch it now.",
    Cause.NEVER: (
        "If nothing comes within a day, try the address with “Look at it first”, or choose another of the site's feeds."
    ),
    Cause.SILENT: _LOOK_AT_SITE,
    Cause.MISSED: "Open the site in a browser: if it has new articles, use another of its feeds or its list page.",
    Cause.EMPTY: "The feed is most likely abandoned. Use another of the site's feeds, or its list page.",
    Cause.LINKS_GONE: (
        "The page has been rebuilt. Change the rules by which its articles are found, or use the site's feed."
    ),
    Cause.PARTIAL: _TELL_BROKEN,
    Cause.UNUSABLE: "Try the address with “Look at it first”: it shows why each entry is left out.",
    Cause.MOVED_ONTO: "Remove this source; the other one carries its articles.",
    Cause.DATES_UNREAD: (
        "Nothing is lost: such articles are dated by when they were first seen. Tell whoever looks after "
        "this program which dates they are."
    ),
    Cause.DATES_AHEAD: _SET_ORDER,
    Cause.DATES_SWAPPED: "Set the order of day and month to “find out by itself”, or to the order of the dates below.",
    Cause.DATES_TO_THE_HOUR: "Nothing needs to be done. Newer versions of the site's program print the minutes.",
    Cause.DATES_UNORDERED: _SET_ORDER,
    Cause.FEWER: (
        "Open the site in a browser: if it publishes as before, look whether it has another feed with all its articles."
    ),
}
_BY_ERROR: Final[Mapping[FetchErrorCode, str]] = {
    FetchErrorCode.ADDRESS_REFUSED: (
        "The address leads inside this network or to a port that is not of the web. Correct it; only whoever "
        "runs the system can allow it."
    ),
    FetchErrorCode.DNS: (
        "Check the spelling. If it was right before, the site may have changed its name: look for the new one."
    ),
    FetchErrorCode.CONNECT: _SAME_AGAIN,
    FetchErrorCode.TIMEOUT: _SAME_AGAIN,
    FetchErrorCode.TLS: "Tell the newspaper that its security certificate is not valid. Without one nothing is read.",
    FetchErrorCode.TOO_LARGE: "Use a smaller feed of the site, such as that of one section.",
    FetchErrorCode.ENCODING: _TELL_BROKEN,
    FetchErrorCode.UNREADABLE: _TELL_BROKEN,
    FetchErrorCode.REDIRECT: (
        "Open the address in a browser and use the one where it ends. If it works only there, let the source "
        "keep cookies."
    ),
    FetchErrorCode.HTTP: "Open the address in a browser. If it is gone there too, look on the site for the new one.",
    FetchErrorCode.BLOCKED_BY_SITE: _REFUSES,
    FetchErrorCode.ROBOTS: "The site asks programs not to read this page. Use its news feed, or ask the newspaper.",
    FetchErrorCode.NOT_A_FEED: (
        "The address holds a web page now. Look at the site with “Look at it first” to find its feed."
    ),
    FetchErrorCode.GONE: _FIND_NEW,
}
NEXT: Final[Mapping[NextCause, str]] = {
    NextCause.AT_ONCE: "at once",
    NextCause.NEWS: "soon, because it just brought something new",
    NextCause.NO_NEWS: "a little later each time, because it brought nothing new",
    NextCause.USUAL: "because something is usually published at this time",
    NextCause.RENEWAL: "before its list has been renewed, so that nothing is missed",
    NextCause.NIGHT: "later, because little is published at night",
    NextCause.BACKOFF: "later after each failure, at most a day",
    NextCause.ASKED: "because the site asked us to wait so long",
    NextCause.HOST_ASKED: "because its host asked us to wait with all its sources",
    NextCause.DAILY: "once a day, because the site says that it is gone",
}
SKIPPED: Final[Mapping[str, str]] = {
    "no_link": "it has no address",
    "bad_link": "its address is not one of an article",
    "no_title": "it has no title",
    "duplicate": "the same article stands further up",
}
MISSING: Final[Mapping[str, str]] = {
    **SKIPPED,
    "too_new": "newer than the last fetch of this source: it will come",
    "other_section": "of a section that this source does not carry",
    "not_carried": "the source has not carried it",
}
WARNINGS: Final[Mapping[str, str]] = {
    "partial": "It is broken somewhere; what stands before that was read.",
    "encoding": "Its encoding is not the one it states.",
    "too_many_items": "It is longer than is read at once; what stands at its end was left out.",
    "titles_from_pages": (
        "It tells no titles: the page of each article is read for its title; of many, the 50 changed last."
    ),
    "incomplete": "A further sitemap that it names could not be read.",
    "moved": "Its new address was taken.",
    "no_https": "Its encrypted address (https) does not work; it is read by http, without encryption.",
    "links": "The page names feeds of its own.",
    Cause.DATES_UNREAD.value: REASONS[Cause.DATES_UNREAD],
    Cause.DATES_AHEAD.value: REASONS[Cause.DATES_AHEAD],
    Cause.DATES_SWAPPED.value: REASONS[Cause.DATES_SWAPPED],
    Cause.DATES_TO_THE_HOUR.value: REASONS[Cause.DATES_TO_THE_HOUR],
    Cause.DATES_UNORDERED.value: REASONS[Cause.DATES_UNORDERED],
}
DATE_ORDERS: Final[Mapping[DateOrder, str]] = {DateOrder.DMY: "day/month/year", DateOrder.MDY: "month/day/year"}
ORDER_BY: Final[Mapping[OrderBy, str]] = {
    OrderBy.OWN: "other dates of its own leave no choice",
    OrderBy.ADDRESS: "the days inside the addresses agree",
    OrderBy.FETCH_TIME: "the other way round dates would lie in the future",
    OrderBy.SETTING: "as set for this source",
    OrderBy.NEIGHBOURS: "the dates before and after agree",
    OrderBy.OTHER_DATES: "dates written otherwise agree",
    OrderBy.WRITING: "by the custom of such a writing; nothing else tells",
}
QUALITIES: Final[Mapping[DateQuality, str]] = {
    DateQuality.EXACT: "as stated, with its zone",
    DateQuality.LOCAL: "no zone stated, read as local time",
    DateQuality.DAY: "only the day is known",
    DateQuality.ORDER: "order of day and month concluded",
    DateQuality.CLAMPED: "cannot be true; the time of first sight stands in its place",
    DateQuality.NONE: "none; the time of first sight stands in its place",
}
WEEKDAYS: Final[Mapping[str, str]] = {
    "0": "Monday",
    "1": "Tuesday",
    "2": "Wednesday",
    "3": "Thursday",
    "4": "Friday",
    "5": "Saturday",
    "6": "Sunday",
}
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "health_reason": {str(code): words for code, words in REASONS.items()},
    "health_advice": {words: words for table in (_BY_HEALTH, _BY_CAUSE, _BY_ERROR) for words in table.values()},
    "next_cause": {str(code): words for code, words in NEXT.items()},
    "skipped": SKIPPED,
    "missing": MISSING,
    "feed_warning": WARNINGS,
    "date_order": {str(code): words for code, words in DATE_ORDERS.items()},
    "order_by": {str(code): words for code, words in ORDER_BY.items()},
    "date_quality": {str(code): words for code, words in QUALITIES.items()},
    "weekday": WEEKDAYS,
    "identity": {str(code): words for code, words in IDENTITY_WORDS.items()},
}


class Seen(Protocol):
    """A source as far as its advice depends on it."""

    @property
    def health(self) -> Health:
        """What fetching it showed."""

    @property
    def health_facts(self) -> HealthFacts:
        """Why."""

    @property
    def last_error(self) -> FetchProblem | None:
        """The error of the last fetch."""


def advice_id(feed: Seen) -> str:
    """Give the one line of advice: the most particular that there is."""
    if feed.last_error is not None:
        return _BY_ERROR[feed.last_error.code]
    return _BY_CAUSE.get(feed.health_facts.cause, _BY_HEALTH[feed.health])


def reason_words(facts: HealthFacts) -> str:
    """Give the reason in English; empty where nothing is to be said."""
    if facts.cause not in REASONS:
        return ""
    values = dict(facts.numbers)
    if "why" in values:
        values["why"] = SKIPPED.get(str(values["why"]), values["why"])
    return REASONS[facts.cause] % values
