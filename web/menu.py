"""The menu: which pages a viewer may open, in groups; the first of them stand in the bar of a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.rights import Right
from web.words import mark

if TYPE_CHECKING:
    from tracker.domain.types import Viewer

IN_BAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page in the menu; `label` is a message id, `icon` one of ui.html."""

    path: str
    label: str
    icon: str
    right: Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries under one heading."""

    label: str
    entries: tuple[Entry, ...]


_MINE = (
    Entry(path="/", label=mark("Home"), icon="home", right=Right.SIGNED_IN),
    Entry(path="/articles", label=mark("News"), icon="news", right=Right.SIGNED_IN),
    Entry(path="/claims", label=mark("My declarations"), icon="tick", right=Right.MEMBER),
)
_OWN_PROGRESS = Entry(path="/progress", label=mark("My progress"), icon="bars", right=Right.MEMBER)
_OFFICE = (
    Entry(path="/review", label=mark("Waiting for review"), icon="inbox", right=Right.READ),
    Entry(path="/progress", label=mark("Progress"), icon="bars", right=Right.READ),
    Entry(path="/periods", label=mark("Periods"), icon="clock", right=Right.READ),
    Entry(path="/clicks", label=mark("Clicks"), icon="wave", right=Right.READ),
    Entry(path="/programmes", label=mark("Programmes"), icon="flag", right=Right.READ),
    Entry(path="/registers", label=mark("Registers"), icon="list", right=Right.READ),
    Entry(path="/members", label=mark("Members"), icon="people", right=Right.READ),
    Entry(path="/units", label=mark("Units"), icon="tree", right=Right.READ),
    Entry(path="/requests", label=mark("Requests about personal data"), icon="note", right=Right.READ),
)
_ADMIN = (
    Entry(path="/feeds", label=mark("Sources"), icon="wave", right=Right.AUDIT),
    Entry(path="/topic-rules", label=mark("Topic rules"), icon="star", right=Right.ADMIN),
    Entry(path="/accounts", label=mark("Accounts"), icon="key", right=Right.ADMIN),
    Entry(path="/imports", label=mark("Imports"), icon="up", right=Right.ADMIN),
    Entry(path="/canaries", label=mark("Canary links"), icon="flag", right=Right.ADMIN),
    Entry(path="/audit", label=mark("Audit log"), icon="list", right=Right.AUDIT),
)
_SELF = (
    Entry(path="/settings", label=mark("Rules of the organisation"), icon="list", right=Right.SIGNED_IN),
    Entry(path="/consents", label=mark("Notices and consents"), icon="note", right=Right.SIGNED_IN),
    Entry(path="/me", label=mark("My account and data"), icon="person", right=Right.SIGNED_IN),
)
_GROUPS = (
    (mark("News and declarations"), _MINE),
    (mark("Office"), _OFFICE),
    (mark("Administration"), _ADMIN),
    (mark("Personal"), _SELF),
)


def menu_of(viewer: Viewer) -> list[Group]:
    """Give the groups of the menu that a viewer may open."""
    groups = [
        Group(label=label, entries=tuple(e for e in entries if rights.allows(e.right, viewer)))
        for label, entries in _GROUPS
    ]
    if not rights.allows(Right.READ, viewer):
        groups[0] = Group(label=groups[0].label, entries=(*groups[0].entries, _OWN_PROGRESS))
    return [group for group in groups if group.entries]


def bar_of(viewer: Viewer) -> list[Entry]:
    """Give the few entries of the bar at the foot of a phone: what this person does most."""
    wanted = ["/", "/articles", "/claims"] if viewer.member_id is not None else ["/", "/review", "/progress"]
    if viewer.member_id is not None and rights.allows(Right.READ, viewer):
        wanted = ["/", "/articles", "/review"]
    entries = {e.path: e for group in menu_of(viewer) for e in group.entries}
    return [entries[path] for path in wanted if path in entries][:IN_BAR]


def is_current(entry: Entry, path: str) -> bool:
    """Tell whether a page belongs to an entry."""
    return path == entry.path or (entry.path != "/" and path.startswith(f"{entry.path}/"))
