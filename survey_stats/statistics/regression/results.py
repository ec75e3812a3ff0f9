"""What `regress` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from survey_stats.results import Result

FIT = (
    "r_squared", "adjusted_r_squared", "residual_sd", "mcfadden", "nagelkerke", "log_likelihood", "aic", "bic",
    "dispersion", "alpha", "variance_between", "variance_within", "icc", "r_squared_marginal", "r_squared_conditional",
    "variance_statistic", "variance_p_value", "n_groups", "statistic", "df", "df_residual", "p_value",
)  # fmt: skip
RATIOS = ("odds_ratio", "rate_ratio", "mean_ratio")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class ModelFit(Result):
    """What a model explains, one row; see `Regression.fit`.

    Attributes:
        table: Columns `outcome`, those of `FIT` that exist, `n`, `method`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome",)
    numbers: ClassVar[tuple[str, ...]] = FIT

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Regression(Result):
    """A regression, one row a term.

    Attributes:
        formula: As given.
        family: As given.
        standard_errors: `model` (of the model itself), `HC0`, `HC1`, `HC3`, `CR1`, `CR2`, `CR3`, or the design's
            `linearized` or method of replicates; `REML` with a random intercept.
        confidence: Level of the intervals.
        n: Rows used: those without a missing value in any variable of the formula or in the clusters.
        n_clusters: Clusters among them; 0 without clusters.
        table: Columns `outcome`, `part` (of a model that has several: `threshold`, `dispersion`, `any`, `amount`),
            `term`, `estimate` (a log odds for `binomial` and `ordinal`, the logarithm of a ratio of means for counts
            and amounts), `ci_lower`, `ci_upper`, `standard_error`, `statistic`, `df` (NaN: normal), `p_value`, `n`,
            `n_clusters`, `method`. Linear models have `beta`, the coefficient with term and outcome in standard
            deviations; the intercept and interactions have none (standardize the variables first). Others have the
            exponentials of their coefficients: `odds_ratio`, `odds_ratio_ci_lower`, `odds_ratio_ci_upper`; of counts
            `rate_ratio`, `rate_ratio_ci_lower`, `rate_ratio_ci_upper`; of amounts `mean_ratio`, `mean_ratio_ci_lower`,
            `mean_ratio_ci_upper`. `method` names model and standard error, such as `ols_hc3`. `warning` says why a
            term has an estimate and no more.
        covariance: Of the estimates, in the order of the table, shape (p, p).
        fit: Name → number. Linear models have `r_squared`, `adjusted_r_squared`, `residual_sd`; others `mcfadden` and
            `nagelkerke` (pseudo R² beside the model without terms); both `log_likelihood`, `aic`, `bic`; Poisson models
            `dispersion` (Pearson's χ² over its degrees of freedom, above 1 where counts vary more), negative binomial
            ones `alpha`; models with random intercepts `variance_between`, `variance_within`, `icc`,
            `r_squared_marginal` and `r_squared_conditional` (of the terms, and of terms and persons; Nakagawa and
            Schielzeth 2013), the restricted `log_likelihood`, the test of the variance between persons by the
            likelihood ratio, `variance_statistic` and `variance_p_value` (half of χ² with 1 degree of freedom), and
            `n_groups`; all the Wald test of all terms together: `statistic` (F, or χ² without `df_residual`), `df`,
            `df_residual`, `p_value`. What rests on a likelihood does not exist with a design.
        fitted: What `compare_models`, `simple_slopes` and others start from.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "part", "term")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df", "p_value", "beta",
        *(f"{ratio}{suffix}" for ratio in RATIOS for suffix in ("", "_ci_lower", "_ci_upper")),
    )  # fmt: skip

    formula: str
    family: str
    standard_errors: str = ""
    confidence: float
    n: int
    n_clusters: int
    table: pd.DataFrame
    covariance: pd.DataFrame = field(default_factory=pd.DataFrame)
    fit: Mapping[str, float] = field(default_factory=dict)
    fitted: Any = field(default=None, repr=False)

    def to_long(self, *, analysis: str, result: str, context: Mapping[str, str] | None = None) -> pd.DataFrame:
        """One row a number: the coefficients, then what the model explains."""
        own = Result.to_long(self, analysis=analysis, result=result, context=context)
        if not self.fit or "outcome" not in self.table:
            return own
        row = {"outcome": self.table["outcome"].iloc[0], **self.fit, "n": self.n, "method": self.method}
        whole = ModelFit(method=self.method, table=pd.DataFrame([row]))
        return pd.concat([own, whole.to_long(analysis=analysis, result=result, context=context)], ignore_index=True)
