"""The table of the items: location, spread, relation to the rest of the scale, missing answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from survey_stats.messages import Message
from survey_stats.statistics._items import Range, Sample


def item_table(sample: Sample, answers: pd.DataFrame, reversed_items: Mapping[str, Range]) -> pd.DataFrame:
    """Item statistics from the covariance matrix, so that they use the rows and items the coefficients use.

    Args:
        sample: The answers used.
        answers: All answers after reversal, to count the missing ones.
        reversed_items: The items that were reversed.

    Returns:
        A row an item; columns as in `reliability.Reliability`. Of a sample with a design, mean, sd and what follows
        from them are weighted.
    """
    covariance, constant = sample.covariance, sample.constant
    n_items = int((~constant).sum())
    variance, with_total, total = np.diag(covariance), covariance.sum(axis=1), covariance.sum()
    rest = total - 2 * with_total + variance
    with np.errstate(divide="ignore", invalid="ignore"):
        item_rest = (with_total - variance) / np.sqrt(variance * np.clip(rest, 0, None))
        if_dropped = (1 - (variance.sum() - variance) / rest) * (n_items - 1) / (n_items - 2)
    any_answer = answers.notna().any(axis=1)
    return pd.DataFrame(
        {
            "item": sample.names,
            "reversed": [name in reversed_items for name in answers.columns],
            "mean": _means(sample) * sample.unit,
            "sd": np.sqrt(variance) * sample.unit,
            "item_rest_correlation": np.where(np.isfinite(item_rest), item_rest, np.nan),
            "alpha_if_dropped": np.where(np.isfinite(if_dropped) & ~constant & (n_items > 2), if_dropped, np.nan),
            "n": np.isfinite(sample.values).sum(axis=0),
            "missing": answers[any_answer].isna().sum().to_numpy(),
        }
    )


def _means(sample: Sample) -> np.ndarray:
    """Means of the answers used, weighted where there is a design; NaN for an item without any."""
    there = np.isfinite(sample.values)
    weights = np.ones(len(there)) if sample.design is None else sample.design.weights[sample.used]
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ np.where(there, sample.values, 0.0)) / (weights @ there.astype(float)))


def item_warnings(table: pd.DataFrame) -> list[Message]:
    """Items that do not vary, and items that run against the rest."""
    found = {
        "statistics.item_constant": table["sd"] == 0,
        "statistics.item_negative": table["item_rest_correlation"] < 0,
    }
    return [
        Message(message, {"items": ", ".join(table.loc[where, "item"])})
        for message, where in found.items()
        if where.any()
    ]
