"""Polychoric, tetrachoric and polyserial correlations: of the normal variables thought to lie behind ordered answers.

Two-step estimates as lavaan's `lavCor` makes them (Olsson 1979, Psychometrika 44, 443-460; Olsson, Drasgow and Dorans
1982, Psychometrika 47, 337-347): the thresholds from the margins, then the correlation that maximises the likelihood of
the table. Standard errors are those of Muthén (1984, Psychometrika 49, 115-132), which count the thresholds as
estimated, times √(n / (n - 1)) as in lavaan.

Rows: those with both answers (`rows="pairwise"`, thresholds from all answers to the item), or those with all answers of
the frame (`rows="complete"`). Empty cells: a two by two table with one empty cell gets 0.5 in that cell, its margins
kept (lavaan's `zero.add = c(0.5, 0)`, `zero.keep.margins = TRUE`); larger tables are left as they are. A category that
nobody chose does not exist for the estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.statistics._columns import check_choice, check_frame, numeric_columns
from survey_stats.statistics._latent_pairs import (
    Ordinal,
    corrected,
    correlation_influence,
    fit_tables,
    ordinal,
    tables_of,
    threshold_influence,
)
from survey_stats.statistics._polyserial import fit_polyserial, polyserial_error

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Rows = Literal["complete", "pairwise"]

_FUNCTION = "polychoric_matrix"
_ROWS = ("complete", "pairwise")
_FEWEST_ROWS = 4
MOST_CATEGORIES = 30


class LatentCorrelation(NamedTuple):
    """A polychoric or polyserial correlation of two columns.

    Attributes:
        estimate: The correlation; NaN where `error` says why there is none.
        standard_error: On the scale of the correlation; NaN for a perfect relation.
        n: Rows with both answers.
        warning: What to know before using the number.
        error: Why there is no estimate.
    """

    estimate: float
    standard_error: float
    n: int
    warning: Message | None = None
    error: Message | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PolychoricMatrix:
    """Polychoric correlations of ordinal columns.

    Attributes:
        names: The columns.
        correlations: Columns × columns; NaN where there is no estimate.
        standard_errors: Columns × columns; NaN on the diagonal and where there is none.
        n: Columns × columns, rows used for each pair; on the diagonal, for the thresholds of the column.
        thresholds: Of each column, one fewer than it has categories.
        rows: `complete` or `pairwise`.
        correlation_influence: Rows used × pairs: what each row adds to each correlation, pairs in the order
            (0, 1), (0, 2), …; NaN for pairs without a standard error.
        threshold_influence: Rows used × columns × (most categories - 1): the same for the thresholds.
        data: The coded answers.
        warnings: Pairs without estimate, with a perfect relation, or with a corrected empty cell.
    """

    names: tuple[str, ...]
    correlations: Floats
    standard_errors: Floats
    n: Whole
    thresholds: list[Floats]
    rows: str
    correlation_influence: Floats
    threshold_influence: Floats
    data: Ordinal
    warnings: tuple[Message, ...] = ()

    @property
    def covariance(self) -> Floats:
        """Asymptotic covariance of the correlations, pairs × pairs (lavaan's gamma of the correlations over n)."""
        return np.asarray(self.correlation_influence.T @ self.correlation_influence)

    def to_frame(self) -> pd.DataFrame:
        """The correlations as a frame named by the columns."""
        return pd.DataFrame(self.correlations, index=list(self.names), columns=list(self.names))


def polychoric_pair(x: ArrayLike, y: ArrayLike) -> LatentCorrelation:
    """Polychoric correlation of two ordinal columns (tetrachoric where both have two categories).

    Args:
        x: Answers as numbers in their order, NaN where missing, shape (rows,).
        y: The same for the other column.

    Returns:
        Estimate, standard error and n of the rows with both answers.

    Raises:
        CallError: The two have different numbers of rows.

    >>> x, y = [1, 1, 1, 2, 2, 2, 3, 3, 3, 3], [1, 1, 2, 1, 2, 3, 2, 3, 3, 3]
    >>> found = polychoric_pair(x, y)
    >>> round(found.estimate, 3), round(found.standard_error, 3), found.n
    (0.815, 0.237, 10)
    """
    values = _both(x, y, "polychoric_pair")
    data = ordinal(values)
    error = _reason_against(data, ("x", "y"), len(values))
    if error is not None:
        return LatentCorrelation(np.nan, np.nan, len(values), error=error)
    found = _estimates(data)
    return LatentCorrelation(
        float(found.correlation[0]), float(found.error[0]), len(values), found.warning(0), found.reason(0)
    )


def polyserial_pair(numeric: ArrayLike, answers: ArrayLike) -> LatentCorrelation:
    """Polyserial correlation of a numeric column with an ordinal one (biserial where that has two categories).

    Args:
        numeric: Numbers, NaN where missing, shape (rows,); taken as normal.
        answers: Ordered answers as numbers, NaN where missing, shape (rows,).

    Returns:
        Estimate, standard error and n of the rows with both.

    Raises:
        CallError: The two have different numbers of rows.
    """
    values = _both(numeric, answers, "polyserial_pair")
    data = ordinal(values[:, 1:])
    n = len(values)
    error = _reason_against(data, ("answers",), n)
    if error is None and not np.ptp(values[:, 0]) > 1e-13 * np.abs(values[:, 0]).max():
        error = Message("polychoric.constant", {"columns": "numeric", "n": n})
    if error is not None:
        return LatentCorrelation(np.nan, np.nan, n, error=error)
    score = (values[:, 0] - values[:, 0].mean()) / values[:, 0].std()
    estimate = fit_polyserial(score, data)
    if np.isnan(estimate):
        return LatentCorrelation(np.nan, np.nan, n, error=Message("polychoric.not_converged"))
    if abs(estimate) == 1:
        return LatentCorrelation(estimate, np.nan, n, Message("polychoric.perfect"))
    return LatentCorrelation(estimate, polyserial_error(score, data, estimate), n)


def polychoric_matrix(frame: pd.DataFrame, *, rows: Rows = "complete") -> PolychoricMatrix:
    """Polychoric correlations of all pairs of columns, with standard errors and their joint asymptotic covariance.

    Args:
        frame: One column an item with ordered answers as numbers, NaN where missing. Rows without any answer do not
            count.
        rows: `complete` uses rows without missing answers; `pairwise` takes the thresholds of a column from all its
            answers and each table from the rows that have both (lavaan's `missing = "pairwise"`).

    Raises:
        CallError: An argument is wrong, or fewer than two columns or four rows can be used.
        InputError: A column holds an infinite value.
    """
    check_choice(_FUNCTION, "rows", rows, _ROWS)
    items = numeric_columns(check_frame(frame, _FUNCTION), list(frame.columns), _FUNCTION)
    used = items.dropna(how="any" if rows == "complete" else "all")
    if used.shape[1] < 2:
        raise CallError(f"{_FUNCTION}: found {used.shape[1]} column. Give at least two columns of ordered answers.")
    if len(used) < _FEWEST_ROWS:
        kind = "complete rows" if rows == "complete" else "rows with answers"
        raise CallError(f"{_FUNCTION}: found {len(used)} {kind}. Give at least {_FEWEST_ROWS}.")
    data = ordinal(used.to_numpy())
    many = [name for name, count in zip(used.columns, data.categories, strict=True) if count > MOST_CATEGORIES]
    if many:
        raise CallError(
            f"{_FUNCTION}: column {many[0]!r} has more than {MOST_CATEGORIES} different answers. Polychoric "
            "correlations are for few ordered categories; use the numbers themselves, or group them first."
        )
    return matrix_of(data, tuple(map(str, used.columns)), rows)


def matrix_of(data: Ordinal, names: tuple[str, ...], rows: str) -> PolychoricMatrix:
    """The matrix from coded answers; see `polychoric_matrix`."""
    found = _estimates(data)
    first, second = data.pairs
    there = (data.codes >= 0).astype(np.int64)
    correlations, errors = np.eye(len(names)), np.full((len(names), len(names)), np.nan)
    for matrix, values in ((correlations, found.correlation), (errors, found.error)):
        matrix[first, second] = matrix[second, first] = values
    return PolychoricMatrix(
        names=names, correlations=correlations, standard_errors=errors, n=there.T @ there,
        thresholds=data.thresholds(), rows=rows, correlation_influence=found.influence,
        threshold_influence=threshold_influence(data) * _small_sample(data),
        data=data, warnings=tuple(_pair_warnings(found, data, names)),
    )  # fmt: skip


class _Estimates(NamedTuple):
    """Correlation, standard error, influence (rows × pairs) and what was found, per pair."""

    correlation: Floats
    error: Floats
    influence: Floats
    flags: dict[str, NDArray[np.bool_]]

    def warning(self, place: int) -> Message | None:
        return next((Message(name) for name in _WARNINGS if self.flags[name][place]), None)

    def reason(self, place: int) -> Message | None:
        return next((Message(name) for name in _REASONS if self.flags[name][place]), None)


_REASONS = ("polychoric.varies_nowhere", "polychoric.not_converged")
_WARNINGS = ("polychoric.perfect", "polychoric.zero_cell")


def _estimates(data: Ordinal) -> _Estimates:
    first, second = data.pairs
    observed = tables_of(data)
    varies = ((observed.sum(axis=2) > 0).sum(axis=1) > 1) & ((observed.sum(axis=1) > 0).sum(axis=1) > 1)
    two_by_two = (data.categories[first] == 2) & (data.categories[second] == 2)
    tables, changed = corrected(observed, two_by_two)
    correlation = np.full(len(first), np.nan)
    correlation[varies] = fit_tables(tables[varies], data.limits[first][varies], data.limits[second][varies])
    perfect = np.abs(correlation) == 1
    usable = np.isfinite(correlation) & ~perfect
    influence = correlation_influence(data, observed, np.where(usable, correlation, 0.0)) * _small_sample(data)
    influence[:, ~usable] = np.nan
    flags = {
        "polychoric.varies_nowhere": ~varies,
        "polychoric.not_converged": varies & np.isnan(correlation),
        "polychoric.perfect": perfect,
        "polychoric.zero_cell": changed & usable,
    }
    return _Estimates(correlation, np.sqrt((influence**2).sum(axis=0)), influence, flags)


def _pair_warnings(found: _Estimates, data: Ordinal, names: tuple[str, ...]) -> list[Message]:
    first, second = data.pairs
    messages = []
    for flag in (*_REASONS, *_WARNINGS):
        pairs = [f"{names[first[at]]} × {names[second[at]]}" for at in np.flatnonzero(found.flags[flag])]
        if pairs:
            messages.append(Message(f"{flag}_pairs", {"pairs": ", ".join(pairs)}))
    return messages


def _small_sample(data: Ordinal) -> float:
    """√(n / (n - 1)): what lavaan multiplies standard errors by."""
    n = len(data.codes)
    return float(np.sqrt(n / (n - 1)))


def _both(x: ArrayLike, y: ArrayLike, function: str) -> Floats:
    """The rows that have both, as rows × 2."""
    first, second = (pd.to_numeric(pd.Series(column)).to_numpy(float, na_value=np.nan) for column in (x, y))
    if first.shape != second.shape or first.ndim != 1:
        raise CallError(
            f"{function}: the columns have shapes {first.shape} and {second.shape}. Give two columns of equal length."
        )
    values = np.column_stack([first, second])
    return np.asarray(values[np.isfinite(values).all(axis=1)])


def _reason_against(data: Ordinal, names: tuple[str, ...], n: int) -> Message | None:
    if n < _FEWEST_ROWS:
        return Message("statistics.too_few_rows", {"n": n, "needed": _FEWEST_ROWS})
    reasons = {
        "polychoric.constant": data.categories < 2,
        "polychoric.many_categories": data.categories > MOST_CATEGORIES,
    }
    for message, holds in reasons.items():
        found = [name for name, bad in zip(names, holds, strict=True) if bad]
        if found:
            return Message(message, {"columns": ", ".join(found), "n": n, "most": MOST_CATEGORIES})
    return None
