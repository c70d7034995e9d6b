"""Taking an import back: only as long as everything it changed still is as it left it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracker.domain.coauthors import CoauthorState
from tracker.domain.errors import AppError, Code
from tracker.domain.types import ClaimId, MemberId, UnitId
from tracker.services import catch_ups, closes, restating
from tracker.services import units as unit_service
from tracker.services.imports import claim_credits, claims, posts, states
from tracker.services.imports.accounts import account_json
from tracker.store import import_accounts, import_claims, import_removals, imports, invitations
from tracker.store import members as member_store
from tracker.store import units as unit_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.domain.imports import Change
    from tracker.services.imports.plans import Stamp
    from tracker.store.db import Tx


@dataclass(slots=True, kw_only=True)
class Touched:
    """The changes of an import by sort of thing; values are (before, after)."""

    units: dict[int, tuple[dict[str, Any] | None, dict[str, Any]]] = field(default_factory=dict)
    members: dict[int, tuple[dict[str, Any] | None, dict[str, Any]]] = field(default_factory=dict)
    accounts: dict[int, dict[str, Any]] = field(default_factory=dict)
    consents: list[tuple[int, str, int]] = field(default_factory=list)
    claims: dict[ClaimId, int] = field(default_factory=dict)  # with the version they had
    credits: dict[tuple[ClaimId, MemberId], CoauthorState | None] = field(default_factory=dict)  # as it was before
    joined: dict[ClaimId, int] = field(default_factory=dict)  # the claims of these, with the version they had
    posts: dict[int, tuple[dict[str, Any] | None, dict[str, Any]]] = field(default_factory=dict)
    channels: list[int] = field(default_factory=list)


def take_back(tx: Tx, import_id: int, stamp: Stamp) -> None:
    """Take an import's changes back, or refuse with `import.changed_since` where one of them was built upon."""
    touched = _sorted(imports.list_changes(tx, import_id))
    posts.take_back(tx, touched.posts, touched.channels, stamp)
    _take_claims(tx, touched, import_id, stamp)
    _take_consents(tx, touched)
    _take_accounts(tx, touched)
    _take_members(tx, touched, stamp)
    _take_units(tx, touched, stamp)


def _sorted(changes: Iterable[Change]) -> Touched:
    touched = Touched()
    for change in changes:
        sort, _, name = change.subject.partition(":")
        match sort:
            case "unit":
                touched.units[int(name)] = (change.before, change.after)
            case "member":
                touched.members[int(name)] = (change.before, change.after)
            case "account":
                touched.accounts[int(name)] = change.after
            case "consent":
                member_id, kind, number = name.split(":")
                touched.consents.append((int(member_id), kind, int(number)))
            case "post":
                touched.posts[int(name)] = (change.before, change.after)
            case "channel":
                touched.channels.append(int(name))
            case "claim":
                touched.claims[_claim_id(name)] = change.after["version"]
            case "credit":
                claim, _, member = name.partition(":")
                before = None if change.before is None else CoauthorState(change.before["state"])
                touched.credits[_claim_id(claim), MemberId(int(member))] = before
                touched.joined[_claim_id(claim)] = change.after["version"]
            case _:
                raise ValueError(change.subject)  # else it would be left standing and called undone
    return touched


def _claim_id(name: str) -> ClaimId:
    claim_id = ClaimId.parse(name)
    if claim_id is None:
        raise ValueError(name)
    return claim_id


def _take_claims(tx: Tx, touched: Touched, import_id: int, stamp: Stamp) -> None:
    if not touched.claims and not touched.credits:
        return
    closes.hold(tx)
    wanted = touched.claims | touched.joined
    held = import_claims.hold(tx, wanted)
    if not _stand_as(tx, {i: c.version for i, c in held.items()}, wanted, import_id):
        raise _changed("claims were reviewed, joined or changed")
    claim_credits.take_back(tx, touched.credits, held, stamp)
    known = {claim_id: claim for claim_id, claim in held.items() if claim_id in touched.claims}
    if import_claims.list_evidenced(tx, {c.member_id for c in known}) & known.keys():
        raise _changed("claims have evidence")
    import_claims.remove_claims(tx, list(known.values()))
    claims.restate(tx, stamp, ((i, UnitId(c.unit_id), c.happened_on, c.state, None) for i, c in known.items()))


