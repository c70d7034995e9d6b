"""The house as rule tests see it: its rooms, its modules, and what a piece of source calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = ("lantoa", "crawler", "tracker", "api", "web", "sandbox", "config")


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file; `path` is relative to the root, with slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Give its syntax tree; read once a process, for it is most of the work of these tests."""
        return ast.parse(self.text, self.path)

    @property
    def line_count(self) -> int:
        """Count the lines of the file."""
        return len(self.text.splitlines())


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """List every module below the folders (the rooms, where none is named)."""
    files = [path for folder in folders or ROOMS for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(module for path in files if (module := _read(path)).text or path.name != "__init__.py")


@cache
def _read(path: Path) -> Module:
    return Module(path=path.relative_to(ROOT).as_posix(), text=path.read_text(encoding="utf-8"))


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """List all functions of a module, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def line_span(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines, from `def` to its last."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def names_brought_in(tree: ast.Module) -> dict[str, str]:
    """Map each imported name of a module to the whole dotted name it stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {item.asname or item.name.partition(".")[0]: _bound(item) for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {item.asname or item.name: f"{node.module}.{item.name}" for item in node.names}
    return found


def _bound(item: ast.alias) -> str:
    return item.name if item.asname else item.name.partition(".")[0]


def uses(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """List every dotted name that a module uses, in whole, with its line; called or handed on alike."""
    known = names_brought_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and (dotted := _dotted(node)):
            head, dot, rest = dotted.partition(".")
            yield known.get(head, head) + dot + rest, node.lineno


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := _dotted(node.value)):
        return f"{left}.{node.attr}"
    return None
