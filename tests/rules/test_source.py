"""House rules that no linter knows, held over the source of every room."""

from __future__ import annotations

import ast
import statistics

from tests.rules.house import ROOMS, Module, functions, line_span, modules, uses

CLOCKS = frozenset(
    {
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.clock_gettime"),
    }
)
CLOCK_READER = "lantoa/wiring.py"
COMMITTER = "tracker/store/db.py"
VAGUE = frozenset({"utils", "util", "helpers", "helper", "manager", "managers", "common", "data", "misc"})
MIGRATIONS = "tracker/migrations/versions/"  # each is one moment of the schema, written out whole
MEDIAN_LINES = 10
MOST_LINES = 400


def calls_of(module: Module, *names: str) -> list[str]:
    return [
        f"{module.path}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def clock_reads(tree: ast.Module) -> list[int]:
    return sorted(line for name, line in uses(tree) if name in CLOCKS)


def swallows(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler catches everything and does nothing with it."""
    caught = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"Exception"}
    )
    idle = all(
        isinstance(step, ast.Pass | ast.Continue)
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in handler.body
    )
    return idle and not caught.isdisjoint({"Exception", "BaseException"})


def test_only_the_door_to_the_database_commits() -> None:
    said = [line for module in modules() if module.path != COMMITTER for line in calls_of(module, "commit", "rollback")]
    assert said == []


def test_only_the_wiring_reads_the_clock() -> None:
    read = [
        f"{module.path}:{line}"
        for module in modules()
        for line in clock_reads(module.tree)
        if module.path != CLOCK_READER
    ]
    assert read == []


def test_a_clock_is_found_under_whatever_name_it_was_imported() -> None:
    imports = "import datetime as dt, time as t\nfrom datetime import date as day\n"
    source = imports + "dt.datetime.now()\nf = t.time\nday.today()\n"
    assert clock_reads(ast.parse(source)) == [3, 4, 5]


def test_no_error_is_swallowed_unseen() -> None:
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and swallows(node)
    ]
    assert found == []


def test_a_swallowed_error_would_be_found() -> None:
    tree = ast.parse(
        "try:\n    f()\nexcept (OSError, Exception):\n    pass\ntry:\n    f()\nexcept OSError:\n    pass\n"
    )
    assert [swallows(node) for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)] == [True, False]


def test_every_module_is_named_after_a_thing() -> None:
    vague = [module.path for module in modules() if not VAGUE.isdisjoint(module.path.removesuffix(".py").split("/"))]
    assert vague == []


def test_every_module_says_what_lives_in_it() -> None:
    silent = [module.path for module in modules() if module.tree.body and not ast.get_docstring(module.tree)]
    assert silent == []


def test_no_file_is_longer_than_one_thing() -> None:
    rooms = (*ROOMS, "tests", "scripts", "bench")
    long = [
        f"{module.path}: {module.line_count}"
        for module in modules(*rooms)
        if module.line_count > MOST_LINES and not module.path.startswith(MIGRATIONS)
    ]
    assert long == []


def test_half_of_all_functions_are_short() -> None:
    spans = {
        room: [line_span(function) for module in modules(room) for function in functions(module)] for room in ROOMS
    }
    medians = {room: statistics.median(found) for room, found in spans.items() if len(found) >= 5}
    assert {room: median for room, median in medians.items() if median > MEDIAN_LINES} == {}


def test_types_are_named_in_the_way_of_the_house() -> None:
    missing = [
        module.path
        for module in modules()
        if any(
            isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef) for node in module.tree.body
        )
        and "from __future__ import annotations" not in module.text
    ]
    assert missing == []
