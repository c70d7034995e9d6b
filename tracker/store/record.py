"""All that is held about one person, table by table; a test compares SECTIONS and LEFT_OUT with the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, false, func, literal, or_, select

from tracker.store.tables import Base
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Select

    from tracker.store.db import Tx

    Query = Select[*tuple[Any, ...]]

READ: Final = "evidence.read"


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


def list_queries(member_id: int | None, account_id: int | None) -> dict[str, Query]:
    """List what asks for the rows of every section, each in the order of its key."""
    found = {name: _of_table(section, member_id, account_id) for name, section in SECTIONS.items()}
    found["audit"] = _audit(member_id, account_id)
    found["readers"] = found["audit"].where(AuditEvent.action == READ, AuditEvent.actor_id.is_distinct_from(account_id))
    if member_id is not None:
        found["closed_periods"] = _closes(member_id)
        found["imports"] = _imports(member_id)
        found["restatements"] = _restatements(member_id)
    return found


def stream(tx: Tx, query: Query) -> Iterator[dict[str, Any]]:
    """Give the rows of a section, a part of them at a time."""
    return (dict(row._mapping) for row in tx.stream(query))  # noqa: SLF001 - SQLAlchemy's public name


def list_first(tx: Tx, query: Query, limit: int) -> list[dict[str, Any]]:
    """List the first rows of a section."""
    return [dict(row._mapping) for row in tx.all(query.limit(limit))]  # noqa: SLF001 - the same


def count(tx: Tx, query: Query) -> int:
    """Count the rows of a section."""
    return int(tx.scalar(select(func.count()).select_from(query.order_by(None).subquery())))


def _audit(member_id: int | None, account_id: int | None) -> Query:
    """The audit events about a person's things, and those of their own account where they have one."""
    subject = AuditEvent.subject
    mine = [] if account_id is None else [AuditEvent.actor_id == account_id, subject == f"account:{account_id}"]
    if member_id is not None:
        links = Base.metadata.tables["links"]
        mine.append(subject == f"member:{member_id}")
        mine += [_between(subject, f"{kind}:{member_id}-") for kind in ("claim", "evidence")]
        mine.append(subject.in_(select(literal("link:").concat(links.c.slug)).where(links.c.member_id == member_id)))
    columns = (AuditEvent.event_id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.action, subject, AuditEvent.facts)
    return select(*columns).where(or_(false(), *mine)).order_by(AuditEvent.event_id)


def _closes(member_id: int) -> Query:
    """The closed periods in whose frozen rows the person's name stands."""
    frozen, closes = Base.metadata.tables["frozen_rows"], Base.metadata.tables["period_closes"]
    query = (
        select(closes.c.close_id, closes.c.period, closes.c.unit_id, closes.c.closed_at)
        .join(frozen, frozen.c.close_id == closes.c.close_id)
        .where(frozen.c.kind == "name", frozen.c.position == member_id)
    )
    return query.order_by(closes.c.close_id)


def _imports(member_id: int) -> Query:
    """What imports keep of the person, so that they could be undone."""
    changes = Base.metadata.tables["import_changes"]
    return select(changes).where(changes.c.subject == f"member:{member_id}").order_by(changes.c.import_id)


def _restatements(member_id: int) -> Query:
    """What changed of the person's claims after a close."""
    table = Base.metadata.tables["restatements"]
    about = or_(table.c.subject == f"member:{member_id}", table.c.subject.startswith(f"claim:{member_id}-"))
    return select(table).where(about).order_by(table.c.restatement_id)


def _of_table(section: Section, member_id: int | None, account_id: int | None) -> Query:
    table = Base.metadata.tables[section.table]
    whose = account_id if section.of_account else member_id
    mine = false() if whose is None else table.c[section.by] == whose
    if section.by == "owner_id":
        mine = and_(mine, table.c.member_id != whose)
    columns = [c for c in table.columns if c.name not in section.hidden]
    return select(*columns).where(mine).order_by(*table.primary_key)


def _between(column: Any, prefix: str) -> Any:
    """The text begins so; as a range, which an index serves."""
    return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))
