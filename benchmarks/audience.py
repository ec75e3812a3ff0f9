"""Audience figures of very many visits: against SQL written by hand for the same table, and in how much memory.

Two statements are written by hand: a plain one, and one that names the media beforehand, to group them as codes.

`python -m benchmarks.audience 1 10 50` measures that many million visits of 200,000 weighted persons, each side in a
process of its own, on two threads.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PERSONS = 200_000
MEDIA = (
    "social_media", "video", "search", "news", "email", "games", "shopping", "messaging", "audio", "portals",
    "classifieds", "reference_works", "dating", "facebook", "youtube", "instagram", "x", "reddit", "tiktok", "whatsapp",
)  # fmt: skip
SETTINGS = {
    "threads": 2, "memory_limit": "400MB", "preserve_insertion_order": False, "temp_directory": tempfile.gettempdir(),
}  # fmt: skip

GENERATE = """
COPY (
  SELECT (hash(i) % {persons})::INTEGER AS person,
         ({media})[1 + floor({kinds} * pow((hash(i * 7 + 1) % 1000003) / 1000003.0, 1.6))::INTEGER] AS medium,
         round(-3 * ln(1 - (hash(i * 13 + 5) % 1000003) / 1000004.0), 4) AS minutes,
         'log' AS measure_type, 'month' AS reference_period
  FROM range({visits}) AS visits(i)
) TO '{file}' (FORMAT parquet, ROW_GROUP_SIZE 500000)
"""

BY_HAND = """
WITH use AS (SELECT person, medium, sum(minutes) AS minutes FROM '{file}' GROUP BY person, medium),
     everyone AS (SELECT sum(weight) AS weight FROM persons),
     figures AS (
       SELECT medium, count(*) FILTER (minutes > 0) AS n_users, sum(weight) FILTER (minutes > 0) AS audience,
              sum(weight * minutes) AS time_total
       FROM use JOIN persons USING (person) GROUP BY medium)
SELECT medium, n_users, audience, audience / weight AS reach, time_total, time_total / weight AS time_per_capita,
       time_total / audience AS time_per_user, time_total / sum(time_total) OVER () AS share_of_time
FROM figures, everyone ORDER BY medium
"""

BY_CODES = BY_HAND.replace("SELECT person, medium, sum", "SELECT person, medium::ENUM({codes}) AS medium, sum").replace(
    "'{file}' GROUP BY person, medium", "'{file}' GROUP BY ALL"
)
"""The same for someone who knows the media beforehand and writes them into the statement: half the time of texts."""

SIDES = ("sql", "codes", "ours", "bootstrap")

CHILD = """
import json, resource, sys, time
import duckdb, numpy as np, pandas as pd
from benchmarks.audience import BY_CODES, BY_HAND, MEDIA, PERSONS, SETTINGS
from survey_stats import audience
side, file = sys.argv[1:]
connection = duckdb.connect(config=SETTINGS)
weights = np.random.default_rng(1).uniform(0.5, 2, PERSONS)
persons = pd.DataFrame({"weight": weights}, index=pd.RangeIndex(PERSONS, name="person"))
listed = persons.reset_index()
start, worked = time.perf_counter(), time.process_time()
if side in ("sql", "codes"):
    statement = {"sql": BY_HAND, "codes": BY_CODES}[side].format(file=file, codes=str(MEDIA)[1:-1])
    rows = connection.sql(statement.replace("persons", "listed")).df()
    total = rows["time_total"].sum()
else:
    visits = connection.sql(f"SELECT * FROM '{file}'")
    chosen = {"interval": "none"} if side == "ours" else {"interval": "bootstrap", "n_bootstrap": 200, "seed": 1}
    found = audience(visits, persons=persons, weights=persons["weight"], **chosen).table
    total = found.loc[found["quantity"] == "time_total", "estimate"].sum()
seconds, worked = time.perf_counter() - start, time.process_time() - worked
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "processor": worked, "megabytes": memory, "total": total}))
"""


def generate(folder: Path, millions: int) -> Path:
    """A Parquet file of visits; the same rows every time."""
    import duckdb

    file = folder / f"visits_{millions}.parquet"
    if not file.exists():
        duckdb.connect(config=SETTINGS | {"memory_limit": "1GB"}).execute(
            GENERATE.format(
                persons=PERSONS, media=list(MEDIA), kinds=len(MEDIA), visits=millions * 1_000_000, file=file
            )
        )
    return file


def measured(side: str, file: Path) -> dict[str, Any]:
    """Seconds, most memory and a total, of a process of its own."""
    shown = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD, side, str(file)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(shown.stdout.splitlines()[-1]))  # DuckDB may have drawn its progress above


def compared(file: Path, repeats: int = 1) -> dict[str, dict[str, Any]]:
    """The best of some runs of each side, taken in turns."""
    runs = [{side: measured(side, file) for side in SIDES} for _ in range(repeats)]
    best = {side: min((run[side] for run in runs), key=lambda one: one["seconds"]) for side in runs[0]}
    assert abs(best["ours"]["total"] / best["sql"]["total"] - 1) < 1e-9, "the two sides differ"
    return best


def against_sql() -> tuple[str, float, float, str]:
    """Ten million visits."""
    with tempfile.TemporaryDirectory() as folder:
        best = compared(generate(Path(folder), 10))
    ours, sql, codes = best["ours"], best["sql"], best["codes"]
    told = (
        f"{ours['seconds']:.1f} s and {ours['megabytes']:.0f} MB, by hand {sql['seconds']:.1f} s and over codes "
        f"{codes['seconds']:.1f} s; "
        f"{best['bootstrap']['seconds']:.1f} s with intervals"
    )
    return "audience of 10 million visits / SQL by hand", ours["seconds"] / sql["seconds"], 1.3, told


if __name__ == "__main__":
    target = Path(tempfile.gettempdir()) / "survey_stats_benchmark"
    target.mkdir(exist_ok=True)
    print(
        "million visits | by hand | over codes | ours | ratios | ours, processor | ratios | intervals | memory",
        flush=True,
    )
    for millions in map(int, sys.argv[1:] or ["1", "10", "50"]):
        best = compared(generate(target, millions))
        sql, codes, ours, intervals = (best[side] for side in SIDES)
        wall, processor = (
            f"{ours[kind]:.1f} s | {ours[kind] / sql[kind]:.2f} and {ours[kind] / codes[kind]:.2f}"
            for kind in ("seconds", "processor")
        )
        print(
            f"{millions} | {sql['seconds']:.1f} s | {codes['seconds']:.1f} s | {wall} | {processor} | "
            f"{intervals['seconds']:.1f} s | {max(ours['megabytes'], intervals['megabytes']):.0f} MB",
            flush=True,
        )
