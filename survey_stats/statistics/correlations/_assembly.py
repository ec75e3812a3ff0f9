"""From coefficients to the table: intervals, adjusted p, simultaneous intervals, verdicts, Bayes factors."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.messages import Message
from survey_stats.statistics.correlations._arguments import Options
from survey_stats.statistics.correlations._bayes import log_bayes_factor
from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import FEWEST_ROWS, Floats, Found
from survey_stats.statistics.correlations._intervals import SIMULTANEOUS, limits, limits_at, quantile
from survey_stats.statistics.correlations._max_t import max_t
from survey_stats.statistics.correlations._pair import Question
from survey_stats.statistics.correlations._verdicts import effect_tests, verdicts
from survey_stats.statistics.correlations.power import smallest_detectable
from survey_stats.statistics.correlations.result import COLUMNS
from survey_stats.statistics.correlations.unreliability import Known, corrected
from survey_stats.statistics.multiplicity import adjust_p_values

Row = tuple[Pair, Question, Found]
POWER = 0.8
_INSIDE = ["resampled", "warning", "error", "n_persons"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Coefficients in the order of the table.

    Attributes:
        rows: Pair, question and what was found.
    """

    rows: list[Row]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """What was found, a column a field."""
        return pd.DataFrame([found for _, _, found in self.rows], columns=list(Found._fields))

    def numbers(self, name: str) -> Floats:
        """A field of all rows."""
        return np.asarray(self.frame[name].to_numpy(float))

    def limits(self, level: Floats | float) -> tuple[Floats, Floats]:
        """Intervals at a level, or at one of each row; from the draws where there are any."""
        lower, upper = limits(self.numbers("estimate"), self.numbers("standard_error"), self.numbers("t_df"), level)
        levels = np.broadcast_to(level, lower.shape)
        for at, (_, _, found) in enumerate(self.rows):
            if found.resampled is not None and np.isfinite(levels[at]):
                lower[at], upper[at] = found.resampled.limits(float(levels[at]))
        return lower, upper


def assemble(rows: list[Row], columns: Columns, options: Options) -> pd.DataFrame:
    """The table of `Correlations`.

    Args:
        rows: What was found, in the order of the table.
        columns: Where the values are.
        options: What was asked for.
    """
    found = Rows(rows)
    lower, upper = found.limits(options.confidence)
    table = found.frame.drop(columns=_INSIDE).assign(
        x=_named([pair[0] for pair, _, _ in rows]), y=_named([pair[1] for pair, _, _ in rows]),
        ci_lower=lower, ci_upper=upper, rows=options.rows, adjust=options.adjust, confidence=options.confidence,
        warning=[_said(_warning(one)) for _, _, one in rows], error=[_said(one.error) for _, _, one in rows],
        **_of_options(found, options),
    )  # fmt: skip
    for part in (_adjusted(found, columns, options), _detectable(found, options), _verdicts(found, options),
                 _bayes_factors(found, options), _corrected(found, options)):  # fmt: skip
        table = table.assign(**part)
    return table[[name for name in COLUMNS if name in table]].copy()


def _of_options(found: Rows, options: Options) -> dict[str, Any]:
    """Columns that are there only with persons or control variables."""
    columns: dict[str, Any] = {}
    if options.person is not None:
        columns |= {"level": [question.level for _, question, _ in found.rows], "n_persons": found.frame["n_persons"]}
    if options.controls:
        columns["controls"] = ", ".join(map(str, options.controls))
    return columns


def _named(names: list[Hashable]) -> pd.Series:
    """Names of columns, of whatever type."""
    return pd.Series(names)


def _warning(found: Found) -> Message | None:
    if found.warning is None and abs(found.estimate) == 1:
        return Message("statistics.perfect_relation")
    if found.warning is None and found.standard_error == 0:
        return Message("statistics.no_spread")
    return found.warning


def _said(message: Message | None) -> str:
    return "" if message is None else str(message)


