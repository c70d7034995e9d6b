"""Disposable worker processes with limits, for input that strangers wrote. Knows none of the house: tasks are names."""

from __future__ import annotations

from sandbox.pool import FailureKind, Sandbox, SandboxFailed

__all__ = ["FailureKind", "Sandbox", "SandboxFailed"]
