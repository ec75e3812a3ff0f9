"""The largest correlation that answers known only as ranges allow.

Maximise r(x, y) over x_i in [lower_i, upper_i]; y given and centred to length 1 as c.

Where some x has c'x > 0, r is positive at the maximum and quasi-concave there: {c'x ≥ t ‖x - mean‖} is convex for t >
0. The maximum is not at a corner but at x_i = min(max(a + b c_i, lower_i), upper_i), a the mean of x. For each b this
x has the largest c'x for its spread, so that r along b rises to one peak and falls; a root search finds it: exact.

Where no x has c'x > 0, r is negative and quasi-convex, and its maximum is at a corner: each x_i at one of its ends.
Of rows with the same range those with the larger c are at the upper end (exchanging two of them keeps the spread), so
that a corner is a number of rows at the upper end for each range. All of them are tried where there are few (exact);
else one range after the other is set to its best number until none improves, from several starts. For ranges in
general the problem is NP-hard, as the variance of intervals is (Ferson, Ginzburg, Kreinovich, Longpré and Aviles
2002).

Where both are ranged, x and y are improved in turn, from several starts. What is found is always attained by values
within the ranges; only "exact" says that no others go beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]

_FEW_CORNERS = 200_000
_ROUNDS = 200
_CLOSE = 1e-12
_SETTLED = 1e-10
_REACH = 20.0  # of log(b) to both sides of the size of the values


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges of the rows.

    Attributes:
        lower, upper: Ends, shape (n,), finite.
    """

    lower: Floats
    upper: Floats

    @property
    def fixed(self) -> bool:
        """No row is ranged."""
        return bool((self.lower == self.upper).all())

    def turned(self) -> Ranges:
        """Ranges of the negative."""
        return Ranges(-self.upper, -self.lower)

    def starts(self, random: np.random.Generator, n_random: int) -> Iterator[Floats]:
        """Points to start from: the middle, the ends, spread out, drawn together, and drawn at random."""
        middle = (self.lower + self.upper) / 2
        yield middle
        if self.fixed:
            return
        centre = np.median(middle)
        yield self.lower
        yield self.upper
        yield np.where(middle > centre, self.upper, self.lower)
        yield np.asarray(np.clip(centre, self.lower, self.upper))
        for _ in range(n_random):
            yield np.where(random.random(len(middle)) < 0.5, self.lower, self.upper)


class Largest(NamedTuple):
    """The largest correlation found, NaN where no values within the ranges vary; and whether none can be larger."""

    r: float
    exact: bool


def largest_correlation(x: Ranges, y: Ranges, random: np.random.Generator, n_random: int = 8) -> Largest:
    """The largest correlation of x and y.

    Args:
        x: Ranges of one variable.
        y: Ranges of the other.
        random: Where random starts come from.
        n_random: Their number.
    """
    if x.fixed and not y.fixed:
        x, y = y, x
    best, exact = -np.inf, False
    for start in y.starts(random, n_random):
        found = _climbed(x, y, start)
        if found.r > best:
            best, exact = found
    return Largest(best if np.isfinite(best) else np.nan, exact and y.fixed)


def _climbed(x: Ranges, y: Ranges, start: Floats) -> Largest:
    """Improve x and y in turn from a start of y."""
    other, best = start, Largest(-np.inf, exact=False)
    for _ in range(_ROUNDS):
        values, found = _best_of_one(x, other)
        if not found.r > best.r + _SETTLED:
            return best
        best = found
        if y.fixed:
            return best
        other, found = _best_of_one(y, values)
        best = Largest(max(best.r, found.r), exact=False)
    return best


def _best_of_one(ranges: Ranges, other: Floats) -> tuple[Floats, Largest]:
    """The values of the ranged variable that correlate most with fixed ones."""
    centred = other - other.mean()
    length = np.sqrt(centred @ centred)
    if length <= _CLOSE * np.abs(other).max(initial=0.0):
        return ranges.lower, Largest(-np.inf, exact=False)
    c = centred / length
    extreme = np.where(c > 0, ranges.upper, ranges.lower)
    scale = max(np.abs(ranges.lower).max(), np.abs(ranges.upper).max(), 1e-300)
    if c @ extreme > _CLOSE * scale:
        values = _on_frontier(ranges, c, scale)
        return values, Largest(_correlation(values, c), exact=True)
    return _best_corner(ranges, c)


def _correlation(values: Floats, c: Floats) -> float:
    centred = values - values.mean()
    length = np.sqrt(centred @ centred)
    return float(c @ centred / length) if length > _CLOSE * np.abs(values).max(initial=0.0) else -np.inf


