"""What is kept how long, in one table: read from the rules that remove it, so that the table cannot say otherwise.

Every table of the database stands in one line of it (`TABLES`); a test compares them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from tracker.domain.invitations import VALID_DAYS
from tracker.domain.office_rules import DEFAULTS
from tracker.domain.privacy import Keeping, Kept
from tracker.services import office_rules
from tracker.store import leftovers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.domain.office_rules import OfficeRules
    from tracker.store.db import Tx

KEPT_ANSWERS_DAYS: Final = 2  # of requests with an Idempotency-Key; lantoa/jobs.py removes them
KEPT_WORK_DAYS: Final = 90  # of jobs that were ended or given up
KEPT_SITE_DAYS: Final = 30  # of pauses and cookies of a site that is asked no more

TABLES: Final[Mapping[str, Sequence[str]]] = {
    "member": (
        "members",
        "member_titles",
        "member_tags",
        "pen_names",
        "pen_name_proposals",
        "memberships",
        "absences",
        "accounts",
    ),
    "claim": (
        *("claims", "claim_credits", "claim_topics", "coauthorships", "review_events", "second_looks"),
        *("second_look_readers", "suggestions", "suggestion_catch_ups", "assignments", "links"),
        *("imports", "import_changes"),
    ),
    "numbers": (
        *("readings", "republications", "link_days", "member_link_days", "member_months", "article_days"),
        *("period_closes", "frozen_rows", "restatements"),
    ),
    "consent": ("consents", "notices", "personal_requests"),
    "evidence": ("evidence",),
    "photo": ("meeting_photos",),
    "reader": ("click_secrets", "click_readers", "click_bursts"),
    "session": ("sessions",),
    "invitation": ("invitations",),
    "answer": ("idempotency_keys",),
    "fetch": ("fetches",),
    "work": ("jobs", "outbox"),
    "site": ("host_pauses", "cookie_jars", "robots_files"),
    "article": (
        *("articles", "article_addresses", "article_revisions", "article_topics", "topic_refusals", "page_reads"),
        *("fingerprints", "fingerprint_bands", "clusters", "sightings", "curations", "canary_visits", "feed_checks"),
    ),
    "office": (
        *("units", "unit_versions", "unit_successors", "unit_ancestry", "unit_groups", "organisation_settings"),
        *("organisation_rules", "programmes", "programme_measures", "programme_directives", "targets"),
        *("target_topics", "target_slots", "directives", "meetings", "meeting_periods", "activities", "awards"),
        *("channels", "channel_months", "channel_posts", "channel_files", "channel_readings", "outlets"),
        *("outlet_hosts", "feeds", "topics", "topic_rules", "canaries", "local_agents", "webhooks", "setup_links"),
    ),
    "audit": ("audit_events", "audit_seals", "row_seals"),
}


def table(rules: OfficeRules = DEFAULTS) -> Sequence[Kept]:
    """Give the lines of the table by the organisation's rules."""
    purge = "evidence.purge"
    return (
        Kept(what="member", keeping=Keeping.ERASURE),
        Kept(what="claim", keeping=Keeping.ERASURE),
        Kept(what="numbers", keeping=Keeping.ALWAYS),
        Kept(what="consent", keeping=Keeping.ALWAYS),
        Kept(what="evidence", keeping=Keeping.AFTER, months=rules.evidence_months, duty=purge),
        Kept(what="page", keeping=Keeping.AFTER, months=rules.archive_months, duty=purge),
        Kept(what="photo", keeping=Keeping.AFTER, months=rules.photo_months, duty="photos.purge"),
        Kept(what="refused_evidence", keeping=Keeping.AFTER, days=rules.refused_evidence_days, duty=purge),
        Kept(what="link", keeping=Keeping.AFTER, days=rules.unclaimed_link_days, duty="links.drop_unclaimed"),
        Kept(what="reader", keeping=Keeping.MIDNIGHT),
        Kept(what="session", keeping=Keeping.AFTER, days=rules.member_session_days, duty="sessions.purge"),
        Kept(what="office_session", keeping=Keeping.AFTER, days=rules.office_session_days, duty="sessions.purge"),
        Kept(what="invitation", keeping=Keeping.AFTER, days=VALID_DAYS, duty="sessions.purge"),
        Kept(what="answer", keeping=Keeping.AFTER, days=KEPT_ANSWERS_DAYS, duty="idempotency.purge"),
        Kept(what="fetch", keeping=Keeping.AFTER, days=rules.fetch_days, duty="fetches.purge"),
        Kept(what="work", keeping=Keeping.AFTER, days=KEPT_WORK_DAYS, duty="leftovers.purge"),
        Kept(what="site", keeping=Keeping.AFTER, days=KEPT_SITE_DAYS, duty="leftovers.purge"),
        Kept(what="article", keeping=Keeping.ALWAYS),
        Kept(what="office", keeping=Keeping.ALWAYS),
        Kept(what="audit", keeping=Keeping.ALWAYS),
    )


def get_table(tx: Tx) -> tuple[Sequence[Kept], OfficeRules]:
    """Give the lines of the table as the organisation set them, and the rules; everybody may read them."""
    rules = office_rules.latest(tx)
    return table(rules), rules


def purge_leftovers(tx: Tx, *, now: dt.datetime) -> int:
    """Forget work that is over and sites that are asked no more, so many rows at once; give how many went."""
    old_work, old_sites = now - dt.timedelta(days=KEPT_WORK_DAYS), now - dt.timedelta(days=KEPT_SITE_DAYS)
    return leftovers.purge(tx, [*leftovers.old_work(old_work), *leftovers.old_sites(old_sites, now)])