def _adjusted(found: Rows, columns: Columns, options: Options) -> dict[str, Any]:
    """Adjusted p and simultaneous intervals, by family: all pairs of a method and level."""
    families = np.array([f"{question.method} {question.level}" for _, question, _ in found.rows])
    p_adjusted, lower, upper = np.full((3, len(families)), np.nan)
    for family in dict.fromkeys(families):
        places = np.flatnonzero(families == family)
        part = Rows([found.rows[place] for place in places])
        if options.adjust == "max_t":
            p_adjusted[places], at = max_t(part.rows, columns, options.confidence, options.seed)
            lower[places], upper[places] = limits_at(part.numbers("estimate"), part.numbers("standard_error"), at)
            continue
        p_adjusted[places] = adjusted = adjust_p_values(part.numbers("p_value"), options.adjust)
        if options.adjust in SIMULTANEOUS:
            levels = SIMULTANEOUS[options.adjust](adjusted, np.isfinite(adjusted), 1 - options.confidence)
            lower[places], upper[places] = part.limits(levels)
    if options.adjust not in (*SIMULTANEOUS, "max_t"):
        return {"p_adjusted": p_adjusted}
    return {
        "p_adjusted": p_adjusted, "simultaneous_ci_lower": lower, "simultaneous_ci_upper": upper,
        "simultaneous": options.adjust,
    }  # fmt: skip


def _detectable(found: Rows, options: Options) -> dict[str, Any]:
    size = found.numbers("size")
    smallest = np.full(len(size), np.nan)
    enough = size >= FEWEST_ROWS
    smallest[enough] = smallest_detectable(size[enough], power=POWER, alpha=1 - options.confidence)
    return {"smallest_detectable": smallest}


def _verdicts(found: Rows, options: Options) -> dict[str, Any]:
    margins = options.margins
    if margins is None:
        return {}
    level = 2 * options.confidence - 1
    lower, upper = found.limits(level)
    estimate, error, t_df = (found.numbers(name) for name in ("estimate", "standard_error", "t_df"))
    equivalence, minimum = effect_tests(estimate, error, t_df, margins)
    return {
        "sesoi_lower": margins.lower, "sesoi_upper": margins.upper, "expected": margins.expected,
        "verdict": verdicts(lower, upper, margins), "verdict_ci_lower": lower, "verdict_ci_upper": upper,
        "verdict_confidence": level, "equivalence_p_value": equivalence, "minimum_effect_p_value": minimum,
    }  # fmt: skip


def _bayes_factors(found: Rows, options: Options) -> dict[str, Any]:
    if options.kappa is None:
        return {}
    estimate = np.where(found.numbers("standard_error") > 0, found.numbers("estimate"), np.nan)
    logarithm = log_bayes_factor(estimate, found.numbers("size"), options.kappa)
    with np.errstate(over="ignore"):
        factor = np.exp(logarithm)
    return {"bayes_factor": factor, "log_bayes_factor": logarithm, "kappa": options.kappa}


def _corrected(found: Rows, options: Options) -> dict[str, Any]:
    """Pearson correlations of persons corrected by the reliabilities given; NaN where neither column has one."""
    if not options.reliabilities:
        return {}
    names = ("corrected", "corrected_standard_error", "reliability_x", "reliability_y")
    columns = {name: np.full(len(found.rows), np.nan) for name in names}
    for at, (pair, question, one) in enumerate(found.rows):
        known = [options.reliabilities.get(name) for name in pair]
        if not any(known) or question != Question("pearson") or not one.standard_error > 0:
            continue
        first, second = (Known(1.0, 0.0) if each is None else each for each in known)
        estimate, error = corrected(np.array(one.estimate), np.array(one.standard_error), first, second)
        for name, value in zip(names, (estimate, error, first.estimate, second.estimate), strict=True):
            columns[name][at] = value
    half = quantile(found.numbers("t_df"), (1 + options.confidence) / 2) * columns["corrected_standard_error"]
    lower, upper = columns["corrected"] - half, columns["corrected"] + half
    return columns | {"corrected_ci_lower": lower, "corrected_ci_upper": upper}
