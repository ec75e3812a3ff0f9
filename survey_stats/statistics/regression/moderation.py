"""How a slope depends on another variable: simple slopes, and where they differ from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_choice
from survey_stats.statistics.regression._contrasts import (
    check_variable,
    contrast_df,
    contrast_inference,
    fitted_of,
    is_category,
    levels,
    of_terms,
    with_value,
)
from survey_stats.statistics.regression._fit import Fitted
from survey_stats.statistics.regression.results import Regression

Floats = NDArray[np.float64]

_SLOPES, _REGIONS = "simple_slopes", "johnson_neyman"
_LINEAR = 1e-8
_QUANTILES = (0.16, 0.5, 0.84)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class SimpleSlopes(Result):
    """The slope of a predictor at values of a moderator, one row a value.

    Attributes:
        predictor: Its name.
        moderator: Its name.
        confidence: Level of the intervals.
        n: Rows of the model.
        table: Columns `outcome`, `part` (see `Regression`), `predictor` (of a category with its comparison, such as
            `country: no - de`), `moderator`, `value`, `estimate` (slope on the scale of the coefficients), `ci_lower`,
            `ci_upper`, `standard_error`, `statistic`, `df`, `p_value`, `n`, `method`, `warning` (the value lies outside
            of the data).
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "part", "predictor", "moderator", "value")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df", "p_value",
    )  # fmt: skip

    predictor: str
    moderator: str
    confidence: float
    n: int
    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class JohnsonNeyman(Result):
    """Where the slope of a predictor differs from zero, one row a region of the moderator.

    Attributes:
        predictor: Its name.
        moderator: Its name.
        confidence: 1 - the level of the test at each value.
        n: Rows of the model.
        table: Columns `outcome`, `part`, `predictor`, `moderator`, `region_lower`, `region_upper` (from the smallest
            to the largest value in the data), `direction` (`positive`, `negative`, or `unclear` where the interval of
            the slope holds 0), `share` (of the rows, weighted with a design), `slope_lower`, `slope_upper` (the slope
            at both ends), `n`, `method`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "part", "predictor", "moderator", "direction")
    numbers: ClassVar[tuple[str, ...]] = ("region_lower", "region_upper", "share", "slope_lower", "slope_upper")

    predictor: str
    moderator: str
    confidence: float
    n: int
    table: pd.DataFrame


def simple_slopes(
    model: Regression,
    predictor: str,
    moderator: str,
    *,
    at: Literal["sd", "quantiles"] | Sequence[float] = "sd",
) -> SimpleSlopes:
    """Slopes of a predictor at values of a moderator it interacts with.

    The slope is what one unit more of the predictor adds to the linear predictor, with all other variables as they are;
    its standard error comes from the covariance of the model, so from clusters or the design where the model has them.

    Args:
        model: What `regress` returned, its formula with an interaction such as `shyness * age`.
        predictor: A number in which the formula is linear, or a category (each against the first).
        moderator: Any variable of the formula.
        at: For a moderator of numbers: `sd`, the mean and one standard deviation below and above; `quantiles`, the
            16th, 50th and 84th percentile, which lie within the data also where they are skewed; or values. A moderator
            of categories, or of two numbers, has a row for each.

    Raises:
        CallError: A variable is not in the formula, they do not interact, or the formula is curved in the predictor.

    >>> from survey_stats.statistics.regression import regress
    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4, 6, 3, 9], "x": [6, 5, 3, 4, 2, 1, 3, 4]})
    >>> model = regress("y ~ x * z", data.assign(z=[0, 0, 0, 0, 1, 1, 1, 1]))
    >>> simple_slopes(model, "x", "z").table[["value", "estimate"]].round(4)
       value  estimate
    0    0.0      -0.5
    1    1.0       0.8
    """
    fitted = fitted_of(model, _SLOPES)
    values = _values(fitted, moderator, at, _SLOPES)
    names, blocks = _slopes(fitted, predictor, moderator, values, _SLOPES)
    tables = []
    for name, block in zip(names, blocks, strict=True):
        for part, contrasts in of_terms(fitted, block).items():
            found = contrast_inference(fitted, contrasts, model.confidence)
            head = {"outcome": fitted.rows.outcome, "part": part, "predictor": name, "moderator": moderator}
            tables.append(pd.DataFrame({**head, "value": values, **found}))
    table = pd.concat(tables, ignore_index=True).assign(n=model.n, method=model.method)
    outside = str(Message("statistics.outside_the_data"))
    table["warning"] = [outside if _is_outside(fitted, moderator, value) else "" for value in table["value"]]
    return SimpleSlopes(
        method=model.method, predictor=predictor, moderator=moderator, confidence=model.confidence, n=model.n,
        table=table,
    )  # fmt: skip


def johnson_neyman(model: Regression, predictor: str, moderator: str) -> JohnsonNeyman:
    """Values of a moderator at which the slope of a predictor differs from zero (Johnson and Neyman 1936).

    At each value alone the slope is tested at the level 1 - `model.confidence`; the boundaries solve
    (slope)² = t² × variance, a quadratic in the moderator.

    Args:
        model: What `regress` returned, its formula with an interaction such as `shyness * age`.
        predictor: A number in which the formula is linear, or a category (each against the first).
        moderator: A number; the slope must be linear in it.

    Raises:
        CallError: As in `simple_slopes`; or the moderator has categories, or the slope is curved in it.

    >>> from survey_stats.statistics.regression import regress
    >>> data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4, 6, 3, 9], "x": [6, 5, 3, 4, 2, 1, 3, 4]})
    >>> johnson_neyman(regress("y ~ x * z", data.assign(z=range(8))), "x", "z").table["direction"].tolist()
    ['unclear']
    """
    fitted = fitted_of(model, _REGIONS)
    check_variable(fitted, moderator, _REGIONS)
    if is_category(fitted, moderator):
        raise CallError(f"{_REGIONS}: {moderator!r} has categories. Take simple_slopes, which has a row for each.")
    column = fitted.rows.plain[moderator].to_numpy()
    low, high = float(column.min()), float(column.max())
    names, blocks = _slopes(fitted, predictor, moderator, [low, (low + high) / 2, high], _REGIONS)
    rows = []
    for name, block in zip(names, blocks, strict=True):
        if np.abs(block[0] + block[2] - 2 * block[1]).max() > _LINEAR * np.abs(block).max():
            raise CallError(f"{_REGIONS}: the slope of {predictor!r} is curved in {moderator!r}. Take simple_slopes.")
        for part, contrasts in of_terms(fitted, block).items():
            head = {"outcome": fitted.rows.outcome, "part": part, "predictor": name, "moderator": moderator}
            rows += [{**head, **region} for region in _regions(fitted, contrasts, column, model.confidence)]
    table = pd.DataFrame(rows).assign(n=model.n, method=model.method)
    return JohnsonNeyman(
        method=model.method, predictor=predictor, moderator=moderator, confidence=model.confidence, n=model.n,
        table=table,
    )  # fmt: skip


def _values(fitted: Fitted, moderator: str, at: Any, function: str) -> list[Any]:
    check_variable(fitted, moderator, function)
    if isinstance(at, str):
        check_choice(function, "at", at, ("sd", "quantiles"))
    if is_category(fitted, moderator) or (isinstance(at, str) and len(levels(fitted, moderator)) == 2):
        return levels(fitted, moderator)
    column, weights = fitted.rows.plain[moderator].to_numpy(), fitted.weights
    if not isinstance(at, str):
        return [float(value) for value in at]
    if at == "quantiles":
        order = np.argsort(column)
        reached = np.cumsum(weights[order]) / weights.sum()
        places = np.minimum(np.searchsorted(reached, _QUANTILES), len(column) - 1)
        return [float(value) for value in column[order][places]]
    mean = float(np.average(column, weights=weights))
    n = len(column)
    sd = float(np.sqrt(np.average((column - mean) ** 2, weights=weights) * n / (n - 1)))
    return [mean - sd, mean, mean + sd]


def _is_outside(fitted: Fitted, moderator: str, value: Any) -> bool:
    column = fitted.rows.plain[moderator]
    return bool(pd.api.types.is_numeric_dtype(column) and not column.min() <= value <= column.max())


def _slopes(
    fitted: Fitted, predictor: str, moderator: str, values: Sequence[Any], function: str
) -> tuple[list[str], list[Floats]]:
    """What a unit more of the predictor adds to the terms at each value of the moderator, shape (values, k).

    Averaged over the rows, so that third variables that interact too stand at their means.
    """
    for name in (predictor, moderator):
        check_variable(fitted, name, function)
    if predictor == moderator:
        raise CallError(f"{function}: predictor and moderator are both {predictor!r}. Name two variables.")
    names, steps = _steps(fitted, predictor)
    column = fitted.rows.plain[moderator]
    apart = levels(fitted, moderator) if is_category(fitted, moderator) else [column.min(), column.max()]
    blocks = [_block(fitted, predictor, moderator, [*values, *apart], step, function) for step in steps]
    if all(_is_constant(block[len(values) :]) for block in blocks):
        raise CallError(
            f"{function}: {fitted.rows.formula.text!r} has no interaction of {predictor!r} and {moderator!r}, so the "
            f"slope is the same everywhere. Write {predictor} * {moderator} in the formula."
        )
    return names, [block[: len(values)] for block in blocks]


def _is_constant(block: Floats) -> bool:
    return bool(np.abs(block - block[0]).max() <= _LINEAR * np.abs(block).max())


def _block(
    fitted: Fitted, predictor: str, moderator: str, values: Sequence[Any], step: tuple[Any, Any], function: str
) -> Floats:
    found = [_difference(fitted, predictor, with_value(fitted.rows.plain, moderator, value), *step) for value in values]
    if any(curved for _, curved in found):
        raise CallError(
            f"{function}: the formula is curved in {predictor!r}, so it has no single slope. Name a predictor that "
            "stands in the formula as it is."
        )
    return np.array([block for block, _ in found])


def _steps(fitted: Fitted, predictor: str) -> tuple[list[str], list[tuple[Any, Any]]]:
    """Names of the slopes of a predictor and the values they compare; None: a unit more."""
    if not is_category(fitted, predictor):
        return [predictor], [(None, None)]
    first, *others = levels(fitted, predictor)
    return [f"{predictor}: {other} - {first}" for other in others], [(first, other) for other in others]


def _difference(fitted: Fitted, predictor: str, rows: pd.DataFrame, first: Any, second: Any) -> tuple[Floats, bool]:
    """Mean difference of the terms, and whether it depends on where the predictor starts."""
    if first is None:
        size = float(rows[predictor].std()) or 1.0
        at = [fitted.rows.matrix(rows.assign(**{predictor: rows[predictor] + place * size})) for place in (0, 1, 2)]
        step, again = (at[1] - at[0]) / size, (at[2] - at[1]) / size
        curved = bool(np.abs(step - again).max() > _LINEAR * np.abs(step).max())
    else:
        low, high = (fitted.rows.matrix(with_value(rows, predictor, value)) for value in (first, second))
        step, curved = high - low, False
    return np.average(step, axis=0, weights=fitted.weights), curved


def _regions(fitted: Fitted, contrasts: Floats, column: Floats, confidence: float) -> list[dict[str, Any]]:
    """Regions between the smallest and the largest value; contrasts at the smallest, the middle and the largest."""
    low, high = float(column.min()), float(column.max())
    by_unit = (contrasts[2] - contrasts[0]) / (high - low)
    start = contrasts[0] - low * by_unit
    b, v = fitted.maximum.parameters, fitted.uncertainty.covariance
    df = float(np.nanmin(contrast_df(fitted, np.array([start, by_unit])), initial=np.inf))
    t2 = (stats.t.ppf((1 + confidence) / 2, df) if np.isfinite(df) else stats.norm.ppf((1 + confidence) / 2)) ** 2
    quadratic = [
        (by_unit @ b) ** 2 - t2 * by_unit @ v @ by_unit, 2 * ((start @ b) * (by_unit @ b) - t2 * start @ v @ by_unit),
        (start @ b) ** 2 - t2 * start @ v @ start,
    ]  # fmt: skip
    roots = np.roots(quadratic)
    cuts = sorted(float(root.real) for root in roots if abs(root.imag) < 1e-12 and low < root.real < high)
    ends = [low, *cuts, high]
    return [
        _region(lower, upper, (start, by_unit), b, quadratic, column, fitted.weights) for lower, upper in pairwise(ends)
    ]


def _region(
    lower: float, upper: float, line: tuple[Floats, Floats], b: Floats, quadratic: list[Any], column: Floats,
    weights: Floats,
) -> dict[str, Any]:  # fmt: skip
    middle = (lower + upper) / 2
    slopes = [float((line[0] + value * line[1]) @ b) for value in (lower, middle, upper)]
    apart = np.polyval(quadratic, middle) > 0
    last = upper == column.max()
    inside = (column >= lower) & ((column <= upper) if last else (column < upper))
    return {
        "region_lower": lower, "region_upper": upper,
        "direction": ("positive" if slopes[1] > 0 else "negative") if apart else "unclear",
        "share": float(weights[inside].sum() / weights.sum()), "slope_lower": slopes[0], "slope_upper": slopes[2],
    }  # fmt: skip
