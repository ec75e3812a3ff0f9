"""What a model explains: coefficients of determination, likelihood, the test of all terms together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics.design import Design
from survey_stats.statistics.regression._covariance import Uncertainty
from survey_stats.statistics.regression._formula import ModelFrame
from survey_stats.statistics.regression._likelihood import Maximum, maximize
from survey_stats.statistics.regression._problems import PROBLEMS, Named
from survey_stats.statistics.regression._wald import JointTest, wald

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Fitted:
    """All that was computed for a regression; what follows it up starts here.

    Attributes:
        family: Name of the family.
        problem: Key of `PROBLEMS`.
        rows: Outcome and terms.
        offset: Shape (n,).
        weights: Mean 1, shape (n,).
        named: The problem and the names of its parameters.
        maximum: The model.
        uncertainty: Covariance of its parameters.
        errors: Id of the standard errors.
        clusters: Place of each row's cluster, or None.
        design: Design of all rows of the data, or None.
    """

    family: str
    problem: str
    rows: ModelFrame
    offset: Floats
    weights: Floats
    named: Named
    maximum: Maximum
    uncertainty: Uncertainty
    errors: str
    clusters: NDArray[np.int64] | None
    design: Design | None


def explained(fitted: Fitted) -> dict[str, float]:
    """Name → number; what does not exist for the family or with weights is not there."""
    found = _of_linear(fitted) if fitted.family == "gaussian" else _of_likelihood(fitted)
    if fitted.family == "negative_binomial":
        found["alpha"] = float(np.exp(fitted.maximum.parameters[-1]))
    if fitted.family == "poisson":
        found["dispersion"] = _pearson(fitted)
    found |= as_fit(all_terms(fitted))
    return {name: value for name, value in found.items() if not np.isnan(value)}


def as_fit(test: JointTest) -> dict[str, float]:
    """The test of all terms as entries of `Regression.fit`; none if there is no test."""
    return {name: value for name, value in test._asdict().items() if not np.isnan(value)}


def _of_linear(fitted: Fitted) -> dict[str, float]:
    rows, weights = fitted.rows, fitted.weights
    n, k = rows.x.shape
    residual = fitted.maximum.local.gradient[:, 0]
    left = float(weights @ residual**2)
    centre = np.average(rows.y, weights=weights) if rows.has_intercept else 0.0
    r_squared = 1 - left / float(weights @ (rows.y - centre) ** 2)
    found = {"r_squared": r_squared}
    if fitted.design is None:
        free = n - 1 if rows.has_intercept else n
        log_likelihood = -n / 2 * (np.log(2 * np.pi * left / n) + 1)
        found["adjusted_r_squared"] = 1 - (1 - r_squared) * free / (n - k)
        found |= _criteria(log_likelihood, k + 1, n)
    return found | {"residual_sd": float(np.sqrt(left / (n - k)))}


def _of_likelihood(fitted: Fitted) -> dict[str, float]:
    """McFadden's and Nagelkerke's R² beside the model without terms; with a design, of weights as they are: none."""
    if fitted.design is not None or fitted.family.startswith("two_part"):
        return {}
    n, own = len(fitted.rows.y), fitted.maximum.log_likelihood
    found = _criteria(own, len(fitted.maximum.theta), n)
    if not fitted.rows.has_intercept:
        return found
    none = _without_terms(fitted).log_likelihood
    cox_snell, most = 1 - np.exp(2 * (none - own) / n), 1 - np.exp(2 * none / n)
    return {"mcfadden": 1 - own / none, "nagelkerke": float(cox_snell / most)} | found


def _criteria(log_likelihood: float, p: int, n: int) -> dict[str, float]:
    return {
        "log_likelihood": float(log_likelihood), "aic": float(-2 * log_likelihood + 2 * p),
        "bic": float(-2 * log_likelihood + np.log(n) * p),
    }  # fmt: skip


def _without_terms(fitted: Fitted) -> Maximum:
    alone = replace(fitted.rows, x=fitted.rows.x[:, :1], terms=fitted.rows.terms[:1])
    return maximize(PROBLEMS[fitted.problem](alone, fitted.offset).problem, fitted.weights)


def _pearson(fitted: Fitted) -> float:
    """Σ w (y - m)² / m over n - k: 1 for Poisson counts, more where they vary more."""
    n, k = fitted.rows.x.shape
    residual, mean = fitted.maximum.local.gradient[:, 0], fitted.maximum.local.curvature[:, 0, 0]
    return float(fitted.weights @ (residual**2 / mean) / (n - k))


def slopes(fitted: Fitted) -> NDArray[np.bool_]:
    """Which parameters are those of terms, not intercepts, thresholds or a dispersion."""
    return np.array(
        [
            term != "Intercept" and part in ("", "any", "amount")
            for part, term in zip(fitted.named.parts, fitted.named.terms, strict=True)
        ]
    )


def all_terms(fitted: Fitted) -> JointTest:
    """Wald test that no term has a part, with the standard errors of the model."""
    inside = slopes(fitted)
    known = fitted.uncertainty
    df = float(known.df[inside].min()) if inside.any() else np.nan
    if known.unknown[inside].any():
        return wald(np.empty(0), np.empty((0, 0)), df)
    return wald(fitted.maximum.parameters[inside], known.covariance[np.ix_(inside, inside)], df)
