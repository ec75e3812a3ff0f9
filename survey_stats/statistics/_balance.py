"""A sample before and after weighting, beside its population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.statistics._design_input import Floats
from survey_stats.statistics._targets import Margin, label_of


def margin_rows(margin: Margin, before: Floats, after: Floats, tolerance: float) -> list[dict[str, Any]]:
    """A row a category of a margin; what is within the tolerance of raking is no difference."""
    k = len(margin.labels)
    n = np.bincount(margin.codes[after > 0], minlength=k)
    shares = [np.bincount(margin.codes, weights, minlength=k) / weights.sum() for weights in (before, after)]
    held = np.abs(shares[1] - margin.shares) <= tolerance
    shares[1] = np.where(held, margin.shares, shares[1])
    return [
        _row(margin.name, label, int(n[at]), (shares[0][at], shares[1][at], margin.shares[at]), "share")
        for at, label in enumerate(margin.labels)
    ]


def category_rows(column: pd.Series, before: Floats, after: Floats, known: Any) -> list[dict[str, Any]]:
    """A row a category of a column that was not raked; rows without an answer are left out."""
    coded = column.astype("category")
    codes, used = coded.cat.codes.to_numpy(), coded.notna().to_numpy()
    shares = {} if known is None else {label_of(label): share for label, share in dict(known).items()}
    rows = []
    for code, category in enumerate(coded.cat.categories):
        inside = codes == code
        values = [float(weights[inside].sum() / weights[used].sum()) for weights in (before, after)]
        target = shares.get(label_of(category), np.nan)
        rows.append(_row(str(column.name), label_of(category), int((inside & (after > 0)).sum()),
                         (*values, target), "share"))  # fmt: skip
    return rows


def number_row(column: pd.Series, before: Floats, after: Floats, known: Any) -> dict[str, Any]:
    """The row of a variable of numbers; rows without an answer are left out."""
    values = column.to_numpy(dtype=float, na_value=np.nan)
    used = ~np.isnan(values)
    means = [float(weights[used] @ values[used] / weights[used].sum()) for weights in (before, after)]
    spread = float(np.sqrt(before[used] @ (values[used] - means[0]) ** 2 / before[used].sum()))
    target = np.nan if known is None or isinstance(known, Mapping) else float(known)
    return _row(str(column.name), "", int((used & (after > 0)).sum()), (*means, target), "", spread)


def _row(
    variable: str, category: str, n: int, values: tuple[float, ...], unit: str, spread: float | None = None
) -> dict[str, Any]:
    before, after, target = (float(value) for value in values)
    of_target = np.sqrt(target * (1 - target)) if spread is None else spread
    of_sample = np.sqrt(before * (1 - before)) if spread is None else spread
    return {
        "variable": variable, "category": category, "n": n, "before": before, "after": after, "target": target,
        "difference_before": _over(before - target, of_target), "difference_after": _over(after - target, of_target),
        "shift": _over(after - before, of_sample), "unit": unit, "method": "balance", "warning": "", "error": "",
    }  # fmt: skip


def _over(difference: float, spread: float) -> float:
    return difference / spread if spread > 0 else 0.0 if difference == 0 else np.nan
