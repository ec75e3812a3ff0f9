"""The arguments of `correlate`, checked; each mistake a sentence."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from survey_stats.errors import CallError
from survey_stats.statistics._columns import check_choice, check_confidence, check_known, listed
from survey_stats.statistics.correlations._bootstrap import FEWEST_DRAWS
from survey_stats.statistics.correlations._bootstrap import METHODS as BOOTSTRAPS
from survey_stats.statistics.correlations._coefficients import COEFFICIENTS
from survey_stats.statistics.correlations._columns import Pair
from survey_stats.statistics.correlations._found import FUNCTION
from survey_stats.statistics.correlations._latent import looks_ordinal
from survey_stats.statistics.correlations._verdicts import Margins, Sesoi, read_sesoi
from survey_stats.statistics.correlations.unreliability import Given, Known, read_reliabilities
from survey_stats.statistics.design import Design
from survey_stats.statistics.multiplicity import ADJUSTMENTS
from survey_stats.statistics.polychoric import MOST_CATEGORIES

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
        reliabilities: Reliability of columns.
        ordinal: Columns taken as ordinal; all are numeric where no latent correlation is asked for.
        n_bootstrap: Draws for bootstrap intervals.
        bootstrap: Kind of bootstrap interval.
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
    reliabilities: Mapping[Hashable, Known]
    ordinal: frozenset[Hashable]
    n_bootstrap: int
    bootstrap: str
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
    reliabilities: Mapping[Hashable, Given] | None,
    ordinal: Names,
    n_bootstrap: int,
    bootstrap: str,
    seed: int | None,
) -> Options:
    """The arguments, checked one by one and together."""
    methods = _words("method", method, (*COEFFICIENTS, "polychoric"))
    levels = _words("level", level, LEVELS) if person is not None else ("",)
    check_choice(FUNCTION, "rows", rows, ROWS)
    check_choice(FUNCTION, "adjust", adjust, (*ADJUSTMENTS, "max_t"))
    check_confidence(FUNCTION, confidence)
    if bayes_factor is not None and not bayes_factor > 0:
        raise CallError(
            f"{FUNCTION}: bayes_factor is {bayes_factor}. Give kappa, the width of the prior, above 0: 1 is flat."
        )
    check_choice(FUNCTION, "bootstrap", bootstrap, BOOTSTRAPS)
    if n_bootstrap and n_bootstrap < FEWEST_DRAWS:
        raise CallError(
            f"{FUNCTION}: n_bootstrap is {n_bootstrap}. Give at least {FEWEST_DRAWS} draws, such as n_bootstrap=2000, "
            "or 0 for none."
        )
    removed, from_one = as_list(partial, data), as_list(semipartial, data)
    if removed and from_one:
        raise CallError(
            f"{FUNCTION}: partial and semipartial are both given. Give one: partial takes the control variables out of "
            "x and y, semipartial out of x alone."
        )
    controls = tuple(dict.fromkeys(removed or from_one))
    check_known([*controls, *(reliabilities or {})], data, FUNCTION)
    options = Options(methods, levels, "partial" if removed else "semipartial" if from_one else "", controls, person,
                      rows, design, adjust, confidence, read_sesoi(sesoi, confidence), bayes_factor,
                      read_reliabilities(reliabilities, FUNCTION),
                      _ordinal(data, ordinal) if "polychoric" in methods else frozenset(), n_bootstrap, bootstrap,
                      seed)  # fmt: skip
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
    latent = "polychoric" in options.methods
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
        "method 'polychoric' has no form for persons with several rows. Write method='pearson', or leave person out.":
            latent and options.person is not None,
        "method 'polychoric' has no bootstrap here: its standard error is the large-sample one. Leave n_bootstrap out.":
            latent and options.n_bootstrap,
        "adjust='max_t' is not there for method 'polychoric'. Write adjust='bonferroni'.":
            latent and options.adjust == "max_t",
        "adjust='max_t' makes intervals on Fisher's z and not from draws. Write adjust='bonferroni', or leave "
        "n_bootstrap out.": options.adjust == "max_t" and options.n_bootstrap,
        "n_bootstrap draws rows as if there were no design. Give the design replicate weights (method='bootstrap'), or "
        "leave n_bootstrap out.": options.design is not None and options.n_bootstrap,
        "person is given with a design. A design whose clusters are the persons gives standard errors for rows of "
        "persons; leave one of the two out.": options.design is not None and options.person is not None,
        "adjust='max_t' needs the joint distribution of all estimates, which is not there for a design with weights. "
        "Write adjust='bonferroni'.": options.design is not None and options.adjust == "max_t",
    }  # fmt: skip
    for mistake, made in mistakes.items():
        if made:
            raise CallError(f"{FUNCTION}: {mistake}")


def _ordinal(data: pd.DataFrame, named: Names) -> frozenset[Hashable]:
    """Columns that are ordinal, named or by their values."""
    if named is None:
        numeric = [name for name in data.columns if pd.api.types.is_numeric_dtype(data[name])]
        return frozenset(name for name in numeric if looks_ordinal(data[name].to_numpy(float, na_value=np.nan)))
    names = as_list(named, data)
    check_known(names, data, FUNCTION)
    many = [name for name in names if data[name].nunique() > MOST_CATEGORIES]
    if many:
        raise CallError(
            f"{FUNCTION}: column {listed(many)} is to be ordinal and has more than {MOST_CATEGORIES} different "
            "answers. Leave it out of ordinal: its numbers are then used as they are."
        )
    return frozenset(names)


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
