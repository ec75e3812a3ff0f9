"""Correlations of pairs of columns, each with an interval that fits it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from survey_stats.messages import Message
from survey_stats.statistics._columns import check_frame
from survey_stats.statistics.correlations._arguments import Names, Options, read_options, read_pairs
from survey_stats.statistics.correlations._assembly import Row, assemble
from survey_stats.statistics.correlations._block import pearson_of_all
from survey_stats.statistics.correlations._bootstrap import bootstrapped
from survey_stats.statistics.correlations._columns import Columns, Pair, read_columns
from survey_stats.statistics.correlations._found import FUNCTION
from survey_stats.statistics.correlations._pair import Question, estimate
from survey_stats.statistics.correlations._verdicts import Sesoi
from survey_stats.statistics.correlations.result import Correlations
from survey_stats.statistics.correlations.unreliability import Given
from survey_stats.statistics.design import Design


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
    reliabilities: Mapping[Hashable, Given] | None = None,
    ordinal: Names = None,
    n_bootstrap: int = 0,
    bootstrap: str = "bca",
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
        method: `pearson`, `spearman`, `kendall`, `polychoric`, or several of them. `polychoric` takes what fits the
        kinds
            of the two columns, and the row says which: `polychoric` of two ordinal ones (`tetrachoric` if both have two
            answers), `polyserial` of an ordinal and a numeric one (`biserial` of two answers), `pearson` of two numeric
            ones. Estimates and standard errors are those of `statistics.polychoric`.
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
        reliabilities: Column → its reliability: a number, taken as known; a number with its standard error; or a
            coefficient of `reliability`. Adds plain Pearson correlations corrected for unreliability, with intervals by
            the delta method (`statistics.correlations.unreliability`).
        ordinal: Columns that are ordinal for `polychoric`; None: those with whole numbers, at most ten different ones.
        n_bootstrap: Draws for bootstrap intervals, of rows (of persons within persons), at least 100; 2,000 or more for
            a figure to publish. `standard_error` is then the standard deviation of atanh of the draws, and verdicts and
            simultaneous intervals are from the draws too; the tests stay as they are.
        bootstrap: `bca`, bias-corrected and accelerated (Efron 1987), or `percentile`.
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
        design=design, adjust=adjust, confidence=confidence, sesoi=sesoi, bayes_factor=bayes_factor,
        reliabilities=reliabilities, ordinal=ordinal, n_bootstrap=n_bootstrap, bootstrap=bootstrap, seed=seed,
    )  # fmt: skip
    pairs = read_pairs(frame, x, y, options)
    columns = read_columns(
        frame, list(dict.fromkeys(name for pair in pairs for name in pair)), controls=options.controls,
        person=options.person, complete=options.rows == "complete", design=options.design, ordinal=options.ordinal,
    )  # fmt: skip
    table = assemble(_estimates(columns, pairs, options), columns, options)
    failed = int((table["error"] != "").sum())
    note = Message("statistics.pairs_without_estimate", {"n": failed, "pairs": len(table)})
    return Correlations(method="correlations", table=table, warnings=(note,) if failed else ())


def _estimates(columns: Columns, pairs: list[Pair], options: Options) -> list[Row]:
    """A coefficient for each pair, method and level: Pearson's plain ones all at once, the others one by one."""
    plain = Question("pearson")
    asked = [Question(method, level, options.kind) for method in options.methods for level in options.levels]
    at_once = pearson_of_all(columns, pairs) if plain in asked and columns.design is None else {}
    rows = [
        (pair, question, (at_once.get(pair) if question == plain else None) or estimate(columns, pair, question))
        for pair in pairs
        for question in asked
    ]
    return _resampled(columns, rows, options) if options.n_bootstrap else rows


def _resampled(columns: Columns, rows: list[Row], options: Options) -> list[Row]:
    """The rows with bootstrap intervals, each with draws of its own."""
    seeds = np.random.SeedSequence(options.seed).spawn(len(rows))
    return [
        (pair, question, bootstrapped(
            columns, pair, question, found, method=options.bootstrap, n_draws=options.n_bootstrap,
            random=np.random.default_rng(seed),
        ))
        for (pair, question, found), seed in zip(rows, seeds, strict=True)
    ]  # fmt: skip
