"""Parameters and their covariance → the table of a regression."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from survey_stats.messages import Message
from survey_stats.statistics.regression._covariance import Uncertainty

Floats = NDArray[np.float64]


def inference(estimate: Floats, error: Floats, df: Floats, confidence: float) -> dict[str, Floats]:
    """Interval and test of each estimate, t with `df` degrees of freedom, normal where they are NaN.

    Args:
        estimate: Shape (k,).
        error: Standard errors, shape (k,); NaN: no interval, no test.
        df: Shape (k,).
        confidence: Level of the intervals.
    """
    normal = np.isnan(df)
    finite = np.where(normal, 1.0, df)
    critical = np.where(normal, stats.norm.ppf((1 + confidence) / 2), stats.t.ppf((1 + confidence) / 2, finite))
    statistic = estimate / error
    p_value = np.where(normal, 2 * stats.norm.sf(np.abs(statistic)), 2 * stats.t.sf(np.abs(statistic), finite))
    return {
        "estimate": estimate, "ci_lower": estimate - critical * error, "ci_upper": estimate + critical * error,
        "standard_error": error, "statistic": statistic, "df": np.where(np.isnan(error), np.nan, df),
        "p_value": p_value,
    }  # fmt: skip


def coefficient_table(
    outcome: str,
    parts: tuple[str, ...],
    terms: tuple[str, ...],
    parameters: Floats,
    uncertainty: Uncertainty,
    confidence: float,
) -> pd.DataFrame:
    """The columns that every family has."""
    error = np.sqrt(np.clip(np.diag(uncertainty.covariance), 0, None))
    error = np.where(uncertainty.unknown, np.nan, error)
    why = np.where(
        uncertainty.exact, str(Message("statistics.exact_term")), str(Message("statistics.term_of_clusters"))
    )
    return pd.DataFrame(
        {
            "outcome": outcome, "part": parts, "term": terms,
            **inference(parameters, error, uncertainty.df, confidence),
            "warning": np.where(uncertainty.unknown, why, ""),
        }
    )  # fmt: skip


def add_ratios(table: pd.DataFrame, ratios: tuple[str, ...]) -> None:
    """Exponentials of estimate and interval, in a column for each kind."""
    for ratio in dict.fromkeys(filter(None, ratios)):
        inside = np.array([each == ratio for each in ratios])
        for source, suffix in {"estimate": "", "ci_lower": "_ci_lower", "ci_upper": "_ci_upper"}.items():
            with np.errstate(over="ignore"):
                table[f"{ratio}{suffix}"] = np.where(inside, np.exp(table[source].to_numpy()), np.nan)


def standardized(parameters: Floats, terms: tuple[str, ...], x: Floats, y: Floats, weights: Floats) -> Floats:
    """B × SD(term) / SD(outcome) (effectsize's `basic`), with weighted standard deviations; NaN for interactions.

    The product of two standardized variables is not the standardized product, so an interaction has no such number.
    """
    sd_x, sd_y = (np.sqrt(np.average((values - np.average(values, axis=0, weights=weights)) ** 2, axis=0,
                                     weights=weights)) for values in (x, y))  # fmt: skip
    if sd_y == 0:
        return np.full(len(terms), np.nan)
    plain = np.array([":" not in term for term in terms]) & (np.ptp(x, axis=0) > 0)
    return np.where(plain, parameters * sd_x / sd_y, np.nan)
