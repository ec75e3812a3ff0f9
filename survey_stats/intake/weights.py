"""Survey weights in an export: found, so that nobody analyses a weighted sample as if it were not."""

from __future__ import annotations

import pandas as pd

from survey_stats.intake.numbers import parse_number
from survey_stats.intake.table import ExportTable
from survey_stats.intake.text import normalised

UNMISTAKABLE = frozenset(
    ("weights", "wgt", "weighting", "survey_weight", "case_weight", "final_weight", "design_weight", "rake_weight",
     "finalwt", "pspwght", "pspweight", "dweight", "anweight", "pweight", "wtssall", "wtmec2yr", "wtint2yr",
     "gewichtung")
)  # fmt: skip
AMBIGUOUS = frozenset(("weight", "wt", "gewicht", "vekt"))
"""Names that may be of bodies: they are weights of cases if they are scaled to a mean near 1."""
MEAN_OF_WEIGHTS = (0.2, 5.0)


def survey_weights(table: ExportTable) -> pd.Series | None:
    """The first column that is named like survey weights and holds them; none if there is none.

    Args:
        table: The export.

    Returns:
        Weights named after their column, one a row of the table; missing where a cell is no number.
    """
    for column in table.columns:
        name = normalised(column.code).replace(" ", "_").replace("-", "_")
        if name not in UNMISTAKABLE | AMBIGUOUS:
            continue
        numbers = [parse_number(cell) for cell in column.cells]
        weights = pd.Series([float("nan") if isinstance(number, str) else number for number in numbers])
        scaled = MEAN_OF_WEIGHTS[0] <= weights.mean() <= MEAN_OF_WEIGHTS[1]
        if weights.min() < weights.max() and (name in UNMISTAKABLE or scaled):
            return weights.rename(column.code)
    return None
