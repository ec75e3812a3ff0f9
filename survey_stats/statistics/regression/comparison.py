"""Nested models on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg

from survey_stats.errors import CallError
from survey_stats.results import Result
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression._fit import Fitted
from survey_stats.statistics.regression._formula import read_formula
from survey_stats.statistics.regression._wald import JointTest, of_chi2, wald
from survey_stats.statistics.regression.model import ErrorsName, FamilyName, fit_formulas
from survey_stats.statistics.regression.results import Regression

Floats = NDArray[np.float64]

_FUNCTION = "compare_models"
_INSIDE = 1e-8


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class ModelComparison(Result):
    """Models that nest in each other, one row a model.

    Attributes:
        family: As given.
        standard_errors: As in `Regression`.
        n: Rows used: those without a missing value in any variable of any of the formulas.
        table: Columns `outcome`, `model` (1, 2, …), `formula`, `n`, `n_parameters`, `r_squared` (of linear models; of
            others McFadden's `mcfadden`), `r_squared_change` (or `mcfadden_change`), `log_likelihood`, `aic`, `bic`,
            and the test against the model before: `statistic`, `df`, `df_residual` (NaN: χ²), `p_value`, `method`.
        models: The models, in the same order.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "formula")
    numbers: ClassVar[tuple[str, ...]] = (
        "n_parameters", "r_squared", "r_squared_change", "mcfadden", "mcfadden_change", "log_likelihood", "aic", "bic",
        "statistic", "df", "df_residual", "p_value",
    )  # fmt: skip

    family: str
    standard_errors: str
    n: int
    table: pd.DataFrame
    models: tuple[Regression, ...]


def compare_models(
    formulas: Sequence[str],
    data: pd.DataFrame,
    *,
    family: FamilyName = "gaussian",
    design: Design | None = None,
    cluster: str | None = None,
    standard_errors: ErrorsName | None = None,
    exposure: str | None = None,
    confidence: float = 0.95,
) -> ModelComparison:
    """Models that nest in each other, fitted to the same rows, each tested against the one before.

    With the standard errors of the model the test is that of the likelihood: F of the sums of squares in linear models,
    χ² of the likelihood ratio in others. With all other standard errors (HC, clusters, designs) it is Wald's of what
    the larger model adds, with those standard errors: F with the residual degrees of freedom where they have any (those
    of the design with a design, as survey's `regTermTest(method = "Wald", df = degf(design))`), else χ².

    Args:
        formulas: Two or more, from the smallest to the largest, with the same outcome.
        data: One row an observation. Rows that lack a variable of any of the formulas are left out of all models.
        family: As in `regress`, and so are the others.
        design: Design of all rows of the data.
        cluster: Column that says which rows belong together.
        standard_errors: Those of the models and the tests.
        exposure: For counts: column with the time or number each count is out of.
        confidence: Level of the intervals of the coefficients.

    Raises:
        CallError: An argument is wrong, or a model does not hold the one before it.
        InputError: As in `regress`.

    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4, 6], "x": [6, 5, 3, 4, 2, 1], "z": [1, 2, 2, 1, 3, 5]})
    >>> result = compare_models(["y ~ x", "y ~ x + z"], data, standard_errors="model")
    >>> result.table[["model", "df", "df_residual"]]
       model   df  df_residual
    0      1  NaN          NaN
    1      2  1.0          3.0
    """
    if isinstance(formulas, str) or len(formulas) < 2:
        raise CallError(f"{_FUNCTION}: found {formulas!r}. Give a list of two formulas or more, the smallest first.")
    read = [read_formula(formula, _FUNCTION) for formula in formulas]
    outcomes = list(dict.fromkeys(str(each.parsed.lhs) for each in read))
    if len(outcomes) > 1:
        raise CallError(f"{_FUNCTION}: the formulas have the outcomes {', '.join(outcomes)}. Compare models of one.")
    models = fit_formulas(
        read, data, family=family, design=design, cluster=cluster, standard_errors=standard_errors,
        exposure=exposure, confidence=confidence, function=_FUNCTION,
    )  # fmt: skip
    tests = [_NONE, *(_test(small, large) for small, large in pairwise(models))]
    first = models[0]
    return ModelComparison(
        method=tests[1][0], family=family, standard_errors=first.standard_errors, n=first.n, models=tuple(models),
        table=_table(models, tests), warnings=models[-1].warnings,
    )  # fmt: skip


