"""Linear combinations of the parameters, and their inference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError
from survey_stats.statistics.regression._fit import Fitted
from survey_stats.statistics.regression._formula import check_columns
from survey_stats.statistics.regression._table import inference
from survey_stats.statistics.regression.results import Regression

Floats = NDArray[np.float64]

_TOUCHED = 1e-12


def fitted_of(model: object, function: str) -> Fitted:
    """What was computed for a regression."""
    if not isinstance(model, Regression) or not isinstance(model.fitted, Fitted):
        raise CallError(f"{function}: found {type(model).__name__} as model. Give what regress returned.")
    return model.fitted


def check_variable(fitted: Fitted, name: str, function: str) -> None:
    """Raise `CallError` unless a variable is a term's part."""
    check_columns([name], fitted.rows.plain, function)
    if name in fitted.rows.formula.outcome_variables:
        raise CallError(f"{function}: {name!r} is the outcome of the formula. Name a variable of its right side.")


def is_category(fitted: Fitted, name: str) -> bool:
    """Whether the formula treats a variable as categories."""
    numeric = pd.api.types.is_numeric_dtype(fitted.rows.plain[name])
    return not numeric or name in fitted.rows.formula.categories


def levels(fitted: Fitted, name: str) -> list[object]:
    """The categories of a variable in their order."""
    column = fitted.rows.plain[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories)
    return sorted(column.unique())


def with_value(rows: pd.DataFrame, name: str, value: Any) -> pd.DataFrame:
    """The rows with one variable at one value."""
    column = rows[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        same = pd.Series(pd.Categorical([value] * len(rows), categories=column.cat.categories), index=rows.index)
        return rows.assign(**{name: same})
    return rows.assign(**{name: value})


def of_terms(fitted: Fitted, combinations: Floats) -> dict[str, Floats]:
    """Combinations of the columns of the matrix of terms as combinations of the parameters, for each part.

    Args:
        fitted: The model.
        combinations: Shape (m, k).

    Returns:
        Part → shape (m, p).
    """
    k, p = fitted.rows.x.shape[1], len(fitted.named.parts)
    m = len(combinations)
    if fitted.family == "ordinal":
        return {"": np.hstack([combinations[:, 1:], np.zeros((m, p - k + 1))])}
    if fitted.named.parts[0] == "any":
        none = np.zeros((m, k))
        return {"any": np.hstack([combinations, none]), "amount": np.hstack([none, combinations])}
    return {"": np.hstack([combinations, np.zeros((m, p - k))])}


def contrast_df(fitted: Fitted, contrasts: Floats) -> Floats:
    """Degrees of freedom of contrasts, shape (m,): the smallest of the parameters they touch; some have their own."""
    if fitted.uncertainty.df_of is not None:
        return fitted.uncertainty.df_of(contrasts)
    touched = np.abs(contrasts) > _TOUCHED
    known = np.where(touched, fitted.uncertainty.df, np.inf).min(axis=1)
    return np.where(np.isfinite(known), known, np.nan)


def contrast_inference(fitted: Fitted, contrasts: Floats, confidence: float) -> dict[str, Floats]:
    """Estimate, interval and test of each contrast of the parameters, shape (m, p); NaN where a term has no error."""
    known = fitted.uncertainty
    variance = np.einsum("mp,pq,mq->m", contrasts, known.covariance, contrasts)
    error = np.sqrt(np.clip(variance, 0, None))
    lost = (np.abs(contrasts[:, known.unknown]) > _TOUCHED).any(axis=1)
    estimate = contrasts @ fitted.maximum.parameters
    return inference(estimate, np.where(lost, np.nan, error), contrast_df(fitted, contrasts), confidence)
