"""The table that `correlate` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from survey_stats.results import Result

COLUMNS = (
    "x", "y", "method", "level", "controls", "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df",
    "p_value", "p_adjusted", "adjust", "simultaneous_ci_lower", "simultaneous_ci_upper", "simultaneous",
    "sesoi_lower", "sesoi_upper", "expected", "verdict", "verdict_ci_lower", "verdict_ci_upper", "verdict_confidence",
    "equivalence_p_value", "minimum_effect_p_value", "bayes_factor", "log_bayes_factor", "kappa",
    "corrected", "corrected_ci_lower", "corrected_ci_upper", "corrected_standard_error", "reliability_x",
    "reliability_y", "smallest_detectable", "n", "n_persons", "rows", "interval", "confidence", "warning", "error",
)  # fmt: skip
"""All columns in their order; some are there only where they were asked for."""

METHOD_IDS = (
    "pearson", "spearman", "kendall", "pearson_partial", "pearson_semipartial", "spearman_partial",
    "spearman_semipartial", "polychoric", "tetrachoric", "polyserial", "biserial",
)  # fmt: skip
"""What `method` can be."""
INTERVAL_IDS = (
    "fisher_z",
    "bonett_wright",
    "kendall_delta",
    "semipartial_delta",
    "design_fisher_z",
    "latent_delta",
    "bootstrap_percentile",
    "bootstrap_bca",
)
"""What `interval` can be."""
SIMULTANEOUS_IDS = ("bonferroni", "max_t", "fdr_bh", "fdr_by")
"""What `simultaneous` can be."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Correlations(Result):
    """Correlations, one row a pair, method and level.

    Attributes:
        table: Columns
            `x`, `y`, `method`: `pearson`, `spearman`, `kendall` (tau-b); with control variables `pearson_partial`,
            `pearson_semipartial` and the same of `spearman`; `polychoric`, `tetrachoric`, `polyserial`, `biserial` by
            the kinds of the columns;
            `level` (`within` or `between` persons; only with `person`), `controls` (only with control variables);
            `estimate`, `ci_lower`, `ci_upper` on the scale of the coefficient;
            `standard_error` of the Fisher-transformed coefficient atanh(estimate), the scale the interval is made on;
            `statistic`, `df`, `p_value`: t with its degrees of freedom (Pearson, Spearman), z without (Kendall, latent
            correlations), with a design t of Fisher's z with the design's degrees of freedom;
            of fewer than ten rows the p of ranks (Spearman, Kendall) is exact and there is no statistic;
            `p_adjusted`, `adjust`: p over all pairs of this method and level, and how;
            `simultaneous_ci_lower`, `simultaneous_ci_upper`, `simultaneous` (only where the adjustment has them):
            intervals that hold together, and how (`bonferroni`, `max_t`; `fdr_bh`, `fdr_by`: Benjamini and Yekutieli's
            intervals of the pairs that are significant after adjustment, none for the others);
            with `sesoi`: `sesoi_lower`, `sesoi_upper`, `expected` (`positive`, `negative`, `either`); `verdict`, from
            the interval `verdict_ci_lower`, `verdict_ci_upper` with `verdict_confidence`; `equivalence_p_value`,
            `minimum_effect_p_value`;
            with `bayes_factor`: `bayes_factor` for a correlation against none, its natural logarithm
            `log_bayes_factor`, and `kappa`, the width of the prior (Pearson only, not semi-partial, without design);
            with `reliabilities`: `corrected`, `corrected_ci_lower`, `corrected_ci_upper`, `corrected_standard_error`:
            corrected for unreliability by `reliability_x` and `reliability_y` (1 where none was given);
            `smallest_detectable`: the correlation that the two-sided test at 1 - confidence finds with power .80 on so
            many rows (Pearson, not semi-partial, without design; exact for normal data);
            `n`: rows used (persons, between persons); `n_persons` (only with `person`);
            `rows`: `pairwise` or `complete`; `interval`, `confidence`;
            `warning`, `error`: why numbers are missing.
    """

    keys: ClassVar[tuple[str, ...]] = ("x", "y", "method", "level")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted", "simultaneous_ci_lower",
        "simultaneous_ci_upper", "verdict_ci_lower", "verdict_ci_upper", "equivalence_p_value",
        "minimum_effect_p_value", "bayes_factor", "log_bayes_factor", "corrected", "sesoi_lower", "sesoi_upper",
        "smallest_detectable", "corrected_ci_lower", "corrected_ci_upper",
    )  # fmt: skip

    table: pd.DataFrame