_NONE = ("", JointTest(np.nan, np.nan, np.nan, np.nan))


def _table(models: Sequence[Regression], tests: Sequence[tuple[str, JointTest]]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for place, (model, (method, test)) in enumerate(zip(models, tests, strict=True), start=1):
        explained = {name: model.fit.get(name, np.nan) for name in ("r_squared", "mcfadden")}
        before = rows[-1] if rows else {}
        changes = {f"{name}_change": value - before.get(name, np.nan) for name, value in explained.items()}
        criteria = {name: model.fit.get(name, np.nan) for name in ("log_likelihood", "aic", "bic")}
        rows.append(
            {
                "outcome": model.table["outcome"].iloc[0], "model": place, "formula": model.formula, "n": model.n,
                "n_parameters": len(model.table), **explained, **changes, **criteria, "statistic": test.statistic,
                "df": test.df, "df_residual": test.df_residual, "p_value": test.p_value, "method": method,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _test(small: Regression, large: Regression) -> tuple[str, JointTest]:
    """The larger model against the smaller, and the id of the test."""
    inner, outer = small.fitted, large.fitted
    added = _restrictions(inner, outer, small.formula, large.formula)
    if large.standard_errors != "model":
        return "wald", _wald(outer, added)
    if large.family == "gaussian":
        return "f_of_squares", _f_of_squares(inner, outer, added.shape[0])
    ratio = 2 * (outer.maximum.log_likelihood - inner.maximum.log_likelihood)
    return "likelihood_ratio", of_chi2(max(ratio, 0.0), float(added.shape[0]))


def _f_of_squares(inner: Fitted, outer: Fitted, added: int) -> JointTest:
    left = [float(fitted.weights @ fitted.maximum.local.gradient[:, 0] ** 2) for fitted in (inner, outer)]
    df_residual = float(len(outer.rows.y) - outer.rows.x.shape[1])
    return of_chi2((left[0] - left[1]) / (left[1] / df_residual), float(added), df_residual)


def _wald(outer: Fitted, added: Floats) -> JointTest:
    known = outer.uncertainty
    touched = np.abs(added).max(axis=0) > _INSIDE
    if known.unknown[touched].any():
        return _NONE[1]
    return wald(
        added @ outer.maximum.parameters, added @ known.covariance @ added.T, float(known.df[touched].min())
    )  # fmt: skip


def _restrictions(inner: Fitted, outer: Fitted, small: str, large: str) -> Floats:
    """L with L b = 0 exactly where the larger model is the smaller one, shape (added, p)."""
    x, within = outer.rows.x, inner.rows.x
    length = np.linalg.norm(x, axis=0)
    share = np.linalg.lstsq(x / length, within / np.linalg.norm(within, axis=0))[0]
    apart = np.abs(x / length @ share - within / np.linalg.norm(within, axis=0)).max()
    if apart > _INSIDE or x.shape[1] <= within.shape[1]:
        raise CallError(
            f"{_FUNCTION}: {large!r} does not hold {small!r} and something more, so there is no test between them. "
            "Order the formulas from the smallest to the largest, each with all terms of the one before."
        )
    # b of the larger model lies in the span of `share` where it is the smaller one
    free = linalg.null_space(share.T).T * length
    return _in_each_part(free, outer)


def _in_each_part(free: Floats, outer: Fitted) -> Floats:
    """The restrictions of the terms as restrictions of the parameters."""
    parts, k, p = outer.named.parts, outer.rows.x.shape[1], len(outer.named.parts)
    if outer.family == "ordinal":  # the matrix has an intercept, the parameters have none
        return np.hstack([free[:, 1:], np.zeros((len(free), p - k + 1))])
    if parts[0] == "any":
        return np.asarray(linalg.block_diag(free, free))
    return np.hstack([free, np.zeros((len(free), p - k))])
