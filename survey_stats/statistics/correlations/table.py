"""Correlations of pairs of columns, each with an interval that fits it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.messages import Message
from survey_stats.statistics._columns import check_frame
from survey_stats.statistics.correlations._arguments import Names, Options, read_options, read_pairs
from survey_stats.statistics.correlations._bayes import log_bayes_factor
from survey_stats.statistics.correlations._block import pearson_of_all
from survey_stats.statistics.correlations._columns import Columns, Pair, read_columns
from survey_stats.statistics.correlations._found import FEWEST_ROWS, FUNCTION, Floats, Found
from survey_stats.statistics.correlations._intervals import SIMULTANEOUS, limits, limits_at
from survey_stats.statistics.correlations._max_t import max_t
from survey_stats.statistics.correlations._pair import Question, estimate
from survey_stats.statistics.correlations._verdicts import Sesoi, effect_tests, verdicts
from survey_stats.statistics.correlations.power import smallest_detectable
from survey_stats.statistics.correlations.result import COLUMNS, Correlations
from survey_stats.statistics.design import Design
from survey_stats.statistics.multiplicity import adjust_p_values

POWER = 0.8
Row = tuple[Pair, Question, Found]


def correlate(
    data: pd.DataFrame,
    x: Names = None,
    y: Names = None,
    *,
    method: str | Sequence[str] = "pearson",
    partial: Names = (),
    semipartial: Names = (),
    person: Hashable | None = None,
    level: str | Sequence[str] = ("within", "between"),
    rows: str = "pairwise",
    design: Design | None = None,
    adjust: str = "holm",
    confidence: float = 0.95,
    sesoi: Sesoi = None,
    bayes_factor: float | None = None,
    seed: int | None = 0,
) -> Correlations:
    """Correlations of pairs of columns.

    All intervals are tanh(atanh(r) ± z × standard error) with the standard error of
    Fisher (1921), 1 / √(n - 3), for Pearson;
    Bonett and Wright (2000, Psychometrika 65, 23-28), √((1 + r² / 2) / (n - 3)), for Spearman;
    the delta method on tau-b as a ratio of U-statistics (Samara and Randles 1988), divided by 1 - τ², for Kendall:
    right with ties and without normality.
    Tests: t with n - 2 degrees of freedom for Pearson and for Spearman, and the normal approximation with correction
    for ties for Kendall (both R's `cor.test(exact = FALSE)`). These are rough in small samples: below ten rows the p of
    Spearman and of Kendall is exact, the share of all n! orders of y with a coefficient at least as far from 0 (R's
    `exact = TRUE`, and right with ties too).

    Args:
        data: One row a person, or with `person` one row an occasion.
        x: Column or columns; all numeric columns where neither x nor y is given.
        y: Column or columns to correlate x with; where it is not given, x with every other numeric column.
        method: `pearson`, `spearman`, `kendall`, or several of them.
        partial: Control variables whose linear part is taken out of x and y (of the ranks of all, for Spearman); n - 2
            less their number are the degrees of freedom. Rows need all of them.
        semipartial: The same, taken out of x alone: r² is what x adds to the explained variance of y. The test is that
            of the partial correlation; the interval has the standard error of Aloe and Becker (2012).
        person: Column that says of which person a row is, for rows of occasions.
        level: With `person`: `within` correlates deviations from the means of persons, with rows - persons - 1 degrees
            of freedom (Bland and Altman 1995, BMJ 310, 446, "repeated measures correlation"; the rows of a person are
            taken as independent); `between` the means of persons, each person once.
        rows: `pairwise`: each pair from the rows that have both answers; `complete`: from rows with all answers.
        design: Weights, strata, clusters or replicates of the rows of `data`, for Pearson alone: weighted moments,
            their standard error by linearisation or replicates, interval and test by t with the design's degrees of
            freedom on Fisher's z. Rows without an answer keep their place in the design. Ranks have no such standard
            error here and are refused.
        adjust: How p is adjusted over all pairs of a method and level: `none`, `holm`, `bonferroni`, `fdr_bh`,
            `fdr_by`, or `max_t`: the largest of all |z| under the joint normal distribution of the estimates, drawn
            50,000 times.
        confidence: Level of the intervals. `ci_lower` and `ci_upper` are not adjusted; simultaneous ones stand beside
            them for `bonferroni`, `max_t`, `fdr_bh` and `fdr_by`.
        sesoi: Smallest effect of interest, with the sign that is expected; or two numbers around 0 where either
            direction is of interest. The verdict (`meaningful`, `trivial`, `opposite`, `inconclusive`) is that of the
            interval with 2 × confidence - 1 (.90 for .95), beside p of the equivalence and the minimum-effect test,
            each one-sided at 1 - confidence. They are not adjusted for the number of pairs.
        bayes_factor: Width kappa of the prior, 1 for a flat one: adds the exact Bayes factor of Pearson correlations
            (Ly, Verhagen and Wagenmakers 2016).
        seed: Of what is drawn.

    Returns:
        A row a pair, method and level, in the order of the columns. A pair is listed once; a column is not paired with
        itself.

    Raises:
        CallError: An argument is wrong, or a named column is missing or holds no numbers.
        InputError: A column holds an infinite value.

    >>> data = pd.DataFrame({"shyness": [1, 2, 3, 4, 5, 6], "posts": [9, 7, 8, 4, 5, 1]})
    >>> correlate(data).table[["x", "y", "estimate", "n"]].round(4)
             x      y  estimate  n
    0  shyness  posts   -0.9078  6
    """
    frame = check_frame(data, FUNCTION)
    options = read_options(
        frame, method=method, partial=partial, semipartial=semipartial, person=person, level=level, rows=rows,
        design=design, adjust=adjust, confidence=confidence, sesoi=sesoi, bayes_factor=bayes_factor, seed=seed,
    )  # fmt: skip
    pairs = read_pairs(frame, x, y, options)
    columns = read_columns(
        frame, list(dict.fromkeys(name for pair in pairs for name in pair)), controls=options.controls,
        person=options.person, complete=options.rows == "complete", design=options.design,
    )  # fmt: skip
    found = _estimates(columns, pairs, options)
    table = _table(found, options)
    _adjust(table, found, columns, options)
    _conclude(table, options)
    shown = table[[name for name in COLUMNS if name in table]].copy()
    failed = int((shown["error"] != "").sum())
    note = Message("statistics.pairs_without_estimate", {"n": failed, "pairs": len(shown)})
    return Correlations(method="correlations", table=shown, warnings=(note,) if failed else ())


def _estimates(columns: Columns, pairs: list[Pair], options: Options) -> list[Row]:
    """A coefficient for each pair, method and level: Pearson's plain ones all at once, the others one by one."""
    plain = Question("pearson")
    asked = [Question(method, level, options.kind) for method in options.methods for level in options.levels]
    at_once = pearson_of_all(columns, pairs) if plain in asked and columns.design is None else {}
    return [
        (pair, question, (at_once.get(pair) if question == plain else None) or estimate(columns, pair, question))
        for pair in pairs
        for question in asked
    ]


def _table(rows: list[Row], options: Options) -> pd.DataFrame:
    """The rows with their intervals."""
    found = pd.DataFrame([row[2] for row in rows], columns=list(Found._fields))
    estimate_, error, t_df = (found[name].to_numpy(float) for name in ("estimate", "standard_error", "t_df"))
    lower, upper = limits(estimate_, error, t_df, options.confidence)
    table = found.drop(columns=["limits", "warning", "error", "n_persons"]).assign(
        x=_named([pair[0] for pair, _, _ in rows]), y=_named([pair[1] for pair, _, _ in rows]),
        ci_lower=lower, ci_upper=upper, rows=options.rows, adjust=options.adjust, confidence=options.confidence,
        warning=[_said(_warning(one)) for _, _, one in rows], error=[_said(one.error) for _, _, one in rows],
        family=[f"{question.method} {question.level}" for _, question, _ in rows],
    )  # fmt: skip
    if options.person is not None:
        table = table.assign(level=[question.level for _, question, _ in rows], n_persons=found["n_persons"])
    if options.controls:
        table = table.assign(controls=", ".join(map(str, options.controls)))
    return table


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


def _adjust(table: pd.DataFrame, rows: list[Row], columns: Columns, options: Options) -> None:
    """Adjusted p and simultaneous intervals, by family: all pairs of a method and level."""
    for family in dict.fromkeys(table["family"]):
        places = np.flatnonzero(table["family"] == family)
        part = table.iloc[places]
        numbers = [part[name].to_numpy(float) for name in ("estimate", "standard_error", "t_df")]
        new: dict[str, Any]
        if options.adjust == "max_t":
            p_adjusted, at = max_t([rows[place] for place in places], columns, options.confidence, options.seed)
            new = _simultaneous("max_t", limits_at(numbers[0], numbers[1], at))
        else:
            p_adjusted = adjust_p_values(part["p_value"].to_numpy(), options.adjust)
            new = _of_levels(p_adjusted, numbers, options)
        for name, values in {"p_adjusted": p_adjusted, **new}.items():
            table.loc[places, name] = values


def _conclude(table: pd.DataFrame, options: Options) -> None:
    """Verdicts, Bayes factors, and the smallest correlation that could be found."""
    estimate_, error, t_df, size = (
        table[name].to_numpy(float) for name in ("estimate", "standard_error", "t_df", "size")
    )
    alpha = 1 - options.confidence
    table["smallest_detectable"] = np.nan
    enough = size >= FEWEST_ROWS
    table.loc[enough, "smallest_detectable"] = smallest_detectable(size[enough], power=POWER, alpha=alpha)
    if options.margins is not None:
        margins, level = options.margins, 1 - 2 * alpha
        lower, upper = limits(estimate_, error, t_df, level)
        equivalence, minimum = effect_tests(estimate_, error, t_df, margins)
        columns = {
            "sesoi_lower": margins.lower, "sesoi_upper": margins.upper, "expected": margins.expected,
            "verdict": verdicts(lower, upper, margins), "verdict_ci_lower": lower, "verdict_ci_upper": upper,
            "verdict_confidence": level, "equivalence_p_value": equivalence, "minimum_effect_p_value": minimum,
        }  # fmt: skip
        table[list(columns)] = pd.DataFrame(columns, index=table.index)
    if options.kappa is not None:
        logarithm = log_bayes_factor(np.where(error > 0, estimate_, np.nan), size, options.kappa)
        with np.errstate(over="ignore"):
            table["bayes_factor"] = np.exp(logarithm)
        table["log_bayes_factor"], table["kappa"] = logarithm, options.kappa


def _of_levels(p_adjusted: Floats, numbers: list[Floats], options: Options) -> dict[str, Any]:
    """Simultaneous intervals of adjustments that only change the level of each."""
    levels = SIMULTANEOUS.get(options.adjust)
    if levels is None:
        return {}
    level = levels(p_adjusted, np.isfinite(p_adjusted), 1 - options.confidence)
    return _simultaneous(options.adjust, limits(numbers[0], numbers[1], numbers[2], level))


def _simultaneous(name: str, bounds: tuple[Floats, Floats]) -> dict[str, Any]:
    return {"simultaneous_ci_lower": bounds[0], "simultaneous_ci_upper": bounds[1], "simultaneous": name}
