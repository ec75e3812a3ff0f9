"""Raking 100,000 rows on four margins against R survey's `rake`, in the same run, on the same sample and targets."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.reading import timed

ROWS = 100_000
MARGINS = {"sex": 2, "age": 7, "region": 12, "education": 4}
PAIRS = 5
GOAL = 1.0
R_SCRIPT = """
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1]); targets <- read.csv(arguments[2])
design <- svydesign(~1, weights = ~weight, data = data)
names <- unique(targets$margin)
margins <- lapply(names, function(name) { one <- targets[targets$margin == name, c("category", "total")]
  names(one) <- c(name, "Freq"); one })
formulas <- lapply(names, function(name) as.formula(paste0("~", name)))
for (run in seq_len(as.integer(arguments[3]))) {
  time <- system.time(found <- rake(design, formulas, margins, control = list(maxit = 200, epsilon = 1e-9)))
  cat(time[["user.self"]] + time[["sys.self"]], sum((weights(found))^2), "\\n")
}
"""


def sample() -> tuple[pd.DataFrame, dict[str, dict[int, float]]]:
    """Rows that answered unequally, weights before raking, and totals of the population."""
    draw = np.random.default_rng(9)
    categories = {name: draw.choice(k, ROWS, p=draw.dirichlet(np.full(k, 8.0))) for name, k in MARGINS.items()}
    data = pd.DataFrame(categories).assign(weight=draw.uniform(0.5, 2, ROWS))
    shares = {name: draw.dirichlet(np.full(k, 8.0)) for name, k in MARGINS.items()}
    return data, {name: {at: float(1e6 * share) for at, share in enumerate(one)} for name, one in shares.items()}


def raking_against_r() -> tuple[str, float, float, str]:
    """Median time of both; the weights of both agree, or this raises."""
    from survey_stats.statistics.raking import rake

    name = f"rake {ROWS:,} rows on {len(MARGINS)} margins, against R survey::rake"
    if shutil.which("Rscript") is None:
        return name, float("nan"), GOAL, "skipped: Rscript is not here"
    data, targets = sample()
    try:
        theirs, squares = _of_r(data, targets)
    except subprocess.CalledProcessError as error:
        return name, float("nan"), GOAL, f"skipped: R ends with {error.stderr.strip().splitlines()[-1]}"
    found = rake(data, targets, base_weights="weight")
    np.testing.assert_allclose((found.weights**2).sum(), squares, rtol=1e-6)
    ours = statistics.median(timed(rake, data, targets, base_weights="weight") for _ in range(PAIRS))
    return name, ours / theirs, GOAL, f"{ours:.2f} s against {theirs:.2f} s (medians of {PAIRS})"


def _of_r(data: pd.DataFrame, targets: dict[str, dict[int, float]]) -> tuple[float, float]:
    """Median processor seconds of R's rake, and the sum of its squared weights."""
    rows = [(name, at, total) for name, one in targets.items() for at, total in one.items()]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("rake.R", "data.csv", "targets.csv")]
        files[0].write_text(R_SCRIPT, encoding="utf-8")
        data.to_csv(files[1], index=False)
        pd.DataFrame(rows, columns=["margin", "category", "total"]).to_csv(files[2], index=False)
        command = ["Rscript", *map(str, files), str(PAIRS)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return statistics.median(map(float, told[::2])), float(told[1])
