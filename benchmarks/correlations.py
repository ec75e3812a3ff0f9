"""A table of 50 variables × 10,000 rows with 2 % missing: every field of `correlate` against pingouin and R's psych."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import warnings
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

from benchmarks.reading import timed

ROWS, VARIABLES, MISSING = 10_000, 50, 0.02
RUNS = 5
PSYCH = """
suppressPackageStartupMessages(library(psych)); data <- read.csv(commandArgs(TRUE)[1])
invisible(corr.test(data)); cat(sapply(1:{runs}, function(i) sum(system.time(corr.test(data))[1:2])))
"""


@cache
def data() -> Any:
    """Variables with a common factor, so that no correlation is 0."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(1)
    values = random.normal(size=(ROWS, VARIABLES)) + 0.5 * random.normal(size=(ROWS, 1))
    frame = pd.DataFrame(values, columns=[f"v{place}" for place in range(VARIABLES)])
    return frame.mask(random.random(values.shape) < MISSING)


def every_field() -> Any:
    """Estimates, intervals, tests, adjusted p, simultaneous intervals, verdicts, Bayes factors, detectable sizes."""
    from survey_stats import correlate

    return correlate(data(), adjust="bonferroni", sesoi=0.1, bayes_factor=1)


def ours() -> float:
    every_field()
    return statistics.median(timed(every_field) for _ in range(RUNS))


def against_pingouin() -> tuple[str, float, float, str]:
    """One run of pingouin, which takes seconds."""
    import pingouin

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = timed(pingouin.pairwise_corr, data(), padjust="bonf")
    return _row("pingouin.pairwise_corr", theirs, 0.1)


def against_psych() -> tuple[str, float, float, str]:
    """R timed inside R, its start and the reading of the file left out."""
    if which("Rscript") is None:
        return f"correlate {VARIABLES} × {ROWS:,}, against psych::corr.test", float("nan"), 1.0, "R is not here"
    with tempfile.TemporaryDirectory() as folder:
        script, table = Path(folder) / "psych.R", Path(folder) / "data.csv"
        script.write_text(PSYCH.replace("{runs}", str(RUNS)), encoding="utf-8")
        data().to_csv(table, index=False)
        command = ["Rscript", str(script), str(table)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return _row("psych::corr.test", statistics.median(map(float, told.split())), 1.0)


def _row(peer: str, theirs: float, goal: float) -> tuple[str, float, float, str]:
    own = ours()
    name = f"correlate {VARIABLES} × {ROWS:,}, against {peer}"
    return name, own / theirs, goal, f"{own:.3f} s against {theirs:.3f} s"
