"""Codes for the reasons why a cell has no value, as SPSS and Stata keep them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
REASONS = ("blank", "not_asked", "refused", "dont_know", "not_applicable", "not_seen", "other", "failed")
"""Reasons of `study.missing` besides `answered`, in the order in which they are counted."""
CODED = REASONS[1:]
"""Reasons that get a code; a blank cell is system-missing: it has nothing to tell."""
STATA = {reason: chr(ord("a") + number) for number, reason in enumerate(CODED)}
"""Reason → letter of Stata's extended missing value (`.a`, `.b`, …)."""
APART = "="
"""Between a reason and the code of the export, where several codes have one reason: `refused=-8`, `refused=-9`."""


def spss_codes(values: Iterable[float], apart: Sequence[str] = ()) -> dict[str, int]:
    """Reason → code below every value, the same for all variables unless values are as low as the codes.

    Args:
        values: All values the variable has or may have; missing ones are passed over.
        apart: Codes of the export that share a reason (`refused=-8`); their codes follow those of the reasons.

    >>> spss_codes([1.0, 5.0])["not_asked"], spss_codes([-120.0])["failed"]
    (-91, -997)
    """
    finite = [value for value in values if math.isfinite(value)]
    lowest = min(finite, default=0.0)
    first = 91
    while lowest <= -first:
        first = 10 * first + 81  # 91, 991, 9991, …
    return {reason: -(first + number) for number, reason in enumerate((*CODED, *apart))}


def reason_of(key: str) -> str:
    """The reason alone: `refused` of `refused=-8`."""
    return key.partition(APART)[0]


def stata_letters(apart: Sequence[str]) -> dict[str, str]:
    """Letters of the reasons, and the following ones for codes that share a reason; those beyond `.z` share its letter.

    >>> stata_letters(["refused=-8"])["refused=-8"]
    'h'
    """
    free = iter("abcdefghijklmnopqrstuvwxyz"[len(CODED) :])
    return STATA | {key: next(free, "") or STATA.get(reason_of(key), "z") for key in apart}


def spss_range(codes: dict[str, int]) -> dict[str, int]:
    """The range of user-missing values that covers `codes`: SPSS takes a range or three values, no more."""
    return {"lo": min(codes.values()), "hi": max(codes.values())}


def with_codes(values: Array, reasons: Array, codes: Mapping[str, int]) -> Array:
    """Values with the codes of their reasons where there is no value.

    Args:
        values: Floats, missing as NaN; shape (n,).
        reasons: Names of reasons; shape (n,).
        codes: Reason → code.
    """
    filled = values.astype("float64", copy=True)
    empty = np.isnan(filled)
    for reason, code in codes.items():
        filled[empty & (reasons == reason)] = code
    return filled
