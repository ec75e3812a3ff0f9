"""What was found of each outcome → the frames of the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from survey_stats.messages import Message
from survey_stats.statistics.groups._found import Floats, Found, Mean, Tested
from survey_stats.statistics.groups.independent import pair
from survey_stats.statistics.groups.pairs import contrast_rows, difference_name, effect_fields, line_fields, pair_rows
from survey_stats.statistics.groups.results import (
    Assumptions,
    Contrasts,
    EffectSizes,
    GroupComparison,
    GroupMeans,
    PairwiseComparisons,
)
from survey_stats.statistics.multiplicity import adjust_p_values

_NO_LINE: dict[str, float] = dict.fromkeys(("estimate", "standard_error", "ci_lower", "ci_upper"), np.nan)
_NO_TEST = Tested("", np.nan, np.nan, np.nan, np.nan)


@dataclass(frozen=True, eq=False, slots=True)
class Compared:
    """One outcome.

    Attributes:
        outcome, factor: Names.
        names: Names of the groups.
        n_missing, n: Rows left out and used; of occasions persons.
        found: What was found; none where it could not be compared.
        error: Why.
        paired: The groups are occasions of the same persons.
    """

    outcome: str
    factor: str
    names: tuple[str, ...]
    n_missing: int
    n: int
    found: Found | None
    error: str = ""
    paired: bool = False

    @property
    def title(self) -> str:
        """What is compared: a difference, or the names of more than two groups."""
        return difference_name(*self.names) if len(self.names) == 2 else ", ".join(self.names)

    @property
    def ids(self) -> dict[str, Any]:
        """Columns that say what a row is about."""
        return {"outcome": self.outcome, "factor": self.factor}


def assembled(
    compared: Sequence[Compared],
    *,
    post_hoc: str,
    contrasts: Mapping[str, Floats],
    groups: tuple[str, ...],
    adjust: str,
    confidence: float,
) -> GroupComparison:
    """All outcomes together."""
    table = pd.DataFrame([row for one in compared for row in _tests(one, confidence)])
    decides = table["designated"]
    adjusted = np.full(len(table), np.nan)
    adjusted[decides] = adjust_p_values(table.loc[decides, "p_value"].to_numpy(dtype=float), adjust)
    table = table.assign(p_adjusted=adjusted, adjust=adjust, confidence=confidence)
    failed = int((table["error"] != "").sum())
    notes = [message for one in compared if one.found is not None for message in one.found.warnings]
    if failed:
        notes.append(Message("statistics.outcomes_without_comparison", {"n": failed, "outcomes": len(compared)}))
    fine = [(one, one.found) for one in compared if one.found is not None]
    frames = {
        "means": [row for one, found in fine for row in _means(one, found, confidence)],
        "effects": [row for one, found in fine for row in _effects(one, found, confidence)],
        "pairs": [row for one, found in fine for row in _pairs(one, found, post_hoc, adjust, confidence)],
        "contrasts": [row for one, found in fine for row in _contrasts(one, found, contrasts, groups, confidence)],
        "assumptions": [row for one, found in fine for row in _assumptions(one, found)],
    }  # fmt: skip
    made: dict[str, Any] = {
        name: kind(method=name, table=pd.DataFrame(frames[name], columns=None if frames[name] else _EMPTY[name]))
        for name, kind in _KINDS.items() if frames[name] or name in _EMPTY
    }  # fmt: skip
    method = table.loc[decides, "method"].iloc[0] or "group_comparison"
    return GroupComparison(method=method, table=table, warnings=tuple(dict.fromkeys(notes)), **made)


_KINDS: Mapping[str, Any] = {"means": GroupMeans, "effects": EffectSizes, "pairs": PairwiseComparisons,
                             "contrasts": Contrasts, "assumptions": Assumptions}  # fmt: skip
_EMPTY = {
    "means": ["outcome", "factor", "group", "estimate", "ci_lower", "ci_upper", "standard_error", "df", "sd", "median",
              "adjusted_estimate", "adjusted_ci_lower", "adjusted_ci_upper", "n", "confidence"],
    "effects": ["outcome", "factor", "group", "method", "estimate", "ci_lower", "ci_upper", "interval", "confidence",
                "n"],
}  # fmt: skip


def _tests(one: Compared, confidence: float) -> Iterator[dict[str, Any]]:
    counts = {"n": one.n, "n_missing": one.n_missing, "warning": ""}
    if one.found is None:
        yield {**one.ids, "group": one.title, **_test(_NO_TEST), **_NO_LINE, **counts, "error": one.error}
        return
    for test in one.found.tests:
        is_factor = not test.factor or test.factor == one.factor
        line = _NO_LINE
        if is_factor and len(one.names) == 2 and one.found.linear is not None:
            difference = one.found.linear(pair(2, 0, 1))
            lower, upper = difference.limits(confidence)
            told = line_fields(difference)
            line = {"estimate": told["estimate"], "standard_error": told["standard_error"], "ci_lower": lower,
                    "ci_upper": upper}  # fmt: skip
        yield {**one.ids, "factor": one.factor if is_factor else test.factor, "group": one.title if is_factor else "",
               **_test(test), **line, **counts, "error": ""}  # fmt: skip


def _test(test: Tested) -> dict[str, Any]:
    return {"method": test.method, "designated": test.designated, "statistic": test.statistic, "df": test.df,
            "df_error": test.df_error, "epsilon": test.epsilon, "p_value": test.p_value,
            **effect_fields(test.effect)}  # fmt: skip


def _means(one: Compared, found: Found, confidence: float) -> Iterator[dict[str, Any]]:
    for name, mean in zip(one.names, found.means, strict=True):
        yield {**one.ids, "group": name, **_mean(mean, confidence), "confidence": confidence}


def _mean(mean: Mean, confidence: float) -> dict[str, Any]:
    half = float(special.stdtrit(mean.df, (1 + confidence) / 2)) * mean.standard_error if mean.df > 0 else np.nan
    adjusted = (np.nan,) * 3 if mean.adjusted is None else (mean.adjusted.estimate, *mean.adjusted.limits(confidence))
    return {
        "estimate": mean.estimate, "ci_lower": mean.estimate - half, "ci_upper": mean.estimate + half,
        "standard_error": mean.standard_error, "df": mean.df, "sd": mean.sd, "median": mean.median,
        "adjusted_estimate": adjusted[0], "adjusted_ci_lower": adjusted[1], "adjusted_ci_upper": adjusted[2],
        "n": mean.n,
    }  # fmt: skip


def _effects(one: Compared, found: Found, confidence: float) -> Iterator[dict[str, Any]]:
    for effect in found.effects:
        yield {**one.ids, "group": one.title, "method": effect.name, "estimate": effect.estimate,
               "ci_lower": effect.ci_lower, "ci_upper": effect.ci_upper, "interval": effect.interval,
               "confidence": confidence, "n": one.n}  # fmt: skip


def _pairs(one: Compared, found: Found, post_hoc: str, adjust: str, confidence: float) -> list[dict[str, Any]]:
    if post_hoc == "none" or len(one.names) < 3:
        return []
    sizes = tuple(mean.n for mean in found.means)
    rows = pair_rows(found, one.names, sizes, post_hoc, adjust, confidence)
    of_persons = {"n": one.n} if one.paired else {}
    return [{**one.ids, **row, **of_persons, "confidence": confidence, "warning": ""} for row in rows]


def _contrasts(
    one: Compared, found: Found, contrasts: Mapping[str, Floats], groups: tuple[str, ...], confidence: float
) -> list[dict[str, Any]]:
    """Contrasts of the outcomes for which all groups have rows."""
    if not contrasts or one.names != groups:
        return []
    method = next(test.method for test in found.tests if test.designated)
    rows = contrast_rows(found, one.names, contrasts, confidence)
    return [{**one.ids, **row, "method": method, "n": one.n, "confidence": confidence} for row in rows]


def _assumptions(one: Compared, found: Found) -> Iterator[dict[str, Any]]:
    for test, estimate in found.assumptions:
        yield {**one.ids, "group": "", "method": test.method, "estimate": estimate, "statistic": test.statistic,
               "df": test.df, "df_error": test.df_error, "p_value": test.p_value, "n": one.n}  # fmt: skip
