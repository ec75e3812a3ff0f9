"""Agreement of repeated measurements: the six intraclass correlations, and test-retest reliability of two occasions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence, check_frame, numeric_columns

Floats = NDArray[np.float64]

_FEWEST_ROWS = 3
_LABELS = {
    "icc_1_1": "ICC(1)", "icc_2_1": "ICC(A,1)", "icc_3_1": "ICC(C,1)",
    "icc_1_k": "ICC(k)", "icc_2_k": "ICC(A,k)", "icc_3_k": "ICC(C,k)",
}  # fmt: skip
METHODS = (*_LABELS, "retest_pearson", "retest_difference", "retest_sem", "smallest_detectable_change")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class IntraclassCorrelations(Result):
    """The six coefficients of Shrout and Fleiss (1979), those of McGraw and Wong (1996).

    Attributes:
        table: A row a coefficient: `method` (`icc_1_1` each target has raters of its own; `icc_2_1` the raters are a
            sample, agreement; `icc_3_1` these raters, consistency; `…_k` the same of the mean of all), `label` as
            McGraw and Wong write it, `estimate`, `ci_lower`, `ci_upper`, `statistic` (F of no differences between
            targets), `df_1`, `df_2`, `p_value`, `n` (complete rows), `n_ratings`, `warning`.
        confidence: Level of the intervals.
    """

    keys: ClassVar[tuple[str, ...]] = ("label",)
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "statistic", "p_value")

    table: pd.DataFrame
    confidence: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Retest(Result):
    """Test-retest reliability of a score.

    Attributes:
        table: A row a quantity: `method`, `estimate`, `ci_lower`, `ci_upper`, `n` (persons with both), `warning`.
            `icc_2_1` agreement and `icc_3_1` consistency of the two occasions; `retest_pearson` their correlation,
            interval by Fisher's z; `retest_difference` second minus first mean, interval by t; `retest_sem` standard
            error of measurement, standard deviation of the differences / √2, interval by χ²;
            `smallest_detectable_change`, z × √2 × that error (de Vet, Terwee, Knol & Bouter 2006).
        confidence: Level of the intervals, and of the smallest detectable change.
    """

    table: pd.DataFrame
    confidence: float


class _Squares(NamedTuple):
    """Mean squares of a two-way table: targets, raters, residual, and within targets (raters and residual)."""

    n: int
    k: int
    targets: float
    raters: float
    residual: float
    within: float


class _Interval(NamedTuple):
    lower: float
    upper: float


def intraclass_correlations(ratings: pd.DataFrame, *, confidence: float = 0.95) -> IntraclassCorrelations:
    """Intraclass correlations of ratings by analysis of variance, with their exact or Satterthwaite intervals.

    Args:
        ratings: A row a target (a person), a column a rater or an occasion. Rows with a missing rating do not count.
        confidence: Level of the intervals.

    Raises:
        CallError: Fewer than two columns or three complete rows, or a column without numbers.
        InputError: A rating is infinite.

    >>> judges = pd.DataFrame({"a": [9, 6, 8, 7, 10, 6], "b": [2, 1, 4, 1, 5, 2], "c": [5, 3, 6, 2, 6, 4],
    ...                        "d": [8, 2, 8, 6, 9, 7]})
    >>> intraclass_correlations(judges).table["estimate"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    check_confidence("intraclass_correlations", confidence)
    squares = _squares(_complete(ratings, "intraclass_correlations"))
    warning = _warning(squares)
    rows = [_row(name, squares, confidence) | {"warning": str(warning or "")} for name in _LABELS]
    return IntraclassCorrelations(
        method="intraclass_correlations", table=pd.DataFrame(rows), confidence=confidence,
        warnings=() if warning is None else (warning,),
    )  # fmt: skip


def retest_reliability(first: pd.Series, second: pd.Series, *, confidence: float = 0.95) -> Retest:
    """Test-retest reliability of a score measured on two occasions.

    Args:
        first: The score on the first occasion, index the person.
        second: On the second; persons of the other series only do not count.
        confidence: Level of the intervals.

    Raises:
        CallError: No series, a person twice, or fewer than three persons with both.
        InputError: A score is infinite.
    """
    function = "retest_reliability"
    check_confidence(function, confidence)
    for series in (first, second):
        if not isinstance(series, pd.Series):
            raise CallError(
                f"{function}: found {type(series).__name__}. Give two pandas Series with the person as index."
            )
        if series.index.has_duplicates:
            twice = series.index[series.index.duplicated()][0]
            raise CallError(f"{function}: {twice!r} occurs more than once in an index. Give each person one score.")
    both = pd.concat([first.rename("first"), second.rename("second")], axis=1, join="inner")
    values = _complete(both, function)
    squares = _squares(values)
    warning = _warning(squares)
    both_kinds = [_row(name, squares, confidence) for name in ("icc_2_1", "icc_3_1")]
    rows = [{key: row[key] for key in ("method", "estimate", "ci_lower", "ci_upper", "n")} for row in both_kinds]
    rows += _two_occasions(values, confidence)
    return Retest(
        method="retest", table=pd.DataFrame(rows).assign(warning=str(warning or "")), confidence=confidence,
        warnings=() if warning is None else (warning,),
    )  # fmt: skip


def _complete(ratings: pd.DataFrame, function: str) -> Floats:
    frame = check_frame(ratings, function)
    values = numeric_columns(frame, list(frame.columns), function).dropna().to_numpy()
    if values.shape[1] < 2:
        raise CallError(f"{function}: found {values.shape[1]} column. Give at least two ratings of the same persons.")
    if len(values) < _FEWEST_ROWS:
        raise CallError(f"{function}: found {len(values)} complete rows. Give at least {_FEWEST_ROWS}.")
    return values


def _squares(values: Floats) -> _Squares:
    n, k = values.shape
    mean, by_target, by_rater = values.mean(), values.mean(axis=1), values.mean(axis=0)
    targets = k * float(((by_target - mean) ** 2).sum()) / (n - 1)
    raters = n * float(((by_rater - mean) ** 2).sum()) / (k - 1)
    residuals = values - by_target[:, None] - by_rater + mean
    noise = (1e-13 * np.abs(values).max()) ** 2  # what rounding alone can leave
    residual = float((residuals**2).sum()) / ((n - 1) * (k - 1))
    targets, raters, residual = (part if part > noise else 0.0 for part in (targets, raters, residual))
    within = ((n - 1) * (k - 1) * residual + (k - 1) * raters) / (n * (k - 1))
    return _Squares(n, k, targets, raters, residual, within)


def _warning(squares: _Squares) -> Message | None:
    if squares.targets == 0:
        return Message("statistics.targets_constant", {"n": squares.n})
    if squares.residual == 0:
        return Message("statistics.perfect_agreement")
    return None


def _row(name: str, squares: _Squares, confidence: float) -> dict[str, Any]:
    """One coefficient; without a test where targets or residuals do not vary."""
    kind, single = name[4], name.endswith("_1")
    n, k = squares.n, squares.k
    error, df_2 = (squares.within, n * (k - 1)) if kind == "1" else (squares.residual, (n - 1) * (k - 1))
    estimate = _single(kind, squares, error)
    statistic = squares.targets / error if error > 0 and squares.targets > 0 else np.nan
    limits = _Interval(np.nan, np.nan)
    if np.isfinite(statistic):
        limits = (_agreement_limits if kind == "2" else _ratio_limits)(squares, statistic, df_2, estimate, confidence)
    estimate, *bounds = (one if single else _lengthened(one, k) for one in (estimate, *limits))
    return {
        "method": name, "label": _LABELS[name], "estimate": estimate, "ci_lower": bounds[0], "ci_upper": bounds[1],
        "statistic": statistic, "df_1": n - 1, "df_2": df_2, "p_value": float(stats.f.sf(statistic, n - 1, df_2)),
        "n": n, "n_ratings": k,
    }  # fmt: skip


def _single(kind: str, squares: _Squares, error: float) -> float:
    """(MS targets - MS error) / (MS targets + (k - 1) MS error), for agreement + k (MS raters - MS error) / n."""
    of_raters = squares.k * (squares.raters - error) / squares.n if kind == "2" else 0.0
    whole = squares.targets + (squares.k - 1) * error + of_raters
    return (squares.targets - error) / whole if squares.targets > 0 and whole > 0 else np.nan


def _lengthened(single: float, k: int) -> float:
    """Spearman and Brown: of the mean of k ratings."""
    below = 1 + (k - 1) * single
    return k * single / below if below > 0 else np.nan


def _ratio_limits(squares: _Squares, statistic: float, df_2: int, _estimate: float, confidence: float) -> _Interval:
    """Exact, from the F distribution."""
    upper_tail, df_1, k = (1 + confidence) / 2, squares.n - 1, squares.k
    low = statistic / stats.f.ppf(upper_tail, df_1, df_2)
    high = statistic * stats.f.ppf(upper_tail, df_2, df_1)
    return _Interval(float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1)))


