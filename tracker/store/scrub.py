"""A person's name in words that others wrote: found and replaced, wherever words of people are kept.

Every text column of the house is either searched here or named as holding no words about members, with the reason; a
test compares both with the tables.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, cast, delete, func, or_, select, update

from tracker.domain.names import fold
from tracker.domain.privacy import ERASED
from tracker.store.tables import Base
from tracker.store.tables.operations import IdempotencyKey, OutboxMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column, Table

    from tracker.store.db import Tx

WORDS_LEAST: Final = 2  # a name of one word is found as a whole text only: it may be any word of a sentence

SEARCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "claims": ("title", "slot", "lesson", "contest", "witness", "note"),
    "review_events": ("reason",),
    "readings": ("raw_text",),
    "evidence": ("original_name", "facts"),
    "second_looks": ("second_reason",),
    "assignments": ("reason", "override_reason", "slot"),
    "absences": ("reason",),
    "awards": ("title", "decision"),
    "meetings": ("kind", "title", "lesson"),
    "meeting_photos": ("caption",),
    "activities": ("name",),
    "programmes": ("name", "outcome_words"),
    "programme_measures": ("words",),
    "directives": ("abstract",),
    "channel_posts": ("title",),
    "channel_files": ("original_name",),
    "period_closes": ("reopen_reason",),
    "restatements": ("before", "after", "reason"),
    "frozen_rows": ("payload",),
    "imports": ("file_name", "result"),
    "personal_requests": ("words", "reply"),
}
KEPT_KINDS: Final = ("name", "article", "unit", "place")  # of frozen rows: one row a member, what was published, units
NOT_PEOPLE: Final[Mapping[str, str]] = {
    "accounts": "the member's own account is emptied by itself; another's login is that person's",
    "members": "emptied by itself; a namesake keeps the name",
    "member_titles": "removed by itself",
    "member_tags": "removed by itself",
    "pen_names": "removed by itself",
    "pen_name_proposals": "removed by itself",
    "sessions": "removed by itself",
    "suggestions": "removed by itself",
    "import_changes": "removed by itself; what an undo needs of a namesake stays",
    "claim_credits": "a role",
    "coauthorships": "a state",
    "links": "addresses of articles",
    "canaries": "machines",
    "canary_visits": "machines",
    "local_agents": "machines",
    "notices": "our own words",
    "jobs": "ids and our own words",
    "audit_events": "ids, states and numbers",
    "audit_seals": "digests",
    "row_seals": "digests",
    "idempotency_keys": "answers that hold the name are removed whole",
    "outbox": "messages that hold the name are removed whole",
    "webhooks": "addresses of systems",
    "organisation_settings": "settings",
    "organisation_rules": "numbers",
    "units": "the organisation's own tree",
    "unit_versions": "the organisation's own tree",
    "unit_groups": "the organisation's own tree",
    "programme_directives": "ids",
    "targets": "closed lists",
    "target_slots": "the organisation's own plan",
    "topics": "describe articles",
    "topic_rules": "describe articles",
    "channels": "pages of units",
    "channel_months": "numbers",
    "channel_readings": "numbers",
    "meeting_periods": "periods",
    "outlets": "publishers",
    "outlet_hosts": "publishers",
    "feeds": "publishers",
    "feed_checks": "publishers",
    "fetches": "publishers",
    "robots_files": "publishers",
    "cookie_jars": "publishers",
    "host_pauses": "publishers",
    "articles": "as published, bylines too: the publisher's own words, about which the publisher is to be asked",
    "article_addresses": "as published",
    "article_revisions": "as published",
    "article_topics": "ids",
    "page_reads": "as published",
    "fingerprints": "as published",
    "fingerprint_bands": "as published",
    "clusters": "as published",
    "sightings": "as published",
    "curations": "ids",
    "republications": "as published",
    "setup_links": "a digest",
    "click_bursts": "ephemeral: gone at midnight",
    "click_readers": "ephemeral: gone at midnight",
    "click_secrets": "ephemeral: gone at midnight",
    "link_days": "numbers",
    "member_link_days": "numbers",
    "member_months": "numbers",
    "memberships": "closed lists",
    "consents": "closed lists",
}

Key = tuple[int, int]  # member and number of a claim


def replace_names(tx: Tx, names: Iterable[str]) -> set[Key]:
    """Replace names wherever words are kept; give the claims that changed, themselves or in their history."""
    said = sorted({n for n in names if n}, key=len, reverse=True)
    if not said:
        return set()
    touched: set[Key] = set()
    pattern = _pattern(said)
    for name, columns in SEARCHED.items():
        table = Base.metadata.tables[name]
        for row in tx.all(_holding(table, columns, said)):
            changes = {c: after for c in columns if (after := _replaced(getattr(row, c), pattern)) != getattr(row, c)}
            if not changes:
                continue
            tx.execute(update(table).where(*(c == getattr(row, c.name) for c in table.primary_key)).values(changes))
            if name in ("claims", "review_events", "readings"):
                touched.add((row.member_id, row.number))
    _drop_answers(tx, said)
    return touched


def _holding(table: Table, columns: tuple[str, ...], names: list[str]) -> Any:
    keys = [c for c in table.primary_key if c.name not in columns]
    query = select(*keys, *(table.c[c] for c in columns)).where(or_(*(_like(table.c[c], names) for c in columns)))
    return query.where(table.c.kind.not_in(KEPT_KINDS)) if table.name == "frozen_rows" else query


def _like(column: Column[Any], names: list[str]) -> Any:
    """Narrow the rows down; `_pattern` decides. Neither database lowers all letters alike, so variants too."""
    text = cast(column, String)
    lowered = func.lower(text)
    variants = {v for n in names for v in (n, n.upper(), n.lower(), n.title())}
    plain = {fold(n) for n in names}
    return or_(*(text.contains(v, autoescape=True) for v in sorted(variants)), *(lowered.contains(p) for p in plain))


def _pattern(names: list[str]) -> re.Pattern[str]:
    told = []
    for name in names:
        for variant in {name, fold(name)}:
            spaced = r"\s+".join(re.escape(part) for part in variant.split())
            told.append(rf"(?<!\w){spaced}(?!\w)" if len(name.split()) >= WORDS_LEAST else rf"\A\s*{spaced}\s*\Z")
    return re.compile("|".join(told), re.IGNORECASE)


def _replaced(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, dict):
        return {key: _replaced(inner, pattern) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, pattern) for inner in value]
    return value


def _drop_answers(tx: Tx, names: list[str]) -> None:
    """Remove kept answers and waiting messages that hold a name: they are kept for days at most."""
    for row in tx.all(select(IdempotencyKey.account_id, IdempotencyKey.key, IdempotencyKey.body)):
        text = bytes(row.body).decode("utf-8", "replace").casefold()
        if any(n.casefold() in text for n in names):
            here = (IdempotencyKey.account_id == row.account_id, IdempotencyKey.key == row.key)
            tx.execute(delete(IdempotencyKey).where(*here))
    for row in tx.all(select(OutboxMessage.message_id, cast(OutboxMessage.payload, String).label("text"))):
        if any(n.casefold() in row.text.casefold() for n in names):
            tx.execute(delete(OutboxMessage).where(OutboxMessage.message_id == row.message_id))
