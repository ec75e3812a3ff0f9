"""Alpha with 2,000 bootstrap samples against R's psych; the item table against one pandas `corr`."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any

ROWS, ITEMS = 10_000, 50
DRAWS = 2_000
RUNS = 3
PSYCH = """
suppressPackageStartupMessages(library(psych)); data <- read.csv(commandArgs(TRUE)[1])
# psych works in child processes, whose time stands in the fourth and fifth place.
alpha <- function(i) system.time(psych::alpha(data, n.iter = {draws}, warnings = FALSE))
cat(sapply(1:{runs}, function(i) sum(alpha(i)[c(1, 2, 4, 5)])))
"""


def bfi_like() -> Any:
    """Five items of six points with a few missing answers, 2,800 rows: the shape of a scale of psych's `bfi`."""
    return _items(2_800, 5, missing=0.007)


def _items(rows: int, items: int, missing: float) -> Any:
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(1)
    values = 3.5 + 0.7 * random.normal(size=(rows, 1)) + random.normal(size=(rows, items))
    frame = pd.DataFrame(np.clip(np.round(values), 1, 6), columns=[f"i{place}" for place in range(items)])
    return frame.mask(random.random(values.shape) < missing)


def _seconds(work: Callable[[], object]) -> float:
    """Median processor time: other programs of the machine do not count."""
    work()
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def bootstrap_against_psych() -> tuple[str, float, float, str]:
    """All coefficients of `reliability` with BCa intervals against psych's alpha alone, R timed inside R."""
    name, goal = f"alpha, {DRAWS:,} bootstrap samples, against psych::alpha", 0.1
    if which("Rscript") is None:
        return name, float("nan"), goal, "R is not here"
    from survey_stats import reliability

    data = bfi_like()
    with tempfile.TemporaryDirectory() as folder:
        script, table = Path(folder) / "psych.R", Path(folder) / "data.csv"
        script.write_text(PSYCH.replace("{runs}", str(RUNS)).replace("{draws}", str(DRAWS)), encoding="utf-8")
        data.to_csv(table, index=False)
        told = subprocess.run(["Rscript", str(script), str(table)], check=True, capture_output=True, text=True).stdout
    theirs = statistics.median(map(float, told.split()))
    ours = _seconds(lambda: reliability(data, interval="bca", n_bootstrap=DRAWS, seed=1))
    return name, ours / theirs, goal, f"{ours:.3f} s against {theirs:.3f} s"


def item_table_against_corr() -> tuple[str, float, float, str]:
    """Reading, reversing nothing, covariances and the table, against one `corr` of the same frame."""
    from survey_stats.statistics._item_table import item_table
    from survey_stats.statistics._items import read_items, sample_of

    data = _items(ROWS, ITEMS, missing=0.0)

    def table() -> Any:
        answers = read_items(data)
        return item_table(sample_of(answers, "complete"), answers, {})

    ours, theirs = _seconds(table), _seconds(data.corr)
    name = f"item table {ITEMS} × {ROWS:,}, against pandas corr"
    return name, ours / theirs, 3.0, f"{ours:.3f} s against {theirs:.3f} s"
