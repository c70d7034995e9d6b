"""Every service that changes something writes an audit event, or stands in the list here with the reason."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from tests.rules.house import modules, names_brought_in
from tracker.domain.audit_words import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rules.house import Module

WRITES = re.compile(r"\btx\.(insert|insert_rows|changed)\b|\b(update|delete|insert)\(")
STORE, SERVICES, RECORD = "tracker.store.", "tracker.services.", "tracker.store.audit.record"

# Public functions of services that write for a viewer and leave no event, with the reason.
_PART = "a part of what others do, who write the event"
NO_EVENT = {
    "links.get_link": "a member's own link: nothing tells that somebody did not share in the end",
    "suggestions.refuse": "nothing tells that somebody said no",
    "closes.restate": _PART,
    "figures.record_stated": _PART,
    "figures.confirm_stated": _PART,
    "restating.record_stays": _PART,
    "restating_registers.restate_binding": _PART,
    "restating_registers.restate_entries": _PART,
    "restating_registers.restate_row": _PART,
    "restating.restate_absence": _PART,
    "restating.restate_units": _PART,
}


def dotted(module: Module) -> str:
    return module.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


@cache
def bodies() -> dict[str, tuple[ast.FunctionDef, dict[str, str], str]]:
    """Give every top-level function of store and services by its dotted name."""
    found = {}
    for module in modules("tracker/store", "tracker/services"):
        brought = names_brought_in(module.tree)
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef):
                found[f"{dotted(module)}.{node.name}"] = (node, brought, dotted(module))
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        found[f"{dotted(module)}.{node.name}.{inner.name}"] = (inner, brought, dotted(module))
    return found


@cache
def calls(name: str) -> tuple[str, ...]:
    """Name what a function uses of the store and the services, as dotted names."""
    return tuple(_calls(name))


def _calls(name: str) -> Iterator[str]:
    node, brought, home = bodies()[name]
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            yield f"{brought.get(inner.value.id, inner.value.id)}.{inner.attr}"
        elif isinstance(inner, ast.Name):
            yield brought.get(inner.id, f"{home}.{inner.id}")


@cache
def reached(name: str) -> frozenset[str]:
    """Give all functions of store and services that a function comes to."""
    seen, todo = {name}, [name]
    while todo:
        for called in calls(todo.pop()):
            if called in bodies() and called not in seen:
                seen.add(called)
                todo.append(called)
    return frozenset(seen)


@cache
def writes(name: str) -> bool:
    node, _, _ = bodies()[name]
    return name.startswith(STORE) and bool(WRITES.search(ast.unparse(node)))


@cache
def changing_services() -> list[str]:
    """List public functions of services that act for a viewer and write."""
    return [
        name
        for name, (node, _, _) in bodies().items()
        if name.startswith(SERVICES) and not node.name.startswith("_")
        if "viewer" in {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        if any(writes(r) for r in reached(name))
    ]


def test_there_are_changing_services_to_judge() -> None:
    assert {"tracker.services.reviews.decide", "tracker.services.erasure.carry_out"} <= set(changing_services())


def test_every_service_that_changes_something_writes_an_event_or_is_excused() -> None:
    silent = {n.removeprefix(SERVICES) for n in changing_services() if RECORD not in reached(n)}
    assert sorted(silent - NO_EVENT.keys()) == []
    assert sorted(NO_EVENT.keys() - {n.removeprefix(SERVICES) for n in changing_services()}) == []


def written_actions() -> set[str]:
    """Find the actions of events as they are written in the source: where a text with a dot stands beside an event."""
    found: set[str] = set()
    for module in modules("tracker/services"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                found |= {a for a in _texts(node) if re.fullmatch(r"[a-z_]+\.[a-z_]+", a)}
    return found


def _texts(call: ast.Call) -> Iterator[str]:
    named = ast.unparse(call.func)
    if named.endswith(("record", "note", "_note", "_audit", "record_change", "_record")):
        for given in (*call.args, *(k.value for k in call.keywords if k.arg == "action")):
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


def test_every_action_of_an_event_has_words() -> None:
    actions = written_actions()
    assert {"member.erase", "consent.give", "import.run", "account.change"} <= actions
    assert sorted(actions - ACTIONS.keys()) == []
