"""Location and spread of a measure as estimates for the population of a weighted sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import SurveyError
from survey_stats.statistics.design import Design
from survey_stats.statistics.estimation import estimate

_NAMES = ("mean", "standard_error", "ci_lower", "ci_upper", "sd", "median", "minimum", "maximum", "skewness")


def weighted_moments(column: pd.Series, design: Design) -> dict[str, Any]:
    """Moments of a measure, rows of the design; without an estimate the reason stands in `warning`.

    Args:
        column: Its values, missing where there are none.
        design: How the rows were sampled.

    Returns:
        `n` (rows with a value and a weight above 0), `mean` with `standard_error`, `ci_lower`, `ci_upper` from the
        design; `sd`, √(n / (n - 1)) of the weighted deviation (R survey's `svyvar`), `median` (rule hf2), `minimum`,
        `maximum` and `skewness` (weighted third moment over sd³, without a correction for small samples).
    """
    name = str(column.name)
    data = column.rename(name).to_frame()
    try:
        mean = estimate(data, name, design).table.iloc[0]
        median = estimate(data, name, design, statistic="quantile", rule="hf2").table.iloc[0]
    except SurveyError as error:
        return dict.fromkeys(_NAMES, np.nan) | {"n": 0, "warning": str(error)}
    weights = design.weights
    used = column.notna().to_numpy() & (weights > 0)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)[used]
    spread = _spread(values, weights[used])
    told = {key: mean[key] for key in ("n", "standard_error", "ci_lower", "ci_upper")}
    ends = {"minimum": values.min(), "maximum": values.max()} if len(values) else dict.fromkeys(_NAMES[6:8], np.nan)
    reason = mean["error"] or mean["warning"]
    return {**told, "mean": mean["estimate"], **spread, "median": median["estimate"], **ends, "warning": reason}


def _spread(values: NDArray[np.float64], weights: NDArray[np.float64]) -> dict[str, float]:
    n = len(values)
    if n < 2:
        return {"sd": np.nan, "skewness": np.nan}
    share = weights / weights.sum()
    deviation = values - share @ values
    variance = float(share @ deviation**2)
    skewness = float(share @ deviation**3) / variance**1.5 if variance > 0 else np.nan
    return {"sd": float(np.sqrt(variance * n / (n - 1))), "skewness": skewness}
