"""Accepted claims put straight into the tables, as review leaves them, with the roll-ups that sum them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.names import fold
from tracker.domain.types import ClaimId
from tracker.store import claims
from tracker.store.tables.claims import Claim, ClaimCredit, ClaimTopic, Reading
from tracker.store.tables.feeds import Topic
from tracker.store.tables.links import ArticleDay, MemberLinkDay, MemberMonth
from tracker.store.tables.organisation import Absence, Membership

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import ArticleId, MemberId, UnitId
    from tracker.store.db import Tx


def claim(
    tx: Tx,
    member_id: MemberId,
    unit_id: UnitId,
    happened_on: dt.date,
    *,
    kind: str = "share",
    state: str = "accepted",
    coauthors: tuple[MemberId, ...] = (),
    topics: tuple[str, ...] = (),
    **more: Any,
) -> ClaimId:
    """Put in a claim of a member, credited to them and to co-authors; `more` sets further columns."""
    last = tx.scalar(select(func.max(Claim.number)).where(Claim.member_id == member_id))
    claim_id = ClaimId(member_id, (last or 0) + 1)
    key = {"member_id": member_id, "number": claim_id.number}
    row = key | {
        "kind": kind,
        "state": state,
        "live_key": str(claim_id),
        "unit_id": unit_id,
        "title": f"Bài {claim_id}",
        "channel": "zalo" if kind == "share" else None,
        "happened_on": happened_on,
        "month": f"{happened_on:%Y-%m}",
        "late": False,
        "appealed": False,
        "filed_at": make.NOW,
        "decided_at": make.NOW,
        "decided_by": 1,
        "version": 1,
    }
    tx.execute(insert(Claim), row | more)
    credited = [{"member_id": m, "owner_id": member_id, "number": claim_id.number} for m in (member_id, *coauthors)]
    roles = ["owner", *["coauthor"] * len(coauthors)]
    tx.execute(insert(ClaimCredit), [c | {"role": role} for c, role in zip(credited, roles, strict=True)])
    if state == "accepted":
        claims.count_accepted(tx, (member_id, *coauthors), f"{happened_on:%Y-%m}", ClaimKind(kind))
    for name in topics:
        tx.execute(insert(ClaimTopic), key | {"topic_id": topic(tx, name)})
    return claim_id


def topic(tx: Tx, name: str) -> int:
    """Give the id of a topic, made on first use."""
    found = tx.scalar(select(Topic.topic_id).where(Topic.name_folded == fold(name)))
    if found is None:
        found = tx.scalar(insert(Topic).values(name=name, name_folded=fold(name)).returning(Topic.topic_id))
    return int(found)


def reading(tx: Tx, claim_id: ClaimId, measure: str, value: int, *, grade: str = "C", number: int = 1) -> None:
    """Put in a figure of a claim."""
    row = {
        "member_id": claim_id.member_id,
        "number": claim_id.number,
        "reading": number,
        "measure": measure,
        "grade": grade,
        "value": value,
        "provenance": "declared",
        "read_at": make.NOW,
    }
    tx.execute(insert(Reading), row)


def clicks(
    tx: Tx, member_id: MemberId, article_id: ArticleId, day: dt.date, count: int, *, channel: str = "zalo"
) -> None:
    """Put in the valid clicks of one link on one day, each by another reader."""
    counts = {"click_count": count, "person_day_count": count}
    of_link = {"member_id": member_id, "day": day, "article_id": article_id, "channel": channel}
    tx.execute(insert(MemberLinkDay), of_link | counts)
    none = {"share_count": 0, "authored_count": 0, "presentation_count": 0}
    _add(tx, MemberMonth, {"member_id": member_id, "month": f"{day:%Y-%m}"}, counts, none)
    _add(tx, ArticleDay, {"article_id": article_id, "day": day}, counts, {})


def _add(tx: Tx, table: Any, key: dict[str, Any], counts: dict[str, int], unset: dict[str, int]) -> None:
    """Add to a roll-up's row, made on first use."""
    statement = tx.insert(table).values(key | counts | unset)
    more = {name: getattr(table, name) + count for name, count in counts.items()}
    tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))


def transfer(tx: Tx, member_id: MemberId, unit_id: UnitId, since: dt.date, *, status: str = "official") -> None:
    """Move a member to another unit from a day on."""
    open_stay = (Membership.member_id == member_id, Membership.until.is_(None), Membership.temporary.is_(False))
    tx.execute(update(Membership).where(*open_stay).values(until=since))
    row = {"member_id": member_id, "unit_id": unit_id, "since": since, "status": status, "temporary": False}
    tx.execute(insert(Membership), row)


def absence(tx: Tx, member_id: MemberId, from_on: dt.date, until_on: dt.date) -> None:
    """Put in days away."""
    row = {
        "member_id": member_id,
        "from_on": from_on,
        "until_on": until_on,
        "reason": "công tác",
        "entered_by": 1,
        "entered_at": make.NOW,
    }
    tx.execute(insert(Absence), row)
