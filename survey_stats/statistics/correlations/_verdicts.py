"""What an interval says about the smallest effect of interest: meaningful, trivial, opposite, or inconclusive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_stats.errors import CallError
from survey_stats.statistics.correlations._found import FUNCTION, Floats
from survey_stats.statistics.correlations._intervals import upper_tail

Sesoi = float | tuple[float, float] | None

VERDICTS = ("meaningful", "trivial", "opposite", "inconclusive")


@dataclass(frozen=True, slots=True)
class Margins:
    """Smallest effects of interest.

    Attributes:
        lower, upper: Between them an effect is trivial; lower < 0 < upper.
        expected: Direction that was expected: `positive`, `negative`, or `either`.
    """

    lower: float
    upper: float
    expected: str


def read_sesoi(sesoi: Sesoi, confidence: float) -> Margins | None:
    """The margins of a smallest effect of interest.

    Args:
        sesoi: A number: the smallest effect of interest in the direction that is expected; a pair: in each direction.
        confidence: Level of the intervals, which must be above .5: the verdict's is 2 × confidence - 1.

    Raises:
        CallError: It is 0, not between -1 and 1, or a pair that does not enclose 0.
    """
    if sesoi is None:
        return None
    if confidence <= 0.5:
        raise CallError(f"{FUNCTION}: sesoi needs a confidence above 0.5; found {confidence}. Write confidence=0.95.")
    ends = tuple(sesoi) if isinstance(sesoi, (tuple, list)) else (-abs(sesoi), abs(sesoi))
    if len(ends) != 2 or not -1 < ends[0] < 0 < ends[1] < 1:
        raise CallError(
            f"{FUNCTION}: sesoi is {sesoi!r}. Give the smallest correlation of interest with its sign, such as 0.1 or "
            "-0.1, or where both directions are of interest two numbers around 0, such as (-0.1, 0.1)."
        )
    if isinstance(sesoi, (tuple, list)):
        return Margins(float(ends[0]), float(ends[1]), "either")
    return Margins(float(ends[0]), float(ends[1]), "positive" if sesoi > 0 else "negative")


def verdicts(lower: Floats, upper: Floats, margins: Margins) -> list[str]:
    """The verdict of each interval; empty where there is none.

    `trivial`: the interval lies within the margins (an equivalence test, TOST). `meaningful`: it lies beyond the margin
    on the side expected (a minimum-effect test), or, where either was, beyond one of them. `opposite`: it lies on the
    other side of 0 and is not trivial. `inconclusive`: none of these. Each claim is a one-sided test at the level that
    the interval leaves on one side.
    """
    sign = -1 if margins.expected == "negative" else 1
    low, high = (lower, upper) if sign > 0 else (-upper, -lower)
    near, far = (margins.lower, margins.upper) if sign > 0 else (-margins.upper, -margins.lower)
    trivial = (low > near) & (high < far)
    either = margins.expected == "either"
    meaningful = (low > far) | (either & (high < near))
    opposite = ~trivial & (high < 0) & (not either)
    kinds = np.select([np.isnan(low), meaningful, trivial, opposite], ["", *VERDICTS[:3]], VERDICTS[3])
    return [str(kind) for kind in kinds]


def effect_tests(estimate: Floats, error: Floats, t_df: Floats, margins: Margins) -> tuple[Floats, Floats]:
    """P of the equivalence test (the larger of two one-sided) and of the minimum-effect test, on Fisher's z."""
    usable = (np.abs(estimate) < 1) & (error > 0)
    z = np.arctanh(np.where(usable, estimate, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = ((z - np.arctanh(edge)) / error for edge in (margins.upper, margins.lower))
    equivalence = np.maximum(upper_tail(below, t_df), upper_tail(-above, t_df))
    of_side = {"positive": [upper_tail(above, t_df)], "negative": [upper_tail(-below, t_df)]}
    both = [side[0] for side in of_side.values()]
    return equivalence, np.minimum.reduce(of_side.get(margins.expected, both))
