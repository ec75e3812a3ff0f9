"""`survey-stats report` on 1,000 answers × 100 columns against importing its dependencies alone."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESPONDENTS = 1_000
COLUMNS = 100
PAIRS = 5
# What a report needs from others: each is imported by the command itself when it runs.
DEPENDENCIES = (
    "babel.messages.pofile, jinja2, matplotlib.figure, matplotlib.backends.backend_svg, numpy, pandas, pyarrow, "
    "pydantic, python_calamine, rich.console, scipy.optimize, scipy.stats, typer"
)


def seconds(*command: str) -> float:
    """Wall time of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def against_imports() -> tuple[str, float, float, str]:
    """Median of the ratios of pairs run one after the other, so that a drift of the machine cancels."""
    from openpyxl import load_workbook

    from survey_stats.fielding.demo import write_demo_export

    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.xlsx"
        write_demo_export(export, n=RESPONDENTS, seed=1)
        workbook = load_workbook(export)
        sheet = workbook.active
        for column in range(sheet.max_column + 1, COLUMNS + 1):
            sheet.cell(1, column, f"Another question of the same study, number {column}")
            for row in range(2, sheet.max_row + 1):
                sheet.cell(row, column, (row * column) % 7)
        workbook.save(export)
        command = (sys.executable, "-m", "survey_stats", "report", str(export), "--out", f"{folder}/out", "--quiet")
        imports = (sys.executable, "-c", f"import {DEPENDENCIES}")
        seconds(*command), seconds(*imports)  # warm the file cache
        pairs = [(seconds(*command), seconds(*imports)) for _ in range(PAIRS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return (
        f"report, {RESPONDENTS:,} × {COLUMNS}, against its imports",
        ratio,
        2.0,
        f"{ours:.2f} s against {theirs:.2f} s (medians of {PAIRS})",
    )
