"""The peer's side of the quarter's figures: DuckDB on raw rows, run by the interpreter of the peers' environment.

`python bench/contribution_duckdb.py FOLDER` makes the rows, writes for ours what an office keeps of them (CSV), and
answers orders: the name of a query, answered with the seconds it took and its rows.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb  # type: ignore[import-not-found]  # only the peers' environment has it

MEMBERS, UNITS, CLAIMS, CLICKS, PER_DAY = 4_000, 80, 200_000, 5_000_000, 28
FROM, UNTIL = "2026-07-01", "2026-10-01"  # the quarter asked about; the rows begin on 1 January 2025

# An article is shared on its day and the two after it, some far more than others; clicks come within a week.
MAKE = f"""
CREATE TABLE claims AS SELECT
  i % {MEMBERS} + 1 AS member_id, i // {MEMBERS} + 1 AS number, (i % {MEMBERS}) % {UNITS} + 2 AS unit_id,
  CASE WHEN i % 20 = 0 THEN 'authored' WHEN i % 33 = 0 THEN 'presentation' ELSE 'share' END AS kind,
  DATE '2025-01-01' + CAST(d AS INTEGER) AS happened_on,
  greatest(CAST(d - hash(i + 9) % 3 AS INTEGER), 0) * {PER_DAY}
    + CAST(pow((hash(i + 7) % 100000) / 100000.0, 2) * {PER_DAY - 1} AS INTEGER) + 1 AS article_id
FROM (SELECT i, CAST(hash(i) % (365 + 365 - 20) AS BIGINT) AS d FROM range({CLAIMS}) t(i));
CREATE TABLE clicks AS SELECT
  c.member_id, c.article_id, c.happened_on + CAST(pow((hash(n + 3) % 1000) / 1000.0, 4) * 7 AS INTEGER) AS day,
  hash(n) % 100 AS reader, hash(n + 5) % 10 < 8 AS counted
FROM range({CLICKS}) t(n) JOIN claims c ON c.member_id = n % {MEMBERS} + 1
  AND c.number = (n // {MEMBERS}) % {CLAIMS // MEMBERS} + 1;
"""
QUERIES = {
    "members": f"""
      SELECT coalesce(a.member_id, b.member_id) AS m, coalesce(s, 0), coalesce(w, 0), coalesce(p, 0), coalesce(o, 0),
        coalesce(n, 0)
      FROM (SELECT member_id, count(*) FILTER (kind = 'share') s, count(*) FILTER (kind = 'authored') w,
        count(*) FILTER (kind = 'presentation') p,
        count(DISTINCT month(happened_on)) FILTER (kind = 'share') o FROM claims
        WHERE happened_on >= DATE '{FROM}' AND happened_on < DATE '{UNTIL}' GROUP BY 1) a
      FULL JOIN (SELECT member_id, count(*) n FROM clicks
        WHERE counted AND day >= DATE '{FROM}' AND day < DATE '{UNTIL}' GROUP BY 1) b
      ON a.member_id = b.member_id ORDER BY m""",
    "units": f"""
      SELECT a.unit_id, s, coalesce(n, 0)
      FROM (SELECT unit_id, count(*) FILTER (kind = 'share') s FROM claims
        WHERE happened_on >= DATE '{FROM}' AND happened_on < DATE '{UNTIL}' GROUP BY 1) a
      LEFT JOIN (SELECT (member_id - 1) % {UNITS} + 2 AS unit_id, count(*) n FROM clicks
        WHERE counted AND day >= DATE '{FROM}' AND day < DATE '{UNTIL}' GROUP BY 1) b
      ON a.unit_id = b.unit_id ORDER BY 1""",
    "articles": f"""
      SELECT article_id, count(*) n FROM clicks WHERE counted AND day >= DATE '{FROM}' AND day < DATE '{UNTIL}'
      GROUP BY 1 ORDER BY n DESC, article_id LIMIT 10""",
}
KEPT = {
    "claims": "SELECT member_id, number, kind, unit_id, happened_on, article_id FROM claims",
    "days": """SELECT member_id, day, article_id, count(*), count(DISTINCT reader) FROM clicks
      WHERE counted GROUP BY 1, 2, 3""",
}


def main() -> None:
    folder = Path(sys.argv[1])
    database = duckdb.connect(str(folder / "raw.duckdb"))
    database.execute(MAKE)
    for name, query in KEPT.items():
        database.execute(f"COPY ({query}) TO '{folder / name}.csv' (HEADER FALSE)")
    tell({"claims": CLAIMS, "clicks": CLICKS})
    for line in sys.stdin:
        tell(ask(database, QUERIES[json.loads(line)]))


def ask(database: Any, query: str) -> dict[str, Any]:
    """Run one query."""
    began = time.perf_counter()
    rows = database.execute(query).fetchall()
    return {"seconds": time.perf_counter() - began, "rows": rows}


def tell(answer: Any) -> None:
    """Answer an order."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
