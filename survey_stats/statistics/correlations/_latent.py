"""Latent correlations by kind of column: polychoric, tetrachoric, polyserial, biserial; Pearson of two numeric ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey_stats.statistics.correlations._coefficients import pearson
from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import Bools, Floats, Found, two_sided, unit
from survey_stats.statistics.polychoric import LatentCorrelation, polychoric_pair, polyserial_pair

MOST_ORDINAL = 10
NAMES = {("ordinal", 2): "polychoric", ("ordinal", 1): "polyserial", ("binary", 2): "tetrachoric",
         ("binary", 1): "biserial"}  # fmt: skip


def looks_ordinal(values: Floats) -> bool:
    """Whole numbers, and at most ten different ones."""
    given = values[np.isfinite(values)]
    return bool(len(np.unique(given)) <= MOST_ORDINAL and (given == np.round(given)).all())


def latent(columns: Columns, pair: Pair, used: Bools) -> Found:
    """The latent correlation of a pair that varies, its standard error divided by 1 - r², its test z of atanh(r)."""
    values = [columns.of(name)[used] for name in pair]
    ordinal = [name in columns.ordinal for name in pair]
    n = len(values[0])
    if not any(ordinal):
        return pearson(unit(values[0]), unit(values[1]))
    if all(ordinal):
        call: Callable[[Floats, Floats], LatentCorrelation] = polychoric_pair
    else:
        call = polyserial_pair
        values = values[::-1] if ordinal[0] else values
    answers = values if all(ordinal) else values[1:]
    binary = all(len(np.unique(one)) == 2 for one in answers)
    nothing = Found(NAMES["binary" if binary else "ordinal", sum(ordinal)], "latent_delta", n)
    found = call(values[0], values[1])
    nothing = nothing._replace(estimate=found.estimate, warning=found.warning, error=found.error)
    if not found.standard_error > 0:
        return nothing
    error = found.standard_error / (1 - found.estimate**2)
    statistic = float(np.arctanh(found.estimate) / error)
    return nothing._replace(standard_error=error, statistic=statistic, p_value=two_sided(statistic))
