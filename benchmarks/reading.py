"""Reading, matching and coding 10,000 answers × 150 columns against bare python-calamine on the same file."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

RESPONDENTS = 10_000
COLUMNS = 150
PAIRS = 5
LABELS = ("Never", "Less than once a month", "Once a month", "Once a week", "Several times a week", "Every day")
TIMES = ("0", "10 min", "30", "1:30", "2 hours", "1 hr 30 min", "about 2 hours", "2-3 hours", "90 min", "1.5 hours", "")


@cache
def instrument() -> Any:
    """A questionnaire of 100 choices, 30 durations and 20 numbers."""
    from survey_stats.instrument import Instrument

    options = [{"code": code, "label": {"en": label}} for code, label in enumerate(LABELS)]
    kinds = [("often", 100), ("time", 30), ("count", 20)]
    return Instrument.model_validate(
        {
            "id": "benchmark", "version": "1", "kind": "original", "title": {"en": "Benchmark"},
            "source": {"citation": "made for the benchmark", "licence": "none"},
            "responses": {
                "often": {"kind": "single", "options": options},
                "time": {"kind": "duration", "unit": "minutes", "per": "day", "maximum": 1440},
                "count": {"kind": "number", "minimum": 0, "maximum": 100000},
            },
            "items": [
                {"id": f"{kind}_{number:03}", "text": {"en": f"Question {kind} {number}?"}, "responses": kind}
                for kind, size in kinds for number in range(size)
            ],
        }
    )  # fmt: skip


def write_export(path: Path) -> None:
    """A workbook as Excel and survey tools write it (shared strings, extent stated): text, numbers and blanks mixed."""
    from openpyxl import Workbook

    draw = random.Random(1)
    cells = {
        "often": lambda: draw.choice(LABELS) if draw.random() > 0.03 else "",
        "time": lambda: draw.choice(TIMES),
        "count": lambda: draw.randrange(500),
    }
    items = instrument().all_items
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append([item.text["en"] for item in items])
    kinds = [item.id.split("_")[0] for item in items]
    for _ in range(RESPONDENTS):
        sheet.append([cells[kind]() for kind in kinds])
    workbook.save(path)


@cache
def export() -> Path:
    """The workbook, made once a run."""
    path = Path(tempfile.mkdtemp()) / "benchmark.xlsx"
    write_export(path)
    return path


def bare(path: Path) -> Any:
    """Parse the file and do nothing with it."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def timed(run: Any, *arguments: Any, **options: Any) -> float:
    """Processor seconds of one call: what else runs on the machine does not count."""
    start = time.process_time()
    run(*arguments, **options)
    return time.process_time() - start


def reading_against_calamine() -> tuple[str, float, float, str]:
    """Reading the cells, looking for error cells and naming the columns."""
    from survey_stats.intake.opening import open_export

    return _ratio(f"read {RESPONDENTS:,} × {COLUMNS} cells, against calamine", open_export)


def study_against_calamine() -> tuple[str, float, float, str]:
    """The whole way to a study."""
    from survey_stats import read_survey

    name = f"read, match, code and score {RESPONDENTS:,} × {COLUMNS}, against calamine"
    return _ratio(name, read_survey, instruments=[instrument()])


def _ratio(name: str, run: Any, **options: Any) -> tuple[str, float, float, str]:
    """Median of the ratios of pairs run one after the other."""
    path = export()
    run(path, **options)
    pairs = [(timed(run, path, **options), timed(bare, path)) for _ in range(PAIRS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    measured = f"{ours:.2f} s against {theirs:.2f} s (medians of {PAIRS})"
    return name, statistics.median(a / b for a, b in pairs), 1.5, measured


def memory_against_grid() -> tuple[str, float, float, str]:
    """Peak memory of reading above an idle process, against that of the parsed grid alone."""
    path = export()
    grid, ours, idle = (_peak(path, what) for what in ("bare", "ours", "idle"))
    return (
        "peak memory of the same, against the parsed grid",
        (ours - idle) / (grid - idle),
        3.0,
        f"{(ours - idle) / 2**20:.0f} MiB against {(grid - idle) / 2**20:.0f} MiB",
    )


def _peak(path: Path, what: str) -> int:
    command = [sys.executable, "-m", "benchmarks.reading", what, str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    from survey_stats import read_survey

    instrument()
    if sys.argv[1] == "bare":
        bare(Path(sys.argv[2]))
    elif sys.argv[1] == "ours":
        read_survey(sys.argv[2], instruments=[instrument()])
    status = Path("/proc/self/status").read_text(encoding="ascii")  # ru_maxrss would count the parent's memory too
    print(next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")))
