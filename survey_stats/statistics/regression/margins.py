"""What a model says on the scale of the outcome: predicted means, and average marginal effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError
from survey_stats.results import Result
from survey_stats.statistics.regression._contrasts import (
    check_variable,
    contrast_df,
    fitted_of,
    is_category,
    levels,
    with_value,
)
from survey_stats.statistics.regression._fit import Fitted
from survey_stats.statistics.regression._means import Means, Quantities, has_means, quantities
from survey_stats.statistics.regression._table import inference
from survey_stats.statistics.regression.results import Regression

Floats = NDArray[np.float64]

_PREDICTED, _EFFECTS = "predicted_means", "marginal_effects"
_STEP = 1e-3  # of a standard deviation, for differences of fourth order


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class PredictedMeans(Result):
    """Averages of what a model predicts, one row a quantity and value.

    Attributes:
        variable: The variable set to each value; empty: none.
        confidence: Level of the intervals.
        n: Rows of the model.
        table: Columns `outcome`, `quantity` (`mean`; `probability`; of an ordinal outcome `probability_of_<category>`;
            of a two-part model `mean` of all, `share_any` and `mean_of_any`, those above 0), `variable`, `value`,
            `estimate`, `ci_lower`, `ci_upper`, `standard_error`, `df`, `n`, `method`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "quantity", "variable", "value")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "standard_error", "df")

    variable: str
    confidence: float
    n: int
    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class MarginalEffects(Result):
    """How predicted means go with a variable on average, one row a variable and quantity.

    Attributes:
        confidence: Level of the intervals.
        n: Rows of the model.
        table: Columns `outcome`, `quantity` (as in `PredictedMeans`), `variable` (of a category with its comparison,
            such as `country: no - de`), `estimate` (change of the quantity per unit, or its difference between the
            categories), `ci_lower`, `ci_upper`, `standard_error`, `statistic`, `df`, `p_value`, `n`, `method`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "quantity", "variable")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df", "p_value",
    )  # fmt: skip

    confidence: float
    n: int
    table: pd.DataFrame


def predicted_means(
    model: Regression, variable: str | None = None, *, at: Sequence[float] | None = None
) -> PredictedMeans:
    """Average predictions over the rows of the model (weighted with a design), with a variable at given values.

    Every row keeps its other variables. Standard errors by the delta method from the covariance of the model, so from
    clusters or the design where the model has them; the rows count as given. Intervals are made on the logit of
    probabilities and the logarithm of means that cannot be negative, and taken back.

    Args:
        model: What `regress` returned.
        variable: A variable of the formula; None: predictions as the rows are.
        at: Values of a variable of numbers. A category has a row for each of its own.

    Raises:
        CallError: The variable is not in the formula, values are missing, or the model is of logarithms
            (`two_part_lognormal`) and says nothing about means.

    >>> from survey_stats.statistics.regression import regress
    >>> data = pd.DataFrame({"minutes": [0.0, 20, 0, 35, 60, 10, 0, 45], "shy": [3, 1, 3, 2, 1, 2, 1, 1]})
    >>> model = regress("minutes ~ shy", data, family="two_part", standard_errors="HC0")
    >>> predicted_means(model, "shy", at=[1]).table["quantity"].tolist()
    ['mean', 'share_any', 'mean_of_any']
    """
    fitted = _with_means(model, _PREDICTED)
    rows: list[tuple[Any, pd.DataFrame]] = [("", fitted.rows.plain)]
    if variable is not None:
        rows = [(value, with_value(fitted.rows.plain, variable, value)) for value in _values(fitted, variable, at)]
    tables = [_predicted(fitted, frame, model.confidence).assign(value=value) for value, frame in rows]
    table = pd.concat(tables, ignore_index=True)
    table.insert(0, "outcome", fitted.rows.outcome)
    table.insert(2, "variable", variable or "")
    table.insert(3, "value", table.pop("value"))
    return PredictedMeans(
        method=model.method, variable=variable or "", confidence=model.confidence, n=model.n,
        table=table.assign(n=model.n, method=model.method),
    )  # fmt: skip


def marginal_effects(model: Regression, variables: Iterable[str] | None = None) -> MarginalEffects:
    """Average marginal effects: the mean over the rows of how the prediction changes with a variable.

    Of a number the derivative, of a category the difference to the first one, all else in the row being as it is: a
    description of the model, not of causes. Standard errors as in `predicted_means`.

    Args:
        model: What `regress` returned.
        variables: Variables of the formula; None: all of its right side.

    Raises:
        CallError: As in `predicted_means`.

    >>> from survey_stats.statistics.regression import regress
    >>> data = pd.DataFrame({"posts": [1.0, 3, 2, 5, 4, 6], "shyness": [6, 5, 3, 4, 2, 1]})
    >>> marginal_effects(regress("posts ~ shyness", data)).table["estimate"].round(4).tolist()
    [-0.7143]
    """
    fitted = _with_means(model, _EFFECTS)
    formula = fitted.rows.formula
    wanted = [name for name in formula.variables if name not in formula.outcome_variables]
    if variables is not None:
        wanted = list(variables)
    tables = []
    for name in wanted:
        check_variable(fitted, name, _EFFECTS)
        for label, change in _changes(fitted, name):
            tables += [_effect(fitted, label, quantity, means, model.confidence) for quantity, means in change.items()]
    if not tables:
        raise CallError(f"{_EFFECTS}: {formula.text!r} has no variable that varies. Take predicted_means.")
    table = pd.concat(tables, ignore_index=True)
    table.insert(0, "outcome", fitted.rows.outcome)
    return MarginalEffects(
        method=model.method, confidence=model.confidence, n=model.n,
        table=table.assign(n=model.n, method=model.method),
    )  # fmt: skip


def _with_means(model: Regression, function: str) -> Fitted:
    fitted = fitted_of(model, function)
    if not has_means(fitted):
        raise CallError(
            f"{function}: family {fitted.family!r} models the logarithm, whose mean says nothing about that of the "
            "amounts. Take family 'two_part'."
        )
    return fitted


def _values(fitted: Fitted, variable: str, at: Sequence[float] | None) -> list[Any]:
    check_variable(fitted, variable, _PREDICTED)
    if is_category(fitted, variable):
        return levels(fitted, variable)
    if at is None:
        raise CallError(f"{_PREDICTED}: {variable!r} is a number. Give the values to predict at, such as at=[1, 5].")
    return [float(value) for value in at]


def _average(fitted: Fitted, means: Means) -> tuple[float, Floats]:
    weights = fitted.weights / fitted.weights.sum()
    return float(weights @ means.value), np.asarray(weights @ means.gradient)


def _error(fitted: Fitted, gradient: Floats) -> float:
    """Standard error by the delta method; NaN where it rests on a parameter that has none."""
    known = fitted.uncertainty
    if (gradient[known.unknown] != 0).any():
        return np.nan
    return float(np.sqrt(gradient @ known.covariance @ gradient))


def _predicted(fitted: Fitted, rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    found = []
    for quantity, means in quantities(fitted, fitted.rows.matrix(rows)).items():
        estimate, gradient = _average(fitted, means)
        error, df = _error(fitted, gradient), float(contrast_df(fitted, gradient[None, :])[0])
        critical = stats.norm.ppf((1 + confidence) / 2) if np.isnan(df) else stats.t.ppf((1 + confidence) / 2, df)
        lower, upper = _interval(quantity, fitted.family, estimate, critical * error)
        found.append(
            {
                "quantity": quantity, "estimate": estimate, "ci_lower": lower, "ci_upper": upper,
                "standard_error": error, "df": df,
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def _interval(quantity: str, family: str, estimate: float, half: float) -> tuple[float, float]:
    """Estimate ± half its width, on the scale on which the quantity has no bounds."""
    if quantity.startswith(("probability", "share")):
        middle, half = float(special.logit(estimate)), half / (estimate * (1 - estimate))
        return float(special.expit(middle - half)), float(special.expit(middle + half))
    if family == "gaussian":
        return estimate - half, estimate + half
    return estimate * float(np.exp(-half / estimate)), estimate * float(np.exp(half / estimate))


def _changes(fitted: Fitted, name: str) -> list[tuple[str, Quantities]]:
    """How each row's quantities change with a variable: the derivative, or the difference to the first category."""
    plain = fitted.rows.plain

    def of(rows: pd.DataFrame) -> Quantities:
        return quantities(fitted, fitted.rows.matrix(rows))

    if is_category(fitted, name):
        first, *others = levels(fitted, name)
        base = of(with_value(plain, name, first))
        return [
            (f"{name}: {other} - {first}", _combined(lambda a, b: a - b, of(with_value(plain, name, other)), base))
            for other in others
        ]
    step = _STEP * (float(plain[name].std()) or 1.0)
    at = [of(plain.assign(**{name: plain[name] + place * step})) for place in (-2, -1, 1, 2)]
    return [(name, _combined(lambda a, b, c, d: (a - 8 * b + 8 * c - d) / (12 * step), *at))]


def _combined(rule: Callable[..., Floats], *found: Quantities) -> Quantities:
    return {
        quantity: Means(
            rule(*(each[quantity].value for each in found)), rule(*(each[quantity].gradient for each in found))
        )
        for quantity in found[0]
    }


def _effect(fitted: Fitted, label: str, quantity: str, means: Means, confidence: float) -> pd.DataFrame:
    estimate, gradient = _average(fitted, means)
    df = contrast_df(fitted, gradient[None, :])
    told = inference(np.array([estimate]), np.array([_error(fitted, gradient)]), df, confidence)
    return pd.DataFrame({"quantity": quantity, "variable": label, **told})
