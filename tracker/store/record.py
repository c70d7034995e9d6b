"""All that is held about one person, table by table; a test compares SECTIONS and LEFT_OUT with the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, false, or_, select

from tracker.store.tables import Base
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.store.db import Tx

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of the record: by which column its rows are the person's, and what is never shown."""

    table: str
    by: str = "member_id"
    of_account: bool = False
    hidden: tuple[str, ...] = ()


SECTIONS: Final[Mapping[str, Section]] = {
    "member": Section(table="members", hidden=("name_folded", "name_sort")),
    "titles": Section(table="member_titles"),
    "tags": Section(table="member_tags"),
    "pen_names": Section(table="pen_names", hidden=("name_folded",)),
    "pen_name_proposals": Section(table="pen_name_proposals", hidden=("refused_by",)),
    "memberships": Section(table="memberships"),
    "absences": Section(table="absences"),
    "account": Section(
        table="accounts", by="account_id", of_account=True, hidden=("password_hash", "login_key", "version")
    ),
    "sessions": Section(table="sessions", by="account_id", of_account=True, hidden=("token_hash",)),
    "invitations": Section(table="invitations", by="account_id", of_account=True, hidden=("token_hash",)),
    "consents": Section(table="consents"),
    "requests": Section(table="personal_requests"),
    "claims": Section(table="claims", hidden=("live_key",)),
    "credits": Section(table="claim_credits"),
    "coauthors": Section(table="claim_credits", by="owner_id"),
    "coauthorships": Section(table="coauthorships", hidden=("decided_by",)),
    "coauthors_said": Section(table="coauthorships", by="owner_id", hidden=("decided_by",)),
    "claim_topics": Section(table="claim_topics"),
    "history": Section(table="review_events"),
    "figures": Section(table="readings"),
    "evidence": Section(table="evidence", hidden=("file_name",)),
    "republications": Section(table="republications"),
    "suggestions": Section(table="suggestions"),
    "suggestion_catch_ups": Section(table="suggestion_catch_ups"),
    "assignments": Section(table="assignments"),
    "awards": Section(table="awards"),
    "meetings": Section(table="meetings", by="speaker_id"),
    "links": Section(table="links"),
    "clicks": Section(table="member_link_days"),
    "months": Section(table="member_months"),
}

# What names a person or an account and stands in no section, with the reason. «acts»: what an account did in office is
# told by the audit events under its number, in the section «audit».
_ACTS = "acts of an office, told by the audit events of the account"
LEFT_OUT: Final[Mapping[str, str]] = {
    "second_looks.member_id": "judges an officer's decision; what comes of it stands in the claim's history",
    "second_look_readers.member_id": "who of the office read an officer's decision",
    "second_look_readers.account_id": "which decisions of others an officer read, so that they do not judge them anew",
    "idempotency_keys.account_id": "the answer to a request, kept two days; what it did stands in its own section",
    "imports.account_id": _ACTS,
    "audit_events.actor_id": "in the section «audit»",
    "review_events.actor_id": "the history of the member's claims is a section; their reviews of others are acts",
    "restatements.actor_id": _ACTS,
    "accounts.member_id": "the account is a section by its own number",
}


def list_sections(tx: Tx, member_id: int | None, account_id: int | None) -> dict[str, Rows]:
    """List the rows of every section, each in the order of its key."""
    return {name: _rows(tx, section, member_id, account_id) for name, section in SECTIONS.items()}


def list_audit(tx: Tx, member_id: int | None, account_id: int | None, slugs: list[str]) -> Rows:
    """List the audit events about a person's things, and those of their own account where they have one."""
    subject = AuditEvent.subject
    mine = [] if account_id is None else [AuditEvent.actor_id == account_id, subject == f"account:{account_id}"]
    if member_id is not None:
        mine.append(subject == f"member:{member_id}")
        mine += [_between(subject, f"{kind}:{member_id}-") for kind in ("claim", "evidence")]
    if slugs:
        mine.append(subject.in_([f"link:{slug}" for slug in slugs]))
    columns = (AuditEvent.event_id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.action, subject, AuditEvent.facts)
    rows = tx.all(select(*columns).where(or_(*mine)).order_by(AuditEvent.event_id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def list_closes(tx: Tx, member_id: int) -> Rows:
    """List the closed periods in whose frozen rows the person's name stands."""
    frozen, closes = Base.metadata.tables["frozen_rows"], Base.metadata.tables["period_closes"]
    query = (
        select(closes.c.close_id, closes.c.period, closes.c.unit_id, closes.c.closed_at)
        .join(frozen, frozen.c.close_id == closes.c.close_id)
        .where(frozen.c.kind == "name", frozen.c.position == member_id)
    )
    return [dict(row._mapping) for row in tx.all(query.order_by(closes.c.close_id))]  # noqa: SLF001 - the same


def list_imports(tx: Tx, member_id: int) -> Rows:
    """List what imports keep of the person, so that they could be undone."""
    changes = Base.metadata.tables["import_changes"]
    query = select(changes).where(changes.c.subject == f"member:{member_id}")
    return [dict(row._mapping) for row in tx.all(query.order_by(changes.c.import_id))]  # noqa: SLF001 - the same


def list_restatements(tx: Tx, member_id: int) -> Rows:
    """List what changed of the person's claims after a close."""
    table = Base.metadata.tables["restatements"]
    about = or_(table.c.subject == f"member:{member_id}", table.c.subject.startswith(f"claim:{member_id}-"))
    query = select(table).where(about).order_by(table.c.restatement_id)
    return [dict(row._mapping) for row in tx.all(query)]  # noqa: SLF001 - the same


def _rows(tx: Tx, section: Section, member_id: int | None, account_id: int | None) -> Rows:
    table = Base.metadata.tables[section.table]
    whose = account_id if section.of_account else member_id
    mine = false() if whose is None else table.c[section.by] == whose
    if section.by == "owner_id":
        mine = and_(mine, table.c.member_id != whose)
    columns = [c for c in table.columns if c.name not in section.hidden]
    rows = tx.all(select(*columns).where(mine).order_by(*table.primary_key))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - the same


def _between(column: Any, prefix: str) -> Any:
    """The text begins so; as a range, which an index serves."""
    return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))
