"""The parent's side: workers that live until a job breaks them or they have served their number."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import functools
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sandbox.frames import MAX_BODY_BYTES, FrameError, receive_frame, send_frame

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import TracebackType

_EXIT_WAIT_S = 2.0
# Large blocks go back to the system as soon as they are free: a worker that once read a large feed lives on.
_GIVES_BACK = {"MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}


class FailureKind(enum.StrEnum):
    """How a job ended that gave no answer."""

    CPU = "cpu"
    MEMORY = "memory"
    CRASH = "crash"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxFailed:
    """A job that gave no answer; `detail` is the name of the exception, where there was one."""

    kind: FailureKind
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """What one job may use."""

    cpu_s: int
    memory_mb: int
    wall_s: float


class Sandbox:
    """Runs named tasks in child processes; safe to share between threads.

    `tasks` are the `module:function` names that may run. A worker starts with the first job that needs it and ends when
    a job fails in it, or after `recycle_after` jobs. Close it, or use it as a context manager.
    """

    def __init__(
        self,
        *,
        tasks: Collection[str],
        workers: int = 1,
        cpu_s: int = 5,
        memory_mb: int = 768,
        wall_s: float = 10,
        recycle_after: int = 1000,
    ) -> None:
        self._tasks = tuple(sorted(tasks))
        self._limits = _Limits(cpu_s=cpu_s, memory_mb=memory_mb, wall_s=wall_s)
        self._recycle_after = recycle_after
        self._workers = workers
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, task: str, payload: bytes, options: Mapping[str, Any] | None = None) -> bytes | SandboxFailed:
        """Run one job in the next free worker and wait for its answer."""
        if task not in self._tasks:
            raise ValueError(f"no task of this sandbox: {task}")
        if len(payload) > MAX_BODY_BYTES:
            return SandboxFailed(kind=FailureKind.MEMORY)
        worker, healthy = self._idle.get(), False
        try:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            worker = self._ready(worker)
            answer = worker.run(task, payload, options or {})
            healthy = isinstance(answer, bytes) and worker.jobs_count < self._recycle_after
        finally:
            if worker is not None and not healthy:
                worker.end()
            self._idle.put(worker if healthy else None)
        return answer

    async def acall(self, task: str, payload: bytes, options: Mapping[str, Any] | None = None) -> bytes | SandboxFailed:
        """Run one job without holding up the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor(), functools.partial(self.call, task, payload, options))

    def worker_ids(self) -> list[int]:
        """List the process ids of the workers that are resting."""
        return [worker.process_id for worker in list(self._idle.queue) if worker is not None]

    def rest(self) -> None:
        """End the workers that have nothing to do; the next job that needs one starts it again."""
        resting: list[_Worker | None] = []
        while len(resting) < self._workers:
            try:
                resting.append(self._idle.get_nowait())
            except queue.Empty:
                break
        for worker in resting:
            if worker is not None:
                worker.end()
            self._idle.put(None)

    def close(self) -> None:
        """End every worker, waiting for the jobs under way; the sandbox takes no more."""
        self._closed = True
        for _ in range(self._workers):
            worker = self._idle.get()
            if worker is not None:
                worker.end()
        for _ in range(self._workers):
            self._idle.put(None)
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def _ready(self, worker: _Worker | None) -> _Worker:
        """Give a living worker: this one, or a fresh one in its place."""
        if worker is not None and worker.is_alive():
            return worker
        if worker is not None:
            worker.end()
        return _Worker(self._tasks, self._limits)

    def _executor(self) -> ThreadPoolExecutor:
        """Give the threads in which `acall` waits: one a worker, so that jobs queue in the order they came."""
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="sandbox")
            return self._threads


class _Worker:
    """One child process and the socket to it."""

    def __init__(self, tasks: tuple[str, ...], limits: _Limits) -> None:
        self.jobs_count = 0
        self._limits = limits
        self._sock, theirs = socket.socketpair()
        arguments = [str(limits.memory_mb), str(limits.cpu_s), *tasks]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the names come from the code
                [sys.executable, "-I", "-B", "-m", "sandbox.worker", *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8", **_GIVES_BACK},
                cwd="/",
                start_new_session=True,
            )

    @property
    def process_id(self) -> int:
        """Give the child's process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def run(self, task: str, payload: bytes, options: Mapping[str, Any]) -> bytes | SandboxFailed:
        """Run one job; after a failure this worker must be ended."""
        self.jobs_count += 1
        deadline = time.monotonic() + self._limits.wall_s
        try:
            send_frame(self._sock, {"task": task, "options": dict(options)}, payload, deadline=deadline)
            header, body = receive_frame(self._sock, deadline=deadline)
        except TimeoutError:
            return SandboxFailed(kind=FailureKind.TIMEOUT)
        except (FrameError, OSError):
            return SandboxFailed(kind=self._cause_of_death())
        if "failed" in header:
            return SandboxFailed(kind=FailureKind(header["failed"]), detail=str(header["detail"]))
        return body

    def end(self) -> None:
        """End the process, whatever it does, and collect it."""
        self._sock.close()
        self._process.kill()
        self._process.wait()

    def _cause_of_death(self) -> FailureKind:
        """Read from the exit status which limit the process met; a SIGKILL not ours means short of memory."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_WAIT_S)
        status = -(self._process.returncode or 0)
        if status in (signal.SIGPROF, signal.SIGXCPU):
            return FailureKind.CPU
        return FailureKind.MEMORY if status == signal.SIGKILL else FailureKind.CRASH
