"""Install what the tests need beyond Python: a browser, PostgreSQL, a font with Vietnamese. Run by `make test`.

Never fails by itself: what is missing afterwards is named at the end of the test run, and fails it in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that tests use: how to see that it is there, and the Debian packages that bring it."""

    name: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def has_browser() -> bool:
    """Look for Chromium under the names distributions give it."""
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")))


def has_postgres() -> bool:
    """Look for PostgreSQL's programs, on the PATH or where Debian keeps them."""
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_font() -> bool:
    """Look for the Noto fonts, which hold all of Vietnamese."""
    return any(Path("/usr/share/fonts").rglob("NotoSans-Regular.*"))


NEEDS = (
    Need(name="a browser", present=has_browser, packages=("chromium",)),
    Need(name="PostgreSQL", present=has_postgres, packages=("postgresql-15", "postgresql")),
    Need(name="a Vietnamese font", present=has_font, packages=("fonts-noto-core",)),
)


def say(words: str) -> None:
    """Write a line for whoever watches the run."""
    sys.stderr.write(f"prepare: {words}\n")


def apt(*words: str) -> bool:
    """Run apt-get without a question; True when it worked."""
    command = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=300", *words]
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603 - apt-get and the words above
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        say(f"apt-get {' '.join(words)}: {done.stdout.decode(errors='replace').strip().splitlines()[-1:] or 'failed'}")
    return done.returncode == 0


def install(need: Need) -> bool:
    """Install one need, by the first of its packages that this system knows."""
    return any(apt("install", "--no-install-recommends", package) for package in need.packages) and need.present()


def main() -> int:
    """Install what is missing, where this machine allows it."""
    missing = [need for need in NEEDS if not need.present()]
    if not missing:
        return 0
    if not shutil.which("apt-get") or os.geteuid() != 0:
        for need in missing:
            say(f"{need.name} is missing and can only be installed by root with apt-get: {need.packages[0]}")
        return 0
    apt("update")
    for need in missing:
        say(f"{need.name}: {'installed' if install(need) else 'could not be installed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
