"""Where several methods stand side by side, the one designated for the outcome comes first and alone decides."""

from __future__ import annotations

import numpy as np
import pandas as pd

_PAIRS = (("pair_x", "pair_y", "source"), ("pair_x", "pair_y"), ("x", "y"))
"""Columns that say which rows are about the same pair, by type of result."""


def is_designated(frame: pd.DataFrame) -> pd.Series:
    """Which rows have the method designated for their outcome; none where the result designates none."""
    if "designated" not in frame:
        return pd.Series(data=False, index=frame.index)
    return frame["designated"].eq(other=True)


def reading_order(frame: pd.DataFrame) -> list[int]:
    """Positions of the rows as they are shown: pairs as they come, in each the designated method first."""
    pair = next((list(names) for names in _PAIRS if set(names) <= set(frame.columns)), None)
    if pair is None:
        return list(range(len(frame)))
    place = frame.groupby(pair, sort=False, dropna=False).ngroup()
    return [int(at) for at in np.lexsort((~is_designated(frame), place))]


def in_reading_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are shown."""
    return frame.iloc[reading_order(frame)]
