"""Run each benchmark of `bench/` in a process of its own, one after the other. Run by `make bench`.

A benchmark is `bench/bench_*.py` and prints one line, `name value unit (ratio to floor)`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(names: list[str]) -> int:
    """Run all benchmarks, or those named; 1 when there is none or one fails."""
    found = [path for path in sorted((ROOT / "bench").glob("bench_*.py")) if not names or path.stem in names]
    if not found:
        sys.stderr.write("error: there is no such benchmark in bench/\n")
        return 1
    codes = [subprocess.run([sys.executable, path], cwd=ROOT, check=False).returncode for path in found]  # noqa: S603 - our own files
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