def _stand_as(tx: Tx, standing: Mapping[ClaimId, int], left: Mapping[ClaimId, int], import_id: int) -> bool:
    """Tell whether claims stand as an import left them.

    A later import that credited a co-author, and was undone, has moved a claim's version twice and nothing else.
    """
    if standing == left:
        return True
    undone = Counter[ClaimId]()
    for subject, count in imports.count_undone(tx, "credit:", since=import_id).items():
        undone[_claim_id(subject.split(":")[1])] += count
    return standing == {claim_id: version + 2 * undone[claim_id] for claim_id, version in left.items()}


def _take_consents(tx: Tx, touched: Touched) -> None:
    standing = import_accounts.list_withdrawn(tx, touched.consents)
    if len(standing) < len(touched.consents) or any(standing.values()):
        raise _changed("consents were withdrawn or given anew")
    import_accounts.remove_consents(tx, touched.consents)


def _take_accounts(tx: Tx, touched: Touched) -> None:
    invitations.lock(tx)  # whoever makes slips meanwhile looks for members and accounts afterwards
    now_so = {i: account_json(a) for i, a in import_accounts.hold(tx, touched.accounts).items()}
    if now_so != touched.accounts:
        raise _changed("accounts were given a password or changed")
    import_accounts.remove_accounts(tx, touched.accounts)


def _take_members(tx: Tx, touched: Touched, stamp: Stamp) -> None:
    now_so = {i: states.member_json(s) for i, s in states.load_members(tx, touched.members).items()}
    if now_so != {i: after for i, (_, after) in touched.members.items()}:
        raise _changed("members were changed or moved")
    old = {i: states.member_state(before) for i, (before, _) in touched.members.items() if before is not None}
    for member_id, state in old.items():
        member_store.record_person(tx, member_id, state.person)
    member_store.record_words(tx, {i: s.words for i, s in old.items()})
    new = _made(touched.members)
    stood = {i: states.member_state(after).stays for i, (_, after) in touched.members.items()}
    restating.record_stays(
        tx, stamp.viewer, stood, {i: s.stays for i, s in old.items()} | dict.fromkeys(new, ()), now=stamp.now
    )
    catch_ups.ask(tx, old, now=stamp.now)
    if import_removals.are_members_used(tx, new) or not import_removals.remove_members(tx, new):
        raise _changed("members have claims, links, accounts or absences")


def _take_units(tx: Tx, touched: Touched, stamp: Stamp) -> None:
    tx.lock(unit_service.TREE_LOCK)
    now_so = {i: states.unit_json(v) for i, v in states.load_units(tx, touched.units).items()}
    if now_so != {i: after for i, (_, after) in touched.units.items()}:
        raise _changed("units were changed")
    old = {i: states.unit_versions(before) for i, (before, _) in touched.units.items() if before is not None}
    new = _made(touched.units)
    closed = restating.find_closed(tx, touched.units)
    unit_store.record_versions(tx, old)
    unit_store.count_up(tx, old)
    unit_service.replace_below(tx, old)
    if import_removals.are_units_used(tx, new) or not import_removals.remove_units(tx, new):
        raise _changed("units have members, groups, programmes or units below them")
    stood = {i: states.unit_versions(after) for i, (_, after) in touched.units.items()}
    left = old | dict.fromkeys(new, ())
    restating.restate_units(tx, stamp.viewer, stood, left, closed_before=closed, now=stamp.now)


def _made(changes: Mapping[int, tuple[dict[str, Any] | None, dict[str, Any]]]) -> list[int]:
    return [i for i, (before, _) in changes.items() if before is None]


def _changed(words: str) -> AppError:
    return AppError(Code.IMPORT_CHANGED, f"{words} since the import")
