"""Columns of numbers out of a data frame, or a sentence that says what is wrong with them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from survey_stats.errors import CallError, InputError

_LISTED = 12
_LARGEST = 1e60


def check_frame(data: object, function: str) -> pd.DataFrame:
    """`data` if it is a data frame whose column names are all different.

    Args:
        data: What the caller passed.
        function: Name of the public function, for the message.

    Raises:
        CallError: It is not a data frame, or two columns share a name.
    """
    if not isinstance(data, pd.DataFrame):
        raise CallError(f"{function}: found {type(data).__name__} as data. Give a pandas DataFrame.")
    twice = data.columns[data.columns.duplicated()].unique()
    if len(twice):
        raise CallError(f"{function}: more than one column is named {listed(twice)}. Give each column its own name.")
    return data


def check_known(names: Iterable[Hashable], data: pd.DataFrame, function: str) -> None:
    """Raise `CallError` if a name is not a column of `data`."""
    unknown = [name for name in names if name not in data.columns]
    if unknown:
        raise CallError(
            f"{function}: the data have no column {listed(unknown)}. Columns of the data: {listed(data.columns)}."
        )


def numeric_columns(data: pd.DataFrame, names: Sequence[Hashable], function: str) -> pd.DataFrame:
    """The columns `names` as float64, with NaN where an answer is missing.

    Args:
        data: The data, checked with `check_frame`.
        names: The columns wanted.
        function: Name of the public function, for the messages.

    Returns:
        A frame of the same rows; whole-number, boolean and nullable columns become float64.

    Raises:
        CallError: A column is not there or does not hold numbers.
        InputError: A column holds an infinite value.
    """
    check_known(names, data, function)
    other = [name for name in names if not pd.api.types.is_numeric_dtype(data[name])]
    if other:
        raise CallError(
            f"{function}: column {listed(other)} does not hold numbers (it is {data[other[0]].dtype}). "
            "Code the answers as numbers first, or leave the column out."
        )
    floats = pd.DataFrame({name: _floats(data[name]) for name in names}, index=data.index)
    infinite = floats.columns[np.isinf(floats.to_numpy()).any(axis=0)]
    if len(infinite):
        raise InputError(
            f"{function}: column {listed(infinite)} holds an infinite value. Set such values to missing first."
        )
    return floats


def moderate(floats: pd.DataFrame, function: str) -> pd.DataFrame:
    """The same columns, if squares and fourth powers of their values can be computed.

    Raises:
        InputError: A column holds values beyond 1e60, or none but 0 and values below 1e-60.
    """
    largest = floats.abs().max()
    odd = largest.index[(largest > _LARGEST) | ((largest > 0) & (largest < 1 / _LARGEST))]
    if len(odd):
        raise InputError(
            f"{function}: the largest value of column {str(odd[0])!r} is {largest[odd[0]]:g}, which leaves no digits "
            "to compute with. Give it in another unit."
        )
    return floats


def _floats(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def listed(names: Iterable[object]) -> str:
    """Names for a message, the first dozen and how many more there are.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    quoted = [repr(str(name)) for name in names]
    more = f" and {len(quoted) - _LISTED} more" if len(quoted) > _LISTED else ""
    return ", ".join(quoted[:_LISTED]) + more


def check_choice(function: str, argument: str, value: object, allowed: Iterable[str] | Mapping[str, object]) -> None:
    """Raise `CallError` if `value` is not one of the words in `allowed`."""
    if value not in tuple(allowed):
        raise CallError(f"{function}: {argument} is {value!r}. Allowed: {', '.join(allowed)}.")


def check_confidence(function: str, confidence: float) -> None:
    """Raise `CallError` if `confidence` is not between 0 and 1."""
    if not 0 < confidence < 1:
        raise CallError(f"{function}: confidence is {confidence!r}. Give a number between 0 and 1, such as 0.95.")
