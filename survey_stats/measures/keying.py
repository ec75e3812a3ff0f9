"""Does the key fit the data? Items that correlate negatively with the rest of their scale, and the likely mistake."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from survey_stats.instrument import Instrument, Scale
from survey_stats.messages import Message

FEWEST_ROWS = 10
FEWEST_ITEMS = 3
CRITICAL = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""


def item_rest(items: pd.DataFrame) -> pd.Series:
    """Correlation of each item with the sum of the others, complete rows, items as keyed; NaN for a constant item.

    The `r.drop` of psych's alpha, the corrected item-total correlation.
    """
    values = items.dropna().to_numpy(dtype="float64")
    total = values.sum(axis=1)
    found = [_correlation(column, total - column) for column in values.T]
    return pd.Series(found, index=items.columns, dtype="float64")


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    x, y = x - x.mean() if len(x) else x, y - y.mean() if len(y) else y
    scale = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / scale) if scale > 1e-12 else float("nan")


def negative_items(items: pd.DataFrame) -> list[str]:
    """Items whose 95 % interval (Fisher) of the item-rest correlation lies below 0, so that chance is no excuse."""
    n = len(items.dropna())
    if n < FEWEST_ROWS:
        return []
    found = item_rest(items).dropna().clip(-1 + 1e-12, 1 - 1e-12)
    return list(found.index[np.arctanh(found) + CRITICAL / np.sqrt(n - 3) < 0])


def keying_warnings(keyed: pd.DataFrame, scale: Scale, instrument: Instrument) -> Iterable[Message]:
    """Say which items run against their scale, and the key under which none would, if there is one.

    Tried in this order: the data are reversed already (no item is), a known key of another item order, and the
    items that correlate negatively turned round. A scale that runs the other way as a whole shows no such sign.

    Args:
        keyed: The items after reversal.
        scale: The scale.
        instrument: Its instrument, which knows other keys.
    """
    negative = negative_items(keyed) if keyed.shape[1] >= FEWEST_ITEMS else []
    if not negative:
        return
    values = {"scale": scale.id, "items": ", ".join(negative), "n": len(keyed.dropna())}
    if scale.reverse and _fits(keyed, set(scale.reverse)):
        yield Message("scales.already_reversed", values | {"reversed": ", ".join(scale.reverse)})
        return
    for other in instrument.other_keys:
        if other.scale == scale.id and _fits(keyed, set(scale.reverse) ^ set(other.reverse)):
            yield Message("scales.other_key", values | {"other": other.id})
            return
    known = "scales.turned_round" if _fits(keyed, set(negative)) else "scales.negative_items"
    yield Message(known, values)


def _fits(keyed: pd.DataFrame, turned: set[str]) -> bool:
    """Whether every item correlates positively with the rest once `turned` are turned round."""
    items = keyed.assign(**{name: -keyed[name] for name in turned})
    return bool((item_rest(items).dropna() > 0).all())
