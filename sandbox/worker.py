"""The child's side: take a job, run its task under limits, answer, again. Imports no room of the house by itself.

Started as `python -I -B -m sandbox.worker MEMORY_MB CPU_S TASK…`; descriptor 0 is the socket to the parent.
A task is a function of (payload, options) that gives bytes, named `module:function`; only names given at the start run.
"""

from __future__ import annotations

import importlib
import math
import os
import resource
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

from sandbox.frames import FrameError, receive_frame, send_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Task = Callable[[bytes, Mapping[str, Any]], bytes]

_RESERVE_BYTES = 1 << 20
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_REFUSED_EVENTS = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
        "pty.spawn",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
    }
)


def main(arguments: list[str]) -> int:
    """Serve jobs until the parent closes the socket."""
    memory_mb, cpu_s, allowed = int(arguments[0]), int(arguments[1]), frozenset(arguments[2:])
    sock = _take_socket()
    _limit_process(memory_mb << 20)
    sys.addaudithook(_refuse)
    tasks: dict[str, Task] = {}
    while True:
        try:
            header, payload = receive_frame(sock)
        except FrameError:
            return 0
        if not _serve(sock, header, payload, tasks, allowed, cpu_s):
            return 1


def _take_socket() -> socket.socket:
    """Move the socket off descriptor 0, so that nothing that reads or prints can disturb the frames."""
    sock = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    return sock


def _limit_process(memory_bytes: int) -> None:
    """Set the limits that hold for the whole life of the process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what no task needs: network, other programs, writing files. A fence behind the parsers' settings."""
    if event in _REFUSED_EVENTS:
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError(event)


def _serve(
    sock: socket.socket,
    header: dict[str, Any],
    payload: bytes,
    tasks: dict[str, Task],
    allowed: frozenset[str],
    cpu_s: int,
) -> bool:
    """Run one job and answer; False when this process should not run another."""
    reserve = bytearray(_RESERVE_BYTES)
    try:
        task = _find_task(header["task"], tasks, allowed)
        _start_cpu_clock(cpu_s)
        answer = task(payload, header["options"])
        _stop_cpu_clock()
    except MemoryError:
        del reserve
        send_frame(sock, {"failed": "memory", "detail": ""}, b"")
        return False
    except Exception as error:  # noqa: BLE001 - whatever hostile input provokes is this job's failure, told as a value
        _stop_cpu_clock()
        send_frame(sock, {"failed": "crash", "detail": type(error).__name__}, b"")
        return False
    send_frame(sock, {}, answer)
    return True


def _find_task(name: str, tasks: dict[str, Task], allowed: frozenset[str]) -> Task:
    """Give the task of this name, imported when first asked for (before the job's processor time is counted)."""
    if name not in tasks:
        if name not in allowed:
            raise PermissionError(name)
        module, _, function = name.partition(":")
        tasks[name] = getattr(importlib.import_module(module), function)
    return tasks[name]


def _start_cpu_clock(cpu_s: int) -> None:
    """Let the kernel end this process after `cpu_s` of processor time: SIGPROF first, RLIMIT_CPU as a backstop."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ceiling = math.ceil(used.ru_utime + used.ru_stime) + cpu_s + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (ceiling if hard < 0 else min(ceiling, hard), hard))
    signal.setitimer(signal.ITIMER_PROF, cpu_s)


def _stop_cpu_clock() -> None:
    """Stop counting against the job."""
    signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