def _on_frontier(ranges: Ranges, c: Floats, scale: float) -> Floats:
    """The b at which r has its peak: r rises with b as long as b is below Σ (x - mean)² / c'x."""

    def below(log_b: float) -> float:
        values = _clipped(ranges, c, float(np.exp(log_b)))
        centred = values - values.mean()
        product, spread = float(c @ centred), float(centred @ centred)
        return 1.0 if product <= 0 else float(np.clip(np.log(max(spread, 1e-300) / product) - log_b, -1.0, 1.0))

    low, high = np.log(scale) - _REACH, np.log(scale) + _REACH
    if below(low) <= 0:  # all ranges have a number in common: values on a line of any small slope
        return _clipped(ranges, c, float(np.exp(low)))
    peak = optimize.brentq(below, low, high, xtol=1e-12) if below(high) < 0 else high
    return _clipped(ranges, c, float(np.exp(peak)))


def _clipped(ranges: Ranges, c: Floats, b: float) -> Floats:
    """A + b c within the ranges, a its mean: the mean less a falls with a, in straight pieces, by Newton's steps."""
    low, high = float(ranges.lower.min()), float(ranges.upper.max())
    step, a = b * c, (low + high) / 2
    for _ in range(_ROUNDS):
        values = np.clip(a + step, ranges.lower, ranges.upper)
        over = float(values.mean()) - a
        if over == 0 or high - low <= 1e-15 * (abs(low) + abs(high)):
            break
        low, high = (a, high) if over > 0 else (low, a)
        free = float(np.mean((values > ranges.lower) & (values < ranges.upper)))
        new = a + over / (1 - free) if free < 1 else (low + high) / 2
        a = new if low < new < high else (low + high) / 2
    return values


class _Group(NamedTuple):
    """Rows with the same range, the largest c first: what setting 0, 1, … of them to the upper end adds."""

    rows: NDArray[np.int64]
    products: Floats
    sums: Floats
    squares: Floats


def _best_corner(ranges: Ranges, c: Floats) -> tuple[Floats, Largest]:
    groups = _groups(ranges, c)
    base = np.array([c @ ranges.lower, ranges.lower.sum(), (ranges.lower**2).sum()])
    corners = np.prod([len(group.rows) + 1.0 for group in groups])
    exact = bool(corners <= _FEW_CORNERS)
    chosen = _all_corners(groups, base, len(c)) if exact else _searched(groups, base, len(c))
    values = ranges.lower.copy()
    for group, number in zip(groups, chosen, strict=True):
        values[group.rows[:number]] = ranges.upper[group.rows[:number]]
    return values, Largest(_correlation(values, c), exact)


def _groups(ranges: Ranges, c: Floats) -> list[_Group]:
    ends = np.column_stack([ranges.lower, ranges.upper])
    different, code = np.unique(ends, axis=0, return_inverse=True)
    order = np.lexsort((-c, code.ravel()))
    places = np.split(order, np.cumsum(np.bincount(code.ravel()))[:-1])
    groups = []
    for (low, high), rows in zip(different, places, strict=True):
        if high > low:
            count = np.arange(len(rows) + 1.0)
            raised = np.concatenate([[0.0], np.cumsum(c[rows])])
            groups.append(_Group(rows, (high - low) * raised, (high - low) * count, (high**2 - low**2) * count))
    return groups


def _ratio(totals: Sequence[Floats] | Floats, n: int) -> Floats:
    """R from Σ c x, Σ x, Σ x²; -∞ where x does not vary."""
    products, sums, squares = totals
    spread = squares - sums**2 / n
    varies = spread > _CLOSE * np.maximum(squares, 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(varies, products / np.sqrt(spread), -np.inf)


def _all_corners(groups: list[_Group], base: Floats, n: int) -> list[int]:
    totals = [np.array([part]) for part in base]
    for group in groups:
        added = (group.products, group.sums, group.squares)
        totals = [(total[:, None] + part).ravel() for total, part in zip(totals, added, strict=True)]
    best = int(np.argmax(_ratio(totals, n)))
    return [int(number) for number in np.unravel_index(best, [len(group.rows) + 1 for group in groups])]


def _searched(groups: list[_Group], base: Floats, n: int) -> list[int]:
    """Each range set to its best number in turn until none improves; the best over the starts."""
    best, chosen = -np.inf, [0] * len(groups)
    for share, turn in product((0.0, 0.5, 1.0), (1, -1)):
        numbers = [round(share * len(group.rows)) for group in groups]
        r = _improved(groups[::turn], numbers := numbers[::turn], base, n)
        if r > best:
            best, chosen = r, numbers[::turn]
    return chosen


def _improved(groups: list[_Group], numbers: list[int], base: Floats, n: int) -> float:
    """Improve `numbers` in place; the r they reach."""
    total = base + sum(
        np.array([group.products[at], group.sums[at], group.squares[at]])
        for group, at in zip(groups, numbers, strict=True)
    )
    r = float(_ratio(total, n))
    for _ in range(_ROUNDS):
        before = r
        for place, group in enumerate(groups):
            added = np.stack([group.products, group.sums, group.squares])
            rest = total - added[:, numbers[place]]
            reached = _ratio(rest[:, None] + added, n)
            at = int(np.argmax(reached))
            if reached[at] > r:
                numbers[place], r, total = at, float(reached[at]), rest + added[:, at]
        if r <= before + _CLOSE:
            return r
    return r
