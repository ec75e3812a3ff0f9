"""Two questions in one table: counts, shares, residuals, whether they hang together, and how closely."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._categories import Categories, categories
from survey_stats.statistics._columns import check_confidence, check_frame
from survey_stats.statistics._fisher import fisher_p
from survey_stats.statistics._noncentral import chi2_limits
from survey_stats.statistics._rao_scott import Independence, rao_scott
from survey_stats.statistics.design import Design

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FUNCTION = "crosstab"
_SMALL = 5.0  # expected counts below it make the χ² distribution doubtful (Cochran 1954)
_MOST_SMALL = 0.2  # share of the cells that may be small


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Association(Result):
    """Whether two questions hang together, one row a test, with Cramér's V.

    Attributes:
        table: Columns `rows`, `columns` (the two variables), `method` (`pearson_chi2`, `fisher_exact`,
            `rao_scott`), `designated` (the test that decides); `statistic`, `df`, `df_error` (of F), `p_value`;
            `effect_size` (`cramers_v`), `effect_estimate`, `effect_ci_lower`, `effect_ci_upper`; `smallest_expected`;
            `n` rows with both answers; `confidence`, `warning`, `error`.
    """

    keys: ClassVar[tuple[str, ...]] = ("rows", "columns", "method")
    numbers: ClassVar[tuple[str, ...]] = (
        "statistic", "df", "df_error", "p_value", "effect_estimate", "effect_ci_lower", "effect_ci_upper",
    )  # fmt: skip

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Crosstab(Result):
    """A table of two questions, one row a cell.

    Attributes:
        table: Columns `rows`, `columns` (the two variables), `row`, `column` (the two answers); `count` rows of the
            data; `weighted_count` (with a design, scaled to the sum of counts); `row_share`, `column_share` of the
            cell within its row and column; `expected` under independence; `residual`, adjusted, about standard normal
            under independence (with a design by its standard error); `n`, `warning`, `error`.
        association: Tests of independence and Cramér's V.
    """

    keys: ClassVar[tuple[str, ...]] = ("rows", "columns", "row", "column")
    numbers: ClassVar[tuple[str, ...]] = (
        "count", "weighted_count", "row_share", "column_share", "expected", "residual",
    )  # fmt: skip

    table: pd.DataFrame
    association: Association


def crosstab(
    data: pd.DataFrame,
    rows: Hashable,
    columns: Hashable,
    *,
    design: Design | None = None,
    row_order: Sequence[Any] | None = None,
    column_order: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Crosstab:
    """Cross-tabulate two columns and test whether they are independent.

    Without a design: Pearson's χ² without continuity correction, adjusted residuals (Haberman 1973), and Cramér's V,
    √(χ² / (n (k - 1))) with k the smaller number of categories, its interval from the noncentralities of χ² (Smithson
    2003). Where more than a fifth of the expected counts are below 5, or one is below 1 (Cochran 1954), Fisher's exact
    test decides; it counts all tables with these margins.

    With a design: shares and expected counts of the weighted table, the second-order test of Rao and Scott (1984)
    with F (R survey's `svychisq`), residuals over their linearised standard errors. V is of the weighted shares; its
    interval is that of χ² with n divided by the mean design effect of the test.

    Args:
        data: One row a person. Rows without one of the answers are left out, and counted out.
        rows: Column with text, categories, numbers or booleans; its answers are the rows of the table.
        columns: The same for the columns of the table.
        design: Weights, strata, clusters or replicates of the rows of `data`.
        row_order: Answers to tabulate as rows, in this order; all where it is not given.
        column_order: The same for the columns.
        confidence: Level of the interval of V.

    Raises:
        CallError: An argument is wrong, a column is missing, or one of them has a single answer.

    >>> data = pd.DataFrame({"sex": ["f"] * 30 + ["m"] * 30, "posts": ["yes"] * 20 + ["no"] * 20 + ["yes"] * 20})
    >>> crosstab(data, "sex", "posts").association.table[["statistic", "p_value", "effect_estimate"]].round(4)
       statistic  p_value  effect_estimate
    0        0.0      1.0              0.0
    """
    frame = check_frame(data, _FUNCTION)
    check_confidence(_FUNCTION, confidence)
    if rows == columns:
        raise CallError(f"{_FUNCTION}: rows and columns are both {str(rows)!r}. Give two different columns.")
    across = categories(frame, rows, _FUNCTION, only=row_order, argument="row_order")
    down = categories(frame, columns, _FUNCTION, only=column_order, argument="column_order")
    used = across.known & down.known
    if design is not None:
        design.check(frame, _FUNCTION)
        used = used & (design.weights > 0)
    across, down = across.present(used), down.present(used)
    for variable in (across, down):
        _check_variety(variable, int(used.sum()))
    counts = _counts(across, down, used)
    if design is None:
        table, association = _plain(counts, confidence)
    else:
        table, association = _designed(counts, rao_scott(across, down, used, design), confidence)
    names = {"rows": across.name, "columns": down.name}
    cells = pd.DataFrame({
        **names, "row": np.repeat(across.names, len(down.levels)), "column": np.tile(down.names, len(across.levels)),
        **{name: values.ravel() for name, values in table.items()}, "n": int(used.sum()), "warning": "", "error": "",
    })  # fmt: skip
    tests = pd.DataFrame([names | {"error": ""} | row | {"n": int(used.sum()), "confidence": confidence}
                          for row in association])  # fmt: skip
    return Crosstab(method="crosstab", table=cells, association=Association(method="association", table=tests))


def _check_variety(variable: Categories, n: int) -> None:
    if len(variable.levels) < 2:
        found = f"the single answer {variable.names[0]!r}" if variable.levels else "no answer"
        raise CallError(
            f"{_FUNCTION}: column {variable.name!r} has {found} in the {n} rows that have both. Give columns with at "
            "least two answers."
        )


def _counts(across: Categories, down: Categories, used: Bools) -> Floats:
    shape = (len(across.levels), len(down.levels))
    cell = across.codes[used] * shape[1] + down.codes[used]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(float)


def _shares(counts: Floats) -> dict[str, Floats]:
    return {
        "row_share": counts / counts.sum(axis=1, keepdims=True),
        "column_share": counts / counts.sum(axis=0, keepdims=True),
    }


def _plain(counts: Floats, confidence: float) -> tuple[dict[str, Floats], list[dict[str, Any]]]:
    n = counts.sum()
    of_row, of_column = counts.sum(axis=1, keepdims=True) / n, counts.sum(axis=0, keepdims=True) / n
    expected = n * of_row * of_column
    residual = (counts - expected) / np.sqrt(expected * (1 - of_row) * (1 - of_column))
    table = {"count": counts, "weighted_count": np.full_like(counts, np.nan), **_shares(counts), "expected": expected,
             "residual": residual}  # fmt: skip
    chi2, df = float(((counts - expected) ** 2 / expected).sum()), (counts.shape[0] - 1) * (counts.shape[1] - 1)
    effect = _cramers_v(chi2, df, n, counts.shape, confidence)
    smallest = float(expected.min())
    few = bool(smallest < 1 or (expected < _SMALL).mean() > _MOST_SMALL)
    exact = fisher_p(counts.astype(np.int64)) if few else None
    small = Message("statistics.crosstab_small", {"smallest": f"{smallest:.2f}"})
    rows = [
        {"method": "pearson_chi2", "designated": exact is None, "statistic": chi2, "df": df, "df_error": np.nan,
         "p_value": float(special.chdtrc(df, chi2)), **effect, "smallest_expected": smallest,
         "warning": str(small) if few and exact is None else ""}
    ]  # fmt: skip
    if exact is not None:
        rows.append(rows[0] | {"method": "fisher_exact", "designated": True, "statistic": np.nan, "df": np.nan,
                               "p_value": exact})  # fmt: skip
    return table, rows


def _cramers_v(chi2: float, df: float, n: float, shape: tuple[int, ...], confidence: float) -> dict[str, Any]:
    """V and its limits; n is the effective number of rows where there is a design."""
    most = n * (min(shape) - 1)
    limits = chi2_limits(chi2, df, confidence) if np.isfinite(chi2) else (np.nan, np.nan)
    lower, upper = (float(np.sqrt(min(limit / most, 1.0))) for limit in limits)
    return {"effect_size": "cramers_v", "effect_estimate": float(np.sqrt(chi2 / most)), "effect_ci_lower": lower,
            "effect_ci_upper": upper}  # fmt: skip


def _designed(counts: Floats, found: Independence, confidence: float) -> tuple[dict[str, Floats], list[dict[str, Any]]]:
    n, shares = counts.sum(), found.shares
    expected = n * shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    table = {"count": counts, "weighted_count": n * shares, **_shares(shares), "expected": expected,
             "residual": found.residual}  # fmt: skip
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    effect = _cramers_v(n * found.phi2 / found.effect, df, n / found.effect, counts.shape, confidence)
    row = {"method": "rao_scott", "designated": True, "statistic": found.statistic, "df": found.df,
           "df_error": found.df_error, "p_value": float(stats.f.sf(found.statistic, found.df, found.df_error)),
           **effect, "effect_estimate": float(np.sqrt(found.phi2 / (min(counts.shape) - 1))),
           "smallest_expected": float(expected.min()), "warning": "", "error": found.error}  # fmt: skip
    return table, [row]
