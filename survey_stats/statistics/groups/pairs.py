"""Each two of several groups, and planned contrasts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from scipy import optimize, special, stats

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.statistics.groups._found import FUNCTION, Effect, Floats, Found, Line
from survey_stats.statistics.groups.independent import pair
from survey_stats.statistics.multiplicity import adjust_p_values

SIMULTANEOUS = ("holm", "bonferroni")


def difference_name(first: str, second: str) -> str:
    """Name of a difference, which says the sign: `first − second`."""
    return f"{first} − {second}"


def pair_rows(
    found: Found, names: tuple[str, ...], sizes: tuple[int, ...], post_hoc: str, adjust: str, confidence: float
) -> list[dict[str, Any]]:
    """A row each two groups.

    Args:
        found: What the method found.
        names: Names of the groups.
        sizes: Their sizes; for occasions the number of persons.
        post_hoc: `games_howell` or `tukey` (studentized range; variances separate or pooled, as the method's),
            `pairwise` (each pair's own test; Bonferroni limits where p is adjusted for the family).
        adjust: How p of `pairwise` is adjusted.
        confidence: Level.
    """
    places = list(combinations(range(len(names)), 2))
    ranged = post_hoc in ("games_howell", "tukey")
    rows = []
    for first, second in places:
        row: dict[str, Any] = {"group": difference_name(names[first], names[second]), "first": names[first],
                               "second": names[second], "n": sizes[first] + sizes[second], "error": ""}  # fmt: skip
        try:
            rows.append(row | _pair(found, (first, second), len(names), ranged, len(places), adjust, confidence))
        except InputError as error:
            rows.append(row | _NOTHING | {"error": str(error)})
    if ranged:
        return [row | {"method": post_hoc, "adjust": post_hoc} for row in rows]
    p_adjusted = adjust_p_values([row["p_value"] for row in rows], adjust)
    return [row | {"p_adjusted": float(p), "adjust": adjust} for row, p in zip(rows, p_adjusted, strict=True)]


_NOTHING: dict[str, Any] = dict.fromkeys(
    ("estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df", "p_value", "p_adjusted",
     "effect_estimate", "effect_ci_lower", "effect_ci_upper"), np.nan,
) | {"interval": "none", "method": "", "effect_size": ""}  # fmt: skip


def _pair(
    found: Found, places: tuple[int, int], k: int, ranged: bool, pairs: int, adjust: str, confidence: float
) -> dict[str, Any]:
    if found.linear is None:
        assert found.pair_test is not None
        test = found.pair_test(*places)
        assert test.effect is not None
        return _NOTHING | {"method": test.method, "statistic": test.statistic, "p_value": test.p_value,
                           **effect_fields(test.effect)}  # fmt: skip
    line = checked(found.linear(pair(k, *places)))
    effect = effect_fields(None if found.pair_effect is None else found.pair_effect(*places))
    if ranged:
        half = range_quantile(k, line.df, confidence) / np.sqrt(2) * line.standard_error
        limits, interval = (line.estimate - half, line.estimate + half), "studentized_range"
        p_adjusted = float(stats.studentized_range.sf(abs(line.statistic) * np.sqrt(2), k, line.df))
    else:
        family = adjust in SIMULTANEOUS
        limits = line.limits(1 - (1 - confidence) / pairs if family else confidence)
        interval, p_adjusted = "bonferroni_t" if family else "t", np.nan
    return {**line_fields(line), "ci_lower": limits[0], "ci_upper": limits[1], "p_adjusted": p_adjusted,
            "interval": interval, "method": "pairwise_t", **effect}  # fmt: skip


def checked(line: Line) -> Line:
    """Raise `InputError` where a sum of means has no spread to be tested against."""
    if not line.standard_error > 1e-13 * abs(line.estimate):
        raise InputError(str(Message("statistics.sum_without_spread")))
    return line


_LINE = ("estimate", "standard_error", "statistic", "df", "p_value", "ci_lower", "ci_upper")


def line_fields(line: Line) -> dict[str, Any]:
    """Columns of a weighted sum of means and its test."""
    return {"estimate": line.estimate, "standard_error": line.standard_error, "statistic": line.statistic,
            "df": line.df, "p_value": line.p_value}  # fmt: skip


def effect_fields(effect: Effect | None) -> dict[str, Any]:
    """Columns of the effect size that stands beside a test."""
    effect = Effect("", np.nan) if effect is None else effect
    return {"effect_size": effect.name, "effect_estimate": effect.estimate, "effect_ci_lower": effect.ci_lower,
            "effect_ci_upper": effect.ci_upper}  # fmt: skip


@lru_cache(maxsize=1024)
def range_quantile(k: int, df: float, confidence: float) -> float:
    """Quantile of the studentized range, between √2 times those of t for one pair and for all by Bonferroni."""
    alpha = 1 - confidence
    low, high = (np.sqrt(2) * special.stdtrit(df, 1 - alpha / 2 / tests) for tests in (1, k * (k - 1) / 2))
    if k == 2:
        return float(low)
    return float(optimize.brentq(lambda q: stats.studentized_range.sf(q, k, df) - alpha, low, high, xtol=1e-9))


def check_contrasts(contrasts: Mapping[str, Mapping[Any, float]], names: tuple[str, ...]) -> dict[str, Floats]:
    """Name → weights of the groups, in their order; groups that a contrast does not name have 0.

    Raises:
        CallError: A group is not there, or weights do not add up to 0.
    """
    found = {}
    for title, weights in contrasts.items():
        given = {str(name): float(weight) for name, weight in weights.items()}
        unknown = [name for name in given if name not in names]
        if unknown:
            raise CallError(
                f"{FUNCTION}: contrast {title!r} names the group {unknown[0]!r}. The groups are: {', '.join(names)}."
            )
        total = sum(given.values())
        if not any(given.values()) or abs(total) > 1e-9 * max(map(abs, given.values())):
            raise CallError(
                f"{FUNCTION}: the weights of contrast {title!r} add up to {total:g}. They have to add up to 0, and not "
                "all be 0, such as 1 and -0.5 and -0.5."
            )
        found[title] = np.array([given.get(name, 0.0) for name in names])
    return found


def contrast_rows(
    found: Found, names: tuple[str, ...], contrasts: Mapping[str, Floats], confidence: float
) -> list[dict[str, Any]]:
    """A row a planned contrast."""
    assert found.linear is not None
    rows = []
    for title, weights in contrasts.items():
        row = {"contrast": title, "group": _written(weights, names)}
        try:
            line = checked(found.linear(weights))
        except InputError as error:
            rows.append(row | dict.fromkeys(_LINE, np.nan) | {"error": str(error)})
            continue
        lower, upper = line.limits(confidence)
        rows.append(row | line_fields(line) | {"ci_lower": lower, "ci_upper": upper, "error": ""})
    return rows


def _written(weights: Floats, names: tuple[str, ...]) -> str:
    """`a − 0.5 b − 0.5 c`."""
    parts: list[str] = []
    for weight, name in zip(weights, names, strict=True):
        if weight:
            size = "" if abs(weight) == 1 else f"{abs(weight):g} "
            sign = "− " if weight < 0 else "+ " if parts else ""
            parts.append(f"{sign}{size}{name}")
    return " ".join(parts)
