"""`python -m lantoa`."""

from __future__ import annotations

from lantoa.cli import main

main()
