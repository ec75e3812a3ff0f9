"""The arguments of `correlate`, checked; each mistake a sentence."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import pandas as pd

from survey_stats.errors import CallError
from survey_stats.statistics._columns import check_choice, check_confidence, check_known, listed
from survey_stats.statistics.correlations._coefficients import COEFFICIENTS
from survey_stats.statistics.correlations._columns import Pair
from survey_stats.statistics.correlations._found import FUNCTION
from survey_stats.statistics.correlations._verdicts import Margins, Sesoi, read_sesoi
from survey_stats.statistics.design import Design
from survey_stats.statistics.multiplicity import ADJUSTMENTS

Names = Hashable | Sequence[Hashable] | None

LEVELS = ("within", "between")
ROWS = ("pairwise", "complete")
_OF_CONTROLS = ("pearson", "spearman")


@dataclass(frozen=True, slots=True)
class Options:
    """How pairs are correlated.

    Attributes:
        methods: Coefficients, in their order.
        levels: Levels, in their order; one empty level where persons are not told apart.
        kind: `partial`, `semipartial`, or empty.
        controls: Control variables.
        person: Column that says of which person a row is.
        rows: `pairwise` or `complete`.
        design: Design of the rows.
        adjust: How p is adjusted.
        confidence: Level of intervals.
        margins: Smallest effects of interest.
        kappa: Width of the prior of the Bayes factor.
        seed: Of what is drawn.
    """

    methods: tuple[str, ...]
    levels: tuple[str, ...]
    kind: str
    controls: tuple[Hashable, ...]
    person: Hashable | None
    rows: str
    design: Design | None
    adjust: str
    confidence: float
    margins: Margins | None
    kappa: float | None
    seed: int | None


def read_options(
    data: pd.DataFrame,
    *,
    method: str | Sequence[str],
    partial: Names,
    semipartial: Names,
    person: Hashable | None,
    level: str | Sequence[str],
    rows: str,
    design: Design | None,
    adjust: str,
    confidence: float,
    sesoi: Sesoi,
    bayes_factor: float | None,
    seed: int | None,
) -> Options:
    """The arguments, checked one by one and together."""
    methods = _words("method", method, COEFFICIENTS)
    levels = _words("level", level, LEVELS) if person is not None else ("",)
    check_choice(FUNCTION, "rows", rows, ROWS)
    check_choice(FUNCTION, "adjust", adjust, (*ADJUSTMENTS, "max_t"))
    check_confidence(FUNCTION, confidence)
    if bayes_factor is not None and not bayes_factor > 0:
        raise CallError(
            f"{FUNCTION}: bayes_factor is {bayes_factor}. Give kappa, the width of the prior, above 0: 1 is flat."
        )
    removed, from_one = as_list(partial, data), as_list(semipartial, data)
    if removed and from_one:
        raise CallError(
            f"{FUNCTION}: partial and semipartial are both given. Give one: partial takes the control variables out of "
            "x and y, semipartial out of x alone."
        )
    controls = tuple(dict.fromkeys(removed or from_one))
    check_known(controls, data, FUNCTION)
    options = Options(methods, levels, "partial" if removed else "semipartial" if from_one else "", controls, person,
                      rows, design, adjust, confidence, read_sesoi(sesoi, confidence), bayes_factor, seed)  # fmt: skip
    if design is not None:
        design.check(data, FUNCTION)
    _check_together(options)
    return options


def _words(argument: str, given: str | Sequence[str], allowed: Iterable[str]) -> tuple[str, ...]:
    words = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    for word in words or [""]:
        check_choice(FUNCTION, argument, word, tuple(allowed))
    return tuple(words)


def _check_together(options: Options) -> None:
    """What does not go together."""
    ranks = next((name for name in options.methods if name != "pearson"), None)
    uncontrolled = next((name for name in options.methods if name not in _OF_CONTROLS), None)
    mistakes = {
        f"method {ranks!r} has no standard error for a design with weights. Write method='pearson' "
        "(of logarithms, where the values are skewed), or leave the design out and say that weights are ignored.":
            options.design is not None and ranks,
        f"method {uncontrolled!r} has no partial or semi-partial form here. Write method='pearson' or 'spearman', or "
        "leave the control variables out.": options.kind and uncontrolled,
        f"method {ranks!r} is not defined within persons. Write method='pearson' (of logarithms, where the values are "
        "skewed), or level='between'.": "within" in options.levels and ranks,
        "person is given with a design. A design whose clusters are the persons gives standard errors for rows of "
        "persons; leave one of the two out.": options.design is not None and options.person is not None,
        "adjust='max_t' needs the joint distribution of all estimates, which is not there for a design with weights. "
        "Write adjust='bonferroni'.": options.design is not None and options.adjust == "max_t",
    }  # fmt: skip
    for mistake, made in mistakes.items():
        if made:
            raise CallError(f"{FUNCTION}: {mistake}")


def read_pairs(data: pd.DataFrame, x: Names, y: Names, options: Options) -> list[Pair]:
    """The pairs asked for, each once, in the order of the columns."""
    if x is None and y is not None:
        raise CallError(f"{FUNCTION}: y is given without x. Give x, or neither for all pairs.")
    apart = {*options.controls, *([] if options.person is None else [options.person])}
    numeric = [name for name in data.columns if pd.api.types.is_numeric_dtype(data[name]) and name not in apart]
    left, right = as_list(x, data), as_list(y, data)
    check_known([*left, *right], data, FUNCTION)
    twice = [name for name in [*left, *right] if name in apart]
    if twice:
        raise CallError(
            f"{FUNCTION}: column {listed(dict.fromkeys(twice))} is to be correlated and is a control variable or the "
            "person. A column can be one of them."
        )
    candidates = combinations(numeric, 2) if x is None else product(left, numeric if y is None else right)
    pairs: dict[frozenset[Hashable], Pair] = {}
    for one, other in candidates:
        if one != other:
            pairs.setdefault(frozenset((one, other)), (one, other))
    if not pairs:
        raise CallError(
            f"{FUNCTION}: there is no pair of columns to correlate. Give at least two different numeric columns."
        )
    return list(pairs.values())


def as_list(names: Names, data: pd.DataFrame) -> list[Hashable]:
    """One name or several, as a list; a tuple that is the name of a column is one name."""
    if names is None:
        return []
    if isinstance(names, Iterable) and not isinstance(names, str):
        return [names] if isinstance(names, Hashable) and names in data.columns else list(names)
    return [names]
