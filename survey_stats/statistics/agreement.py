"""How far self-reports agree with logs: bias, limits of agreement, ratios, concordance, over- and under-reporting."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence, check_frame, moderate, numeric_columns
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.proportions import wilson

Floats = NDArray[np.float64]
Row = dict[str, Any]

_FUNCTION = "agreement"
_FEWEST = 5
_COLUMNS = [
    "self_report", "log", "quantity", "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df",
    "p_value", "n", "unit", "interval", "confidence", "warning", "error",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Agreement(Result):
    """Agreement of two measures of the same persons, one row a quantity.

    Attributes:
        table: Columns `self_report`, `log` (the two measures), `quantity`, `estimate`, `ci_lower`, `ci_upper`,
            `standard_error`, `statistic`, `df`, `p_value`, `n`, `unit`, `interval`, `confidence`, `warning`, `error`.
            Quantities: `bias` (mean of self-report minus log), `limit_lower`, `limit_upper` (limits of agreement),
            `proportional_bias` (slope of the difference on the mean of the two), `ratio_of_means`, `geometric_ratio`,
            `ratio_limit_lower`, `ratio_limit_upper` (of persons with more than 0 in both), `pearson`, `spearman`,
            `concordance`, `within_5` and so on (share of persons whose self-report lies within that percentage of the
            log), `over_reporters`, `under_reporters` (beyond the narrowest of these, above and below).
        points: Mean of the two and difference, a row a person, for the figure.
    """

    keys: ClassVar[tuple[str, ...]] = ("self_report", "log", "quantity")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value")

    table: pd.DataFrame
    points: pd.DataFrame


def agreement(
    data: pd.DataFrame,
    self_report: Hashable,
    log: Hashable,
    *,
    within: Sequence[float] = (0.05, 0.25),
    coverage: float = 0.95,
    unit: str = "",
    confidence: float = 0.95,
) -> Agreement:
    """Compare what persons report with what was logged.

    - Bias and limits of agreement: mean difference ± z × its deviation (Bland and Altman 1986), with exact limits for
      normal differences from the noncentral t (Carkeet 2015, Optometry and Vision Science 92, e71-e80).
    - Proportional bias: slope of the difference on the mean of the two, with HC3 standard errors. It is not 0 either
      where the two merely differ in spread.
    - Ratio of means: on the logarithm, with the delta method and t (Lajeunesse 2011; metafor's `ROMC`), the measure
      that the meta-analysis of Parry et al. (2021) pools. Geometric ratio and its limits: of persons above 0 in both.
    - Pearson's and Spearman's correlation; Lin's (1989) concordance, on Fisher's z with the linearised standard error
      of its moments, which needs no normality.
    - Shares of persons with Wilson's interval.

    Rows without one of the two are left out. A design is not used here: the figures are of the persons measured.

    Args:
        data: One row a person.
        self_report: Column with what was reported.
        log: Column with what was logged, in the same unit.
        within: Differences, as shares of the log, for which the share of persons is counted.
        coverage: Share of the differences that the limits of agreement hold.
        unit: Unit of both, for the report.
        confidence: Level of the intervals.

    Raises:
        CallError: An argument is wrong, or a column is missing or holds no numbers.
        InputError: There are fewer than five persons with both, or all differences are the same.

    >>> data = pd.DataFrame({"said": [60, 90, 30, 120, 45, 80.0], "log": [40, 70, 35, 60, 45, 50.0]})
    >>> agreement(data, "said", "log").table[["quantity", "estimate"]].round(4).head(3)
          quantity  estimate
    0         bias   20.8333
    1  limit_lower  -24.8875
    2  limit_upper   66.5542
    """
    frame = check_frame(data, _FUNCTION)
    check_confidence(_FUNCTION, confidence)
    _check(self_report, log, within, coverage)
    both = moderate(numeric_columns(frame, [self_report, log], _FUNCTION), _FUNCTION).dropna()
    said, logged = both[self_report].to_numpy(), both[log].to_numpy()
    names = {"self_report": str(self_report), "log": str(log)}
    _check_pairs(said, logged, names)
    parts = (
        _differences(said - logged, coverage, confidence, unit), [_proportional(said, logged, confidence)],
        _ratios(said, logged, coverage, confidence), _correlations(both, confidence),
        [_concordance(said, logged, confidence)], _shares(said, logged, sorted(within), confidence),
    )  # fmt: skip
    rows = [
        {"standard_error": np.nan, "statistic": np.nan, "df": np.nan, "p_value": np.nan, "n": len(said), "unit": "",
         "warning": "", "error": "", **names, "confidence": confidence} | row
        for part in parts for row in part
    ]  # fmt: skip
    points = pd.DataFrame({"mean": (said + logged) / 2, "difference": said - logged})
    return Agreement(method="agreement", table=pd.DataFrame(rows)[_COLUMNS], points=points)


def _check(self_report: Hashable, log: Hashable, within: Sequence[float], coverage: float) -> None:
    if self_report == log:
        raise CallError(f"{_FUNCTION}: self_report and log are both {str(log)!r}. Give two different columns.")
    if not within or not all(0 < share < 10 for share in within):
        raise CallError(f"{_FUNCTION}: within is {tuple(within)!r}. Give shares above 0, such as 0.05 for 5 %.")
    if not 0 < coverage < 1:
        raise CallError(f"{_FUNCTION}: coverage is {coverage!r}. Give a number between 0 and 1, such as 0.95.")


def _check_pairs(said: Floats, logged: Floats, names: dict[str, str]) -> None:
    if len(said) < _FEWEST:
        told = names | {"n": len(said), "needed": _FEWEST}
        raise InputError(f"{_FUNCTION}: {Message('agreement.too_few', told)}")
    negative = int(((said < 0) | (logged < 0)).sum())
    if negative:
        raise InputError(f"{_FUNCTION}: {Message('agreement.negative', names | {'n': negative})}")
    size = max(float(np.abs(said).max()), float(np.abs(logged).max()), 1e-300)
    if float(np.ptp(said - logged)) <= 1e-13 * size:
        raise InputError(f"{_FUNCTION}: {Message('agreement.same_difference', names)}")


def _t_row(quantity: str, estimate: float, error: float, df: float, confidence: float, interval: str = "t") -> Row:
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * error
    return {
        "quantity": quantity, "estimate": estimate, "ci_lower": estimate - half, "ci_upper": estimate + half,
        "standard_error": error, "statistic": estimate / error, "df": df,
        "p_value": float(2 * special.stdtr(df, -abs(estimate / error))), "interval": interval,
    }  # fmt: skip


def _differences(differences: Floats, coverage: float, confidence: float, unit: str) -> Iterator[Row]:
    n, mean, sd = len(differences), float(differences.mean()), float(differences.std(ddof=1))
    yield _t_row("bias", mean, sd / np.sqrt(n), n - 1.0, confidence) | {"unit": unit}
    yield from (row | {"unit": unit} for row in _limits("limit", mean, sd, n, coverage, confidence))


def _limits(name: str, mean: float, sd: float, n: int, coverage: float, confidence: float) -> Iterator[Row]:
    """Limits of agreement; (limit - mean) √n / sd is noncentral t about z √n."""
    z = float(special.ndtri((1 + coverage) / 2))
    near, far = (
        float(stats.nct.ppf((1 + side * confidence) / 2, n - 1, z * np.sqrt(n))) * sd / np.sqrt(n) for side in (-1, 1)
    )
    yield {"quantity": f"{name}_lower", "estimate": mean - z * sd, "ci_lower": mean - far, "ci_upper": mean - near,
           "interval": "noncentral_t"}  # fmt: skip
    yield {"quantity": f"{name}_upper", "estimate": mean + z * sd, "ci_lower": mean + near, "ci_upper": mean + far,
           "interval": "noncentral_t"}  # fmt: skip


def _proportional(said: Floats, logged: Floats, confidence: float) -> Row:
    """Slope of the difference on the mean, HC3."""
    mean = (said + logged) / 2
    centred = mean - mean.mean()
    spread = float(centred @ centred)
    if spread <= 1e-26 * max(float(mean @ mean), 1e-300):
        return _missing("proportional_bias", "agreement.same_mean")
    difference = said - logged
    slope = float(centred @ difference) / spread
    residual = difference - difference.mean() - slope * centred
    leverage = 1 / len(mean) + centred**2 / spread
    if (1 - leverage < 1e-9).any():
        return _missing("proportional_bias", "agreement.one_decides")
    error = float(np.sqrt((centred**2 * (residual / (1 - leverage)) ** 2).sum())) / spread
    if error <= 1e-13:
        return _missing("proportional_bias", "agreement.same_line") | {"estimate": slope}
    return _t_row("proportional_bias", slope, error, len(mean) - 2.0, confidence, "hc3_t")


def _missing(quantity: str, reason: str) -> Row:
    return {"quantity": quantity, "estimate": np.nan, "ci_lower": np.nan, "ci_upper": np.nan, "interval": "none",
            "error": str(Message(reason))}  # fmt: skip


def _exponential(row: Row) -> Row:
    """A row on the logarithm as a ratio; its standard error stays that of the logarithm."""
    return row | {name: float(np.exp(row[name])) for name in ("estimate", "ci_lower", "ci_upper")}


def _ratios(said: Floats, logged: Floats, coverage: float, confidence: float) -> Iterator[Row]:
    if said.mean() > 0 and logged.mean() > 0:
        error = float((said / said.mean() - logged / logged.mean()).std(ddof=1)) / np.sqrt(len(said))
        ratio = float(np.log(said.mean() / logged.mean()))
        yield _exponential(_t_row("ratio_of_means", ratio, error, len(said) - 1.0, confidence, "log_t"))
    else:
        yield _missing("ratio_of_means", "agreement.all_zero")
    positive = (said > 0) & (logged > 0)
    n = int(positive.sum())
    logs = np.log(said[positive] / logged[positive])
    if n < _FEWEST or float(np.ptp(logs)) <= 1e-13:
        yield _missing("geometric_ratio", "agreement.too_few_positive") | {"n": n}
        return
    mean, sd = float(logs.mean()), float(logs.std(ddof=1))
    yield _exponential(_t_row("geometric_ratio", mean, sd / np.sqrt(n), n - 1.0, confidence, "log_t")) | {"n": n}
    for row in _limits("ratio_limit", mean, sd, n, coverage, confidence):
        yield _exponential(row) | {"n": n}


def _correlations(both: pd.DataFrame, confidence: float) -> Iterator[Row]:
    names = list(both)
    found = correlate(both, names[0], names[1], method=("pearson", "spearman"), adjust="none", confidence=confidence)
    kept = ("estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "interval", "warning", "error")
    for row in found.table.to_dict("records"):
        yield {"quantity": row["method"], **{name: row[name] for name in kept}}


def _concordance(said: Floats, logged: Floats, confidence: float) -> Row:
    """2 s₁₂ / (s₁² + s₂² + (m₁ - m₂)²), moments divided by n as Lin (1989) has them."""
    x, y = said - said.mean(), logged - logged.mean()
    shift = float(said.mean() - logged.mean())
    n, product = len(said), float(x @ y) / len(said)
    whole = float(x @ x + y @ y) / n + shift**2
    concordance = 2 * product / whole
    influence = (2 * (x * y - product) - concordance * (x**2 + y**2 - (whole - shift**2) + 2 * shift * (x - y))) / whole
    error = float(np.sqrt((influence @ influence) / (n * (n - 1)))) / (1 - concordance**2)
    if not 1e-13 < error < np.inf:
        return _missing("concordance", "agreement.same_line") | {"estimate": concordance}
    row = _t_row("concordance", float(np.arctanh(concordance)), error, n - 1.0, confidence, "linearized_z")
    return row | {name: float(np.tanh(row[name])) for name in ("estimate", "ci_lower", "ci_upper")} | {
        "statistic": np.nan, "df": np.nan, "p_value": np.nan}  # fmt: skip


def _shares(said: Floats, logged: Floats, within: Sequence[float], confidence: float) -> Iterator[Row]:
    difference = said - logged
    close = {f"within_{100 * share:g}": np.abs(difference) <= share * logged * (1 + 1e-12) for share in within}
    narrow = next(iter(close.values()))
    groups = close | {"over_reporters": ~narrow & (difference > 0), "under_reporters": ~narrow & (difference < 0)}
    for name, inside in groups.items():
        n, count = len(said), int(inside.sum())
        lower, upper = wilson(count, n, confidence)
        yield {"quantity": name, "estimate": count / n, "ci_lower": lower, "ci_upper": upper, "unit": "share",
               "interval": "wilson"}  # fmt: skip
