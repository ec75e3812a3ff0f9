"""Survey weights in an export: found, so that nobody analyses a weighted sample as if it were not."""

from __future__ import annotations

import pandas as pd

from survey_stats.intake.numbers import parse_number
from survey_stats.intake.table import ExportTable
from survey_stats.intake.text import normalised

NAMES = frozenset(
    ("weight", "weights", "wgt", "wt", "weighting", "survey_weight", "case_weight", "final_weight", "design_weight",
     "rake_weight", "finalwt", "pspwght", "pspweight", "dweight", "anweight", "pweight", "gewicht", "gewichtung",
     "vekt")
)  # fmt: skip
MEAN_OF_WEIGHTS = (0.2, 5.0)
"""Weights are scaled to a mean near 1; a column `weight` with a mean of 70 is of bodies, not of cases."""


def survey_weights(table: ExportTable) -> pd.Series | None:
    """The first column that is named like survey weights and holds them; none if there is none.

    Args:
        table: The export.

    Returns:
        Weights named after their column, one a row of the table; missing where a cell is no number.
    """
    for column in table.columns:
        if normalised(column.code).replace(" ", "_").replace("-", "_") not in NAMES:
            continue
        numbers = [parse_number(cell) for cell in column.cells]
        weights = pd.Series([float("nan") if isinstance(number, str) else number for number in numbers])
        differ = weights.min() < weights.max()
        if differ and weights.min() >= 0 and MEAN_OF_WEIGHTS[0] <= weights.mean() <= MEAN_OF_WEIGHTS[1]:
            return weights.rename(column.code)
    return None