def _agreement_limits(squares: _Squares, _statistic: float, _df: int, estimate: float, confidence: float) -> _Interval:
    """McGraw and Wong (1996, table 7), with Satterthwaite's degrees of freedom."""
    n, k, targets, raters, residual, _ = squares
    spread = n * (1 + (k - 1) * estimate) - k * estimate
    of_raters = k * estimate * raters / residual
    df = (k - 1) * (n - 1) * (of_raters + spread) ** 2 / ((n - 1) * of_raters**2 + spread**2)
    upper_tail = (1 + confidence) / 2
    above, below = stats.f.ppf(upper_tail, n - 1, df), stats.f.ppf(upper_tail, df, n - 1)
    rest = k * raters + (k * n - k - n) * residual
    return _Interval(
        float(n * (targets - above * residual) / (above * rest + n * targets)),
        float(n * (below * targets - residual) / (rest + n * below * targets)),
    )


def _two_occasions(values: Floats, confidence: float) -> list[dict[str, Any]]:
    """Correlation, mean difference, error of measurement and smallest detectable change of two columns."""
    n, tail = len(values), (1 + confidence) / 2
    change = values[:, 1] - values[:, 0]
    deviation = float(change.std(ddof=1))
    half = stats.t.ppf(tail, n - 1) * deviation / np.sqrt(n)
    quantiles = stats.chi2.ppf([tail, 1 - tail], n - 1)
    error = deviation / np.sqrt(2)
    errors = np.array([error, *(error * np.sqrt((n - 1) / quantiles))])
    rows = {
        "retest_pearson": _correlation(values, tail),
        "retest_difference": change.mean() + np.array([0.0, -half, half]),
        "retest_sem": errors,
        "smallest_detectable_change": stats.norm.ppf(tail) * np.sqrt(2) * errors,
    }
    return [
        {"method": name, "estimate": float(found[0]), "ci_lower": float(found[1]), "ci_upper": float(found[2]), "n": n}
        for name, found in rows.items()
    ]


def _correlation(values: Floats, tail: float) -> Floats:
    """Pearson's r and its interval by Fisher's z; no interval for a perfect one or with three persons."""
    centred = values - values.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=0)).prod()
    r = float(centred[:, 0] @ centred[:, 1] / scale) if scale > 0 else np.nan
    if not abs(r) < 1 - 1e-12 or len(values) <= _FEWEST_ROWS:
        return np.array([r, np.nan, np.nan])
    half = stats.norm.ppf(tail) / np.sqrt(len(values) - 3)
    return np.array([r, *np.tanh(np.arctanh(r) + np.array([-half, half]))])
