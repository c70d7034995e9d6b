from __future__ import annotations

import asyncio
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox import FailureKind, Sandbox, SandboxFailed
from sandbox.frames import MAX_BODY_BYTES, FrameError, receive_frame
from sandbox.trial import TRIALS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.thorough

ECHO = "sandbox.trial:echo"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(tasks=TRIALS, cpu_s=1, memory_mb=256, wall_s=30) as made:
        yield made


def _children() -> set[int]:
    listed: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            listed.add(int(entry.parent.name))
    return listed


def test_a_job_gets_its_payload_and_options_and_answers_in_bytes(sandbox: Sandbox) -> None:
    assert sandbox.call(ECHO, b"\x00\xff" * 300_000, {"first": "đ"}) == "đ".encode() + b"\x00\xff" * 300_000


def test_one_worker_serves_many_jobs(sandbox: Sandbox) -> None:
    sandbox.call(ECHO, b"")
    before = _children()
    for _ in range(200):
        assert sandbox.call(ECHO, b"x") == b"x"
    assert _children() == before


@pytest.mark.parametrize(
    ("task", "kind"), [("spin", FailureKind.CPU), ("hoard", FailureKind.MEMORY), ("die", FailureKind.CRASH)]
)
def test_a_job_past_a_limit_is_a_value_and_the_next_one_runs(sandbox: Sandbox, task: str, kind: FailureKind) -> None:
    assert sandbox.call(f"sandbox.trial:{task}", b"") == SandboxFailed(kind=kind)
    assert sandbox.call(ECHO, b"next") == b"next"


def test_an_exception_in_a_task_is_told_by_its_name_only(sandbox: Sandbox) -> None:
    failed = sandbox.call("sandbox.trial:fail", b"secret", {"why": "no"})
    assert failed == SandboxFailed(kind=FailureKind.CRASH, detail="LookupError")


def test_processor_time_is_counted_a_job_not_a_worker() -> None:
    with Sandbox(tasks=TRIALS, cpu_s=1) as small:
        assert [small.call("sandbox.trial:toil", b"x", {"cpu_ms": 450}) for _ in range(5)] == [b"x"] * 5


def test_a_job_past_its_wall_clock_is_a_timeout() -> None:
    with Sandbox(tasks=TRIALS, wall_s=0.5) as impatient:
        assert impatient.call("sandbox.trial:wait", b"") == SandboxFailed(kind=FailureKind.TIMEOUT)


def test_a_task_can_neither_write_a_file_nor_open_a_connection(sandbox: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "written"
    assert sandbox.call("sandbox.trial:write", b"x", {"path": str(target)}) == SandboxFailed(
        kind=FailureKind.CRASH, detail="PermissionError"
    )
    assert not target.exists()
    with socket.create_server(("127.0.0.1", 0)) as server:
        options = {"host": "127.0.0.1", "port": server.getsockname()[1]}
        assert sandbox.call("sandbox.trial:dial", b"", options) == SandboxFailed(
            kind=FailureKind.CRASH, detail="PermissionError"
        )


def test_only_tasks_handed_in_may_run(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="no task"):
        sandbox.call("os:abort", b"")


def test_a_payload_past_the_frame_is_refused_without_a_worker(sandbox: Sandbox) -> None:
    assert sandbox.call(ECHO, bytes(MAX_BODY_BYTES + 1)) == SandboxFailed(kind=FailureKind.MEMORY)


def test_a_worker_is_recycled_after_its_number_of_jobs() -> None:
    with Sandbox(tasks=TRIALS, recycle_after=2) as short:
        before = _children()
        seen = set()
        for _ in range(4):
            short.call(ECHO, b"")
            seen |= _children() - before
        assert len(seen) == 2


def test_a_worker_killed_between_jobs_is_replaced() -> None:
    before = _children()
    with Sandbox(tasks=TRIALS) as sandbox:
        sandbox.call(ECHO, b"")
        (worker,) = _children() - before
        os.kill(worker, 9)
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        assert sandbox.call(ECHO, b"again") == b"again"


def test_closing_leaves_no_process_and_takes_no_more_jobs() -> None:
    before = _children()
    with Sandbox(tasks=TRIALS, workers=2) as sandbox:
        sandbox.call(ECHO, b"")
    assert _children() == before
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.call(ECHO, b"")


def test_a_worker_keeps_no_descriptor_of_its_parent(tmp_path: Path) -> None:
    before = _children()
    with (tmp_path / "open").open("w") as kept, Sandbox(tasks=TRIALS) as sandbox:
        os.set_inheritable(kept.fileno(), True)
        sandbox.call(ECHO, b"")
        (worker,) = _children() - before
        held = {str(entry.readlink()) for entry in Path(f"/proc/{worker}/fd").iterdir()}
        assert not [name for name in held if name != "/dev/null" and not name.startswith("socket:")]


def test_jobs_of_an_event_loop_run_side_by_side() -> None:
    async def run() -> list[bytes | SandboxFailed]:
        return await asyncio.gather(*(shared.acall(ECHO, bytes([n])) for n in range(20)))

    with Sandbox(tasks=TRIALS, workers=2) as shared:
        assert asyncio.run(run()) == [bytes([n]) for n in range(20)]


def test_threads_share_a_sandbox() -> None:
    answers: list[bytes | SandboxFailed] = []
    with Sandbox(tasks=TRIALS, workers=2) as sandbox:
        threads = [
            threading.Thread(target=lambda n=n: answers.append(sandbox.call(ECHO, bytes([n])))) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(a for a in answers if isinstance(a, bytes)) == [bytes([n]) for n in range(8)]


def test_a_deadline_that_has_passed_receives_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        receive_frame(ours, deadline=0.0)


@pytest.mark.parametrize("said", [b"", b"\0\0\0\4\0\0\0\0[1]x", b"\0\0\0\3\0\0\0\0[1]", b"\xff\xff\xff\xff\0\0\0\0"])
def test_what_is_no_frame_is_refused(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        theirs.close()
        with pytest.raises(FrameError):
            receive_frame(ours)
